//! A workflow that somebody works on: the document, what is selected, what was saved, and the way
//! back. Everything goes through [`Edit`]s; each that changes something is one entry of the history.

mod gesture;

use std::sync::{Arc, OnceLock};

use hartomat_schema::{Catalogue, Digest, Workflow, WorkflowId};

use crate::edit::{LeftOut, check_growth};
use crate::history::{History, is_identical};
use crate::{Edit, EditError, EditLabel, HistoryEntry, KeptHistory, Selection};
use gesture::Gesture;

/// What the last save wrote.
#[derive(Debug, Clone)]
pub struct Saved {
    /// The revision that the save made, or that was opened.
    pub revision: u64,
    /// The document as it was saved.
    pub workflow: Arc<Workflow>,
    digest: OnceLock<Digest>,
}

impl Saved {
    /// A document as it was saved at a revision.
    pub fn new(revision: u64, workflow: impl Into<Arc<Workflow>>) -> Self {
        Self {
            revision,
            workflow: workflow.into(),
            digest: OnceLock::new(),
        }
    }

    /// Digest of the document's text. Taken when it is first asked for.
    pub fn digest(&self) -> Digest {
        let text = || Digest::of(self.workflow.to_json().as_bytes());
        *self.digest.get_or_init(text)
    }
}

/// What came of an edit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Applied {
    /// Whether the document is another one now.
    pub is_changed: bool,
    /// What a paste left out, and why.
    pub left_out: Vec<LeftOut>,
}

/// An open document.
#[derive(Debug)]
pub struct OpenDocument {
    workflow: Arc<Workflow>,
    saved: Option<Saved>,
    /// What a document without a save began with, where that was nothing to save.
    initial: Option<Arc<Workflow>>,
    revision: u64,
    is_dirty: bool,
    selection: Selection,
    history: History,
    gesture: Option<Gesture>,
}

impl OpenDocument {
    /// A document that nobody has saved yet.
    pub fn new(workflow: Workflow) -> Self {
        Self::with(workflow, None, EditLabel::plain("new"))
    }

    /// A saved document, at its revision.
    pub fn opened(workflow: Workflow, revision: u64) -> Self {
        let workflow = Arc::new(workflow);
        let saved = Saved::new(revision, Arc::clone(&workflow));
        Self::with(workflow, Some(saved), EditLabel::plain("opened"))
    }

    /// A draft that was found again, over what was saved. Undo leads back to the saved document.
    pub fn recovered(draft: Workflow, saved: Option<Saved>) -> Self {
        let Some(saved) = saved else {
            let mut document = Self::with(draft, None, EditLabel::plain("recovered"));
            document.initial = None;
            document.is_dirty = true;
            return document;
        };
        let opened = Arc::clone(&saved.workflow);
        let mut document = Self::with(opened, Some(saved), EditLabel::plain("opened"));
        document.change_to(Arc::new(draft), EditLabel::plain("recovered"));
        document
    }

    /// A draft that was found again together with its history, as far as that goes. Where the draft
    /// is another state than the history's present one, it becomes the next one.
    pub fn recovered_with(draft: Workflow, saved: Option<Saved>, kept: KeptHistory) -> Self {
        let history = kept.into_history();
        let mut document = Self {
            workflow: Arc::new(history.present_workflow()),
            initial: None,
            saved,
            revision: 0,
            is_dirty: true,
            selection: Selection::default(),
            history,
            gesture: None,
        };
        document.change_to(Arc::new(draft), EditLabel::plain("recovered"));
        document.look_whether_dirty();
        document
    }

    fn with(workflow: impl Into<Arc<Workflow>>, saved: Option<Saved>, label: EditLabel) -> Self {
        let workflow = workflow.into();
        Self {
            history: History::new(&workflow, label),
            initial: saved.is_none().then(|| Arc::clone(&workflow)),
            workflow,
            saved,
            revision: 0,
            is_dirty: false,
            selection: Selection::default(),
            gesture: None,
        }
    }

    /// The document as it stands. Whoever keeps a clone of the `Arc` while a gesture goes on makes
    /// each of its frames copy the graph.
    pub fn workflow(&self) -> &Arc<Workflow> {
        &self.workflow
    }

    /// The document without what a gesture previews.
    pub fn committed(&self) -> &Arc<Workflow> {
        let gesture = self.gesture.as_ref();
        gesture.map_or(&self.workflow, |gesture| &gesture.base)
    }

    /// A number that is another one after each change, also within a gesture.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether there is something to save. A new document without any change has nothing.
    pub fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// What the last save wrote; none when there was none.
    pub fn saved(&self) -> Option<&Saved> {
        self.saved.as_ref()
    }

    /// Takes note of a save: its revision, and the document that it wrote, which may be older than
    /// the present one.
    pub fn mark_saved(&mut self, revision: u64, workflow: Arc<Workflow>) {
        self.saved = Some(Saved::new(revision, workflow));
        self.look_whether_dirty();
    }

    /// The document is a workflow of its own from now on. So are all states of the history: a way
    /// back that led to the identity before would lead to saves over the other workflow. Those that
    /// have the first of the names get the second one.
    pub fn become_another(&mut self, id: &WorkflowId, [before, name]: [&str; 2]) {
        if self.workflow.id == *id && before == name {
            return;
        }
        let rename = |workflow: &mut Workflow| {
            workflow.id = id.clone();
            if workflow.name == before {
                workflow.name = name.to_owned();
            }
        };
        self.history.change_rests(rename);
        rename(Arc::make_mut(&mut self.workflow));
        if let Some(gesture) = &mut self.gesture {
            rename(Arc::make_mut(&mut gesture.base));
        }
        self.revision += 1;
        self.look_whether_dirty();
    }

    /// What is selected.
    pub fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Selects. No entry of the history, but kept with the present one.
    pub fn select(&mut self, selection: Selection) {
        self.selection = selection.within(&self.workflow);
    }

    /// Changes the document. Fails without changing anything; an edit that changes nothing leaves no
    /// trace. A gesture that is going on is committed first.
    pub fn apply(&mut self, edit: &Edit, catalogue: &Catalogue) -> Result<Applied, EditError> {
        self.commit_gesture();
        let mut after = Workflow::clone(&self.workflow);
        let left_out = edit.apply_to(&mut after, catalogue)?;
        check_growth(&self.workflow, &self.workflow, &after)?;
        let label = edit.label(&self.workflow, catalogue);
        let selected = edit
            .selects_new()
            .then(|| Selection::new_items(&self.workflow, &after));
        let is_changed = self.change_to(Arc::new(after), label);
        if let Some(selected) = selected.filter(|_| is_changed) {
            self.selection = selected;
        }
        Ok(Applied {
            is_changed,
            left_out,
        })
    }

    /// Goes on to another state, unless it is the same.
    fn change_to(&mut self, after: Arc<Workflow>, label: EditLabel) -> bool {
        if is_identical(&self.workflow, &after) {
            return false;
        }
        self.history.push(&after, label, self.selection.clone());
        self.show(after);
        self.look_whether_dirty();
        true
    }

    fn show(&mut self, workflow: Arc<Workflow>) {
        self.workflow = workflow;
        self.revision += 1;
        self.selection = std::mem::take(&mut self.selection).within(&self.workflow);
    }

    fn look_whether_dirty(&mut self) {
        self.is_dirty = match &self.saved {
            Some(saved) => !is_identical(&saved.workflow, &self.workflow),
            None => self
                .initial
                .as_ref()
                .is_none_or(|initial| !is_identical(initial, &self.workflow)),
        };
    }

    /// Takes the last change back; a gesture that is going on is given up instead.
    pub fn undo(&mut self) -> Option<EditLabel> {
        if self.is_in_gesture() {
            return self.abort_gesture();
        }
        let label = self.history.undo_label()?.clone();
        self.go_to(self.history.present() - 1);
        Some(label)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self) -> Option<EditLabel> {
        self.commit_gesture();
        let label = self.history.redo_label()?.clone();
        self.go_to(self.history.present() + 1);
        Some(label)
    }

    /// Goes to a state of the history list; says whether there was another one.
    pub fn go_to(&mut self, index: usize) -> bool {
        self.commit_gesture();
        let left = self.selection.clone();
        let Some((workflow, selection)) = self.history.go_to(index, left) else {
            return false;
        };
        self.selection = selection;
        self.show(Arc::new(workflow));
        self.look_whether_dirty();
        true
    }

    /// The history to write beside a draft.
    pub fn kept_history(&self) -> KeptHistory {
        KeptHistory::of(&self.history)
    }

    /// What undo would take back.
    pub fn undo_label(&self) -> Option<&EditLabel> {
        self.history.undo_label()
    }

    /// What redo would do again.
    pub fn redo_label(&self) -> Option<&EditLabel> {
        self.history.redo_label()
    }

    /// The history list, oldest first.
    pub fn history(&self) -> impl ExactSizeIterator<Item = &HistoryEntry> {
        self.history.entries()
    }

    /// Which entry of the history list is the present one.
    pub fn present(&self) -> usize {
        self.history.present()
    }
}
