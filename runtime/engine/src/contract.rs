//! The contract check: outputs against their ports, and the whole run against its artifact contract.

use std::collections::BTreeMap;

use hartomat_schema::{
    Artifact, ArtifactRequirement, Failure, FailureClass, NodeDefinition, NodeId, Outputs,
};
use serde_json::Value;

use crate::NodeOutputs;

/// A requirement of the artifact contract that the run did not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnmetContract {
    /// What is missing, for people.
    pub message: String,
}

/// Requirements that these outputs don't meet.
pub fn unmet_requirements(
    contract: &[ArtifactRequirement],
    outputs: &BTreeMap<NodeId, Outputs>,
) -> Vec<UnmetContract> {
    let artifacts: Vec<&Artifact> = outputs.values().flat_map(Outputs::values).collect();
    let unmet = contract.iter().filter_map(|requirement| {
        let fitting = artifacts
            .iter()
            .filter(|artifact| meets(requirement, artifact))
            .count();
        (fitting < requirement.min_count as usize).then(|| {
            let format = requirement
                .format
                .as_deref()
                .map(|format| format!(" ({format})"));
            UnmetContract {
                message: format!(
                    "the contract asks for {} × `{}`{}, the run made {fitting}",
                    requirement.min_count,
                    requirement.kind,
                    format.unwrap_or_default()
                ),
            }
        })
    });
    unmet.collect()
}

fn meets(requirement: &ArtifactRequirement, artifact: &Artifact) -> bool {
    artifact.kind == requirement.kind
        && requirement.format.as_deref().is_none_or(|format| {
            artifact.facts.get("format").and_then(Value::as_str) == Some(format)
        })
}

/// Whether an attempt put out exactly its definition's ports with their kinds.
pub(crate) fn check_ports(
    definition: &NodeDefinition,
    outputs: &NodeOutputs,
) -> Result<(), Failure> {
    let broken = |message: String| Failure {
        class: FailureClass::Contract,
        message,
        hint: String::new(),
    };
    for port in &definition.contract.outputs {
        match outputs.get(&port.name) {
            None => return Err(broken(format!("output `{}` was not delivered", port.name))),
            Some(new) if new.kind != port.kind => {
                return Err(broken(format!(
                    "output `{}` should be `{}` and is `{}`",
                    port.name, port.kind, new.kind
                )));
            }
            Some(_) => {}
        }
    }
    match outputs
        .keys()
        .find(|name| definition.output(name).is_none())
    {
        Some(name) => Err(broken(format!("output `{name}` is not in the definition"))),
        None => Ok(()),
    }
}
