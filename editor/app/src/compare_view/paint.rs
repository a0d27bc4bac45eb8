//! Makes a tile: pixels in, colours out. Bytes go row by row through tables; deeper samples one by
//! one.

use std::sync::Arc;

use egui::{Color32, ColorImage};

use super::painter::Order;
use super::{Channel, Layer, Look, Measure, Pixels, TILE, TileKey};

/// A place of a copy.
#[derive(Clone, Copy)]
struct Place {
    level: usize,
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// A tile's colours; none where its side isn't there or doesn't reach so far.
pub(super) fn paint(order: &Order) -> Option<ColorImage> {
    let place = place(order)?;
    match order.key.layer {
        Layer::Control => one(order.control.as_ref()?, place, &order.look),
        Layer::Candidate => one(order.candidate.as_ref()?, place, &order.look),
        Layer::Difference => difference(order, place),
    }
}

fn place(order: &Order) -> Option<Place> {
    let TileKey {
        layer, level, x, y, ..
    } = order.key;
    let sides = (order.control.as_deref(), order.candidate.as_deref());
    let size = match (layer, sides) {
        (Layer::Control, (Some(of), _)) | (Layer::Candidate, (_, Some(of))) => of.level_size(level),
        (Layer::Difference, (Some(control), Some(candidate))) => {
            let (a, b) = (control.level_size(level), candidate.level_size(level));
            [a[0].min(b[0]), a[1].min(b[1])]
        }
        _ => return None,
    };
    let (left, top) = (x * TILE, y * TILE);
    let room = |size: usize, from: usize| {
        let room = size.checked_sub(from).filter(|room| *room > 0)?;
        Some(room.min(TILE))
    };
    Some(Place {
        level,
        left,
        top,
        width: room(size[0], left)?,
        height: room(size[1], top)?,
    })
}

fn one(pixels: &Arc<Pixels>, place: Place, look: &Look) -> Option<ColorImage> {
    if let Some(picture) = bytes(pixels, place, look) {
        return Some(picture);
    }
    let is_linear = pixels.is_linear();
    each(place, |x, y| {
        let pixel = pixels.at(place.level, x, y);
        pixel.map_or(Color32::TRANSPARENT, |pixel| look.color(pixel, is_linear))
    })
}

/// Bytes as they are, or through a table where light is raised or a channel is alone.
fn bytes(pixels: &Pixels, place: Place, look: &Look) -> Option<ColorImage> {
    let columns = place.left..place.left + place.width;
    let (_, channels) = pixels.row(place.level, place.top, columns.clone())?;
    let mut gathered = Vec::with_capacity(place.width * place.height * channels);
    for y in place.top..place.top + place.height {
        gathered.extend_from_slice(pixels.row(place.level, y, columns.clone())?.0);
    }
    let size = [place.width, place.height];
    if channels < 3 || look.channel == Channel::Luminance {
        return None;
    }
    if look.exposure != 0.0 && look.channel != Channel::Alpha {
        let alone = Look {
            channel: Channel::Red,
            ..*look
        };
        let raise = |value: u8| {
            let value = f32::from(value) / 255.0;
            alone.color([value, value, value, 1.0], false).r()
        };
        let table: Vec<u8> = (0..=255).map(raise).collect();
        for pixel in gathered.chunks_exact_mut(channels) {
            for value in &mut pixel[..3] {
                *value = table[usize::from(*value)];
            }
        }
    }
    let channel = match look.channel {
        Channel::Red => Some(0),
        Channel::Green => Some(1),
        Channel::Blue => Some(2),
        Channel::Alpha if channels == 4 => Some(3),
        Channel::Alpha => {
            return Some(ColorImage::filled(size, Color32::WHITE));
        }
        Channel::Color | Channel::Luminance => None,
    };
    Some(match channel {
        // One channel is seen as it is, also where nothing covers it.
        Some(channel) => {
            let gray: Vec<u8> = gathered
                .chunks_exact(channels)
                .map(|p| p[channel])
                .collect();
            ColorImage::from_gray(size, &gray)
        }
        None if channels == 4 => ColorImage::from_rgba_unmultiplied(size, &gathered),
        None => ColorImage::from_rgb(size, &gathered),
    })
}

fn difference(order: &Order, place: Place) -> Option<ColorImage> {
    let look = &order.look;
    if look.measure == Measure::Perceived {
        let perceived = order.perceived.as_ref()?;
        return each(place, |x, y| {
            let value = perceived.at(place.level, x, y);
            value.map_or(Color32::TRANSPARENT, |value| look.perceived(value))
        });
    }
    let (a, b) = (order.control.as_ref()?, order.candidate.as_ref()?);
    if let Some(picture) = byte_difference([a, b], place, look) {
        return Some(picture);
    }
    each(place, |x, y| {
        match (a.at(place.level, x, y), b.at(place.level, x, y)) {
            (Some(a), Some(b)) => look.difference(a, b),
            _ => Color32::TRANSPARENT,
        }
    })
}

/// Of two opaque pictures of bytes: the largest difference of the channels that are shown.
fn byte_difference(sides: [&Pixels; 2], place: Place, look: &Look) -> Option<ColorImage> {
    let shown = match look.channel {
        Channel::Color => 0..3,
        Channel::Red => 0..1,
        Channel::Green => 1..2,
        Channel::Blue => 2..3,
        Channel::Alpha | Channel::Luminance => return None,
    };
    let color = |delta: u8| {
        let delta = f32::from(delta) / 255.0;
        look.difference([delta, delta, delta, 1.0], [0.0, 0.0, 0.0, 1.0])
    };
    let table: Vec<Color32> = (0..=255).map(color).collect();
    let columns = place.left..place.left + place.width;
    let mut colors = Vec::with_capacity(place.width * place.height);
    for y in place.top..place.top + place.height {
        let rows = sides.map(|side| side.row(place.level, y, columns.clone()));
        let [Some((a, 3)), Some((b, 3))] = rows else {
            return None;
        };
        for (a, b) in a.chunks_exact(3).zip(b.chunks_exact(3)) {
            let mut largest = 0;
            for channel in shown.clone() {
                largest = largest.max(a[channel].abs_diff(b[channel]));
            }
            colors.push(table[usize::from(largest)]);
        }
    }
    Some(ColorImage::new([place.width, place.height], colors))
}

fn each(place: Place, color: impl Fn(usize, usize) -> Color32) -> Option<ColorImage> {
    let mut colors = Vec::with_capacity(place.width * place.height);
    for y in place.top..place.top + place.height {
        for x in place.left..place.left + place.width {
            colors.push(color(x, y));
        }
    }
    Some(ColorImage::new([place.width, place.height], colors))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};

    use super::*;

    fn of(picture: DynamicImage) -> Arc<Pixels> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        Arc::new(Pixels::decode(bytes.get_ref()).unwrap())
    }

    fn noise(x: u32, y: u32, channel: u32) -> u8 {
        ((x * 31 + y * 17 + channel * 101) % 256) as u8
    }

    fn order(look: Look, layer: Layer) -> Order {
        let opaque = RgbImage::from_fn(40, 30, |x, y| {
            image::Rgb([0, 1, 2].map(|channel| noise(x, y, channel)))
        });
        let other = RgbImage::from_fn(40, 30, |x, y| {
            image::Rgb([0, 1, 2].map(|channel| noise(x + 3, y, channel)))
        });
        Order {
            key: TileKey {
                layer,
                level: 0,
                x: 0,
                y: 0,
                is_sharp: true,
            },
            control: Some(of(DynamicImage::ImageRgb8(opaque))),
            candidate: Some(of(DynamicImage::ImageRgb8(other))),
            perceived: None,
            look,
            made_for: 0,
        }
    }

    /// The quick way through tables gives what each pixel by itself would.
    #[test]
    fn tables_give_the_colours_that_pixels_have() {
        for channel in Channel::ALL {
            for exposure in [0.0, 1.3] {
                let look = Look {
                    channel,
                    exposure,
                    ..Look::default()
                };
                for layer in [Layer::Control, Layer::Difference] {
                    let order = order(look, layer);
                    let made = paint(&order).unwrap();
                    let (a, b) = (order.control.unwrap(), order.candidate.unwrap());
                    for (x, y) in [(0, 0), (7, 5), (39, 29), (20, 11)] {
                        let (a, b) = (a.at(0, x, y).unwrap(), b.at(0, x, y).unwrap());
                        let expected = match layer {
                            Layer::Difference => look.difference(a, b),
                            _ => look.color(a, false),
                        };
                        let found = made.pixels[y * 40 + x];
                        let is_near = (0..4).all(|part| found[part].abs_diff(expected[part]) <= 1);
                        assert!(
                            is_near,
                            "{channel:?} {exposure} {layer:?}: {found:?} {expected:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn what_covers_half_is_half_there() {
        let half = RgbaImage::from_pixel(8, 8, image::Rgba([255, 0, 0, 128]));
        let mut order = order(Look::default(), Layer::Control);
        order.control = Some(of(DynamicImage::ImageRgba8(half)));
        let made = paint(&order).unwrap();
        assert_eq!(made.pixels[0].a(), 128);
    }
}
