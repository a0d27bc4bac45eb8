//! Settings of what is selected, or of the workflow where nothing is. Forms are made of the schemas
//! that the catalogue serves; no node is known here by name.

mod about;
mod form;
mod next_run;
mod node;
mod nodes;
mod ports;
mod workflow;

use egui::{Margin, ScrollArea, Ui};
use hartomat_schema::Node;
use hartomat_ui::theme::space;

use crate::Context;
use crate::command::Commands;

/// Draws the inspector in what is free.
pub(crate) fn inspector_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let workflow = session.document.workflow();
    let selected = &session.document.selection().nodes;
    let nodes = workflow
        .nodes
        .iter()
        .filter(|node| selected.contains(&node.id));
    let nodes: Vec<&Node> = nodes.collect();
    ScrollArea::vertical()
        .id_salt("inspector")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let margin = Margin::symmetric(space::L as i8, space::M as i8);
            egui::Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                if context.is_read_only() {
                    // The graph of a run is read, not changed.
                    ui.disable();
                }
                match nodes.as_slice() {
                    [] => workflow::workflow_ui(ui, context, workflow, commands),
                    [node] => node::node_ui(ui, context, session, node, commands),
                    nodes => nodes::nodes_ui(ui, context, session, nodes, commands),
                }
            });
        });
}
