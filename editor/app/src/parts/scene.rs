//! A field that chooses a studio scene, or a `.blend` template of the studio with what is known of it.

use std::cell::Cell;

use egui::{Label, RichText, Ui};
use hartomat_api::BlendTemplateEntry;
use hartomat_schema::StudioScene;
use hartomat_ui::form::{FieldAnswer, FieldView, FieldWidget};
use hartomat_ui::theme::{Severity, Theme, size, space};
use hartomat_ui::widgets::{ListRow, describe};
use serde_json::Value;

use super::Chooser;
use crate::messages::text;
use crate::shell::sentence;

/// Chooses a studio scene or a template.
pub(super) struct SceneField<'a> {
    scenes: &'a [StudioScene],
    templates: &'a [BlendTemplateEntry],
    is_opened: Cell<bool>,
}

impl<'a> SceneField<'a> {
    pub(super) fn new(scenes: &'a [StudioScene], templates: &'a [BlendTemplateEntry]) -> Self {
        Self {
            scenes,
            templates,
            is_opened: Cell::new(false),
        }
    }

    /// Whether somebody has just opened the list.
    pub(super) fn is_opened(&self) -> bool {
        self.is_opened.get()
    }

    fn scenes_ui(&self, ui: &mut Ui, current: Option<&str>) -> Option<String> {
        let mut chosen = None;
        for scene in self.scenes {
            let is_current = current == Some(scene.key.as_str());
            let row = ui.selectable_label(is_current, &scene.name);
            if row.on_hover_text(&scene.description).clicked() && !is_current {
                chosen = Some(scene.key.clone());
            }
        }
        chosen
    }

    fn templates_ui(&self, ui: &mut Ui, current: Option<&str>) -> Option<String> {
        let palette = Theme::of(ui.ctx()).palette;
        let mut chosen = None;
        if !self.templates.is_empty() {
            ui.add_space(space::S);
            let title = RichText::new(text("form.blend_templates")).size(size::SMALL_TEXT);
            ui.label(title.color(palette.text_faint));
        }
        for entry in self.templates {
            let name = entry.template.name.as_str();
            let is_current = current == Some(name);
            let (state, is_unfit) = state_text(entry);
            let row = ListRow::new(name).selected(is_current).height(38.0);
            let row = row.show(ui, |ui| {
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    let title = RichText::new(name).color(palette.text_strong);
                    ui.add(Label::new(title).truncate());
                    let color = match is_unfit {
                        true => palette.severity(Severity::Warning),
                        false => palette.text_weak,
                    };
                    let state = RichText::new(&state).size(size::SMALL_TEXT).color(color);
                    ui.add(Label::new(state).truncate());
                });
            });
            describe(&row, &state);
            let lines = [text("form.template_help").to_owned(), state];
            let remarks = entry.remarks.iter().map(|remark| sentence(remark));
            let help: Vec<String> = lines.into_iter().chain(remarks).collect();
            if row.on_hover_text(help.join("\n")).clicked() && !is_current {
                chosen = Some(name.to_owned());
            }
        }
        chosen
    }
}

/// What is known of a template, and whether it can't be used.
fn state_text(entry: &BlendTemplateEntry) -> (String, bool) {
    let trust = match entry.template.trusted {
        true => text("form.scripts_trusted"),
        false => text("form.scripts_never"),
    };
    match entry.problems.as_deref() {
        None => (trust.to_owned(), false),
        Some([]) => (format!("{trust}  ·  {}", text("form.template_fits")), false),
        Some(problems) => {
            let problems = problems.iter().map(|problem| sentence(problem));
            (problems.collect::<Vec<_>>().join("  ·  "), true)
        }
    }
}

impl FieldWidget for SceneField<'_> {
    fn field_ui(&self, ui: &mut Ui, field: &FieldView<'_>) -> FieldAnswer {
        let current = field.value.and_then(Value::as_str).unwrap_or_default();
        let known = self.scenes.iter().find(|scene| scene.key == current);
        let label = match known {
            _ if field.is_mixed => text("form.mixed"),
            Some(scene) => scene.name.as_str(),
            None => current,
        };
        let mut chosen = None;
        let chooser = Chooser {
            salt: field.pointer,
            name: field.title,
            chosen: label,
            width: ui.available_width(),
        };
        let current = (!field.is_mixed).then_some(current);
        let response = chooser.show(ui, |ui| {
            let scene = self.scenes_ui(ui, current);
            chosen = scene.or_else(|| self.templates_ui(ui, current));
        });
        self.is_opened.set(response.clicked());
        FieldAnswer {
            edit: chosen.map(|value| (Value::String(value), true)),
            response: Some(response),
        }
    }
}
