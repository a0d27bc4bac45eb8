//! Removing things, and closing the gaps where that is wanted.

use std::collections::BTreeSet;

use hartomat_schema::{ArtifactKind, Catalogue, Edge, Endpoint, NodeId, Workflow};

use crate::{EdgeKey, FrameIndex, NoteIndex, Selection};

/// Removes things; what isn't there is none of its business.
pub(super) fn remove(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    items: &Selection,
    reconnect: bool,
) {
    for point in items.reroutes.iter().rev() {
        let edge = workflow.edges.iter_mut().find(|edge| point.edge.is(edge));
        if let Some(edge) = edge.filter(|edge| point.index < edge.via.len()) {
            edge.via.remove(point.index);
        }
    }
    workflow
        .edges
        .retain(|edge| items.edges.is_empty() || !items.edges.contains(&EdgeKey::of(edge)));
    if reconnect {
        detach(workflow, catalogue, &items.nodes);
    }
    if !items.nodes.is_empty() {
        let goes = |node: &NodeId| items.nodes.contains(node);
        workflow.nodes.retain(|node| !goes(&node.id));
        workflow
            .edges
            .retain(|edge| !goes(&edge.from.node) && !goes(&edge.to.node));
    }
    for FrameIndex(index) in items.frames.iter().rev() {
        if *index < workflow.frames.len() {
            workflow.frames.remove(*index);
        }
    }
    for NoteIndex(index) in items.notes.iter().rev() {
        if *index < workflow.notes.len() {
            workflow.notes.remove(*index);
        }
    }
}

/// Takes nodes out of their edges, one after the other: what fed a node feeds what it fed, where
/// kinds allow. Edges that stay keep their reroute points.
pub(super) fn detach(workflow: &mut Workflow, catalogue: &Catalogue, nodes: &BTreeSet<NodeId>) {
    for node in nodes {
        let feeds: Vec<Endpoint> = workflow
            .edges
            .iter()
            .filter(|edge| edge.to.node == *node && edge.from.node != *node)
            .map(|edge| edge.from.clone())
            .collect();
        let edges = std::mem::take(&mut workflow.edges);
        let mut kept: Vec<Edge> = Vec::with_capacity(edges.len());
        for mut edge in edges {
            if edge.to.node == *node {
                continue;
            }
            if edge.from.node == *node {
                let Some(source) = bypass(workflow, catalogue, &edge, &feeds) else {
                    continue;
                };
                edge.extra.shift_remove("from");
                edge.from = source;
            }
            kept.push(edge);
        }
        workflow.edges = kept;
    }
}

/// The one of a node's sources that can feed what an edge out of it fed: of the same kind as the
/// edge first.
fn bypass(
    workflow: &Workflow,
    catalogue: &Catalogue,
    edge: &Edge,
    feeds: &[Endpoint],
) -> Option<Endpoint> {
    let kind = |end: &Endpoint| -> Option<&ArtifactKind> {
        let definition = catalogue.get(&workflow.node(&end.node)?.node_type)?;
        Some(&definition.output(&end.port)?.kind)
    };
    let target = catalogue.get(&workflow.node(&edge.to.node)?.node_type)?;
    let accepts = &target.input(&edge.to.port)?.accepts;
    let fits = |source: &&Endpoint| kind(source).is_some_and(|kind| accepts.contains(kind));
    let own = kind(&edge.from);
    let same = feeds
        .iter()
        .find(|source| fits(source) && kind(source) == own);
    same.or_else(|| feeds.iter().find(fits)).cloned()
}
