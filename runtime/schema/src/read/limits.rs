//! How large a workflow document may be, and what is said when one is larger.

use crate::Diagnostic;

/// Bytes of a whole document.
pub const DOCUMENT_BYTES: usize = 8 << 20;
/// Levels of nested objects and lists.
pub const DEPTH: usize = 64;
/// Nodes of a workflow.
pub const NODES: usize = 5_000;
/// Edges of a workflow.
pub const EDGES: usize = 20_000;
/// Bytes of one text, as written.
pub const STRING_BYTES: usize = 1 << 20;
/// Diagnostics of one check; a last one says that there are more.
pub const DIAGNOSTICS: usize = 200;
/// What a document may take in memory, estimated.
pub(super) const MEMORY_BYTES: usize = 24 << 20;
/// One JSON value in a list, in memory.
pub(super) const VALUE_BYTES: usize = 72;

/// One entry of an object in memory: hash, key, value, index, and the key's own bytes.
const MEMBER_BYTES: usize = 8 + 24 + VALUE_BYTES + 8 + 16;
/// A node or an edge, which become structs.
const STRUCT_BYTES: usize = 256;
/// An edge's end, which becomes part of one.
const END_BYTES: usize = 96;
/// Keys that such a struct has fields for.
const STRUCT_KEYS: usize = 8;

/// A limit that a document exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    Depth,
    Nodes,
    Edges,
    String,
    Memory,
}

impl Limit {
    /// Code, message and fix.
    pub(super) fn words(self) -> (&'static str, String, &'static str) {
        match self {
            Self::Depth => (
                "too_deep",
                format!("objects and lists are nested deeper than {DEPTH} levels"),
                "flatten what is nested here",
            ),
            Self::Nodes => (
                "too_many_nodes",
                format!("a workflow has at most {NODES} nodes, this one has more"),
                "split the workflow",
            ),
            Self::Edges => (
                "too_many_edges",
                format!("a workflow has at most {EDGES} edges, this one has more"),
                "split the workflow",
            ),
            Self::String => (
                "text_too_long",
                format!(
                    "a text has at most {} KiB, this one has more",
                    STRING_BYTES >> 10
                ),
                "shorten it, or keep it in a file of its own",
            ),
            Self::Memory => (
                "too_many_values",
                "the document holds more values than a workflow has use for".to_owned(),
                "remove large lists and objects from settings and unknown keys",
            ),
        }
    }
}

/// What a list or object becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// A list of JSON values.
    List,
    /// A JSON object.
    Object,
    /// A node or an edge.
    Struct,
    /// An edge's end.
    End,
}

/// What a list or object takes in memory with its allocation's spare room; values inside it that
/// are lists and objects themselves are counted on their own.
pub(super) fn container_cost(container: Container, count: usize) -> usize {
    let (base, count) = match container {
        Container::List | Container::Object => (0, count),
        Container::Struct => (STRUCT_BYTES, count.saturating_sub(STRUCT_KEYS)),
        Container::End => (END_BYTES, count.saturating_sub(STRUCT_KEYS)),
    };
    let entry = if container == Container::List {
        VALUE_BYTES
    } else {
        MEMBER_BYTES
    };
    let room = match count {
        0 => 0,
        count => count.next_power_of_two().max(4),
    };
    base + room * entry
}

/// What a shortened list of diagnostics ends with.
pub(crate) fn more_findings() -> Diagnostic {
    let fix = "mend the first ones, then check again";
    Diagnostic::error(
        "more_findings",
        "",
        "there are more findings than are listed here",
        fix,
    )
}
