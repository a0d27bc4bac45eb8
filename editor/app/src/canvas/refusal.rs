//! Why ports can't be joined, in the person's language.

use hartomat_document::{PortSide, Refusal};
use hartomat_schema::{Catalogue, NodeType};

use crate::canvas::view_model::readable;
use crate::messages::{text, text_with};

/// A refusal as a sentence.
pub(crate) fn text_of(refusal: &Refusal, catalogue: &Catalogue) -> String {
    match refusal {
        Refusal::NoSuchNode(node) => text_with("refusal.no_node", &[("node", node.as_str())]),
        Refusal::UnknownNodeType(node_type) => {
            text_with("refusal.unknown_type", &[("type", node_type.as_str())])
        }
        Refusal::NoSuchPort { port, .. } => {
            text_with("refusal.no_port", &[("port", port.as_str())])
        }
        Refusal::SameNode => text("refusal.same_node").to_owned(),
        Refusal::Kinds {
            gives,
            input,
            adapters,
            ..
        } => {
            let ends = [("gives", gives.as_str()), ("input", input.as_str())];
            let cant = text_with("refusal.kinds", &ends);
            format!("{cant} {}", way_out(adapters, catalogue))
        }
        Refusal::Cycle { .. } => text("refusal.cycle").to_owned(),
        Refusal::NoFittingPort { node_type, side } => {
            let label = label(node_type, catalogue);
            match side {
                PortSide::Input => text_with("refusal.no_input", &[("node", &label)]),
                PortSide::Output => text_with("refusal.no_output", &[("node", &label)]),
            }
        }
    }
}

fn way_out(adapters: &[NodeType], catalogue: &Catalogue) -> String {
    if adapters.is_empty() {
        return text("refusal.no_adapter").to_owned();
    }
    let labels: Vec<String> = adapters.iter().map(|node| label(node, catalogue)).collect();
    text_with("refusal.adapter", &[("nodes", &labels.join(" → "))])
}

fn label(node_type: &NodeType, catalogue: &Catalogue) -> String {
    let known = catalogue.get(node_type).map(|found| found.label.clone());
    known.unwrap_or_else(|| readable(node_type.as_str()))
}
