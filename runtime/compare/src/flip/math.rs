//! Cube root and power for whole blocks: branch-free, so that the compiler vectorises them, and
//! made of plain multiplications and additions, so that every machine gets the same bits.

/// Makes the first guess right on average from 0.0001 to 2.
const GUESS: u32 = 0x5489_0000;

/// Cube root for `x ≥ 0`, to about 4e-7 relative.
#[inline(always)]
pub(crate) fn cube_root(x: f32) -> f32 {
    // The reciprocal cube root needs no division: about a third (85 / 256) of the exponent to begin
    // with, then two steps that each cube the error.
    let mut r = f32::from_bits(GUESS.wrapping_sub((x.to_bits() >> 8).wrapping_mul(85)));
    for _ in 0..2 {
        let h = 1.0 - x * r * r * r;
        r += r * h * (1.0 / 3.0 + h * (2.0 / 9.0));
    }
    x * r * r
}

/// Adding this rounds a float to an integer, which is then found in the low bits.
const ROUND: f32 = 12_582_912.0;

/// `x` to the power of `exponent` for `x ≥ 0` and `exponent` from 0 to 1, to about 1e-6.
#[inline(always)]
pub(crate) fn power(x: f32, exponent: f32) -> f32 {
    exp2(exponent * log2(x.max(1e-30)))
}

/// Base-2 logarithm of a positive normal number.
#[inline(always)]
fn log2(x: f32) -> f32 {
    // x = m · 2^e with m in [2/3, 4/3), and ln m = 2 atanh((m − 1) / (m + 1)).
    let shifted = x.to_bits().wrapping_sub(0x3f2a_aaab);
    let e = (shifted as i32) >> 23;
    let m = f32::from_bits((shifted & 0x007f_ffff).wrapping_add(0x3f2a_aaab));
    let s = (m - 1.0) / (m + 1.0);
    let t = s * s;
    let series = 1.0 + t * (1.0 / 3.0 + t * (0.2 + t * (1.0 / 7.0 + t * (1.0 / 9.0))));
    e as f32 + s * series * (2.0 * std::f32::consts::LOG2_E)
}

/// 2 to the power of `x`, for `x` from −120 to 120.
#[inline(always)]
fn exp2(x: f32) -> f32 {
    let rounded = x + ROUND;
    let f = (x - (rounded - ROUND)) * std::f32::consts::LN_2;
    let series = 1.0
        + f * (1.0
            + f * (0.5
                + f * (1.0 / 6.0
                    + f * (1.0 / 24.0
                        + f * (1.0 / 120.0 + f * (1.0 / 720.0 + f * (1.0 / 5040.0)))))));
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()) << 23;
    f32::from_bits(series.to_bits().wrapping_add(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cube_root_and_power_agree_with_the_standard_library() {
        for index in 1..20_000u32 {
            let x = index as f32 / 10_000.0;
            assert!(
                (cube_root(x) / x.cbrt() - 1.0).abs() < 1e-6,
                "cube root of {x}"
            );
            for exponent in [0.0, 0.25, 0.5, 0.7, 1.0] {
                let error = (power(x, exponent) / x.powf(exponent) - 1.0).abs();
                assert!(error < 3e-6, "{x} to the power of {exponent}: {error}");
            }
        }
        assert!(power(0.0, 0.7) < 1e-20);
        assert!(cube_root(0.0) < 1e-12);
    }
}
