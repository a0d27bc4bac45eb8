//! How often which value occurs: of each picture, and of what differs. Counted beside the window, of
//! large pictures on a grid of their pixels.

use super::look::{encoded, luminance};
use super::{Look, Pixels};

/// About so many pixels are counted.
const COUNTED: usize = 2 << 20;

/// Counts of 256 values each.
pub type Counts = [u32; 256];

/// Red, green, blue and luminance of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideCounts {
    /// In this order.
    pub channels: [Box<Counts>; 4],
}

/// How often which value occurs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Control and candidate.
    pub sides: [Option<SideCounts>; 2],
    /// The largest difference of a channel in 1/255, where there are two pictures.
    pub difference: Option<Box<Counts>>,
    /// Every so many pixels of every so many rows are counted.
    pub every: usize,
}

/// Counts values as a look shows them: at its exposure, in 1/255 of what a screen can show.
pub(super) fn histogram(sides: [Option<&Pixels>; 2], look: &Look) -> Histogram {
    let sizes = sides.into_iter().flatten().map(Pixels::size);
    let [width, height] = sizes.fold([0, 0], |a, b| [a[0].max(b[0]), a[1].max(b[1])]);
    let step = (width * height).div_ceil(COUNTED).isqrt().max(1);
    let mut counts = [(); 2].map(|()| [(); 4].map(|()| Box::new([0; 256])));
    let mut difference = Box::new([0; 256]);
    for y in (0..height).step_by(step) {
        for x in (0..width).step_by(step) {
            let found = sides.map(|side| side.and_then(|side| side.at(0, x, y)));
            for (side, pixel) in found.iter().enumerate() {
                if let (Some(pixel), Some(of)) = (pixel, sides[side]) {
                    count(&mut counts[side], *pixel, of.is_linear(), look);
                }
            }
            if let [Some(a), Some(b)] = found {
                let delta = look.delta(a, b).clamp(0.0, 1.0) * 255.0;
                // Any difference is more than none.
                let bin = if delta > 0.0 { delta.ceil() } else { 0.0 };
                difference[bin as usize] += 1;
            }
        }
    }
    let is_pair = sides.iter().all(Option::is_some);
    let [control, candidate] = counts;
    let of = |side: usize, channels| sides[side].map(|_| SideCounts { channels });
    Histogram {
        sides: [of(0, control), of(1, candidate)],
        difference: is_pair.then_some(difference),
        every: step,
    }
}

fn count(counts: &mut [Box<Counts>; 4], pixel: [f32; 4], is_linear: bool, look: &Look) {
    let light = look.exposure.exp2();
    let bin = |value: f32| match is_linear {
        true => usize::from(encoded(value * light)),
        false => (value.clamp(0.0, 1.0) * 255.0).round() as usize,
    };
    let [red, green, blue, _] = pixel;
    for (counts, value) in counts.iter_mut().zip([red, green, blue, luminance(pixel)]) {
        counts[bin(value)] += 1;
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

    use super::*;

    fn plain(size: u32, color: [u8; 3]) -> Pixels {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(size, size, Rgb(color)));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        Pixels::decode(bytes.get_ref()).unwrap()
    }

    #[test]
    fn every_pixel_counts_once_in_each_channel_and_in_the_difference() {
        let (a, b) = (plain(16, [10, 20, 30]), plain(16, [10, 25, 30]));
        let counted = histogram([Some(&a), Some(&b)], &Look::default());
        let control = counted.sides[0].as_ref().unwrap();
        assert_eq!(control.channels[0][10], 256);
        assert_eq!(control.channels[1][20], 256);
        assert_eq!(counted.sides[1].as_ref().unwrap().channels[1][25], 256);
        assert_eq!(counted.difference.unwrap()[5], 256);
        assert_eq!(counted.every, 1);
    }

    #[test]
    fn large_pictures_are_counted_on_a_grid() {
        let large = plain(4096, [1, 2, 3]);
        let counted = histogram([Some(&large), None], &Look::default());
        assert!(counted.every > 1);
        let all: u32 = counted.sides[0].as_ref().unwrap().channels[0].iter().sum();
        assert!(all as usize <= 2 * COUNTED && all > 0);
        assert!(counted.difference.is_none());
    }
}
