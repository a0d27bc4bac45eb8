//! What differs between two states of a workflow, as data: for save conflicts and for versions.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{Edge, Node, NodeId, Workflow};
use serde_json::{Map, Value};

use crate::EdgeKey;

/// A value that is another one now. None where there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueChange {
    /// JSON pointer: within the settings, or within the node or document.
    pub pointer: String,
    /// Before.
    pub old: Option<Value>,
    /// After.
    pub new: Option<Value>,
}

/// What differs of one node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NodeChange {
    /// Settings, by pointer within them.
    pub settings: Vec<ValueChange>,
    /// Type, version, label, whether it is muted, and unknown keys, by pointer within the node.
    pub fields: Vec<ValueChange>,
    /// Where it stood and where it stands, where these differ.
    pub moved: Option<([f64; 2], [f64; 2])>,
}

/// What differs between two states of a workflow.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Difference {
    /// Name, description, family, mode, contract, unknown keys, by pointer within the document.
    pub fields: Vec<ValueChange>,
    /// Nodes that only the second has.
    pub nodes_added: Vec<NodeId>,
    /// Nodes that only the first has.
    pub nodes_removed: Vec<NodeId>,
    /// Nodes that both have, and what differs.
    pub nodes_changed: BTreeMap<NodeId, NodeChange>,
    /// Edges that only the second has.
    pub edges_added: Vec<EdgeKey>,
    /// Edges that only the first has.
    pub edges_removed: Vec<EdgeKey>,
    /// Edges that both have, with other reroute points or unknown keys.
    pub edges_changed: Vec<EdgeKey>,
    /// Frames, notes and bookmarks that differ, by pointer within the document.
    pub canvas: Vec<ValueChange>,
}

impl Difference {
    /// What differs from one state to another.
    pub fn between(old: &Workflow, new: &Workflow) -> Self {
        let mut difference = Self {
            fields: document_fields(old, new),
            canvas: canvas(old, new),
            ..Self::default()
        };
        difference.nodes(&old.nodes, &new.nodes);
        difference.edges(&old.edges, &new.edges);
        difference
    }

    fn nodes(&mut self, old: &[Node], new: &[Node]) {
        let by_id = |nodes| -> BTreeMap<&NodeId, &Node> { keyed(nodes, |node: &Node| &node.id) };
        let (before, after) = (by_id(old), by_id(new));
        let only = |nodes: &[Node], others: &BTreeMap<&NodeId, &Node>| -> Vec<NodeId> {
            let nodes = nodes.iter().map(|node| &node.id);
            nodes
                .filter(|id| !others.contains_key(id))
                .cloned()
                .collect()
        };
        self.nodes_added = only(new, &before);
        self.nodes_removed = only(old, &after);
        for (id, node) in before {
            if let Some(other) = after.get(id) {
                let change = NodeChange::between(node, other);
                if change != NodeChange::default() {
                    self.nodes_changed.insert(id.clone(), change);
                }
            }
        }
    }

    fn edges(&mut self, old: &[Edge], new: &[Edge]) {
        let keys = |edges: &[Edge]| -> BTreeMap<EdgeKey, Edge> {
            let edges = edges.iter();
            edges
                .map(|edge| (EdgeKey::of(edge), edge.clone()))
                .collect()
        };
        let (before, after) = (keys(old), keys(new));
        let only = |edges: &BTreeMap<EdgeKey, Edge>, others: &BTreeMap<EdgeKey, Edge>| {
            let keys = edges.keys().filter(|key| !others.contains_key(key));
            keys.cloned().collect()
        };
        self.edges_added = only(&after, &before);
        self.edges_removed = only(&before, &after);
        let changed = before.iter().filter(|(key, edge)| {
            let other = after.get(key);
            other.is_some_and(|other| other.via != edge.via || other.extra != edge.extra)
        });
        self.edges_changed = changed.map(|(key, _)| key.clone()).collect();
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl NodeChange {
    fn between(old: &Node, new: &Node) -> Self {
        let mut settings = Vec::new();
        compare_maps(&old.settings, &new.settings, "", &mut settings);
        let mut fields = Vec::new();
        let mut field = |name: &str, old: Value, new: Value| {
            if old != new {
                fields.push(ValueChange {
                    pointer: format!("/{name}"),
                    old: Some(old),
                    new: Some(new),
                });
            }
        };
        field(
            "type",
            old.node_type.as_str().into(),
            new.node_type.as_str().into(),
        );
        field("version", old.version.into(), new.version.into());
        field("label", old.label.clone().into(), new.label.clone().into());
        field("muted", old.muted.into(), new.muted.into());
        compare_maps(&old.extra, &new.extra, "", &mut fields);
        Self {
            settings,
            fields,
            moved: (old.position != new.position).then_some((old.position, new.position)),
        }
    }
}

fn keyed<'a, T, K: Ord>(items: &'a [T], key: fn(&'a T) -> K) -> BTreeMap<K, &'a T> {
    let mut found = BTreeMap::new();
    for item in items {
        found.entry(key(item)).or_insert(item);
    }
    found
}

fn document_fields(old: &Workflow, new: &Workflow) -> Vec<ValueChange> {
    let parts = |workflow: &Workflow| {
        let Workflow {
            name,
            description,
            family,
            execution_mode,
            ..
        } = workflow;
        let contract = serde_json::to_value(&workflow.contract).unwrap_or_default();
        let mut fields = Map::from_iter([
            ("name".to_owned(), name.as_str().into()),
            ("description".to_owned(), description.as_str().into()),
            ("family".to_owned(), family.as_str().into()),
            ("execution_mode".to_owned(), execution_mode.as_str().into()),
            ("contract".to_owned(), contract),
        ]);
        for (key, value) in &workflow.extra {
            fields.entry(key.clone()).or_insert_with(|| value.clone());
        }
        fields
    };
    let mut found = Vec::new();
    compare_maps(&parts(old), &parts(new), "", &mut found);
    found
}

/// Frames, notes and bookmarks have no ids: those at the same place in the document are compared.
fn canvas(old: &Workflow, new: &Workflow) -> Vec<ValueChange> {
    let parts = |workflow: &Workflow| {
        let value = |items: serde_json::Result<Value>| items.unwrap_or_default();
        Map::from_iter([
            (
                "frames".to_owned(),
                value(serde_json::to_value(&workflow.frames)),
            ),
            (
                "notes".to_owned(),
                value(serde_json::to_value(&workflow.notes)),
            ),
            (
                "bookmarks".to_owned(),
                value(serde_json::to_value(&workflow.bookmarks)),
            ),
        ])
    };
    let (old, new) = (parts(old), parts(new));
    let mut found = Vec::new();
    for (name, before) in &old {
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (before, after) = (items(before), items(&new[name]));
        for index in 0..before.len().max(after.len()) {
            compare(
                before.get(index),
                after.get(index),
                &format!("/{name}/{index}"),
                &mut found,
            );
        }
    }
    found
}

fn compare_maps(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    pointer: &str,
    found: &mut Vec<ValueChange>,
) {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        compare(old.get(key), new.get(key), &pointer, found);
    }
}

/// Objects are looked into, everything else is one value. Nothing is nested deeper than documents
/// are.
fn compare(old: Option<&Value>, new: Option<&Value>, pointer: &str, found: &mut Vec<ValueChange>) {
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            compare_maps(old, new, pointer, found);
        }
        (old, new) if old == new => {}
        (old, new) => found.push(ValueChange {
            pointer: pointer.to_owned(),
            old: old.cloned(),
            new: new.cloned(),
        }),
    }
}
