//! What differs from the defaults, in a few words: "1024 × 1024 px, 64 samples".

use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Node, NodeDefinition};
use serde_json::{Number, Value};

use crate::names::clip;

/// The settings of a node that differ from their defaults, one text each, in form order. Width and
/// height are one. Settings that the definition doesn't know aren't among them.
pub fn summary(node: &Node, definition: &NodeDefinition) -> Vec<String> {
    let settings: Vec<Setting<'_>> = Setting::all(&definition.settings_schema).collect();
    let value = |setting: &Setting<'_>| node.settings.get(setting.name);
    let differs =
        |setting: &Setting<'_>| value(setting).is_some_and(|value| !is_default(setting, value));
    let mut parts = Vec::new();
    let mut is_done = vec![false; settings.len()];
    for (index, setting) in settings.iter().enumerate() {
        if is_done[index] {
            continue;
        }
        let height = height_of(setting, &settings);
        let is_shown = differs(setting) || height.is_some_and(|at| differs(&settings[at]));
        if let Some(at) = height {
            is_done[at] = true;
        }
        if !is_shown || !is_visible(setting, node, &settings) {
            continue;
        }
        let own = value(setting).or_else(|| setting.default());
        match (height.map(|at| &settings[at]), own) {
            (Some(height), Some(width)) => {
                let other = value(height).or_else(|| height.default());
                let sides = [Some(width), other].map(|side| side.map_or_else(String::new, plain));
                parts.push(setting.with_unit(sides.join(" × ")));
            }
            (_, Some(value)) => parts.push(phrase(setting, value)),
            (_, None) => {}
        }
    }
    parts
}

/// The setting for the height that belongs to one for the width.
fn height_of(setting: &Setting<'_>, all: &[Setting<'_>]) -> Option<usize> {
    let name = setting.name.strip_prefix("width")?;
    let name = format!("height{name}");
    all.iter().position(|other| other.name == name)
}

/// Whether the form shows a setting as the others stand.
fn is_visible(setting: &Setting<'_>, node: &Node, all: &[Setting<'_>]) -> bool {
    setting.visible_when().all(|(name, values)| {
        let other = all.iter().find(|other| other.name == name);
        let value = node.settings.get(name);
        let value = value.or_else(|| other?.default());
        value.is_some_and(|value| values.contains(value))
    })
}

/// Whether a value is its setting's default; numbers by their value.
pub(crate) fn is_default(setting: &Setting<'_>, value: &Value) -> bool {
    match (setting.default(), value) {
        (Some(Value::Number(default)), Value::Number(value)) => default.as_f64() == value.as_f64(),
        (default, value) => default == Some(value),
    }
}

/// A value with as much of its title as it takes to be understood.
fn phrase(setting: &Setting<'_>, value: &Value) -> String {
    let title = setting.title();
    match value {
        Value::Bool(true) => title.to_owned(),
        Value::Bool(false) => format!("{title} off"),
        Value::Number(_) if setting.unit().is_none() => {
            let is_plural = title.ends_with('s') && !title.contains(' ');
            if is_plural {
                format!("{} {}", plain(value), title.to_lowercase())
            } else {
                format!("{title} {}", plain(value))
            }
        }
        Value::Number(_) => format!("{title} {}", shown(setting, value)),
        Value::String(text) if setting.choices().is_some() => setting.label(text).to_owned(),
        Value::Null => format!("no {}", title.to_lowercase()),
        value => format!("{title} {}", shown(setting, value)),
    }
}

/// A value as the form would show it, with its unit.
pub(crate) fn shown(setting: &Setting<'_>, value: &Value) -> String {
    match value {
        Value::Number(_) => setting.with_unit(plain(value)),
        Value::String(text) => clip(setting.label(text)),
        value => plain(value),
    }
}

/// A value without a unit.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(flag) => if *flag { "on" } else { "off" }.to_owned(),
        Value::Number(number) => short(number),
        Value::String(text) => clip(text),
        Value::Array(items) => match items.as_slice() {
            [] => "none".to_owned(),
            [Value::String(only)] => clip(only),
            items => format!("{} items", items.len()),
        },
        Value::Object(members) => match members.len() {
            0 => "none".to_owned(),
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        },
    }
}

/// A number without the `.0` of whole ones.
fn short(number: &Number) -> String {
    let text = number.to_string();
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
