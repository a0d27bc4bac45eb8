//! What the tests share: a catalogue, documents, ids, and large graphs.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use hartomat_document::{EdgeKey, Edit, Selection};
use hartomat_schema::{
    Catalogue, Endpoint, NodeDefinition, NodeId, NodeType, PortName, ReadWorkflow, Workflow,
    WorkflowValidator, read_workflow,
};

/// The catalogue that the schema's own documents are written for.
pub(crate) fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
        let text = include_str!("../../../../runtime/schema/tests/documents/catalogue.json");
        let nodes: Vec<NodeDefinition> = serde_json::from_str(text).unwrap();
        Catalogue::new(nodes)
    });
    &CATALOGUE
}

pub(crate) fn validator() -> &'static WorkflowValidator {
    static VALIDATOR: LazyLock<WorkflowValidator> =
        LazyLock::new(|| WorkflowValidator::new(catalogue()).unwrap());
    &VALIDATOR
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Documents of a folder in order: name and text.
pub(crate) fn texts(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    assert!(!paths.is_empty());
    paths
        .into_iter()
        .filter_map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            Some((name, fs::read_to_string(path).ok()?))
        })
        .collect()
}

pub(crate) fn read(text: &str) -> Option<Workflow> {
    match read_workflow(text.as_bytes()) {
        Ok(ReadWorkflow::Current(workflow)) => Some(*workflow),
        _ => None,
    }
}

/// One of the schema's valid documents.
pub(crate) fn valid(name: &str) -> Workflow {
    let path = root().join(format!("runtime/schema/corpus/valid/{name}.json"));
    read(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The canonical still of the schema's documents.
pub(crate) fn still() -> Workflow {
    valid("canonical_still")
}

pub(crate) fn id(text: &str) -> NodeId {
    NodeId::new(text).unwrap()
}

pub(crate) fn ids<const N: usize>(texts: [&str; N]) -> BTreeSet<NodeId> {
    texts.into_iter().map(id).collect()
}

pub(crate) fn kind(text: &str) -> NodeType {
    NodeType::new(text).unwrap()
}

pub(crate) fn end(node: &str, port: &str) -> Endpoint {
    Endpoint {
        node: id(node),
        port: PortName::new(port).unwrap(),
    }
}

pub(crate) fn edge(from: (&str, &str), to: (&str, &str)) -> EdgeKey {
    EdgeKey {
        from: end(from.0, from.1),
        to: end(to.0, to.1),
    }
}

pub(crate) fn nodes<const N: usize>(texts: [&str; N]) -> Selection {
    Selection::of_nodes(texts.into_iter().map(id))
}

pub(crate) fn move_nodes(nodes: impl IntoIterator<Item = NodeId>, by: [f64; 2]) -> Edit {
    Edit::Move {
        items: Selection::of_nodes(nodes),
        by,
    }
}

pub(crate) fn apply(workflow: &Workflow, edit: &Edit) -> Workflow {
    edit.apply(workflow, catalogue()).unwrap()
}

/// `a.b → c.d` for each edge, sorted.
pub(crate) fn edges(workflow: &Workflow) -> Vec<String> {
    let mut edges: Vec<String> = workflow
        .edges
        .iter()
        .map(|edge| {
            let (from, to) = (&edge.from, &edge.to);
            format!("{}.{} → {}.{}", from.node, from.port, to.node, to.port)
        })
        .collect();
    edges.sort();
    edges
}

/// Copies of the canonical still side by side until there are at least so many nodes.
pub(crate) fn large(count: usize) -> Workflow {
    let one = still();
    let mut workflow = one.clone();
    workflow.nodes.clear();
    workflow.edges.clear();
    for copy in 0.. {
        if workflow.nodes.len() >= count {
            break;
        }
        let name = |node: &NodeId| id(&format!("{node}_{copy}"));
        for node in &one.nodes {
            let mut node = node.clone();
            node.id = name(&node.id);
            node.position[1] += f64::from(copy) * 600.0;
            workflow.nodes.push(node);
        }
        for edge in &one.edges {
            let mut edge = edge.clone();
            edge.from.node = name(&edge.from.node);
            edge.to.node = name(&edge.to.node);
            workflow.edges.push(edge);
        }
    }
    workflow
}
