//! What is wrong with a part of a workflow: some nodes and all that they need.
//!
//! The rest of the document may be unfinished, and what the workflow promises isn't asked for.

use std::collections::BTreeSet;

use super::validate;
use crate::suggest::{clip, did_you_mean};
use crate::{Catalogue, Diagnostic, NodeId, Workflow};

/// Checks what a run to these nodes needs; without nodes, the whole workflow.
///
/// A target that is no node, or is muted, is an error of its own. Pointers lead into the document;
/// those of targets are `/targets`.
pub fn validate_part(
    workflow: &Workflow,
    catalogue: &Catalogue,
    targets: &BTreeSet<NodeId>,
) -> Vec<Diagnostic> {
    let found = validate(workflow, catalogue);
    if targets.is_empty() {
        return found;
    }
    let needed = workflow.upstream(targets);
    let concerns_part = |diagnostic: &Diagnostic| {
        let mut path = diagnostic.place.pointer.split('/').skip(1);
        let index = |text: Option<&str>| text.and_then(|text| text.parse::<usize>().ok());
        match (path.next(), index(path.next())) {
            (Some("nodes"), Some(index)) => {
                let node = workflow.nodes.get(index);
                node.is_none_or(|node| needed.contains(&node.id))
            }
            (Some("edges"), Some(index)) => {
                let edge = workflow.edges.get(index);
                edge.is_none_or(|edge| needed.contains(&edge.to.node))
            }
            (Some("contract"), _) => false,
            _ => true,
        }
    };
    let of_targets = targets.iter().filter_map(|target| check(workflow, target));
    of_targets
        .chain(found.into_iter().filter(concerns_part))
        .collect()
}

fn check(workflow: &Workflow, target: &NodeId) -> Option<Diagnostic> {
    let name = clip(target.as_str());
    match workflow.node(target) {
        None => {
            let known = workflow.nodes.iter().map(|node| node.id.as_str());
            let fix = did_you_mean(target.as_str(), known, "name a node of the workflow");
            let message = format!("the run shall go to `{name}`, and there is no such node");
            Some(Diagnostic::error(
                "unknown_target",
                "/targets",
                message,
                fix,
            ))
        }
        Some(node) if node.muted => {
            let message = format!("the run shall go to `{name}`, which is muted");
            let fix = "unmute it, or run to another node";
            Some(Diagnostic::error("muted_target", "/targets", message, fix).at_node(target))
        }
        Some(_) => None,
    }
}
