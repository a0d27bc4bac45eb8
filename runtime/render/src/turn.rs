//! A turn of the product, frame by frame. The product stands still and camera and lights go around it,
//! which looks the same as a product on a turntable in a fixed studio, since room and floor are round.
//!
//! A frame that is kept is never rendered again: that is how a turn goes on after it was killed.

use std::path::PathBuf;

use crate::backend::{RenderBackend, RenderObserver, RenderRequest, TurnFrame};
use crate::encode::{EncodeOptions, ImageFormat, encode};
use crate::{Picture, RenderError};

/// Which way the product turns, seen from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnDirection {
    /// Against the clock.
    Counterclockwise,
    /// With the clock.
    Clockwise,
}

/// A turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// How many frames it has, at least 1.
    pub frames: u32,
    /// How far it goes, in degrees. Whole turns end one step before their start, so that they loop.
    pub degrees: f64,
    /// Where the product stands in the first frame, in degrees counterclockwise.
    pub start_deg: f64,
    /// Which way.
    pub direction: TurnDirection,
    /// Seed of the first frame's noise; each frame has another, so that noise doesn't stand still.
    pub seed: u64,
}

impl Turn {
    /// Every frame in order.
    pub fn all(&self) -> Vec<TurnFrame> {
        let steps = if self.degrees % 360.0 == 0.0 || self.frames == 1 {
            self.frames
        } else {
            self.frames - 1
        };
        let sign = match self.direction {
            TurnDirection::Counterclockwise => 1.0,
            TurnDirection::Clockwise => -1.0,
        };
        let frame = |index: u32| {
            let share = f64::from(index) / f64::from(steps);
            TurnFrame {
                number: index + 1,
                of: self.frames,
                degrees: self.start_deg + sign * self.degrees * share,
                seed: self.seed.wrapping_add(u64::from(index)),
            }
        };
        (0..self.frames).map(frame).collect()
    }
}

/// A frame that was rendered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFrame {
    /// Its PNG.
    pub file: PathBuf,
    /// Whether a denoiser ran.
    pub denoised: bool,
}

/// Where frames are kept, so that no later run renders them again.
pub trait FrameKeeper {
    /// A frame that lies there whole and unchanged.
    fn kept(&mut self, frame: &TurnFrame) -> Option<KeptFrame>;

    /// Keeps a frame; it is safe when this returns.
    ///
    /// Errors: [`RenderError::Frame`].
    fn keep(
        &mut self,
        frame: &TurnFrame,
        png: Vec<u8>,
        denoised: bool,
    ) -> Result<KeptFrame, RenderError>;
}

/// Renders the frames of a turn that aren't kept yet, and gives all of them in order. What it took from
/// before is said, such as `frames 1–3 taken from the run before`.
///
/// # Errors
/// As for rendering, and those of the keeper.
pub fn render_turn(
    renderer: &dyn RenderBackend,
    (request, turn): (&RenderRequest<'_>, &Turn),
    keeper: &mut dyn FrameKeeper,
    observer: &dyn RenderObserver,
    say: &dyn Fn(&str),
) -> Result<Vec<KeptFrame>, RenderError> {
    let frames = turn.all();
    let mut done: Vec<Option<KeptFrame>> = frames.iter().map(|it| keeper.kept(it)).collect();
    let (mut taken, mut missing) = (Vec::new(), Vec::new());
    for (frame, kept) in frames.iter().zip(&done) {
        match kept {
            Some(_) => taken.push(frame.number),
            None => missing.push(*frame),
        }
    }
    if !taken.is_empty() {
        say(&format!("{} taken from the run before", named(&taken)));
    }
    let mut take = |frame: &TurnFrame, picture: Picture| {
        let png = encode(&picture, ImageFormat::Png, &EncodeOptions::default())?;
        let kept = keeper.keep(frame, png, picture.denoised)?;
        done[(frame.number - 1) as usize] = Some(kept);
        Ok(())
    };
    if !missing.is_empty() {
        renderer.render_turn(request, &missing, observer, &mut take)?;
    }
    let lost = |number: u32| RenderError::Frame {
        number,
        problem: "the renderer left it out".to_owned(),
    };
    let numbered = frames.iter().zip(done);
    numbered
        .map(|(frame, kept)| kept.ok_or_else(|| lost(frame.number)))
        .collect()
}

/// Numbers for people: `frame 4`, `frames 1–3 and 7`.
fn named(numbers: &[u32]) -> String {
    let mut runs: Vec<[u32; 2]> = Vec::new();
    for &number in numbers {
        match runs.last_mut() {
            Some([_, last]) if *last + 1 == number => *last = number,
            _ => runs.push([number, number]),
        }
    }
    let run = |[first, last]: &[u32; 2]| match first == last {
        true => first.to_string(),
        false => format!("{first}–{last}"),
    };
    let noun = if numbers.len() == 1 {
        "frame"
    } else {
        "frames"
    };
    match runs.as_slice() {
        [all @ .., last] if !all.is_empty() => {
            let all: Vec<String> = all.iter().map(run).collect();
            format!("{noun} {} and {}", all.join(", "), run(last))
        }
        runs => format!("{noun} {}", runs.iter().map(run).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(frames: u32, degrees: f64) -> Turn {
        Turn {
            frames,
            degrees,
            start_deg: 10.0,
            direction: TurnDirection::Counterclockwise,
            seed: 7,
        }
    }

    fn degrees(turn: Turn) -> Vec<f64> {
        turn.all().iter().map(|frame| frame.degrees).collect()
    }

    #[test]
    fn a_whole_turn_loops_and_a_part_of_one_reaches_its_end() {
        assert_eq!(degrees(turn(4, 360.0)), [10.0, 100.0, 190.0, 280.0]);
        assert_eq!(degrees(turn(3, 90.0)), [10.0, 55.0, 100.0]);
        assert_eq!(degrees(turn(1, 90.0)), [10.0]);
        let clockwise = Turn {
            direction: TurnDirection::Clockwise,
            ..turn(4, 720.0)
        };
        assert_eq!(degrees(clockwise), [10.0, -170.0, -350.0, -530.0]);
    }

    #[test]
    fn frames_are_named_in_runs() {
        assert_eq!(named(&[4]), "frame 4");
        assert_eq!(named(&[1, 2, 3]), "frames 1–3");
        assert_eq!(named(&[1, 2, 3, 7, 9, 10]), "frames 1–3, 7 and 9–10");
    }
}
