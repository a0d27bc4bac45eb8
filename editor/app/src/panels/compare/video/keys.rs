//! Keys of two videos. What they take isn't the pictures'.

use egui::Key;

use super::super::keys::{KeyRow, Press, along, row};
use crate::compare_view::{CompareCommand as Do, OpenComparison, VideoCommand};

pub(in crate::panels::compare) const ROWS: &[KeyRow] = &[
    row(
        Press::Plain(Key::Space),
        "Space",
        "video.play_or_pause",
        |_| video(VideoCommand::PlayOrPause),
    ),
    row(Press::Plain(Key::ArrowLeft), "←", "video.before", |open| {
        step(open, -1)
    }),
    row(Press::Plain(Key::ArrowRight), "→", "video.after", |open| {
        step(open, 1)
    }),
    row(Press::Plain(Key::Home), "Home", "video.first", |_| {
        video(VideoCommand::GoTo(1))
    }),
    row(Press::Plain(Key::End), "End", "video.last", |_| {
        video(VideoCommand::GoToLast)
    }),
    row(Press::Plain(Key::E), "E", "video.worst", |_| {
        video(VideoCommand::Worst)
    }),
    row(Press::Plain(Key::J), "J", "video.slower", |_| {
        video(VideoCommand::Faster(false))
    }),
    row(Press::Plain(Key::K), "K", "video.faster", |_| {
        video(VideoCommand::Faster(true))
    }),
    row(Press::Plain(Key::O), "O", "video.loop", |open| {
        let is_looping = open.video.as_ref()?.is_looping;
        video(VideoCommand::Loop(!is_looping))
    }),
    row(
        Press::Plain(Key::ArrowUp),
        "↑+↓",
        "compare.along",
        |open| along(open, 0.0, 1.0),
    ),
];

fn video(command: VideoCommand) -> Option<Do> {
    Some(Do::Video(command))
}

/// By a frame, unless a mask is being moved.
fn step(open: &OpenComparison, by: i8) -> Option<Do> {
    if open.masks.tool.is_some() && open.masks.selected.is_some() {
        return along(open, -f32::from(by), 0.0);
    }
    video(VideoCommand::By(by.into()))
}
