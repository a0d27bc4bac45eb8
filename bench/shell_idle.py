"""What the idle shell costs beside a bare Tauri window: memory, and how often its threads are woken.

Memory is the proportional share (PSS) of the process and everything that it started, the web view's
processes included; wake-ups are voluntary context switches of all their threads. The shell is measured with
its main window open and in the tray alone. Rule: all sides are measured in turn within one run, after the
same time to settle.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import statistics
import subprocess
import tempfile
import time

BINARIES = (pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug").resolve()
# Processes of a window: its own, and the web view's two. And how long they may take to be there, in seconds.
WINDOW_PROCESSES = 3
START = 60
# Seconds after that before anything is measured: the web view settles, tools are looked up.
SETTLE = 12
# With its window the shell holds a runtime, databases and a page as well; in the tray it has no web view.
GOALS = {"window": 2.0, "tray": 1.0}
# Wake-ups a second, over those of the bare window.
GOAL_WAKE_UPS = 25


@contextlib.contextmanager
def desktop(folder):
    """A screen and a session's bus of their own; gives the environment."""
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    display = f":{screen.stdout.readline().strip()}"
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    address = bus.stdout.readline().strip()
    try:
        yield {
            **os.environ, "DISPLAY": display, "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": address,
            "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder / "share"),
            "XDG_CONFIG_HOME": str(folder / "config"), "XDG_CACHE_HOME": str(folder / "cache"),
            "HARTOMAT_NO_KEYRING": "1", "NO_AT_BRIDGE": "1",
        }
    finally:
        for process in (bus, screen):
            process.terminate()
            process.wait()


def family(pid):
    """The process and everything below it."""
    parents = {}
    for status in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name stands in parentheses and may hold anything.
            parents[int(status.parent.name)] = int(status.read_text().rsplit(")", 1)[1].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def pss_mb(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1])
    return total / 1024


def wake_ups(pids):
    """Voluntary context switches so far, by thread."""
    found = {}
    for pid in pids:
        for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
            with contextlib.suppress(OSError):
                lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                found[status.parent.name] = int(lines["voluntary_ctxt_switches"])
    return found


def measure(command, environment, seconds):
    least = 1 if "--background" in command else WINDOW_PROCESSES
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + START
        while len(family(process.pid)) < least and time.monotonic() < until:
            time.sleep(0.2)
        time.sleep(SETTLE)
        if process.poll() is not None:
            log.seek(0)
            raise SystemExit(f"{command[0]} has ended: {log.read().decode(errors='replace')}")
        pids = family(process.pid)
        if len(pids) < least:
            raise SystemExit(f"{command[0]} has no window after {START} s")
        before = wake_ups(pids)
        time.sleep(seconds)
        after = wake_ups(pids)
        woken = sum(count - before.get(thread, 0) for thread, count in after.items() if thread in before)
        return {"pss_mb": pss_mb(pids), "wake_ups_per_second": woken / seconds, "processes": len(pids)}
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def sides(folder):
    data = folder / "data"
    data.mkdir()
    # Home, and not the first start.
    (data / "shell.json").write_text('{"first_start_over": true}')
    shell = [BINARIES / "hartomat-studio", "--data-dir", data]
    return {"bare": [BINARIES / "examples" / "bare_shell"], "window": shell, "tray": [*shell, "--background"]}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true")
    is_quick = arguments.parse_args().quick
    repeats, seconds = (1, 5) if is_quick else (3, 10)
    measured = {}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            with desktop(folder) as environment:
                for side, command in sides(folder).items():
                    measured.setdefault(side, []).append(measure(command, environment, seconds))
    median = {
        side: {key: statistics.median(one[key] for one in runs) for key in runs[0]} for side, runs in measured.items()
    }
    bare = median["bare"]
    print(f"{'':10} {'PSS':>9} {'ratio':>7} {'wake-ups':>11} {'processes':>10}   ({repeats} × {seconds} s)")
    for side, figures in median.items():
        ratio = figures["pss_mb"] / bare["pss_mb"]
        figures["pss_ratio"] = ratio
        woken = figures["wake_ups_per_second"]
        print(f"{side:10} {figures['pss_mb']:6.0f} MB {ratio:6.2f}x {woken:9.1f}/s {figures['processes']:10.0f}")
    for side, goal in GOALS.items():
        more = median[side]["wake_ups_per_second"] - bare["wake_ups_per_second"]
        for told, value, most in [("memory, ratio", median[side]["pss_ratio"], goal), ("wake-ups/s more", more, GOAL_WAKE_UPS)]:
            print(f"{side}: {told} {value:.2f}, goal at most {most}: {'met' if value <= most else 'missed'}")
    out = pathlib.Path("out/bench/shell_idle.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"median": median, "runs": measured}, indent=2))


main()
