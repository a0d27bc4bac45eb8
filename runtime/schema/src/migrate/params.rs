//! Where the old values go: legacy name → setting of a node, units converted where they differ.
//!
//! A value that a setting refuses, or whose meaning is not certain, stays under `legacy`; so does
//! every original whose converted form differs from it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use super::draft::Draft;
use crate::explain::show;
use crate::legacy_params::{flag, image_format, number, resolution, whole};
use crate::suggest::clip;
use crate::{NodeType, Severity, WorkflowValidator};

/// Settings that a value becomes.
type Settings = Vec<(&'static str, Value)>;

/// Legacy names, the node types that they belong to, and what becomes of the value.
struct Rule {
    names: &'static [&'static str],
    nodes: &'static [&'static str],
    convert: fn(&Value) -> Option<Settings>,
}

const SIZED: &[&str] = &["render_still", "render_turntable", "image_transform"];
const RENDERS: &[&str] = &["render_still", "render_thumbnail", "render_turntable"];
const PICTURES: &[&str] = &["render_still", "render_thumbnail", "image_transform"];
const STILL: &[&str] = &["render_still"];
const THUMBNAIL: &[&str] = &["render_thumbnail"];
const TURNTABLE: &[&str] = &["render_turntable"];
const SCENE: &[&str] = &["compose_scene"];
const TEMPLATE: &[&str] = &["resolve_template"];
const MATERIALS: &[&str] = &["material_map_resolve"];
const SUGGEST: &[&str] = &["auto_populate_materials"];
const GLB: &[&str] = &["occ_glb_export"];
const SAVE: &[&str] = &["output_save", "thumbnail_save"];
const NOTIFY: &[&str] = &["notify"];

const RULES: &[Rule] = &[
    Rule {
        names: &["width"],
        nodes: SIZED,
        convert: |value| Some(vec![("width_px", pixels(value)?)]),
    },
    Rule {
        names: &["height"],
        nodes: SIZED,
        convert: |value| Some(vec![("height_px", pixels(value)?)]),
    },
    Rule {
        names: &["resolution", "size"],
        nodes: SIZED,
        convert: two_sides,
    },
    Rule {
        names: &["resolution", "size", "width", "height"],
        nodes: THUMBNAIL,
        convert: one_side,
    },
    Rule {
        names: &["samples"],
        nodes: RENDERS,
        convert: |value| Some(vec![("samples", pixels(value)?)]),
    },
    Rule {
        names: &["engine", "renderer"],
        nodes: STILL,
        convert: renderer,
    },
    Rule {
        names: &["transparent_bg", "transparent", "film_transparent"],
        nodes: STILL,
        convert: |value| yes_no("transparent", value),
    },
    Rule {
        names: &["denoise", "denoising", "use_denoising"],
        nodes: STILL,
        convert: |value| yes_no("denoise", value),
    },
    Rule {
        names: &["format", "output_format", "file_format"],
        nodes: PICTURES,
        convert: format,
    },
    Rule {
        names: &["quality", "jpeg_quality"],
        nodes: STILL,
        convert: |value| Some(vec![("quality", percent(value)?)]),
    },
    Rule {
        names: &["bounces", "max_bounces"],
        nodes: STILL,
        convert: |value| Some(vec![("max_bounces", pixels(value)?)]),
    },
    Rule {
        names: &["exposure", "exposure_ev"],
        nodes: STILL,
        convert: |value| plain("exposure_ev", value),
    },
    Rule {
        names: &["view_transform", "tone_mapping"],
        nodes: STILL,
        convert: |value| lower("tone_mapping", value),
    },
    Rule {
        names: &["camera_angle", "camera_azimuth", "azimuth"],
        nodes: SCENE,
        convert: camera,
    },
    Rule {
        names: &["camera_elevation", "elevation"],
        nodes: SCENE,
        convert: |value| plain("elevation_deg", value),
    },
    Rule {
        names: &["margin", "padding"],
        nodes: SCENE,
        convert: |value| Some(vec![("margin_percent", share(value)?)]),
    },
    Rule {
        names: &["hidden", "hide", "hidden_parts"],
        nodes: SCENE,
        convert: |value| texts("hidden", value),
    },
    Rule {
        names: &["template", "scene", "studio_scene"],
        nodes: TEMPLATE,
        convert: |value| text("scene", value),
    },
    Rule {
        names: &[
            "material_override",
            "overrides",
            "part_materials",
            "materials",
        ],
        nodes: MATERIALS,
        convert: overrides,
    },
    Rule {
        names: &["fallback", "fallback_material", "default_material"],
        nodes: MATERIALS,
        convert: |value| text("fallback", value),
    },
    Rule {
        names: &["unresolved", "on_unresolved"],
        nodes: MATERIALS,
        convert: |value| lower("unresolved", value),
    },
    Rule {
        names: &["use_names", "match_names"],
        nodes: SUGGEST,
        convert: |value| yes_no("use_names", value),
    },
    Rule {
        names: &["use_colors", "match_colors"],
        nodes: SUGGEST,
        convert: |value| yes_no("use_colors", value),
    },
    Rule {
        names: &["angular_deflection"],
        nodes: GLB,
        convert: |value| Some(vec![("angle_deg", degrees(value)?)]),
    },
    Rule {
        names: &["angle"],
        nodes: GLB,
        convert: |value| plain("angle_deg", value),
    },
    Rule {
        names: &["frames", "frame_count", "num_frames"],
        nodes: TURNTABLE,
        convert: |value| Some(vec![("frames", pixels(value)?)]),
    },
    Rule {
        names: &["fps", "frame_rate"],
        nodes: TURNTABLE,
        convert: |value| Some(vec![("fps", pixels(value)?)]),
    },
    Rule {
        names: &["degrees", "rotation_degrees", "rotation"],
        nodes: TURNTABLE,
        convert: |value| plain("degrees", value),
    },
    Rule {
        names: &["codec", "video_codec"],
        nodes: TURNTABLE,
        convert: codec,
    },
    Rule {
        names: &["mass_properties", "with_volume", "volumes"],
        nodes: &["occ_object_extract"],
        convert: |value| yes_no("mass_properties", value),
    },
    Rule {
        names: &["quality"],
        nodes: &["stl_cache_generate"],
        convert: |value| lower("quality", value),
    },
    Rule {
        names: &["pack", "pack_all", "pack_textures"],
        nodes: &["export_blend"],
        convert: |value| yes_no("pack", value),
    },
    Rule {
        names: &["mode", "operation"],
        nodes: &["image_transform"],
        convert: |value| lower("mode", value),
    },
    Rule {
        names: &["filename", "file_name", "name_pattern"],
        nodes: SAVE,
        convert: |value| text("name_pattern", value),
    },
    Rule {
        names: &["channel"],
        nodes: NOTIFY,
        convert: channel,
    },
    Rule {
        names: &["recipients", "to"],
        nodes: NOTIFY,
        convert: |value| texts("recipients", value),
    },
    Rule {
        names: &["message", "text"],
        nodes: NOTIFY,
        convert: |value| text("message", value),
    },
];

/// Node types whose values old render steps carried.
const CARRIED: &[&[&str]] = &[SCENE, TEMPLATE, MATERIALS];

/// Whether a value of a render step belongs to a node of this type, which stood inside it.
pub(super) fn belongs_to(name: &str, node_type: &NodeType) -> bool {
    CARRIED
        .iter()
        .any(|nodes| nodes.contains(&node_type.as_str()))
        && rule(name, node_type).is_some()
}

fn rule(name: &str, node_type: &NodeType) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.names.contains(&name) && rule.nodes.contains(&node_type.as_str()))
}

/// Gives every value its place.
pub(super) fn place(draft: &mut Draft, validator: &WorkflowValidator) {
    let mut sources: Sources = BTreeMap::new();
    for ((to, _), source) in &draft.edges {
        sources.entry(*to).or_default().push(source.node);
    }
    for index in 0..draft.nodes.len() {
        let params = std::mem::take(&mut draft.nodes[index].params);
        if validator
            .catalogue()
            .get(&draft.nodes[index].node_type)
            .is_none()
        {
            draft.nodes[index].settings = params;
            continue;
        }
        let mut kept = Map::new();
        for (name, value) in params {
            let carried = carrier(draft, &sources, index, &name);
            match put(draft, validator, carried.unwrap_or(index), &name, &value) {
                Put::Exact => {}
                put => {
                    say_kept(draft, index, &name, &value, put);
                    kept.insert(name, value);
                }
            }
        }
        if !kept.is_empty() {
            draft.nodes[index]
                .legacy
                .insert("params".to_owned(), Value::Object(kept));
        }
    }
    place_shared(draft, validator);
}

/// A preset's values go to every node that knows them.
fn place_shared(draft: &mut Draft, validator: &WorkflowValidator) {
    let types: BTreeSet<NodeType> = draft
        .nodes
        .iter()
        .map(|node| node.node_type.clone())
        .collect();
    let mut kept = Map::new();
    for (name, value) in std::mem::take(&mut draft.shared) {
        let is_known = types
            .iter()
            .any(|node_type| knows(validator, node_type, &name));
        let best = if draft.spent.contains(&name.as_str()) {
            Put::Converted
        } else if is_known {
            let nodes = 0..draft.nodes.len();
            nodes
                .map(|index| put(draft, validator, index, &name, &value))
                .min()
                .unwrap_or(Put::Unknown)
        } else {
            Put::Unknown
        };
        if best != Put::Exact {
            say_kept_in_document(draft, &name, &value, best);
            kept.insert(name, value);
        }
    }
    if !kept.is_empty() {
        draft
            .legacy
            .insert("params".to_owned(), Value::Object(kept));
    }
}

fn knows(validator: &WorkflowValidator, node_type: &NodeType, name: &str) -> bool {
    let definition = validator.catalogue().get(node_type);
    let properties = definition.and_then(|node| node.settings_schema.get("properties"));
    rule(name, node_type).is_some() || properties.is_some_and(|known| known.get(name).is_some())
}

/// What became of a value, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Put {
    /// It is a setting now, unchanged.
    Exact,
    /// It is a setting now, in another unit or spelling.
    Converted,
    /// The setting is taken by another value.
    Taken,
    /// The setting refuses it.
    Refused,
    /// No setting means it.
    Unknown,
}

fn put(
    draft: &mut Draft,
    validator: &WorkflowValidator,
    index: usize,
    name: &str,
    value: &Value,
) -> Put {
    let node_type = draft.nodes[index].node_type.clone();
    let Some(definition) = validator.catalogue().get(&node_type) else {
        return Put::Unknown;
    };
    let known = definition
        .settings_schema
        .get("properties")
        .and_then(Value::as_object);
    let is_known = |name: &str| known.is_some_and(|known| known.contains_key(name));
    let settings: Vec<(String, Value)> =
        match rule(name, &node_type).map(|rule| (rule.convert)(value)) {
            Some(Some(settings)) => settings
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            Some(None) => return Put::Refused,
            None if is_known(name) => vec![(name.to_owned(), value.clone())],
            None => return Put::Unknown,
        };
    if !settings.iter().all(|(name, _)| is_known(name)) {
        return Put::Unknown;
    }
    let node = &mut draft.nodes[index];
    if settings
        .iter()
        .any(|(name, value)| node.settings.get(name).is_some_and(|own| own != value))
    {
        return Put::Taken;
    }
    let candidate: Map<String, Value> = settings.into_iter().collect();
    if validator
        .check_settings(&node_type, &candidate, "")
        .iter()
        .any(crate::Diagnostic::is_error)
    {
        return Put::Refused;
    }
    let is_exact = candidate
        .values()
        .all(|own| own == value || equal_numbers(own, value));
    node.settings.extend(candidate);
    if is_exact { Put::Exact } else { Put::Converted }
}

fn equal_numbers(one: &Value, other: &Value) -> bool {
    one.is_number() && other.is_number() && one.as_f64() == other.as_f64()
}

/// The sources of each node.
type Sources = BTreeMap<usize, Vec<usize>>;

/// How many nodes upstream are looked at for one value.
const MAX_UPSTREAM: usize = 200;

/// The nearest node upstream that a value belongs to, when the node's own type has no rule for it.
fn carrier(draft: &Draft, sources: &Sources, index: usize, name: &str) -> Option<usize> {
    let is_carried = |nodes: &&[&'static str]| rule(name, &NodeType::literal(nodes[0])).is_some();
    if rule(name, &draft.nodes[index].node_type).is_some() || !CARRIED.iter().any(is_carried) {
        return None;
    }
    let mut seen = BTreeSet::from([index]);
    let mut open = VecDeque::from([index]);
    while let Some(node) = open.pop_front() {
        if node != index && belongs_to(name, &draft.nodes[node].node_type) {
            return Some(node);
        }
        if seen.len() > MAX_UPSTREAM {
            return None;
        }
        let next = sources.get(&node).into_iter().flatten();
        open.extend(next.filter(|source| seen.insert(**source)));
    }
    None
}

fn words(name: &str, value: &Value, put: Put) -> Option<(Severity, &'static str, String)> {
    let name = clip(name);
    let shown = show(value);
    match put {
        Put::Exact => None,
        Put::Converted => {
            let message = format!("`{name}` is converted; the original, {shown}, is kept");
            Some((Severity::Info, "migration_converted", message))
        }
        Put::Taken => {
            let message =
                format!("`{name}` is kept: its setting already has another value than {shown}");
            Some((Severity::Warning, "migration_kept", message))
        }
        Put::Refused => {
            let message = format!("`{name}` is kept: its setting refuses {shown}");
            Some((Severity::Warning, "migration_refused", message))
        }
        Put::Unknown => Some((
            Severity::Warning,
            "migration_kept",
            format!("`{name}` is kept: no setting means it"),
        )),
    }
}

fn fix(put: Put) -> String {
    match put {
        Put::Exact | Put::Converted => String::new(),
        Put::Taken | Put::Refused | Put::Unknown => "set what it stands for by hand".to_owned(),
    }
}

fn say_kept(draft: &mut Draft, index: usize, name: &str, value: &Value, put: Put) {
    if let Some((severity, code, message)) = words(name, value, put) {
        let pointer = format!("/legacy/params/{}", crate::read::escape_pointer(name));
        draft
            .note(severity, code, (message, fix(put)))
            .at(index)
            .pointing(pointer);
    }
}

fn say_kept_in_document(draft: &mut Draft, name: &str, value: &Value, put: Put) {
    if let Some((severity, code, message)) = words(name, value, put) {
        let pointer = format!("/legacy/params/{}", crate::read::escape_pointer(name));
        draft
            .note(severity, code, (message, fix(put)))
            .pointing(pointer);
    }
}

fn pixels(value: &Value) -> Option<Value> {
    Some(json!(whole(number(value)?)?))
}

fn two_sides(value: &Value) -> Option<Settings> {
    let [width, height] = resolution(value)?;
    Some(vec![
        ("width_px", json!(width)),
        ("height_px", json!(height)),
    ])
}

fn one_side(value: &Value) -> Option<Settings> {
    let [width, height] = resolution(value)?;
    (width == height).then(|| vec![("size_px", json!(width))])
}

fn renderer(value: &Value) -> Option<Settings> {
    let renderer = match value.as_str()?.to_ascii_lowercase().as_str() {
        "cycles" | "eevee" | "blender" | "blender_eevee" | "blender_eevee_next"
        | "blender_cycles" => "blender",
        "embedded" => "embedded",
        "auto" => "auto",
        _ => return None,
    };
    Some(vec![("renderer", json!(renderer))])
}

fn yes_no(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(flag(value)?))])
}

fn format(value: &Value) -> Option<Settings> {
    Some(vec![("format", json!(image_format(value.as_str()?)))])
}

fn plain(setting: &'static str, value: &Value) -> Option<Settings> {
    if value.is_number() || value.is_null() {
        return Some(vec![(setting, value.clone())]);
    }
    Some(vec![(setting, json!(number(value)?))])
}

fn text(setting: &'static str, value: &Value) -> Option<Settings> {
    value.is_string().then(|| vec![(setting, value.clone())])
}

fn lower(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(value.as_str()?.to_lowercase()))])
}

/// A list of texts, or one text.
fn texts(setting: &'static str, value: &Value) -> Option<Settings> {
    match value {
        Value::Array(_) => Some(vec![(setting, value.clone())]),
        Value::String(_) => Some(vec![(setting, json!([value]))]),
        _ => None,
    }
}

/// 0 to 100; shares up to 1 are hundredfold.
fn percent(value: &Value) -> Option<Value> {
    let number = number(value)?;
    let percent = if number.fract() != 0.0 && number < 1.0 {
        number * 100.0
    } else {
        number
    };
    Some(json!(whole(percent.round())?))
}

/// A share of one in percent.
fn share(value: &Value) -> Option<Value> {
    let number = number(value)?;
    let is_share = (0.0..1.0).contains(&number);
    Some(if is_share && number > 0.0 {
        json!(round(number * 100.0))
    } else {
        value.clone()
    })
}

/// Radians in degrees, as the CAD kernel's own option has them.
fn degrees(value: &Value) -> Option<Value> {
    Some(json!(round(number(value)?.to_degrees())))
}

/// To six decimals, so that converted values don't end in noise.
fn round(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// An azimuth in degrees, or azimuth and elevation.
fn camera(value: &Value) -> Option<Settings> {
    if let Value::Object(angles) = value {
        let angle = |names: &[&str]| names.iter().find_map(|name| number(angles.get(*name)?));
        return Some(vec![
            (
                "azimuth_deg",
                json!(angle(&["azimuth", "azimuth_deg", "horizontal"])?),
            ),
            (
                "elevation_deg",
                json!(angle(&["elevation", "elevation_deg", "vertical"])?),
            ),
        ]);
    }
    plain("azimuth_deg", value).filter(|_| !value.is_null())
}

/// One material for all parts, or materials by part name.
fn overrides(value: &Value) -> Option<Settings> {
    match value {
        Value::String(_) => Some(vec![("overrides", json!({ "*": value }))]),
        Value::Object(_) => Some(vec![("overrides", value.clone())]),
        _ => None,
    }
}

fn codec(value: &Value) -> Option<Settings> {
    let codec = match value.as_str()?.to_ascii_lowercase().as_str() {
        "h264" | "h.264" | "libx264" | "mpeg4" | "mp4" => "h264",
        "vp9" | "libvpx-vp9" | "webm" => "vp9",
        _ => return None,
    };
    Some(vec![("codec", json!(codec))])
}

fn channel(value: &Value) -> Option<Settings> {
    let channel = value.as_str()?.to_lowercase();
    let channel = match channel.as_str() {
        "in-app" | "inapp" | "app" => "in_app",
        "mail" | "e-mail" => "email",
        "http" | "hook" => "webhook",
        other => other,
    };
    Some(vec![("channel", json!(channel))])
}
