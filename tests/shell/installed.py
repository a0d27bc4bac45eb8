"""The package as people meet it: installed, used in a desktop session, removed.

Makes the `.deb` of the programs that are built. It is installed where that is allowed (as root, or by a sudo that
doesn't ask) and no other version is; elsewhere it is unpacked into a folder, which says so and tests the rest.

    installed.py FOLDER-OF-THE-PROGRAMS
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/window"))

from screen import Screen  # noqa: E402

NAME = "hartomat-studio"
PROGRAMS = ["hartomat", "hartomat-cad-worker", "hartomat-editor", "hartomat-studio"]
SIDES = [16, 24, 32, 48, 64, 128, 256, 512]
FILES = [
    "usr/share/applications/hartomat-editor.desktop",
    "usr/share/applications/hartomat-studio.desktop",
    "usr/share/bash-completion/completions/hartomat",
    "usr/share/doc/hartomat-studio/changelog.gz",
    "usr/share/doc/hartomat-studio/copyright",
    "usr/share/doc/hartomat-studio/third-party-licences.gz",
    "usr/share/fish/vendor_completions.d/hartomat.fish",
    "usr/share/icons/hicolor/scalable/apps/hartomat-studio.svg",
    "usr/share/man/man1/hartomat-runs-list.1.gz",
    "usr/share/man/man1/hartomat.1.gz",
    "usr/share/metainfo/studio.hartomat.Studio.metainfo.xml",
    "usr/share/mime/packages/hartomat-studio.xml",
    "usr/share/zsh/vendor-completions/_hartomat",
    *[f"usr/bin/{name}" for name in PROGRAMS],
    *[f"usr/share/icons/hicolor/{side}x{side}/apps/hartomat-studio.png" for side in SIDES],
]


def run(*command, **options):
    """Runs a program that has to succeed; says what it says where it doesn't."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert ended.returncode == 0, f"{' '.join(map(str, command))} ended with {ended.returncode}:\n{ended.stdout}"
    return ended.stdout


def packaged(programs):
    """The package of the built programs."""
    options = {"env": {**os.environ, "CARGO_TARGET_DIR": str(programs.parent)}}
    run(sys.executable, ROOT / "src-tauri/package.py", programs.name, "deb", **options)
    [deb] = (ROOT / "out/packages").glob(f"{NAME}_*_{run('dpkg', '--print-architecture').strip()}.deb")
    return deb


def check_contents(deb, folder):
    """Everything is in it, and well-formed."""
    run("dpkg-deb", "-x", deb, folder)
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    missing = [path for path in FILES if path not in files]
    assert not missing, f"the package lacks {missing}"
    strange = [path for path in files if not path.startswith(("usr/bin/", "usr/share/"))]
    assert not strange, f"the package has {strange}"
    run("desktop-file-validate", *folder.glob("usr/share/applications/*"))
    run("appstreamcli", "validate", "--no-net", *folder.glob("usr/share/metainfo/*"))
    for name in PROGRAMS:
        assert "not found" not in run("ldd", folder / "usr/bin" / name), f"{name} lacks libraries"
    print(f"{deb.name}: {len(files)} files in {deb.stat().st_size >> 20} MB", flush=True)
    return files


def as_root():
    """What goes before a command that changes the system; none where nothing does."""
    if os.geteuid() == 0:
        return []
    is_asked = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0
    return ["sudo", "-n"] if is_asked else None


def is_installed():
    """Whether the system has the package."""
    status = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status}", NAME], capture_output=True, text=True)
    return status.stdout == "installed"


@contextlib.contextmanager
def installed(deb, files, unpacked):
    """Installs the package, and removes it again; gives the folder that has its `usr`."""
    root = as_root()
    if root is None or is_installed():
        why = "a version is installed already" if is_installed() else "neither root nor sudo without a question"
        print(f"NOT installed: {why}. Unpacked, and the rest is tested.", flush=True)
        run("update-mime-database", unpacked / "usr/share/mime")
        run("update-desktop-database", unpacked / "usr/share/applications")
        yield unpacked
        return
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", "-q"]
    run(*apt, "install", "--no-install-recommends", deb)
    try:
        print("installed", flush=True)
        yield pathlib.Path("/")
    finally:
        run(*apt, "purge", NAME)
    left = [path for path in files if pathlib.Path("/", path).exists()]
    assert not left and not is_installed(), f"removing it left {left}"
    print("removed: no file is left", flush=True)


def desktop(folder, screen, prefix):
    """The environment of a person who has just logged in for the first time."""
    home = folder / "home"
    runtime = folder / "run"
    home.mkdir()
    runtime.mkdir(mode=0o700)
    kept = {name: os.environ[name] for name in ["PATH", "TMPDIR", "HARTOMAT_FFMPEG"] if name in os.environ}
    kept["PATH"] = f"{prefix / 'usr/bin'}:{kept['PATH']}"
    return {
        **kept,
        "DISPLAY": screen.name,
        "HARTOMAT_NO_KEYRING": "1",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "XDG_CURRENT_DESKTOP": "GNOME",
        "XDG_DATA_DIRS": f"{prefix / 'usr/share'}:/usr/local/share:/usr/share",
        "XDG_RUNTIME_DIR": str(runtime),
    }


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    deb = packaged(programs)
    with tempfile.TemporaryDirectory() as folder, Screen(1600, 1000) as screen:
        folder = pathlib.Path(folder)
        files = check_contents(deb, folder / "unpacked")
        with installed(deb, files, folder / "unpacked") as prefix:
            environment = desktop(folder, screen, prefix)
            command = ["dbus-run-session", "--", sys.executable, ROOT / "tests/shell/session.py", screen.size]
            subprocess.run(command, check=True, env=environment, cwd=environment["HOME"])
        data = folder / "home/.local/share/hartomat"
        assert (data / "studio.db").is_file(), f"removing the package took the data: {list(data.iterdir())}"


if __name__ == "__main__":
    main()
