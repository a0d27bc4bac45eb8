//! Cycles: a graph is run from its inputs to its outputs, so no node may wait for itself.

use super::graph::Graph;
use crate::read::limits;
use crate::suggest::clip;
use crate::{Diagnostic, NodeId};

/// One diagnostic per cycle; cycles that share a node count as one. Self edges are the edge
/// check's.
pub(super) fn check(graph: &Graph<'_>) -> Vec<Diagnostic> {
    let mut alive = vec![true; graph.workflow.nodes.len()];
    let mut found = Vec::new();
    loop {
        peel(graph, &mut alive);
        if found.len() > limits::DIAGNOSTICS {
            return found;
        }
        let Some(start) = alive.iter().position(|alive| *alive) else {
            return found;
        };
        let cycle = walk(graph, &alive, start);
        found.push(say(graph, &cycle));
        for index in cycle {
            alive[index] = false;
        }
    }
}

/// Sources of a node's edges that are still there.
fn sources(graph: &Graph<'_>, alive: &[bool], index: usize) -> Vec<usize> {
    let edges = graph.incoming(index).iter();
    let sources = edges.filter_map(|edge| graph.index(&edge.from.node));
    sources
        .filter(|source| alive[*source] && *source != index)
        .collect()
}

/// Takes away every node that waits for none of the others, again and again.
fn peel(graph: &Graph<'_>, alive: &mut [bool]) {
    let mut waiting: Vec<usize> = (0..alive.len())
        .map(|index| sources(graph, alive, index).len())
        .collect();
    let mut ready: Vec<usize> = (0..alive.len())
        .filter(|index| alive[*index] && waiting[*index] == 0)
        .collect();
    while let Some(index) = ready.pop() {
        alive[index] = false;
        for edge in graph.outgoing(index) {
            let Some(target) = graph.index(&edge.to.node) else {
                continue;
            };
            if alive[target] && target != index {
                waiting[target] -= 1;
                if waiting[target] == 0 {
                    ready.push(target);
                }
            }
        }
    }
}

/// Walks upstream until a node comes round again; returns the cycle in the direction of its edges.
fn walk(graph: &Graph<'_>, alive: &[bool], start: usize) -> Vec<usize> {
    let mut seen_at = vec![usize::MAX; alive.len()];
    let mut path = Vec::new();
    let mut at = start;
    while seen_at[at] == usize::MAX {
        seen_at[at] = path.len();
        path.push(at);
        at = *sources(graph, alive, at)
            .first()
            .expect("peeling leaves nodes that wait for others");
    }
    let mut cycle = path.split_off(seen_at[at]);
    cycle.reverse();
    let first = (0..cycle.len())
        .min_by_key(|place| cycle[*place])
        .unwrap_or(0);
    cycle.rotate_left(first);
    cycle
}

fn say(graph: &Graph<'_>, cycle: &[usize]) -> Diagnostic {
    let id = |index: usize| -> &NodeId { &graph.workflow.nodes[index].id };
    let mut names: Vec<String> = cycle
        .iter()
        .take(12)
        .map(|index| format!("`{}`", clip(id(*index).as_str())))
        .collect();
    if cycle.len() > names.len() {
        names.push("…".to_owned());
    }
    names.push(format!("`{}`", clip(id(cycle[0]).as_str())));
    let message = format!(
        "nodes wait for each other in a circle: {}",
        names.join(" → ")
    );
    let fix = "remove one of these edges";
    Diagnostic::error("cycle", format!("/nodes/{}", cycle[0]), message, fix).at_node(id(cycle[0]))
}
