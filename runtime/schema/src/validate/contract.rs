//! The artifact contract: does the graph deliver what the workflow promises?

use serde_json::Value;

use super::edge::givers;
use super::graph::Graph;
use crate::settings_schema::Setting;
use crate::suggest::{clip, did_you_mean, quoted};
use crate::{ArtifactKind, ArtifactRequirement, Diagnostic, Node, NodeDefinition};

/// Requirements that a contract may have; there are fewer kinds.
pub(super) const MAX_REQUIREMENTS: usize = 100;

/// Checks every requirement.
pub(super) fn check(graph: &Graph<'_>) -> Vec<Diagnostic> {
    let contract = &graph.workflow.contract;
    let requirements = contract.iter().take(MAX_REQUIREMENTS).enumerate();
    let mut found: Vec<_> = requirements
        .filter_map(|(index, part)| requirement(graph, index, part))
        .collect();
    if contract.len() > MAX_REQUIREMENTS {
        let message = format!(
            "a contract has at most {MAX_REQUIREMENTS} parts, this one has {}",
            contract.len()
        );
        let fix = "ask for each kind once";
        found.push(Diagnostic::error(
            "contract_too_long",
            "/contract",
            message,
            fix,
        ));
    }
    found
}

fn requirement(graph: &Graph<'_>, index: usize, part: &ArtifactRequirement) -> Option<Diagnostic> {
    let active = graph
        .active()
        .filter_map(|(_, node)| Some((node, graph.definition(node)?)));
    let givers: Vec<(&Node, &NodeDefinition)> = active
        .filter(|(_, definition)| gives(definition, &part.kind))
        .collect();
    let ports: usize = givers
        .iter()
        .map(|(_, definition)| count(definition, &part.kind))
        .sum();
    let wanted = usize::try_from(part.min_count).unwrap_or(usize::MAX);
    if ports < wanted {
        return Some(missing(graph, index, part, ports));
    }
    let format = part.format.as_deref()?;
    let fixed: Vec<(&Node, Option<&str>)> = givers
        .iter()
        .map(|(node, definition)| (*node, fixed_format(node, definition)))
        .collect();
    let fitting = fixed
        .iter()
        .filter(|(_, found)| found.is_none_or(|found| is_format(found, format)))
        .count();
    if fitting >= wanted.min(fixed.len()) {
        return None;
    }
    let (node, found) = fixed.iter().find_map(|(node, found)| {
        found
            .filter(|found| !is_format(found, format))
            .map(|found| (*node, found))
    })?;
    let message = format!(
        "the contract asks for `{}` as `{}`, but `{}` makes `{}`",
        clip(part.kind.as_str()),
        clip(format),
        clip(node.id.as_str()),
        clip(found)
    );
    let fix = format!(
        "set its format to `{}`, or change the contract",
        clip(format)
    );
    let diagnostic = Diagnostic::error(
        "contract_format",
        format!("/contract/{index}/format"),
        message,
        fix,
    );
    Some(diagnostic.at_node(&node.id))
}

fn gives(definition: &NodeDefinition, kind: &ArtifactKind) -> bool {
    count(definition, kind) > 0
}

fn count(definition: &NodeDefinition, kind: &ArtifactKind) -> usize {
    definition
        .contract
        .outputs
        .iter()
        .filter(|port| port.kind == *kind)
        .count()
}

fn missing(
    graph: &Graph<'_>,
    index: usize,
    part: &ArtifactRequirement,
    found: usize,
) -> Diagnostic {
    let kind = clip(part.kind.as_str());
    let message = match (found, part.min_count) {
        (0, _) => format!("the contract asks for `{kind}`, but no node makes it"),
        (found, wanted) => {
            format!("the contract asks for {wanted} × `{kind}`, but the graph makes {found}")
        }
    };
    let kinds = std::slice::from_ref(&part.kind);
    let givers: Vec<&str> = givers(graph.catalogue, graph.workflow.family, kinds).collect();
    let muted = graph.workflow.nodes.iter().find(|node| {
        node.muted
            && graph
                .definition(node)
                .is_some_and(|definition| gives(definition, &part.kind))
    });
    let fix = match (muted, givers.as_slice()) {
        (Some(node), _) => format!("unmute `{}`", clip(node.id.as_str())),
        (None, []) => did_you_mean(
            part.kind.as_str(),
            ArtifactKind::ALL.iter().map(ArtifactKind::as_str),
            format!(
                "no {} node makes it: take it out of the contract",
                graph.workflow.family
            ),
        ),
        (None, givers) => format!("add {}", quoted(givers, "or")),
    };
    Diagnostic::error(
        "missing_contract_artifact",
        format!("/contract/{index}"),
        message,
        fix,
    )
}

/// The format that a node's setting fixes; none where it keeps or decides the format itself.
fn fixed_format<'a>(node: &'a Node, definition: &'a NodeDefinition) -> Option<&'a str> {
    let setting = Setting::find(&definition.settings_schema, "format")?;
    let value = node.settings.get("format").or_else(|| setting.default());
    let value = value.filter(|value| {
        setting
            .choices()
            .is_none_or(|choices| choices.contains(value))
    });
    let format = value.and_then(Value::as_str)?;
    (!matches!(format, "auto" | "keep" | "same")).then_some(format)
}

/// Whether a setting's value makes files of a format: `png16` makes `png`.
fn is_format(setting: &str, wanted: &str) -> bool {
    let file_format = |format: &str| match format.to_ascii_lowercase().as_str() {
        "png16" | "png8" => "png".to_owned(),
        "jpg" => "jpeg".to_owned(),
        other => other.to_owned(),
    };
    setting == wanted || file_format(setting) == file_format(wanted)
}
