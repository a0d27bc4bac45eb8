"""The pictures of the desktop shell in this folder: the first start, home in light and dark, and the question
before quitting while work is under way. It starts itself again in a session of its own.

    shell.py FOLDER-OF-THE-PROGRAMS
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "assets/screenshots"
sys.path.insert(0, str(ROOT / "tests/window"))

from screen import Screen, grab, picture  # noqa: E402

# As large as the main window, which lies at the corner where nothing manages windows.
SIZE = (980, 720)
# The question before quitting lies in the middle.
QUESTION = (560, 230)
# How long a page takes to be drawn, generously.
DRAWN_SECS = 4


class Session:
    """The session's screen."""

    def __init__(self):
        self.name = os.environ["DISPLAY"]
        self.size = f"{SIZE[0]}x{SIZE[1]}"

    def take(self, name):
        """A picture of the main window, without the pointer."""
        subprocess.run(["xdotool", "mousemove", *map(str, SIZE)], check=True)
        picture(self, FOLDER / f"shell-{name}.png")
        print(f"shell-{name}.png", flush=True)

    def take_question(self):
        """A picture of the question."""
        left, top = ((whole - part) // 2 for whole, part in zip(SIZE, QUESTION))
        self.name, name = f"{self.name}+{left},{top}", self.name
        self.size = f"{QUESTION[0]}x{QUESTION[1]}"
        subprocess.run([*grab(self), "-frames:v", "1", FOLDER / "shell-quit.png"], check=True)
        self.name, self.size = name, f"{SIZE[0]}x{SIZE[1]}"
        print("shell-quit.png", flush=True)


def first_start(program):
    """All three screens, then home."""
    from desktop import Window

    window, session = Window(program, []), Session()
    window.see("Where your work lives")
    session.take("first-start-data")
    window.click("Next", "push button")
    window.click("Render one picture", "push button")
    window.see("A ball bearing, rendered on this machine")
    session.take("first-start-renderers")
    window.click("Next", "push button")
    window.click("Compare on a ball bearing", "push button")
    window.see("Open the comparison", patience=400)
    session.take("first-start-compare")
    window.click("Done", "push button")
    window.see("Recent results")
    window.see("CAD kernel…")
    session.take("home-light")
    return window


def home_and_question(program):
    """Home in dark while work is under way, and the question."""
    from desktop import Window

    os.environ["GTK_THEME"] = "Adwaita:dark"
    window, session = Window(program, []), Session()
    window.see("CAD kernel…")
    run = ["hartomat", "--server", "agent", "run", "canonical-still", "--cad", str(ROOT / "assets/samples/gearbox.step")]
    work = subprocess.Popen([*run, "--execution-mode", "graph"], stdout=subprocess.DEVNULL)
    window.see("Hold waiting runs back")
    time.sleep(DRAWN_SECS)
    session.take("home")
    # It is below the edge, where no pointer comes; what it opens is a window of its own.
    window.see("Quit", "push button").get_action_iface().do_action(0)
    time.sleep(DRAWN_SECS)
    session.take_question()
    window.close()
    # It would wait for the run to go on.
    work.kill()
    work.wait()


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    if "HARTOMAT_PICTURES" in os.environ:
        from desktop import turn_screen_readers_on

        turn_screen_readers_on()
        first_start(programs / "hartomat-studio").close()
        home_and_question(programs / "hartomat-studio")
        return
    with tempfile.TemporaryDirectory() as home, Screen(*SIZE) as screen:
        environment = {
            "DISPLAY": screen.name,
            "GTK_THEME": "Adwaita",
            "HARTOMAT_NO_KEYRING": "1",
            "HARTOMAT_PICTURES": "1",
            "HOME": home,
            "LANG": "C.UTF-8",
            "PATH": f"{programs}:{os.environ['PATH']}",
            "XDG_RUNTIME_DIR": home,
        }
        command = ["dbus-run-session", "--", "/usr/bin/python3", __file__, programs]
        subprocess.run(command, check=True, env=environment)


if __name__ == "__main__":
    main()
