//! What a caller may choose about a comparison.

use hartomat_schema::{Digest, IgnoredRegion, Lane, NoiseFloor, SideProblem, Thresholds};

/// At which resolution FLIP is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlipResolution {
    /// Each pixel up to 1.1 megapixels, where the thresholds were calibrated; half above.
    #[default]
    Auto,
    /// On averages of 2 × 2 pixels.
    Half,
    /// On each pixel.
    Full,
    /// Not at all: the quick first answer. Where FLIP would decide, the verdict is inconclusive.
    Off,
}

/// What a caller may choose about a comparison. The default suits two runs with the same seed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CompareOptions {
    /// What was compared, for people, such as `still.png`.
    pub name: String,
    /// The lane; none stands for HDR where samples are floating point, deterministic elsewhere.
    pub lane: Option<Lane>,
    /// The thresholds of the output type.
    pub thresholds: Thresholds,
    /// The noise twin's numbers, where there is a twin.
    pub floor: Option<NoiseFloor>,
    /// Parts of the picture to leave out.
    pub ignored: Vec<IgnoredRegion>,
    /// At which resolution FLIP is measured.
    pub flip: FlipResolution,
    /// SHA-256 of the control where the caller knows it, so that it isn't computed again.
    pub control_digest: Option<Digest>,
    /// SHA-256 of the candidate where the caller knows it.
    pub candidate_digest: Option<Digest>,
}

/// One side's artifact as it comes in.
#[derive(Debug, Clone, PartialEq)]
pub enum SideInput<'a> {
    /// The file.
    Bytes(&'a [u8]),
    /// There is none, and why.
    Absent(SideProblem),
}

impl<'a> From<&'a [u8]> for SideInput<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}
