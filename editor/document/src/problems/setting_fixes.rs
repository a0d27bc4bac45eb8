//! Fixes of settings: the nearest allowed value, the default, the right name.

use std::collections::BTreeSet;

use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Node, NodeDefinition};
use serde_json::{Number, Value};

use super::fixes::{Scene, nearest};
use super::{Fix, FixLabel, ProblemPlace};
use crate::Edit;
use crate::names::clip;
use crate::summary::shown;

/// The node, its definition, the pointer within the settings, and the setting's name.
fn setting_of<'a>(scene: &'a Scene<'_>) -> Option<(&'a Node, &'a NodeDefinition, &'a str, String)> {
    let ProblemPlace::Setting { node, pointer } = scene.place else {
        return None;
    };
    let node = scene.workflow.node(node)?;
    let definition = scene.catalogue.get(&node.node_type)?;
    let name = pointer.split('/').nth(1)?;
    let name = name.replace("~1", "/").replace("~0", "~");
    Some((node, definition, pointer, name))
}

fn reset(node: &Node, pointer: &str, label: FixLabel) -> Fix {
    Fix {
        label,
        edit: Edit::ResetSetting {
            nodes: BTreeSet::from([node.id.clone()]),
            pointer: pointer.to_owned(),
        },
    }
}

/// The known setting that is named most like it and isn't set; or without it.
pub(super) fn unknown(scene: &Scene<'_>) -> Vec<Fix> {
    let Some((node, definition, pointer, name)) = setting_of(scene) else {
        return Vec::new();
    };
    let known = Setting::all(&definition.settings_schema).map(|setting| setting.name);
    let free = known.filter(|known| !node.settings.contains_key(*known));
    let rename = nearest(&name, free).map(|near| Fix {
        label: FixLabel::new("fix_rename_setting", near, ""),
        edit: Edit::RenameSetting {
            node: node.id.clone(),
            from: name.clone(),
            to: near.to_owned(),
        },
    });
    let remove = reset(
        node,
        pointer,
        FixLabel::new("fix_remove_setting", clip(&name), ""),
    );
    rename.into_iter().chain([remove]).collect()
}

/// The nearest value that is allowed, where the value itself is wrong; the default of the setting.
pub(super) fn wrong(scene: &Scene<'_>) -> Vec<Fix> {
    let Some((node, definition, pointer, name)) = setting_of(scene) else {
        return Vec::new();
    };
    let Some(setting) = Setting::find(&definition.settings_schema, &name) else {
        return Vec::new();
    };
    let mut fixes = Vec::new();
    let is_whole = pointer.matches('/').count() == 1;
    let value = node.settings.get(&name);
    let schema = definition.settings_schema.pointer("/properties");
    let schema = schema.and_then(|properties| properties.get(&name));
    if let (true, Some(value), Some(schema)) = (is_whole, value, schema)
        && let Some(near) = near_value(schema, &setting, value)
    {
        fixes.push(Fix {
            label: FixLabel::new(
                "fix_set_setting",
                clip(setting.title()),
                shown(&setting, &near),
            ),
            edit: Edit::set_setting(node.id.clone(), pointer, near),
        });
    }
    if !is_whole && scene.diagnostic.code == "setting_unknown_key" {
        return fixes;
    }
    if value.is_some() && setting.default().is_some() {
        let whole = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let label = FixLabel::new("fix_reset_setting", clip(setting.title()), "");
        fixes.push(reset(node, &whole, label));
    }
    fixes
}

/// A number within the range; a choice that differs in a few letters; a number out of its text.
fn near_value(schema: &Value, setting: &Setting<'_>, value: &Value) -> Option<Value> {
    if let Some(choices) = setting.choices() {
        let text = value.as_str()?;
        let near = nearest(text, choices.iter().filter_map(Value::as_str))?;
        return Some(Value::String(near.to_owned()));
    }
    let is_integer = schema.get("type").and_then(Value::as_str) == Some("integer");
    let is_number = schema.get("type").and_then(Value::as_str) == Some("number");
    if !is_integer && !is_number {
        return None;
    }
    let found = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let rounded = if is_integer { found.round() } else { found };
    let low = limit("minimum").map_or(rounded, |low| rounded.max(low));
    let near = limit("maximum").map_or(low, |high| low.min(high));
    if ["exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
        .iter()
        .any(|key| schema.get(*key).is_some())
        || !near.is_finite()
    {
        return None;
    }
    number(near, is_integer).filter(|near| near != value)
}

/// Whole numbers as JSON writes them.
#[expect(clippy::cast_possible_truncation)]
fn number(value: f64, is_integer: bool) -> Option<Value> {
    if is_integer {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        return (value.abs() <= EXACT).then(|| Value::from(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}
