"""A desktop's notification service for tests: owns org.freedesktop.Notifications on the session's bus, prints
each notification as a line of JSON, and clicks on those that are asked for.

Standard input takes commands, one a line: `click ID [ACTION]` invokes an action, `default` where none is
named; `close ID` dismisses. Ends when standard input does. Rule: nothing is printed that was not told over
the bus, and each line is flushed, so that a test can wait for it.

    dbus-run-session -- /usr/bin/python3 tests/shell/notifications.py
"""

import json
import sys

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTERFACE = Gio.DBusNodeInfo.new_for_xml(
    f"""<node><interface name="{NAME}">
      <method name="GetCapabilities"><arg type="as" direction="out"/></method>
      <method name="GetServerInformation">
        <arg type="s" direction="out"/><arg type="s" direction="out"/>
        <arg type="s" direction="out"/><arg type="s" direction="out"/>
      </method>
      <method name="Notify">
        <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
        <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
        <arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
      </method>
      <method name="CloseNotification"><arg type="u" direction="in"/></method>
      <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
      <signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
    </interface></node>"""
).interfaces[0]


class Service:
    """The service, its loop and the numbers that it gives."""

    def __init__(self):
        self.loop = GLib.MainLoop()
        self.last = 0
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        self.bus.register_object(PATH, INTERFACE, self.called, None, None)
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, self.ready, self.refused)
        GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP, self.asked)

    def ready(self, *_):
        say({"ready": True})

    def refused(self, *_):
        say({"ready": False})
        self.loop.quit()

    def called(self, _bus, _sender, _path, _interface, method, given, answer):
        if method == "Notify":
            application, replaces, icon, summary, body, actions, hints, _timeout = given.unpack()
            self.last = replaces or self.last + 1
            pairs = dict(zip(actions[::2], actions[1::2]))
            told = {"application": application, "icon": icon, "summary": summary, "body": body}
            say({"id": self.last, **told, "actions": pairs, "hints": hints})
            answer.return_value(GLib.Variant("(u)", (self.last,)))
        elif method == "GetCapabilities":
            answer.return_value(GLib.Variant("(as)", (["actions", "body", "persistence"],)))
        elif method == "GetServerInformation":
            answer.return_value(GLib.Variant("(ssss)", ("tests", "HartOMat", "1", "1.2")))
        else:
            self.emit("NotificationClosed", "(uu)", (given.unpack()[0], 3))
            answer.return_value(None)

    def asked(self, _channel, condition):
        line = sys.stdin.readline() if condition & GLib.IO_IN else ""
        if not line:
            self.loop.quit()
            return False
        match line.split():
            case ["click", number, *action]:
                self.emit("ActionInvoked", "(us)", (int(number), action[0] if action else "default"))
            case ["close", number]:
                self.emit("NotificationClosed", "(uu)", (int(number), 2))
        return True

    def emit(self, signal, kind, values):
        self.bus.emit_signal(None, PATH, NAME, signal, GLib.Variant(kind, values))


def say(told):
    print(json.dumps(told), flush=True)


Service().loop.run()
