"""A person looks a change over, in the real window with a real agent.

Opens the canonical still, gives every part another material, runs it as a shadow of legacy, sees it fail, opens
the comparison, accepts the difference with a reason, and finds that in the audit list. What was seen lies in
`out/window`: a video, and a picture of each station.

    shadow_review.py FOLDER-OF-THE-PROGRAMS
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from desktop import Window, turn_screen_readers_on
from screen import Recording, Screen, picture

ROOT = pathlib.Path(__file__).parents[2]
SEEN = ROOT / "out/window"
# Renders on a busy machine, in seconds.
LONG = 400
REASON = "The customer asked for rubber"


class Visit:
    """One window on one screen, with pictures of its stations."""

    def __init__(self, screen, window):
        self.screen = screen
        self.window = window
        self.stations = 0

    def station(self, name):
        """A place worth a picture."""
        self.stations += 1
        picture(self.screen, SEEN / f"{self.stations}-{name}.png")
        print(f"{name.replace('-', ' ')}: seen", flush=True)

    def palette(self, words):
        """Does what the command palette finds first."""
        self.window.key("ctrl+shift+p")
        self.window.write(words)
        self.window.key("Return")
        time.sleep(1)

    def set(self, setting, value):
        """Gives a setting of the workflow a value, by keyboard alone."""
        self.palette(setting)
        self.window.key("ctrl+a")
        self.window.write(value)
        self.window.key("Return", "Escape")


def small_rubber_still(visit):
    """The canonical still, small enough to wait for, with another material."""
    window = visit.window
    window.click("New workflow from Canonical still")
    window.see("Execution mode")
    visit.set("width", "160")
    visit.set("height", "160")
    visit.set("samples", "4")
    visit.palette("overrides")
    window.click("Add a part")
    window.click("Part name or pattern…", role="entry")
    window.key("ctrl+a")
    window.write("*")
    window.key("Return")
    window.click("Material of *")
    window.see("Find a material")
    window.write("rubber black")
    window.key("Return")
    window.see("Material of *")
    visit.station("another-material")


def failing_shadow(visit):
    """A shadow run whose picture isn't the control's."""
    window = visit.window
    window.click("What checks are about")
    window.click("Sample order line on the bundled ball bearing")
    window.click("Execution mode")
    window.click("Shadow…")
    window.key("F5")
    window.see("Cancel…", patience=60)
    visit.station("run-in-progress")
    window.see("Fail", patience=LONG)
    visit.station("verdict")


def accepted_difference(visit):
    """The pictures beside each other, and a decision with a reason."""
    window = visit.window
    window.key("F9")
    window.see("Perceived difference")
    visit.station("side-by-side")
    window.key("5")
    time.sleep(2)
    visit.station("difference")
    window.key("a")
    window.click("Why", role="entry")
    window.write(REASON)
    visit.station("reason")
    window.click("Accept", role="push button", last=True)
    window.see("The review is recorded")
    visit.station("accepted")


def audited(programs, data):
    """The audit row of the decision."""
    command = [programs / "hartomat", "--data-dir", data, "--server", "agent", "--json", "audit"]
    rows = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    found = [row for row in rows["data"] if REASON in json.dumps(row)]
    assert found, f"no audit row tells of the decision: {rows}"
    print(json.dumps(found[0]))


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    SEEN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Screen(1600, 1000) as screen:
        data = pathlib.Path(folder) / "data"
        os.environ.update(
            DISPLAY=screen.name, WAYLAND_DISPLAY="", LANG="en_GB.UTF-8", HARTOMAT_NO_KEYRING="1", XDG_RUNTIME_DIR=folder
        )
        turn_screen_readers_on()
        with Recording(screen, SEEN / "shadow-review.mp4"):
            window = Window(programs / "hartomat-editor", ["--data-dir", data, "--size", "1600x1000"])
            visit = Visit(screen, window)
            try:
                small_rubber_still(visit)
                failing_shadow(visit)
                accepted_difference(visit)
                audited(programs, data)
            except BaseException:
                visit.station("where-it-failed")
                print(window.said(), file=sys.stderr)
                raise
            finally:
                window.close()
                stop = [programs / "hartomat", "--data-dir", data, "agent", "stop"]
                subprocess.run(stop, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
