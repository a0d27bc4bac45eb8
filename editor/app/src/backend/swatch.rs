//! Pictures of materials as the runtime renders them.

use egui::{Color32, ColorImage};
use hartomat_api::Backend;
use image::{ImageFormat, ImageReader, Limits};

/// Larger pictures aren't looked at.
const MOST_PIXELS: u32 = 1024;
/// Side of a picture in memory: some twice its side on screen.
const SIDE: usize = 64;

/// A material's picture; none where there is none.
pub(super) fn swatch(backend: &dyn Backend, key: &str) -> Option<ColorImage> {
    decode(&backend.material_swatch(key).ok()?)
}

fn decode(png: &[u8]) -> Option<ColorImage> {
    let mut reader = ImageReader::with_format(std::io::Cursor::new(png), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    reader.limits(limits);
    let picture = reader.decode().ok()?.to_rgba8();
    let size = [
        usize::try_from(picture.width()).ok()?,
        usize::try_from(picture.height()).ok()?,
    ];
    let mut picture = ColorImage::from_rgba_unmultiplied(size, picture.as_raw());
    while picture.size[0].min(picture.size[1]) >= 2 * SIDE {
        picture = halved(&picture);
    }
    Some(picture)
}

/// Four pixels become one. Colours are weighed by how opaque they are, so that nothing darkens at
/// the rim.
fn halved(picture: &ColorImage) -> ColorImage {
    let [width, height] = picture.size.map(|side| side / 2);
    let mean = |x: usize, y: usize| {
        let four = [(0, 0), (1, 0), (0, 1), (1, 1)]
            .map(|(right, down)| picture[(2 * x + right, 2 * y + down)].to_array());
        let channel = |index: usize| {
            let sum: u16 = four.iter().map(|pixel| u16::from(pixel[index])).sum();
            u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
        };
        Color32::from_rgba_premultiplied(channel(0), channel(1), channel(2), channel(3))
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    ColorImage::new([width, height], pixels.map(|(x, y)| mean(x, y)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(side: u32) -> Vec<u8> {
        let half = |x: u32, _| {
            image::Rgba(if x < side / 2 {
                [200, 100, 0, 255]
            } else {
                [0; 4]
            })
        };
        let picture = image::RgbaImage::from_fn(side, side, half);
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_made_small_and_keeps_what_is_transparent() {
        let picture = decode(&png(128)).unwrap();
        assert_eq!(picture.size, [64, 64]);
        assert_eq!(picture[(3, 9)], Color32::from_rgb(200, 100, 0));
        assert_eq!(picture[(60, 9)], Color32::TRANSPARENT);
    }

    #[test]
    fn what_is_no_picture_or_too_large_is_none() {
        assert!(decode(b"no picture").is_none());
        assert!(decode(&png(1026)).is_none());
    }
}
