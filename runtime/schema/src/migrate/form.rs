//! Parses step lists and node-editor exports into drafts. Says all that is wrong with their shape.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::draft::{Draft, DraftNode, Ids, Link};
use super::{LegacyForm, restore};
use crate::explain::show;
use crate::read::limits;
use crate::suggest::clip;
use crate::{Diagnostic, Severity, legacy_value};

/// Recognises the form of a parsed document.
pub(super) fn detect(value: &Value) -> Result<LegacyForm, Vec<Diagnostic>> {
    let has_type = value.get("type").is_some_and(Value::is_string);
    let has_steps = value.get("steps").is_some_and(Value::is_array);
    LegacyForm::recognise(has_type, has_steps, value.pointer("/nodes/0")).ok_or_else(|| {
        let message = "this is none of the forms that older versions saved";
        let fix = "choose a preset (`type`), a step list (`steps`) or a node-editor export (`nodes` with `data`)";
        vec![Diagnostic::error("unknown_legacy_form", "", message, fix)]
    })
}

/// Parses `{"steps": […]}`.
pub(super) fn parse_steps(value: Value) -> Result<Draft, Vec<Diagnostic>> {
    let Value::Object(mut document) = value else {
        return Err(Vec::new());
    };
    let mut draft = Draft::new(LegacyForm::StepList);
    let mut shape = Shape::default();
    let steps = shape.list(document.shift_remove("steps"), "/steps", limits::NODES);
    for (index, step) in steps.into_iter().enumerate() {
        let pointer = format!("/steps/{index}");
        let mut step = match step {
            Value::String(key) => Map::from_iter([("step".to_owned(), Value::String(key))]),
            Value::Object(step) => step,
            other => {
                shape.wrong(&pointer, &other, "an object with `step` and `params`");
                continue;
            }
        };
        let key = shape.key(&mut step, &pointer);
        let node = shape.node(step, key, &pointer, &mut draft.ids);
        draft.nodes.push(node);
    }
    take_document(&mut draft, document);
    shape.done(draft)
}

/// Parses a node-editor export.
pub(super) fn parse_export(value: Value) -> Result<Draft, Vec<Diagnostic>> {
    let Value::Object(mut document) = value else {
        return Err(Vec::new());
    };
    let mut draft = Draft::new(LegacyForm::EditorExport);
    let mut shape = Shape::default();
    let nodes = shape.list(document.shift_remove("nodes"), "/nodes", limits::NODES);
    let mut by_old_id = BTreeMap::new();
    for (index, node) in nodes.into_iter().enumerate() {
        let pointer = format!("/nodes/{index}");
        let Value::Object(mut outer) = node else {
            shape.wrong(&pointer, &node, "an object with `id` and `data`");
            continue;
        };
        let Some(Value::Object(mut data)) = outer.shift_remove("data") else {
            shape.no_data(&pointer);
            continue;
        };
        let key = shape.key(&mut data, &format!("{pointer}/data"));
        let old_id = outer.get("id").map(id_text);
        let is_outer = !data.contains_key("id");
        if is_outer && let Some(id) = outer.shift_remove("id") {
            data.insert("id".to_owned(), id);
        }
        let position = take_position(&mut outer);
        let mut node = shape.node(data, key, &format!("{pointer}/data"), &mut draft.ids);
        node.taken.extend(is_outer.then_some("outer id"));
        let has_place = position.is_some() && !outer.contains_key("position");
        node.taken.extend(has_place.then_some("position"));
        node.position = position;
        if !outer.is_empty() {
            node.legacy.insert("node".to_owned(), Value::Object(outer));
        }
        if let Some(old_id) = old_id
            && by_old_id
                .insert(old_id.clone(), draft.nodes.len())
                .is_some()
        {
            shape.duplicate(&format!("{pointer}/id"), &old_id);
        }
        draft.nodes.push(node);
    }
    let edges = document
        .shift_remove("edges")
        .unwrap_or_else(|| Value::Array(Vec::new()));
    let edges = shape.list(Some(edges), "/edges", limits::EDGES);
    draft.links = Some(links(&mut draft, edges, &by_old_id));
    take_document(&mut draft, document);
    shape.done(draft)
}

/// Ids are compared as text, because exports mix numbers and texts.
fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Takes `position: {"x": …, "y": …}` when it is just that.
fn take_position(outer: &mut Map<String, Value>) -> Option<[f64; 2]> {
    let position = outer.get("position")?.as_object()?;
    let coordinate = |key: &str| position.get(key)?.as_f64();
    let place = [coordinate("x")?, coordinate("y")?];
    if position.len() == 2 {
        outer.shift_remove("position");
    }
    Some(place)
}

/// Edges whose ends exist; others are kept in the document.
fn links(draft: &mut Draft, edges: Vec<Value>, nodes: &BTreeMap<String, usize>) -> Vec<Link> {
    let mut links = Vec::new();
    let mut kept = Vec::new();
    for edge in edges {
        let end = |key: &str| {
            edge.get(key)
                .and_then(|id| nodes.get(&id_text(id)).copied())
        };
        match (end("source"), end("target")) {
            (Some(from), Some(to)) => links.push(Link {
                from,
                to,
                legacy: edge,
            }),
            _ => kept.push(edge),
        }
    }
    if !kept.is_empty() {
        let message = format!("edges that name nodes which aren't there: {}", kept.len());
        let fix = "connect the nodes anew; the edges are kept under `legacy`".to_owned();
        draft
            .note(Severity::Warning, "migration_lost_edge", (message, fix))
            .pointing("/legacy/edges");
        draft.legacy.insert("edges".to_owned(), Value::Array(kept));
    }
    links
}

/// Takes name and description; keeps what is left.
pub(super) fn take_document(draft: &mut Draft, mut document: Map<String, Value>) {
    for (key, field) in [
        ("name", &mut draft.name),
        ("description", &mut draft.description),
    ] {
        // A blank name says nothing, and the document gets another.
        let text = document.get(key).and_then(Value::as_str);
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            text.clone_into(field);
            draft.taken.push(key);
            document.shift_remove(key);
        }
    }
    if let Some(family) = document.get("family")
        && let Ok(family) = serde_json::from_value(family.clone())
    {
        draft.family = Some(family);
        draft.taken.push("family");
        document.shift_remove("family");
    }
    for (key, value) in document {
        let key = match draft.legacy.contains_key(&key) {
            true => format!("{key} (document)"),
            false => restore::kept_key(key, restore::OF_DOCUMENTS),
        };
        draft.legacy.insert(key, value);
    }
}

/// Collects what is wrong with a legacy document's shape.
#[derive(Default)]
struct Shape {
    found: Vec<Diagnostic>,
}

impl Shape {
    fn list(&mut self, value: Option<Value>, pointer: &str, limit: usize) -> Vec<Value> {
        match value {
            Some(Value::Array(items)) if items.len() > limit => {
                let message = format!("has {} entries, at most {limit} can be read", items.len());
                self.found.push(Diagnostic::error(
                    "legacy_shape",
                    pointer,
                    message,
                    "split the document",
                ));
                Vec::new()
            }
            Some(Value::Array(items)) => items,
            other => {
                self.wrong(pointer, &other.unwrap_or_default(), "a list");
                Vec::new()
            }
        }
    }

    fn wrong(&mut self, pointer: &str, found: &Value, wanted: &str) {
        let message = format!("must be {wanted}, but is {}", show(found));
        let fix = format!("write {wanted}");
        if self.found.len() < limits::DIAGNOSTICS {
            self.found
                .push(Diagnostic::error("legacy_shape", pointer, message, fix));
        }
    }

    fn no_data(&mut self, pointer: &str) {
        let fix = "add `\"data\"`, an object with `step` and `params`";
        self.found.push(Diagnostic::error(
            "legacy_shape",
            pointer,
            "has no `data`",
            fix,
        ));
    }

    fn duplicate(&mut self, pointer: &str, id: &str) {
        let message = format!("another node has the id `{}`", clip(id));
        let fix = "give it an id of its own, so that edges know which one they mean";
        self.found
            .push(Diagnostic::error("legacy_shape", pointer, message, fix));
    }

    /// Takes a step's key.
    fn key(&mut self, step: &mut Map<String, Value>, pointer: &str) -> String {
        match step.shift_remove("step") {
            Some(Value::String(key)) if !key.is_empty() => key,
            None => {
                let fix = "add `\"step\"` with the step's key";
                self.found.push(Diagnostic::error(
                    "legacy_shape",
                    pointer,
                    "has no `step`",
                    fix,
                ));
                String::new()
            }
            Some(other) => {
                self.wrong(&format!("{pointer}/step"), &other, "the key of a step");
                String::new()
            }
        }
    }

    /// A node of a step, with all that the step says.
    fn node(
        &mut self,
        mut step: Map<String, Value>,
        key: String,
        pointer: &str,
        ids: &mut Ids,
    ) -> DraftNode {
        let own_id = step
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| ids.take(id));
        if own_id.is_some() {
            step.shift_remove("id");
        }
        let has_id = own_id.is_some();
        let mut node = DraftNode::new(own_id.unwrap_or_else(|| ids.free(&key)));
        node.taken.extend(has_id.then_some("id"));
        match step.shift_remove("params") {
            Some(Value::Object(params)) => node.params = params,
            None | Some(Value::Null) => {}
            Some(other) => self.wrong(&format!("{pointer}/params"), &other, "an object"),
        }
        if let Some(Value::String(label)) = step.get("label") {
            node.label = Some(label.clone());
            node.taken.push("label");
            step.shift_remove("label");
        }
        let flag = |name: &str| step.get(name).and_then(legacy_value::flag);
        node.is_muted = flag("enabled") == Some(false) || flag("disabled") == Some(true);
        node.legacy = Map::from_iter([("step".to_owned(), Value::String(key.clone()))]);
        let own = step.into_iter();
        node.legacy
            .extend(own.map(|(name, value)| (restore::kept_key(name, restore::OF_STEPS), value)));
        node.step = key;
        node
    }

    fn done(self, draft: Draft) -> Result<Draft, Vec<Diagnostic>> {
        if self.found.is_empty() {
            Ok(draft)
        } else {
            Err(self.found)
        }
    }
}
