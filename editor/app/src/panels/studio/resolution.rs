//! How an order line's run would come about: its mode with every limit on it, and each setting with who
//! set it.

use egui::{Id, RichText, Ui};
use hartomat_api::{DispatchResolution, OrderLineEntry};
use hartomat_schema::{SettingOrigin, Subject};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, EmptyState, TextButton};

use super::answer::known_ui;
use super::board::mode_badge_ui;
use super::rollout::limits_ui;
use super::{card, column_ui, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{Chooser, effective_settings_ui};
use crate::studio_view::{StudioCommand, StudioTab};

/// Widest that it gets, in points.
const WIDTH: f32 = 760.0;

pub(super) fn resolution_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let lines = &context.shell.library().order_lines;
    if lines.is_empty() {
        let empty = EmptyState {
            icon: Icon::Provenance,
            title: text("resolution.empty"),
            text: text("resolution.empty_help"),
            button: Some(text("studio.orders")),
        };
        if empty.ui(ui) {
            commands.studio(StudioCommand::Open(StudioTab::Orders));
        }
        return;
    }
    let resolution = &context.studio.resolution;
    let shown = resolution.line.as_ref();
    let shown = shown.and_then(|id| lines.iter().find(|line| line.id == *id));
    column_ui(ui, "resolution", WIDTH, |ui| {
        line_ui(ui, lines, shown, commands);
        if let (Some(_), Some(line)) = (&resolution.document, shown) {
            unsaved_ui(ui, line, commands);
        }
        ui.add_space(space::M);
        if let Some(found) = known_ui(ui, &resolution.found) {
            card(ui, |ui| found_ui(ui, context, shown, found));
        }
    });
}

fn line_ui(
    ui: &mut Ui,
    lines: &[OrderLineEntry],
    shown: Option<&OrderLineEntry>,
    commands: &mut Commands,
) {
    let words =
        |line: &OrderLineEntry| format!("{}  ·  {} – {}", line.id, line.product, line.output_type);
    let chosen = shown.map(words).unwrap_or_default();
    let chooser = Chooser {
        salt: "line to resolve",
        name: text("resolution.line"),
        chosen: &chosen,
        width: ui.available_width().min(560.0),
    };
    ui.horizontal(|ui| {
        ui.label(text("resolution.line"));
        chooser.show(ui, |ui| {
            for line in lines {
                let is_shown = shown.is_some_and(|it| it.id == line.id);
                if ui.selectable_label(is_shown, words(line)).clicked() {
                    commands.studio(StudioCommand::Resolve(line.id.clone(), None));
                }
            }
        });
    });
}

/// That it is about a document that nobody has saved.
fn unsaved_ui(ui: &mut Ui, line: &OrderLineEntry, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        let color = palette.severity(Severity::Info);
        ui.label(Icon::Info.text(14.0).color(color));
        ui.label(text("resolution.unsaved"));
        let saved = TextButton::new(ButtonKind::Quiet, text("resolution.saved"));
        if ui.add(saved).clicked() {
            commands.studio(StudioCommand::Resolve(line.id.clone(), None));
        }
    });
}

fn found_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    line: Option<&OrderLineEntry>,
    found: &DispatchResolution,
) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        let title = match &found.subject {
            Subject::OrderLine(subject) => subject.product.name.as_str(),
            Subject::CadFile { cad_file, .. } => cad_file.name.as_str(),
        };
        let title = RichText::new(title).font(semibold(18.0));
        ui.label(title.color(palette.text_strong));
        mode_badge_ui(ui, found.mode.mode);
    });
    if let Subject::OrderLine(subject) = &found.subject {
        let values = [
            ("output_type", subject.output_type.name.as_str()),
            ("who", subject.order_line.requested_by.as_str()),
        ];
        let words = text_with("resolution.of", &values);
        let words = RichText::new(words).size(size::SMALL_TEXT);
        ui.label(words.color(palette.text_weak));
    }
    section_ui(ui, text("rollout.next_dispatch"));
    limits_ui(ui, &found.mode);
    section_ui(ui, text("resolution.settings"));
    let known = line.and_then(|line| context.studio.workflow(&line.workflow));
    let document = context.studio.resolution.document.as_deref();
    let workflow = document.or(known.map(|known| &known.workflow));
    let mut nodes: Vec<_> = found.settings.iter().collect();
    nodes.retain(|(_, settings)| !settings.values.is_empty());
    // What somebody has set comes first, then the order of the workflow.
    nodes.sort_by_key(|(id, settings)| {
        let mut origins = settings.origins.values();
        let place = workflow.and_then(|it| it.nodes.iter().position(|node| node.id == **id));
        let is_set = origins.any(|origin| *origin > SettingOrigin::Default);
        (!is_set, place)
    });
    for (id, settings) in nodes {
        let node = workflow.and_then(|workflow| workflow.node(id));
        let definition = node.and_then(|node| context.catalogue.get(&node.node_type));
        let title = node.map_or(id.as_str(), |node| {
            hartomat_document::node_name(node, context.catalogue)
        });
        let title = RichText::new(title).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
        let id = Id::new(("resolved settings", id.as_str()));
        effective_settings_ui(ui, id, definition, settings);
    }
}
