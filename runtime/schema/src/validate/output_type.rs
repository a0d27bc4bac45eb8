//! What is wrong with an output type, and with its workflow where that runs for it. The graph is the
//! candidate: what is wrong with a workflow by itself doesn't keep legacy from delivering.

use super::WorkflowValidator;
use crate::{Catalogue, Diagnostic, OutputType, Workflow};

/// Checks an output type: its name, its promise, and, where its workflow is known, family, contract and
/// the graph with its settings. Pointers are within the output type.
pub fn validate_output_type(
    output_type: &OutputType,
    workflow: Option<&Workflow>,
    catalogue: &Catalogue,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut finding = |pointer: &str, message: String, fix: &str| {
        findings.push(Diagnostic::error("output_type", pointer, message, fix));
    };
    if output_type.name.trim().is_empty() {
        let fix = "give it the name that orders call it by";
        finding("/name", "it needs a name".to_owned(), fix);
    }
    if output_type.contract.is_empty() {
        let fix = "name at least one kind of artifact";
        finding("/contract", "it promises nothing".to_owned(), fix);
    }
    let Some(workflow) = workflow else {
        return findings;
    };
    if workflow.family != output_type.family {
        let message = format!(
            "workflow `{}` is of the family `{}`, not `{}`",
            workflow.name, workflow.family, output_type.family
        );
        finding("/family", message, "choose a workflow of its family");
        return findings;
    }
    for node_type in output_type.overrides.keys() {
        let is_there = workflow.nodes.iter().any(|it| it.node_type == *node_type);
        if !is_there {
            let pointer = format!("/overrides/{node_type}");
            let message = format!("workflow `{}` has no `{node_type}`", workflow.name);
            let fix = "remove the override, or add the node to the workflow";
            finding(&pointer, message, fix);
        }
    }
    findings.extend(graph_findings(output_type, workflow, catalogue));
    findings
}

/// What the one validator says of the workflow with the output type's contract and settings.
fn graph_findings(
    output_type: &OutputType,
    workflow: &Workflow,
    catalogue: &Catalogue,
) -> Vec<Diagnostic> {
    let validator = match WorkflowValidator::new(catalogue) {
        Ok(validator) => validator,
        Err(findings) => return findings,
    };
    let before = validator.validate(workflow);
    let mut workflow = workflow.clone();
    workflow.contract.clone_from(&output_type.contract);
    for node in &mut workflow.nodes {
        if let Some(values) = output_type.overrides.get(&node.node_type) {
            node.settings.extend(values.clone());
        }
    }
    let place = |mut found: Diagnostic| {
        let node = found.place.node.as_ref();
        let node = node.and_then(|id| workflow.node(id));
        let setting = found.place.pointer.split_once("/settings");
        found.place.pointer = match (node, setting) {
            (Some(node), Some((_, setting))) => format!("/overrides/{}{setting}", node.node_type),
            _ if found.place.pointer.starts_with("/contract") => found.place.pointer,
            _ => "/workflow".to_owned(),
        };
        found
    };
    let found = validator.validate(&workflow).into_iter();
    found
        .map(|found| match before.contains(&found) {
            true => place(found).as_warning(),
            false => place(found),
        })
        .collect()
}
