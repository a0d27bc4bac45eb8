//! Pictures and models made on the spot: shaded balls with seeded noise, in every file format.

use std::io::Cursor;

use image::{DynamicImage, ImageBuffer, ImageFormat};

/// A "render": a ring of shaded balls before a backdrop.
#[derive(Clone, Copy)]
pub(crate) struct Render {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) seed: u32,
    pub(crate) noise: f32,
    pub(crate) light: f32,
    pub(crate) missing_ball: Option<u32>,
    pub(crate) flat_tones: bool,
}

pub(crate) const BALLS: u32 = 8;

impl Default for Render {
    fn default() -> Self {
        Self {
            width: 640,
            height: 360,
            seed: 0,
            noise: 0.15,
            light: 1.0,
            missing_ball: None,
            flat_tones: false,
        }
    }
}

/// A number from −1 to 1 that depends on all four, with mean 0.
pub(crate) fn noise_at(x: u32, y: u32, channel: u32, seed: u32) -> f32 {
    let mut h = x.wrapping_mul(0x9e37_79b1)
        ^ y.wrapping_mul(0x85eb_ca77)
        ^ channel.wrapping_mul(0xc2b2_ae3d);
    h = (h ^ seed.wrapping_mul(0x27d4_eb2f)).wrapping_mul(0x1656_67b1);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h ^= h >> 13;
    h as f32 / u32::MAX as f32 * 2.0 - 1.0
}

impl Render {
    pub(crate) fn ball_center(&self, ball: u32) -> [f32; 2] {
        let angle = ball as f32 / BALLS as f32 * std::f32::consts::TAU;
        let (w, h) = (self.width as f32, self.height as f32);
        [
            w / 2.0 + 0.33 * h * angle.cos(),
            h / 2.0 + 0.33 * h * angle.sin(),
        ]
    }

    /// Linear light of a pixel without noise.
    fn light_at(&self, x: f32, y: f32) -> [f32; 3] {
        let radius = 0.06 * self.height as f32;
        for ball in (0..BALLS).filter(|&ball| Some(ball) != self.missing_ball) {
            let [cx, cy] = self.ball_center(ball);
            let (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
            let flat = dx * dx + dy * dy;
            if flat < 1.0 {
                let up = (1.0 - flat).sqrt();
                let shade = (-0.5 * dx - 0.6 * dy + 0.62 * up).max(0.0);
                return [
                    0.05 + 0.45 * shade,
                    0.05 + 0.38 * shade,
                    0.05 + 0.28 * shade,
                ];
            }
        }
        let backdrop = 0.12 + 0.08 * y / self.height as f32;
        [backdrop, backdrop, backdrop * 1.1]
    }

    pub(crate) fn rgb(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity((self.width * self.height * 3) as usize);
        for y in 0..self.height {
            for x in 0..self.width {
                let light = self.light_at(x as f32 + 0.5, y as f32 + 0.5);
                for (channel, value) in (0..).zip(light) {
                    let noise = 1.0 + self.noise * noise_at(x, y, channel, self.seed);
                    let value = (value * self.light * noise).clamp(0.0, 1.0);
                    let shown = if self.flat_tones {
                        value.powf(0.7)
                    } else {
                        value
                    };
                    out.push((srgb(shown) * 255.0 + 0.5) as u8);
                }
            }
        }
        out
    }

    pub(crate) fn png(&self) -> Vec<u8> {
        png_rgb(self.width, self.height, &self.rgb())
    }
}

fn srgb(value: f32) -> f32 {
    if value <= 0.003_130_8 {
        value * 12.92
    } else {
        1.055 * value.powf(1.0 / 2.4) - 0.055
    }
}

pub(crate) fn png_rgb(width: u32, height: u32, rgb: &[u8]) -> Vec<u8> {
    png_file(
        width,
        height,
        png::ColorType::Rgb,
        png::BitDepth::Eight,
        rgb,
        &[],
    )
}

pub(crate) fn png_rgba(width: u32, height: u32, rgba: &[u8]) -> Vec<u8> {
    png_file(
        width,
        height,
        png::ColorType::Rgba,
        png::BitDepth::Eight,
        rgba,
        &[],
    )
}

pub(crate) fn png_file(
    width: u32,
    height: u32,
    color: png::ColorType,
    depth: png::BitDepth,
    samples: &[u8],
    texts: &[(&str, &str)],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    encoder.set_compression(png::Compression::Fast);
    for (key, value) in texts {
        encoder
            .add_text_chunk((*key).to_owned(), (*value).to_owned())
            .unwrap();
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    bytes
}

/// The picture in another file format.
pub(crate) fn encode(width: u32, height: u32, rgb: Vec<u8>, format: ImageFormat) -> Vec<u8> {
    let picture = DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, rgb).unwrap());
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// An animated PNG of these frames.
pub(crate) fn apng(width: u32, height: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_animated(frames.len() as u32, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    for frame in frames {
        writer.write_image_data(frame).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

/// An animated WebP of these frames.
pub(crate) fn animated_webp(width: u32, height: u32, frames: &[Vec<u8>]) -> Vec<u8> {
    let chunk = |kind: &[u8], body: &[u8]| {
        let size = (body.len() as u32).to_le_bytes();
        let padding = &[0][..body.len() % 2];
        [kind, &size, body, padding].concat()
    };
    let three = |value: u32| value.to_le_bytes()[..3].to_vec();
    let size = [three(width - 1), three(height - 1)].concat();
    let mut body = b"WEBP".to_vec();
    body.extend(chunk(b"VP8X", &[&[2, 0, 0, 0][..], &size].concat()));
    body.extend(chunk(b"ANIM", &[0; 6]));
    for frame in frames {
        let still = encode(width, height, frame.clone(), ImageFormat::WebP);
        // A place, the size, 40 ms and no blending come before what the still holds.
        let head = [&[0; 6][..], &size, &[40, 0, 0, 2]].concat();
        body.extend(chunk(b"ANMF", &[&head[..], &still[12..]].concat()));
    }
    chunk(b"RIFF", &body)
}

/// Scene light of 8 × 8 pixels as OpenEXR with these channels, in order, each of one value.
pub(crate) fn exr_of(channels: &[(&str, f32)]) -> Vec<u8> {
    const SIDE: usize = 8;
    let last = SIDE as u32 - 1;
    let window = [0, 0, last, last].map(u32::to_le_bytes).concat();
    let mut list: Vec<u8> = Vec::new();
    for (name, _) in channels {
        list.extend(name.as_bytes());
        // The end of the name, 32-bit floats, each pixel has its own.
        list.extend([0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    }
    list.push(0);
    let one = 1_f32.to_le_bytes();
    let attributes: [(&str, &str, &[u8]); 8] = [
        ("channels", "chlist", &list),
        ("compression", "compression", &[0]),
        ("dataWindow", "box2i", &window),
        ("displayWindow", "box2i", &window),
        ("lineOrder", "lineOrder", &[0]),
        ("pixelAspectRatio", "float", &one),
        ("screenWindowCenter", "v2f", &[0; 8]),
        ("screenWindowWidth", "float", &one),
    ];
    let mut file: Vec<u8> = vec![0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0];
    for (name, kind, value) in attributes {
        file.extend(format!("{name}\0{kind}\0").as_bytes());
        file.extend((value.len() as u32).to_le_bytes());
        file.extend(value);
    }
    file.push(0);
    let row = 4 * SIDE * channels.len();
    let rows_at = file.len() + 8 * SIDE;
    for y in 0..SIDE {
        file.extend(((rows_at + y * (8 + row)) as u64).to_le_bytes());
    }
    for y in 0..SIDE as u32 {
        file.extend(y.to_le_bytes());
        file.extend((row as u32).to_le_bytes());
        for (_, value) in channels {
            file.extend(value.to_le_bytes().repeat(SIDE));
        }
    }
    file
}

/// Scene light as OpenEXR.
pub(crate) fn exr(width: u32, height: u32, samples: Vec<f32>) -> Vec<u8> {
    let picture = DynamicImage::ImageRgb32F(ImageBuffer::from_raw(width, height, samples).unwrap());
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::OpenExr).unwrap();
    bytes.into_inner()
}
