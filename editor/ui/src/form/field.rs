//! A field: its label, its editor, the button that resets it, and what stands under it.

use std::borrow::Cow;

use egui::{Align, Id, Layout, Response, RichText, Sense, Ui, UiBuilder, Vec2};
use serde_json::Value;

use super::draw::Form;
use super::number_format::{number_text, same, value_text, with_unit};
use super::pointer::is_within;
use super::schema::{SchemaView, title_of_key};
use super::text::fill;
use super::{editor, notes};
use crate::icon::Icon;
use crate::theme::{medium, size, space};
use crate::widgets::{IconButton, badge_ui, describe, name};

/// Width of what is left free for the button that resets.
pub(super) const RESET_WIDTH: f32 = 22.0;
/// How far in labels are, which leaves room for the dot.
pub(super) const LABEL_INDENT: f32 = 12.0;
/// Narrower forms have their labels above the fields.
const STACKED: f32 = 236.0;

/// A place in a form.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) pointer: String,
    pub(super) title: Cow<'a, str>,
    pub(super) schema: SchemaView<'a>,
    /// What is stored; none where the default holds.
    pub(super) stored: Option<&'a Value>,
    /// Whether it can't be taken out.
    pub(super) is_required: bool,
}

impl<'a> Field<'a> {
    pub(super) fn new(pointer: String, key: &'a str, schema: SchemaView<'a>) -> Self {
        let title = schema
            .note_text("title")
            .map_or_else(|| Cow::Owned(title_of_key(key)), Cow::Borrowed);
        Self {
            pointer,
            title,
            schema,
            stored: None,
            is_required: false,
        }
    }

    pub(super) fn id(&self, form: &Form<'_>) -> Id {
        form.context.id.with(&self.pointer)
    }

    /// What is stored, or else the default.
    pub(super) fn value(&self) -> Option<&'a Value> {
        self.stored.or_else(|| self.schema.default())
    }

    pub(super) fn is_mixed(&self, form: &Form<'_>) -> bool {
        form.is_mixed(&self.pointer, self.schema.default())
    }

    /// Whether it has a value of its own that differs from the default.
    pub(super) fn is_changed(&self) -> bool {
        match (self.stored, self.schema.default()) {
            (Some(stored), Some(default)) => !same(stored, default),
            (Some(_), None) => !self.is_required,
            (None, _) => false,
        }
    }

    /// The same place with what a nullable schema is when it isn't null.
    pub(super) fn with_schema(&self, schema: SchemaView<'a>) -> Self {
        Self {
            schema,
            ..self.clone()
        }
    }
}

/// Draws a field.
pub(super) fn field_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) {
    form.drawn += 1;
    let id = field.id(form);
    let is_block = editor::is_block(form, field);
    ui.scope_builder(UiBuilder::new().id(id), |ui| {
        if field.schema.flag("readOnly") {
            ui.disable();
        }
        let response = if is_block {
            editor::block_ui(ui, form, field)
        } else {
            row_ui(ui, form, field)
        };
        if let Some(response) = response {
            focus(ui, form, field, &response, is_block);
        }
    });
}

/// Label, editor and reset button side by side; the label above where there is little room. Notes stand
/// below.
fn row_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) -> Option<Response> {
    let width = ui.available_width();
    let mut main = None;
    if width < STACKED {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            label_ui(ui, form, field, (width - RESET_WIDTH).max(40.0));
            reset_ui(ui, form, field);
        });
        let room = (width - LABEL_INDENT).max(40.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(LABEL_INDENT);
            main = sized_editor_ui(ui, form, field, room);
        });
    } else {
        let label_width = label_width(width);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            label_ui(ui, form, field, label_width);
            let room = (width - label_width - RESET_WIDTH).max(40.0);
            main = sized_editor_ui(ui, form, field, room);
            reset_ui(ui, form, field);
        });
    }
    let id = field.id(form);
    editor::padded(ui, |ui| notes::notes_ui(ui, form, id, &field.pointer, true));
    main
}

/// Width of the column of labels.
pub(super) fn label_width(width: f32) -> f32 {
    (width * 0.4).clamp(72.0, 190.0)
}

fn sized_editor_ui(
    ui: &mut Ui,
    form: &mut Form<'_>,
    field: &Field<'_>,
    width: f32,
) -> Option<Response> {
    let layout = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(Vec2::new(width, size::CONTROL), layout, |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.set_min_width(width);
        ui.set_max_width(width);
        editor::editor_ui(ui, form, field)
    })
    .inner
}

/// The label, with a dot where the value differs from the default, and help on hover.
pub(super) fn label_ui(ui: &mut Ui, form: &Form<'_>, field: &Field<'_>, width: f32) -> Response {
    let palette = &form.theme.palette;
    let is_changed = field.is_changed();
    let (font, color) = if is_changed {
        (medium(size::TEXT), palette.text_strong)
    } else {
        (crate::theme::regular(size::TEXT), palette.text_weak)
    };
    let mut job = egui::text::LayoutJob::simple(
        field.title.to_string(),
        font,
        color,
        width - LABEL_INDENT - space::M,
    );
    job.wrap.max_rows = 2;
    let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
    let height = size::CONTROL.max(galley.size().y);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    if is_changed {
        let dot = egui::pos2(rect.left() + 3.0, rect.center().y);
        ui.painter().circle_filled(dot, 2.5, palette.accent_text);
    }
    let top = rect.center().y - galley.size().y / 2.0;
    let place = egui::pos2(rect.left() + LABEL_INDENT, top);
    ui.painter().galley(place, galley, color);
    response.on_hover_ui(|ui| help_ui(ui, form, field))
}

/// Title, help, range and default.
fn help_ui(ui: &mut Ui, form: &Form<'_>, field: &Field<'_>) {
    let palette = &form.theme.palette;
    ui.set_max_width(ui.spacing().tooltip_width);
    let title = RichText::new(field.title.as_ref()).font(medium(size::TEXT));
    ui.label(title.color(palette.text_strong));
    if let Some(help) = field.schema.note_text("description") {
        ui.label(RichText::new(help).color(palette.text));
    }
    let small = |words: String| RichText::new(words).size(size::SMALL_TEXT);
    if let Some(range) = range_text(form, field.schema) {
        ui.label(small(range).color(palette.text_weak));
    }
    if let Some(words) = default_text(form, field) {
        ui.label(small(words).color(palette.text_weak));
    }
    if field.schema.flag("deprecated") {
        badge_ui(
            ui,
            &form.context.text.deprecated,
            palette.severity(crate::theme::Severity::Warning),
        );
    }
}

fn default_text(form: &Form<'_>, field: &Field<'_>) -> Option<String> {
    let default = value_text(field.schema, field.schema.default()?);
    Some(fill(&form.context.text.default_value, "value", &default))
}

/// The range of a number in words.
pub(super) fn range_text(form: &Form<'_>, schema: SchemaView<'_>) -> Option<String> {
    let text = form.context.text;
    let (least, most) = (schema.bound("minimum"), schema.bound("maximum"));
    let words = match (least, most) {
        (Some(least), Some(most)) => {
            let words = fill(&text.range, "least", &number_text(least));
            fill(&words, "most", &number_text(most))
        }
        (Some(least), None) => fill(&text.at_least, "least", &number_text(least)),
        (None, Some(most)) => fill(&text.at_most, "most", &number_text(most)),
        (None, None) => return None,
    };
    Some(with_unit(&words, schema.unit()))
}

/// The button that resets, where there is something to reset.
pub(super) fn reset_ui(ui: &mut Ui, form: &mut Form<'_>, field: &Field<'_>) {
    let is_mixed = field.stored.is_some() && field.is_mixed(form);
    if !(field.is_changed() || is_mixed) {
        return;
    }
    let label = fill(&form.context.text.reset, "title", &field.title);
    let help = default_text(form, field).unwrap_or_default();
    let button = IconButton::new(Icon::Reset, &label).help(&help).small();
    if ui.add(button).clicked() {
        match field.schema.default() {
            Some(default) if field.is_required => form.set(&field.pointer, default.clone()),
            _ => form.remove(&field.pointer),
        }
        notes::say(ui.ctx(), field.id(form), None);
    }
}

/// Names what takes the keyboard, and gives it the keyboard where the host asked for it.
fn focus(ui: &Ui, form: &Form<'_>, field: &Field<'_>, response: &Response, is_block: bool) {
    if !is_block {
        name(response, &field.title);
        if let Some(help) = field.schema.note_text("description") {
            describe(response, help);
        }
    }
    let is_wanted = form.context.focus.is_some_and(|pointer| {
        pointer == field.pointer || (!is_block && is_within(pointer, &field.pointer))
    });
    if is_wanted {
        if response.sense.contains(Sense::FOCUSABLE) {
            response.request_focus();
        }
        ui.scroll_to_rect(ui.min_rect(), Some(Align::Center));
    }
}
