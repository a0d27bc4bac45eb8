//! Turns a validated graph into an ordered plan. What can't be planned comes back as diagnostics.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{
    Catalogue, Diagnostic, Endpoint, Node, NodeDefinition, NodeId, NodeType, PortName, Workflow,
};
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};

/// A node in the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedNode {
    /// The placed node.
    pub node: Node,
    /// Its definition.
    pub definition: NodeDefinition,
    /// Where each connected input comes from.
    pub inputs: BTreeMap<PortName, Endpoint>,
    /// Why it is left out, where it is.
    pub skip: Option<String>,
}

/// A node that a run to other nodes has no need of.
#[derive(Debug, Clone, PartialEq)]
pub struct UnneededNode {
    /// The node.
    pub node: NodeId,
    /// Its type.
    pub node_type: NodeType,
    /// Why it is left out.
    pub reason: String,
}

/// Nodes in an order in which each comes after all that it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The nodes; equal documents give equal orders.
    pub nodes: Vec<PlannedNode>,
    /// Nodes outside of what a run to some nodes needs, in the order of the document.
    pub unneeded: Vec<UnneededNode>,
}

impl Plan {
    /// The node and everything that needs it.
    pub fn downstream(&self, start: &NodeId) -> BTreeSet<NodeId> {
        let mut found = BTreeSet::from([start.clone()]);
        for planned in &self.nodes {
            if planned
                .inputs
                .values()
                .any(|from| found.contains(&from.node))
            {
                found.insert(planned.node.id.clone());
            }
        }
        found
    }
}

/// Orders the graph. The document is expected to be valid; cycles and unknown types are said again.
pub fn plan(workflow: &Workflow, catalogue: &Catalogue) -> Result<Plan, Vec<Diagnostic>> {
    let order = topological_order(workflow)?;
    let mut nodes = Vec::with_capacity(order.len());
    let mut skipped = BTreeSet::new();
    for node in order {
        let Some(definition) = catalogue.get(&node.node_type) else {
            return Err(vec![unknown_type(node)]);
        };
        let mut inputs = inputs_of(workflow, &node.id);
        let skip = skip_reason(node, definition, &inputs, &skipped);
        if skip.is_some() {
            skipped.insert(node.id.clone());
        }
        inputs.retain(|_, from| !skipped.contains(&from.node));
        let (node, definition) = (node.clone(), definition.clone());
        nodes.push(PlannedNode {
            node,
            definition,
            inputs,
            skip,
        });
    }
    Ok(Plan {
        nodes,
        unneeded: Vec::new(),
    })
}

/// Orders what a run to these nodes needs and leaves the rest out, whatever state it is in. Without
/// nodes, the whole graph.
pub fn plan_part(
    workflow: &Workflow,
    catalogue: &Catalogue,
    targets: &BTreeSet<NodeId>,
) -> Result<Plan, Vec<Diagnostic>> {
    if targets.is_empty() {
        return plan(workflow, catalogue);
    }
    let needed = workflow.upstream(targets);
    let mut part = workflow.clone();
    part.nodes.retain(|node| needed.contains(&node.id));
    part.edges.retain(|edge| needed.contains(&edge.to.node));
    let names: Vec<String> = targets.iter().map(|id| format!("`{id}`")).collect();
    let reason = format!("not needed for {}", names.join(", "));
    let unneeded = workflow
        .nodes
        .iter()
        .filter(|node| !needed.contains(&node.id))
        .map(|node| UnneededNode {
            node: node.id.clone(),
            node_type: node.node_type.clone(),
            reason: reason.clone(),
        });
    Ok(Plan {
        unneeded: unneeded.collect(),
        ..plan(&part, catalogue)?
    })
}

fn topological_order(workflow: &Workflow) -> Result<Vec<&Node>, Vec<Diagnostic>> {
    // Reversed on both sides, so that `toposort` keeps the document's order where it is free to.
    let mut graph = DiGraph::<&Node, ()>::new();
    let indices: BTreeMap<&NodeId, NodeIndex> = workflow
        .nodes
        .iter()
        .rev()
        .map(|node| (&node.id, graph.add_node(node)))
        .collect();
    for edge in workflow.edges.iter().rev() {
        if let (Some(from), Some(to)) = (indices.get(&edge.from.node), indices.get(&edge.to.node)) {
            graph.add_edge(*from, *to, ());
        }
    }
    let order = toposort(&graph, None).map_err(|cycle| {
        let node = graph[cycle.node_id()];
        vec![
            Diagnostic::error(
                "cycle",
                "/edges",
                "the graph has a cycle",
                "remove one of its edges",
            )
            .at_node(&node.id),
        ]
    })?;
    Ok(order.into_iter().map(|index| graph[index]).collect())
}

fn inputs_of(workflow: &Workflow, node: &NodeId) -> BTreeMap<PortName, Endpoint> {
    let edges = workflow.edges.iter().filter(|edge| edge.to.node == *node);
    edges
        .map(|edge| (edge.to.port.clone(), edge.from.clone()))
        .collect()
}

fn skip_reason(
    node: &Node,
    definition: &NodeDefinition,
    inputs: &BTreeMap<PortName, Endpoint>,
    skipped: &BTreeSet<NodeId>,
) -> Option<String> {
    if node.muted {
        return Some("muted".to_owned());
    }
    let required = definition
        .contract
        .inputs
        .iter()
        .filter(|port| port.required);
    required
        .filter_map(|port| inputs.get(&port.name))
        .find(|from| skipped.contains(&from.node))
        .map(|from| format!("needs `{}`, which is left out", from.node))
}

fn unknown_type(node: &Node) -> Diagnostic {
    Diagnostic::error(
        "unknown_node_type",
        "/nodes",
        format!("there is no node type `{}`", node.node_type),
        "remove the node or choose another type",
    )
    .at_node(&node.id)
}
