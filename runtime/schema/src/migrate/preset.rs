//! Presets: which steps the old pipeline ran for each type of them.

use serde_json::{Map, Value};

use super::LegacyForm;
use super::draft::{Draft, DraftNode};
use super::form::{parse_steps, take_document};
use crate::suggest::{clip, did_you_mean, quoted};
use crate::{Diagnostic, LegacyPreset, OWN_PRESET, Severity};

/// What every preset of the order line family begins with.
const ORDER_LINE: &[&str] = &[
    "order_line_setup",
    "resolve_template",
    "occ_object_extract",
    "auto_populate_materials",
    "material_map_resolve",
    "occ_glb_export",
    "glb_bbox",
];

/// What the thumbnail preset runs.
const THUMBNAIL: &[&str] = &[
    "resolve_step_path",
    "occ_object_extract",
    "auto_populate_materials",
    "material_map_resolve",
    "occ_glb_export",
    "glb_bbox",
    "blender_thumbnail",
    "thumbnail_save",
];

/// The preset types.
const TYPES: &[&str] = &[
    "still",
    "thumbnail",
    "turntable",
    "multi_angle",
    "still_with_exports",
    "blend",
    "custom",
];

/// Expands a preset into the steps that it stands for, in their order.
pub(super) fn parse(value: Value) -> Result<Draft, Vec<Diagnostic>> {
    let preset: LegacyPreset = serde_json::from_value(value).map_err(|found| {
        let message = format!("is no preset: {}", clip(&found.to_string()));
        vec![Diagnostic::error(
            "legacy_shape",
            "",
            message,
            "write `type` and an object `params`",
        )]
    })?;
    let steps = preset.params.get("steps").and_then(Value::as_array);
    if preset.preset_type == "custom" && steps.is_some_and(|steps| !steps.is_empty()) {
        return custom_steps(preset);
    }
    let mut draft = Draft::new(LegacyForm::Preset);
    match preset.preset_type.as_str() {
        "still" => order_line(&mut draft, &["blender_still", "output_save", "notify"]),
        "turntable" => order_line(&mut draft, &["blender_turntable", "output_save", "notify"]),
        "blend" => order_line(&mut draft, &["export_blend", "output_save", "notify"]),
        "still_with_exports" => still_with_exports(&mut draft, &preset),
        "multi_angle" => multi_angle(&mut draft, &preset),
        "thumbnail" => add_steps(&mut draft, THUMBNAIL),
        "custom" => {
            let message = "a custom preset has no fixed graph".to_owned();
            let fix = "build its graph; its values are kept under `legacy`".to_owned();
            draft
                .note(Severity::Error, "migration_custom", (message, fix))
                .pointing("/nodes");
        }
        other => return Err(vec![unknown_type(other)]),
    }
    draft
        .legacy
        .insert("type".to_owned(), Value::String(preset.preset_type.clone()));
    draft.name = format!("{} (migrated)", preset.preset_type.replace('_', " "));
    take_document(&mut draft, preset.extra);
    draft.shared = preset.params;
    Ok(draft)
}

fn unknown_type(found: &str) -> Diagnostic {
    if found == OWN_PRESET {
        let message =
            format!("the studio's own program runs `{found}`, and no graph is known for it");
        let fix = "keep it with its output type, or build its graph anew";
        return Diagnostic::error("own_preset", "/type", message, fix);
    }
    let message = format!("no preset type is called `{}`", clip(found));
    let choose = format!("choose {}", quoted(TYPES, "or"));
    let fix = did_you_mean(found, TYPES.iter().copied(), choose);
    Diagnostic::error("unknown_preset", "/type", message, fix)
}

/// A custom preset that is a step list in a wrapping.
fn custom_steps(preset: LegacyPreset) -> Result<Draft, Vec<Diagnostic>> {
    let mut params = preset.params;
    let steps = params.shift_remove("steps").unwrap_or_default();
    let mut draft = parse_steps(Value::Object(Map::from_iter([("steps".to_owned(), steps)])))
        .map_err(|found| {
            let moved = found.into_iter().map(|mut diagnostic| {
                diagnostic.place.pointer = format!("/params{}", diagnostic.place.pointer);
                diagnostic
            });
            moved.collect::<Vec<_>>()
        })?;
    draft.form = LegacyForm::Preset;
    draft
        .legacy
        .insert("type".to_owned(), Value::String(preset.preset_type));
    take_document(&mut draft, preset.extra);
    draft.shared = params;
    Ok(draft)
}

fn add_steps(draft: &mut Draft, steps: &[&str]) {
    for step in steps {
        let id = draft.ids.free(super::step::new_name(step));
        draft.nodes.push(DraftNode {
            step: (*step).to_owned(),
            ..DraftNode::new(id)
        });
    }
}

fn order_line(draft: &mut Draft, steps: &[&str]) {
    add_steps(draft, ORDER_LINE);
    add_steps(draft, steps);
}

fn still_with_exports(draft: &mut Draft, preset: &LegacyPreset) {
    order_line(draft, &["blender_still", "output_save"]);
    let exports = preset.exports();
    draft.spent = &["exports"];
    if exports.iter().any(|export| export == "stl") {
        add_steps(draft, &["stl_cache_generate"]);
    }
    if exports.iter().any(|export| export == "blend") {
        add_steps(draft, &["export_blend", "output_save"]);
    }
    add_steps(draft, &["notify"]);
}

fn multi_angle(draft: &mut Draft, preset: &LegacyPreset) {
    add_steps(draft, ORDER_LINE);
    let angles = preset.angles();
    draft.spent = &["angles", "camera_angles"];
    if angles.is_empty() {
        add_steps(draft, &["blender_still", "output_save"]);
        let message =
            "the preset names no `angles`: one still from the scene's own direction".to_owned();
        let fix = "add a scene and a still per angle, or set the direction of this one".to_owned();
        draft
            .note(Severity::Error, "migration_no_angles", (message, fix))
            .pointing("/legacy/params");
    }
    for angle in angles {
        add_steps(draft, &["blender_still"]);
        if let Some(still) = draft.nodes.last_mut() {
            still.params.insert("camera_angle".to_owned(), angle);
        }
        add_steps(draft, &["output_save"]);
    }
    add_steps(draft, &["notify"]);
}
