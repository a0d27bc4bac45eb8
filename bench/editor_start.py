"""How long the editor takes from the start of its process to its first frame on screen, beside an empty
window with the same renderer and size: in turn, in one run.

Each start of the editor has a data folder of its own with the library of an earlier session, recent
workflows and no agent: what somebody finds in the morning. Rule: a goal that is missed is printed as
missed, never left out.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

BINARIES = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "debug"
REPEATS = 15
QUICK = 7
# The most that the editor may take, as a multiple of the bare window.
GOAL = 1.3


class Screen:
    """An X server without a screen."""

    def __enter__(self):
        command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.name = f":{self.process.stdout.readline().strip()}"
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def first_frame(command, environment):
    """Milliseconds until the program says that its first frame is out."""
    began = time.monotonic()
    program = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    said = []
    for line in program.stderr:
        said.append(line)
        if line.strip() == "first frame":
            took = time.monotonic() - began
            program.stderr.read()
            program.wait()
            return 1000 * took
    raise SystemExit(f"{command[0]} ended without a first frame: {''.join(said)}")


def stop_agent(data):
    command = [BINARIES / "hartomat", "--data-dir", data, "agent", "stop"]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def a_morning(folder, environment):
    """A data folder as a person leaves it: a library, and workflows that were open."""
    data = folder / "yesterday"
    for document in sorted(pathlib.Path("assets/workflows").glob("*.json")):
        command = [BINARIES / "hartomat-editor", "--data-dir", data, "--picture", folder / "spare.png", document]
        subprocess.run(command, env=environment, check=True, timeout=120)
    stop_agent(data)
    return data


def measure(repeats):
    times = {"editor": [], "bare": []}
    with tempfile.TemporaryDirectory() as folder, Screen() as screen:
        folder = pathlib.Path(folder)
        environment = {
            **os.environ,
            "DISPLAY": screen.name,
            "WAYLAND_DISPLAY": "",
            "XDG_RUNTIME_DIR": str(folder),
            "HARTOMAT_NO_KEYRING": "1",
        }
        yesterday = a_morning(folder, environment)
        for number in range(repeats + 1):
            data = folder / f"data{number}"
            shutil.copytree(yesterday, data)
            editor = [BINARIES / "hartomat-editor", "--data-dir", data, "--first-frame"]
            took = {
                "editor": first_frame(editor, environment),
                "bare": first_frame([BINARIES / "examples" / "bare_window"], environment),
            }
            stop_agent(data)
            # The first pair reads programs from the disk.
            if number > 0:
                for side, milliseconds in took.items():
                    times[side].append(milliseconds)
    return times


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true")
    repeats = QUICK if arguments.parse_args().quick else REPEATS
    times = measure(repeats)
    print(f"ms from the start of the process to the first frame on screen ({repeats} starts each, in turn)\n")
    print(f"{'':16} {'median':>8} {'least':>8} {'most':>8}")
    for side, values in times.items():
        print(f"{side:16} {statistics.median(values):8.0f} {min(values):8.0f} {max(values):8.0f}")
    ratio = statistics.median(times["editor"]) / statistics.median(times["bare"])
    verdict = "pass" if ratio <= GOAL else "MISS"
    print(f"\nratio of medians {ratio:.2f}, goal at most {GOAL}: {verdict}")
    out = pathlib.Path("out/bench/editor_start.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    report = {"milliseconds": times, "ratio": ratio, "goal": GOAL, "verdict": verdict}
    out.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
