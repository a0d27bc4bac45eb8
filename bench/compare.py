#!/usr/bin/env python3
"""How fast a comparison is beside the tools that people use today, goal by goal.

Makes pairs of noisy, render-like PNGs (1080p, 4K, 8K), runs all tools on them in turn and prints paired
ratios of CPU time. Rivals: odiff (npm `odiff-bin`), idiff (`openimageio-tools`), FLIP in C++ (crate
`nv-flip`; `flip-evaluator` from PyPI for the value). A rival that can't be had is named and left out.
Rule: a goal that is missed is printed as missed, never left out.
"""

import argparse
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "target" / "tools"
PAIRS = ROOT / "out" / "bench" / "pairs"
OURS = ROOT / "target" / "debug" / "examples" / "compare"

NV_FLIP = """
use std::io::Cursor;
fn read(path: &str) -> (u32, u32, Vec<u8>) {
    let bytes = std::fs::read(path).unwrap();
    let mut reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, info.height, pixels)
}
fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let (a, b) = (read(&paths[0]), read(&paths[1]));
    let image = |(w, h, pixels): &(u32, u32, Vec<u8>)| nv_flip::FlipImageRgb8::with_data(*w, *h, pixels);
    let map = nv_flip::flip(image(&a), image(&b), nv_flip::DEFAULT_PIXELS_PER_DEGREE);
    println!("{:.6}", nv_flip::FlipPool::from_image(&map).mean());
}
"""


def say(text):
    print(text, flush=True)


def quiet(command, **options):
    """Runs a command; its last words when it fails, else None."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, **options)
    except (OSError, subprocess.TimeoutExpired) as err:
        return str(err)
    return None if done.returncode == 0 else (done.stdout.strip().splitlines() or ["failed"])[-1]


# ---- pairs ----------------------------------------------------------------------------------------

def rows(np, width, top, count, height, seed):
    """Part of a shaded ring of balls with noise."""
    y, x = np.mgrid[top:top + count, 0:width].astype(np.float32)
    shade = np.stack([40 + 60 * y / height, 45 + 55 * y / height, 60 + 50 * y / height], axis=-1)
    radius = height * 0.12
    for ball in range(9):
        angle = ball / 9 * 2 * np.pi
        dx = (x - width / 2 - height * 0.3 * np.cos(angle)) / radius
        dy = (y - height / 2 - height * 0.3 * np.sin(angle)) / radius
        flat = dx * dx + dy * dy
        light = np.clip(-0.5 * dx - 0.6 * dy + 0.62 * np.sqrt(np.clip(1 - flat, 0, 1)), 0, 1)
        color = np.array([210, 170 + 5 * ball, 120 + 10 * ball], np.float32)
        lit = 20 + color * light[..., None] + 40 * (light ** 30)[..., None]
        shade = np.where((flat < 1)[..., None], lit, shade)
    noise = np.random.default_rng([seed, top]).standard_normal(shade.shape, np.float32)
    shade += 6 * noise * (0.4 + shade / 255)
    return np.clip(shade + 0.5, 0, 255).astype(np.uint8)


def filtered(np, block, above):
    """PNG rows with the filters Sub and Paeth in turn, as encoders mix them."""
    left = np.zeros_like(block)
    left[:, 1:] = block[:, :-1]
    up = np.concatenate([above[None], block[:-1]])
    corner = np.zeros_like(block)
    corner[:, 1:] = up[:, :-1]
    a, b, c = (side.astype(np.int16) for side in (left, up, corner))
    pa, pb, pc = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    paeth = np.where((pa <= pb) & (pa <= pc), left, np.where(pb <= pc, up, corner))
    out = np.empty((block.shape[0], 1 + block.shape[1] * 3), np.uint8)
    out[0::2, 0], out[1::2, 0] = 1, 4
    out[0::2, 1:] = (block - left)[0::2].reshape(len(out[0::2]), -1)
    out[1::2, 1:] = (block - paeth)[1::2].reshape(len(out[1::2]), -1)
    return out.tobytes()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def write_png(np, path, width, height, seed, date):
    if path.exists():
        return
    packer = zlib.compressobj(3)
    above = np.zeros((width, 3), np.uint8)
    data = b""
    for top in range(0, height, 120):
        block = rows(np, width, top, min(120, height - top), height, seed)
        data += packer.compress(filtered(np, block, above))
        above = block[-1]
    data += packer.flush()
    pieces = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    pieces.append(chunk(b"tEXt", b"Date\0" + date.encode()))
    pieces += [chunk(b"IDAT", data[at:at + 65536]) for at in range(0, len(data), 65536)]
    pieces.append(chunk(b"IEND", b""))
    path.write_bytes(b"".join(pieces))


def make_pairs(np, sizes):
    PAIRS.mkdir(parents=True, exist_ok=True)
    for name, (width, height) in sizes.items():
        write_png(np, PAIRS / f"{name}-a.png", width, height, 1, "2026/11/01 10:00:00")
        write_png(np, PAIRS / f"{name}-b.png", width, height, 2, "2026/11/01 10:00:00")
    width, height = sizes["4k"]
    write_png(np, PAIRS / "4k-stamp.png", width, height, 1, "2026/11/02 11:30:00")


# ---- rivals ---------------------------------------------------------------------------------------

def find_odiff():
    native = lambda: next(iter(TOOLS.glob("node_modules/@odiff/*/odiff*")), None)
    if not native():
        if not shutil.which("npm"):
            return None, "npm is missing"
        TOOLS.mkdir(parents=True, exist_ok=True)
        error = quiet(["npm", "install", "--silent", "--no-save", "--prefix", str(TOOLS), "odiff-bin"])
        if error:
            return None, error
    found = next((path for path in TOOLS.glob("node_modules/@odiff/*/odiff*") if os.access(path, os.X_OK)), None)
    return (str(found), "") if found else (None, "npm brought no program for this machine")


def find_idiff():
    if not shutil.which("idiff") and shutil.which("apt-get"):
        quiet(["apt-get", "install", "-y", "-qq", "openimageio-tools"])
    found = shutil.which("idiff")
    return (found, "") if found else (None, "openimageio-tools isn't installed and can't be")


def find_nv_flip():
    program = TOOLS / "nv-flip" / "target" / "release" / "nv-flip-bench"
    if program.exists():
        return str(program), ""
    folder = TOOLS / "nv-flip"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "src" / "main.rs").write_text(NV_FLIP)
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "nv-flip-bench"\nversion = "0.1.0"\nedition = "2021"\n'
        '[dependencies]\nnv-flip = "0.1.2"\npng = "0.18"\n[workspace]\n'
    )
    error = quiet(["cargo", "build", "--release", "--target-dir", str(folder / "target")], cwd=folder)
    return (None, error) if error else (str(program), "")


# ---- measuring ------------------------------------------------------------------------------------

def run(command):
    """CPU seconds, wall seconds, peak memory in MB, exit status, output."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - began, usage.ru_maxrss / 1024, child.returncode, output


def measure(commands, repeats):
    """Each command in turn, `repeats` times after one run to warm up."""
    results = {name: [] for name in commands}
    for turn in range(repeats + 1):
        for name, command in commands.items():
            result = run(command)
            if turn:
                results[name].append(result)
    return results


def ratio(results, ours, rival, column=0):
    """Median, least and largest of the paired ratios."""
    pairs = [a[column] / b[column] for a, b in zip(results[ours], results[rival])]
    return statistics.median(pairs), min(pairs), max(pairs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="few repetitions")
    parser.add_argument("--make-pairs", action="store_true", help="make the pairs and do nothing else")
    arguments = parser.parse_args()
    sizes = {"1080p": (1920, 1080), "4k": (3840, 2160), "8k": (7680, 4320)}
    if arguments.make_pairs:
        import numpy as np

        make_pairs(np, sizes)
        return 0
    quick = arguments.quick
    # In a process of its own: a child's peak memory counts from that of the process it came from.
    say("making the pairs …")
    error = quiet([sys.executable, __file__, "--make-pairs"])
    if error:
        say(f"compare: there are no pairs to measure: {error} (numpy is needed)")
        return 0
    error = quiet(["cargo", "build", "-p", "hartomat-compare", "--example", "compare"], cwd=ROOT)
    if error:
        say(f"compare: the program doesn't build: {error}")
        return 1
    rivals = {}
    for name, find in (("odiff", find_odiff), ("idiff", find_idiff), ("nv-flip", find_nv_flip)):
        rivals[name], why = find()
        if not rivals[name]:
            say(f"{name}: left out, because {why}")
    repeats = 3 if quick else 9
    pair = lambda name: [str(PAIRS / f"{name}-a.png"), str(PAIRS / f"{name}-b.png")]
    stamped = [str(PAIRS / "4k-a.png"), str(PAIRS / "4k-stamp.png")]

    def commands(files, ours, *wanted):
        flags = {"verdict": ["--flip=off"], "half": ["--flip=half"], "full": ["--flip=full"], "decode": ["--decode-only"]}
        table = {name: [str(OURS), *flags[name], *files] for name in ours}
        table.update({name: [rivals[name], *files] for name in wanted if rivals[name]})
        return table

    runs = {
        "4k": measure(commands(pair("4k"), ["verdict", "half", "decode"], "odiff", "idiff"), repeats),
        "stamp": measure(commands(stamped, ["verdict"], "odiff"), repeats),
        "8k": measure(commands(pair("8k"), ["verdict", "half"], "odiff"), max(2, repeats // 3)),
        "flip": measure(commands(pair("1080p" if quick else "4k"), ["full"], "nv-flip"), 2 if quick else 3),
    }

    # Both sides must have done the work that they are timed for.
    answer = json.loads(runs["4k"]["half"][0][4])
    numbers = answer["measured"]["image"]
    say(f"4K pair: mean delta {numbers['mean_delta']:.3f}/255, {numbers['differing']} of {numbers['pixels']} pixels differ, FLIP {numbers['flip']['mean']:.4f}; {answer['sentence']}")
    same = json.loads(runs["stamp"]["verdict"][0][4])
    assert same["verdict"] == "pass", same["sentence"]
    if "nv-flip" in runs["flip"]:
        theirs = float(runs["flip"]["nv-flip"][0][4])
        ours = json.loads(runs["flip"]["full"][0][4])["measured"]["image"]["flip"]["mean"]
        say(f"mean FLIP at full resolution: {ours:.6f}, nv-flip {theirs:.6f}, apart {abs(ours - theirs):.1e}")
        assert abs(ours - theirs) < 1e-4

    goals = [
        ("4K verdict: 3 hashes, statistics, heat map / odiff (count alone)", "4k", "verdict", "odiff", 0.50, 0),
        ("4K verdict / idiff (the same statistics)", "4k", "verdict", "idiff", 0.20, 0),
        ("4K verdict + FLIP at half resolution / odiff", "4k", "half", "odiff", 0.75, 0),
        ("FLIP at full resolution / nv-flip", "flip", "full", "nv-flip", 0.20, 0),
        ("4K pair with equal pixels / odiff", "stamp", "verdict", "odiff", 0.06, 0),
        ("8K verdict / odiff", "8k", "verdict", "odiff", 0.60, 0),
        ("8K verdict + FLIP, peak memory / odiff", "8k", "half", "odiff", 1.00, 2),
        ("4K verdict, wall time / decoding alone", "4k", "verdict", "decode", 1.20, 1),
    ]
    say(f"\n{'goal (CPU time unless said)':66} {'bar':>5}  {'median':>6}  range")
    report = []
    for label, case, ours, rival, bar, column in goals:
        if rival not in runs[case]:
            say(f"{label:66} {bar:5.2f}  not measured: {rival} is missing")
            continue
        middle, least, most = ratio(runs[case], ours, rival, column)
        verdict = "pass" if middle <= bar else "MISS"
        say(f"{label:66} {bar:5.2f}  {middle:6.2f}  {least:.2f}–{most:.2f}  {verdict}  (n={len(runs[case][ours])})")
        report.append({"goal": label, "bar": bar, "median": middle, "min": least, "max": most, "verdict": verdict})
    say(f"\n{'case':8} {'tool':10} {'CPU ms':>8} {'wall ms':>8} {'peak MB':>8}")
    for case, results in runs.items():
        for name, samples in results.items():
            cpu, wall, peak = (statistics.median(sample[column] for sample in samples) for column in (0, 1, 2))
            say(f"{case:8} {name:10} {cpu * 1000:8.0f} {wall * 1000:8.0f} {peak:8.0f}")
    out = ROOT / "out" / "bench" / "compare.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"quick": quick, "goals": report}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
