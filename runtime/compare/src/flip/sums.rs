//! Weighted sums of a block's neighbours. The rule here: a sum stays in registers from the first
//! neighbour to the last, so no arrays and no closures, which the compiler takes apart too late.

use pulp::Simd;

use super::pixel::{BLOCK, Lane};

/// Where a block's neighbours are.
pub(crate) trait Neighbours<'a>: Copy {
    /// The blocks `k` before and after; both are the block itself for 0.
    fn pair(self, k: usize) -> (&'a Lane, &'a Lane);
}

/// A kernel whose halves are equal.
#[inline(always)]
pub(crate) fn even<'a, S: Simd>(simd: S, half: &[f32], neighbours: impl Neighbours<'a>) -> Lane {
    let mut out = [0.0; BLOCK];
    let (registers, _) = S::as_mut_simd_f32s(&mut out);
    // Two sums at a time, so that they don't wait for each other.
    for (part, [first, second]) in registers.as_chunks_mut().0.iter_mut().enumerate() {
        let (x, y) = two::<S>(neighbours.pair(0).0, part);
        let weight = simd.splat_f32s(half[0]);
        let mut sums = (simd.mul_f32s(weight, x), simd.mul_f32s(weight, y));
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let (before, after) = neighbours.pair(k);
            let (before, after) = (two::<S>(before, part), two::<S>(after, part));
            let weight = simd.splat_f32s(weight);
            let x = simd.mul_f32s(weight, simd.add_f32s(before.0, after.0));
            let y = simd.mul_f32s(weight, simd.add_f32s(before.1, after.1));
            sums = (simd.add_f32s(sums.0, x), simd.add_f32s(sums.1, y));
        }
        (*first, *second) = sums;
    }
    out
}

/// A kernel whose half before the block is the negative of the one after it.
#[inline(always)]
pub(crate) fn odd<'a, S: Simd>(simd: S, half: &[f32], neighbours: impl Neighbours<'a>) -> Lane {
    let mut out = [0.0; BLOCK];
    let (registers, _) = S::as_mut_simd_f32s(&mut out);
    for (part, [first, second]) in registers.as_chunks_mut().0.iter_mut().enumerate() {
        let mut sums = (simd.splat_f32s(0.0), simd.splat_f32s(0.0));
        for (k, &weight) in half.iter().enumerate().skip(1) {
            let (before, after) = neighbours.pair(k);
            let (before, after) = (two::<S>(before, part), two::<S>(after, part));
            let weight = simd.splat_f32s(weight);
            let x = simd.mul_f32s(weight, simd.sub_f32s(after.0, before.0));
            let y = simd.mul_f32s(weight, simd.sub_f32s(after.1, before.1));
            sums = (simd.add_f32s(sums.0, x), simd.add_f32s(sums.1, y));
        }
        (*first, *second) = sums;
    }
    out
}

/// The two registers of a part of a block.
#[inline(always)]
fn two<S: Simd>(block: &Lane, part: usize) -> (S::f32s, S::f32s) {
    let (registers, _) = S::as_simd_f32s(block);
    (registers[2 * part], registers[2 * part + 1])
}

#[cfg(test)]
mod tests {
    use pulp::{Arch, Scalar, WithSimd};

    use super::*;

    #[derive(Clone, Copy)]
    struct Rows<'a>(&'a [Lane]);

    impl<'a> Neighbours<'a> for Rows<'a> {
        fn pair(self, k: usize) -> (&'a Lane, &'a Lane) {
            let middle = self.0.len() / 2;
            (&self.0[middle - k], &self.0[middle + k])
        }
    }

    struct Both<'a>(&'a [f32], Rows<'a>);

    impl WithSimd for Both<'_> {
        type Output = [Lane; 2];

        fn with_simd<S: Simd>(self, simd: S) -> [Lane; 2] {
            [even(simd, self.0, self.1), odd(simd, self.0, self.1)]
        }
    }

    #[test]
    fn every_machine_gets_the_same_bits() {
        let value = |at: usize| ((at * 7_919) % 1_009) as f32 / 1_009.0 - 0.3;
        let rows: Vec<Lane> = (0..9)
            .map(|row| std::array::from_fn(|at| value(row * BLOCK + at)))
            .collect();
        let half = [0.31, 0.2, 0.09, -0.05, 0.007];
        let here = Arch::new().dispatch(Both(&half, Rows(&rows)));
        assert_eq!(here, Both(&half, Rows(&rows)).with_simd(Scalar));
        let by_hand: f32 = (1..5)
            .map(|k| half[k] * (rows[4 + k][3] - rows[4 - k][3]))
            .sum();
        assert!((here[1][3] - by_hand).abs() < 1e-6);
    }
}
