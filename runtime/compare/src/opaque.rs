//! Files that nothing here reads: equal bytes pass, different ones prove nothing.

use hartomat_schema::{ArtifactKind, Comparison, Digest, Measured, SideProblem};

use crate::assemble::assemble;
use crate::options::CompareOptions;

/// Compares by digest alone.
pub(crate) fn compare_opaque(
    control: &[u8],
    candidate: &[u8],
    options: &CompareOptions,
) -> Comparison {
    let mut measured = Measured::default();
    for (side, bytes, known) in [
        (&mut measured.control, control, options.control_digest),
        (&mut measured.candidate, candidate, options.candidate_digest),
    ] {
        side.size_bytes = bytes.len() as u64;
        side.file = Some(known.unwrap_or_else(|| Digest::of(bytes)));
    }
    if measured.control.file != measured.candidate.file {
        let reason = "the files differ, and nothing here reads this kind".to_owned();
        measured.candidate.problem = Some(SideProblem::Unsupported { reason });
    }
    assemble(
        ArtifactKind::new("file"),
        options.lane.unwrap_or_default(),
        measured,
        options,
    )
}
