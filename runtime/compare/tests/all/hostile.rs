//! Bytes from anywhere: an answer always, a panic never.

use hartomat_compare::{
    CompareOptions, DifferenceStyle, compare_files, compare_glb, compare_images, compare_stl,
    difference_picture,
};
use hartomat_schema::Verdict;
use image::ImageFormat;
use proptest::prelude::*;

use crate::support::{Render, encode, exr};

fn small() -> Render {
    Render {
        width: 37,
        height: 19,
        ..Render::default()
    }
}

fn files() -> Vec<Vec<u8>> {
    let rgb = small().rgb();
    let light = rgb.iter().map(|&value| f32::from(value)).collect();
    vec![
        small().png(),
        encode(37, 19, rgb.clone(), ImageFormat::Jpeg),
        encode(37, 19, rgb, ImageFormat::WebP),
        exr(37, 19, light),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn damaged_files_get_an_answer(
        which in 0_usize..4, damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        keep in any::<prop::sample::Index>(), cut in any::<bool>(),
    ) {
        let file = files().swap_remove(which);
        let mut broken = file.clone();
        for (at, value) in damage {
            let at = at.index(broken.len());
            broken[at] = value;
        }
        if cut {
            broken.truncate(keep.index(broken.len()));
        }
        let options = CompareOptions::default();
        let comparison = compare_images(&file, &broken, &options);
        prop_assert!(!comparison.sentence.is_empty());
        compare_images(&broken, &broken, &options);
        let _ = difference_picture(&file, &broken, &DifferenceStyle::default());
    }

    #[test]
    fn noise_gets_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..300), magic in 0_usize..5) {
        let mut file: Vec<u8> =
            [&b"glTF\x02\0\0\0"[..], b"solid ", b"\x89PNG\r\n\x1a\n", b"{", b""][magic].to_vec();
        file.extend(bytes);
        let options = CompareOptions::default();
        for compare in [compare_files, compare_glb, compare_stl, compare_images] {
            let comparison = compare(&file, &file, &options);
            prop_assert!(!comparison.sentence.is_empty());
        }
    }

    #[test]
    fn any_picture_equals_itself(width in 1_u32..70, height in 1_u32..70, seed in any::<u32>()) {
        let render = Render { width, height, seed, ..Render::default() };
        let other = Render { noise: 0.1, seed: seed ^ 1, ..render };
        let same = compare_images(&render.png(), &render.png(), &CompareOptions::default());
        prop_assert_eq!(same.verdict, Verdict::Pass);
        let numbers = compare_images(&render.png(), &other.png(), &CompareOptions::default());
        if let Some(flip) = numbers.measured.image.unwrap().flip {
            prop_assert!((0.0..=1.0).contains(&flip.mean) && flip.worst_tile <= 1.0);
        }
    }
}
