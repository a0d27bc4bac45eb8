//! A part of a graph on its way to another place: as a workflow document of its own, so that the one
//! bounded reader reads it, and so that a whole workflow's text can be pasted as well.
//!
//! Edges that come from outside of the part are in it too; whoever pastes says whether they count.

use std::collections::BTreeSet;

use hartomat_schema::{
    Diagnostic, NodeId, ReadWorkflow, WORKFLOW_SCHEMA, Workflow, WorkflowId, read_workflow,
};
use serde_json::{Map, Value};

use crate::{NodeSizes, Rect, Selection};

/// Bytes of a text that is looked at.
const MOST_BYTES: usize = 4 << 20;
/// Marks a document as a part of one.
const MARK: &str = "clip";

/// A part of a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    part: Workflow,
}

/// Why a text is no clip.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClipError {
    /// Longer than anybody would copy.
    #[error("the text has {0} bytes, which is more than a part of a workflow has")]
    TooLong(usize),
    /// No document, or a damaged one.
    #[error("the text is no part of a workflow: {}", first(.0))]
    Unreadable(Vec<Diagnostic>),
    /// A document of an older form.
    #[error("the text is a legacy workflow: import it instead of pasting it")]
    Legacy,
    /// Nothing in it.
    #[error("the text is a part of a workflow with nothing in it")]
    Empty,
}

fn first(found: &[Diagnostic]) -> String {
    let first = found.first();
    first.map_or_else(String::new, |diagnostic| diagnostic.message.clone())
}

impl Clip {
    /// Nodes, frames and notes of a selection, with the edges among the nodes and into them.
    pub fn copy(workflow: &Workflow, items: &Selection) -> Self {
        let is_in = |id: &NodeId| items.nodes.contains(id);
        let chosen = |count: usize, is_chosen: &dyn Fn(usize) -> bool| -> Vec<usize> {
            (0..count).filter(|index| is_chosen(*index)).collect()
        };
        let frames = chosen(workflow.frames.len(), &|index| {
            items.frames.contains(&crate::FrameIndex(index))
        });
        let notes = chosen(workflow.notes.len(), &|index| {
            items.notes.contains(&crate::NoteIndex(index))
        });
        let nodes = workflow.nodes.iter().filter(|node| is_in(&node.id));
        let edges = workflow.edges.iter().filter(|edge| is_in(&edge.to.node));
        let part = Workflow {
            schema: WORKFLOW_SCHEMA.to_owned(),
            id: WorkflowId::literal("clip"),
            name: workflow.name.clone(),
            description: String::new(),
            family: workflow.family,
            execution_mode: Default::default(),
            contract: Vec::new(),
            nodes: nodes.cloned().collect(),
            edges: edges.cloned().collect(),
            frames: frames
                .into_iter()
                .map(|index| workflow.frames[index].clone())
                .collect(),
            notes: notes
                .into_iter()
                .map(|index| workflow.notes[index].clone())
                .collect(),
            bookmarks: Vec::new(),
            extra: Map::from_iter([(MARK.to_owned(), Value::Bool(true))]),
        };
        Self { part }
    }

    /// The text for the clipboard.
    pub fn to_text(&self) -> String {
        self.part.to_json()
    }

    /// Reads a text from the clipboard: a clip, or a whole workflow document.
    pub fn from_text(text: &str) -> Result<Self, ClipError> {
        if text.len() > MOST_BYTES {
            return Err(ClipError::TooLong(text.len()));
        }
        let part = match read_workflow(text.trim().as_bytes()) {
            Ok(ReadWorkflow::Current(workflow)) => *workflow,
            Ok(ReadWorkflow::Legacy { .. }) => return Err(ClipError::Legacy),
            Err(found) => return Err(ClipError::Unreadable(found)),
        };
        let clip = Self { part };
        if clip.is_empty() {
            return Err(ClipError::Empty);
        }
        Ok(clip)
    }

    /// The part as a document.
    pub fn part(&self) -> &Workflow {
        &self.part
    }

    /// How many nodes, frames and notes it holds.
    pub fn len(&self) -> usize {
        self.part.nodes.len() + self.part.frames.len() + self.part.notes.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What it takes up, as it was copied.
    pub fn bounds(&self, sizes: &NodeSizes) -> Rect {
        self.bounds_without(sizes, &BTreeSet::new())
    }

    /// What it takes up without these nodes, as when they have no place where it is pasted.
    pub fn bounds_without(&self, sizes: &NodeSizes, left_out: &BTreeSet<NodeId>) -> Rect {
        let nodes = self.part.nodes.iter();
        let nodes = nodes.filter(|node| !left_out.contains(&node.id));
        let nodes = nodes.map(|node| sizes.rect(node));
        let frames = self.part.frames.iter().map(|frame| frame.rect.into());
        let notes = self.part.notes.iter().map(|note| sizes.note_rect(note));
        Rect::around(nodes.chain(frames).chain(notes)).unwrap_or_default()
    }
}
