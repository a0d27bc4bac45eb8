//! The outputs of a migrated workflow, each with the graph that makes it alone and with what its old
//! document asked legacy for.

use std::collections::BTreeSet;

use hartomat_schema::{
    ArtifactKind, Edge, LegacyForm, LegacyPreset, Migration, Node, NodeId, Workflow,
};
use serde_json::{Map, Value, json};

use super::Proof;

/// Nodes that render, the presets that legacy runs for them, and the kind of what comes out.
static RENDERS: [(&str, &str, ArtifactKind); 4] = [
    ("render_still", "still", ArtifactKind::IMAGE),
    ("render_thumbnail", "thumbnail", ArtifactKind::IMAGE),
    ("render_turntable", "turntable", ArtifactKind::VIDEO),
    ("export_blend", "blend", ArtifactKind::BLEND),
];
/// Nodes that publish.
const SAVES: [&str; 2] = ["output_save", "thumbnail_save"];
/// Values of presets that say how many outputs there are.
const SEVERAL: [&str; 4] = ["exports", "angles", "camera_angles", "steps"];

/// One output.
pub(super) struct Output {
    /// The node that publishes it.
    pub(super) save: NodeId,
    /// The nodes that it needs, and nothing else.
    pub(super) workflow: Workflow,
    /// What legacy is asked for in its place.
    pub(super) preset: LegacyPreset,
}

/// Every output with a render in it, and what is made beside them; or why there is none.
pub(super) fn outputs(
    original: &Value,
    migration: &Migration,
) -> Result<(Vec<Output>, Vec<String>), Proof> {
    let workflow = &migration.workflow;
    let is_save = |node: &&Node| SAVES.contains(&node.node_type.as_str()) && !node.muted;
    let saves: Vec<&Node> = workflow.nodes.iter().filter(is_save).collect();
    let mut found = Vec::new();
    for (place, save) in saves.iter().enumerate() {
        let alone = alone(workflow, &save.id);
        let renders: Vec<_> = alone.nodes.iter().filter_map(render_of).collect();
        let [(preset_type, kind)] = renders[..] else {
            return Err(Proof::Unproven(match renders.is_empty() {
                true => format!("`{}` publishes nothing that is rendered", save.id),
                false => format!("`{}` needs several renders, and legacy has one", save.id),
            }));
        };
        let mut preset = LegacyPreset {
            preset_type: preset_type.to_owned(),
            params: asked(original, migration.from, workflow, &alone)?,
            extra: Map::new(),
        };
        let angles = original.pointer("/params/angles");
        let angles = angles.or(original.pointer("/params/camera_angles"));
        if let Some(angle) = angles.and_then(|angles| angles.get(place)) {
            preset
                .params
                .insert("camera_angle".to_owned(), angle.clone());
        }
        found.push(Output {
            save: save.id.clone(),
            workflow: promising(alone, kind),
            preset,
        });
    }
    if found.is_empty() {
        let why = "it publishes nothing that is rendered";
        return Err(Proof::Unproven(why.to_owned()));
    }
    let others = workflow.contract.iter().map(|it| &it.kind);
    let others = others.filter(|kind| RENDERS.iter().all(|(_, _, known)| known != *kind));
    let others = others.filter(|kind| **kind != ArtifactKind::MEDIA_ASSET);
    let left_out = others.map(|kind| format!("{kind}: legacy delivers none"));
    Ok((found, left_out.collect()))
}

fn render_of(node: &Node) -> Option<(&'static str, &'static ArtifactKind)> {
    let mut renders = RENDERS.iter();
    let (_, preset, kind) = renders.find(|(key, _, _)| *key == node.node_type.as_str())?;
    Some((preset, kind))
}

/// The nodes that a save needs, and those that tell of it. One message for several outputs hangs on one of
/// them in the graph; here it is about each.
fn alone(workflow: &Workflow, save: &NodeId) -> Workflow {
    let mut needed = BTreeSet::from([save.clone()]);
    let mut open = vec![save.clone()];
    while let Some(node) = open.pop() {
        let before = workflow.edges.iter().filter(|edge| edge.to.node == node);
        for edge in before {
            if needed.insert(edge.from.node.clone()) {
                open.push(edge.from.node.clone());
            }
        }
    }
    let is_notify = |node: &&Node| node.node_type.as_str() == "notify" && !node.muted;
    let notify: BTreeSet<&NodeId> = workflow
        .nodes
        .iter()
        .filter(is_notify)
        .map(|node| &node.id)
        .collect();
    let mut alone = workflow.clone();
    let told = |edge: &&Edge| edge.from.node == *save && notify.contains(&edge.to.node);
    let has_its_own = workflow.edges.iter().any(|edge| told(&edge));
    for edge in &mut alone.edges {
        if notify.contains(&edge.to.node) && (!has_its_own || edge.from.node == *save) {
            edge.from.node = save.clone();
            needed.insert(edge.to.node.clone());
        }
    }
    alone.nodes.retain(|node| needed.contains(&node.id));
    alone
        .edges
        .retain(|edge| needed.contains(&edge.from.node) && needed.contains(&edge.to.node));
    alone
}

/// The workflow with a contract for one output of this kind.
fn promising(mut workflow: Workflow, kind: &ArtifactKind) -> Workflow {
    workflow.contract.retain(|part| part.kind == *kind);
    for part in &mut workflow.contract {
        part.min_count = 1;
    }
    workflow
}

/// The values that the old document gave the steps of one output.
fn asked(
    original: &Value,
    form: LegacyForm,
    whole: &Workflow,
    alone: &Workflow,
) -> Result<Map<String, Value>, Proof> {
    let own = original.get("params").and_then(Value::as_object);
    let (steps, mut params) = match form {
        LegacyForm::Preset => (
            original.pointer("/params/steps"),
            own.cloned().unwrap_or_default(),
        ),
        LegacyForm::StepList => (original.get("steps"), Map::new()),
        LegacyForm::EditorExport => (original.get("nodes"), Map::new()),
    };
    params.retain(|name, _| !SEVERAL.contains(&name.as_str()));
    let mut seen: Vec<&str> = Vec::new();
    if steps.is_some() {
        // A preset always told the person who asked; a list of steps only where a step says so.
        params.insert("notify".to_owned(), Value::Bool(false));
    }
    for step in steps.and_then(Value::as_array).into_iter().flatten() {
        let step = step.get("data").unwrap_or(step);
        let key = step.as_str().or_else(|| step["step"].as_str());
        let key = key.unwrap_or_default();
        let place = seen.iter().filter(|it| **it == key).count();
        seen.push(key);
        // The nodes of equal steps stand in the order of the steps.
        let of_step = |node: &&Node| step_of(node) == Some(key);
        let node = whole.nodes.iter().filter(of_step).nth(place);
        if node.is_none_or(|node| alone.node(&node.id).is_none()) {
            continue;
        }
        let own = step.get("params").and_then(Value::as_object);
        let own = own.cloned().unwrap_or_default();
        match key {
            "notify" => {
                params.insert("notify".to_owned(), Value::Bool(true));
                params.extend(own);
            }
            "image_transform" if own.get("mode").is_none_or(|mode| *mode == "resize") => {
                let size = json!({ "width": own.get("width"), "height": own.get("height") });
                params.insert("resize".to_owned(), size);
            }
            "image_transform" => {
                let why = "legacy has no transform but to resize";
                return Err(Proof::Unproven(why.to_owned()));
            }
            _ => params.extend(own),
        }
    }
    Ok(params)
}

/// The old step that a node stands for.
fn step_of(node: &Node) -> Option<&str> {
    node.extra.get("legacy")?.get("step")?.as_str()
}
