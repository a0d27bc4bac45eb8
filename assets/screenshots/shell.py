"""The pictures of the desktop shell in this folder: the first start, home in light and dark, the question
before quitting while work is under way, and the menu in the tray. It starts itself again in a session of its own.

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

from screen import Screen, picture  # noqa: E402

# As large as the main window, which lies at the corner where nothing manages windows.
SIZE = (980, 720)
# The question before quitting lies in the middle.
QUESTION = (560, 230)
# The menu in the tray, above the panel that has the tray, in the lower right corner.
MENU = (380, 400)
# A panel with nothing but a tray, as xfce4-panel keeps it.
PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=8;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/><value type="int" value="2"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray"/>
  </property>
</channel>
"""
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
        # Screen readers hear of what is there before it is drawn.
        time.sleep(DRAWN_SECS / 2)
        picture(self, FOLDER / f"shell-{name}.png")
        print(f"shell-{name}.png", flush=True)

    def take_part(self, name, size, left, top):
        """A picture of a part of the screen."""
        part = Session()
        part.name, part.size = f"{self.name}+{left},{top}", f"{size[0]}x{size[1]}"
        picture(part, FOLDER / f"shell-{name}.png")
        print(f"shell-{name}.png", flush=True)


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
    work = begin_run()
    window.see("Hold waiting runs back")
    time.sleep(DRAWN_SECS)
    session.take("home")
    # It is below the edge, where no pointer comes; what it opens is a window of its own.
    window.see("Quit", "push button").get_action_iface().do_action(0)
    time.sleep(DRAWN_SECS)
    session.take_part("quit", QUESTION, *((whole - part) // 2 for whole, part in zip(SIZE, QUESTION)))
    window.close()
    end(work)


def begin_run():
    """A run that takes a while."""
    run = ["hartomat", "--server", "agent", "run", "canonical-still", "--cad", str(ROOT / "assets/samples/gearbox.step")]
    return subprocess.Popen([*run, "--execution-mode", "graph"], stdout=subprocess.DEVNULL)


def end(*programs):
    """Ends programs; one that follows a run would wait for it to go on."""
    for program in programs:
        program.kill()
        program.wait()


def menu_in_the_tray(program):
    """The shell as it is after login, in a panel of Xfce."""
    settings = pathlib.Path.home() / ".config/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml"
    settings.parent.mkdir(parents=True)
    settings.write_text(PANEL)
    panel = subprocess.Popen(["xfce4-panel", "--disable-wm-check"], stderr=subprocess.DEVNULL)
    time.sleep(DRAWN_SECS)
    shell = subprocess.Popen([program, "--background"])
    time.sleep(DRAWN_SECS)
    work = begin_run()
    time.sleep(2 * DRAWN_SECS)
    right, lower = SIZE
    subprocess.run(["xdotool", "mousemove", str(right - 18), str(lower - 16), "click", "3"], check=True)
    time.sleep(DRAWN_SECS)
    subprocess.run(["xdotool", "mousemove", "0", "0"], check=True)
    time.sleep(1)
    Session().take_part("tray", MENU, right - MENU[0], lower - MENU[1])
    shell.terminate()
    shell.wait()
    end(panel, work)


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    if "HARTOMAT_PICTURES" in os.environ:
        from desktop import turn_screen_readers_on

        turn_screen_readers_on()
        first_start(programs / "hartomat-studio").close()
        home_and_question(programs / "hartomat-studio")
        menu_in_the_tray(programs / "hartomat-studio")
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
