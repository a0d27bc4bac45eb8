//! Derives a verdict from stored numbers. A pure function: no file, no clock, no hidden state, so a
//! verdict can be derived again years later, or with other thresholds.

mod curve;
mod image;
mod ladder;
mod other;
mod video;

use hartomat_schema::{
    Comparison, Lane, Measured, NoiseFloor, Rung, RungName, SideFacts, Thresholds, Verdict,
};

pub use curve::{CurvePoint, VideoCurve, video_curve};
use ladder::Ladder;
pub(crate) use other::severity;

/// The kind of a comparison of a whole run.
pub(crate) const RUN: &str = "run";

/// What a comparison amounts to.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The judgement.
    pub verdict: Verdict,
    /// Why, in one plain sentence.
    pub sentence: String,
    /// The rungs, from cheap to dear.
    pub rungs: Vec<Rung>,
}

/// Judges measured numbers by the thresholds of a lane and, where there is one, the noise floor.
pub fn judge(
    measured: &Measured,
    lane: Lane,
    thresholds: &Thresholds,
    floor: Option<&NoiseFloor>,
) -> Judgement {
    let mut ladder = Ladder::default();
    judge_sides(measured, &mut ladder);
    judge_contract(measured, &mut ladder);
    // A contract that leaves a question open ends nothing: what was compared may still prove a fault.
    if is_broken(measured) || ladder.has_failed() {
        return ladder.finish();
    }
    judge_hashes(measured, &mut ladder);
    if let Some(numbers) = &measured.image {
        image::judge_image(numbers, lane, thresholds, floor, &mut ladder);
    }
    if let Some(numbers) = &measured.video {
        video::judge_video(numbers, lane, thresholds, floor, &mut ladder);
    }
    if let Some(numbers) = &measured.geometry {
        other::judge_geometry(numbers, &thresholds.geometry, &mut ladder);
    }
    if let Some(numbers) = &measured.data {
        other::judge_data(numbers, &mut ladder);
    }
    if let Some(numbers) = &measured.intents {
        other::judge_intents(numbers, &mut ladder);
    }
    ladder.finish()
}

/// The same numbers judged by other thresholds or another noise floor, and by them alone: what was
/// accepted doesn't count. A run's parts are judged anew and its verdict follows from theirs.
#[must_use]
pub fn judge_again(
    comparison: &Comparison,
    thresholds: &Thresholds,
    floor: Option<&NoiseFloor>,
) -> Comparison {
    let mut again = comparison.clone();
    again.thresholds = thresholds.clone();
    again.floor = floor.copied();
    again.accepted = None;
    again.parts = comparison
        .parts
        .iter()
        .map(|part| judge_again(part, thresholds, floor.or(part.floor.as_ref())))
        .collect();
    let judgement = if again.kind.as_str() == RUN || !again.parts.is_empty() {
        judge_run(&again.measured, &again.parts)
    } else {
        judge(&again.measured, again.lane, thresholds, floor)
    };
    again.verdict = judgement.verdict;
    again.sentence = judgement.sentence;
    again.rungs = judgement.rungs;
    again
}

/// Judges a whole run: contract, then the worst of its artifacts, then intents.
pub fn judge_run(measured: &Measured, parts: &[Comparison]) -> Judgement {
    let mut ladder = Ladder::default();
    judge_sides(measured, &mut ladder);
    judge_contract(measured, &mut ladder);
    if is_broken(measured) {
        return ladder.finish();
    }
    other::judge_parts(parts, &mut ladder);
    if let Some(numbers) = &measured.intents {
        other::judge_intents(numbers, &mut ladder);
    }
    if parts.is_empty() {
        ladder.decide(
            RungName::Contract,
            Verdict::Inconclusive,
            "neither side delivered anything that could be compared".to_owned(),
        );
    }
    ladder.finish()
}

/// Whether a side can't be compared at all.
fn is_broken(measured: &Measured) -> bool {
    measured.control.problem.is_some() || measured.candidate.problem.is_some()
}

fn judge_sides(measured: &Measured, ladder: &mut Ladder) {
    use hartomat_schema::SideProblem::Unreadable;
    let sides = [
        ("control", &measured.control),
        ("candidate", &measured.candidate),
    ];
    let broken = |side: &SideFacts| matches!(side.problem, Some(Unreadable { .. }));
    for (name, side) in sides {
        let Some(problem) = &side.problem else {
            continue;
        };
        // A damaged candidate beside a sound control is a proven fault; anything else is no proof.
        let proven = name == "candidate" && broken(side) && measured.control.problem.is_none();
        let verdict = if proven {
            Verdict::Fail
        } else {
            Verdict::Inconclusive
        };
        ladder.decide(
            RungName::Contract,
            verdict,
            format!("the {name} {}", problem.sentence()),
        );
    }
}

fn judge_contract(measured: &Measured, ladder: &mut Ladder) {
    for finding in &measured.contract {
        let sentence = format!(
            "{} differ: the control has {}, the candidate {}",
            finding.what, finding.control, finding.candidate
        );
        ladder.decide(RungName::Contract, finding.verdict, sentence);
    }
    if ladder.is_empty() {
        ladder.decide(
            RungName::Contract,
            Verdict::Pass,
            "kinds, formats and dimensions agree".to_owned(),
        );
    }
}

fn judge_hashes(measured: &Measured, ladder: &mut Ladder) {
    let (control, candidate) = (&measured.control, &measured.candidate);
    let same = if control.file.is_some() && control.file == candidate.file {
        Some("the files are equal byte for byte")
    } else if control.payload.is_some() && control.payload == candidate.payload {
        Some("the content is equal, proven without decoding")
    } else if control.content.is_some() && control.content == candidate.content {
        Some("the decoded content is equal")
    } else {
        None
    };
    let unexpected: Vec<&str> = measured
        .metadata
        .iter()
        .filter(|entry| !entry.volatile)
        .map(|entry| entry.key.as_str())
        .collect();
    if !unexpected.is_empty() {
        let sentence = format!("text entries differ in the file: {}", unexpected.join(", "));
        ladder.decide(RungName::Hashes, Verdict::Warn, sentence);
        if same.is_some() {
            ladder.content_is_equal();
        }
        return;
    }
    match same {
        Some(sentence) => {
            ladder.decide(RungName::Hashes, Verdict::Pass, sentence.to_owned());
            ladder.content_is_equal();
        }
        None if control.file.is_some() || candidate.file.is_some() => {
            ladder.mention(
                RungName::Hashes,
                "the content isn't equal bit for bit".to_owned(),
            );
        }
        None => {}
    }
}
