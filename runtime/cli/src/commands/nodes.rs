//! `hartomat nodes`: the catalogue, with `--json` as a backend serves it.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{ArtifactKind, Coverage, NodeDefinition};
use serde_json::Value;

use super::Session;
use crate::args::NodesCommand;
use crate::outcome::Outcome;

pub(crate) fn nodes(session: &Session, command: &NodesCommand) -> Result<Outcome, ApiError> {
    // Without a server the catalogue needs no studio.
    let catalogue = match session.server() {
        Some(_) => session.backend()?.catalogue()?,
        None => hartomat_app::catalogue(),
    };
    match command {
        NodesCommand::List => {
            let mut text = String::new();
            for node in &catalogue.nodes {
                let families: Vec<&str> =
                    node.families.iter().map(|family| family.as_str()).collect();
                let families = if families.len() == 2 {
                    "both".to_owned()
                } else {
                    families.join(", ")
                };
                let note = match &node.coverage {
                    Coverage::Executor => node.help.clone(),
                    Coverage::Disabled { reason } => format!("disabled: {reason}"),
                };
                let _ = writeln!(text, "{:<24} {families:<11} {note}", node.node_type);
            }
            let _ = writeln!(text, "etag {}", catalogue.etag);
            Ok(Outcome::ok(text, &catalogue))
        }
        NodesCommand::Show { node_type } => {
            let found = catalogue
                .nodes
                .iter()
                .find(|node| node.node_type.as_str() == node_type);
            let node = found.ok_or_else(|| {
                ApiError::new(
                    ErrorKind::NotFound,
                    format!("there is no node `{node_type}`"),
                )
                .hint("`hartomat nodes list` shows all")
            })?;
            Ok(Outcome::ok(describe(node), node))
        }
    }
}

fn describe(node: &NodeDefinition) -> String {
    let mut text = format!("{} · {}\n{}\n", node.node_type, node.label, node.help);
    let families: Vec<&str> = node.families.iter().map(|family| family.as_str()).collect();
    let _ = writeln!(text, "\nfamilies  {}", families.join(", "));
    let _ = writeln!(text, "module    {}", node.contract.module);
    if let Coverage::Disabled { reason } = &node.coverage {
        let _ = writeln!(text, "disabled  {reason}");
    }
    let legacy = node.legacy.step.as_deref().unwrap_or("nothing");
    let _ = writeln!(text, "legacy    {legacy}: {}", node.legacy.description);
    text.push_str("\ninputs\n");
    for port in &node.contract.inputs {
        let kinds: Vec<&str> = port.accepts.iter().map(ArtifactKind::as_str).collect();
        let optional = if port.required { "" } else { " (optional)" };
        let _ = writeln!(
            text,
            "  {:<16} {}{optional}  {}",
            port.name,
            kinds.join(" | "),
            port.help
        );
    }
    text.push_str("\noutputs\n");
    for port in &node.contract.outputs {
        let _ = writeln!(text, "  {:<16} {}  {}", port.name, port.kind, port.help);
    }
    text.push_str("\nsettings\n");
    let properties = node
        .settings_schema
        .get("properties")
        .and_then(Value::as_object);
    for (name, schema) in properties.into_iter().flatten() {
        text.push_str(&describe_setting(name, schema));
    }
    text
}

fn describe_setting(name: &str, schema: &Value) -> String {
    let text = |key: &str| schema.get(key).and_then(Value::as_str).unwrap_or_default();
    let unit = text("x-unit");
    let mut facts = Vec::new();
    if let Some(default) = schema.get("default") {
        facts.push(format!("default {default}"));
    }
    if let (Some(min), Some(max)) = (schema.get("minimum"), schema.get("maximum")) {
        facts.push(format!("{min} to {max}"));
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<String> = values.iter().map(Value::to_string).collect();
        facts.push(values.join(", "));
    }
    if !unit.is_empty() {
        facts.push(format!("in {unit}"));
    }
    format!(
        "  {name:<16} {} ({})\n  {:<16} {}\n",
        text("title"),
        facts.join("; "),
        "",
        text("description")
    )
}
