//! The settings of several nodes as one form shows them.

use std::collections::BTreeSet;

use hartomat_schema::settings_schema::{Setting, keys, settings_schema};
use hartomat_schema::{Catalogue, Node, NodeDefinition, NodeId, Workflow};
use serde_json::{Map, Value};

use crate::Edit;
use crate::summary::is_default;

/// What several nodes have in a setting, defaults included.
#[derive(Debug, Clone, PartialEq)]
pub enum MergedValue {
    /// All of them the same.
    Same(Value),
    /// Different values, each once, in the order of the nodes.
    Mixed(Vec<Value>),
    /// None of them has one, and there is no default.
    Unset,
}

/// A setting that all of the nodes have.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedField {
    /// Its name.
    pub name: String,
    /// What the nodes have.
    pub value: MergedValue,
    /// Nodes in which somebody set it: those that a reset would change.
    pub set_in: BTreeSet<NodeId>,
    /// Whether all of them have the default.
    pub is_default: bool,
}

/// The settings of several nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedSettings {
    /// The nodes, those with a known definition.
    pub nodes: BTreeSet<NodeId>,
    /// A settings schema of the settings that all of them have, for the form.
    pub schema: Value,
    /// These settings, in form order of the first node.
    pub fields: Vec<MergedField>,
    /// Names that some node has and its definition doesn't know: kept, not used by this version.
    pub unknown: BTreeSet<String>,
}

impl MergedSettings {
    /// The settings of these nodes; nodes that aren't there or whose definition isn't known don't
    /// count.
    pub fn new(workflow: &Workflow, catalogue: &Catalogue, nodes: &BTreeSet<NodeId>) -> Self {
        let chosen: Vec<(&Node, &NodeDefinition)> = workflow
            .nodes
            .iter()
            .filter(|node| nodes.contains(&node.id))
            .filter_map(|node| Some((node, catalogue.get(&node.node_type)?)))
            .collect();
        let unknown = chosen.iter().flat_map(|(node, definition)| {
            let names = node.settings.keys();
            names.filter(|name| Setting::find(&definition.settings_schema, name).is_none())
        });
        let mut merged = Self {
            nodes: chosen.iter().map(|(node, _)| node.id.clone()).collect(),
            schema: settings_schema([]),
            fields: Vec::new(),
            unknown: unknown.cloned().collect(),
        };
        let Some((_, first)) = chosen.first() else {
            return merged;
        };
        let common: Vec<Setting<'_>> = Setting::all(&first.settings_schema)
            .filter(|setting| is_common(setting.name, &chosen))
            .collect();
        merged.schema = common_schema(&first.settings_schema, &common, &chosen);
        merged.fields = common
            .iter()
            .map(|setting| field(setting.name, &chosen))
            .collect();
        merged
    }

    /// Values for the form: of each setting that is the same everywhere, that value.
    pub fn values(&self) -> Map<String, Value> {
        let same = self.fields.iter().filter_map(|field| match &field.value {
            MergedValue::Same(value) => Some((field.name.clone(), value.clone())),
            _ => None,
        });
        same.collect()
    }

    /// The edit for what a form changed, from the values before and after: a value that is other or
    /// new is set in all of the nodes, one that is gone is reset. None when nothing changed.
    pub fn edit(&self, before: &Map<String, Value>, after: &Map<String, Value>) -> Option<Edit> {
        settings_edit(&self.nodes, before, after)
    }
}

/// See [`MergedSettings::edit`].
pub fn settings_edit(
    nodes: &BTreeSet<NodeId>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Option<Edit> {
    let pointer = |name: &str| format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let set = after
        .iter()
        .filter(|(name, value)| before.get(*name) != Some(value))
        .map(|(name, value)| Edit::SetSetting {
            nodes: nodes.clone(),
            pointer: pointer(name),
            value: value.clone(),
        });
    let gone = before.keys().filter(|name| !after.contains_key(*name));
    let reset = gone.map(|name| Edit::ResetSetting {
        nodes: nodes.clone(),
        pointer: pointer(name),
    });
    let mut edits: Vec<Edit> = set.chain(reset).collect();
    match edits.len() {
        0 => None,
        1 => edits.pop(),
        _ => Some(Edit::All {
            name: "Change settings".to_owned(),
            edits,
        }),
    }
}

/// Whether all definitions take the same values for a setting, ranges aside, and call it the same.
/// What a `$ref` names must be the same too, so the `$defs` are compared as well.
fn is_common(name: &str, chosen: &[(&Node, &NodeDefinition)]) -> bool {
    let of = |definition: &NodeDefinition| {
        let schema = &definition.settings_schema;
        let mut property = schema.get("properties")?.get(name)?.clone();
        for key in ["description", "default", "minimum", "maximum", keys::GROUP] {
            property.as_object_mut()?.shift_remove(key);
        }
        let has_reference = property.to_string().contains("\"$ref\"");
        let definitions = has_reference.then(|| schema.get("$defs").cloned());
        Some((property, definitions.flatten()))
    };
    let (_, first) = chosen[0];
    let mut types = BTreeSet::from([&first.node_type]);
    let wanted = of(first);
    chosen
        .iter()
        .filter(|(_, definition)| types.insert(&definition.node_type))
        .all(|(_, definition)| of(definition) == wanted)
}

/// The first node's schema; for several types, the common settings alone, in ranges that suit all.
fn common_schema(
    first: &Value,
    common: &[Setting<'_>],
    chosen: &[(&Node, &NodeDefinition)],
) -> Value {
    let mut schema = first.clone();
    let is_one_type = chosen
        .iter()
        .all(|(node, _)| node.node_type == chosen[0].0.node_type);
    if is_one_type {
        return schema;
    }
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    if let Some(properties) = properties {
        properties.retain(|name, _| common.iter().any(|setting| setting.name == name));
        for (name, property) in properties {
            narrow(name, property, chosen);
        }
    }
    schema
}

/// Sets a property's range to what all definitions allow.
fn narrow(name: &str, property: &mut Value, chosen: &[(&Node, &NodeDefinition)]) {
    for (key, is_tighter) in [
        ("minimum", f64::gt as fn(&f64, &f64) -> bool),
        ("maximum", f64::lt),
    ] {
        for (_, definition) in chosen {
            let properties = definition.settings_schema.get("properties");
            let limit = properties.and_then(|all| all.get(name)?.get(key));
            let (Some(limit), Some(property)) = (limit, property.as_object_mut()) else {
                continue;
            };
            let own = property.get(key).and_then(Value::as_f64);
            let other = limit.as_f64().unwrap_or_default();
            if own.is_none_or(|own| is_tighter(&other, &own)) {
                property.insert(key.to_owned(), limit.clone());
            }
        }
    }
}

fn field(name: &str, chosen: &[(&Node, &NodeDefinition)]) -> MergedField {
    let mut values: Vec<Value> = Vec::new();
    let mut set_in = BTreeSet::new();
    let mut is_default_everywhere = true;
    let mut is_missing = false;
    for (node, definition) in chosen {
        let setting = Setting::find(&definition.settings_schema, name);
        let own = node.settings.get(name);
        if let Some(value) = own {
            set_in.insert(node.id.clone());
            is_default_everywhere &= setting.is_some_and(|setting| is_default(&setting, value));
        }
        match own.or_else(|| setting?.default()) {
            Some(value) if !values.contains(value) => values.push(value.clone()),
            Some(_) => {}
            None => is_missing = true,
        }
    }
    let value = match values.len() {
        0 => MergedValue::Unset,
        1 if !is_missing => MergedValue::Same(values.remove(0)),
        _ => MergedValue::Mixed(values),
    };
    MergedField {
        name: name.to_owned(),
        value,
        set_in,
        is_default: is_default_everywhere,
    }
}
