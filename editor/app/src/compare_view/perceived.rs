//! What a viewer notices between two pictures, as FLIP pixel by pixel.

use hartomat_compare::PerceivedMap;

use super::Pixels;

/// FLIP of two pictures at all sizes.
#[derive(Debug, Clone)]
pub struct Perceived {
    pixels: Pixels,
    /// How many halvings the largest copy is away from the pictures themselves.
    halvings: usize,
}

impl Perceived {
    /// Of what was measured; none where it has too few values.
    pub fn new(map: PerceivedMap) -> Option<Self> {
        let halvings = usize::from(map.scale > 1);
        let pixels = Pixels::of_gray([map.width, map.height], map.values)?;
        Some(Self { pixels, halvings })
    }

    /// FLIP at a place of a copy of the pictures, 0 to 1; none outside.
    pub fn at(&self, level: usize, x: usize, y: usize) -> Option<f32> {
        let found = if level >= self.halvings {
            self.pixels.at(level - self.halvings, x, y)
        } else {
            let coarser = self.halvings - level;
            self.pixels.at(0, x >> coarser, y >> coarser)
        };
        found.map(|[value, ..]| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_on_averages_lies_over_the_picture() {
        let map = PerceivedMap {
            width: 2,
            height: 1,
            scale: 2,
            values: vec![0, 255],
        };
        let perceived = Perceived::new(map).unwrap();
        assert_eq!(perceived.at(0, 1, 1), Some(0.0));
        assert_eq!(perceived.at(0, 2, 0), Some(1.0));
        assert_eq!(perceived.at(1, 1, 0), Some(1.0));
        assert_eq!(perceived.at(0, 4, 0), None);
    }
}
