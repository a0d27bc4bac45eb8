//! The classes of differences that were measured on real renders, and the edge cases.

use hartomat_compare::{CompareOptions, FlipResolution, compare_images, judge, judge_again};
use hartomat_schema::{
    Comparison, IgnoredRegion, Lane, NoiseFloor, Region, RungName, Thresholds, Verdict,
};
use image::ImageFormat;

use crate::support::{
    Render, animated_webp, apng, encode, exr, exr_of, png_file, png_rgb, png_rgba,
};

fn options(lane: Lane) -> CompareOptions {
    CompareOptions {
        lane: Some(lane),
        ..CompareOptions::default()
    }
}

fn with_floor(lane: Lane, floor: NoiseFloor) -> CompareOptions {
    CompareOptions {
        floor: Some(floor),
        ..options(lane)
    }
}

fn compare(control: &Render, candidate: &Render) -> Comparison {
    compare_images(
        &control.png(),
        &candidate.png(),
        &options(Lane::Deterministic),
    )
}

fn twin() -> NoiseFloor {
    let twin = Render {
        seed: 7,
        ..Render::default()
    };
    let comparison = compare_images(
        &Render::default().png(),
        &twin.png(),
        &options(Lane::StochasticRaw),
    );
    comparison.measured.image.unwrap().noise_floor().unwrap()
}

#[track_caller]
fn check(comparison: &Comparison, verdict: Verdict, sentence: &str) {
    assert_eq!(comparison.verdict, verdict, "{}", comparison.sentence);
    assert!(
        comparison.sentence.contains(sentence),
        "{}",
        comparison.sentence
    );
}

#[test]
fn the_same_picture_passes_at_each_rung_of_the_hashes() {
    let render = Render::default();
    check(
        &compare(&render, &render),
        Verdict::Pass,
        "equal byte for byte",
    );

    let rgb = render.rgb();
    let stamped = |texts: &[(&str, &str)]| {
        png_file(
            640,
            360,
            png::ColorType::Rgb,
            png::BitDepth::Eight,
            &rgb,
            texts,
        )
    };
    let first = stamped(&[("Date", "2026/11/01"), ("cycles.View.total_time", "1.5")]);
    let second = stamped(&[("Date", "2026/11/02"), ("cycles.View.total_time", "1.7")]);
    let comparison = compare_images(&first, &second, &CompareOptions::default());
    check(&comparison, Verdict::Pass, "proven without decoding");
    assert!(
        comparison
            .measured
            .metadata
            .iter()
            .all(|entry| entry.volatile)
    );
    assert_eq!(comparison.measured.image.unwrap().mean_delta, 0.0);

    let other = stamped(&[("Camera", "Camera.002")]);
    check(
        &compare_images(&first, &other, &CompareOptions::default()),
        Verdict::Warn,
        "Camera",
    );

    let webp = encode(640, 360, rgb.clone(), ImageFormat::WebP);
    check(
        &compare_images(&webp, &first, &options(Lane::Lossy)),
        Verdict::Pass,
        "the decoded content is equal",
    );
}

#[test]
fn same_seed_regressions_fail_with_the_place() {
    let control = Render::default();
    let missing = Render {
        missing_ball: Some(2),
        ..control
    };
    let comparison = compare(&control, &missing);
    check(&comparison, Verdict::Fail, "FLIP of the worst tile");
    let flip = comparison
        .measured
        .image
        .as_ref()
        .unwrap()
        .flip
        .as_ref()
        .unwrap();
    let [x, y] = flip.worst_tile_at.unwrap().center();
    let [cx, cy] = control.ball_center(2);
    assert!(
        (x as f32 - cx).hypot(y as f32 - cy) < 45.0,
        "{x}, {y} is not near {cx}, {cy}"
    );
    assert!(
        comparison.sentence.contains(&format!("at {x}, {y}")),
        "{}",
        comparison.sentence
    );

    check(
        &compare(
            &control,
            &Render {
                light: 1.03,
                ..control
            },
        ),
        Verdict::Fail,
        "",
    );
    check(
        &compare(
            &control,
            &Render {
                flat_tones: true,
                ..control
            },
        ),
        Verdict::Fail,
        "over 4/255",
    );
}

#[test]
fn rounding_passes_and_is_not_called_identical() {
    let render = Render::default();
    let mut rgb = render.rgb();
    for pixel in (0..100).map(|index| index * 3 * 1000) {
        rgb[pixel] += 1;
    }
    let comparison = compare_images(
        &render.png(),
        &png_rgb(640, 360, &rgb),
        &CompareOptions::default(),
    );
    check(&comparison, Verdict::Pass, "numeric");
    let numbers = comparison.measured.image.unwrap();
    assert_eq!(
        (numbers.differing, numbers.max_delta, numbers.histogram[1]),
        (100, 1.0, 100)
    );
    assert_eq!(numbers.histogram.iter().sum::<u64>(), numbers.pixels);
    check(
        &compare_images(
            &render.png(),
            &png_rgb(640, 360, &rgb),
            &options(Lane::Exact),
        ),
        Verdict::Fail,
        "100 pixels differ",
    );
}

#[test]
fn another_seed_needs_a_twin_to_pass() {
    let control = Render::default().png();
    let candidate = Render {
        seed: 3,
        ..Render::default()
    }
    .png();
    let alone = compare_images(&control, &candidate, &options(Lane::StochasticRaw));
    check(&alone, Verdict::Warn, "uncalibrated");
    let calibrated = compare_images(
        &control,
        &candidate,
        &with_floor(Lane::StochasticRaw, twin()),
    );
    check(&calibrated, Verdict::Pass, "");
    let denoised = compare_images(
        &control,
        &candidate,
        &with_floor(Lane::StochasticDenoised, twin()),
    );
    check(&denoised, Verdict::Pass, "");
    // The stored numbers of the first give the second's verdict, without the files.
    let again = judge_again(&alone, &Thresholds::default(), Some(&twin()));
    assert_eq!(again.verdict, calibrated.verdict);
    assert_eq!(again.sentence, calibrated.sentence);
}

#[test]
fn faults_show_through_another_seeds_noise() {
    let control = Render::default().png();
    let floor = twin();
    for lane in [Lane::StochasticRaw, Lane::StochasticDenoised] {
        let missing = Render {
            seed: 3,
            missing_ball: Some(5),
            ..Render::default()
        }
        .png();
        let comparison = compare_images(&control, &missing, &with_floor(lane, floor));
        check(&comparison, Verdict::Fail, "FLIP of the worst tile");
        let light = Render {
            seed: 3,
            light: 1.03,
            ..Render::default()
        }
        .png();
        let comparison = compare_images(&control, &light, &with_floor(lane, floor));
        assert_eq!(comparison.verdict, Verdict::Fail, "{}", comparison.sentence);
        let bias = comparison
            .rungs
            .iter()
            .find(|rung| rung.name == RungName::Bias)
            .unwrap();
        assert_eq!(bias.verdict, Some(Verdict::Fail), "{}", bias.sentence);
    }
}

#[test]
fn one_row_less_fails_before_any_pixel() {
    let render = Render::default();
    let shorter = png_rgb(640, 359, &render.rgb()[..640 * 359 * 3]);
    let comparison = compare_images(&render.png(), &shorter, &CompareOptions::default());
    check(
        &comparison,
        Verdict::Fail,
        "640 × 360 px, the candidate 640 × 359 px",
    );
    assert!(comparison.measured.image.is_none());
}

#[test]
fn what_alpha_hides_passes_and_alpha_itself_counts() {
    let opaque: Vec<u8> = Render::default()
        .rgb()
        .chunks(3)
        .flat_map(|p| [p[0], p[1], p[2], 255])
        .collect();
    let mut holed = opaque.clone();
    let mut hidden = opaque.clone();
    for pixel in 0..2000 {
        holed[pixel * 4 + 3] = 0;
        hidden[pixel * 4 + 3] = 0;
        hidden[pixel * 4] ^= 0x55;
    }
    let png = |rgba: &[u8]| png_rgba(640, 360, rgba);
    let comparison = compare_images(&png(&holed), &png(&hidden), &CompareOptions::default());
    check(&comparison, Verdict::Pass, "nothing visible differs");
    assert!(
        comparison
            .measured
            .notes
            .contains(&"hidden RGB differs".to_owned())
    );

    let mut thinner = opaque.clone();
    for (x, y) in (100..200).flat_map(|x| (100..180).map(move |y| (x, y))) {
        thinner[(y * 640 + x) * 4 + 3] = 200;
    }
    let comparison = compare_images(&png(&opaque), &png(&thinner), &CompareOptions::default());
    assert_eq!(comparison.verdict, Verdict::Fail);
    let alpha = comparison.measured.image.unwrap().alpha.unwrap();
    assert_eq!(alpha.max, 55.0);
    assert_eq!(alpha.worst_tile, 55.0);

    let without = Render::default().png();
    check(
        &compare_images(&without, &png(&opaque), &CompareOptions::default()),
        Verdict::Warn,
        "alpha channels",
    );
    check(
        &compare_images(&without, &png(&holed), &CompareOptions::default()),
        Verdict::Fail,
        "transparent",
    );
}

#[test]
fn sixteen_bits_are_compared_as_such() {
    let deep = |add: u16| {
        let rgb = Render::default().rgb();
        let bytes: Vec<u8> = rgb
            .iter()
            .flat_map(|&value| (u16::from(value) * 250 + add).to_be_bytes())
            .collect();
        png_file(
            640,
            360,
            png::ColorType::Rgb,
            png::BitDepth::Sixteen,
            &bytes,
            &[],
        )
    };
    let comparison = compare_images(&deep(0), &deep(100), &CompareOptions::default());
    check(&comparison, Verdict::Pass, "");
    let numbers = comparison.measured.image.unwrap();
    assert!(
        (numbers.mean_delta - 100.0 / 257.0).abs() < 1e-4,
        "{}",
        numbers.mean_delta
    );
    assert_eq!(numbers.differing, numbers.pixels);

    let shallow = Render::default().png();
    let same: Vec<u8> = Render::default()
        .rgb()
        .iter()
        .flat_map(|&value| (u16::from(value) * 257).to_be_bytes())
        .collect();
    let deepened = png_file(
        640,
        360,
        png::ColorType::Rgb,
        png::BitDepth::Sixteen,
        &same,
        &[],
    );
    check(
        &compare_images(&shallow, &deepened, &CompareOptions::default()),
        Verdict::Warn,
        "depths",
    );
}

#[test]
fn grey_palette_and_interlaced_files_are_read() {
    let grey: Vec<u8> = Render::default()
        .rgb()
        .chunks(3)
        .map(|pixel| pixel[0])
        .collect();
    let rgb: Vec<u8> = grey.iter().flat_map(|&value| [value; 3]).collect();
    let file = png_file(
        640,
        360,
        png::ColorType::Grayscale,
        png::BitDepth::Eight,
        &grey,
        &[],
    );
    check(
        &compare_images(&file, &png_rgb(640, 360, &rgb), &CompareOptions::default()),
        Verdict::Pass,
        "content",
    );
}

#[test]
fn lossy_files_have_their_own_lane() {
    let render = Render {
        noise: 0.0,
        ..Render::default()
    };
    let jpeg = encode(640, 360, render.rgb(), ImageFormat::Jpeg);
    check(
        &compare_images(&render.png(), &jpeg, &options(Lane::Lossy)),
        Verdict::Pass,
        "perceptual",
    );
    check(
        &compare_images(&render.png(), &jpeg, &options(Lane::Deterministic)),
        Verdict::Fail,
        "file formats",
    );
    let missing = Render {
        missing_ball: Some(1),
        ..render
    };
    let other = encode(640, 360, missing.rgb(), ImageFormat::Jpeg);
    check(
        &compare_images(&render.png(), &other, &options(Lane::Lossy)),
        Verdict::Fail,
        "worst tile",
    );
}

#[test]
fn scene_light_is_compared_relatively_and_non_numbers_fail() {
    let light = |gain: f32| -> Vec<f32> {
        Render::default()
            .rgb()
            .iter()
            .map(|&value| f32::from(value) / 32.0 * gain)
            .collect()
    };
    let control = exr(640, 360, light(1.0));
    let close = compare_images(
        &control,
        &exr(640, 360, light(1.005)),
        &CompareOptions::default(),
    );
    check(&close, Verdict::Pass, "");
    assert_eq!(close.lane, Lane::Hdr);
    let brighter = compare_images(
        &control,
        &exr(640, 360, light(1.2)),
        &CompareOptions::default(),
    );
    check(&brighter, Verdict::Fail, "");
    let mut broken = light(1.0);
    broken[3000] = f32::NAN;
    check(
        &compare_images(&control, &exr(640, 360, broken), &CompareOptions::default()),
        Verdict::Fail,
        "no number",
    );
}

#[test]
fn frames_and_layers_that_are_not_decoded_leave_the_verdict_open() {
    let render = |light: f32| {
        Render {
            width: 64,
            height: 36,
            light,
            ..Render::default()
        }
        .rgb()
    };
    let (same, other) = (render(1.0), render(2.0));
    for animate in [apng, animated_webp] {
        let frames = |second: &[u8]| animate(64, 36, &[same.clone(), second.to_vec()]);
        let options = CompareOptions::default();
        let control = frames(&same);
        check(
            &compare_images(&control, &control, &options),
            Verdict::Pass,
            "equal byte for byte",
        );
        let comparison = compare_images(&control, &frames(&other), &options);
        check(&comparison, Verdict::Inconclusive, "first frame alone");
        let again = judge_again(&comparison, &Thresholds::default(), None);
        assert_eq!(again.verdict, Verdict::Inconclusive);
        let broken = animate(64, 36, &[other.clone(), same.clone()]);
        let comparison = compare_images(&control, &broken, &options);
        assert_eq!(comparison.verdict, Verdict::Fail, "a fault is proven");
        check(
            &compare_images(
                &control,
                &animate(64, 36, std::slice::from_ref(&same)),
                &options,
            ),
            Verdict::Fail,
            "frame counts",
        );
    }

    let light = [("B", 0.5), ("G", 0.5), ("R", 0.5)];
    let deep = |depth: f32| exr_of(&[&light[..], &[("Z", depth)]].concat());
    let options = CompareOptions::default();
    check(
        &compare_images(&deep(1.0), &deep(2.0), &options),
        Verdict::Inconclusive,
        "first colour layer alone",
    );
    check(
        &compare_images(&deep(1.0), &exr_of(&light), &options),
        Verdict::Fail,
        "layers differ",
    );
    let near = exr_of(&[("B", 0.5), ("G", 0.5), ("R", 0.501)]);
    check(
        &compare_images(&exr_of(&light), &near, &options),
        Verdict::Pass,
        "",
    );
}

#[test]
fn regions_can_be_left_out() {
    let control = Render::default();
    let missing = Render {
        missing_ball: Some(2),
        ..control
    };
    let [x, y] = control.ball_center(2);
    let region = Region {
        x_px: x as u32 - 40,
        y_px: y as u32 - 40,
        width_px: 80,
        height_px: 80,
    };
    let ignored = vec![IgnoredRegion {
        region,
        reason: "known".to_owned(),
    }];
    let options = CompareOptions {
        ignored,
        ..CompareOptions::default()
    };
    check(
        &compare_images(&control.png(), &missing.png(), &options),
        Verdict::Pass,
        "",
    );
}

#[test]
fn without_flip_a_verdict_that_needs_it_stays_open() {
    let control = Render::default();
    let missing = Render {
        missing_ball: Some(2),
        ..control
    };
    let quick = CompareOptions {
        flip: FlipResolution::Off,
        ..CompareOptions::default()
    };
    let light = Render {
        light: 1.002,
        ..control
    };
    let comparison = compare_images(&control.png(), &missing.png(), &quick);
    assert_ne!(comparison.verdict, Verdict::Pass);
    assert_eq!(
        compare_images(&control.png(), &light.png(), &quick).verdict,
        Verdict::Pass
    );
}

#[test]
fn damaged_candidates_fail_and_damaged_controls_prove_nothing() {
    let png = Render::default().png();
    let cut = &png[..png.len() / 2];
    check(
        &compare_images(&png, cut, &CompareOptions::default()),
        Verdict::Fail,
        "cut off",
    );
    check(
        &compare_images(cut, &png, &CompareOptions::default()),
        Verdict::Inconclusive,
        "the control",
    );
    check(
        &compare_images(cut, cut, &CompareOptions::default()),
        Verdict::Inconclusive,
        "",
    );
    check(
        &compare_images(&png, b"", &CompareOptions::default()),
        Verdict::Fail,
        "empty",
    );
    check(
        &compare_images(&png, b"GIF89a", &CompareOptions::default()),
        Verdict::Inconclusive,
        "isn't read here",
    );
}

#[test]
fn bombs_are_refused_by_their_header() {
    let mut bomb = png_rgb(1, 1, &[0, 0, 0]);
    bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let comparison = compare_images(&Render::default().png(), &bomb, &CompareOptions::default());
    check(&comparison, Verdict::Fail, "at most 16384");
}

/// CRC-32 as PNG has it, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn numbers_are_symmetric_and_do_not_depend_on_threads() {
    let (a, b) = (
        Render::default().png(),
        Render {
            seed: 9,
            light: 1.01,
            ..Render::default()
        }
        .png(),
    );
    let options = options(Lane::StochasticRaw);
    let forth = compare_images(&a, &b, &options).measured.image.unwrap();
    let back = compare_images(&b, &a, &options).measured.image.unwrap();
    assert_eq!(forth.mean_delta, back.mean_delta);
    assert_eq!(forth.histogram, back.histogram);
    assert_eq!(forth.flip, back.flip);
    assert_eq!(forth.channels[0].signed_mean, -back.channels[0].signed_mean);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let alone = pool.install(|| compare_images(&a, &b, &options));
    assert_eq!(alone.measured.image.unwrap(), forth);
}

#[test]
fn a_stored_comparison_reads_back_and_judges_the_same() {
    let control = Render::default();
    let comparison = compare(
        &control,
        &Render {
            missing_ball: Some(0),
            ..control
        },
    );
    let text = serde_json::to_string(&comparison).unwrap();
    let back: Comparison = serde_json::from_str(&text).unwrap();
    assert_eq!(back, comparison);
    let again = judge(
        &back.measured,
        back.lane,
        &back.thresholds,
        back.floor.as_ref(),
    );
    assert_eq!(
        (again.verdict, again.rungs),
        (comparison.verdict, comparison.rungs)
    );
}
