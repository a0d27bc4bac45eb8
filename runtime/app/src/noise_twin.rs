//! The noise twin: legacy against itself with another seed, once per scene and settings.
//!
//! Two renders with different seeds differ by noise; without knowing by how much, no such pair can
//! pass. The twin delivers nothing and runs with the lowest priority, after legacy has delivered.

use std::collections::BTreeMap;

use hartomat_compare::{CompareOptions, compare_images};
use hartomat_schema::{
    Artifact, ArtifactKind, CacheEntry, CacheKeyParts, Digest, Lane, NodeId, NoiseFloor, PortName,
    canonical_json, digest_json,
};
use serde_json::{Map, json};

use crate::sides::{RunSides, preset_of};
use crate::studio::GraphStore;

/// The largest kept floor.
const MAX_FLOOR_BYTES: u64 = 1 << 16;

/// The noise floor of the run's legacy picture, measured when it isn't known. None where the lane
/// needs none, or where the twin can't be made: then the comparison says that it is uncalibrated.
pub(crate) fn noise_floor(
    sides: &RunSides<'_>,
    store: &GraphStore,
    lane: Lane,
    control: &[u8],
) -> Option<NoiseFloor> {
    if !matches!(lane, Lane::StochasticRaw | Lane::StochasticDenoised) {
        return None;
    }
    let parts = key_parts(sides);
    let key = digest_json(&parts);
    if let Some(floor) = kept(store, &key) {
        return Some(floor);
    }
    let floor = measure(sides, lane, control)?;
    // A floor that can't be kept is measured again the next time.
    let _ = keep(sides, store, key, parts, &floor);
    Some(floor)
}

fn measure(sides: &RunSides<'_>, lane: Lane, control: &[u8]) -> Option<NoiseFloor> {
    let services = sides.studio.shadow_services().ok()?;
    let (line, run) = sides.legacy(services);
    if !matches!(line.own.for_preset(&run.preset), Ok(None)) {
        // Nobody knows whether a studio's own program has noise, and it isn't asked twice.
        return None;
    }
    let twin = match line.noise_twin(&run, 1, &sides.cancel) {
        Ok(twin) => twin,
        Err(err) => {
            sides.note(&format!("the noise twin failed: {err}"));
            return None;
        }
    };
    let options = CompareOptions {
        lane: Some(lane),
        ..CompareOptions::default()
    };
    compare_images(control, &twin, &options)
        .measured
        .image?
        .noise_floor()
}

/// All that decides legacy's picture.
fn key_parts(sides: &RunSides<'_>) -> CacheKeyParts {
    let subject = &sides.frozen.subject;
    CacheKeyParts::from([
        ("node type".to_owned(), json!("noise twin")),
        ("subject".to_owned(), json!(digest_json(subject))),
        ("preset".to_owned(), json!(preset_of(subject))),
        ("tools".to_owned(), json!(sides.frozen.tools)),
    ])
}

fn kept(store: &GraphStore, key: &Digest) -> Option<NoiseFloor> {
    let entry = store.db.cache_get(key).ok()??;
    let artifact = entry.outputs.values().next()?;
    let bytes = store
        .artifacts
        .read(&artifact.digest, MAX_FLOOR_BYTES)
        .ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn keep(
    sides: &RunSides<'_>,
    store: &GraphStore,
    key: Digest,
    parts: CacheKeyParts,
    floor: &NoiseFloor,
) -> Result<(), hartomat_store::StoreError> {
    let stored = store.artifacts.put_bytes(&canonical_json(floor))?;
    let artifact = Artifact {
        kind: ArtifactKind::new("noise_floor"),
        digest: stored.digest,
        size_bytes: stored.size_bytes,
        name: "noise_floor.json".to_owned(),
        media_type: "application/json".to_owned(),
        facts: Map::new(),
    };
    store.db.cache_put(&CacheEntry {
        key,
        parts,
        outputs: BTreeMap::from([(PortName::literal("floor"), artifact)]),
        run: sides.frozen.id.clone(),
        workflow: sides.frozen.workflow.id.clone(),
        node: NodeId::literal("noise twin"),
    })
}
