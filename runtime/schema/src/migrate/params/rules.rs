//! Legacy name → setting, for each node type.

use serde_json::{Value, json};

use super::convert::{
    camera, degrees, engine, flag_as, format, lower, one_side, overrides, plain, renderer, share,
    text, texts, two_sides, whole_as, word_as,
};
use crate::{NodeType, legacy_value};

/// Settings that a value becomes.
pub(super) type Settings = Vec<(&'static str, Value)>;

/// What becomes of a value.
pub(super) struct Rule {
    names: &'static [&'static str],
    nodes: &'static [&'static str],
    /// The settings; none where the value can't be read.
    pub(super) convert: fn(&Value) -> Option<Settings>,
}

const fn from(
    names: &'static [&'static str],
    nodes: &'static [&'static str],
    convert: fn(&Value) -> Option<Settings>,
) -> Rule {
    Rule {
        names,
        nodes,
        convert,
    }
}

const SIZED: &[&str] = &[
    "render_still",
    "render_turntable",
    "export_blend",
    "image_transform",
];
const RENDERS: &[&str] = &["render_still", "render_thumbnail", "render_turntable"];
const SAMPLED: &[&str] = &[
    "render_still",
    "render_thumbnail",
    "render_turntable",
    "export_blend",
];
const PICTURES: &[&str] = &["render_still", "render_thumbnail", "image_transform"];
const STILL: &[&str] = &["render_still"];
const SINGLE: &[&str] = &["render_still", "render_thumbnail"];
const LARGE: &[&str] = &["render_still", "render_turntable"];
/// All names of a picture's size.
const SIZES: &[&str] = &[
    "resolution",
    "size",
    "width",
    "height",
    "width_px",
    "height_px",
];
/// Those that say both sides.
pub(super) const PAIRS: &[&str] = &["resolution", "size"];
const THUMBNAIL: &[&str] = &["render_thumbnail"];
const TURNTABLE: &[&str] = &["render_turntable"];
const SCENE: &[&str] = &["compose_scene"];
const TEMPLATE: &[&str] = &["resolve_template"];
const PARTS: &[&str] = &["occ_object_extract"];
const MATERIALS: &[&str] = &["material_map_resolve"];
const SUGGEST: &[&str] = &["auto_populate_materials"];
const GLB: &[&str] = &["occ_glb_export"];
const STL: &[&str] = &["stl_cache_generate"];
const BLEND: &[&str] = &["export_blend"];
const IMAGE: &[&str] = &["image_transform"];
const SAVE: &[&str] = &["output_save", "thumbnail_save"];
const NOTIFY: &[&str] = &["notify"];

const RULES: &[Rule] = &[
    from(&["width", "width_px"], SIZED, |value| {
        whole_as("width_px", value)
    }),
    from(&["height", "height_px"], SIZED, |value| {
        whole_as("height_px", value)
    }),
    from(PAIRS, SIZED, two_sides),
    from(SIZES, THUMBNAIL, one_side),
    from(&["samples"], SAMPLED, |value| whole_as("samples", value)),
    from(&["seed"], RENDERS, |value| whole_as("seed", value)),
    from(&["engine"], RENDERS, engine),
    from(&["renderer"], RENDERS, renderer),
    from(&["device"], RENDERS, |value| {
        word_as("device", value, legacy_value::device)
    }),
    from(
        &["transparent_bg", "transparent", "film_transparent"],
        SINGLE,
        |value| flag_as("transparent", value),
    ),
    from(
        &["denoise", "denoising", "use_denoising"],
        RENDERS,
        |value| flag_as("denoise", value),
    ),
    from(
        &["format", "output_format", "file_format"],
        PICTURES,
        format,
    ),
    from(&["quality", "jpeg_quality"], STILL, |value| {
        Some(vec![("quality", json!(legacy_value::percent(value)?))])
    }),
    from(&["bounces", "max_bounces"], LARGE, |value| {
        whole_as("max_bounces", value)
    }),
    from(&["exposure", "exposure_ev"], RENDERS, |value| {
        plain("exposure_ev", value)
    }),
    from(&["view_transform", "tone_mapping"], RENDERS, |value| {
        lower("tone_mapping", value)
    }),
    from(
        &["camera_angle", "camera_azimuth", "azimuth"],
        SCENE,
        camera,
    ),
    from(&["camera_elevation", "elevation"], SCENE, |value| {
        plain("elevation_deg", value)
    }),
    from(&["margin", "padding"], SCENE, |value| {
        Some(vec![("margin_percent", share(value)?)])
    }),
    from(&["hidden", "hide", "hidden_parts"], SCENE, |value| {
        texts("hidden", value)
    }),
    from(&["template", "scene", "studio_scene"], TEMPLATE, |value| {
        text("scene", value)
    }),
    from(
        &[
            "material_override",
            "overrides",
            "part_materials",
            "materials",
        ],
        MATERIALS,
        overrides,
    ),
    from(
        &["fallback", "fallback_material", "default_material"],
        MATERIALS,
        |value| text("fallback", value),
    ),
    from(&["unresolved", "on_unresolved"], MATERIALS, |value| {
        lower("unresolved", value)
    }),
    from(&["use_names", "match_names"], SUGGEST, |value| {
        flag_as("use_names", value)
    }),
    from(&["use_colors", "match_colors"], SUGGEST, |value| {
        flag_as("use_colors", value)
    }),
    from(&["angular_deflection"], GLB, |value| {
        Some(vec![("angle_deg", degrees(value)?)])
    }),
    from(&["angle"], GLB, |value| plain("angle_deg", value)),
    from(
        &["frames", "frame_count", "num_frames"],
        TURNTABLE,
        |value| whole_as("frames", value),
    ),
    from(&["fps", "frame_rate"], TURNTABLE, |value| {
        whole_as("fps", value)
    }),
    from(
        &["degrees", "rotation_degrees", "rotation"],
        TURNTABLE,
        |value| plain("degrees", value),
    ),
    from(
        // A turntable's format is its video's.
        &[
            "codec",
            "video_codec",
            "format",
            "output_format",
            "file_format",
        ],
        TURNTABLE,
        |value| word_as("codec", value, legacy_value::codec),
    ),
    from(&["start_angle", "start_deg"], TURNTABLE, |value| {
        plain("start_deg", value)
    }),
    from(&["direction"], TURNTABLE, |value| {
        word_as("direction", value, legacy_value::direction)
    }),
    from(&["crf"], TURNTABLE, |value| whole_as("crf", value)),
    from(
        &["mass_properties", "with_volume", "volumes"],
        PARTS,
        |value| flag_as("mass_properties", value),
    ),
    from(&["quality"], STL, |value| lower("quality", value)),
    from(&["pack", "pack_all", "pack_textures"], BLEND, |value| {
        flag_as("pack", value)
    }),
    from(&["mode", "operation"], IMAGE, |value| lower("mode", value)),
    from(&["filename", "file_name", "name_pattern"], SAVE, |value| {
        text("name_pattern", value)
    }),
    from(&["channel"], NOTIFY, |value| {
        word_as("channel", value, legacy_value::channel)
    }),
    from(&["recipients", "to"], NOTIFY, |value| {
        texts("recipients", value)
    }),
    from(&["message", "text"], NOTIFY, |value| text("message", value)),
];

/// Names that say the same in several rules, the one that counted first at the beginning.
const RIVALS: &[&[&str]] = &[
    &["width", "width_px", "resolution", "size"],
    &["height", "height_px", "resolution", "size"],
    &["renderer", "engine"],
    &["angular_deflection", "angle"],
];

/// All names that say the same as others, list by list, the one that counted first at the beginning.
pub(super) fn rivals() -> impl Iterator<Item = &'static [&'static str]> {
    let of_rules = RULES.iter().map(|rule| rule.names);
    // Two sides are no rivals.
    let of_rules = of_rules.filter(|names| *names != SIZES);
    RIVALS.iter().copied().chain(of_rules)
}

/// Node types whose values old render steps carried.
const CARRIED: &[&str] = &["compose_scene", "resolve_template", "material_map_resolve"];

/// The rule for a value of a node.
pub(super) fn rule(name: &str, node_type: &NodeType) -> Option<&'static Rule> {
    find(name, node_type.as_str())
}

fn find(name: &str, node_type: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.names.contains(&name) && rule.nodes.contains(&node_type))
}

/// Whether old render steps carried this value for another node.
pub(super) fn is_carried(name: &str) -> bool {
    CARRIED
        .iter()
        .any(|node_type| find(name, node_type).is_some())
}

/// Whether a value of a render step belongs to a node of this type, which stood inside it.
pub(in super::super) fn belongs_to(name: &str, node_type: &NodeType) -> bool {
    CARRIED.contains(&node_type.as_str()) && rule(name, node_type).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_in_every_old_spelling_and_unit() {
        fn check(node: &str, name: &str, value: &Value, settings: &[(&str, Value)]) {
            let found = find(name, node).and_then(|rule| (rule.convert)(value));
            assert_eq!(found.as_deref(), Some(settings), "{node} {name} {value}");
        }
        let square = [("width_px", json!(640)), ("height_px", json!(640))];
        check("render_still", "resolution", &json!("640"), &square);
        // Node, old name and value, setting and its value.
        for case in [
            json!(["render_thumbnail", "size", [256, 256], "size_px", 256]),
            // The old pipeline rendered in Blender where a document said so, and not where it only
            // named one of Blender's engines.
            json!(["render_still", "engine", "BLENDER_EEVEE", "engine", "eevee"]),
            json!(["render_still", "renderer", "blender", "renderer", "blender"]),
            json!(["render_still", "quality", 0.85, "quality", 85]),
            json!(["render_still", "quality", 1, "quality", 1]),
            json!(["render_still", "transparent_bg", 1, "transparent", true]),
            json!(["image_transform", "format", ".JPG", "format", "jpeg"]),
            json!(["compose_scene", "margin", 0.08, "margin_percent", 8.0]),
            json!(["compose_scene", "margin", 8, "margin_percent", 8]),
            json!([
                "occ_glb_export",
                "angular_deflection",
                0.2,
                "angle_deg",
                11.459156
            ]),
            json!(["material_map_resolve", "material_override", "brass", "overrides", {"*": "brass"}]),
            json!(["notify", "to", "kim", "recipients", ["kim"]]),
            json!(["compose_scene", "margin", "8", "margin_percent", 8.0]),
            json!([
                "render_turntable",
                "direction",
                "cw",
                "direction",
                "clockwise"
            ]),
            json!(["render_turntable", "format", "webm", "codec", "vp9"]),
            json!(["export_blend", "width", "1920", "width_px", 1920]),
            json!(["render_turntable", "codec", "libvpx-vp9", "codec", "vp9"]),
        ] {
            let text = |at: usize| case[at].as_str().unwrap();
            let settings = [(text(3), case[4].clone())];
            check(text(0), text(1), &case[2], &settings);
        }
    }

    #[test]
    fn what_can_not_be_read_is_no_setting() {
        for (node, name, value) in [
            ("render_still", "engine", json!("povray")),
            ("render_still", "width", json!("wide")),
            ("render_still", "resolution", json!([1, 2, 3])),
            ("render_thumbnail", "resolution", json!([640, 480])),
            ("compose_scene", "camera_angle", json!("front")),
            ("compose_scene", "camera_angle", json!({"azimuth": 1})),
            ("render_turntable", "codec", json!("prores")),
        ] {
            let found = find(name, node).map(|rule| (rule.convert)(&value));
            assert_eq!(found, Some(None), "{node} {name} {value}");
        }
    }
}
