//! Old spellings and units as settings. `None` says that a value can't be read.

use serde_json::{Value, json};

use super::rules::Settings;
use crate::legacy_value::{self, facet_degrees, flag, image_format, number, resolution, whole};

pub(super) fn whole_as(setting: &'static str, value: &Value) -> Option<Settings> {
    Some(vec![(setting, json!(whole(value)?))])
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

/// Blender's engine; other programs stand there too.
pub(super) fn engine(value: &Value) -> Option<Settings> {
    match legacy_value::engine(value.as_str()?) {
        Some(engine) => Some(vec![("engine", json!(engine))]),
        None => renderer(value),
    }
}

pub(super) fn renderer(value: &Value) -> Option<Settings> {
    word_as("renderer", value, legacy_value::renderer)
}

/// One of the words that a setting takes.
pub(super) fn word_as(
    setting: &'static str,
    value: &Value,
    read: fn(&str) -> Option<&'static str>,
) -> Option<Settings> {
    Some(vec![(setting, json!(read(value.as_str()?)?))])
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

/// A share of one in percent.
pub(super) fn share(value: &Value) -> Option<Value> {
    let number = number(value)?;
    if number > 0.0 && number < 1.0 {
        // To six decimals, so that it doesn't end in noise.
        return Some(json!((number * 100.0 * 1e6).round() / 1e6));
    }
    Some(match value {
        Value::Number(_) => value.clone(),
        _ => json!(number),
    })
}

/// Radians in degrees.
pub(super) fn degrees(value: &Value) -> Option<Value> {
    Some(json!(facet_degrees(number(value)?)))
}

/// An azimuth in degrees, or azimuth and elevation.
pub(super) fn camera(value: &Value) -> Option<Settings> {
    if value.is_object() {
        let (azimuth, elevation) = legacy_value::camera(value)?;
        return Some(vec![
            ("azimuth_deg", json!(azimuth)),
            ("elevation_deg", json!(elevation?)),
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
