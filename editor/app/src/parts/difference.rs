//! Differences between two states of a workflow, in words.

use hartomat_document::{Difference, NodeChange, ValueChange};
use hartomat_schema::NodeId;
use serde_json::Value;

use crate::messages::{text, text_with};

/// Longest value that is shown.
const LONGEST: usize = 40;

/// Each change as a line.
pub(crate) fn difference_lines(
    difference: &Difference,
    name: &dyn Fn(&NodeId) -> String,
) -> Vec<String> {
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
        node_lines(&name(id), change, &mut lines);
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

fn node_lines(name: &str, change: &NodeChange, lines: &mut Vec<String>) {
    for setting in change.settings.iter().chain(&change.fields) {
        let what = format!("{name} › {}", field_name(&setting.pointer));
        lines.push(changed(&what, setting));
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
        let lines = difference_lines(&difference, &|id| id.to_string());
        assert_eq!(lines, ["still › samples: 64 → 128"]);
    }
}
