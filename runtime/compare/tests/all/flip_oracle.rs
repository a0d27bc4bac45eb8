//! FLIP against NVIDIA's own evaluator. The figures were printed by `bench/flip_oracle.py` with
//! flip-evaluator 1.7 from PyPI; the pixel formulas there and here are the same.

use hartomat_compare::{CompareOptions, FlipResolution, compare_images};
use hartomat_schema::FlipNumbers;

use crate::support::png_rgb;

const WIDTH: i64 = 160;
const HEIGHT: i64 = 112;

fn noise(x: i64, y: i64, c: i64, seed: u32) -> i64 {
    let mut h = (x as u32).wrapping_mul(73_856_093)
        ^ (y as u32).wrapping_mul(19_349_663)
        ^ (c as u32 + 7 * seed).wrapping_mul(83_492_791);
    h = (h ^ (h >> 15)).wrapping_mul(2_654_435_761);
    i64::from((h >> 13) % 31) - 15
}

fn base(x: i64, y: i64, c: i64) -> i64 {
    let inside = (x - 80).pow(2) + (y - 56).pow(2) < 900;
    if inside {
        230 - c * 50 - (x + y) / 4
    } else {
        40 + x * 80 / WIDTH + y * 60 / HEIGHT + c * 12
    }
}

/// The picture with each pixel drawn `scale` × `scale` times.
fn picture(scale: i64, value: impl Fn(i64, i64, i64) -> i64) -> Vec<u8> {
    let mut rgb = Vec::new();
    for y in 0..HEIGHT * scale {
        for x in 0..WIDTH * scale {
            rgb.extend((0..3).map(|c| value(x / scale, y / scale, c).clamp(0, 255) as u8));
        }
    }
    png_rgb((WIDTH * scale) as u32, (HEIGHT * scale) as u32, &rgb)
}

/// How far the mean may be from the oracle's.
const SAME: f64 = 2e-5;

/// Where edges are equal and opposite, both sides take the root of nothing but rounding errors.
const MIRRORED: f64 = 1.5e-4;

type Formula = fn(i64, i64, i64) -> i64;

fn bars(x: i64, _y: i64, _c: i64) -> i64 {
    if (x / 8) % 2 == 0 { 255 } else { 0 }
}

fn local(x: i64, y: i64, c: i64) -> i64 {
    let changed = (100..130).contains(&x) && (24..40).contains(&y);
    if changed {
        [200, 60, 40][c as usize]
    } else {
        base(x, y, c)
    }
}

fn check(a: Formula, b: Formula, scale: i64, expected: [f64; 3], tolerance: f64) {
    let flip = if scale == 1 {
        FlipResolution::Full
    } else {
        FlipResolution::Half
    };
    let options = CompareOptions {
        flip,
        ..CompareOptions::default()
    };
    let comparison = compare_images(&picture(scale, a), &picture(scale, b), &options);
    let FlipNumbers { mean, p95, p99, .. } = comparison.measured.image.unwrap().flip.unwrap();
    let [oracle_mean, oracle_p95, oracle_p99] = expected;
    assert!(
        (mean - oracle_mean).abs() < tolerance,
        "mean {mean}, oracle {oracle_mean}"
    );
    assert!(
        (p95 - oracle_p95).abs() < 1e-3,
        "p95 {p95}, oracle {oracle_p95}"
    );
    assert!(
        (p99 - oracle_p99).abs() < 3e-3,
        "p99 {p99}, oracle {oracle_p99}"
    );
}

#[test]
fn full_resolution_agrees_with_the_oracle() {
    let noisy: [Formula; 2] = [
        |x, y, c| base(x, y, c) + noise(x, y, c, 1),
        |x, y, c| base(x, y, c) + noise(x, y, c, 2),
    ];
    check(
        noisy[0],
        noisy[1],
        1,
        [0.105_676, 0.179_649, 0.217_787],
        SAME,
    );
    check(base, local, 1, [0.024_813, 0.068_381, 0.771_300], SAME);
    check(
        base,
        |x, y, c| base(x, y, c) + 6,
        1,
        [0.119_112, 0.127_559, 0.134_389],
        SAME,
    );
    check(
        bars,
        |x, y, c| 255 - bars(x, y, c),
        1,
        [0.862_109, 0.967_317, 0.967_387],
        MIRRORED,
    );
}

#[test]
fn half_resolution_agrees_with_the_oracle_at_half_the_density() {
    let noisy: [Formula; 2] = [
        |x, y, c| base(x, y, c) + noise(x, y, c, 1),
        |x, y, c| base(x, y, c) + noise(x, y, c, 2),
    ];
    check(
        noisy[0],
        noisy[1],
        2,
        [0.178_452, 0.293_597, 0.339_713],
        SAME,
    );
    check(base, local, 2, [0.022_988, 0.003_491, 0.788_971], SAME);
    check(
        bars,
        |x, y, c| 255 - bars(x, y, c),
        2,
        [0.961_492, 0.967_389, 0.967_389],
        MIRRORED,
    );
}
