//! Old spellings and units in the new ones. `None` says that a value can't be read.

use serde_json::{Value, json};

use super::rules::Settings;
use crate::legacy_params::{flag, image_format, number, resolution, whole};

pub(super) fn whole_as(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(whole(number(value)?)?))])
}

pub(super) fn two_sides(value: &Value) -> Option<Settings> {
    let [width, height] = resolution(value)?;
    Some(vec![
        ("width_px", json!(width)),
        ("height_px", json!(height)),
    ])
}

pub(super) fn one_side(value: &Value) -> Option<Settings> {
    let [width, height] = resolution(value)?;
    (width == height).then(|| vec![("size_px", json!(width))])
}

/// Blender's engine, which says nothing of who renders; other programs stand there too.
pub(super) fn engine(value: &Value) -> Option<Settings> {
    let engine = match value.as_str()?.to_ascii_lowercase().as_str() {
        "cycles" | "blender_cycles" => "cycles",
        "eevee" | "blender_eevee" | "blender_eevee_next" => "eevee",
        _ => return renderer(value),
    };
    Some(vec![("engine", json!(engine))])
}

pub(super) fn renderer(value: &Value) -> Option<Settings> {
    let renderer = value.as_str()?.to_ascii_lowercase();
    let is_known = matches!(renderer.as_str(), "blender" | "embedded" | "auto");
    is_known.then(|| vec![("renderer", json!(renderer))])
}

pub(super) fn device(value: &Value) -> Option<Settings> {
    let device = match value.as_str()?.to_ascii_lowercase().as_str() {
        "cpu" => "cpu",
        "gpu" | "auto" => "gpu",
        _ => return None,
    };
    Some(vec![("device", json!(device))])
}

pub(super) fn flag_as(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(flag(value)?))])
}

pub(super) fn format(value: &Value) -> Option<Settings> {
    Some(vec![("format", json!(image_format(value.as_str()?)))])
}

pub(super) fn plain(setting: &'static str, value: &Value) -> Option<Settings> {
    if value.is_number() || value.is_null() {
        return Some(vec![(setting, value.clone())]);
    }
    Some(vec![(setting, json!(number(value)?))])
}

pub(super) fn text(setting: &'static str, value: &Value) -> Option<Settings> {
    value.is_string().then(|| vec![(setting, value.clone())])
}

pub(super) fn lower(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(value.as_str()?.to_lowercase()))])
}

/// A list of texts, or one text.
pub(super) fn texts(setting: &'static str, value: &Value) -> Option<Settings> {
    match value {
        Value::Array(_) => Some(vec![(setting, value.clone())]),
        Value::String(_) => Some(vec![(setting, json!([value]))]),
        _ => None,
    }
}

/// 0 to 100; shares up to 1 are hundredfold.
pub(super) fn percent(value: &Value) -> Option<Value> {
    let number = number(value)?;
    let percent = if number.fract() != 0.0 && number < 1.0 {
        number * 100.0
    } else {
        number
    };
    Some(json!(whole(percent.round())?))
}

/// A share of one in percent.
pub(super) fn share(value: &Value) -> Option<Value> {
    let number = number(value)?;
    let is_share = (0.0..1.0).contains(&number);
    Some(if is_share && number > 0.0 {
        json!(round(number * 100.0))
    } else {
        value.clone()
    })
}

/// Radians in degrees, as the CAD kernel's own option has them.
pub(super) fn degrees(value: &Value) -> Option<Value> {
    Some(json!(round(number(value)?.to_degrees())))
}

/// To six decimals, so that converted values don't end in noise.
fn round(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// An azimuth in degrees, or azimuth and elevation.
pub(super) fn camera(value: &Value) -> Option<Settings> {
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
pub(super) fn overrides(value: &Value) -> Option<Settings> {
    match value {
        Value::String(_) => Some(vec![("overrides", json!({ "*": value }))]),
        Value::Object(_) => Some(vec![("overrides", value.clone())]),
        _ => None,
    }
}

pub(super) fn codec(value: &Value) -> Option<Settings> {
    let codec = match value.as_str()?.to_ascii_lowercase().as_str() {
        "h264" | "h.264" | "libx264" | "mpeg4" | "mp4" => "h264",
        "vp9" | "libvpx-vp9" | "webm" => "vp9",
        _ => return None,
    };
    Some(vec![("codec", json!(codec))])
}

pub(super) fn channel(value: &Value) -> Option<Settings> {
    let channel = value.as_str()?.to_lowercase();
    let channel = match channel.as_str() {
        "in-app" | "inapp" | "app" => "in_app",
        "mail" | "e-mail" => "email",
        "http" | "hook" => "webhook",
        other => other,
    };
    Some(vec![("channel", json!(channel))])
}
