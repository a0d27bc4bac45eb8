//! Playing, waiting, stepping, and what is missing.

use std::sync::Arc;

use hartomat_api::{ApiError, ErrorKind};
use image::{DynamicImage, ImageFormat, RgbImage};

use super::*;

fn pixels() -> Arc<Pixels> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(RgbImage::new(8, 8));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    Arc::new(Pixels::decode(bytes.get_ref()).unwrap())
}

/// A video of so many frames, all of which were read.
fn read(counts: [u64; 2]) -> Video {
    let mut video = Video::new(counts, 10.0);
    for (side, count) in counts.into_iter().enumerate() {
        for frame in 1..=count {
            video.came(frame, side, Ok(pixels()));
        }
    }
    video
}

#[test]
fn a_frame_follows_when_it_is_due_and_the_last_by_the_first() {
    let mut video = read([3, 3]);
    video.apply(VideoCommand::PlayOrPause);
    let mut seen = Vec::new();
    for tick in 0..60 {
        video.play(f64::from(tick) * 0.01, true);
        video.shown = Some(video.frame);
        if seen.last() != Some(&video.frame) {
            seen.push(video.frame);
        }
    }
    assert_eq!(seen, [1, 2, 3, 1, 2, 3], "ten frames in a second");
    video.apply(VideoCommand::Loop(false));
    for tick in 60..120 {
        video.play(f64::from(tick) * 0.01, true);
        video.shown = Some(video.frame);
    }
    assert_eq!((video.frame, video.is_playing), (3, false));
    video.apply(VideoCommand::PlayOrPause);
    assert_eq!(video.frame, 1, "from the end it begins again");
}

#[test]
fn it_waits_for_a_frame_and_leaves_none_out() {
    let mut video = Video::new([3, 3], 10.0);
    video.came(1, 0, Ok(pixels()));
    video.came(1, 1, Ok(pixels()));
    video.came(2, 0, Ok(pixels()));
    video.shown = Some(1);
    video.apply(VideoCommand::PlayOrPause);
    for tick in 0..100 {
        video.play(f64::from(tick) * 0.01, true);
    }
    assert_eq!(video.frame, 1, "the candidate's second frame isn't there");
    video.came(2, 1, Ok(pixels()));
    video.play(1.0, false);
    assert_eq!(video.frame, 1, "the first one isn't drawn yet");
    video.play(1.0, true);
    assert_eq!(video.frame, 2);
}

#[test]
fn whoever_is_over_stays_at_the_last_frame() {
    let mut video = read([5, 3]);
    video.apply(VideoCommand::GoToLast);
    assert_eq!((video.frame, video.frame_of(1, video.frame)), (5, 3));
    assert!(video.is_there(5));
    video.apply(VideoCommand::By(1));
    assert_eq!(video.frame, 5);
    video.apply(VideoCommand::By(-9));
    assert_eq!(video.frame, 1);
}

#[test]
fn what_is_missing_stops_it_once_and_can_be_tried_again() {
    let mut video = Video::new([9, 9], 10.0);
    video.apply(VideoCommand::PlayOrPause);
    assert_eq!(video.take_on(), [(1, 0), (1, 1)], "two questions at once");
    let missing = ApiError::new(ErrorKind::EnvironmentMissing, "there is no ffmpeg here");
    video.came(1, 0, Err(missing));
    assert!(!video.is_playing);
    assert_eq!(video.failure().map(|(side, _)| side), Some(0));
    assert!(video.take_on().is_empty(), "nobody asks again by himself");
    video.apply(VideoCommand::Retry);
    assert!(video.failure().is_none());
    assert_eq!(video.take_on(), [(1, 0)]);
}

#[test]
fn speeds_go_up_and_down_within_their_bounds() {
    let mut video = read([2, 2]);
    video.apply(VideoCommand::Faster(true));
    assert_eq!(video.speed, 2.0);
    for _ in 0..9 {
        video.apply(VideoCommand::Faster(false));
    }
    assert_eq!(video.speed, SPEEDS[0]);
}
