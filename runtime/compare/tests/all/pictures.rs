//! Difference pictures: right size, same bytes, bright where the difference is.

use hartomat_compare::{
    DifferenceMeasure, DifferenceStyle, ReadError, difference_picture, side_by_side,
};

use crate::support::{Render, png_rgb};

#[test]
fn the_difference_is_bright_where_the_ball_is_missing_and_dark_elsewhere() {
    let control = Render::default();
    let missing = Render {
        missing_ball: Some(2),
        ..control
    };
    for measure in [DifferenceMeasure::Flip, DifferenceMeasure::Delta] {
        let style = DifferenceStyle {
            measure,
            legend: false,
            ..DifferenceStyle::default()
        };
        let png = difference_picture(&control.png(), &missing.png(), &style).unwrap();
        let picture = image::load_from_memory(&png).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (640, 360));
        let [x, y] = control.ball_center(2);
        let light = |x: f32, y: f32| {
            picture
                .get_pixel(x as u32, y as u32)
                .0
                .iter()
                .map(|&v| u32::from(v))
                .sum::<u32>()
        };
        assert!(light(x - 10.0, y - 10.0) > 300);
        assert!(light(x - 200.0, y) < 40);
        assert_eq!(
            png,
            difference_picture(&control.png(), &missing.png(), &style).unwrap()
        );
    }
}

#[test]
fn pictures_of_different_sizes_are_laid_over_each_other_from_the_top_left() {
    let render = Render::default();
    let shorter = png_rgb(640, 300, &render.rgb()[..640 * 300 * 3]);
    let png = side_by_side(&render.png(), &shorter, &DifferenceStyle::default()).unwrap();
    let picture = image::load_from_memory(&png).unwrap();
    assert!(picture.width() > 3 * 640 && picture.height() > 300);
    let small = DifferenceStyle {
        longest_side_px: 100,
        legend: false,
        ..DifferenceStyle::default()
    };
    let png = difference_picture(&render.png(), &shorter, &small).unwrap();
    assert_eq!(image::load_from_memory(&png).unwrap().width(), 640 / 7);
}

#[test]
fn what_is_no_picture_is_an_error() {
    let result = difference_picture(
        b"no picture",
        &Render::default().png(),
        &DifferenceStyle::default(),
    );
    assert!(matches!(result, Err(ReadError::Unsupported { .. })));
}
