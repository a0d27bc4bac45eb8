//! Questions to the disk: reading, migrating and writing documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_document::{KeptHistory, Miniature, NodeSizes};
use hartomat_process::write_atomically;
use hartomat_schema::{
    Catalogue, Digest, ReadWorkflow, Workflow, migrate, read::limits, read_workflow,
};

use super::{OpenedFile, SavedFile, TakenDraft};
use crate::drafts::{DraftContent, DraftFile, DraftFolder, DraftOrigin};
use crate::files::new_workflow_id;
use crate::preferences::RecentOrigin;
use crate::shell::FoundDraft;

/// Reads a document, whichever form it has.
pub(super) fn read_file(path: &Path, catalogue: &Catalogue) -> Result<OpenedFile, ApiError> {
    let size = std::fs::metadata(path)
        .map_err(|err| cannot("read", path, &err))?
        .len();
    if size > limits::DOCUMENT_BYTES as u64 {
        let message = format!("{} is too large for a workflow", name(path));
        return Err(ApiError::new(ErrorKind::InvalidInput, message));
    }
    let bytes = std::fs::read(path).map_err(|err| cannot("read", path, &err))?;
    Ok(read_bytes(&bytes, catalogue))
}

fn read_bytes(bytes: &[u8], catalogue: &Catalogue) -> OpenedFile {
    match read_workflow(bytes) {
        Ok(ReadWorkflow::Current(workflow)) => OpenedFile::Current(workflow, Digest::of(bytes)),
        Ok(ReadWorkflow::Legacy { value, .. }) => {
            match migrate(value, catalogue, new_workflow_id()) {
                Ok(migration) => OpenedFile::Migrated(Box::new(migration)),
                Err(diagnostics) => OpenedFile::Refused(diagnostics),
            }
        }
        Err(diagnostics) => OpenedFile::Refused(diagnostics),
    }
}

/// Writes a document where the file still is what the author has seen.
pub(super) fn write_file(
    path: &Path,
    workflow: &Workflow,
    expected: Option<Digest>,
) -> Result<SavedFile, ApiError> {
    let bytes = workflow.to_json().into_bytes();
    if let (Some(expected), Ok(current)) = (expected, std::fs::read(path)) {
        let digest = Digest::of(&current);
        if digest != expected && current != bytes {
            let theirs = match read_workflow(&current) {
                Ok(ReadWorkflow::Current(workflow)) => Some(workflow),
                _ => None,
            };
            return Ok(SavedFile::Changed(theirs, digest));
        }
    }
    write_atomically(path, &bytes).map_err(|err| cannot("write", path, &err))?;
    Ok(SavedFile::Written(Digest::of(&bytes)))
}

fn cannot(verb: &str, path: &Path, err: &std::io::Error) -> ApiError {
    let kind = match err.kind() {
        std::io::ErrorKind::NotFound => ErrorKind::NotFound,
        _ => ErrorKind::Internal,
    };
    ApiError::new(kind, format!("can't {verb} {}: {err}", path.display()))
}

fn name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Pictures of the copies that can be read.
pub(super) fn read_pictures(
    copies: Vec<(RecentOrigin, PathBuf)>,
    catalogue: &Catalogue,
) -> BTreeMap<RecentOrigin, Miniature> {
    let read = copies.into_iter().filter_map(|(origin, path)| {
        let bytes = std::fs::read(path).ok()?;
        let ReadWorkflow::Current(workflow) = read_workflow(&bytes).ok()? else {
            return None;
        };
        Some((origin, picture(&workflow, catalogue)))
    });
    read.collect()
}

/// Drafts that no living window owns.
pub(super) fn read_drafts(folder: &DraftFolder, catalogue: &Catalogue) -> Vec<FoundDraft> {
    folder.tidy();
    let paths = folder.left_behind().into_iter();
    paths.map(|path| found_draft(path, catalogue)).collect()
}

fn found_draft(path: PathBuf, catalogue: &Catalogue) -> FoundDraft {
    let content = read_draft(&path).ok();
    let draft = content.as_ref().map(|content| &content.draft);
    let workflow = draft.map(|draft| &draft.workflow);
    FoundDraft {
        name: workflow.map(|workflow| workflow.name.clone()),
        family: workflow.map(|workflow| workflow.family),
        changed_at: draft.map(|draft| draft.at),
        last_change: draft.and_then(|draft| draft.changes.last().cloned()),
        miniature: workflow
            .map_or_else(Miniature::default, |workflow| picture(workflow, catalogue)),
        nodes: workflow.map_or(0, |workflow| workflow.nodes.len()),
        path,
    }
}

/// The picture of a workflow.
pub(super) fn picture(workflow: &Workflow, catalogue: &Catalogue) -> Miniature {
    Miniature::new(
        workflow,
        catalogue,
        &NodeSizes::estimated(workflow, catalogue),
    )
}

fn read_draft(path: &Path) -> Result<DraftContent, ApiError> {
    let text = std::fs::read(path).map_err(|err| cannot("read", path, &err))?;
    DraftContent::read(&text).map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))
}

/// Puts a draft aside, unless another window works on it.
pub(super) fn discard_draft(folder: &DraftFolder, path: &Path) -> Result<(), ApiError> {
    let file = own_draft(folder, path)?;
    folder
        .discard(&file)
        .map_err(|err| cannot("put aside", path, &err))
}

/// Whether another living window has unsaved changes of the same workflow.
pub(super) fn is_edited_elsewhere(
    folder: &DraftFolder,
    origin: &DraftOrigin,
    own: Option<&Path>,
) -> bool {
    let others = folder.of_others(own);
    let mut texts = others.iter().filter_map(|path| std::fs::read(path).ok());
    texts.any(|text| DraftContent::origin_in(&text).is_same_workflow(origin))
}

fn own_draft(folder: &DraftFolder, path: &Path) -> Result<DraftFile, ApiError> {
    let taken = folder
        .take(path)
        .map_err(|err| cannot("open", path, &err))?;
    taken.ok_or_else(|| ApiError::new(ErrorKind::Conflict, "another window works on this draft"))
}

/// Takes a draft over, unless another window was quicker.
pub(super) fn take_draft(folder: &DraftFolder, path: &Path) -> Result<TakenDraft, ApiError> {
    let file = own_draft(folder, path)?;
    let history = std::fs::read(file.history_path()).ok();
    Ok(TakenDraft {
        content: read_draft(path)?,
        history: history.and_then(|text| KeptHistory::from_text(&text)),
        file: Arc::new(file),
    })
}

/// The CAD file that comes with the editor.
const SAMPLE: (&str, &[u8]) = (
    "ball_bearing.step",
    include_bytes!("../../../../assets/samples/ball_bearing.step"),
);

/// Writes the bundled sample, unless it is there, and gives its path.
pub(super) fn write_sample(folder: &Path) -> Result<PathBuf, ApiError> {
    let (name, content) = SAMPLE;
    let path = folder.join(name);
    let is_there = std::fs::metadata(&path).is_ok_and(|file| file.len() == content.len() as u64);
    if !is_there {
        std::fs::create_dir_all(folder)
            .and_then(|()| write_atomically(&path, content))
            .map_err(|err| cannot("write", &path, &err))?;
    }
    Ok(path)
}
