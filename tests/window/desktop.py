"""Windows as a person meets them: by eye and hand.

What stands in a window is read as a screen reader reads it, through AT-SPI; what is done there goes through the
pointer and the keyboard of the X server. So a test sees what people see, and touches nothing else.
"""

import pathlib
import signal
import subprocess
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

# Windows are drawn by the processor here, and other tests may want it as well, in seconds.
PATIENCE = 120
# What every window of the product has in its title.
TITLE = "HartOMat"


def turn_screen_readers_on():
    """Says on this session's bus that a screen reader is there, so that windows describe themselves."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    for status in ["IsEnabled", "ScreenReaderEnabled"]:
        value = GLib.Variant("(ssv)", ("org.a11y.Status", status, GLib.Variant("b", True)))
        call = ["org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", value]
        bus.call_sync(*call, None, Gio.DBusCallFlags.NONE, 30_000, None)


class Window:
    """The window of a program; the test starts it, or somebody else has, such as the desktop."""

    def __init__(self, program, arguments=None):
        self.name = pathlib.Path(program).name
        self.process = None
        if arguments is not None:
            self.log = tempfile.TemporaryFile()
            self.process = subprocess.Popen([program, *arguments], stderr=self.log, start_new_session=True)
        self.root = wait(f"a window of {self.name}", self._window)
        # No window manager is there to give it the keyboard.
        hand("search", "--sync", "--onlyvisible", "--name", TITLE, "windowfocus", "--sync")

    def _window(self):
        is_alive = self.process is None or self.process.poll() is None
        assert is_alive, f"{self.name} has ended: {self.said()}"
        desktop = Atspi.get_desktop(0)
        applications = [desktop.get_child_at_index(index) for index in range(desktop.get_child_count())]
        for application in applications:
            if application and application.get_name() == self.name and application.get_child_count():
                return application.get_child_at_index(0)
        return None

    def is_open(self):
        """Whether it is still there."""
        return self._window() is not None

    def said(self):
        """What the program wrote on its error output."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def close(self):
        """Ends the program as a session's end does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)

    def all(self):
        """Everything that a screen reader finds, from top to bottom."""
        waiting = [self.root]
        while waiting:
            found = waiting.pop()
            try:
                found.clear_cache()
                children = [found.get_child_at_index(index) for index in range(found.get_child_count())]
            except GLib.GError:
                continue
            yield found
            waiting.extend(child for child in reversed(children) if child)

    def find(self, name, role=None, last=False):
        """What has this name (or begins with it, where it ends in `…`), or nothing."""
        matches = []
        for found in self.all():
            try:
                is_named = is_called(found.get_name(), name)
                if is_named and role in (None, found.get_role_name()):
                    matches.append(found)
            except GLib.GError:
                continue
        if not matches:
            return None
        return matches[-1 if last else 0]

    def see(self, name, role=None, patience=PATIENCE, last=False):
        """Waits until it is there."""
        return wait(f"`{name}`", lambda: self.find(name, role, last), patience, self.names)

    def gone(self, name, patience=PATIENCE):
        """Waits until it isn't there any more."""
        wait(f"`{name}` to go", lambda: self.find(name) is None, patience, self.names)

    def names(self):
        """All names in the window, for people who read a failure."""
        return " | ".join(filter(None, (found.get_name() for found in self.all())))

    def click(self, name, role=None, last=False):
        """Clicks on it."""
        place = middle(self.see(name, role, last=last))
        hand("mousemove", *place)
        time.sleep(0.3)
        hand("click", "1")
        time.sleep(0.5)

    def key(self, *keys):
        """Presses keys, as `ctrl+shift+p`."""
        hand("key", "--delay", "80", *keys)
        time.sleep(0.5)

    def write(self, text):
        """Types."""
        hand("type", "--delay", "40", text)
        time.sleep(0.5)


def is_called(found, name):
    """Whether something's name is this one."""
    if not found:
        return False
    return found.startswith(name[:-1]) if name.endswith("…") and found != name else found == name


def middle(found):
    """The middle of a thing on the screen."""
    box = found.get_extents(Atspi.CoordType.SCREEN)
    assert box.width > 0 and box.height > 0, f"{found.get_name()} is nowhere on the screen"
    return [str(box.x + box.width // 2), str(box.y + box.height // 2)]


def hand(*arguments):
    """The pointer and the keys."""
    subprocess.run(["xdotool", *arguments], check=True)


def wait(what, ask, patience=PATIENCE, there=lambda: ""):
    """Asks until there is an answer."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.3)
    raise AssertionError(f"waited {patience} s for {what}; there is: {there()}")
