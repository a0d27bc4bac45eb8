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
    let angles = angles(original, migration.from);
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
        if let Some(angle) = angles.get(place) {
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

/// The directions that the outputs of a `multi_angle` preset have, in their order.
fn angles(original: &Value, form: LegacyForm) -> Vec<Value> {
    let preset: Option<LegacyPreset> = serde_json::from_value(original.clone()).ok();
    match preset {
        Some(preset) if form == LegacyForm::Preset && preset.preset_type == "multi_angle" => {
            preset.angles()
        }
        _ => Vec::new(),
    }
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
        let step = match form {
            LegacyForm::EditorExport => step.get("data").unwrap_or(step),
            _ => step,
        };
        let key = step.as_str().or_else(|| step["step"].as_str());
        let key = key.unwrap_or_default();
        let place = seen.iter().filter(|it| **it == key).count();
        seen.push(key);
        // The nodes of equal steps stand in the order of the steps.
        let of_step = |node: &&Node| step_of(node) == Some(key);
        let node = whole.nodes.iter().filter(of_step).nth(place);
        let Some(node) = node.filter(|node| alone.node(&node.id).is_some()) else {
            continue;
        };
        let own = step.get("params").and_then(Value::as_object);
        let own = own.cloned().unwrap_or_default();
        match key {
            "notify" => {
                params.insert("notify".to_owned(), Value::Bool(true));
                params.extend(own);
            }
            "image_transform" => {
                params.insert("resize".to_owned(), resized(node)?);
            }
            _ => params.extend(own),
        }
    }
    Ok(params)
}

/// The size that legacy has to bring a picture to where this transform stands.
fn resized(transform: &Node) -> Result<Value, Proof> {
    let setting = |name: &str| transform.settings.get(name);
    let resizes = setting("mode").is_some_and(|mode| *mode == "resize");
    if !resizes || setting("fit").is_some_and(|fit| *fit != "contain") {
        let why = "legacy has no transform but to resize into a size";
        return Err(Proof::Unproven(why.to_owned()));
    }
    Ok(json!({ "width": setting("width_px"), "height": setting("height_px") }))
}

/// The old step that a node stands for.
fn step_of(node: &Node) -> Option<&str> {
    node.extra.get("legacy")?.get("step")?.as_str()
}

#[cfg(test)]
mod tests {
    use hartomat_schema::migrate_document;

    use super::*;

    /// What legacy is asked for in place of a document's one output.
    fn asked_for(document: &Value) -> Result<Map<String, Value>, Proof> {
        let bytes = document.to_string();
        let migrated = migrate_document(bytes.as_bytes(), &crate::catalogue());
        let migration = Migration {
            workflow: migrated.workflow.unwrap(),
            notes: migrated.findings,
            from: migrated.from.unwrap(),
        };
        let (mut found, _) = outputs(document, &migration)?;
        Ok(found.remove(0).preset.params)
    }

    fn transformed(params: Value) -> Result<Map<String, Value>, Proof> {
        let transform = json!({"step": "image_transform", "params": params});
        let steps = json!([
            "order_line_setup",
            "blender_still",
            transform,
            "output_save"
        ]);
        asked_for(&json!({ "steps": steps }))
    }

    #[test]
    fn a_transform_asks_for_what_it_means_in_every_spelling() {
        for params in [
            json!({"width": 600, "height": 450}),
            json!({"mode": "Resize", "size": "600x450"}),
            json!({"operation": "resize", "width_px": 600, "height_px": 450}),
        ] {
            let asked = transformed(params).unwrap();
            assert_eq!(asked["resize"], json!({"width": 600, "height": 450}));
        }
        for params in [
            json!({"operation": "crop", "width": 600, "height": 450}),
            json!({"format": "webp"}),
            json!({"size": 600, "fit": "cover"}),
        ] {
            assert!(transformed(params.clone()).is_err(), "{params}");
        }
    }

    #[test]
    fn only_a_preset_of_several_angles_has_their_directions() {
        let asked = |preset_type: &str| {
            let params = json!({"angles": [30]});
            let asked = asked_for(&json!({"type": preset_type, "params": params})).unwrap();
            asked.get("camera_angle").cloned()
        };
        assert_eq!(asked("multi_angle"), Some(json!(30)));
        assert_eq!(asked("still"), None);
    }

    #[test]
    fn a_list_of_steps_may_have_data_of_its_own() {
        let still =
            json!({"step": "blender_still", "params": {"width": 64}, "data": {"by": "kim"}});
        let steps = json!(["order_line_setup", still, "output_save"]);
        let asked = asked_for(&json!({ "steps": steps })).unwrap();
        assert_eq!(asked.get("width"), Some(&json!(64)));
    }
}
