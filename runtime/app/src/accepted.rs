//! What people have accepted, looked up for a run that is being judged.

use hartomat_compare::{
    Acceptance, AcceptedEvidence, CompareAgain, CompareOptions, with_acceptances,
};
use hartomat_schema::{Comparison, Evidence, Review, ReviewScope, RunRecord, Verdict};

use crate::evidence::MAX_OUTPUT_BYTES;
use crate::host::now;
use crate::studio::GraphStore;

/// The largest comparison document.
const MAX_EVIDENCE_BYTES: u64 = 64 << 20;

/// What an acceptance rests on, in memory.
enum Kept {
    File(Vec<u8>),
    Numbers(Box<Comparison>),
}

/// How files of a kind are compared once more.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    /// Makes of an accepted file what is compared.
    pub(crate) read: &'a dyn Fn(Vec<u8>) -> Option<Vec<u8>>,
    /// Compares two of them.
    pub(crate) compare: CompareAgain<'a>,
}

/// A part of a run's comparison as acceptances that stand now leave it. What can't be looked up covers
/// nothing: the verdict stays what the numbers say.
pub(crate) fn accept(
    store: &GraphStore,
    run: &RunRecord,
    part: Comparison,
    sides: [&[u8]; 2],
    (options, again): (&CompareOptions, Again<'_>),
) -> Comparison {
    if part.verdict == Verdict::Pass {
        return part;
    }
    let found = store
        .db
        .review_accepting(run, &part.name, &part.kind, now());
    let reviews = found.unwrap_or_default();
    let kept: Vec<(&Review, Kept)> = reviews
        .iter()
        .filter_map(|review| Some((review, kept(store, review, again)?)))
        .collect();
    let acceptances: Vec<Acceptance<'_>> = kept
        .iter()
        .map(|(review, kept)| Acceptance {
            review,
            evidence: match kept {
                Kept::File(bytes) => AcceptedEvidence::File(bytes),
                Kept::Numbers(comparison) => AcceptedEvidence::Numbers(comparison),
            },
        })
        .collect();
    with_acceptances(part, sides, (options, again.compare), &acceptances)
}

fn kept(store: &GraphStore, review: &Review, again: Again<'_>) -> Option<Kept> {
    match review.scope {
        ReviewScope::Case | ReviewScope::Region(_) => {
            let digest = review.accepted.as_ref()?.digest;
            let bytes = store.artifacts.read(&digest, MAX_OUTPUT_BYTES).ok()?;
            Some(Kept::File((again.read)(bytes)?))
        }
        ReviewScope::OutputType => {
            let record = store.db.run_get(&review.run).ok()??;
            let evidence = record.comparison?;
            let bytes = store.artifacts.read(&evidence, MAX_EVIDENCE_BYTES).ok()?;
            let evidence: Evidence = serde_json::from_slice(&bytes).ok()?;
            let mut parts = evidence.comparison.parts.into_iter();
            let part = parts.find(|part| part.name == review.output)?;
            Some(Kept::Numbers(Box::new(part)))
        }
    }
}
