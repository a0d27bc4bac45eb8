"""A person's way through a desktop session with the package installed, in the real windows.

Opens a workflow as a file manager does, runs it in the shadow of legacy, closes the window while it renders, is
told when it is ready, comes back, and finds the run. `installed.py` starts this in a session of its own.

    session.py SIZE-OF-THE-SCREEN
"""

import json
import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/window"))

from desktop import Window, turn_screen_readers_on, wait  # noqa: E402
from screen import picture  # noqa: E402

SEEN = ROOT / "out/shell"
LOG = pathlib.Path.cwd() / "shell.log"
EDITOR_LOG = pathlib.Path.cwd() / ".local/share/hartomat/editor/windows.log"
ENTRY = "hartomat-studio.desktop"
TYPES = {
    "application/x-hartomat-workflow+json": "Door handle.hartomat",
    "model/step": "handle.step",
    "x-scheme-handler/hartomat": None,
}
NAME = "Door handle"
# Renders on a busy machine, in seconds.
LONG = 400


def said(*command):
    """What a program says."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def workflow(path):
    """A still, small, and in the shadow of legacy."""
    said("hartomat", "workflow", "new", path, "--name", NAME)
    document = json.loads(path.read_text())
    document["execution_mode"] = "shadow"
    still = next(node for node in document["nodes"] if node["type"] == "render_still")
    still["settings"].update(width_px=160, height_px=160, samples=8)
    path.write_text(json.dumps(document))


def check_types(folder):
    """Files are known by name and by content, and the desktop opens them with us."""
    (folder / "handle.step").write_bytes((ROOT / "assets/samples/ball_bearing.step").read_bytes())
    for mime, name in TYPES.items():
        assert said("xdg-mime", "query", "default", mime) == ENTRY, f"{mime} opens with something else"
        if name:
            assert said("xdg-mime", "query", "filetype", folder / name) == mime
            nameless = folder / "nameless"
            nameless.write_bytes((folder / name).read_bytes())
            assert said("xdg-mime", "query", "filetype", nameless) == mime, f"{mime} isn't known by its content"
            nameless.unlink()
    print("file types: known", flush=True)


def shells():
    """The processes of the shell in this session."""
    found = []
    home = f"HOME={os.environ['HOME']}".encode()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            program = os.path.basename(os.readlink(process / "exe"))
            if program == "hartomat-studio" and home in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def latest_run():
    """The newest run, as the agent that the shell hosts knows it; nothing where there is none."""
    runs = json.loads(said("hartomat", "--server", "agent", "--json", "runs", "list"))["data"]
    return runs[0] if runs else None


class Session:
    """Windows, and pictures of them."""

    def __init__(self):
        self.stations = 0
        self.size = sys.argv[1]
        self.name = os.environ["DISPLAY"]

    def station(self, name):
        """A place worth a picture."""
        self.stations += 1
        SEEN.mkdir(parents=True, exist_ok=True)
        picture(self, SEEN / f"{self.stations}-{name}.png")
        print(f"{name.replace('-', ' ')}: seen", flush=True)


class Notifications:
    """What the desktop shows."""

    def __init__(self):
        self.told = pathlib.Path.cwd() / "notifications.log"
        command = [sys.executable, ROOT / "tests/shell/notifications.py"]
        with self.told.open("w") as told:
            self.service = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=told)
        wait("the service of notifications", lambda: self.find("ready"))

    def find(self, words):
        """The first one that has these words, or nothing."""
        return next((line for line in self.told.read_text().splitlines() if words in line), None)

    def close(self):
        """Ends with its input."""
        self.service.communicate()


def opened(path):
    """The editor's window for a file that a file manager opens."""
    # What it starts lives on, and keeps what it was given to write to.
    with LOG.open("a") as log:
        subprocess.run(["gio", "open", path], check=True, stdout=log, stderr=log)
    window = Window("hartomat-editor")
    window.see(NAME)
    return window


def closed(window):
    """Closes a window as its cross does."""
    window.key("ctrl+q")
    wait("the window to close", lambda: not window.is_open())


def main():
    folder = pathlib.Path.cwd()
    path = folder / f"{NAME}.hartomat"
    workflow(path)
    check_types(folder)
    small = ["--set", "still.width_px=96", "--set", "still.height_px=96", "--set", "still.samples=4"]
    said("hartomat", "--data-dir", folder / "apart", "smoke", "still", "--execution-mode", "graph", *small)
    print("the command line: renders", flush=True)

    turn_screen_readers_on()
    desktop, session = Notifications(), Session()
    try:
        window = opened(path)
        [shell] = shells()
        window.click("What checks are about")
        window.click("Sample order line on the bundled ball bearing")
        window.key("F5")
        window.see("Cancel…")
        session.station("rendering")
        closed(window)
        run = latest_run()
        assert run["state"] == "running", f"the run ended before the window did: {run}"
        wait("a notification", lambda: desktop.find(f"{NAME} is ready"), LONG)
        assert latest_run()["state"] == "succeeded"
        print(f"told: {desktop.find(NAME)}", flush=True)

        window = opened(path)
        assert shells() == [shell], "a second start isn't handed to the first"
        window.key("ctrl+shift+r")
        window.see(f"{NAME}, Succeeded, Shadow, Pass…")
        session.station("the-run-is-there")
        closed(window)
        os.kill(shell, signal.SIGTERM)
        wait("the shell to end", lambda: not shells())
        print("quit", flush=True)
    except BaseException:
        session.station("where-it-failed")
        for log in [LOG, EDITOR_LOG]:
            print(log.read_text() if log.exists() else f"there is no {log}", file=sys.stderr)
        raise
    finally:
        desktop.close()
        for process in shells():
            os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
