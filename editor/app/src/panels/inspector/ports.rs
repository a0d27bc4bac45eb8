//! The ports of a node, and what is at their other ends.

use egui::{Align, Layout, RichText, Ui};
use hartomat_document::node_name;
use hartomat_schema::{ArtifactKind, Endpoint, Node, NodeDefinition, NodeId, PortName};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::color_dot_ui;

use crate::Context;
use crate::canvas::{CanvasCommand, readable};
use crate::command::{Command, Commands};
use crate::messages::text;
use crate::parts::kind_text;
use crate::state::Session;

pub(super) fn ports_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    node: &Node,
    definition: &NodeDefinition,
    commands: &mut Commands,
) {
    ui.spacing_mut().item_spacing.y = space::S;
    let edges = &session.document.workflow().edges;
    for port in &definition.contract.inputs {
        let is_here = |end: &Endpoint| end.node == node.id && end.port == port.name;
        let others = edges.iter().filter(|edge| is_here(&edge.to));
        let others: Vec<&NodeId> = others.map(|edge| &edge.from.node).collect();
        let need = if port.required {
            text("ports.required")
        } else {
            text("ports.optional")
        };
        let row = PortRow {
            name: &port.name,
            kinds: &port.accepts,
            help: &port.help,
            note: if others.is_empty() { need } else { "" },
        };
        row.ui(ui, context, session, &others, commands);
    }
    if !definition.contract.inputs.is_empty() && !definition.contract.outputs.is_empty() {
        ui.separator();
    }
    for port in &definition.contract.outputs {
        let is_here = |end: &Endpoint| end.node == node.id && end.port == port.name;
        let others = edges.iter().filter(|edge| is_here(&edge.from));
        let others: Vec<&NodeId> = others.map(|edge| &edge.to.node).collect();
        let row = PortRow {
            name: &port.name,
            kinds: std::slice::from_ref(&port.kind),
            help: &port.help,
            note: if others.is_empty() {
                text("ports.unused")
            } else {
                ""
            },
        };
        row.ui(ui, context, session, &others, commands);
    }
}

struct PortRow<'a> {
    name: &'a PortName,
    kinds: &'a [ArtifactKind],
    help: &'a str,
    note: &'a str,
}

impl PortRow<'_> {
    fn ui(
        &self,
        ui: &mut Ui,
        context: &Context<'_>,
        session: &Session,
        others: &[&NodeId],
        commands: &mut Commands,
    ) {
        let palette = Theme::of(ui.ctx()).palette;
        ui.horizontal(|ui| {
            for kind in self.kinds {
                color_dot_ui(ui, palette.artifact_kind(kind.as_str()), kind_text(kind));
            }
            ui.label(readable(self.name.as_str()))
                .on_hover_text(self.help);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let note = RichText::new(self.note).size(size::SMALL_TEXT);
                ui.label(note.color(palette.text_faint));
                for id in others {
                    let Some(other) = session.document.workflow().node(id) else {
                        continue;
                    };
                    let name = RichText::new(node_name(other, context.catalogue));
                    if ui.link(name.size(size::SMALL_TEXT)).clicked() {
                        commands.push(Command::Canvas(CanvasCommand::Reveal {
                            node: (*id).clone(),
                            pointer: None,
                        }));
                    }
                }
            });
        });
    }
}
