//! The validator's findings as a panel shows them: by place, with fixes that can be done.

mod fixes;
mod graph_fixes;
mod setting_fixes;

use std::fmt;

use hartomat_schema::{
    Catalogue, Diagnostic, NodeId, PortName, Severity, Workflow, WorkflowValidator,
};

use crate::{EdgeKey, Edit};

/// Where a problem is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemPlace {
    /// A node as a whole.
    Node(NodeId),
    /// A port of a node.
    Port {
        /// The node.
        node: NodeId,
        /// The port.
        port: PortName,
    },
    /// A setting.
    Setting {
        /// The node.
        node: NodeId,
        /// JSON pointer within its settings.
        pointer: String,
    },
    /// An edge.
    Edge(EdgeKey),
    /// A part of the contract.
    Contract(usize),
    /// The document.
    Document,
}

impl ProblemPlace {
    /// The node that it leads to.
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::Node(node) | Self::Port { node, .. } | Self::Setting { node, .. } => Some(node),
            Self::Edge(edge) => Some(&edge.to.node),
            Self::Contract(_) | Self::Document => None,
        }
    }
}

/// What the button of a fix says: a key for the message file, with what it is about. Shows in
/// English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixLabel {
    /// Which message.
    pub key: &'static str,
    /// What it is about, such as a node's name.
    pub subject: String,
    /// What else, such as a value; may be empty.
    pub detail: String,
}

/// The messages in English, by key. `{s}` is the subject, `{d}` the detail.
const ENGLISH: &[(&str, &str)] = &[
    ("fix_give_new_id", "Give it an id of its own"),
    ("fix_remove_node", "Remove {s}"),
    ("fix_replace_node", "Replace with {s}"),
    ("fix_update_version", "Update its version"),
    ("fix_mute", "Mute {s}"),
    ("fix_unmute", "Unmute {s}"),
    ("fix_remove_edge", "Remove the edge"),
    ("fix_keep_once", "Keep it once"),
    ("fix_connect_to_port", "Connect to {s}"),
    ("fix_put_between", "Put {s} between them"),
    ("fix_remove_edge_between", "Remove the edge from {s} to {d}"),
    (
        "fix_remove_edges_of_circles",
        "Remove {d} edges into {s} that close circles",
    ),
    ("fix_connect", "Connect {d} of {s}"),
    ("fix_add_and_connect", "Add {s} and connect it"),
    ("fix_add", "Add {s}"),
    ("fix_add_several", "Add {d} × {s}"),
    ("fix_shorten_contract", "Take {s} out of the contract"),
    ("fix_any_format", "Let the contract take any format"),
    ("fix_set_format", "Set the format of {s} to {d}"),
    ("fix_rename_setting", "Rename it to {s}"),
    ("fix_remove_setting", "Remove {s}"),
    ("fix_set_setting", "Set {s} to {d}"),
    ("fix_reset_setting", "Reset {s} to its default"),
];

impl FixLabel {
    fn new(key: &'static str, subject: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            key,
            subject: subject.into(),
            detail: detail.into(),
        }
    }

    /// Every key that labels have, for message files.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        ENGLISH.iter().map(|(key, _)| *key)
    }
}

impl fmt::Display for FixLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = ENGLISH.iter().find(|(key, _)| *key == self.key);
        let (_, message) = message.expect("every label's key has a message");
        f.pad(
            &message
                .replace("{d}", &self.detail)
                .replace("{s}", &self.subject),
        )
    }
}

/// Something that would mend a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What a button says.
    pub label: FixLabel,
    /// The edit.
    pub edit: Edit,
}

/// A finding, its place in the document, and what would mend it.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Where it is.
    pub place: ProblemPlace,
    /// What would mend it, the best first; often nothing.
    pub fixes: Vec<Fix>,
}

/// All findings of one check of one state of the document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Problems {
    /// In document order.
    pub all: Vec<Problem>,
}

impl Problems {
    /// Checks a document.
    pub fn check(workflow: &Workflow, validator: &WorkflowValidator) -> Self {
        Self::new(
            workflow,
            validator.catalogue(),
            validator.validate(workflow),
        )
    }

    /// The findings of a check of this very document, wherever it was made.
    pub fn new(workflow: &Workflow, catalogue: &Catalogue, found: Vec<Diagnostic>) -> Self {
        let all = found.into_iter().map(|diagnostic| {
            let place = place(workflow, &diagnostic);
            let fixes = fixes::fixes(workflow, catalogue, &diagnostic, &place);
            Problem {
                diagnostic,
                place,
                fixes,
            }
        });
        Self { all: all.collect() }
    }

    /// How many of a severity there are.
    pub fn count(&self, severity: Severity) -> usize {
        let all = self.all.iter();
        all.filter(|problem| problem.diagnostic.severity == severity)
            .count()
    }
}

/// The parts of a JSON pointer.
fn parts(pointer: &str) -> Vec<&str> {
    pointer.split('/').skip(1).collect()
}

/// Where a finding is: its pointer first, since that is the nearest.
fn place(workflow: &Workflow, diagnostic: &Diagnostic) -> ProblemPlace {
    let place = &diagnostic.place;
    let index = |part: &str| part.parse::<usize>().ok();
    match parts(&place.pointer).as_slice() {
        ["nodes", at, "settings", rest @ ..] => {
            let node = index(at).and_then(|at| workflow.nodes.get(at));
            if let Some(node) = node {
                let pointer = rest.iter().map(|part| format!("/{part}")).collect();
                return ProblemPlace::Setting {
                    node: node.id.clone(),
                    pointer,
                };
            }
        }
        ["edges", at, ..] => {
            let edge = index(at).and_then(|at| workflow.edges.get(at));
            if let Some(edge) = edge {
                return ProblemPlace::Edge(EdgeKey::of(edge));
            }
        }
        ["contract", at, ..] if place.node.is_none() => {
            if let Some(at) = index(at) {
                return ProblemPlace::Contract(at);
            }
        }
        _ => {}
    }
    match (&place.node, &place.port) {
        (Some(node), Some(port)) => ProblemPlace::Port {
            node: node.clone(),
            port: port.clone(),
        },
        (Some(node), None) => ProblemPlace::Node(node.clone()),
        (None, _) => ProblemPlace::Document,
    }
}
