//! How the nodes of a workflow fared in its newest run, with pictures small enough for the canvas.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use egui::ColorImage;
use hartomat_api::{ApiError, Backend, RunQuery};
use hartomat_schema::{
    Artifact, ArtifactKind, NodeId, NodeRun, NodeRunState, RunId, RunState, WorkflowId,
};

/// Larger files aren't fetched for a small picture.
const MOST_BYTES: u64 = 64 << 20;
/// Longest side of a picture, in pixels: twice its size on screen.
const SIDE: u32 = 384;

/// The number of the next temporary file.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The newest run of a workflow.
#[derive(Debug, Clone)]
pub struct LastRun {
    /// The run.
    pub run: RunId,
    /// Its state when it was asked for.
    pub state: RunState,
    /// Its nodes.
    pub nodes: BTreeMap<NodeId, LastNodeRun>,
}

/// How a node fared.
#[derive(Debug, Clone)]
pub struct LastNodeRun {
    /// State.
    pub state: NodeRunState,
    /// Its picture, where it made one.
    pub picture: Option<Arc<ColorImage>>,
}

/// The newest run; none where there is none, or where it is the one that is known already.
pub(super) fn last_run(
    backend: &dyn Backend,
    workflow: &WorkflowId,
    known: Option<&(RunId, RunState)>,
) -> Option<LastRun> {
    let query = RunQuery {
        workflow: Some(workflow.clone()),
        limit: Some(1),
        ..RunQuery::default()
    };
    let record = backend.run_list(&query).ok()?.runs.into_iter().next()?;
    let is_known = known.is_some_and(|(run, state)| *run == record.id && *state == record.state);
    if is_known && record.state.is_final() {
        return None;
    }
    let record = backend.run_get(&record.id).ok()?.record;
    let nodes = record.nodes.iter().map(|node| {
        let fared = LastNodeRun {
            state: node.state,
            picture: picture(backend, node).map(Arc::new),
        };
        (node.node.clone(), fared)
    });
    Some(LastRun {
        nodes: nodes.collect(),
        run: record.id,
        state: record.state,
    })
}

fn picture(backend: &dyn Backend, node: &NodeRun) -> Option<ColorImage> {
    let is_picture = |artifact: &&Artifact| {
        artifact.kind == ArtifactKind::IMAGE
            && artifact.media_type.starts_with("image/")
            && artifact.size_bytes <= MOST_BYTES
    };
    let artifact = node.outputs.values().find(is_picture)?;
    decode(&bytes(backend, artifact)?)
}

/// The bytes of an artifact, which may be on another machine.
pub(super) fn bytes(backend: &dyn Backend, artifact: &Artifact) -> Option<Vec<u8>> {
    if let Some(path) = backend.artifact_path(&artifact.digest) {
        return std::fs::read(path).ok();
    }
    through_a_file(|path| backend.artifact_save(&artifact.digest, path, &|_, _| {}))
}

/// What is written to a temporary file.
pub(super) fn through_a_file(write: impl FnOnce(&Path) -> Result<(), ApiError>) -> Option<Vec<u8>> {
    // A name of its own: other threads may fetch the same bytes just now.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("hartomat-editor-{}-{number}", std::process::id());
    let file = std::env::temp_dir().join(name);
    write(&file).ok()?;
    let bytes = std::fs::read(&file).ok();
    // What is left over in the folder for temporary files harms nobody.
    let _left_over = std::fs::remove_file(&file);
    bytes
}

pub(super) fn decode(bytes: &[u8]) -> Option<ColorImage> {
    let mut reader = image::ImageReader::new(std::io::Cursor::new(bytes));
    reader = reader.with_guessed_format().ok()?;
    let mut picture = reader.decode().ok()?;
    if picture.width().max(picture.height()) > SIDE {
        picture = picture.thumbnail(SIDE, SIDE);
    }
    let picture = picture.to_rgba8();
    let size = [
        usize::try_from(picture.width()).ok()?,
        usize::try_from(picture.height()).ok()?,
    ];
    Some(ColorImage::from_rgba_unmultiplied(size, picture.as_raw()))
}
