//! The difference of two videos over time, by the measure that speaks for the worst frame.

use hartomat_schema::{Check, Comparison, Verdict};

use super::image::WORST_TILE;
use super::video::{Judged, judge_frames, worst};

/// How much each frame differs.
#[derive(Debug, Clone, PartialEq)]
pub struct VideoCurve {
    /// What is measured, as checks call it.
    pub measure: String,
    /// Frames pass up to this; none where the measure has no such limit.
    pub pass: Option<f64>,
    /// Frames warn up to this.
    pub warn: Option<f64>,
    /// The frames that differ at all, in order; all others are equal.
    pub points: Vec<CurvePoint>,
    /// The number of the worst frame; the first where none differs.
    pub worst: u64,
}

/// How much one frame differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Its number, from 1.
    pub number: u64,
    /// What was measured.
    pub value: f64,
    /// What it amounts to by itself.
    pub verdict: Verdict,
}

/// The curve of a comparison of two videos; none where its frames weren't measured.
pub fn video_curve(comparison: &Comparison) -> Option<VideoCurve> {
    let numbers = comparison.measured.video.as_ref()?;
    let (thresholds, floor) = (&comparison.thresholds, comparison.floor.as_ref());
    let judged = judge_frames(numbers, comparison.lane, thresholds, floor);
    let worst = worst(&judged);
    let speaks = worst.and_then(deciding);
    let measure = speaks.map_or(WORST_TILE, |check| check.measure.as_str());
    let points = judged.iter().map(|it| CurvePoint {
        number: it.frame.number,
        value: value(it, measure),
        verdict: it.verdict,
    });
    Some(VideoCurve {
        measure: measure.to_owned(),
        pass: speaks.and_then(|check| check.pass),
        warn: speaks.and_then(|check| check.warn),
        points: points.collect(),
        worst: worst.map_or(1, |it| it.frame.number),
    })
}

fn checks<'a>(of: &'a Judged<'_>) -> impl Iterator<Item = &'a Check> {
    of.rungs.iter().flat_map(|rung| &rung.checks)
}

/// The check that speaks for a frame; of one that passes, the check that comes closest to its limit.
fn deciding<'a>(of: &'a Judged<'_>) -> Option<&'a Check> {
    let size = |check: &Check| match check.pass.or(check.warn) {
        Some(limit) if check.value > 0.0 => check.value / limit,
        _ => 0.0,
    };
    let mut same = checks(of).filter(|check| check.verdict == of.verdict);
    if of.verdict != Verdict::Pass {
        return same.next();
    }
    same.reduce(|most, next| if size(next) > size(most) { next } else { most })
}

/// FLIP is known of frames, too, whose deltas alone decided.
fn value(of: &Judged<'_>, measure: &str) -> f64 {
    match checks(of).find(|check| check.measure == measure) {
        Some(check) => check.value,
        None if measure == WORST_TILE => of.frame.severity(),
        None => 0.0,
    }
}
