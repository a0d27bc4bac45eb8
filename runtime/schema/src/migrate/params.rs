//! Where the old values go: to the node that they belong to, or under `legacy`.
//!
//! A value that a setting refuses, or whose meaning is not certain, stays under `legacy`; so does
//! every original whose converted form differs from it.

mod convert;
mod rules;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use super::draft::Draft;
use crate::explain::show;
use crate::suggest::clip;
use crate::{NodeType, Severity, WorkflowValidator};
pub(super) use rules::belongs_to;
use rules::{PAIRS, is_carried, rivals, rule};

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
            let names = params.keys();
            let placed = names.map(|name| (name.clone(), json!([name])));
            draft.nodes[index].placed = placed.collect();
            draft.nodes[index].settings = params;
            continue;
        }
        let mut kept = Map::new();
        for (name, value) in in_turn(params) {
            let carried = carrier(draft, &sources, index, &name);
            let at = carried.unwrap_or(index);
            match put(draft, validator, at, &name, &value) {
                Put::Exact => {
                    let setting = first_setting(draft, at, &name, &value);
                    let place = match carried {
                        Some(at) => json!([setting, draft.nodes[at].id]),
                        None => json!([setting]),
                    };
                    draft.nodes[index].placed.insert(name, place);
                }
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

/// The values in their order; where several say the same, in that of legacy, which took the first.
fn in_turn(params: Map<String, Value>) -> Vec<(String, Value)> {
    let has_rivals = rivals().any(|names| {
        let there = names.iter().filter(|name| params.contains_key(**name));
        there.count() > 1
    });
    let mut params: Vec<_> = params.into_iter().collect();
    if has_rivals {
        params.sort_by_key(|(name, _)| turn(name));
    }
    params
}

/// The place of a name among those that say the same.
fn turn(name: &str) -> usize {
    let places = rivals().filter_map(|names| names.iter().position(|it| *it == name));
    places.max().unwrap_or(0)
}

/// A preset's values go to every node that knows them.
fn place_shared(draft: &mut Draft, validator: &WorkflowValidator) {
    let types: BTreeSet<NodeType> = draft
        .nodes
        .iter()
        .map(|node| node.node_type.clone())
        .collect();
    let mut kept = Map::new();
    for (name, value) in in_turn(std::mem::take(&mut draft.shared)) {
        let is_known = types
            .iter()
            .any(|node_type| knows(validator, node_type, &name));
        let mut exact = None;
        let best = if draft.spent.contains(&name.as_str()) {
            Put::Converted
        } else if is_known {
            let nodes = 0..draft.nodes.len();
            nodes
                .map(|index| {
                    let put = put(draft, validator, index, &name, &value);
                    exact = exact.or((put == Put::Exact).then_some(index));
                    put
                })
                .min()
                .unwrap_or(Put::Unknown)
        } else {
            Put::Unknown
        };
        if let (Put::Exact, Some(at)) = (best, exact) {
            let setting = first_setting(draft, at, &name, &value);
            let place = json!([setting, draft.nodes[at].id]);
            draft.placed.insert(name, place);
        } else {
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

/// The setting that a value became, the first where it became several.
fn first_setting(draft: &Draft, index: usize, name: &str, value: &Value) -> String {
    let rule = rule(name, &draft.nodes[index].node_type);
    let settings = rule.and_then(|rule| (rule.convert)(value));
    let first = settings.and_then(|settings| settings.into_iter().next());
    first.map_or(name, |(setting, _)| setting).to_owned()
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
    let free = settings
        .iter()
        .filter(|(name, _)| !node.settings.contains_key(name));
    let free: Vec<_> = free.cloned().collect();
    // Of a pair, the side counts that nothing else has said.
    let is_part = PAIRS.contains(&name) && !free.is_empty() && free.len() < settings.len();
    let settings = if is_part { free } else { settings };
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
    let is_same = |own: &Value| own == value || equal_numbers(own, value);
    let is_exact = !is_part && candidate.values().all(is_same);
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
    if rule(name, &draft.nodes[index].node_type).is_some() || !is_carried(name) {
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
