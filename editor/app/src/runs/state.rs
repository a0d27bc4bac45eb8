//! What the editor knows of runs. Changed by [`super::apply`] alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::{TextureHandle, TextureId, Vec2};
use hartomat_api::{ApiError, RerunRequest};
use hartomat_schema::{Digest, ExecutionMode, NodeId, RunId, Timestamp};
use hartomat_ui::theme::Status;

use super::{Dispatching, Inbox, Looked, NextRun, Refused, Rerun, RunList, RunView};
use crate::backend::Ticket;
use crate::state::Session;

/// Everything about runs.
#[derive(Default)]
pub struct RunsState {
    /// The mode of the next run; none is the workflow's own.
    pub mode: Option<ExecutionMode>,
    /// The run that was asked for and hasn't been taken on yet.
    pub dispatching: Option<Dispatching>,
    /// The run that wasn't taken on.
    pub refused: Option<Refused>,
    /// The run that is looked at.
    pub view: Option<RunView>,
    /// The newest run that was begun here.
    pub begun_here: Option<RunId>,
    /// The graph of that run as it was, while the canvas shows it.
    pub graph: Option<Session>,
    /// What the next run of the open workflow would do.
    pub next: NextRun,
    /// The document's revision that was dispatched last.
    pub begun_revision: Option<u64>,
    /// All runs.
    pub list: RunList,
    /// How many runs a person should look at.
    pub inbox: Inbox,
    /// A word on a run, while that is asked.
    pub looked: Option<Looked>,
    /// The name under which a view is to be saved, while that is asked.
    pub view_name: Option<String>,
    /// Since when what happens in all runs isn't heard, and why.
    pub feed_stale: Option<(Timestamp, String)>,
    /// When something was heard of any run last.
    pub heard_at: Option<Timestamp>,
    /// How a run is to be made again, while that is asked.
    pub rerun: Option<Rerun>,
    /// The run that is being opened.
    pub opening: Option<RunId>,
    /// Why it couldn't be.
    pub open_error: Option<ApiError>,
    /// Servers that a person has named; none before anybody wanted to know.
    pub places: Option<Vec<String>>,
    /// The artifact that shall come into view.
    pub shown_artifact: Option<Digest>,
    /// The rerun that was asked for and hasn't been taken on yet.
    pub(super) rerunning: Option<(Ticket, Box<RerunRequest>)>,
    /// A rerun that may have been taken on although no answer came.
    pub(super) unanswered: Option<Box<RerunRequest>>,
    pub(super) previews: BTreeMap<Digest, Option<TextureHandle>>,
    pub(super) marks: u64,
}

impl RunsState {
    /// A small picture of an artifact, once it is there: texture and size in pixels.
    pub fn preview(&self, digest: &Digest) -> Option<(TextureId, Vec2)> {
        let texture = self.previews.get(digest)?.as_ref()?;
        Some((texture.id(), texture.size_vec2()))
    }

    /// Whether a small picture was asked for already.
    pub fn is_preview_asked(&self, digest: &Digest) -> bool {
        self.previews.contains_key(digest)
    }

    /// Whether the run that is looked at was begun here and is about this workflow.
    pub fn is_of(&self, session: &Session) -> bool {
        self.view.as_ref().is_some_and(|view| {
            Some(view.id()) == self.begun_here.as_ref()
                && view.record.workflow == session.document.workflow().id
        })
    }

    /// The run whose marks the canvas shows.
    pub fn on_canvas(&self, session: &Session) -> Option<&RunView> {
        let is_shown = self.graph.is_some() || self.is_of(session);
        self.view.as_ref().filter(|_| is_shown)
    }

    /// How a node of what the canvas shows fares.
    pub fn status(&self, session: &Session, node: &NodeId) -> Option<Status> {
        self.on_canvas(session)?.status(node)
    }

    /// Changes whenever marks on nodes do.
    pub fn marks_stamp(&self) -> u64 {
        self.marks
    }

    pub(super) fn changed(&mut self) {
        self.marks += 1;
    }

    /// Keeps a small picture.
    pub(super) fn preview_came(
        &mut self,
        ctx: &egui::Context,
        digest: Digest,
        picture: Option<Arc<egui::ColorImage>>,
    ) {
        let texture = picture.map(|picture| {
            let name = format!("preview {digest}");
            ctx.load_texture(name, picture, egui::TextureOptions::LINEAR)
        });
        self.previews.insert(digest, texture);
    }
}
