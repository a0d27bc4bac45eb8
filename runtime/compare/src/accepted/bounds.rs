//! Numbers that were accepted as bounds for another picture of the same output type.
//!
//! Everything that is measured has to be as small as it was, not only what decided: a lost part may move
//! fewer pixels than another material, and still be no such difference.

use hartomat_schema::{Comparison, FrameNumbers, ImageNumbers, Rung, Verdict, VideoNumbers};

use super::Uncovered;
use super::lists;

/// Whether no number is worse than the accepted one on the same rung, and no finding another; else the first
/// that is.
pub(super) fn no_worse(comparison: &Comparison, accepted: &Comparison) -> Result<(), Uncovered> {
    if comparison.kind != accepted.kind || comparison.lane != accepted.lane {
        return Err(other("it was accepted of another kind or in another lane"));
    }
    let in_question = |rung: &&Rung| rung.verdict.is_some_and(|found| found != Verdict::Pass);
    for rung in comparison.rungs.iter().filter(in_question) {
        if rung.verdict == Some(Verdict::Inconclusive) {
            // What wasn't measured has no bound.
            return Err(found_by(rung));
        }
        let known = accepted.rungs.iter().find(|other| other.name == rung.name);
        let known = known.ok_or_else(|| found_by(rung))?;
        rung_no_worse(rung, known)?;
    }
    lists::known_alone(comparison, accepted)?;
    if let (Some(numbers), Some(known)) = (&comparison.measured.video, &accepted.measured.video) {
        video_no_worse(numbers, known)?;
    }
    match (&comparison.measured.image, &accepted.measured.image) {
        (Some(numbers), Some(known)) => image_no_worse(numbers, known),
        _ => Ok(()),
    }
}

fn rung_no_worse(rung: &Rung, known: &Rung) -> Result<(), Uncovered> {
    if rung.checks.is_empty() {
        // No number to hold it against: it has to be the very same finding.
        return match rung.sentence == known.sentence {
            true => Ok(()),
            false => Err(found_by(rung)),
        };
    }
    let in_question = rung
        .checks
        .iter()
        .filter(|check| check.verdict != Verdict::Pass);
    for check in in_question {
        let bound = known
            .checks
            .iter()
            .find(|other| other.measure == check.measure);
        let bound = bound.map_or(f64::NEG_INFINITY, |bound| bound.value);
        holds(&check.measure, check.value, bound)?;
    }
    Ok(())
}

/// Neither more frames differ, nor any of them by more than the worst did.
fn video_no_worse(numbers: &VideoNumbers, known: &VideoNumbers) -> Result<(), Uncovered> {
    let share =
        |numbers: &VideoNumbers| numbers.frames.len() as f64 / numbers.compared.max(1) as f64;
    holds("share of frames that differ", share(numbers), share(known))?;
    let [found, bound] = [numbers, known].map(worst_of_frames);
    for ((measure, value), (_, bound)) in found.into_iter().zip(bound) {
        holds(measure, value, bound)?;
    }
    Ok(())
}

/// The largest values that any frame has.
fn worst_of_frames(numbers: &VideoNumbers) -> [(&'static str, f64); 3] {
    let most = |of: fn(&FrameNumbers) -> f64| numbers.frames.iter().map(of).fold(0.0, f64::max);
    [
        (
            "mean delta of the worst frame",
            most(|frame| frame.mean_delta),
        ),
        ("largest delta", most(|frame| frame.max_delta)),
        ("severity of the worst frame", most(FrameNumbers::severity)),
    ]
}

fn image_no_worse(numbers: &ImageNumbers, known: &ImageNumbers) -> Result<(), Uncovered> {
    for (measure, value, bound) in [
        ("mean delta", numbers.mean_delta, known.mean_delta),
        ("root mean square delta", numbers.rms, known.rms),
        ("largest delta", numbers.max_delta, known.max_delta),
        (
            "share of pixels over 4/255",
            numbers.over_4_share,
            known.over_4_share,
        ),
        (
            "share of pixels over 16/255",
            numbers.over_16_share,
            known.over_16_share,
        ),
    ] {
        holds(measure, value, bound)?;
    }
    match (&numbers.flip, &known.flip) {
        (Some(flip), Some(known)) => {
            holds("mean FLIP", flip.mean, known.mean)?;
            holds("99th percentile of FLIP", flip.p99, known.p99)?;
            holds("FLIP of the worst tile", flip.worst_tile, known.worst_tile)?;
        }
        (None, None) => {}
        _ => return Err(other("FLIP was measured on one of the two alone")),
    }
    let alpha = |numbers: &ImageNumbers| {
        let alpha = numbers.alpha.as_ref();
        alpha.map_or([0.0; 2], |alpha| [alpha.max, alpha.worst_tile])
    };
    let ([max, tile], [known_max, known_tile]) = (alpha(numbers), alpha(known));
    holds("alpha, largest delta", max, known_max)?;
    holds("alpha of the worst tile", tile, known_tile)?;
    let (bias, known) = (
        numbers.bias.median_relative_bias,
        known.bias.median_relative_bias,
    );
    if bias != 0.0 && bias.signum() != known.signum() {
        return Err(other(
            "it is brighter where the accepted one was darker, or the other way",
        ));
    }
    holds("median relative bias", bias.abs(), known.abs())
}

fn found_by(rung: &Rung) -> Uncovered {
    Uncovered(format!("{}: {}", rung.name, rung.sentence))
}

pub(super) fn other(why: &str) -> Uncovered {
    Uncovered(why.to_owned())
}

pub(super) fn holds(measure: &str, value: f64, bound: f64) -> Result<(), Uncovered> {
    // What is no number is never fine.
    if value <= bound {
        return Ok(());
    }
    Err(Uncovered(match bound == f64::NEG_INFINITY {
        true => format!("{measure} is {value:.5}"),
        false => format!("{measure} is {value:.5}, accepted were {bound:.5}"),
    }))
}
