//! A gesture: many previews while the pointer moves, one entry of the history in the end.
//!
//! A preview always starts from where the gesture began. Edits of single things are done in place,
//! so that dragging a node of two thousand copies none of the others.

use std::sync::Arc;

use hartomat_schema::{Catalogue, Workflow};

use super::OpenDocument;
use crate::edit::{LeftOut, Touched, check_growth};
use crate::history::is_identical;
use crate::{Applied, Edit, EditError, EditLabel, Selection};

#[derive(Debug)]
pub(super) struct Gesture {
    /// The document at its beginning.
    pub(super) base: Arc<Workflow>,
    selection: Selection,
    label: Option<EditLabel>,
    /// What the last preview touched, where it touched single things.
    touched: Option<Touched>,
}

impl OpenDocument {
    /// Begins a gesture; one that is going on is committed.
    pub fn begin_gesture(&mut self) {
        self.commit_gesture();
        self.gesture = Some(Gesture {
            base: Arc::clone(&self.workflow),
            selection: self.selection.clone(),
            label: None,
            touched: Some(Touched::default()),
        });
    }

    /// Whether a gesture is going on.
    pub fn is_in_gesture(&self) -> bool {
        self.gesture.is_some()
    }

    /// Shows what an edit of the gesture's beginning would make, in place of the last preview, which
    /// stays when the edit fails. Begins a gesture when none is going on.
    pub fn preview(&mut self, edit: &Edit, catalogue: &Catalogue) -> Result<Applied, EditError> {
        if self.gesture.is_none() {
            self.begin_gesture();
        }
        let mut gesture = self.gesture.take().expect("a gesture has begun");
        let shown = self.show_preview(&mut gesture, edit, catalogue);
        if let Ok(left_out) = &shown {
            gesture.label = Some(edit.label(&gesture.base, catalogue));
            self.revision += 1;
            self.is_dirty = true;
            if edit.selects_new() && !left_out.1 {
                self.selection = Selection::new_items(&gesture.base, &self.workflow);
            }
        }
        self.gesture = Some(gesture);
        shown.map(|(left_out, _)| Applied {
            is_changed: true,
            left_out,
        })
    }

    /// Puts the edited base in place; says what was left out, and whether it was done in place.
    fn show_preview(
        &mut self,
        gesture: &mut Gesture,
        edit: &Edit,
        catalogue: &Catalogue,
    ) -> Result<(Vec<LeftOut>, bool), EditError> {
        if let (Some(touched), Some(before)) = (edit.touched(&gesture.base), &gesture.touched) {
            let part = touched.excerpt(&gesture.base);
            let mut excerpt = part.clone();
            edit.apply_to(&mut excerpt, catalogue)?;
            check_growth(&gesture.base, &part, &excerpt)?;
            // The first preview copies the graph once, since the base shares it.
            let working = Arc::make_mut(&mut self.workflow);
            before.restore(&gesture.base, working);
            touched.put_back(excerpt, working);
            gesture.touched = Some(touched);
            return Ok((Vec::new(), true));
        }
        let mut after = Workflow::clone(&gesture.base);
        let left_out = edit.apply_to(&mut after, catalogue)?;
        check_growth(&gesture.base, &gesture.base, &after)?;
        self.workflow = Arc::new(after);
        gesture.touched = None;
        Ok((left_out, false))
    }

    /// Ends the gesture; what it made is one entry of the history. Says whether it made anything.
    pub fn commit_gesture(&mut self) -> bool {
        let Some(gesture) = self.gesture.take() else {
            return false;
        };
        let Some(label) = gesture
            .label
            .filter(|_| !is_identical(&gesture.base, &self.workflow))
        else {
            self.look_whether_dirty();
            return false;
        };
        self.history.push(&self.workflow, label, gesture.selection);
        self.selection = std::mem::take(&mut self.selection).within(&self.workflow);
        self.look_whether_dirty();
        true
    }

    /// Gives the gesture up: the document is as it was when it began. Returns what is gone.
    pub fn abort_gesture(&mut self) -> Option<EditLabel> {
        let gesture = self.gesture.take()?;
        self.selection = gesture.selection;
        self.show(gesture.base);
        self.look_whether_dirty();
        gesture.label
    }
}
