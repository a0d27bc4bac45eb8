//! Puts measurement and judgement together.

use hartomat_schema::{ArtifactKind, Comparison, Lane, Measured, SideFacts, SideProblem};

use crate::judge::judge;
use crate::options::CompareOptions;

/// Name and version of what measured.
pub(crate) const TOOL_VERSION: &str = concat!("hartomat-compare ", env!("CARGO_PKG_VERSION"));

pub(crate) fn assemble(
    kind: ArtifactKind,
    lane: Lane,
    measured: Measured,
    options: &CompareOptions,
) -> Comparison {
    let judgement = judge(&measured, lane, &options.thresholds, options.floor.as_ref());
    Comparison {
        name: options.name.clone(),
        kind,
        verdict: judgement.verdict,
        sentence: judgement.sentence,
        rungs: judgement.rungs,
        lane,
        measured,
        thresholds: options.thresholds.clone(),
        floor: options.floor,
        accepted: None,
        parts: Vec::new(),
        tool_version: TOOL_VERSION.to_owned(),
    }
}

/// A comparison of which a side is absent: inconclusive.
pub(crate) fn absent(
    kind: ArtifactKind,
    control: Option<SideProblem>,
    candidate: Option<SideProblem>,
    options: &CompareOptions,
) -> Comparison {
    let side = |problem| SideFacts {
        problem,
        ..SideFacts::default()
    };
    let measured = Measured {
        control: side(control),
        candidate: side(candidate),
        ..Measured::default()
    };
    assemble(kind, options.lane.unwrap_or_default(), measured, options)
}
