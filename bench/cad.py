"""STEP to GLB beside cascadio (PyPI): wall time, warm and cold, and peak memory.

    bench/cad.py [--quick] [FOLDER]

Measures the bundled samples and, where a folder is given, every STEP file in it. Both sides get the
same chord deflection (0.1 % of the model's diagonal) and angle (0.5 rad). `warm` means a process
that runs already and has not seen this file before; `cold` includes the start of the process. Each
round runs the four variants of a file in turn; medians are reported.
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKER = ROOT / "target/debug/hartomat-cad-worker"
ANGLE_RAD = 0.5
DEFLECTION_PERCENT = 0.1

COLD = """
import sys, cascadio
sys.exit(cascadio.step_to_glb(sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
"""

WARM = """
import json, sys, cascadio
for line in sys.stdin:
    step, glb, linear, angular = json.loads(line)
    print('@done', cascadio.step_to_glb(step, glb, linear, angular), flush=True)
"""


class Ours:
    """A worker process, spoken to as the product does: a folder per request, results as files."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.count = 0
        self.process = subprocess.Popen(
            [WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def convert(self, step, glb):
        self.count += 1
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        data = step.read_bytes()
        # The count makes each request a file that the worker hasn't seen.
        digest = hashlib.sha256(data + str(self.count).encode()).hexdigest()
        (folder / "input.step").write_bytes(data)
        source = {"folder": str(folder), "digest": f"sha256:{digest}", "application_protocol": ""}
        tessellation = {"deflection_percent": DEFLECTION_PERCENT, "angle_deg": math.degrees(ANGLE_RAD)}
        request = {"id": self.count, "op": "glb", "source": source, "tessellation": tessellation}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        reply = json.loads(self.process.stdout.readline())
        if reply["reply"] != "file":
            raise RuntimeError(f"{step.name}: {reply}")
        shutil.copy(folder / "output.bin", glb)
        shutil.rmtree(folder)
        return reply

    def close(self):
        """Ends the process; its peak memory in MiB."""
        self.process.stdin.close()
        _pid, _status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        return usage.ru_maxrss / 1024


class Theirs:
    """A Python process that imported cascadio already."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", WARM],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )

    def convert(self, step, glb, linear):
        self.process.stdin.write(json.dumps([str(step), str(glb), linear, ANGLE_RAD]) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("@done"):
                return
        raise RuntimeError(f"cascadio ended over {step.name}")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


# What is measured, its key among the means, and the largest ratio that is good enough.
GOALS = [
    ("STEP to GLB, wall time: warm worker / a cascadio process per file", "warm_to_cascadio_cold", 0.40),
    ("STEP to GLB, peak memory / cascadio", "peak_memory", 1.00),
]


def cold_ours(step, glb, scratch):
    worker = Ours(scratch)
    worker.convert(step, glb)
    return worker.close()


def cold_theirs(step, glb, linear):
    child = subprocess.Popen(
        [sys.executable, "-c", COLD, str(step), str(glb), str(linear), str(ANGLE_RAD)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode < 0:
        raise RuntimeError(f"cascadio crashed over {step.name}")
    return usage.ru_maxrss / 1024


def timed(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def triangles(glb):
    """Triangles as drawn: of every mesh as often as nodes show it."""
    data = Path(glb).read_bytes()
    length = struct.unpack("<I", data[12:16])[0]
    document = json.loads(data[20 : 20 + length])

    def of_mesh(mesh):
        corners = 0
        for primitive in mesh["primitives"]:
            accessor = primitive.get("indices", primitive["attributes"]["POSITION"])
            corners += document["accessors"][accessor]["count"]
        return corners // 3

    counts = [of_mesh(mesh) for mesh in document.get("meshes", [])]
    total = 0
    waiting = list(document["scenes"][document.get("scene", 0)]["nodes"])
    while waiting:
        node = document["nodes"][waiting.pop()]
        total += counts[node["mesh"]] if "mesh" in node else 0
        waiting += node.get("children", [])
    return total


def measure(step, rounds, scratch, ours, theirs):
    glb = Path(scratch) / "ours.glb"
    other = Path(scratch) / "theirs.glb"
    reply = ours.convert(step, glb)
    low, high = reply["bbox"]["min_mm"], reply["bbox"]["max_mm"]
    linear = math.dist(low, high) * DEFLECTION_PERCENT / 100
    theirs.convert(step, other, linear)
    pair = triangles(glb), triangles(other)
    walls = {"warm": [], "cold": [], "cascadio_warm": [], "cascadio_cold": []}
    memory = [0.0, 0.0]
    for _round in range(rounds):
        walls["warm"].append(timed(lambda: ours.convert(step, glb))[0])
        walls["cascadio_warm"].append(timed(lambda: theirs.convert(step, other, linear))[0])
        wall, peak = timed(lambda: cold_ours(step, glb, scratch))
        walls["cold"].append(wall)
        memory[0] = max(memory[0], peak)
        wall, peak = timed(lambda: cold_theirs(step, other, linear))
        walls["cascadio_cold"].append(wall)
        memory[1] = max(memory[1], peak)
    row = {key: statistics.median(values) for key, values in walls.items()}
    row |= {"file": step.name, "rounds": rounds, "triangles": pair, "peak_mib": memory}
    row["did_same"] = 0.8 <= pair[0] / max(pair[1], 1) <= 1.25
    return row


def mean(values):
    return math.exp(statistics.fmean(math.log(value) for value in values))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("folder", nargs="?", type=Path, help="more STEP files")
    options = parser.parse_args()
    files = sorted((ROOT / "assets/samples").glob("*.step"))
    if options.folder:
        files += sorted(path for path in options.folder.iterdir() if path.suffix.lower() in (".step", ".stp"))
    rows = []
    with tempfile.TemporaryDirectory(prefix="hartomat-bench-") as scratch:
        ours, theirs = Ours(scratch), Theirs()
        print(f"{'file':<28}{'warm s':>9}{'cold s':>9}{'cascadio warm':>15}{'cold s':>9}"
              f"{'warm/cold':>11}{'cold/cold':>11}{'warm/warm':>11}{'MiB':>7}{'MiB':>6}{'triangles':>18}")
        for step in files:
            row = measure(step, 2 if options.quick else 5, scratch, ours, theirs)
            rows.append(row)
            note = "" if row["did_same"] else "  (differ)"
            print(f"{row['file']:<28}{row['warm']:>9.3f}{row['cold']:>9.3f}{row['cascadio_warm']:>15.3f}"
                  f"{row['cascadio_cold']:>9.3f}{row['warm'] / row['cascadio_cold']:>11.3f}"
                  f"{row['cold'] / row['cascadio_cold']:>11.3f}{row['warm'] / row['cascadio_warm']:>11.3f}"
                  f"{row['peak_mib'][0]:>7.0f}{row['peak_mib'][1]:>6.0f}"
                  f"{row['triangles'][0]:>9}{row['triangles'][1]:>9}{note}", flush=True)
        ours.close()
        theirs.close()
    means = {
        "warm_to_cascadio_cold": mean(row["warm"] / row["cascadio_cold"] for row in rows),
        "cold_to_cascadio_cold": mean(row["cold"] / row["cascadio_cold"] for row in rows),
        "warm_to_cascadio_warm": mean(row["warm"] / row["cascadio_warm"] for row in rows),
        "peak_memory": mean(row["peak_mib"][0] / row["peak_mib"][1] for row in rows),
    }
    print("geometric means: " + ", ".join(f"{key} {value:.3f}" for key, value in means.items()))
    for goal, key, bar in GOALS:
        word = "pass" if means[key] <= bar else "MISS"
        print(f"{goal:<66}{bar:>5.2f}{means[key]:>8.2f}  {word}")
    output = ROOT / "out/bench/cad.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps({"files": rows, "geometric_means": means}, indent=1) + "\n")


if __name__ == "__main__":
    main()
