//! Two videos in step: one frame is looked at, of both. Its pixels are the two sides' pixels, so that
//! all that is done with pictures is done with it; no frame is shown of one side alone.

mod follow;
mod frames;

use std::sync::Arc;

use hartomat_api::ApiError;
use hartomat_compare::VideoCurve;

use super::Pixels;
use frames::Frames;

/// How fast videos play, as shares of their own speed.
pub const SPEEDS: [f64; 6] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0];

/// The most frames of a video. More than a runtime can have counted isn't believed: a day has 5 million.
const MOST_FRAMES: u64 = 1 << 24;

/// Something about two videos.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VideoCommand {
    /// Play or pause.
    PlayOrPause,
    /// By so many frames, and pause.
    By(i64),
    /// To this frame, and pause.
    GoTo(u64),
    /// To the last frame, and pause.
    GoToLast,
    /// To the frame that differs most, and pause.
    Worst,
    /// Play at this share of their own speed.
    Speed(f64),
    /// The next speed, or the one before.
    Faster(bool),
    /// Whether the first frame follows the last one.
    Loop(bool),
    /// Read again what couldn't be read.
    Retry,
}

/// Which frame is looked at, and the frames that were read.
#[derive(Debug)]
pub struct Video {
    /// How many frames each side has; 0 where it has no video.
    pub counts: [u64; 2],
    /// Frames per second.
    pub fps: f64,
    /// The frame that is looked at, from 1.
    pub frame: u64,
    /// The frame whose pixels are there: another one while it is being read, none at first.
    pub shown: Option<u64>,
    /// Whether it plays.
    pub is_playing: bool,
    /// Whether the first frame follows the last one.
    pub is_looping: bool,
    /// Share of its own speed, one of [`SPEEDS`].
    pub speed: f64,
    /// How much each frame differs, where that was measured.
    pub curve: Option<VideoCurve>,
    frames: Frames,
    /// When the frame became the one that is looked at, in seconds of the window; none before the next
    /// look at the clock.
    moved_at: Option<f64>,
}

impl Video {
    fn new(counts: [u64; 2], fps: f64) -> Self {
        Self {
            counts: counts.map(|count| count.min(MOST_FRAMES)),
            fps: if fps > 0.0 { fps } else { 1.0 },
            frame: 1,
            shown: None,
            is_playing: false,
            is_looping: true,
            speed: 1.0,
            curve: None,
            frames: Frames::default(),
            moved_at: None,
        }
    }

    /// How many frames the longer one has.
    pub fn total(&self) -> u64 {
        self.counts[0].max(self.counts[1]).max(1)
    }

    /// When a frame is shown, in seconds from the start.
    pub fn seconds(&self, frame: u64) -> f64 {
        (frame.max(1) - 1) as f64 / self.fps
    }

    /// The frame of a side while this frame is looked at: whoever is over stays at the last one.
    pub fn frame_of(&self, side: usize, frame: u64) -> u64 {
        frame.min(self.counts[side])
    }

    /// Whether a frame was read, of all sides, or can't be.
    pub fn is_there(&self, frame: u64) -> bool {
        self.sides()
            .all(|side| self.frames.get(self.frame_of(side, frame), side).is_some())
    }

    /// The frames that were read, of all sides, or can't be, in order.
    pub fn read(&self) -> impl Iterator<Item = u64> {
        let longer = usize::from(self.counts[1] > self.counts[0]);
        let frames = self.frames.of_side(longer);
        frames.filter(move |frame| self.is_there(*frame))
    }

    /// Why the frame that is looked at can't be shown, and of which side.
    pub fn failure(&self) -> Option<(usize, &ApiError)> {
        self.sides().find_map(|side| {
            let read = self.frames.get(self.frame_of(side, self.frame), side)?;
            Some((side, read.err()?))
        })
    }

    /// Since when the frame that is looked at isn't there, in seconds of the window.
    pub fn waits_since(&self) -> Option<f64> {
        let is_waiting = self.shown != Some(self.frame);
        self.moved_at.filter(|_| is_waiting)
    }

    /// Bytes that the frames take which were read.
    pub fn bytes(&self) -> usize {
        self.frames.bytes()
    }

    /// The sides that have a video.
    fn sides(&self) -> impl Iterator<Item = usize> + use<> {
        let counts = self.counts;
        (0..2).filter(move |side| counts[*side] > 0)
    }

    pub(super) fn apply(&mut self, command: VideoCommand) {
        match command {
            VideoCommand::PlayOrPause => self.play_or_pause(),
            VideoCommand::By(by) => self.go_to(self.frame.saturating_add_signed(by)),
            VideoCommand::GoTo(frame) => self.go_to(frame),
            VideoCommand::GoToLast => self.go_to(self.total()),
            VideoCommand::Worst => {
                if let Some(curve) = &self.curve {
                    self.go_to(curve.worst);
                }
            }
            VideoCommand::Speed(speed) => self.speed = speed,
            VideoCommand::Faster(is_faster) => self.change_speed(is_faster),
            VideoCommand::Loop(is_looping) => self.is_looping = is_looping,
            VideoCommand::Retry => {
                self.frames.retry();
                self.shown = None;
            }
        }
    }

    /// A frame was read, or can't be: then it doesn't play on.
    pub(super) fn came(&mut self, frame: u64, side: usize, read: Result<Arc<Pixels>, ApiError>) {
        self.is_playing &= read.is_ok();
        self.frames.came(frame, side, read);
        let wanted = self.wanted();
        self.frames.make_room(&wanted, (self.frame, self.total()));
    }

    fn play_or_pause(&mut self) {
        self.is_playing = !self.is_playing;
        self.moved_at = None;
        if self.is_playing && self.frame >= self.total() {
            self.frame = 1;
        }
    }

    fn go_to(&mut self, frame: u64) {
        self.is_playing = false;
        self.frame = frame.clamp(1, self.total());
        self.moved_at = None;
    }

    fn change_speed(&mut self, is_faster: bool) {
        let at = SPEEDS.iter().position(|speed| *speed >= self.speed);
        let at = at.unwrap_or(SPEEDS.len() - 1);
        let next = match is_faster {
            true => (at + 1).min(SPEEDS.len() - 1),
            false => at.saturating_sub(1),
        };
        self.speed = SPEEDS[next];
    }
}

#[cfg(test)]
mod tests;
