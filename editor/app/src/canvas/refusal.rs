//! Why ports can't be joined, in the person's language.

use hartomat_document::{EditError, LeftOut, PortSide, Refusal};
use hartomat_schema::{Catalogue, NodeType};

use crate::canvas::view_model::readable;
use crate::messages::{text, text_with};
use crate::parts::family_text;
use crate::shell::sentence;

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

/// Why an edit can't be done, a sentence for each thing that doesn't fit.
pub(crate) fn reasons(err: &EditError, catalogue: &Catalogue) -> Vec<String> {
    match err {
        EditError::NothingFits(left_out) => {
            let all = left_out.iter();
            all.map(|item| left_out_text(item, catalogue)).collect()
        }
        err => vec![reason(err, catalogue)],
    }
}

/// What a paste left out, and why.
pub(crate) fn left_out_text(left_out: &LeftOut, catalogue: &Catalogue) -> String {
    match &*left_out.reason {
        EditError::WrongFamily { .. } => reason(&left_out.reason, catalogue),
        _ => sentence(&left_out.to_string()),
    }
}

fn reason(err: &EditError, catalogue: &Catalogue) -> String {
    match err {
        EditError::Refused(refusal) => text_of(refusal, catalogue),
        EditError::WrongFamily {
            node_type, family, ..
        } => text_with(
            "refusal.family",
            &[
                ("node", &label(node_type, catalogue)),
                ("family", family_text(*family)),
            ],
        ),
        other => sentence(&other.to_string()),
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
