#!/usr/bin/env python3
"""Prints what NVIDIA's own FLIP evaluator says about the pairs of runtime/compare/tests/flip_oracle.rs.

Needs `pip install flip-evaluator numpy`. The figures in that test were printed by this script with
flip-evaluator 1.7. Rule: pixel formulas here and in the test are the same, integers only.
"""

import sys

try:
    import flip_evaluator
    import numpy as np
except ImportError as err:
    print(f"flip_oracle: left out, because {err}; `pip install flip-evaluator numpy` brings it")
    sys.exit(0)

WIDTH, HEIGHT = 160, 112


def noise(seed):
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3].astype(np.uint32)
    h = (x * np.uint32(73856093)) ^ (y * np.uint32(19349663)) ^ ((c + np.uint32(7 * seed)) * np.uint32(83492791))
    h = (h ^ (h >> np.uint32(15))) * np.uint32(2654435761)
    return ((h >> np.uint32(13)) % np.uint32(31)).astype(np.int64) - 15


def base():
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3].astype(np.int64)
    shade = 40 + x * 80 // WIDTH + y * 60 // HEIGHT + c * 12
    inside = (x - 80) ** 2 + (y - 56) ** 2 < 900
    return np.where(inside, 230 - c * 50 - (x + y) // 4, shade)


def pairs():
    plain = base()
    yield "noise", plain + noise(1), plain + noise(2)
    local = plain.copy()
    local[24:40, 100:130] = [200, 60, 40]
    yield "local", plain, local
    yield "brighter", plain, plain + 6
    bars = np.zeros_like(plain)
    bars[:, (np.arange(WIDTH) // 8) % 2 == 0] = 255
    yield "inverted bars", bars, 255 - bars


for name, a, b in pairs():
    a, b = (np.clip(side, 0, 255).astype(np.float32) / 255 for side in (a, b))
    for density in (67.02064, 33.51032):
        error, mean, _ = flip_evaluator.evaluate(a, b, "LDR", applyMagma=False, parameters={"ppd": density})
        error = error.squeeze()
        print(f"{name} at {density}: mean {mean:.6f} p95 {np.percentile(error, 95):.6f} p99 {np.percentile(error, 99):.6f}")
