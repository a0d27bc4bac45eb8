//! A new output type: the workflow first, by its picture; all else follows from it.

use egui::{RichText, TextEdit, Ui};
use hartomat_api::WorkflowSummary;
use hartomat_schema::Family;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, name};

use super::{column_ui, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{Tile, family_text, sent_ui};
use crate::studio_view::{StudioCommand, TypeDraft};

/// Widest that it gets, in points: four pictures.
const WIDTH: f32 = 976.0;

pub(super) fn new_type_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    before: &TypeDraft,
    commands: &mut Commands,
) {
    let mut draft = before.clone();
    column_ui(ui, "new output type", WIDTH, |ui| {
        let palette = Theme::of(ui.ctx()).palette;
        let title = RichText::new(text("types.new_title")).font(semibold(18.0));
        ui.label(title.color(palette.text_strong));
        ui.label(RichText::new(text("types.new_help")).color(palette.text_weak));
        ui.add_space(space::M);
        families_ui(ui, &mut draft);
        ui.add_space(space::S);
        workflows_ui(ui, context, &mut draft, commands);
        section_ui(ui, text("types.name"));
        let field = TextEdit::singleline(&mut draft.name)
            .hint_text(text("types.name_hint"))
            .char_limit(128)
            .margin(egui::Margin::symmetric(8, 5))
            .desired_width(420.0);
        name(&ui.add(field), text("types.name"));
        ui.add_space(space::L);
        sent_ui(ui, draft.is_sent, draft.refused.as_ref());
        buttons_ui(ui, &draft, commands);
    });
    if draft != *before {
        commands.studio(StudioCommand::DraftType(draft));
    }
}

fn families_ui(ui: &mut Ui, draft: &mut TypeDraft) {
    ui.horizontal(|ui| {
        for family in [Family::OrderLine, Family::CadFile] {
            let is_chosen = draft.family == family;
            let label = ui.selectable_label(is_chosen, family_text(family));
            if label.clicked() && !is_chosen {
                draft.family = family;
                draft.workflow = None;
            }
        }
    });
}

fn workflows_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    draft: &mut TypeDraft,
    commands: &mut Commands,
) {
    let all = &context.shell.library().workflows;
    let of_family = all.iter().filter(|it| it.family == draft.family);
    let of_family: Vec<_> = of_family.collect();
    if of_family.is_empty() {
        let palette = Theme::of(ui.ctx()).palette;
        ui.label(RichText::new(text("types.no_workflow")).color(palette.text_weak));
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::Vec2::splat(space::L);
        for workflow in of_family {
            let is_chosen = draft.workflow.as_ref() == Some(&workflow.id);
            let known = context.studio.workflow(&workflow.id);
            let tile = Tile {
                title: &workflow.name,
                subtitle: &workflow.description,
                name: &workflow.name,
                miniature: known.map(|known| &known.miniature),
                icon: Icon::Workflow,
                note: None,
                remark: None,
                is_chosen: Some(is_chosen),
            };
            let response = tile.ui(ui);
            if ui.is_rect_visible(response.rect)
                && !context.studio.workflows.contains_key(&workflow.id)
            {
                commands.studio(StudioCommand::WantWorkflow(workflow.id.clone()));
            }
            if response.clicked() {
                choose(draft, workflow, all);
            }
            response.on_hover_text(&workflow.description);
        }
    });
}

/// A name that nobody has written follows the workflow's.
fn choose(draft: &mut TypeDraft, workflow: &WorkflowSummary, all: &[WorkflowSummary]) {
    let before = draft.workflow.as_ref();
    let before = before.and_then(|id| all.iter().find(|it| it.id == *id));
    if draft.name.is_empty() || before.is_some_and(|it| it.name == draft.name) {
        draft.name.clone_from(&workflow.name);
    }
    draft.workflow = Some(workflow.id.clone());
}

fn buttons_ui(ui: &mut Ui, draft: &TypeDraft, commands: &mut Commands) {
    let is_ready = draft.workflow.is_some() && !draft.name.trim().is_empty() && !draft.is_sent;
    ui.horizontal(|ui| {
        let make = TextButton::new(ButtonKind::Primary, text("types.make"));
        if ui.add_enabled(is_ready, make).clicked() {
            commands.studio(StudioCommand::DraftType(draft.clone()));
            commands.studio(StudioCommand::CreateType);
        }
        let cancel = TextButton::new(ButtonKind::Secondary, text("review.cancel"));
        if ui.add(cancel).clicked() {
            commands.studio(StudioCommand::DismissType);
        }
    });
}
