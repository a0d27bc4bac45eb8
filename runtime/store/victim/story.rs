//! What the victim does and the tests expect, derived from run and node alone.

use hartomat_schema::{Digest, FrozenRun, MediaAsset, NodeId, Notification, Outputs, RunId};

use crate::fixtures;

/// The nodes of every run.
pub(crate) const NODES: [&str; 2] = ["render", "grade"];

pub(crate) fn frozen(run: &RunId) -> FrozenRun {
    fixtures::frozen(run.as_str(), &NODES)
}

/// 10 to 70 kB that no other node run has.
pub(crate) fn picture(run: &RunId, node: &NodeId) -> Vec<u8> {
    let seed = key(run, node).hex();
    let bytes = 10_000 + usize::from_str_radix(&seed[..4], 16).unwrap_or(0);
    let mut state = u64::from_str_radix(&seed[..16], 16).unwrap_or(1) | 1;
    (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[0]
        })
        .collect()
}

pub(crate) fn key(run: &RunId, node: &NodeId) -> Digest {
    Digest::of(format!("{run}/{node}").as_bytes())
}

pub(crate) fn outputs(run: &RunId, node: &NodeId) -> Outputs {
    fixtures::outputs(&picture(run, node))
}

/// The asset of a run. The id differs from try to try, the publishing key doesn't.
pub(crate) fn asset(run: &RunId, attempt: u32) -> MediaAsset {
    let picture = picture(run, &NodeId::literal("grade"));
    MediaAsset {
        digest: Digest::of(&picture),
        size_bytes: picture.len() as u64,
        run: run.clone(),
        ..fixtures::asset(&format!("{run}/still"), &format!("{run}-asset-{attempt}"))
    }
}

pub(crate) fn notification(run: &RunId, attempt: u32) -> Notification {
    let (key, id) = (format!("{run}/told"), format!("{run}-told-{attempt}"));
    let about = format!("{run}-asset-{attempt}");
    Notification {
        run: run.clone(),
        ..fixtures::notification(&key, &id, &[&about])
    }
}
