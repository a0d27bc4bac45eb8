"""Blender kept warm beside cold starts, and a still through the graph beside the same script by hand.

    bench/blender.py [--quick]

Both sides of each pair run `assets/blender/worker.py` with the same files: those that the product itself hands
over, caught once by a stand-in for Blender. Thumbnails: ten by one warm process, its start included, beside ten
processes that do one each, at the size of a picker's pictures (96 px, 8 samples); their pixels have to be equal.
The same at the node's defaults (256 px, 32 samples) is reported without a goal: there the renderer's own work,
which both sides have, outweighs the start. Still: `hartomat run` with what comes before it in the
cache, from the start of its process to the published file, beside the script alone, which writes linear light
and nothing more. Goals: 0.45 and 1.05.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HARTOMAT = ROOT / "target/debug/hartomat"
SCRIPT = ROOT / "assets/blender/worker.py"
SAMPLE = ROOT / "assets/samples/ball_bearing.step"
THUMBNAILS = 10

CATCHER = """#!/usr/bin/env python3
import json, shutil, sys
for line in sys.stdin:
    job = json.loads(line)
    reply = {"id": job["id"], "ok": False, "refused": True, "protocol": 1, "message": "caught"}
    if job["op"] == "hello":
        reply = {"id": job["id"], "ok": True, "protocol": 1, "blender": "4.5.0", "build_hash": "", "denoises": True, "gpus": []}
    else:
        for name in ("scene", "geometry"):
            shutil.copy(job[name], "%(folder)s/" + name)
        with open("%(folder)s/job.json", "w") as file:
            json.dump(job, file)
    print(json.dumps(reply), flush=True)
"""


def blender():
    named = os.environ.get("HARTOMAT_BLENDER") or ROOT / "out/tools/bpy/bin/python"
    if not Path(named).is_file():
        sys.exit("no Blender to measure: `./x blender` brings one")
    return str(named)


def launch(program):
    """As the product starts it."""
    if Path(program).name.startswith("python"):
        return [program, "-I", str(SCRIPT), "nonce"]
    options = ["--background", "--factory-startup", "--disable-autoexec", "--python-exit-code", "9"]
    return [program, *options, "--python", str(SCRIPT), "--", "nonce"]


class Worker:
    def __init__(self, program, scratch):
        environment = {"PATH": os.environ["PATH"], "TMPDIR": scratch, "HOME": scratch}
        self.process = subprocess.Popen(
            launch(program), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, cwd=scratch, env=environment,
        )

    def do(self, job):
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith("{"):
                reply = json.loads(line)
                if not reply["ok"]:
                    sys.exit(f"Blender fails: {reply['message']}")
                return reply
        sys.exit("Blender ended in the middle of its work")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def hartomat(data, *arguments, program=None):
    environment = dict(os.environ)
    if program:
        environment["HARTOMAT_BLENDER"] = program
    command = [str(HARTOMAT), "--data-dir", str(data), "--json", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    return json.loads(ended.stdout) if ended.stdout else sys.exit(ended.stderr)


def run(data, workflow, settings, program):
    sets = [part for setting in settings for part in ("--set", setting)]
    return hartomat(data, "run", workflow, "--cad", str(SAMPLE), "--execution-mode", "graph", *sets, program=program)


def caught(scratch, workflow, settings):
    """The job that the product hands to Blender for this run."""
    folder = Path(tempfile.mkdtemp(dir=scratch))
    stand_in = folder / "blender"
    stand_in.write_text(CATCHER % {"folder": folder})
    stand_in.chmod(0o755)
    run(folder / "data", workflow, settings, str(stand_in))
    job = json.loads((folder / "job.json").read_text())
    job.update(scene=str(folder / "scene"), geometry=str(folder / "geometry"))
    return job


def pixels(path):
    """An OpenEXR file without its header, which carries the date."""
    content, at = path.read_bytes(), 8
    while content[at]:
        at = content.index(b"\0", at) + 1
        at = content.index(b"\0", at) + 1
        at += 4 + int.from_bytes(content[at:at + 4], "little")
    return content[at:]


def measure_thumbnails(program, scratch, rounds, settings):
    job = caught(scratch, "cad-thumbnail", ["thumbnail.renderer=blender", *settings])
    jobs = [{**job, "id": number, "output": f"{scratch}/{{}}{number}.exr"} for number in range(THUMBNAILS)]

    def do(workers, side):
        began = time.monotonic()
        worker = None
        for job in jobs:
            if worker is None or workers > 1:
                if worker:
                    worker.end()
                worker = Worker(program, scratch)
            worker.do({**job, "output": job["output"].format(side)})
        worker.end()
        return time.monotonic() - began

    times = []
    for _round in range(rounds):
        times.append((do(1, "warm"), do(THUMBNAILS, "cold")))
        for number in range(THUMBNAILS):
            if pixels(Path(f"{scratch}/warm{number}.exr")) != pixels(Path(f"{scratch}/cold{number}.exr")):
                sys.exit("warm and cold give different pixels")
    return times


def measure_still(program, scratch, rounds, size):
    settings = ["still.renderer=blender", f"still.width_px={size}", f"still.height_px={size}"]
    data = Path(scratch) / "graph"
    job = caught(scratch, "canonical-still", settings)
    run(data, "canonical-still", [*settings, "still.samples=1"], program)
    times = []
    for seed in range(1, rounds + 1):
        began = time.monotonic()
        ended = run(data, "canonical-still", [*settings, f"still.seed={seed}"], program)
        graph = time.monotonic() - began
        record = ended["data"]["record"]
        if record["state"] != "succeeded":
            sys.exit(f"the graph fails: {record}")
        began = time.monotonic()
        worker = Worker(program, scratch)
        worker.do({**job, "id": seed, "shot": {**job["shot"], "seed": seed}, "output": f"{scratch}/still.exr"})
        worker.end()
        times.append((graph, time.monotonic() - began))
    return times


def report(name, times, goal, words):
    ours, theirs = (statistics.median(side) for side in zip(*times))
    ratio = statistics.median(a / b for a, b in times)
    aim = f", goal {goal}: {'met' if ratio <= goal else 'missed'}" if goal else ""
    print(f"{name:<12} {words[0]} {ours:7.2f} s   {words[1]} {theirs:7.2f} s   ratio {ratio:.3f}{aim} ({len(times)} rounds)")
    return {"seconds": times, "ratio": ratio, "goal": goal}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    program = blender()
    scratch = tempfile.mkdtemp(prefix="hartomat-bench-")
    try:
        small = ["thumbnail.size_px=96", "thumbnail.samples=8"]
        thumbnails = measure_thumbnails(program, scratch, 1 if quick else 3, small)
        large = None if quick else measure_thumbnails(program, scratch, 1, [])
        still = measure_still(program, scratch, 1 if quick else 3, 512 if quick else 768)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    numbers = {
        "thumbnails": report("thumbnails", thumbnails, 0.45, ("warm", "cold")),
        "still": report("still", still, 1.05, ("graph", "by hand")),
    }
    if large:
        numbers["large thumbnails"] = report("at 256 px", large, None, ("warm", "cold"))
    out = ROOT / "out/bench"
    out.mkdir(parents=True, exist_ok=True)
    (out / "blender.json").write_text(json.dumps(numbers, indent=1))


main()
