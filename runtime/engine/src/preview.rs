//! Before a run: why each node will run, be taken from the cache, or be left out.

use std::collections::BTreeMap;

use hartomat_schema::{
    Artifact, FrozenRun, NodeId, NodeType, Outputs, PortName, Purity, WorkflowId,
};

use crate::cache_key::{cache_key, explain_difference, key_parts};
use crate::{Plan, PlannedNode, RunHost};

/// What will happen to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecisionKind {
    /// It runs.
    Run,
    /// Its outputs come from the cache.
    Reuse,
    /// It is left out.
    Skip,
}

/// What will happen to a node, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The node.
    pub node: NodeId,
    /// Its type.
    pub node_type: NodeType,
    /// What will happen.
    pub kind: DecisionKind,
    /// Why.
    pub reason: String,
}

/// Decides for each node in the plan's order. Reads the cache, changes nothing.
pub fn preview(plan: &Plan, frozen: &FrozenRun, host: &dyn RunHost) -> Vec<Decision> {
    let mut known: BTreeMap<NodeId, Outputs> = BTreeMap::new();
    let mut decisions = Vec::new();
    for planned in &plan.nodes {
        let (kind, reason) = decide(planned, frozen, host, &mut known);
        let (node, node_type) = (planned.node.id.clone(), planned.node.node_type.clone());
        decisions.push(Decision {
            node,
            node_type,
            kind,
            reason,
        });
    }
    let unneeded = plan.unneeded.iter().map(|left_out| Decision {
        node: left_out.node.clone(),
        node_type: left_out.node_type.clone(),
        kind: DecisionKind::Skip,
        reason: left_out.reason.clone(),
    });
    decisions.extend(unneeded);
    decisions
}

fn decide(
    planned: &PlannedNode,
    frozen: &FrozenRun,
    host: &dyn RunHost,
    known: &mut BTreeMap<NodeId, Outputs>,
) -> (DecisionKind, String) {
    if let Some(reason) = &planned.skip {
        return (DecisionKind::Skip, reason.clone());
    }
    if let Some(from) = planned
        .inputs
        .values()
        .find(|from| !known.contains_key(&from.node))
    {
        return (DecisionKind::Run, format!("`{}` runs before it", from.node));
    }
    let inputs = gather_inputs(planned, known);
    match lookup(planned, frozen, &inputs, host) {
        Lookup::Hit {
            outputs, reason, ..
        } => {
            known.insert(planned.node.id.clone(), outputs);
            (DecisionKind::Reuse, reason)
        }
        Lookup::Miss { reason, .. } => (DecisionKind::Run, reason),
    }
}

/// The input artifacts of a node whose upstream outputs are all known.
pub(crate) fn gather_inputs(
    planned: &PlannedNode,
    known: &BTreeMap<NodeId, Outputs>,
) -> BTreeMap<PortName, Artifact> {
    let inputs = planned.inputs.iter().filter_map(|(port, from)| {
        let artifact = known.get(&from.node)?.get(&from.port)?;
        Some((port.clone(), artifact.clone()))
    });
    inputs.collect()
}

pub(crate) enum Lookup {
    Hit {
        key: hartomat_schema::Digest,
        outputs: Outputs,
        reason: String,
    },
    Miss {
        parts: hartomat_schema::CacheKeyParts,
        reason: String,
    },
}

/// Looks a node run up in the cache; a hit's files are verified by hash.
pub(crate) fn lookup(
    planned: &PlannedNode,
    frozen: &FrozenRun,
    inputs: &BTreeMap<PortName, Artifact>,
    host: &dyn RunHost,
) -> Lookup {
    let settings = frozen
        .settings
        .get(&planned.node.id)
        .map(|settings| &settings.values);
    let empty = serde_json::Map::new();
    let parts = key_parts(
        &planned.definition,
        settings.unwrap_or(&empty),
        inputs,
        &frozen.tools,
        &frozen.subject,
    );
    let miss = |reason: &str| Lookup::Miss {
        parts: parts.clone(),
        reason: reason.to_owned(),
    };
    match planned.definition.contract.purity {
        Purity::Impure => return miss("always runs: it reads something beyond its inputs"),
        Purity::External => return miss("always runs: it delivers"),
        Purity::Pure => {}
    }
    if frozen.forced.contains(&planned.node.id) {
        return miss("asked for again");
    }
    let key = cache_key(&parts);
    let Some(entry) = host.cache_get(&key) else {
        return miss(&why_miss(&frozen.workflow.id, planned, &parts, host));
    };
    if entry
        .outputs
        .values()
        .all(|artifact| host.artifact_is_intact(&artifact.digest))
    {
        let reason = format!(
            "settings, inputs and tools are unchanged since run {}",
            entry.run
        );
        Lookup::Hit {
            key,
            outputs: entry.outputs,
            reason,
        }
    } else {
        miss("its kept outputs are missing or damaged")
    }
}

fn why_miss(
    workflow: &WorkflowId,
    planned: &PlannedNode,
    parts: &hartomat_schema::CacheKeyParts,
    host: &dyn RunHost,
) -> String {
    match host.cache_latest(workflow, &planned.node.id) {
        None => "has not run before".to_owned(),
        Some(earlier) => match explain_difference(&earlier.parts, parts) {
            same if same.is_empty() => "its earlier outputs were not kept".to_owned(),
            difference => format!("changed: {difference}"),
        },
    }
}
