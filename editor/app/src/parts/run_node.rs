//! Nodes of a run: their names as they were, and the way to them.

use hartomat_document::node_name;
use hartomat_schema::NodeId;

use crate::canvas::CanvasCommand;
use crate::command::Commands;
use crate::context::Context;
use crate::runs::RunView;

/// What people call a node, as it was in the run.
pub(crate) fn run_node_name(context: &Context<'_>, view: &RunView, id: &NodeId) -> String {
    let workflow = view.frozen().map(|frozen| &frozen.workflow);
    let node = workflow.and_then(|workflow| workflow.node(id));
    let name = node.map(|node| node_name(node, context.catalogue));
    name.unwrap_or(id.as_str()).to_owned()
}

/// Brings a node into view on the canvas.
pub(crate) fn reveal(node: &NodeId, commands: &mut Commands) {
    commands.canvas(CanvasCommand::Reveal {
        node: node.clone(),
        pointer: None,
    });
}
