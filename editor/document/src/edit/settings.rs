//! Settings of one or several nodes. A new setting takes its schema's place among the others.

use std::collections::BTreeSet;

use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Catalogue, NodeDefinition, NodeId, Workflow};
use serde_json::{Map, Value};

use super::EditError;
use super::nodes::{each, one};

/// Gives a setting a value in each of the nodes.
pub(super) fn set(
    workflow: &mut Workflow,
    catalogue: &Catalogue,
    nodes: &BTreeSet<NodeId>,
    pointer: &str,
    value: &Value,
) -> Result<(), EditError> {
    let path = path(pointer)?;
    each(workflow, nodes, |node| {
        let definition = catalogue.get(&node.node_type);
        set_in(&mut node.settings, definition, &path, value)
            .ok_or_else(|| EditError::NoSuchSetting(pointer.to_owned()))
    })
}

/// The parts of a JSON pointer, at least one.
fn path(pointer: &str) -> Result<Vec<String>, EditError> {
    let parts = pointer
        .strip_prefix('/')
        .ok_or_else(|| EditError::NoSuchSetting(pointer.to_owned()))?;
    let unescape = |part: &str| part.replace("~1", "/").replace("~0", "~");
    Ok(parts.split('/').map(unescape).collect())
}

/// None when the path leads through something that has no members.
fn set_in(
    settings: &mut Map<String, Value>,
    definition: Option<&NodeDefinition>,
    path: &[String],
    value: &Value,
) -> Option<()> {
    let (name, inner) = path.split_first()?;
    if inner.is_empty() {
        match settings.get_mut(name) {
            Some(there) => *there = value.clone(),
            None => insert(settings, definition, name, value.clone()),
        }
        return Some(());
    }
    if !settings.contains_key(name) {
        let default = definition
            .and_then(|definition| Setting::find(&definition.settings_schema, name)?.default());
        let whole = default
            .cloned()
            .unwrap_or_else(|| Value::Object(Map::new()));
        insert(settings, definition, name, whole);
    }
    let (last, way) = inner.split_last()?;
    let mut at = settings.get_mut(name)?;
    for part in way {
        at = match at {
            Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            Value::Object(members) => members
                .entry(part.clone())
                .or_insert_with(|| Value::Object(Map::new())),
            _ => return None,
        };
    }
    match at {
        Value::Array(items) => {
            let index = part_index(last, items.len())?;
            if index == items.len() {
                items.push(value.clone());
            } else {
                items[index] = value.clone();
            }
        }
        Value::Object(members) => {
            members.insert(last.clone(), value.clone());
        }
        _ => return None,
    }
    Some(())
}

/// An index of a list, or one behind it to add an item.
fn part_index(part: &str, len: usize) -> Option<usize> {
    match part {
        "-" => Some(len),
        part => part.parse().ok().filter(|index| *index <= len),
    }
}

/// Puts a new setting before those that stand behind it in the schema.
fn insert(
    settings: &mut Map<String, Value>,
    definition: Option<&NodeDefinition>,
    name: &str,
    value: Value,
) {
    let order: Vec<&str> = definition
        .map(|definition| Setting::all(&definition.settings_schema).map(|setting| setting.name))
        .into_iter()
        .flatten()
        .collect();
    let rank = |name: &str| order.iter().position(|known| *known == name);
    let own = rank(name);
    let place = own.and_then(|own| {
        settings
            .keys()
            .position(|key| rank(key).is_some_and(|rank| rank > own))
    });
    settings.shift_insert(place.unwrap_or(settings.len()), name.to_owned(), value);
}

/// Takes a setting out of each of the nodes; where it isn't, there is nothing to do.
pub(super) fn reset(
    workflow: &mut Workflow,
    nodes: &BTreeSet<NodeId>,
    pointer: &str,
) -> Result<(), EditError> {
    let path = path(pointer)?;
    each(workflow, nodes, |node| {
        reset_in(&mut node.settings, &path);
        Ok(())
    })
}

fn reset_in(settings: &mut Map<String, Value>, path: &[String]) -> Option<()> {
    let (name, inner) = path.split_first()?;
    let Some((last, way)) = inner.split_last() else {
        settings.shift_remove(name);
        return Some(());
    };
    let mut at = settings.get_mut(name)?;
    for part in way {
        at = match at {
            Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            Value::Object(members) => members.get_mut(part)?,
            _ => return None,
        };
    }
    match at {
        Value::Array(items) => {
            let index = last.parse::<usize>().ok().filter(|at| *at < items.len())?;
            items.remove(index);
        }
        Value::Object(members) => {
            members.shift_remove(last)?;
        }
        _ => return None,
    }
    Some(())
}

/// Gives a setting another name, at the place that it has.
pub(super) fn rename(
    workflow: &mut Workflow,
    node: &NodeId,
    from: &str,
    to: &str,
) -> Result<(), EditError> {
    let settings = &mut one(workflow, node)?.settings;
    if settings.contains_key(to) {
        return Err(EditError::SettingTaken(to.to_owned()));
    }
    let place = settings.keys().position(|key| key == from);
    let place = place.ok_or_else(|| EditError::NoSuchSetting(from.to_owned()))?;
    let value = settings.shift_remove(from).expect("it was just found");
    settings.shift_insert(place, to.to_owned(), value);
    Ok(())
}
