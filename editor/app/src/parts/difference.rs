//! Differences between two states of a workflow, in words.

use hartomat_document::{Difference, NodeChange, ValueChange};
use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Catalogue, NodeId, Workflow};
use serde_json::Value;

use crate::messages::{text, text_with};

/// Longest value that is shown.
const LONGEST: usize = 40;

/// What people call nodes and their settings.
pub(crate) struct Names<'a> {
    /// A node.
    pub(crate) node: &'a dyn Fn(&NodeId) -> String,
    /// A setting of a node, by its name in the document; none where nobody knows it.
    pub(crate) setting: &'a dyn Fn(&NodeId, &str) -> Option<String>,
}

/// The title of a setting of a node that stands in one of these versions of a workflow.
pub(crate) fn setting_title(
    id: &NodeId,
    name: &str,
    versions: &[&Workflow],
    catalogue: &Catalogue,
) -> Option<String> {
    let node = versions.iter().find_map(|workflow| workflow.node(id))?;
    let schema = &catalogue.get(&node.node_type)?.settings_schema;
    let setting = Setting::find(schema, name)?;
    Some(setting.title().to_owned())
}

/// A setting by its pointer: its title, and what lies within it as it stands in the document.
pub(crate) fn setting_text(pointer: &str, title: impl Fn(&str) -> Option<String>) -> String {
    let path = field_name(pointer);
    let (first, within) = match path.split_once('/') {
        Some((first, within)) => (first, Some(within)),
        None => (path.as_str(), None),
    };
    let title = title(first).unwrap_or_else(|| first.to_owned());
    match within {
        Some(within) => format!("{title} › {}", within.replace('/', " › ")),
        None => title,
    }
}

/// Each change as a line.
pub(crate) fn difference_lines(difference: &Difference, names: &Names<'_>) -> Vec<String> {
    let name = names.node;
    let mut lines = Vec::new();
    for field in &difference.fields {
        let what = field_name(&field.pointer);
        lines.push(changed(what.as_str(), field));
    }
    for id in &difference.nodes_added {
        lines.push(text_with("difference.added", &[("what", &name(id))]));
    }
    for id in &difference.nodes_removed {
        lines.push(text_with("difference.removed", &[("what", &name(id))]));
    }
    for (id, change) in &difference.nodes_changed {
        let title = |setting: &str| (names.setting)(id, setting);
        node_lines(&name(id), change, &title, &mut lines);
    }
    for (key, edges) in [
        ("difference.connected", &difference.edges_added),
        ("difference.disconnected", &difference.edges_removed),
    ] {
        for edge in edges {
            let (from, to) = (name(&edge.from.node), name(&edge.to.node));
            lines.push(edge_line(key, &from, &to));
        }
    }
    if !difference.canvas.is_empty() || !difference.edges_changed.is_empty() {
        lines.push(text("difference.canvas").to_owned());
    }
    lines
}

fn edge_line(key: &str, from: &str, to: &str) -> String {
    let values = [("from", from), ("to", to)];
    match key {
        "difference.connected" => text_with("difference.connected", &values),
        _ => text_with("difference.disconnected", &values),
    }
}

fn node_lines(
    name: &str,
    change: &NodeChange,
    title: &dyn Fn(&str) -> Option<String>,
    lines: &mut Vec<String>,
) {
    for setting in &change.settings {
        let what = format!("{name} › {}", setting_text(&setting.pointer, title));
        lines.push(changed(&what, setting));
    }
    for field in &change.fields {
        let what = format!("{name} › {}", field_name(&field.pointer));
        lines.push(changed(&what, field));
    }
    if change.moved.is_some() && change.settings.is_empty() && change.fields.is_empty() {
        lines.push(text_with("difference.moved", &[("what", name)]));
    }
}

fn changed(what: &str, change: &ValueChange) -> String {
    let value = |value: &Option<Value>| {
        value
            .as_ref()
            .map_or_else(|| text("difference.default").to_owned(), short)
    };
    let (old, new) = (value(&change.old), value(&change.new));
    format!("{what}: {old} → {new}")
}

fn field_name(pointer: &str) -> String {
    pointer
        .trim_start_matches('/')
        .replace("~1", "/")
        .replace("~0", "~")
}

fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut letters = text.chars();
    let mut short: String = letters.by_ref().take(LONGEST).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use hartomat_schema::Workflow;
    use serde_json::json;

    use super::*;

    fn with_samples(samples: u32) -> Workflow {
        serde_json::from_value(json!({
            "schema": "hartomat.workflow/1", "id": "w", "name": "W", "family": "order_line",
            "nodes": [{"id": "still", "type": "render_still", "version": 1,
                       "settings": {"samples": samples}}],
            "edges": []
        }))
        .unwrap()
    }

    #[test]
    fn changes_are_told_with_both_values() {
        let difference = Difference::between(&with_samples(64), &with_samples(128));
        let names = Names {
            node: &|id| id.to_string(),
            setting: &|_, name| (name == "samples").then(|| "Samples".to_owned()),
        };
        let lines = difference_lines(&difference, &names);
        assert_eq!(lines, ["still › Samples: 64 → 128"]);
    }

    #[test]
    fn a_setting_within_a_setting_is_named_by_both() {
        let title = |name: &str| (name == "materials").then(|| "Materials".to_owned());
        assert_eq!(
            setting_text("/materials/outer ring/0", title),
            "Materials › outer ring › 0"
        );
        assert_eq!(setting_text("/odd", title), "odd");
    }
}
