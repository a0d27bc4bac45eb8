"""Makes the installers of this platform from programs that are built: `./x package` builds them and calls this.

    package.py debug|release [KIND…]

Kinds are those of Tauri's bundler, such as `deb` or `appimage`; those of this platform where none is named.
What is made on the way lies in `out/package`, the installers in `out/packages`. Nothing else is changed: programs
are copied first, as the bundler writes into them. Equal programs give equal `.deb` files.
"""

import datetime
import gzip
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
WORK = ROOT / "out/package"
PACKAGES = ROOT / "out/packages"
TAURI = ROOT / "out/tools/tauri/node_modules/@tauri-apps/cli/tauri.js"
CONFIG = json.loads((ROOT / "src-tauri/tauri.conf.json").read_text())
SHELL = "hartomat-studio"
# What the shell starts, and people in a terminal do.
BESIDE = ["hartomat", "hartomat-editor", "hartomat-cad-worker"]
KINDS = {"Linux": ["deb", "appimage"], "Windows": ["msi", "nsis"], "Darwin": ["dmg"]}[platform.system()]
SUFFIX = ".exe" if platform.system() == "Windows" else ""
PACKAGES_OF_PROGRAMS = [SHELL, "hartomat-cli", "hartomat-editor", "hartomat-cad-worker"]
LICENCE = re.compile("(un)?licen[cs]e|copying|notice|[ou]fl|copyright", re.IGNORECASE)
COMPLETIONS = {
    "bash": "bash-completion/completions/hartomat",
    "zsh": "zsh/vendor-completions/_hartomat",
    "fish": "fish/vendor_completions.d/hartomat.fish",
}


def said(*command, **options):
    """What a program says on its output."""
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout.strip()


def time_of_the_source():
    """Seconds since 1970 of the last change: what packages carry as the time of their files."""
    return os.environ.get("SOURCE_DATE_EPOCH") or said("git", "log", "-1", "--format=%ct", cwd=ROOT)


def copy_program(source, target):
    """Copies a program without what only debuggers read."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if platform.system() == "Linux":
        subprocess.run(["strip", "-o", target, source], check=True)
    else:
        shutil.copy2(source, target)


def copy_programs(built, profile, triple):
    """Puts the programs where the bundler looks for them: those beside the shell have the platform in their name."""
    copy_program(built / f"{SHELL}{SUFFIX}", WORK / "target" / profile / f"{SHELL}{SUFFIX}")
    for name in BESIDE:
        copy_program(built / f"{name}{SUFFIX}", WORK / "programs" / f"{name}-{triple}{SUFFIX}")


def shipped_crates(triple):
    """The packages of others that are compiled into the programs."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", triple]
    facts = json.loads(said(*command, cwd=ROOT))
    packages = {package["id"]: package for package in facts["packages"]}
    nodes = {node["id"]: node for node in facts["resolve"]["nodes"]}
    waiting = [id for id, package in packages.items() if package["name"] in PACKAGES_OF_PROGRAMS]
    found = set()
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            needs = [need for need in nodes[id]["deps"] if any(kind["kind"] is None for kind in need["dep_kinds"])]
            waiting.extend(need["pkg"] for need in needs)
    foreign = [packages[id] for id in found if packages[id]["source"]]
    return sorted(foreign, key=lambda package: (package["name"], package["version"]))


def licences(triple):
    """The licences of everything that is compiled in, each text once with those that it is of."""
    owners = {}
    for crate in shipped_crates(triple):
        name = f"{crate['name']} {crate['version']} ({crate['license']})"
        files = sorted(pathlib.Path(crate["manifest_path"]).parent.rglob("*"))
        texts = [file for file in files if LICENCE.match(file.name) and file.is_file()]
        found = {file.read_text(errors="replace").strip() for file in texts}
        for text in sorted(found or {"These carry no text of their own."}):
            owners.setdefault(text, []).append(name)
    return "".join(f"{chr(10).join(names)}\n\n{text}\n\n{'-' * 80}\n" for text, names in owners.items())


def write_what_linux_reads(hartomat):
    """Manual pages, completions, and what software centres say of the product."""
    subprocess.run([hartomat, "man", WORK / "man"], check=True, stdout=subprocess.DEVNULL)
    for page in (WORK / "man").iterdir():
        page.with_name(f"{page.name}.gz").write_bytes(gzip.compress(page.read_bytes(), mtime=0))
        page.unlink()
    for shell, place in COMPLETIONS.items():
        path = WORK / "completions" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said(hartomat, "completions", shell) + "\n")
    (WORK / "metainfo.xml").write_text(metainfo(said(hartomat, "--version").split()[1]))


def metainfo(version):
    """The AppStream file. Its pictures have to be on the web, so that it has them where an address is known."""
    text = (ROOT / "src-tauri/linux/hartomat-studio.metainfo.xml").read_text()
    homepage = os.environ.get("HARTOMAT_HOMEPAGE")
    if not homepage:
        text = re.sub(r" *<url type=\"homepage\">.*</screenshots>\n", "", text, flags=re.DOTALL)
    date = datetime.datetime.fromtimestamp(int(time_of_the_source()), datetime.timezone.utc).date().isoformat()
    values = {"IDENTIFIER": CONFIG["identifier"], "VERSION": version, "DATE": date, "HOMEPAGE": homepage or ""}
    return re.sub("@([A-Z]+)@", lambda match: values[match[1]], text)


def bundle(profile, kind):
    """Has Tauri make one kind of installer; says where it is."""
    changes = {"bundle": {"externalBin": [str(WORK / "programs" / name) for name in BESIDE]}}
    if platform.system() == "Linux":
        # Names of packages and of desktop entries have neither spaces nor capitals.
        changes["productName"] = SHELL
    else:
        changes["bundle"]["resources"] = {str(WORK / "licences.gz"): "licences.gz"}
    if os.environ.get("TAURI_SIGNING_PRIVATE_KEY"):
        changes["bundle"]["createUpdaterArtifacts"] = True
    command = ["node", TAURI, "bundle", "--ci", "--bundles", kind, "--config", json.dumps(changes)]
    if profile == "debug":
        command.append("--debug")
    environment = {**os.environ, "CARGO_TARGET_DIR": str(WORK / "target")}
    subprocess.run(command, check=True, cwd=ROOT / "src-tauri", env=environment)
    made = WORK / "target" / profile / "bundle" / kind
    return [path for path in made.iterdir() if path.is_file()]


def libraries():
    """The packages with the libraries that the programs are linked to, as this distribution names them."""
    (WORK / "debian").mkdir(exist_ok=True)
    (WORK / "debian/control").write_text(f"Source: {SHELL}\n\nPackage: {SHELL}\nArchitecture: any\n")
    programs = [*WORK.glob("programs/*"), *WORK.glob(f"target/*/{SHELL}")]
    found = said("dpkg-shlibdeps", "-O", *[f"-e{path}" for path in programs], cwd=WORK)
    return found.removeprefix("shlibs:Depends=").split(", ")


def finish_deb(deb, profile):
    """Packs what the bundler made again: with all libraries, in order, and with the times of the source.

    The bundler knows the libraries that Tauri needs alone, can't suggest packages, and writes files in the order
    and with the times that the disk has.
    """
    folder = WORK / "deb"
    subprocess.run(["dpkg-deb", "-R", deb, folder], check=True)
    control = folder / "DEBIAN/control"
    linked = libraries()
    names = {name.split()[0] for name in linked}

    def with_libraries(match):
        loaded = [name for name in match[1].split(", ") if name not in names]
        return "Depends: " + ", ".join(sorted({*linked, *loaded})) + "\nSuggests: blender"

    control.write_text(re.sub("^Depends: (.*)$", with_libraries, control.read_text(), flags=re.MULTILINE))
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != control.parent)
    sums = said("md5sum", *[path.relative_to(folder) for path in files], cwd=folder)
    (folder / "DEBIAN/md5sums").write_text(sums + "\n")
    for path in folder.rglob("*"):
        is_program = path.is_dir() or path.parent.name == "bin"
        path.chmod(0o755 if is_program else 0o644)
    packing = ["-Zgzip", "-z1"] if profile == "debug" else ["-Zxz"]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": time_of_the_source()}
    command = ["dpkg-deb", "--root-owner-group", *packing, "--build", folder, PACKAGES / deb.name]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


def sign(package):
    """Writes what the update channel checks beside a package, where there is a key."""
    if os.environ.get("TAURI_SIGNING_PRIVATE_KEY"):
        subprocess.run(["node", TAURI, "signer", "sign", package], check=True, stdout=subprocess.DEVNULL)


def main():
    profile = sys.argv[1]
    built = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / profile
    shutil.rmtree(WORK, ignore_errors=True)
    PACKAGES.mkdir(parents=True, exist_ok=True)
    triple = re.search("^host: (.*)$", said("rustc", "-vV"), re.MULTILINE)[1]
    copy_programs(built, profile, triple)
    (WORK / "licences.gz").write_bytes(gzip.compress(licences(triple).encode(), mtime=0))
    if platform.system() == "Linux":
        write_what_linux_reads(built / "hartomat")
    missing, packages = [], []
    for kind in sys.argv[2:] or KINDS:
        try:
            made = bundle(profile, kind)
        except subprocess.CalledProcessError:
            missing.append(kind)
            continue
        for package in made:
            if kind == "deb":
                finish_deb(package, profile)
                sign(PACKAGES / package.name)
            else:
                shutil.copy2(package, PACKAGES)
            packages.append(PACKAGES / package.name)
    for package in packages:
        print(f"{package.relative_to(ROOT)}: {package.stat().st_size >> 20} MB")
    if missing:
        print(f"not made: {', '.join(missing)}; what Tauri's bundler says above is why", file=sys.stderr)
    # What was asked for by name is owed.
    if missing and (sys.argv[2:] or not packages):
        sys.exit(6)


if __name__ == "__main__":
    main()
