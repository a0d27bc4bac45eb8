//! Several nodes at once: a form per type, whose fields change all nodes of it in one step.

use egui::{Id, RichText, Ui};
use hartomat_document::Edit;
use hartomat_schema::{Node, NodeType};
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, TextButton};

use super::form::form_of_ui;
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text};
use crate::state::Session;

pub(super) fn nodes_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    nodes: &[&Node],
    commands: &mut Commands,
) {
    ui.spacing_mut().item_spacing.y = space::S;
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(count("inspector.nodes", nodes.len()));
    let title = title
        .font(semibold(size::TEXT + 2.0))
        .color(palette.text_strong);
    ui.label(title);
    ui.label(RichText::new(text("inspector.several_help")).color(palette.text_weak));
    ui.add_space(space::S);
    mute_ui(ui, nodes, commands);
    ui.add_space(space::M);
    for (node_type, nodes) in by_type(nodes) {
        let Some(definition) = context.catalogue.get(node_type) else {
            continue;
        };
        let title = format!("{} ({})", definition.label, nodes.len());
        let (_, is_open) = Header::new(Id::new(("nodes of", node_type.as_str())), &title).ui(ui);
        if is_open {
            ui.push_id(node_type.as_str(), |ui| {
                form_of_ui(ui, context, session, definition, &nodes, commands);
            });
        }
    }
}

/// The nodes by type, in the order of the document.
fn by_type<'a>(nodes: &[&'a Node]) -> Vec<(&'a NodeType, Vec<&'a Node>)> {
    let mut groups: Vec<(&NodeType, Vec<&Node>)> = Vec::new();
    for node in nodes {
        match groups.iter_mut().find(|(of, _)| **of == node.node_type) {
            Some((_, group)) => group.push(node),
            None => groups.push((&node.node_type, vec![node])),
        }
    }
    groups
}

fn mute_ui(ui: &mut Ui, nodes: &[&Node], commands: &mut Commands) {
    let all_muted = nodes.iter().all(|node| node.muted);
    let label = if all_muted {
        text("inspector.unmute_all")
    } else {
        text("inspector.mute_all")
    };
    let button = ui.add(TextButton::new(ButtonKind::Secondary, label));
    if button.on_hover_text(text("inspector.muted_help")).clicked() {
        let nodes = nodes.iter().map(|node| node.id.clone()).collect();
        commands.edit(Edit::Mute {
            nodes,
            muted: !all_muted,
        });
    }
}
