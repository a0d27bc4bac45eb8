//! A picture under construction, and its PNG.

use super::font;

/// Colour of labels.
pub(crate) const INK: [u8; 3] = [225, 227, 230];

/// Colour of scales and captions.
pub(crate) const FAINT: [u8; 3] = [142, 147, 155];

/// Colour between the pictures.
const GROUND: [u8; 3] = [27, 29, 33];

/// RGB pixels.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![GROUND; width * height],
        }
    }

    /// Sets a pixel; outside nothing happens.
    pub(crate) fn set(&mut self, [x, y]: [usize; 2], color: [u8; 3]) {
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x] = color;
        }
    }

    /// Draws a picture of `width` pixels a row.
    pub(crate) fn draw(&mut self, picture: &[[u8; 3]], width: usize, [left, top]: [usize; 2]) {
        for (row, pixels) in picture.chunks_exact(width).enumerate() {
            let start = (top + row) * self.width + left;
            self.pixels[start..start + width].copy_from_slice(pixels);
        }
    }

    /// Writes a label and returns where the next character would stand.
    pub(crate) fn text(&mut self, text: &str, [left, top]: [usize; 2], color: [u8; 3]) -> usize {
        let mut x = left;
        for character in text.chars() {
            for (row, bits) in font::rows(character).into_iter().enumerate() {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                        self.set([x + 2 * column + dx, top + 2 * row + dy], color);
                    }
                }
            }
            x += font::ADVANCE;
        }
        x
    }

    /// The picture as PNG.
    pub(crate) fn into_png(self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Fast);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let mut writer = encoder.write_header().expect("memory takes any header");
        writer
            .write_image_data(self.pixels.as_flattened())
            .expect("the canvas has its own size");
        writer.finish().expect("memory takes any end");
        bytes
    }
}
