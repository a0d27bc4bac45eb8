//! Output types: how workflows are invoked for order lines.

use egui::{Id, Label, RichText, ScrollArea, TextEdit, Ui};
use hartomat_api::OutputTypeEntry;
use hartomat_schema::Severity as Found;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, semibold, size, space};
use hartomat_ui::widgets::{
    ButtonKind, Dialog, DialogAnswer, EmptyState, TextButton, badge_ui, name,
};

use super::board::mode_badge_ui;
use super::{card, said_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::{Chooser, family_text, refused_ui};
use crate::studio_view::{StudioCommand, TypeDraft};

/// Widest that it gets, in points.
const WIDTH: f32 = 860.0;

pub(super) fn output_types_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let output_types = &context.studio.output_types;
    if let Some(err) = output_types.error() {
        refused_ui(ui, err);
        return;
    }
    let Some(known) = output_types.known() else {
        ui.centered_and_justified(egui::Ui::spinner);
        return;
    };
    if known.is_empty() {
        let empty = EmptyState {
            icon: Icon::Workflow,
            title: text("types.empty"),
            text: text("types.empty_help"),
            button: Some(text("types.new")),
        };
        if empty.ui(ui) {
            commands.studio(StudioCommand::DraftType(TypeDraft::default()));
        }
        return;
    }
    ScrollArea::vertical()
        .id_salt("output types")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
                ui.set_max_width(WIDTH);
                let new = TextButton::new(ButtonKind::Primary, text("types.new"));
                if ui.add(new).clicked() {
                    commands.studio(StudioCommand::DraftType(TypeDraft::default()));
                }
                for entry in known {
                    ui.add_space(space::M);
                    card(ui, |ui| entry_ui(ui, context, entry, commands));
                }
            });
        });
}

fn entry_ui(ui: &mut Ui, context: &Context<'_>, entry: &OutputTypeEntry, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let output_type = &entry.output_type;
    ui.horizontal(|ui| {
        mode_badge_ui(ui, output_type.rollout);
        let title = RichText::new(&output_type.name).font(semibold(15.0));
        ui.label(title.color(palette.text_strong));
        if !output_type.active {
            badge_ui(ui, text("types.inactive"), palette.status(Status::Skipped));
        }
    });
    let workflows = context.shell.library().workflows.iter();
    let mut workflows = workflows.filter(|it| it.id == output_type.workflow);
    let workflow = workflows
        .next()
        .map_or(output_type.workflow.as_str(), |it| it.name.as_str());
    let promised = output_type.contract.iter();
    let promised = promised.filter(|it| it.kind != hartomat_schema::ArtifactKind::MEDIA_ASSET);
    let kinds: Vec<_> = promised
        .map(|it| crate::parts::kind_text(&it.kind))
        .collect();
    let line = text_with(
        "types.line",
        &[
            ("workflow", workflow),
            ("family", family_text(output_type.family)),
            ("delivers", &kinds.join(", ")),
            ("legacy", &output_type.legacy_preset.preset_type),
        ],
    );
    ui.add(Label::new(RichText::new(line).color(palette.text_weak)).wrap());
    let lines = usize::try_from(entry.order_lines).unwrap_or(usize::MAX);
    let mut impact = count("types.order_lines", lines);
    if entry.in_flight > 0 {
        let flying = usize::try_from(entry.in_flight).unwrap_or(usize::MAX);
        impact = format!("{impact}  ·  {}", count("rollout.in_flight", flying));
    }
    let impact = RichText::new(impact).size(size::SMALL_TEXT);
    ui.label(impact.color(palette.text_faint));
    for finding in &entry.findings {
        let severity = match finding.severity {
            Found::Error => Severity::Error,
            Found::Warning => Severity::Warning,
            Found::Info => Severity::Info,
        };
        ui.horizontal_top(|ui| {
            ui.label(Icon::Warning.text(14.0).color(palette.severity(severity)));
            said_ui(ui, &format!("{}: {}", finding.message, finding.fix));
        });
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let mut is_active = output_type.active;
        let switch = ui.checkbox(&mut is_active, text("types.active"));
        if switch.on_hover_text(text("types.active_help")).changed() {
            let mut changed = output_type.clone();
            changed.active = is_active;
            commands.studio(StudioCommand::PutType(Box::new(changed)));
        }
        let show = TextButton::new(ButtonKind::Quiet, text("types.show_rollout"));
        if ui.add(show).clicked() {
            let scope = hartomat_schema::RolloutScope::OutputType(output_type.id.clone());
            commands.studio(StudioCommand::Select(scope));
            commands.studio(StudioCommand::Open(crate::studio_view::StudioTab::Rollout));
        }
    });
}

/// Asks for a new output type: the workflow first, all else follows from it.
pub(super) fn new_type_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(before) = &context.studio.type_draft else {
        return;
    };
    let mut draft = before.clone();
    let can_confirm = draft.workflow.is_some() && !draft.name.trim().is_empty() && !draft.is_sent;
    let dialog = Dialog::new(
        Id::new("new output type"),
        text("types.new_title"),
        text("types.make"),
        text("review.cancel"),
    );
    let answer = dialog
        .width(460.0)
        .can_confirm(can_confirm)
        .show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let palette = Theme::of(ui.ctx()).palette;
            ui.label(RichText::new(text("types.new_help")).color(palette.text_weak));
            ui.add_space(space::S);
            workflow_ui(ui, context, &mut draft);
            let field = TextEdit::singleline(&mut draft.name)
                .hint_text(text("types.name"))
                .char_limit(128)
                .desired_width(f32::INFINITY);
            name(&ui.add(field), text("types.name"));
            if let Some(err) = &draft.refused {
                refused_ui(ui, err);
            }
            if draft.is_sent {
                ui.spinner();
            }
        });
    match answer {
        Some(DialogAnswer::Confirmed) => {
            commands.studio(StudioCommand::DraftType(draft));
            commands.studio(StudioCommand::CreateType);
        }
        Some(_) => commands.studio(StudioCommand::DismissType),
        None if draft != *before => commands.studio(StudioCommand::DraftType(draft)),
        None => {}
    }
}

fn workflow_ui(ui: &mut Ui, context: &Context<'_>, draft: &mut TypeDraft) {
    let workflows = &context.shell.library().workflows;
    let chosen = draft.workflow.as_ref();
    let chosen = chosen.and_then(|id| workflows.iter().find(|it| it.id == *id));
    let chooser = Chooser {
        salt: "workflow of a new output type",
        name: text("types.workflow"),
        chosen: chosen.map_or(text("types.choose_workflow"), |it| it.name.as_str()),
        width: ui.available_width(),
    };
    let mut picked = None;
    chooser.show(ui, |ui| {
        for workflow in workflows {
            let is_chosen = draft.workflow.as_ref() == Some(&workflow.id);
            if ui.selectable_label(is_chosen, &workflow.name).clicked() {
                picked = Some(workflow);
            }
        }
    });
    if let Some(workflow) = picked {
        // A name that nobody has written follows the workflow's.
        let is_own = chosen.is_some_and(|it| it.name != draft.name) && !draft.name.is_empty();
        if !is_own {
            draft.name.clone_from(&workflow.name);
        }
        draft.workflow = Some(workflow.id.clone());
    }
}
