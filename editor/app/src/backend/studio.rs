//! What the window asks about the studio's side, and how that is answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::ColorImage;
use hartomat_api::http::AuditQuery;
use hartomat_api::{
    ApiError, Backend, DispatchRequest, DispatchResolution, ErrorKind, ImportFormat, ImportReport,
    ImportRequest, LibraryDocument, OrderDetail, OrderEntry, OutputTypeDraft, OutputTypeEntry,
    RolloutStatus, read_library, write_migrated,
};
use hartomat_schema::{
    Artifact, ArtifactKind, AuditEntry, Catalogue, Intent, MediaAsset, NotificationTarget, OrderId,
    OutputType, OutputTypeId, RolloutAction, RolloutScope, RunId, WorkflowId,
};

use super::last_run::{bytes, decode, through_a_file};
use super::local::picture;
use super::{TargetChange, Ticket};
use crate::studio_view::{AUDIT_PAGE, KnownWorkflow, MigrationRow, PictureOf};

/// Larger media assets aren't fetched for a small picture.
const MOST_BYTES: u64 = 64 << 20;
/// The largest list of orders.
const MAX_LIST_BYTES: u64 = 8 << 20;

/// A question about output types, orders and rollouts.
#[derive(Debug, Clone)]
pub enum StudioAsk {
    /// What is allowed where.
    Rollouts,
    /// Decide on a rollout.
    Decide(RolloutScope, Box<RolloutAction>),
    /// Output types.
    OutputTypes,
    /// Make an output type.
    CreateType(OutputTypeDraft),
    /// Change an output type.
    PutType(Box<OutputType>),
    /// Who is told outside of the studio.
    Targets,
    /// Change that. It is done where the data folder lies, never over the connection.
    ChangeTarget(Box<TargetChange>),
    /// Orders.
    Orders,
    /// An order with its lines.
    Order(OrderId),
    /// Read a list of orders, and say what would come of it.
    TryImport(Ticket, PathBuf),
    /// Take a list of orders in.
    Import(Ticket, Box<ImportRequest>),
    /// A workflow, and its picture.
    Workflow(WorkflowId, Arc<Catalogue>),
    /// A small picture of a media asset.
    Picture(Box<MediaAsset>),
    /// A small picture of what the graph made in a run.
    RunPicture(RunId),
    /// How the mode and the settings of an order line would come about.
    Resolve(Ticket, Box<DispatchRequest>),
    /// Lines of the audit list before this one.
    Audit(Option<u64>),
    /// What becomes of each document below a folder.
    ReadLibrary(PathBuf, Arc<Catalogue>),
    /// Write these documents below a folder.
    WriteLibrary(PathBuf, Vec<LibraryDocument>),
}

/// Something that a thread has to say about them.
#[derive(Debug, Clone)]
pub enum StudioEvent {
    /// What is allowed where.
    Rollouts(Result<Vec<RolloutStatus>, ApiError>),
    /// A decision was made, or not.
    Decided(RolloutScope, Result<Box<RolloutStatus>, ApiError>),
    /// Output types.
    OutputTypes(Result<Vec<OutputTypeEntry>, ApiError>),
    /// An output type was made, or not.
    TypeCreated(Result<Box<OutputTypeEntry>, ApiError>),
    /// An output type was changed, or not.
    TypePut(OutputTypeId, Result<Box<OutputTypeEntry>, ApiError>),
    /// Who is told outside of the studio.
    Targets(Result<Vec<NotificationTarget>, ApiError>),
    /// A target was changed, or not.
    TargetChanged(Box<TargetChange>, Result<(), ApiError>),
    /// Orders.
    Orders(Result<Vec<OrderEntry>, ApiError>),
    /// An order with its lines.
    Order(OrderId, Result<Box<OrderDetail>, ApiError>),
    /// A list of orders, and what would come of it.
    ImportTried(Ticket, Result<(Box<ImportRequest>, ImportReport), ApiError>),
    /// What came of a list of orders.
    Imported(Ticket, Result<ImportReport, ApiError>),
    /// A workflow, and its picture.
    Workflow(WorkflowId, Result<Box<KnownWorkflow>, ApiError>),
    /// A small picture; none where there is none.
    Picture(PictureOf, Option<Arc<ColorImage>>),
    /// How the mode and the settings of an order line would come about.
    Resolved(Ticket, Result<Box<DispatchResolution>, ApiError>),
    /// Lines of the audit list before this one.
    Audit(Option<u64>, Result<Vec<AuditEntry>, ApiError>),
    /// What becomes of each document below a folder.
    LibraryRead(PathBuf, Result<Vec<MigrationRow>, ApiError>),
    /// What came of writing each below this folder.
    LibraryWritten(PathBuf, Vec<(PathBuf, Result<(), ApiError>)>),
}

/// Answers a question.
pub(super) fn answer(backend: Result<Arc<dyn Backend>, ApiError>, ask: StudioAsk) -> StudioEvent {
    match ask {
        StudioAsk::Rollouts => StudioEvent::Rollouts(backend.and_then(|it| it.rollout_list())),
        StudioAsk::Decide(scope, action) => {
            let decided = backend.and_then(|it| it.rollout_decide(&scope, &action));
            StudioEvent::Decided(scope, decided.map(Box::new))
        }
        StudioAsk::OutputTypes => {
            StudioEvent::OutputTypes(backend.and_then(|it| it.output_type_list()))
        }
        StudioAsk::CreateType(draft) => {
            let made = backend.and_then(|it| it.output_type_create(&draft));
            StudioEvent::TypeCreated(made.map(Box::new))
        }
        StudioAsk::PutType(output_type) => {
            let put = backend.and_then(|it| it.output_type_put(&output_type));
            StudioEvent::TypePut(output_type.id, put.map(Box::new))
        }
        StudioAsk::Targets => {
            StudioEvent::Targets(backend.and_then(|it| it.notification_target_list()))
        }
        StudioAsk::ChangeTarget(change) => {
            let message = "targets are not changed over a connection";
            let refused = ApiError::new(ErrorKind::Internal, message);
            StudioEvent::TargetChanged(change, Err(refused))
        }
        StudioAsk::Orders => StudioEvent::Orders(backend.and_then(|it| it.order_list())),
        StudioAsk::Order(id) => {
            let found = backend.and_then(|it| it.order_get(&id));
            StudioEvent::Order(id, found.map(Box::new))
        }
        StudioAsk::TryImport(ticket, path) => {
            let tried = read_list(&path).and_then(|request| {
                let report = backend?.import(&request)?;
                Ok((Box::new(request), report))
            });
            StudioEvent::ImportTried(ticket, tried)
        }
        StudioAsk::Import(ticket, request) => {
            StudioEvent::Imported(ticket, backend.and_then(|it| it.import(&request)))
        }
        StudioAsk::Workflow(id, catalogue) => {
            let found = backend.and_then(|it| it.workflow_get(&id));
            let found = found.map(|saved| {
                Box::new(KnownWorkflow {
                    miniature: picture(&saved.workflow, &catalogue),
                    workflow: saved.workflow,
                })
            });
            StudioEvent::Workflow(id, found)
        }
        StudioAsk::Picture(asset) => {
            let found = backend.ok().and_then(|it| picture_of(&*it, &asset));
            StudioEvent::Picture(PictureOf::Asset(asset.id), found.map(Arc::new))
        }
        StudioAsk::RunPicture(run) => {
            let found = backend.ok().and_then(|it| made_in(&*it, &run));
            StudioEvent::Picture(PictureOf::Run(run), found.map(Arc::new))
        }
        StudioAsk::Resolve(ticket, request) => {
            let found = backend.and_then(|it| it.resolve(&request));
            StudioEvent::Resolved(ticket, found.map(Box::new))
        }
        StudioAsk::Audit(before) => {
            let query = AuditQuery {
                before,
                limit: Some(AUDIT_PAGE),
            };
            StudioEvent::Audit(before, backend.and_then(|it| it.audit_list(&query)))
        }
        StudioAsk::ReadLibrary(folder, catalogue) => {
            let rows = rows_of(&folder, &catalogue);
            StudioEvent::LibraryRead(folder, rows)
        }
        StudioAsk::WriteLibrary(output, documents) => {
            let written = documents.into_iter().filter_map(|document| {
                let workflow = document.migrated.workflow?;
                let written = write_migrated(&output, &document.file, &workflow);
                Some((document.file, written))
            });
            let written = written.collect();
            StudioEvent::LibraryWritten(output, written)
        }
    }
}

/// A list of orders, to be tried. What isn't a plain file may never end, as a pipe.
fn read_list(path: &Path) -> Result<ImportRequest, ApiError> {
    let refused = |why: String| {
        let message = format!("can't read `{}`: {why}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    };
    let about = path.metadata().map_err(|err| refused(err.to_string()))?;
    if !about.is_file() {
        return Err(refused("it is no plain file".to_owned()).hint("choose a CSV or JSON file"));
    }
    if about.len() > MAX_LIST_BYTES {
        let most = MAX_LIST_BYTES >> 20;
        return Err(refused(format!("it is larger than {most} MB")));
    }
    let text = std::fs::read_to_string(path).map_err(|err| refused(err.to_string()))?;
    let is_json = path.extension().is_some_and(|it| it == "json");
    Ok(ImportRequest {
        format: if is_json {
            ImportFormat::Json
        } else {
            ImportFormat::Csv
        },
        text,
        dry_run: true,
        skip_refused: false,
    })
}

/// Documents with the pictures of what they become.
fn rows_of(folder: &Path, catalogue: &Catalogue) -> Result<Vec<MigrationRow>, ApiError> {
    let documents = read_library(folder, catalogue)?.into_iter();
    let rows = documents.map(|document| MigrationRow {
        miniature: document
            .migrated
            .workflow
            .as_ref()
            .map(|workflow| picture(workflow, catalogue)),
        document,
    });
    Ok(rows.collect())
}

/// A picture of a picture, or of a video's first frame.
fn picture_of(backend: &dyn Backend, asset: &MediaAsset) -> Option<ColorImage> {
    if asset.kind == ArtifactKind::VIDEO {
        return decode(&backend.artifact_frame(&asset.digest, 1).ok()?);
    }
    if asset.kind != ArtifactKind::IMAGE || asset.size_bytes > MOST_BYTES {
        return None;
    }
    decode(&through_a_file(|path| {
        backend.media_asset_save(&asset.id, path)
    })?)
}

/// A picture of what the graph would have published in a run, or else of the last picture or video in it.
fn made_in(backend: &dyn Backend, run: &RunId) -> Option<ColorImage> {
    let record = backend.run_get(run).ok()?.record;
    let published = record.intents.iter().find_map(|intent| match intent {
        Intent::Publish { digest, .. } => Some(*digest),
        Intent::Notify { .. } => None,
    });
    let artifacts = || record.nodes.iter().flat_map(|node| node.outputs.values());
    let is_seen =
        |artifact: &&Artifact| [ArtifactKind::IMAGE, ArtifactKind::VIDEO].contains(&artifact.kind);
    let chosen = artifacts().find(|it| Some(it.digest) == published);
    let artifact = chosen
        .filter(is_seen)
        .or_else(|| artifacts().rfind(is_seen))?;
    if artifact.kind == ArtifactKind::VIDEO {
        return decode(&backend.artifact_frame(&artifact.digest, 1).ok()?);
    }
    (artifact.size_bytes <= MOST_BYTES).then(|| decode(&bytes(backend, artifact)?))?
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Path, read_list};

    #[test]
    fn what_is_no_plain_file_is_refused_unread() {
        // It never ends.
        let refused = read_list(Path::new("/dev/zero")).unwrap_err();
        assert!(refused.message.contains("no plain file"), "{refused:?}");
    }
}
