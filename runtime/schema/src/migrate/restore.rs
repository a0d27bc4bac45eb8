//! The way back: the legacy document that a migrated workflow was, from what the workflow says now and
//! what it keeps under `legacy`. Where a value was converted, its original stands there.

use serde_json::{Map, Value, json};

use super::LegacyForm;
use crate::{Node, Workflow};

/// What `legacy` of a node says of it beside the step's own keys.
pub(super) const OF_STEPS: (&[&str], &str) = (
    &[
        "step", "params", "merged", "placed", "taken", "owner", "node", "place", "moved",
        "position",
    ],
    " (step)",
);
/// The same of a document.
pub(super) const OF_DOCUMENTS: (&[&str], &str) = (&["form", "placed", "taken"], " (document)");

/// The key under which an old key is kept: its own, unless migration needs that.
pub(super) fn kept_key(key: String, (reserved, suffix): (&[&str], &str)) -> String {
    match reserved.contains(&key.as_str()) || key.ends_with(suffix) {
        true => key + suffix,
        false => key,
    }
}

/// The legacy document that a workflow was migrated from; none where it wasn't. Edges of exports come
/// in another order.
pub fn restore(workflow: &Workflow) -> Option<Value> {
    let legacy = workflow.extra.get("legacy")?.as_object()?;
    let form = legacy.get("form")?.as_str()?;
    let forms = [
        LegacyForm::Preset,
        LegacyForm::StepList,
        LegacyForm::EditorExport,
    ];
    let form = forms.into_iter().find(|it| it.as_str() == form)?;
    let mut document = Map::new();
    let moved: &[&str] = match form {
        LegacyForm::Preset => {
            document.insert("type".to_owned(), legacy.get("type")?.clone());
            let mut params = values(workflow, None, legacy);
            let steps = steps(workflow, form);
            if !steps.is_empty() {
                params.insert("steps".to_owned(), Value::Array(steps));
            }
            document.insert("params".to_owned(), Value::Object(params));
            &["type", "params"]
        }
        LegacyForm::StepList => {
            document.insert("steps".to_owned(), Value::Array(steps(workflow, form)));
            &[]
        }
        LegacyForm::EditorExport => {
            document.insert("nodes".to_owned(), Value::Array(steps(workflow, form)));
            let joined = workflow
                .edges
                .iter()
                .filter_map(|edge| edge.extra.get("legacy"));
            let open = legacy.get("edges").and_then(Value::as_array);
            let edges = joined.chain(open.into_iter().flatten()).cloned();
            document.insert("edges".to_owned(), edges.collect());
            &["edges"]
        }
    };
    for key in taken(legacy) {
        let value = match key {
            "name" => json!(workflow.name),
            "description" => json!(workflow.description),
            _ => json!(workflow.family),
        };
        document.insert(key.to_owned(), value);
    }
    for (key, value) in own_keys(legacy, OF_DOCUMENTS) {
        if !moved.contains(&key) || legacy.get(key) != Some(value) {
            document.insert(key.to_owned(), value.clone());
        }
    }
    Some(Value::Object(document))
}

/// What the old form's own keys were, under their own names.
fn own_keys<'a>(
    legacy: &'a Map<String, Value>,
    (reserved, suffix): (&'static [&str], &'static str),
) -> impl Iterator<Item = (&'a str, &'a Value)> {
    legacy
        .iter()
        .filter_map(move |(key, value)| match key.strip_suffix(suffix) {
            Some(key) => Some((key, value)),
            None if reserved.contains(&key.as_str()) => None,
            None => Some((key.as_str(), value)),
        })
}

fn taken(legacy: &Map<String, Value>) -> Vec<&str> {
    let taken = legacy.get("taken").and_then(Value::as_array);
    taken
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn legacy_of(node: &Node) -> Option<&Map<String, Value>> {
    node.extra.get("legacy")?.as_object()
}

/// Values by their old names: those that are kept, and those that are settings now.
fn values(
    workflow: &Workflow,
    node: Option<&Node>,
    legacy: &Map<String, Value>,
) -> Map<String, Value> {
    let kept = legacy.get("params").and_then(Value::as_object);
    let mut found = kept.cloned().unwrap_or_default();
    let placed = legacy.get("placed").and_then(Value::as_object);
    for (name, place) in placed.into_iter().flatten() {
        let holder = match place.get(1).and_then(Value::as_str) {
            Some(id) => workflow.nodes.iter().find(|it| it.id.as_str() == id),
            None => node,
        };
        let setting = place.get(0).and_then(Value::as_str).unwrap_or_default();
        if let Some(value) = holder.and_then(|node| node.settings.get(setting)) {
            found.insert(name.clone(), value.clone());
        }
    }
    found
}

/// The old steps in their order.
fn steps(workflow: &Workflow, form: LegacyForm) -> Vec<Value> {
    let mut steps = Vec::new();
    let mut merged: Vec<(usize, Value)> = Vec::new();
    for node in &workflow.nodes {
        let Some(legacy) = legacy_of(node).filter(|legacy| legacy.contains_key("step")) else {
            continue;
        };
        let mut params = values(workflow, Some(node), legacy);
        for added in &workflow.nodes {
            let given = legacy_of(added).filter(|it| it.get("owner") == Some(&json!(node.id)));
            params.extend(
                given
                    .into_iter()
                    .flat_map(|it| values(workflow, Some(added), it)),
            );
        }
        let others = legacy.get("merged").and_then(Value::as_array);
        for other in others.into_iter().flatten().filter_map(Value::as_object) {
            let kept = other.get("params").and_then(Value::as_object);
            let mut own = kept.cloned().unwrap_or_default();
            let moved = other.get("moved").and_then(Value::as_array);
            for name in moved.into_iter().flatten().filter_map(Value::as_str) {
                own.extend(params.shift_remove_entry(name));
            }
            let place = other
                .get("place")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            let fields = Fields {
                id: other.get("id"),
                label: other.get("label"),
                position: other.get("position"),
            };
            let step = fields.step(other, own, form);
            merged.push((usize::try_from(place).unwrap_or(usize::MAX), step));
        }
        let (id, label, position) = (json!(node.id), json!(node.label), json!(node.position));
        let fields = Fields {
            id: Some(&id),
            label: Some(&label),
            position: Some(&position),
        };
        steps.push(fields.step(legacy, params, form));
    }
    merged.sort_by_key(|(place, _)| *place);
    for (place, step) in merged {
        steps.insert(place.min(steps.len()), step);
    }
    steps
}

/// What a step's keys became that are fields of a node.
struct Fields<'a> {
    id: Option<&'a Value>,
    label: Option<&'a Value>,
    position: Option<&'a Value>,
}

impl Fields<'_> {
    fn step(
        &self,
        legacy: &Map<String, Value>,
        params: Map<String, Value>,
        form: LegacyForm,
    ) -> Value {
        let taken = taken(legacy);
        let mut step = Map::new();
        step.extend(
            legacy
                .get("step")
                .map(|key| ("step".to_owned(), key.clone())),
        );
        if !params.is_empty() {
            step.insert("params".to_owned(), Value::Object(params));
        }
        for (key, value) in own_keys(legacy, OF_STEPS) {
            // Of a merged node these two are the fields, unless they were none.
            let is_field = (key == "id" || key == "label") && taken.contains(&key);
            if !is_field {
                step.insert(key.to_owned(), value.clone());
            }
        }
        for (key, value) in [("id", self.id), ("label", self.label)] {
            if taken.contains(&key) {
                step.extend(value.map(|value| (key.to_owned(), value.clone())));
            }
        }
        if form != LegacyForm::EditorExport {
            return Value::Object(step);
        }
        let outer = legacy.get("node").and_then(Value::as_object);
        let mut node = outer.cloned().unwrap_or_default();
        if taken.contains(&"outer id") {
            node.extend(step.shift_remove_entry("id"));
        }
        if let Some(at) = self.position.filter(|_| taken.contains(&"position")) {
            node.insert("position".to_owned(), json!({ "x": at[0], "y": at[1] }));
        }
        node.insert("data".to_owned(), Value::Object(step));
        Value::Object(node)
    }
}
