//! The workflow's own: name, purpose, family, mode, and what it must deliver.

use egui::{Id, RichText, Ui};
use hartomat_document::Edit;
use hartomat_schema::{ExecutionMode, Workflow};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, TextButton, badge_ui};

use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text};
use crate::parts::{Chooser, TextField, caption_ui, contract_ui, family_text, mode_text};
use crate::shell::SubjectChoice;
use crate::studio_view::StudioCommand;

pub(super) fn workflow_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    workflow: &Workflow,
    commands: &mut Commands,
) {
    ui.spacing_mut().item_spacing.y = space::S;
    caption_ui(ui, text("inspector.name"));
    let field = TextField {
        name: text("inspector.name"),
        hint: text("start.untitled"),
        rows: 1,
    };
    let id = Id::new(("workflow", workflow.id.as_str()));
    if let Some(name) = field.ui(ui, id.with("name"), &workflow.name) {
        commands.edit(Edit::SetName(name));
    }
    caption_ui(ui, text("inspector.description"));
    let field = TextField {
        name: text("inspector.description"),
        hint: text("inspector.description_hint"),
        rows: 3,
    };
    if let Some(text) = field.ui(ui, id.with("description"), &workflow.description) {
        commands.edit(Edit::SetDescription(text));
    }
    family_ui(ui, workflow);
    mode_ui(ui, workflow.execution_mode, commands);
    ui.add_space(space::M);
    let (_, is_open) = Header::new(Id::new("contract"), text("contract.title")).ui(ui);
    if is_open {
        let palette = Theme::of(ui.ctx()).palette;
        let help = RichText::new(text("contract.help")).size(size::SMALL_TEXT);
        ui.label(help.color(palette.text_weak));
        let changed = contract_ui(ui, context.catalogue, workflow.family, &workflow.contract);
        if let Some(contract) = changed {
            commands.edit(Edit::SetContract(contract));
        }
    }
    ui.add_space(space::M);
    resolve_ui(ui, context, workflow, commands);
    hint_ui(ui, workflow);
}

/// Leads to who sets what, where an order line is chosen.
fn resolve_ui(ui: &mut Ui, context: &Context<'_>, workflow: &Workflow, commands: &mut Commands) {
    let Some(SubjectChoice::OrderLine(line)) = context.shell.subject() else {
        return;
    };
    let show = TextButton::new(ButtonKind::Secondary, text("resolution.show"));
    let show = ui.add(show.icon(Icon::Provenance));
    if show.on_hover_text(text("resolution.show_help")).clicked() {
        let document = Some(Box::new(workflow.clone()));
        commands.studio(StudioCommand::Resolve(line.clone(), document));
    }
    ui.add_space(space::S);
}

fn family_ui(ui: &mut Ui, workflow: &Workflow) {
    let palette = Theme::of(ui.ctx()).palette;
    caption_ui(ui, text("inspector.family"));
    ui.horizontal(|ui| {
        ui.label(Icon::Locked.rich().color(palette.text_faint));
        let badge = badge_ui(ui, family_text(workflow.family), palette.accent_text);
        badge.on_hover_text(text("inspector.family_help"));
    });
}

fn mode_ui(ui: &mut Ui, mode: ExecutionMode, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    caption_ui(ui, text("inspector.mode"));
    let chooser = Chooser {
        salt: "execution mode",
        name: text("inspector.mode"),
        chosen: mode_text(mode),
        width: ui.available_width(),
    };
    chooser.show(ui, |ui| {
        for choice in [
            ExecutionMode::Legacy,
            ExecutionMode::Shadow,
            ExecutionMode::Graph,
        ] {
            let response = ui.selectable_label(choice == mode, mode_text(choice));
            if response.on_hover_text(mode_help(choice)).clicked() && choice != mode {
                commands.edit(Edit::SetMode(choice));
            }
        }
    });
    let help = RichText::new(mode_help(mode)).size(size::SMALL_TEXT);
    ui.label(help.color(palette.text_weak));
}

fn mode_help(mode: ExecutionMode) -> &'static str {
    match mode {
        ExecutionMode::Legacy => text("inspector.legacy_help"),
        ExecutionMode::Shadow => text("inspector.shadow_help"),
        ExecutionMode::Graph => text("inspector.graph_help"),
    }
}

/// What one does here next.
fn hint_ui(ui: &mut Ui, workflow: &Workflow) {
    let palette = Theme::of(ui.ctx()).palette;
    let nodes = count("inspector.nodes", workflow.nodes.len());
    let edges = count("import.edges", workflow.edges.len());
    let facts = RichText::new(format!("{nodes}, {edges}")).size(size::SMALL_TEXT);
    ui.label(facts.color(palette.text_faint));
    let hint = RichText::new(text("inspector.select_hint")).size(size::SMALL_TEXT);
    ui.label(hint.color(palette.text_faint));
}
