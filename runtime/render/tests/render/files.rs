//! Picture files: written the same every time, read back as written, and strangers kept at bay.

use hartomat_render::{
    Anchor, EncodeOptions, Fit, ImageFormat, Look, Picture, TransformRequest, encode, image_size,
    transform,
};
use hartomat_schema::{Background, ToneMapping};

/// A gradient, half of it transparent.
fn gradient(background: Background) -> Picture {
    let (width, height) = (24, 16);
    let pixels = (0..width * height).map(|index| {
        let (x, y) = ((index % width) as f32 / 23.0, (index / width) as f32 / 15.0);
        let alpha = if y > 0.5 { 0.5 } else { 1.0 };
        [x * alpha, y * alpha, 0.25 * alpha, alpha]
    });
    let look = Look {
        exposure_ev: 0.0,
        tone_mapping: ToneMapping::Standard,
        background,
    };
    Picture {
        width_px: width,
        height_px: height,
        pixels: pixels.collect(),
        denoised: false,
        look,
    }
}

fn decoded(bytes: &[u8]) -> image::RgbaImage {
    image::load_from_memory(bytes)
        .expect("it decodes")
        .into_rgba8()
}

#[test]
fn every_format_is_written_the_same_twice_and_read_back() {
    let picture = gradient(Background::Transparent);
    let reference =
        decoded(&encode(&picture, ImageFormat::Png, &EncodeOptions::default()).unwrap());
    assert_eq!(reference.get_pixel(23, 0).0, [255, 0, 137, 255]);
    assert_eq!(reference.get_pixel(23, 15).0, [255, 255, 137, 128]);
    for format in ImageFormat::ALL {
        let bytes = encode(&picture, format, &EncodeOptions::default()).unwrap();
        assert_eq!(
            bytes,
            encode(&picture, format, &EncodeOptions::default()).unwrap(),
            "{format}"
        );
        assert_eq!(image_size(&bytes).unwrap(), [24, 16], "{format}");
        let back =
            decoded(&transform(&bytes, &TransformRequest::convert(ImageFormat::Png)).unwrap());
        let tolerance = if format == ImageFormat::Jpeg {
            continue;
        } else {
            1
        };
        for (a, b) in reference.as_raw().iter().zip(back.as_raw()) {
            assert!(a.abs_diff(*b) <= tolerance, "{format}: {a} and {b}");
        }
    }
}

#[test]
fn png_says_that_it_is_srgb_and_jpeg_stands_before_its_matte() {
    let picture = gradient(Background::Transparent);
    let png = encode(&picture, ImageFormat::Png16, &EncodeOptions::default()).unwrap();
    assert!(png.windows(4).any(|chunk| chunk == b"sRGB"));
    let options = EncodeOptions {
        matte: [0.0; 3],
        ..EncodeOptions::default()
    };
    let dark = decoded(&encode(&picture, ImageFormat::Jpeg, &options).unwrap());
    let light = decoded(&encode(&picture, ImageFormat::Jpeg, &EncodeOptions::default()).unwrap());
    assert!(light.get_pixel(2, 14).0[2] > dark.get_pixel(2, 14).0[2] + 60);
}

#[test]
fn a_background_colour_is_shown_as_it_is() {
    let mut picture = gradient(Background::Color { rgb: [1.0; 3] });
    picture.look.tone_mapping = ToneMapping::Agx;
    picture.pixels.fill([0.0; 4]);
    let png = decoded(&encode(&picture, ImageFormat::Png, &EncodeOptions::default()).unwrap());
    assert!(png.pixels().all(|pixel| pixel.0 == [255; 4]));
}

#[test]
fn transforms_crop_resize_and_pad() {
    let picture = gradient(Background::Color { rgb: [0.0; 3] });
    let png = encode(&picture, ImageFormat::Png, &EncodeOptions::default()).unwrap();
    let base = TransformRequest::convert(ImageFormat::Png);
    let sized =
        |request: TransformRequest| image_size(&transform(&png, &request).unwrap()).unwrap();
    assert_eq!(
        sized(TransformRequest {
            crop_px: Some([4, 2, 10, 8]),
            ..base
        }),
        [10, 8]
    );
    let resize = |fit| TransformRequest {
        resize_px: Some(([12, 12], fit)),
        ..base
    };
    for fit in [Fit::Contain, Fit::Cover, Fit::Stretch] {
        assert_eq!(sized(resize(fit)), [12, 12]);
    }
    assert_eq!(
        sized(TransformRequest {
            pad_px: [1, 2, 3, 4],
            ..base
        }),
        [28, 22]
    );
    let contained = TransformRequest {
        anchor: Anchor::Bottom,
        ..resize(Fit::Contain)
    };
    let contained = decoded(&transform(&png, &contained).unwrap());
    assert_eq!(
        (
            contained.get_pixel(5, 1).0[3],
            contained.get_pixel(5, 11).0[3]
        ),
        (0, 255)
    );
    let white = TransformRequest {
        background: Some([1.0; 3]),
        ..resize(Fit::Contain)
    };
    assert_eq!(
        decoded(&transform(&png, &white).unwrap()).get_pixel(5, 0).0,
        [255; 4]
    );
    let err = transform(
        &png,
        &TransformRequest {
            crop_px: Some([20, 0, 10, 8]),
            ..base
        },
    )
    .unwrap_err();
    assert_eq!(
        err.to_string(),
        "crop is 10 × 8 at 20, 0, but must be inside 24 × 16"
    );
}

#[test]
fn shrinking_keeps_light_rather_than_code_values() {
    // A checkerboard of black and white is half the light: 188 in sRGB, not 128.
    let mut picture = gradient(Background::Color { rgb: [0.0; 3] });
    for (index, pixel) in picture.pixels.iter_mut().enumerate() {
        let white = (index % 24 + index / 24) % 2;
        *pixel = [white as f32, white as f32, white as f32, 1.0];
    }
    let png = encode(&picture, ImageFormat::Png, &EncodeOptions::default()).unwrap();
    let half = TransformRequest {
        resize_px: Some(([6, 4], Fit::Stretch)),
        ..TransformRequest::convert(ImageFormat::Png)
    };
    let small = decoded(&transform(&png, &half).unwrap());
    assert!(
        small.get_pixel(3, 2).0[0].abs_diff(188) < 6,
        "{:?}",
        small.get_pixel(3, 2)
    );
}

#[test]
fn bombs_and_rubbish_are_refused_by_their_header() {
    let convert = TransformRequest::convert(ImageFormat::Png);
    let mut bomb = encode(
        &gradient(Background::Transparent),
        ImageFormat::Png,
        &EncodeOptions::default(),
    )
    .unwrap();
    for (size, reason) in [(60_000_u32, "16384"), (16_000, "33,554,432")] {
        bomb[16..20].copy_from_slice(&size.to_be_bytes());
        bomb[20..24].copy_from_slice(&size.to_be_bytes());
        let mut crc = 0xffff_ffff_u32;
        for &byte in &bomb[12..29] {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 {
                    crc >> 1 ^ 0xedb8_8320
                } else {
                    crc >> 1
                };
            }
        }
        bomb[29..33].copy_from_slice(&(!crc).to_be_bytes());
        let message = transform(&bomb, &convert).unwrap_err().to_string();
        assert!(
            message.contains(reason) || message.contains("limit"),
            "{message}"
        );
    }
    for rubbish in [&b""[..], b"no picture at all", &bomb[..40]] {
        assert!(transform(rubbish, &convert).is_err());
        assert!(
            transform(rubbish, &convert)
                .unwrap_err()
                .to_string()
                .starts_with("the picture can't")
        );
    }
}
