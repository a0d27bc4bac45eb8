//! A workflow under migration: nodes by index, values that have no place yet, open links.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::LegacyForm;
use crate::{Diagnostic, Family, NodeId, NodeType, PortName, Severity};

/// A workflow on its way.
pub(super) struct Draft {
    pub(super) form: LegacyForm,
    pub(super) name: String,
    pub(super) description: String,
    /// The family, where the old document names one; the steps decide otherwise.
    pub(super) family: Option<Family>,
    pub(super) nodes: Vec<DraftNode>,
    /// Links without ports; `None` where the order of the nodes implies them.
    pub(super) links: Option<Vec<Link>>,
    /// Edges with ports, by the input that they lead to.
    pub(super) edges: BTreeMap<(usize, PortName), Source>,
    pub(super) ids: Ids,
    /// A preset's values, which belong to whichever nodes know them.
    pub(super) shared: Map<String, Value>,
    /// Names of shared values that decided which nodes there are.
    pub(super) spent: &'static [&'static str],
    /// What the document keeps.
    pub(super) legacy: Map<String, Value>,
    /// Shared values that are settings now: by name, the setting and its node.
    pub(super) placed: Map<String, Value>,
    /// Keys of the old document that are fields of the new one.
    pub(super) taken: Vec<&'static str>,
    pub(super) notes: Vec<Note>,
}

/// A node on its way.
pub(super) struct DraftNode {
    pub(super) id: NodeId,
    /// The old step's key.
    pub(super) step: String,
    /// Whether migration put it there because another node needs it.
    pub(super) is_added: bool,
    pub(super) node_type: NodeType,
    pub(super) label: Option<String>,
    pub(super) is_muted: bool,
    pub(super) position: Option<[f64; 2]>,
    /// Values by legacy name, taken away as they find their place.
    pub(super) params: Map<String, Value>,
    pub(super) settings: Map<String, Value>,
    /// What the node keeps.
    pub(super) legacy: Map<String, Value>,
    /// Values that are settings now: by name, the setting, and its node where that is another.
    pub(super) placed: Map<String, Value>,
    /// Keys of the old step that are fields of the node.
    pub(super) taken: Vec<&'static str>,
    /// The node whose values it was given when it was added.
    pub(super) owner: Option<usize>,
}

/// An edge without ports.
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The edge as it was.
    pub(super) legacy: Value,
}

/// Where an edge with ports comes from.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) node: usize,
    pub(super) output: PortName,
    /// What the edge keeps.
    pub(super) legacy: Option<Value>,
}

/// Something to tell; becomes a diagnostic once node positions are final.
pub(super) struct Note {
    pub(super) severity: Severity,
    pub(super) code: &'static str,
    pub(super) node: Option<usize>,
    pub(super) port: Option<PortName>,
    /// Pointer within the node, or within the document.
    pub(super) pointer: String,
    pub(super) message: String,
    pub(super) fix: String,
}

impl Draft {
    pub(super) fn new(form: LegacyForm) -> Self {
        Self {
            form,
            name: String::new(),
            description: String::new(),
            family: None,
            nodes: Vec::new(),
            links: None,
            edges: BTreeMap::new(),
            ids: Ids::default(),
            shared: Map::new(),
            spent: &[],
            legacy: Map::new(),
            placed: Map::new(),
            taken: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Adds a node of the new form that no old step stands for.
    pub(super) fn add_node(&mut self, node_type: &NodeType, params: Map<String, Value>) -> usize {
        let id = self.ids.free(node_type.as_str());
        let node = DraftNode {
            node_type: node_type.clone(),
            params,
            is_added: true,
            ..DraftNode::new(id)
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    pub(super) fn note(
        &mut self,
        severity: Severity,
        code: &'static str,
        words: (String, String),
    ) -> &mut Note {
        self.notes.push(Note {
            severity,
            code,
            node: None,
            port: None,
            pointer: String::new(),
            message: words.0,
            fix: words.1,
        });
        self.notes.last_mut().expect("it was just pushed")
    }
}

impl DraftNode {
    pub(super) fn new(id: NodeId) -> Self {
        Self {
            id,
            step: String::new(),
            is_added: false,
            node_type: NodeType::literal("unknown"),
            label: None,
            is_muted: false,
            position: None,
            params: Map::new(),
            settings: Map::new(),
            legacy: Map::new(),
            placed: Map::new(),
            taken: Vec::new(),
            owner: None,
        }
    }
}

impl Note {
    pub(super) fn at(&mut self, node: usize) -> &mut Self {
        self.node = Some(node);
        self
    }

    pub(super) fn at_port(&mut self, port: &PortName) -> &mut Self {
        self.port = Some(port.clone());
        self
    }

    pub(super) fn pointing(&mut self, pointer: impl Into<String>) -> &mut Self {
        self.pointer = pointer.into();
        self
    }

    /// The note with its final place.
    pub(super) fn into_diagnostic(self, nodes: &[NodeId]) -> Diagnostic {
        let base = self
            .node
            .map_or_else(String::new, |index| format!("/nodes/{index}"));
        let pointer = format!("{base}{}", self.pointer);
        let mut diagnostic = Diagnostic::error(self.code, pointer, self.message, self.fix);
        diagnostic.severity = self.severity;
        if let Some(index) = self.node {
            diagnostic = diagnostic.at_node(&nodes[index]);
        }
        match &self.port {
            Some(port) => diagnostic.at_port(port),
            None => diagnostic,
        }
    }
}

/// Ids in use.
#[derive(Default)]
pub(super) struct Ids {
    taken: BTreeSet<String>,
    next: BTreeMap<String, usize>,
}

impl Ids {
    /// This id, when it is one and no other node has it.
    pub(super) fn take(&mut self, wanted: &str) -> Option<NodeId> {
        let id = NodeId::new(wanted).ok()?;
        self.taken.insert(wanted.to_owned()).then_some(id)
    }

    /// An id that no other node has: `wanted`, else `wanted_2` and so on.
    pub(super) fn free(&mut self, wanted: &str) -> NodeId {
        let base: String = wanted
            .chars()
            .filter(|found| !found.is_control())
            .take(24)
            .collect();
        let base = if base.is_empty() {
            "node".to_owned()
        } else {
            base
        };
        loop {
            let next = self.next.entry(base.clone()).or_insert(0);
            *next += 1;
            let id = if *next == 1 {
                base.clone()
            } else {
                format!("{base}_{next}")
            };
            if let Some(id) = self.take(&id) {
                return id;
            }
        }
    }
}
