//! The canvas for screen readers and tests: nodes and ports as elements with a role, a name and a
//! place, which can be focused and clicked. Costs nothing while nobody listens.

use egui::accesskit::{Node, Role};
use egui::{Id, Rect, Response, Sense, Ui, vec2};
use hartomat_document::{LooseEnd, Selection};
use hartomat_schema::NodeId;
use hartomat_ui::theme::Status;

use crate::canvas::draw::Canvas;
use crate::canvas::geometry::PORT_RADIUS;
use crate::canvas::look::category_key;
use crate::canvas::view_model::{Detail, NodeView, PortView};
use crate::canvas::{CanvasCommand, SelectMode, overlay};
use crate::command::{Action, Commands};
use crate::messages::{count, text, text_or, text_with};
use crate::parts::decision_text;

/// The element of a node.
pub(crate) fn node_element(node: &NodeId) -> Id {
    Id::new(("canvas node", node.as_str()))
}

/// Registers the canvas and what is in view, and follows what is asked of these elements.
pub(super) fn canvas_ui(ui: &Ui, canvas: &Canvas<'_>, commands: &mut Commands) {
    let id = Id::new("canvas");
    let response = ui.interact(canvas.frame.canvas, id, Sense::focusable_noninteractive());
    let nodes = canvas.session.document.workflow().nodes.len();
    let described = ui.ctx().accesskit_node_builder(response.id, |element| {
        element.set_role(Role::GraphicsDocument);
        element.set_label(text("canvas.name"));
        let refused = overlay::refused(canvas);
        element.set_description(refused.unwrap_or_else(|| count("canvas.nodes", nodes)));
    });
    if described.is_none() {
        return;
    }
    let model = &canvas.session.canvas.model;
    let visible = model.visible(&canvas.frame);
    for number in &visible.nodes {
        let node = &model.nodes[*number as usize];
        node_ui(ui, canvas, node, commands);
        if visible.detail == Detail::Full {
            ports_ui(ui, canvas, node);
        }
    }
}

fn node_ui(ui: &Ui, canvas: &Canvas<'_>, node: &NodeView, commands: &mut Commands) {
    let rect = canvas.frame.rect_to_screen(node.rect);
    let response = ui.interact(rect, node_element(&node.id), Sense::click());
    let is_selected = canvas.session.document.selection().nodes.contains(&node.id);
    ui.ctx().accesskit_node_builder(response.id, |element| {
        element.set_role(Role::GraphicsObject);
        element.set_label(node.title.clone());
        element.set_description(description(canvas, node));
        element.set_selected(is_selected);
    });
    if was_asked(ui, &response) {
        let selection = Selection::of_nodes([node.id.clone()]);
        commands.canvas(CanvasCommand::Select(selection, SelectMode::Replace));
    }
    if response.has_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        let selection = Selection::of_nodes([node.id.clone()]);
        commands.canvas(CanvasCommand::Select(selection, SelectMode::Replace));
        commands.run(Action::Inspect);
    }
}

/// Whether a screen reader clicked; the pointer has its own way.
fn was_asked(ui: &Ui, response: &Response) -> bool {
    let action = egui::accesskit::Action::Click;
    ui.input(|input| input.has_accesskit_action_request(response.id, action))
}

fn description(canvas: &Canvas<'_>, node: &NodeView) -> String {
    let mut parts = Vec::new();
    parts.extend(node.subtitle.clone());
    if let Some(category) = node.category {
        let key = category_key(category);
        parts.push(text_or(&format!("category.{key}"), key).to_owned());
    }
    if node.is_muted {
        parts.push(text("canvas.muted").to_owned());
    }
    if node.parts.is_collapsed {
        parts.push(text("canvas.collapsed").to_owned());
    }
    match canvas.context.node_reason(&node.id) {
        Some(reason) => {
            parts.push(reason.title.to_owned());
            parts.extend(reason.why);
        }
        None => parts.extend(last_fared(canvas, &node.id)),
    }
    if let Some(next) = canvas.context.next_decision(&node.id) {
        let (_, word) = decision_text(next.decision);
        let values = [("decision", word), ("reason", next.reason.as_str())];
        parts.push(text_with("plan.next_spoken", &values));
    }
    parts.extend(node.summary.iter().cloned());
    let problems = canvas.session.problems_of(&node.id).count();
    if problems > 0 {
        parts.push(count("canvas.problems", problems));
    }
    parts.join(", ")
}

/// How the node fared in the last run.
fn last_fared(canvas: &Canvas<'_>, node: &NodeId) -> Option<String> {
    let status = canvas.session.last_run.status(node)?;
    let key = match status {
        Status::Waiting => "last_run.waiting",
        Status::Running => "last_run.running",
        Status::Succeeded => "last_run.succeeded",
        Status::Reused => "last_run.reused",
        Status::Failed => "last_run.failed",
        Status::Skipped => "last_run.skipped",
        Status::Cancelled => "last_run.cancelled",
    };
    Some(text(key).to_owned())
}

fn ports_ui(ui: &Ui, canvas: &Canvas<'_>, node: &NodeView) {
    for (number, port) in node.open_inputs().iter().enumerate() {
        let end = LooseEnd::Input(super::connect::endpoint(node, port));
        port_ui(ui, canvas, (node, port), &end, node.input_position(number));
    }
    for (number, port) in node.open_outputs().iter().enumerate() {
        let end = LooseEnd::Output(super::connect::endpoint(node, port));
        port_ui(ui, canvas, (node, port), &end, node.output_position(number));
    }
}

fn port_ui(
    ui: &Ui,
    canvas: &Canvas<'_>,
    (node, port): (&NodeView, &PortView),
    end: &LooseEnd,
    at: egui::Pos2,
) {
    let size = canvas.scaled(vec2(2.0, 2.0) * PORT_RADIUS);
    let rect = Rect::from_center_size(canvas.screen(at), size);
    let side = matches!(end, LooseEnd::Output(_));
    let id = node_element(&node.id).with((side, end.endpoint().port.as_str()));
    let response = ui.interact(rect, id, Sense::hover());
    let names = [("node", node.title.as_str()), ("port", port.label.as_str())];
    let label = match end {
        LooseEnd::Input(_) => text_with("canvas.input", &names),
        LooseEnd::Output(_) => text_with("canvas.output", &names),
    };
    ui.ctx()
        .accesskit_node_builder(response.id, |element: &mut Node| {
            element.set_role(Role::GraphicsSymbol);
            element.set_label(label);
            let kinds: Vec<&str> = port.kinds.iter().map(|kind| kind.as_str()).collect();
            element.set_description(kinds.join(", "));
        });
}
