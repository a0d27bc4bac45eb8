//! What the window asks about runs, and how that is answered.

use std::path::PathBuf;
use std::sync::Arc;

use egui::ColorImage;
use hartomat_api::{
    ApiError, Backend, DispatchRequest, DryRun, Link, LogCursor, LogPage, LogQuery, RerunRequest,
    ReviewRequest, RunDetail, RunPage, RunQuery,
};
use hartomat_schema::{
    Artifact, Digest, FeedEntry, MediaAsset, NodeId, Review, RunEvent, RunId, RunRecord, Side,
};

use super::Ticket;
use super::keep::{open_outside, save_log, write_text};
use super::last_run::{bytes, decode};
use super::places::{known_places, open_window};
use super::plans::{RerunPlan, RerunQuestion, plan_rerun};

/// Events that are read at once.
const EVENTS: usize = 1000;
/// Log lines that are read at once.
const LINES: u32 = 8000;

/// A question about runs.
#[derive(Debug, Clone)]
pub enum RunsAsk {
    /// Make a run.
    Dispatch(Ticket, Box<DispatchRequest>),
    /// Make a run again.
    Rerun(Ticket, Box<RerunRequest>),
    /// Stop a run.
    Cancel(RunId),
    /// A page of the list.
    List(Ticket, Box<RunQuery>),
    /// A run with all its events.
    Get(RunId),
    /// Lines of its log after these.
    Logs(RunId, LogCursor),
    /// A picture of an artifact, small.
    Preview(Box<Artifact>),
    /// Servers that are named in this data folder.
    Places(PathBuf),
    /// A window on a server, or on this machine.
    OpenWindow(PathBuf, Option<String>),
    /// Runs that a person should look at.
    CountInbox(Ticket, Box<RunQuery>),
    /// A word on a run.
    Review(Box<ReviewRequest>),
    /// What the next run of the open workflow would do.
    Plan(Ticket, Box<DispatchRequest>),
    /// What making a run again would do.
    PlanRerun(Ticket, Box<RerunQuestion>),
    /// Write the log of a run, or of one of its nodes, to a file of this machine.
    SaveLog(RunId, Option<NodeId>, PathBuf),
    /// Write an artifact to a file of this machine.
    Save(Box<Artifact>, PathBuf),
    /// Write an artifact into this folder, and open it in the program that the desktop has for it.
    OpenOutside(Box<Artifact>, PathBuf),
    /// Write a media asset to a file of this machine.
    SaveAsset(Box<MediaAsset>, PathBuf),
    /// Write a media asset into this folder, and open it in the program that the desktop has for it.
    OpenAsset(Box<MediaAsset>, PathBuf),
    /// Write a text to a file of this machine.
    Write(PathBuf, String),
}

/// A run with all its events.
#[derive(Debug, Clone)]
pub struct FoundRun {
    /// All that is known of it.
    pub detail: RunDetail,
    /// Its events, in order from the first.
    pub events: Vec<RunEvent>,
}

/// Something that a thread has to say about runs.
#[derive(Debug, Clone)]
pub enum RunsEvent {
    /// A run was taken on, or not.
    Dispatched(Ticket, Result<Box<RunRecord>, ApiError>),
    /// A run was asked to stop, or couldn't be.
    CancelAsked(RunId, Result<(), ApiError>),
    /// A page of the list.
    Listed(Ticket, Result<Box<RunPage>, ApiError>),
    /// A run with all its events.
    Got(RunId, Result<Box<FoundRun>, ApiError>),
    /// Lines of its log.
    Logged(RunId, Result<Box<LogPage>, ApiError>),
    /// A picture of an artifact; none where it has none.
    Preview(Digest, Option<Arc<ColorImage>>),
    /// What the next run would do.
    Planned(Ticket, Result<Box<DryRun>, ApiError>),
    /// What making a run again would do.
    RerunPlanned(Ticket, Result<Box<RerunPlan>, ApiError>),
    /// Servers that a person has named.
    Places(Vec<String>),
    /// A file was written, or not.
    Saved(PathBuf, Result<(), ApiError>),
    /// A program was started, or not.
    OpenedOutside(Result<(), ApiError>),
    /// Something happened in the run that is watched.
    Happened(RunId, Box<RunEvent>),
    /// The run that is watched has written to its log.
    Wrote(RunId),
    /// A part of the run that is watched has come so far.
    Progress(RunId, RunProgress),
    /// The stream of the run that is watched is there or not.
    Link(RunId, Link),
    /// Nothing more follows in the run that is watched.
    Ended(RunId),
    /// What happens in all runs is heard from now on.
    FeedBegun,
    /// Something has happened in a run.
    Feed(Box<FeedEntry>),
    /// What happens in all runs is heard, or not.
    FeedLink(Link),
    /// Runs that a person should look at.
    Counted(Ticket, Result<Box<RunPage>, ApiError>),
    /// A word on a run was taken, or not.
    Reviewed(RunId, Result<Box<Review>, ApiError>),
}

/// How far a part of a run has come.
#[derive(Debug, Clone, PartialEq)]
pub struct RunProgress {
    /// The side.
    pub side: Side,
    /// The node; none for the control.
    pub node: Option<NodeId>,
    /// 0 to 1.
    pub share: f64,
    /// What it is doing.
    pub message: String,
}

/// Answers a question.
pub(super) fn answer(
    backend: Result<Arc<dyn Backend>, ApiError>,
    ask: RunsAsk,
) -> Option<RunsEvent> {
    let on = |ask: &dyn Fn(&dyn Backend) -> Result<RunsEvent, ApiError>| {
        backend.clone().and_then(|backend| ask(&*backend))
    };
    Some(match ask {
        RunsAsk::Dispatch(ticket, request) => {
            let taken = backend.and_then(|backend| backend.dispatch(&request));
            RunsEvent::Dispatched(ticket, taken.map(Box::new))
        }
        RunsAsk::Rerun(ticket, request) => {
            let taken = backend.and_then(|backend| backend.rerun(&request));
            RunsEvent::Dispatched(ticket, taken.map(Box::new))
        }
        RunsAsk::Cancel(run) => {
            let asked = backend.and_then(|backend| backend.run_cancel(&run));
            RunsEvent::CancelAsked(run, asked)
        }
        RunsAsk::List(ticket, query) => {
            let page = backend.and_then(|backend| backend.run_list(&query));
            RunsEvent::Listed(ticket, page.map(Box::new))
        }
        RunsAsk::Get(run) => {
            let found = backend.and_then(|backend| get(&*backend, &run));
            RunsEvent::Got(run, found.map(Box::new))
        }
        RunsAsk::Logs(run, after) => {
            let query = LogQuery {
                node: None,
                after,
                limit: Some(LINES),
            };
            let page = backend.and_then(|backend| backend.run_logs(&run, &query));
            RunsEvent::Logged(run, page.map(Box::new))
        }
        RunsAsk::Preview(artifact) => {
            let preview = |backend: &dyn Backend| {
                let picture = bytes(backend, &artifact).and_then(|bytes| decode(&bytes));
                Ok(RunsEvent::Preview(artifact.digest, picture.map(Arc::new)))
            };
            on(&preview).ok()?
        }
        RunsAsk::Places(data_dir) => RunsEvent::Places(known_places(&data_dir)),
        RunsAsk::OpenWindow(data_dir, server) => {
            RunsEvent::OpenedOutside(open_window(&data_dir, server.as_deref()))
        }
        RunsAsk::CountInbox(ticket, query) => {
            let page = backend.and_then(|backend| backend.run_list(&query));
            RunsEvent::Counted(ticket, page.map(Box::new))
        }
        RunsAsk::Review(request) => {
            let reviewed = backend.and_then(|backend| backend.review_add(&request));
            RunsEvent::Reviewed(request.run, reviewed.map(Box::new))
        }
        RunsAsk::Plan(ticket, request) => {
            let plan = backend.and_then(|backend| backend.dry_run(&request));
            RunsEvent::Planned(ticket, plan.map(Box::new))
        }
        RunsAsk::PlanRerun(ticket, question) => {
            let plan = backend.and_then(|backend| plan_rerun(&*backend, *question));
            RunsEvent::RerunPlanned(ticket, plan.map(Box::new))
        }
        RunsAsk::SaveLog(run, node, path) => {
            let saved = backend.and_then(|backend| save_log(&*backend, &run, node, &path));
            RunsEvent::Saved(path, saved)
        }
        RunsAsk::Save(artifact, path) => {
            let saved = backend
                .and_then(|backend| backend.artifact_save(&artifact.digest, &path, &|_, _| {}));
            RunsEvent::Saved(path, saved)
        }
        RunsAsk::OpenOutside(artifact, folder) => {
            let opened = backend.and_then(|backend| {
                let file = (artifact.name.as_str(), &artifact.digest);
                open_outside(file, &folder, |path| {
                    backend.artifact_save(&artifact.digest, path, &|_, _| {})
                })
            });
            RunsEvent::OpenedOutside(opened)
        }
        RunsAsk::SaveAsset(asset, path) => {
            let saved = backend.and_then(|backend| backend.media_asset_save(&asset.id, &path));
            RunsEvent::Saved(path, saved)
        }
        RunsAsk::OpenAsset(asset, folder) => {
            let opened = backend.and_then(|backend| {
                let file = (asset.name.as_str(), &asset.digest);
                open_outside(file, &folder, |path| {
                    backend.media_asset_save(&asset.id, path)
                })
            });
            RunsEvent::OpenedOutside(opened)
        }
        RunsAsk::Write(path, text) => {
            let written = write_text(&path, &text);
            RunsEvent::Saved(path, written)
        }
    })
}

fn get(backend: &dyn Backend, run: &RunId) -> Result<FoundRun, ApiError> {
    let mut detail = backend.run_get(run)?;
    let mut events: Vec<RunEvent> = Vec::new();
    loop {
        let after = events.last().map_or(0, |event| event.seq);
        let page = backend.run_events(run, after, EVENTS)?;
        let is_last = page.events.is_empty();
        events.extend(page.events);
        if is_last || events.last().is_some_and(|last| last.seq >= page.last_seq) {
            break;
        }
    }
    // What came between the two questions.
    for event in &events {
        if event.seq > detail.record.last_seq {
            detail.record.apply(event);
        }
    }
    Ok(FoundRun { detail, events })
}
