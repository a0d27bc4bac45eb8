//! Playing, waiting, stepping, and what is missing.

use std::sync::Arc;

use egui::Context;
use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{Artifact, ArtifactKind, Digest, Verdict, VideoNumbers};
use image::{DynamicImage, ImageFormat, RgbImage};

use super::*;
use crate::backend::CompareAsk;
use crate::compare_view::{CompareMode, CompareSource, Measure, OpenComparison, open};

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

/// Two stored videos beside each other, of which that many frames are told.
fn stored(frames: u64) -> OpenComparison {
    let facts = serde_json::json!({"frames": frames, "fps": 10.0});
    let artifact = Artifact {
        kind: ArtifactKind::VIDEO,
        digest: Digest::of(b"turn"),
        size_bytes: 4,
        name: "turn.mp4".to_owned(),
        media_type: "video/mp4".to_owned(),
        facts: facts.as_object().unwrap().clone(),
    };
    let source = CompareSource::Artifact(Box::new(artifact), None);
    let sides = [Some(source.clone()), Some(source)];
    open::new(1, sides, &Context::default())
}

#[test]
fn flip_is_asked_of_one_frame_at_a_time_and_then_of_the_one_that_is_shown() {
    let mut open = stored(10);
    open.mode = CompareMode::Difference;
    open.look.measure = Measure::Perceived;
    let frame_of = |ask: Option<CompareAsk>| match ask {
        Some(CompareAsk::Perceive { frame, .. }) => frame,
        _ => None,
    };
    assert!(open.ask_perceived().is_none(), "nothing is read yet");
    open.video = Some(read([10, 10]));
    let mut asked = Vec::new();
    for frame in 1..=9 {
        let video = open.video.as_mut().unwrap();
        video.apply(VideoCommand::GoTo(frame));
        open.follow_video(&Context::default());
        asked.extend(frame_of(open.ask_perceived()));
    }
    assert_eq!(asked, [1], "the others would wait behind it");
    open.perceived_came(Some(1), Ok(None));
    assert!(open.perceived.is_none(), "frame 9 is shown");
    assert_eq!(frame_of(open.ask_perceived()), Some(9));
    open.perceived_came(Some(9), Ok(None));
    assert!(open.perceived.is_some());
    assert!(open.ask_perceived().is_none());
}

#[test]
fn a_length_that_cannot_be_is_cut_and_what_was_read_is_known_without_counting_it() {
    let mut open = stored(1_000_000_000_000_000);
    open.follow_video(&Context::default());
    let video = open.video.as_mut().unwrap();
    assert_eq!(video.total(), MOST_FRAMES);
    video.came(1, 0, Ok(pixels()));
    video.came(1, 1, Ok(pixels()));
    video.came(7, 0, Ok(pixels()));
    assert_eq!(video.read().collect::<Vec<_>>(), [1], "of both sides");
    video.apply(VideoCommand::GoToLast);
    assert_eq!(video.take_on()[0], (MOST_FRAMES, 0));
}

#[test]
fn it_begins_within_the_video_though_the_comparison_names_a_frame_beyond() {
    let mut open = stored(10);
    let options = hartomat_compare::CompareOptions::default();
    let mut comparison = hartomat_compare::compare_files(b"one", b"other", &options);
    let frame = serde_json::json!({
        "number": 900, "pixels": 64, "differing": 64, "mean_delta": 90.0, "max_delta": 90.0, "max_at": null,
        "over_2_share": 1.0, "over_4_share": 1.0, "over_16_share": 1.0,
        "bias": {
            "tile_px": 8, "tiles": 1, "z_rms": 0.0, "beyond_4_share": 0.0, "worst_z": 0.0, "worst_at": null,
            "median_relative_bias": 0.0,
        },
    });
    comparison.verdict = Verdict::Fail;
    comparison.measured.video = Some(VideoNumbers {
        compared: 10,
        fps: 10.0,
        mean_delta: 90.0,
        frames: vec![serde_json::from_value(frame).unwrap()],
        frames_late: None,
    });
    comparison.kind = ArtifactKind::VIDEO;
    open.comparison = Some(comparison);
    open.follow_video(&Context::default());
    let video = open.video.unwrap();
    assert_eq!(video.curve.as_ref().unwrap().worst, 900);
    assert_eq!(video.frame, 10);
}

#[test]
fn large_frames_are_asked_for_once_though_not_all_can_be_kept() {
    let large = Pixels::of_gray([8192, 6656], vec![0; 8192 * 6656]);
    let large = Arc::new(large.unwrap());
    for counts in [[100, 100], [100, 40]] {
        let mut video = Video::new(counts, 25.0);
        // Backwards, so that what was read before is what comes next.
        for frame in (60..=70).rev() {
            video.apply(VideoCommand::GoTo(frame));
            let mut asked = 0;
            loop {
                let taken = video.take_on();
                if taken.is_empty() {
                    break;
                }
                asked += taken.len();
                assert!(asked < 20, "frame {frame} of {counts:?} has no end");
                for (frame, side) in taken {
                    video.came(frame, side, Ok(large.clone()));
                }
            }
            assert!(video.is_there(frame));
            assert!(video.bytes() <= 512 << 20);
        }
    }
}

#[test]
fn of_frames_that_cannot_be_read_no_more_are_kept_than_a_window_draws() {
    let mut video = Video::new([2100, 0], 25.0);
    for frame in 1..=2100 {
        video.apply(VideoCommand::GoTo(frame));
        let err = ApiError::new(ErrorKind::InvalidInput, "it is cut off");
        video.came(frame, 0, Err(err));
    }
    assert!(video.read().count() <= 2048);
    assert!(video.is_there(2100));
}
