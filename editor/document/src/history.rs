//! The states that a document went through, with the name of what led to each.
//!
//! States share what they have in common, node by node, so a thousand of them of a graph of two
//! thousand nodes take megabytes. Saving doesn't touch it.

mod kept;
mod shared;
mod weigh;

use std::collections::VecDeque;

use hartomat_schema::Workflow;

use crate::{EditLabel, Selection};
use shared::SharedState;

pub use kept::KeptHistory;
pub(crate) use shared::{is_identical, without_graph};

/// States that are kept.
const MOST_ENTRIES: usize = 1_000;
/// Bytes that they may take together, estimated.
const MOST_BYTES: usize = 256 << 20;

/// A state in the history list.
#[derive(Debug, Clone)]
pub struct HistoryEntry {
    /// What led to it.
    pub label: EditLabel,
    /// Bytes that it adds to its predecessor.
    bytes: usize,
    state: SharedState,
    /// What was selected when the state was left, or else when it was reached.
    selection: Selection,
}

/// The states of a document; the present one is in it.
#[derive(Debug, Clone)]
pub(crate) struct History {
    entries: VecDeque<HistoryEntry>,
    present: usize,
    bytes: usize,
}

impl History {
    /// A history that begins with a state.
    pub(crate) fn new(workflow: &Workflow, label: EditLabel) -> Self {
        let (state, bytes) = SharedState::first(workflow);
        let entry = HistoryEntry {
            label,
            bytes,
            state,
            selection: Selection::default(),
        };
        Self {
            entries: VecDeque::from([entry]),
            present: 0,
            bytes,
        }
    }

    /// Goes on to a new state; what was undone is gone.
    pub(crate) fn push(&mut self, workflow: &Workflow, label: EditLabel, left: Selection) {
        for entry in self.entries.drain(self.present + 1..) {
            self.bytes -= entry.bytes;
        }
        let last = self
            .entries
            .back_mut()
            .expect("a history has its present state");
        last.selection = left;
        let (state, bytes) = last.state.next(workflow);
        self.entries.push_back(HistoryEntry {
            label,
            bytes,
            state,
            selection: Selection::default(),
        });
        self.bytes += bytes;
        self.present += 1;
        self.forget();
    }

    /// Drops the oldest states beyond the limits.
    fn forget(&mut self) {
        while self.present > 0
            && (self.entries.len() > MOST_ENTRIES || self.bytes > MOST_BYTES)
            && let Some(oldest) = self.entries.pop_front()
        {
            self.bytes -= oldest.bytes;
            self.present -= 1;
        }
    }

    /// Goes to a state; returns it and what was selected in it.
    pub(crate) fn go_to(&mut self, index: usize, left: Selection) -> Option<(Workflow, Selection)> {
        if index == self.present || index >= self.entries.len() {
            return None;
        }
        self.entries[self.present].selection = left;
        self.present = index;
        let entry = &self.entries[index];
        Some((entry.state.to_workflow(), entry.selection.clone()))
    }

    /// Changes all states, but for their nodes and edges.
    pub(crate) fn change_rests(&mut self, change: impl Fn(&mut Workflow)) {
        let states = self.entries.iter_mut().map(|entry| &mut entry.state);
        SharedState::change_rests(states, change);
    }

    /// The present state.
    pub(crate) fn present_workflow(&self) -> Workflow {
        self.entries[self.present].state.to_workflow()
    }

    /// All states, oldest first.
    pub(crate) fn entries(&self) -> impl ExactSizeIterator<Item = &HistoryEntry> {
        self.entries.iter()
    }

    /// Which of them is the present one.
    pub(crate) fn present(&self) -> usize {
        self.present
    }

    /// What undo would take back.
    pub(crate) fn undo_label(&self) -> Option<&EditLabel> {
        (self.present > 0).then(|| &self.entries[self.present].label)
    }

    /// What redo would do again.
    pub(crate) fn redo_label(&self) -> Option<&EditLabel> {
        self.entries.get(self.present + 1).map(|entry| &entry.label)
    }
}
