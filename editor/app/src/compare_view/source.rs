//! Where a side of a comparison comes from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{FileSource, RunDetail};
use hartomat_schema::{Artifact, StoredFile};

/// Where a side comes from.
#[derive(Debug, Clone)]
pub enum CompareSource {
    /// An artifact, and the run that it is of where that is known.
    Artifact(Box<Artifact>, Option<Arc<RunDetail>>),
    /// A file of this machine.
    File(PathBuf),
}

impl CompareSource {
    /// Its name for people.
    pub fn name(&self) -> String {
        match self {
            Self::Artifact(artifact, _) => artifact.name.clone(),
            Self::File(path) => {
                let name = path.file_name().unwrap_or(path.as_os_str());
                name.to_string_lossy().into_owned()
            }
        }
    }

    /// The run that it is of, where that is known.
    pub fn run(&self) -> Option<&Arc<RunDetail>> {
        match self {
            Self::Artifact(_, run) => run.as_ref(),
            Self::File(_) => None,
        }
    }

    /// The same for the runtime.
    pub(crate) fn for_runtime(&self) -> FileSource {
        match self {
            Self::Artifact(artifact, _) => FileSource::Stored(StoredFile::new(
                artifact.digest,
                artifact.size_bytes,
                &artifact.name,
            )),
            Self::File(path) => FileSource::Path(path.to_string_lossy().into_owned()),
        }
    }
}

/// Whether a file is a picture by its name.
pub(crate) fn is_picture_file(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    let endings = ["png", "jpg", "jpeg", "webp", "exr"];
    end.is_some_and(|end| endings.contains(&end.to_ascii_lowercase().as_str()))
}

/// Whether a file is a video by its name.
pub(crate) fn is_video_file(path: &Path) -> bool {
    let end = path.extension().and_then(|end| end.to_str());
    end.is_some_and(|end| ["mp4", "webm"].contains(&end.to_ascii_lowercase().as_str()))
}

/// Everything that came out of a run, control first.
pub(crate) fn artifacts_of(run: &RunDetail) -> impl Iterator<Item = &Artifact> {
    let nodes = run.record.nodes.iter();
    let outputs = nodes.flat_map(|node| node.outputs.values());
    run.record.control_outputs.iter().chain(outputs)
}
