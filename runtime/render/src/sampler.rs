//! Sample points: Owen-scrambled Sobol pairs, padded, hashed per pixel and dimension.
//!
//! After Burley, "Practical Hash-based Owen Scrambling" (JCGT 2020). A point depends on seed, pixel,
//! sample and dimension alone: nothing here may remember what was asked before on another thread.

/// Sample points of one light path.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    seed: u32,
    /// The sample's number with its bits reversed.
    reversed: u32,
    dimension: u32,
}

impl Sampler {
    /// The points of one sample of one pixel.
    pub(crate) fn new(seed: u64, pixel: u32, sample: u32) -> Self {
        let seed =
            hash(hash(seed as u32) ^ (seed >> 32) as u32 ^ hash(pixel.wrapping_add(0x9e37_79b9)));
        Self {
            seed,
            reversed: sample.reverse_bits(),
            dimension: 0,
        }
    }

    /// The next point of the unit square.
    pub(crate) fn pair(&mut self) -> [f32; 2] {
        let key = hash(
            self.seed
                .wrapping_add(self.dimension.wrapping_mul(0x6c07_8965)),
        );
        self.dimension += 1;
        let index = scramble(self.reversed, key).reverse_bits();
        let x = scramble(index, key ^ 0x5851_f42d).reverse_bits();
        let y = scramble(pascal(index), key ^ 0x1405_7b7e).reverse_bits();
        [unit(x), unit(y)]
    }

    /// The next point of the unit interval.
    pub(crate) fn single(&mut self) -> f32 {
        let key = hash(
            self.seed
                .wrapping_add(self.dimension.wrapping_mul(0x6c07_8965)),
        );
        self.dimension += 1;
        let index = scramble(self.reversed, key).reverse_bits();
        unit(scramble(index, key ^ 0x5851_f42d).reverse_bits())
    }
}

/// The second Sobol dimension with its bits reversed: bit j is the parity of all index bits k for
/// which Pascal's triangle has an odd number at (k, j), that is, for which k has every bit of j.
fn pascal(mut index: u32) -> u32 {
    index ^= index >> 16 & 0x0000_ffff;
    index ^= index >> 8 & 0x00ff_00ff;
    index ^= index >> 4 & 0x0f0f_0f0f;
    index ^= index >> 2 & 0x3333_3333;
    index ^ (index >> 1 & 0x5555_5555)
}

/// Owen scrambling of reversed bits: each is flipped depending on those below it.
fn scramble(mut x: u32, seed: u32) -> u32 {
    x ^= x.wrapping_mul(0x3d20_adea);
    x = x.wrapping_add(seed);
    x = x.wrapping_mul((seed >> 16) | 1);
    x ^= x.wrapping_mul(0x0552_6c56);
    x ^ x.wrapping_mul(0x53a2_2864)
}

/// A 32-bit finaliser with low bias (constants found by Chris Wellons' search).
pub(crate) fn hash(mut x: u32) -> u32 {
    x ^= x >> 16;
    x = x.wrapping_mul(0x7feb_352d);
    x ^= x >> 15;
    x = x.wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

fn unit(bits: u32) -> f32 {
    (bits >> 8) as f32 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quarter_of_a_power_of_two_samples_fills_the_grid() {
        // 64 points of a scrambled (0, 2)-sequence fall one into each cell of an 8 × 8 grid.
        for pixel in 0..20 {
            let mut cells = [0; 64];
            for sample in 0..64 {
                let mut sampler = Sampler::new(7, pixel, sample);
                sampler.pair();
                let [x, y] = sampler.pair();
                assert!((0.0..1.0).contains(&x) && (0.0..1.0).contains(&y));
                cells[(x * 8.0) as usize * 8 + (y * 8.0) as usize] += 1;
            }
            assert!(
                cells.iter().all(|&count| count == 1),
                "pixel {pixel}: {cells:?}"
            );
        }
    }
}
