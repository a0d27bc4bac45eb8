//! One node: its name, whether it takes part, its settings, its ports, and what it is.

use egui::{Id, RichText, Ui};
use hartomat_document::Edit;
use hartomat_schema::{Coverage, Node, NodeDefinition};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, TextButton};
use std::collections::BTreeSet;

use super::about::about_ui;
use super::form::form_of_ui;
use super::next_run::next_run_ui;
use super::ports::ports_ui;
use crate::Context;
use crate::canvas::{category_icon, category_key};
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{TextField, caption_ui, category_text};
use crate::state::Session;

pub(super) fn node_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    node: &Node,
    commands: &mut Commands,
) {
    ui.spacing_mut().item_spacing.y = space::S;
    let Some(definition) = context.catalogue.get(&node.node_type) else {
        unknown_ui(ui, node);
        return;
    };
    title_ui(ui, definition);
    let palette = Theme::of(ui.ctx()).palette;
    ui.label(RichText::new(&definition.help).color(palette.text_weak));
    if let Coverage::Disabled { reason } = &definition.coverage {
        let reason = text_with("inspector.disabled", &[("reason", reason)]);
        warning_ui(ui, &reason);
    }
    version_ui(ui, node, definition, commands);
    label_ui(ui, node, definition, commands);
    mute_ui(ui, node, commands);
    next_run_ui(ui, context, &node.id);
    ui.add_space(space::S);
    let section = |key: &str| Id::new(("inspector section", key));
    let (_, is_open) = Header::new(section("settings"), text("inspector.settings")).ui(ui);
    if is_open {
        form_of_ui(ui, context, session, definition, &[node], commands);
    }
    let (_, is_open) = Header::new(section("ports"), text("ports.title")).ui(ui);
    if is_open {
        ports_ui(ui, context, session, node, definition, commands);
    }
    let (_, is_open) = Header::new(section("about"), text("about.title"))
        .folded()
        .ui(ui);
    if is_open {
        about_ui(ui, definition);
    }
}

pub(super) fn title_ui(ui: &mut Ui, definition: &NodeDefinition) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let color = palette.category(category_key(definition.category));
        let icon = category_icon(Some(definition.category));
        let icon = ui.label(icon.text(size::ICON + 2.0).color(color));
        hartomat_ui::widgets::name(&icon, category_text(definition.category));
        let title = RichText::new(&definition.label).font(semibold(size::TEXT + 2.0));
        ui.label(title.color(palette.text_strong));
    });
}

pub(super) fn warning_ui(ui: &mut Ui, message: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(Severity::Warning);
    let frame = egui::Frame::new()
        .fill(palette.severity_soft(Severity::Warning))
        .corner_radius(hartomat_ui::theme::radius::MEDIUM)
        .inner_margin(space::M as i8);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.label(Icon::Warning.rich().color(color));
            ui.add(egui::Label::new(RichText::new(message).color(palette.text)).wrap());
        });
    });
}

/// A node of a type that the catalogue hasn't got: everything of it is kept.
fn unknown_ui(ui: &mut Ui, node: &Node) {
    let title = RichText::new(node.node_type.as_str()).font(semibold(size::TEXT + 2.0));
    ui.label(title);
    warning_ui(ui, text("inspector.unknown_type"));
    let settings = serde_json::to_string_pretty(&node.settings).unwrap_or_default();
    ui.label(RichText::new(settings).monospace());
}

fn version_ui(ui: &mut Ui, node: &Node, definition: &NodeDefinition, commands: &mut Commands) {
    if node.version == definition.version {
        return;
    }
    let (own, served) = (node.version.to_string(), definition.version.to_string());
    let versions = [("own", own.as_str()), ("served", served.as_str())];
    if node.version > definition.version {
        warning_ui(ui, &text_with("inspector.newer_version", &versions));
        return;
    }
    warning_ui(ui, &text_with("inspector.older_version", &versions));
    let update = TextButton::new(ButtonKind::Secondary, text("inspector.update_version"));
    if ui.add(update.icon(Icon::Retry)).clicked() {
        let nodes = BTreeSet::from([node.id.clone()]);
        commands.edit(Edit::UpdateVersion { nodes });
    }
}

fn label_ui(ui: &mut Ui, node: &Node, definition: &NodeDefinition, commands: &mut Commands) {
    caption_ui(ui, text("inspector.label"));
    let field = TextField {
        name: text("inspector.label"),
        hint: &definition.label,
        rows: 1,
    };
    let current = node.label.as_deref().unwrap_or_default();
    let id = Id::new(("label", node.id.as_str()));
    if let Some(label) = field.ui(ui, id, current) {
        let label = Some(label.trim().to_owned()).filter(|label| !label.is_empty());
        commands.edit(Edit::Rename {
            node: node.id.clone(),
            label,
        });
    }
}

fn mute_ui(ui: &mut Ui, node: &Node, commands: &mut Commands) {
    let mut is_muted = node.muted;
    let mute = ui.checkbox(&mut is_muted, text("inspector.muted"));
    if mute.on_hover_text(text("inspector.muted_help")).changed() {
        let nodes = BTreeSet::from([node.id.clone()]);
        commands.edit(Edit::Mute {
            nodes,
            muted: is_muted,
        });
    }
}
