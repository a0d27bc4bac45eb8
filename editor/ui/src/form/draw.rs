//! One frame of a form: draws it, and puts together what the person did.

use std::collections::BTreeSet;
use std::sync::Arc;

use egui::{Id, Key, Response, RichText, Ui};
use serde_json::Value;

use super::change::{FieldEdit, FormAction, FormChange, FormResponse};
use super::context::FormContext;
use super::number_format::same;
use super::schema::SchemaView;
use super::{notes, object, pointer, text};
use crate::theme::Theme;

/// Draws a form of `value` as `schema` describes it. The response has a change only when the person
/// made one in this frame.
pub fn form_ui(
    ui: &mut Ui,
    schema: &Value,
    value: &Value,
    context: &FormContext<'_>,
) -> FormResponse {
    let mut form = Form {
        context,
        theme: Theme::of(ui.ctx()),
        value,
        edits: Vec::new(),
        is_final: true,
        edited_widget: None,
        actions: Vec::new(),
        placed: BTreeSet::new(),
        drawn: 0,
    };
    let builder = egui::UiBuilder::new().id(context.id.with("form"));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing.y = crate::theme::space::S;
        if context.is_read_only {
            ui.disable();
        }
        object::members_ui(ui, &mut form, SchemaView::root(schema), Some(value), "");
        form.empty_ui(ui);
        notes::unplaced_ui(ui, &mut form);
    });
    form.finish(ui)
}

/// What one frame of a form knows and gathers.
pub(super) struct Form<'a> {
    pub(super) context: &'a FormContext<'a>,
    pub(super) theme: Arc<Theme>,
    value: &'a Value,
    pub(super) edits: Vec<FieldEdit>,
    is_final: bool,
    edited_widget: Option<Id>,
    pub(super) actions: Vec<FormAction>,
    /// Diagnostics that were drawn at a field.
    pub(super) placed: BTreeSet<usize>,
    /// Fields that were drawn.
    pub(super) drawn: usize,
}

/// A change that goes on over several frames.
#[derive(Debug, Clone)]
struct Gesture {
    pointer: String,
    before: Option<Value>,
    widget: Option<Id>,
}

impl Form<'_> {
    /// Sets a setting in one go.
    pub(super) fn set(&mut self, pointer: &str, value: Value) {
        self.edit(pointer, Some(value));
    }

    /// Takes a setting out, which gives it its default.
    pub(super) fn remove(&mut self, pointer: &str) {
        self.edit(pointer, None);
    }

    /// Sets a setting while a gesture goes on with a widget.
    pub(super) fn set_during(&mut self, pointer: &str, value: Value, widget: &Response) {
        self.edit(pointer, Some(value));
        self.is_final = false;
        self.edited_widget = Some(widget.id);
    }

    fn edit(&mut self, pointer: &str, value: Option<Value>) {
        self.edits.retain(|edit| edit.pointer != pointer);
        self.edits.push(FieldEdit {
            pointer: pointer.to_owned(),
            value,
        });
    }

    /// Whether nodes that are edited together differ in a setting.
    pub(super) fn is_mixed(&self, pointer: &str, default: Option<&Value>) -> bool {
        let own = self.value.pointer(pointer).or(default);
        self.context.others.iter().any(|other| {
            let theirs = other.pointer(pointer).or(default);
            match (own, theirs) {
                (Some(own), Some(theirs)) => !same(own, theirs),
                (own, theirs) => own.is_some() != theirs.is_some(),
            }
        })
    }

    /// Edits within a value that isn't stored, or that other nodes may not have alike, become one edit
    /// of the whole. `first` is the number of edits before its content was drawn.
    pub(super) fn gather(&mut self, outer: &str, first: usize, whole: Option<&Value>) {
        if self.edits.len() <= first {
            return;
        }
        let mut value = whole.cloned().unwrap_or(Value::Null);
        for edit in self.edits.split_off(first) {
            let inner = edit.pointer.strip_prefix(outer).unwrap_or_default();
            pointer::set(&mut value, inner, edit.value);
        }
        self.edit(outer, Some(value));
    }

    fn empty_ui(&self, ui: &mut Ui) {
        if self.drawn > 0 {
            return;
        }
        let search = self.context.search.trim();
        let words = if search.is_empty() {
            self.context.text.no_settings.clone()
        } else {
            text::fill(&self.context.text.nothing_found, "search", search)
        };
        ui.label(RichText::new(words).color(self.theme.palette.text_weak));
    }

    fn finish(mut self, ui: &Ui) -> FormResponse {
        let change = if self.context.is_read_only {
            None
        } else {
            self.change(ui)
        };
        FormResponse {
            change,
            actions: std::mem::take(&mut self.actions),
        }
    }

    fn change(&mut self, ui: &Ui) -> Option<FormChange> {
        let key = self.context.id.with("gesture");
        let gesture: Option<Gesture> = ui.data(|data| data.get_temp(key));
        if let Some(gesture) = &gesture
            && ui.input(|input| input.key_pressed(Key::Escape))
        {
            ui.ctx().stop_dragging();
            ui.data_mut(|data| data.remove::<Gesture>(key));
            let edit = FieldEdit {
                pointer: gesture.pointer.clone(),
                value: gesture.before.clone(),
            };
            return Some(self.change_of(vec![edit], true));
        }
        if self.edits.is_empty() {
            let gesture = gesture.filter(|gesture| !goes_on(ui, gesture))?;
            ui.data_mut(|data| data.remove::<Gesture>(key));
            let edit = FieldEdit {
                value: self.value.pointer(&gesture.pointer).cloned(),
                pointer: gesture.pointer,
            };
            return Some(self.change_of(vec![edit], true));
        }
        let edits = std::mem::take(&mut self.edits);
        if self.is_final {
            ui.data_mut(|data| data.remove::<Gesture>(key));
        } else if gesture.is_none_or(|gesture| gesture.pointer != edits[0].pointer) {
            let gesture = Gesture {
                before: self.value.pointer(&edits[0].pointer).cloned(),
                pointer: edits[0].pointer.clone(),
                widget: self.edited_widget,
            };
            ui.data_mut(|data| data.insert_temp(key, gesture));
        }
        Some(self.change_of(edits, self.is_final))
    }

    fn change_of(&self, edits: Vec<FieldEdit>, is_final: bool) -> FormChange {
        let mut value = self.value.clone();
        for edit in &edits {
            pointer::set(&mut value, &edit.pointer, edit.value.clone());
        }
        FormChange {
            value,
            edits,
            is_final,
        }
    }
}

/// Whether the person still holds the mouse or types.
fn goes_on(ui: &Ui, gesture: &Gesture) -> bool {
    let focused = ui.memory(egui::Memory::focused);
    let has_keyboard = gesture.widget.is_some() && focused == gesture.widget;
    has_keyboard || ui.input(|input| input.pointer.any_down())
}
