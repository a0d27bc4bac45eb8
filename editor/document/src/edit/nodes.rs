//! Nodes: placing them, muting, names, versions, ids.

use std::collections::BTreeSet;

use hartomat_schema::{
    Catalogue, Endpoint, Family, Node, NodeDefinition, NodeId, NodeType, Workflow,
};
use serde_json::Map;

use super::{EditError, edges};
use crate::connect::{is_in_family, occupant};
use crate::names::{FreshIds, fresh_node_id};
use crate::sizes::COLLAPSED;
use crate::{ConnectionCheck, LooseEnd, is_collapsed};

/// Between the nodes of a chain, in points.
const APART: f64 = 240.0;

/// Places a node; returns its id.
pub(super) fn add(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    node_type: &NodeType,
    position: [f64; 2],
    id: Option<&NodeId>,
) -> Result<NodeId, EditError> {
    let definition = legal(catalogue, workflow.family, node_type)?;
    let id = match id {
        Some(id) if workflow.node(id).is_some() => return Err(EditError::IdTaken(id.clone())),
        Some(id) => id.clone(),
        None => fresh_node_id(workflow, node_type.as_str()),
    };
    workflow.nodes.push(Node {
        id: id.clone(),
        node_type: node_type.clone(),
        version: definition.version,
        label: None,
        muted: false,
        settings: Map::new(),
        position,
        extra: Map::new(),
    });
    Ok(id)
}

/// A definition that a family's workflows may hold.
pub(super) fn legal<'a>(
    catalogue: &'a Catalogue,
    family: Family,
    node_type: &NodeType,
) -> Result<&'a NodeDefinition, EditError> {
    let definition = catalogue
        .get(node_type)
        .ok_or_else(|| EditError::UnknownNodeType(node_type.clone()))?;
    if is_in_family(definition, family) {
        return Ok(definition);
    }
    let own: Vec<&str> = definition
        .families
        .iter()
        .map(|family| family.as_str())
        .collect();
    Err(EditError::WrongFamily {
        node_type: node_type.clone(),
        own: own.join(" and "),
        family,
    })
}

/// Places a node and joins it to a loose end.
pub(super) fn add_connected(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    node_type: &NodeType,
    position: [f64; 2],
    end: &LooseEnd,
) -> Result<(), EditError> {
    let node = add(workflow, catalogue, node_type, position, None)?;
    let port = ConnectionCheck::new(workflow, catalogue, end.clone())?.best_port(&node)?;
    let new = Endpoint { node, port };
    match end {
        LooseEnd::Output(from) => edges::connect(workflow, catalogue, from, &new),
        LooseEnd::Input(to) => edges::connect(workflow, catalogue, &new, to),
    }
}

/// Puts a chain of nodes between two ports, spread from the one to the other.
pub(super) fn add_between(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    node_types: &[NodeType],
    from: &Endpoint,
    to: &Endpoint,
) -> Result<(), EditError> {
    let at = |id: &NodeId| {
        let node = workflow.node(id).map(|node| node.position);
        node.ok_or_else(|| EditError::NoSuchNode(id.clone()))
    };
    let (start, end) = (at(&from.node)?, at(&to.node)?);
    let parts = f64::from(u32::try_from(node_types.len() + 1).unwrap_or(u32::MAX));
    let stride = [
        ((end[0] - start[0]) / parts).max(APART),
        (end[1] - start[1]) / parts,
    ];
    if let Some(old) = occupant(workflow, to) {
        workflow.edges.retain(|edge| !old.is(edge));
    }
    let mut open = from.clone();
    let mut position = start;
    for node_type in node_types {
        position = [position[0] + stride[0], position[1] + stride[1]];
        let node = add(workflow, catalogue, node_type, position, None)?;
        let loose = LooseEnd::Output(open.clone());
        let port = ConnectionCheck::new(workflow, catalogue, loose)?.best_port(&node)?;
        let input = Endpoint {
            node: node.clone(),
            port,
        };
        edges::connect(workflow, catalogue, &open, &input)?;
        open = edges::open_output(workflow, catalogue, &node, node_types, to)?;
    }
    edges::connect(workflow, catalogue, &open, to)
}

/// Leaves nodes out of runs, or takes them in again.
pub(super) fn mute(
    workflow: &mut Workflow,
    nodes: &BTreeSet<NodeId>,
    muted: bool,
) -> Result<(), EditError> {
    each(workflow, nodes, |node| {
        node.muted = muted;
        Ok(())
    })
}

/// Shows nodes as their header alone, or whole again.
pub(super) fn collapse(
    workflow: &mut Workflow,
    nodes: &BTreeSet<NodeId>,
    collapsed: bool,
) -> Result<(), EditError> {
    each(workflow, nodes, |node| {
        if !collapsed {
            node.extra.shift_remove(COLLAPSED);
        } else if !is_collapsed(node) {
            node.extra.insert(COLLAPSED.to_owned(), true.into());
        }
        Ok(())
    })
}

/// Gives a node a name; an empty one is none.
pub(super) fn rename(
    workflow: &mut Workflow,
    node: &NodeId,
    label: Option<&str>,
) -> Result<(), EditError> {
    let label = label.filter(|label| !label.trim().is_empty());
    one(workflow, node)?.label = label.map(str::to_owned);
    Ok(())
}

/// Says that nodes are of the catalogue's version.
pub(super) fn update_version(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    nodes: &BTreeSet<NodeId>,
) -> Result<(), EditError> {
    each(workflow, nodes, |node| {
        let definition = catalogue
            .get(&node.node_type)
            .ok_or_else(|| EditError::UnknownNodeType(node.node_type.clone()))?;
        node.version = definition.version;
        Ok(())
    })
}

/// Gives every node but the first with this id another one. Edges belong to the first.
pub(super) fn give_new_id(workflow: &mut Workflow, id: &NodeId) {
    let same: Vec<usize> = (0..workflow.nodes.len())
        .filter(|index| workflow.nodes[*index].id == *id)
        .skip(1)
        .collect();
    let mut ids = FreshIds::new(workflow);
    for index in same {
        workflow.nodes[index].id = ids.take(id.as_str());
    }
}

/// The first node with an id.
pub(super) fn one<'a>(workflow: &'a mut Workflow, id: &NodeId) -> Result<&'a mut Node, EditError> {
    workflow
        .nodes
        .iter_mut()
        .find(|node| node.id == *id)
        .ok_or_else(|| EditError::NoSuchNode(id.clone()))
}

/// Does something with the first node of each id; fails when one isn't there.
pub(super) fn each(
    workflow: &mut Workflow,
    ids: &BTreeSet<NodeId>,
    mut change: impl FnMut(&mut Node) -> Result<(), EditError>,
) -> Result<(), EditError> {
    let mut missing: BTreeSet<&NodeId> = ids.iter().collect();
    for node in &mut workflow.nodes {
        if missing.remove(&node.id) {
            change(node)?;
        }
    }
    missing
        .pop_first()
        .map_or(Ok(()), |id| Err(EditError::NoSuchNode(id.clone())))
}
