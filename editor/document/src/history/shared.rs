//! A state that shares its nodes and edges with its predecessor.
//!
//! Sameness is that of the saved bytes: order of keys and sign of zero count.

mod delta;

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_schema::{Edge, Node, Workflow};
use serde_json::{Map, Value};

use super::weigh;

/// A workflow in parts.
#[derive(Debug, Clone)]
pub(super) struct SharedState {
    /// The workflow without nodes and edges.
    rest: Arc<Workflow>,
    nodes: Arc<[Arc<Node>]>,
    edges: Arc<[Arc<Edge>]>,
}

impl SharedState {
    /// A state that shares nothing, and its bytes.
    pub(super) fn first(workflow: &Workflow) -> (Self, usize) {
        let empty = Self {
            rest: Arc::new(without_graph(workflow)),
            nodes: Arc::new([]),
            edges: Arc::new([]),
        };
        let (state, bytes) = empty.next(workflow);
        (state, bytes + weigh::rest(workflow))
    }

    /// The state of `workflow`, and the bytes that it adds to this one.
    pub(super) fn next(&self, workflow: &Workflow) -> (Self, usize) {
        let mut bytes = size_of::<super::HistoryEntry>();
        let nodes = share(
            &self.nodes,
            &workflow.nodes,
            |node| &node.id,
            is_identical_node,
            |node| {
                bytes += weigh::node(node);
            },
        );
        let edges = share(
            &self.edges,
            &workflow.edges,
            |edge| (&edge.to, &edge.from),
            is_identical_edge,
            |edge| {
                bytes += weigh::edge(edge);
            },
        );
        if !Arc::ptr_eq(&nodes, &self.nodes) {
            bytes += nodes.len() * size_of::<usize>();
        }
        if !Arc::ptr_eq(&edges, &self.edges) {
            bytes += edges.len() * size_of::<usize>();
        }
        let rest = if is_identical_rest(&self.rest, workflow) {
            Arc::clone(&self.rest)
        } else {
            bytes += weigh::rest(workflow);
            Arc::new(without_graph(workflow))
        };
        let state = Self { rest, nodes, edges };
        (state, bytes)
    }

    /// Changes what isn't nodes and edges of states that follow each other. What they share of it
    /// stays shared.
    pub(super) fn change_rests<'a>(
        states: impl Iterator<Item = &'a mut Self>,
        change: impl Fn(&mut Workflow),
    ) {
        let mut last: Option<(Arc<Workflow>, Arc<Workflow>)> = None;
        for state in states {
            let (before, after) = last
                .filter(|(before, _)| Arc::ptr_eq(before, &state.rest))
                .unwrap_or_else(|| {
                    let mut after = Workflow::clone(&state.rest);
                    change(&mut after);
                    (Arc::clone(&state.rest), Arc::new(after))
                });
            state.rest = Arc::clone(&after);
            last = Some((before, after));
        }
    }

    /// The state in one piece.
    pub(super) fn to_workflow(&self) -> Workflow {
        let mut workflow = Workflow::clone(&self.rest);
        workflow.nodes = self.nodes.iter().map(|node| Node::clone(node)).collect();
        workflow.edges = self.edges.iter().map(|edge| Edge::clone(edge)).collect();
        workflow
    }
}

/// The items of `new`, those that `old` has as well shared; `old` itself when nothing differs.
fn share<'a, T: Clone, K: Ord>(
    old: &'a Arc<[Arc<T>]>,
    new: &'a [T],
    key: fn(&'a T) -> K,
    is_same: fn(&T, &T) -> bool,
    mut added: impl FnMut(&T),
) -> Arc<[Arc<T>]> {
    let mut by_key: Option<BTreeMap<K, &'a Arc<T>>> = None;
    let mut is_all = old.len() == new.len();
    let mut items: Vec<Arc<T>> = Vec::with_capacity(new.len());
    for (index, item) in new.iter().enumerate() {
        if let Some(there) = old.get(index).filter(|there| is_same(there, item)) {
            items.push(Arc::clone(there));
            continue;
        }
        is_all = false;
        let by_key =
            by_key.get_or_insert_with(|| old.iter().map(|item| (key(item), item)).collect());
        let elsewhere = by_key.get(&key(item)).filter(|there| is_same(there, item));
        items.push(elsewhere.map_or_else(
            || {
                added(item);
                Arc::new(item.clone())
            },
            |there| Arc::clone(there),
        ));
    }
    if is_all {
        Arc::clone(old)
    } else {
        items.into()
    }
}

/// A workflow without its nodes and edges.
pub(crate) fn without_graph(workflow: &Workflow) -> Workflow {
    Workflow {
        schema: workflow.schema.clone(),
        id: workflow.id.clone(),
        name: workflow.name.clone(),
        description: workflow.description.clone(),
        family: workflow.family,
        execution_mode: workflow.execution_mode,
        contract: workflow.contract.clone(),
        nodes: Vec::new(),
        edges: Vec::new(),
        frames: workflow.frames.clone(),
        notes: workflow.notes.clone(),
        bookmarks: workflow.bookmarks.clone(),
        extra: workflow.extra.clone(),
    }
}

/// Whether two workflows have the same bytes when saved.
pub(crate) fn is_identical(a: &Workflow, b: &Workflow) -> bool {
    is_identical_rest(a, b)
        && all(&a.nodes, &b.nodes, is_identical_node)
        && all(&a.edges, &b.edges, is_identical_edge)
}

fn is_identical_rest(a: &Workflow, b: &Workflow) -> bool {
    a.schema == b.schema
        && a.id == b.id
        && a.name == b.name
        && a.description == b.description
        && a.family == b.family
        && a.execution_mode == b.execution_mode
        && all(&a.contract, &b.contract, |a, b| {
            (&a.kind, a.min_count, &a.format) == (&b.kind, b.min_count, &b.format)
                && map(&a.extra, &b.extra)
        })
        && all(&a.frames, &b.frames, |a, b| {
            a.title == b.title && numbers(&a.rect, &b.rect) && map(&a.extra, &b.extra)
        })
        && all(&a.notes, &b.notes, |a, b| {
            a.text == b.text && numbers(&a.position, &b.position) && map(&a.extra, &b.extra)
        })
        && all(&a.bookmarks, &b.bookmarks, |a, b| {
            a.key == b.key
                && numbers(&a.center, &b.center)
                && numbers(&[a.zoom], &[b.zoom])
                && map(&a.extra, &b.extra)
        })
        && map(&a.extra, &b.extra)
}

/// Whether two nodes have the same bytes when saved.
fn is_identical_node(a: &Node, b: &Node) -> bool {
    a.id == b.id
        && numbers(&a.position, &b.position)
        && a.node_type == b.node_type
        && a.version == b.version
        && a.label == b.label
        && a.muted == b.muted
        && map(&a.settings, &b.settings)
        && map(&a.extra, &b.extra)
}

fn is_identical_edge(a: &Edge, b: &Edge) -> bool {
    a.from == b.from
        && a.to == b.to
        && all(&a.via, &b.via, |a, b| numbers(a, b))
        && map(&a.extra, &b.extra)
}

fn all<T>(a: &[T], b: &[T], is_same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
}

fn numbers(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn map(a: &Map<String, Value>, b: &Map<String, Value>) -> bool {
    a.len() == b.len()
        && a.iter()
            .zip(b)
            .all(|((a_key, a), (b_key, b))| a_key == b_key && value(a, b))
}

fn value(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => map(a, b),
        (Value::Array(a), Value::Array(b)) => all(a, b, value),
        (Value::Number(a), Value::Number(b)) => {
            a == b && (!a.is_f64() || a.as_f64().map(f64::to_bits) == b.as_f64().map(f64::to_bits))
        }
        (a, b) => a == b,
    }
}
