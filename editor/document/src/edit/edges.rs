//! Edges: joining ports, putting ends elsewhere, cutting, putting a node in the middle.

use std::collections::BTreeSet;

use hartomat_schema::{Catalogue, Edge, Endpoint, NodeId, NodeType, Workflow};
use serde_json::Map;

use super::EditError;
use crate::connect::{definition, end_kinds, fitting_ports};
use crate::{EdgeKey, LooseEnd, PortSide, Refusal, can_connect};

/// Joins two ports, in the place of the edge that the input has.
pub(super) fn connect(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    from: &Endpoint,
    to: &Endpoint,
) -> Result<(), EditError> {
    can_connect(workflow, catalogue, from, to)?;
    let is_there = |edge: &Edge| edge.to == *to && edge.from == *from;
    if workflow.edges.iter().any(is_there)
        && workflow.edges.iter().filter(|edge| edge.to == *to).count() == 1
    {
        return Ok(());
    }
    put(
        workflow,
        Edge {
            from: from.clone(),
            to: to.clone(),
            via: Vec::new(),
            extra: Map::new(),
        },
    );
    Ok(())
}

/// Puts an edge in the place of those that its input has, or behind all others.
fn put(workflow: &mut Workflow, new: Edge) {
    let place = workflow.edges.iter().position(|edge| edge.to == new.to);
    let mut is_kept = false;
    workflow
        .edges
        .retain(|edge| edge.to != new.to || !std::mem::replace(&mut is_kept, true));
    match place {
        Some(place) => workflow.edges[place] = new,
        None => workflow.edges.push(new),
    }
}

/// Puts an edge's ends elsewhere; it keeps what it knows, but for the end that moved.
pub(super) fn move_edge(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    key: &EdgeKey,
    from: &Endpoint,
    to: &Endpoint,
) -> Result<(), EditError> {
    let mut edge = take(workflow, key)?;
    can_connect(workflow, catalogue, from, to)?;
    let is_target = |there: &&Edge| there.from == *from && there.to == *to;
    if let Some(there) = workflow.edges.iter().find(is_target) {
        // The edge that stands there already remains, with what it knows.
        edge = there.clone();
    } else {
        for (side, is_moved) in [("from", edge.from != *from), ("to", edge.to != *to)] {
            if is_moved {
                edge.extra.shift_remove(side);
            }
        }
        edge.from = from.clone();
        edge.to = to.clone();
    }
    put(workflow, edge);
    Ok(())
}

fn take(workflow: &mut Workflow, key: &EdgeKey) -> Result<Edge, EditError> {
    let place = workflow.edges.iter().position(|edge| key.is(edge));
    Ok(workflow.edges.remove(place.ok_or(EditError::NoSuchEdge)?))
}

/// Removes edges; fails when one isn't there.
pub(super) fn cut(workflow: &mut Workflow, keys: &BTreeSet<EdgeKey>) -> Result<(), EditError> {
    let mut missing = keys.clone();
    workflow.edges.retain(|edge| {
        let key = EdgeKey::of(edge);
        missing.remove(&key);
        !keys.contains(&key)
    });
    if missing.is_empty() {
        Ok(())
    } else {
        Err(EditError::NoSuchEdge)
    }
}

/// Keeps the first of several edges with equal ends.
pub(super) fn remove_repeats(workflow: &mut Workflow, key: &EdgeKey) -> Result<(), EditError> {
    let mut count = 0;
    workflow.edges.retain(|edge| {
        count += usize::from(key.is(edge));
        !key.is(edge) || count == 1
    });
    if count == 0 {
        return Err(EditError::NoSuchEdge);
    }
    Ok(())
}

/// Puts a placed node in the middle of an edge. Reroute points go to the half that they are nearer to.
pub(super) fn insert(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    node: &NodeId,
    key: &EdgeKey,
) -> Result<(), EditError> {
    let x = workflow
        .node(node)
        .ok_or_else(|| EditError::NoSuchNode(node.clone()))?
        .position[0];
    let (from, to) = (&key.from, &key.to);
    if from.node == *node || to.node == *node {
        return Err(Refusal::SameNode.into());
    }
    let input = fitting(workflow, catalogue, node, &LooseEnd::Output(from.clone()))?;
    let output = fitting(workflow, catalogue, node, &LooseEnd::Input(to.clone()))?;
    let mut behind = take(workflow, key)?;
    can_connect(workflow, catalogue, from, &input)?;
    can_connect(workflow, catalogue, &output, to)?;
    let split = behind.via.iter().position(|point| point[0] > x);
    let rest = behind.via.split_off(split.unwrap_or(behind.via.len()));
    let mut before = Edge {
        from: from.clone(),
        to: input,
        via: std::mem::replace(&mut behind.via, rest),
        extra: Map::new(),
    };
    if let Some(own) = behind.extra.shift_remove("from") {
        before.extra.insert("from".to_owned(), own);
    }
    behind.from = output;
    put(workflow, before);
    // A node that fed itself through both new edges would be a circle of the second one.
    can_connect(workflow, catalogue, &behind.from, to)?;
    put(workflow, behind);
    Ok(())
}

/// The best port of a node for a loose end.
fn fitting(
    workflow: &Workflow,
    catalogue: &Catalogue,
    node: &NodeId,
    end: &LooseEnd,
) -> Result<Endpoint, EditError> {
    let kinds = end_kinds(workflow, catalogue, end)?;
    let side = match end {
        LooseEnd::Output(_) => PortSide::Input,
        LooseEnd::Input(_) => PortSide::Output,
    };
    let definition = definition(workflow, catalogue, node)?;
    let port = fitting_ports(definition, side, &kinds).into_iter().next();
    let port = port.ok_or_else(|| Refusal::NoFittingPort {
        node_type: definition.node_type.clone(),
        side,
    })?;
    Ok(Endpoint {
        node: node.clone(),
        port,
    })
}

/// The output of a chain's node that leads on: to the input at its end, or else to the next node.
pub(super) fn open_output(
    workflow: &Workflow,
    catalogue: &Catalogue,
    node: &NodeId,
    chain: &[NodeType],
    end: &Endpoint,
) -> Result<Endpoint, EditError> {
    let definition = definition(workflow, catalogue, node)?;
    let place = chain
        .iter()
        .position(|node_type| *node_type == definition.node_type);
    let next = place.and_then(|place| catalogue.get(chain.get(place + 1)?));
    let takes = match next {
        Some(next) => next
            .contract
            .inputs
            .iter()
            .flat_map(|port| port.accepts.clone())
            .collect(),
        None => end_kinds(workflow, catalogue, &LooseEnd::Input(end.clone()))?,
    };
    let port = fitting_ports(definition, PortSide::Output, &takes)
        .into_iter()
        .next();
    let port = port.ok_or_else(|| Refusal::NoFittingPort {
        node_type: definition.node_type.clone(),
        side: PortSide::Output,
    })?;
    Ok(Endpoint {
        node: node.clone(),
        port,
    })
}
