//! Comparison and verdict: the measured numbers, and the judgement over them.
//!
//! Everything a judgement rests on is stored in [`Measured`], so that a verdict can be derived again
//! later, with other thresholds, without the files.

mod facts;
mod numbers;
mod thresholds;
mod video;

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArtifactKind, Intent, ReviewId, RunId, Timestamp};

pub use facts::{
    Blake3, ContractFinding, ImageHeader, MetadataDifference, SampleFormat, SideFacts, SideProblem,
    VideoHeader,
};
pub use numbers::{
    AlphaNumbers, BiasNumbers, ChannelNumbers, ComparedPart, DataDifference, DataNumbers,
    FlipNumbers, GeometryDifference, GeometryFacts, GeometryNumbers, ImageNumbers, IntentNumbers,
    PartChange, PartFacts, Region,
};
pub use thresholds::{
    AlphaThresholds, DenoisedThresholds, DeterministicThresholds, GeometryThresholds,
    HdrThresholds, Lane, LossyThresholds, NoiseFloor, RawNoiseThresholds, RenderFacts, Thresholds,
    VideoThresholds,
};
pub use video::{FrameNumbers, VideoNumbers};

/// The judgement over a comparison, best first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The candidate delivers what the control delivers.
    Pass,
    /// A difference that a person should look at.
    Warn,
    /// A difference that nobody should ship.
    Fail,
    /// A side is missing, timed out or fell back, or no rung could judge. Never counts as pass.
    Inconclusive,
}

impl Verdict {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// What two judgements of one run amount to: a proven fail outweighs an open question, and an
    /// open question outweighs a warning.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let weight = |verdict| match verdict {
            Self::Pass => 0,
            Self::Warn => 1,
            Self::Inconclusive => 2,
            Self::Fail => 3,
        };
        if weight(other) > weight(self) {
            other
        } else {
            self
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A candidate set beside its control: what was measured, and what it was judged to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// What was compared, for people, such as `still.png`; empty where nobody named it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Kind of the artifact; `run` for a whole shadow run.
    pub kind: ArtifactKind,
    /// The judgement.
    pub verdict: Verdict,
    /// Why, in one plain sentence: which rung, its value, its threshold, where in the picture.
    pub sentence: String,
    /// The rungs in order, from cheap to dear; rungs that were not needed are listed as skipped.
    pub rungs: Vec<Rung>,
    /// The lane whose thresholds applied.
    pub lane: Lane,
    /// What was measured.
    pub measured: Measured,
    /// The thresholds that the judgement used.
    pub thresholds: Thresholds,
    /// The noise floor that the judgement used, from the legacy pipeline set against itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<NoiseFloor>,
    /// The acceptance by which it passes although its numbers alone don't. The rungs and numbers are
    /// those of control against candidate all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Box<AcceptedDifference>>,
    /// The artifacts of a run, one comparison each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
    /// Name and version of what measured, such as `hartomat-compare 0.1.0`.
    pub tool_version: String,
}

/// An accepted difference that a comparison passes by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedDifference {
    /// The review that accepts it.
    pub review: ReviewId,
    /// The run that was reviewed.
    pub run: RunId,
    /// Who accepted it.
    pub reviewer: String,
    /// Until when.
    pub expires_at: Timestamp,
    /// What the numbers alone amount to.
    pub verdict: Verdict,
    /// The sentence of that verdict.
    pub sentence: String,
}

/// Everything that was measured on a pair; a judgement is a pure function of this, the lane, the
/// thresholds and the noise floor.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Measured {
    /// The control's file.
    pub control: SideFacts,
    /// The candidate's file.
    pub candidate: SideFacts,
    /// What differs in kind, format, dimensions or coding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contract: Vec<ContractFinding>,
    /// Which text entries differ.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metadata: Vec<MetadataDifference>,
    /// Numbers of a still.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<ImageNumbers>,
    /// Numbers of a GLB or STL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub geometry: Option<GeometryNumbers>,
    /// Numbers of a video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoNumbers>,
    /// Differences of a JSON artifact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<DataNumbers>,
    /// What each side published or would have published, and whom it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intents: Option<IntentNumbers>,
    /// Things worth knowing that decide nothing, such as `hidden RGB differs`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// A rung of the ladder.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RungName {
    /// Kinds, formats, dimensions, alpha.
    Contract,
    /// File, payload and pixel hashes, and the text entries of the file.
    Hashes,
    /// Pixel deltas.
    Numeric,
    /// FLIP.
    Perceptual,
    /// Shifts of brightness that noise can't explain.
    Bias,
    /// Each frame of a video as a still, the worst for all.
    Frames,
    /// Triangles, parts, placement and materials.
    Geometry,
    /// JSON values.
    Data,
    /// What was or would have been published, and whom it told.
    Intents,
    /// The artifacts of a run.
    Artifacts,
}

impl RungName {
    /// The name for people, as it starts a sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Hashes => "hashes",
            Self::Numeric => "numeric",
            Self::Perceptual => "perceptual",
            Self::Bias => "bias",
            Self::Frames => "frames",
            Self::Geometry => "geometry",
            Self::Data => "data",
            Self::Intents => "intents",
            Self::Artifacts => "artifacts",
        }
    }
}

impl fmt::Display for RungName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What one rung of the ladder found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rung {
    /// Which rung.
    pub name: RungName,
    /// Its judgement; none where it was skipped or decides nothing in this lane.
    pub verdict: Option<Verdict>,
    /// The deciding value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The threshold that the value was held against.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// What it found, in one plain sentence.
    pub sentence: String,
    /// Where in the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Region>,
    /// Every value that it held against a threshold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

/// One value held against its thresholds. Up to `pass` it passes, up to `warn` it warns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// What was measured, with its unit, such as `pixels over 2/255`.
    pub measure: String,
    /// The value.
    pub value: f64,
    /// Largest value that passes; none where this value alone can't pass.
    pub pass: Option<f64>,
    /// Largest value that warns rather than fails; none where this value alone never fails.
    pub warn: Option<f64>,
    /// What it amounts to.
    pub verdict: Verdict,
    /// Where in the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Region>,
}

/// A part of a picture that a comparison leaves out, with the reason.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IgnoredRegion {
    /// Where.
    pub region: Region,
    /// Why.
    pub reason: String,
}

/// The intents of both sides.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SideIntents {
    /// What the control published and whom it told.
    pub control: Vec<Intent>,
    /// What the candidate would have published and whom it would have told.
    pub candidate: Vec<Intent>,
}

#[cfg(test)]
mod tests {
    use super::Verdict::{Fail, Inconclusive, Pass, Warn};

    #[test]
    fn a_proven_fail_outweighs_an_open_question_outweighs_a_warning() {
        assert_eq!(Pass.and(Warn), Warn);
        assert_eq!(Warn.and(Inconclusive), Inconclusive);
        assert_eq!(Inconclusive.and(Fail), Fail);
        assert_eq!(Fail.and(Pass), Fail);
    }
}
