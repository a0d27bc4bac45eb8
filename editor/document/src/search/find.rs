//! Finding things in the document: nodes, settings, frames and notes, by text.

use std::collections::BTreeMap;

use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Catalogue, Node, NodeDefinition, NodeId, Workflow};
use serde_json::Value;

use super::fuzzy::fuzzy;
use crate::names::clip;
use crate::summary::shown;
use crate::{FrameIndex, NoteIndex, node_name};

/// Findings that are listed.
const MOST: usize = 200;

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundPlace {
    /// A node, by name, id or type.
    Node(NodeId),
    /// A setting, by title or by the text in it.
    Setting {
        /// The node.
        node: NodeId,
        /// JSON pointer within its settings.
        pointer: String,
    },
    /// A frame, by title.
    Frame(FrameIndex),
    /// A note, by text.
    Note(NoteIndex),
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub place: FoundPlace,
    /// What is shown, such as a node's name, or a setting's title and value.
    pub text: String,
    /// What it belongs to: a node's type, or the node of a setting; may be empty.
    pub of: String,
    /// How well it fits; only the order means something.
    pub score: u32,
}

/// Finds things, best first; nothing for an empty query.
pub fn find(workflow: &Workflow, catalogue: &Catalogue, query: &str) -> Vec<Found> {
    let query = query.trim();
    if query.is_empty() {
        return Vec::new();
    }
    let folded = query.to_lowercase();
    let mut titles = BTreeMap::new();
    let mut found = Vec::new();
    for node in &workflow.nodes {
        let definition = catalogue.get(&node.node_type);
        found.extend(node_found(node, catalogue, query));
        let Some(definition) = definition else {
            continue;
        };
        let titles = titles
            .entry(&node.node_type)
            .or_insert_with(|| titles_found(definition, query));
        found.extend(settings_found(node, definition, titles, &folded, catalogue));
    }
    for (index, frame) in workflow.frames.iter().enumerate() {
        found.extend(fuzzy(query, &frame.title).map(|matched| Found {
            place: FoundPlace::Frame(FrameIndex(index)),
            text: clip(&frame.title),
            of: String::new(),
            score: matched.score,
        }));
    }
    for (index, note) in workflow.notes.iter().enumerate() {
        found.extend(text_score(&note.text, &folded).map(|score| Found {
            place: FoundPlace::Note(NoteIndex(index)),
            text: clip(&note.text),
            of: String::new(),
            score,
        }));
    }
    found.sort_by_key(|found| std::cmp::Reverse(found.score));
    found.truncate(MOST);
    found
}

fn node_found(node: &Node, catalogue: &Catalogue, query: &str) -> Option<Found> {
    let name = node_name(node, catalogue);
    let texts = [name, node.id.as_str(), node.node_type.as_str()];
    let scores = texts.iter().zip([0, 4, 8]).filter_map(|(text, less)| {
        let found = fuzzy(query, text)?;
        Some(found.score.saturating_sub(less))
    });
    Some(Found {
        place: FoundPlace::Node(node.id.clone()),
        text: clip(name),
        of: node.node_type.as_str().to_owned(),
        // A node comes before its settings.
        score: scores.max()? + 8,
    })
}

/// Settings of a definition whose title or name fits, with the score.
fn titles_found(definition: &NodeDefinition, query: &str) -> Vec<(String, u32)> {
    let score = |setting: &Setting<'_>| {
        let title = fuzzy(query, setting.title()).map(|found| found.score);
        let name = fuzzy(query, setting.name).map(|found| found.score.saturating_sub(8));
        title.max(name)
    };
    Setting::all(&definition.settings_schema)
        .filter_map(|setting| Some((setting.name.to_owned(), score(&setting)?)))
        .collect()
}

fn settings_found(
    node: &Node,
    definition: &NodeDefinition,
    titles: &[(String, u32)],
    folded: &str,
    catalogue: &Catalogue,
) -> Vec<Found> {
    let entry = |name: &str, score: u32, value: Option<&Value>| {
        let setting = Setting::find(&definition.settings_schema, name);
        let title = setting.map_or(name, |setting| setting.title());
        let value = value.or_else(|| setting?.default());
        let text = match (value, setting) {
            (Some(value), Some(setting)) => format!("{title}: {}", shown(&setting, value)),
            (Some(Value::String(text)), None) => format!("{title}: {}", clip(text)),
            _ => title.to_owned(),
        };
        Found {
            place: FoundPlace::Setting {
                node: node.id.clone(),
                pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            },
            text,
            of: clip(node_name(node, catalogue)),
            score,
        }
    };
    let by_title = titles
        .iter()
        .map(|(name, score)| entry(name, *score, node.settings.get(name)));
    let by_value = node.settings.iter().filter_map(|(name, value)| {
        if titles.iter().any(|(known, _)| known == name) {
            return None;
        }
        let score = value_score(value, folded)?;
        Some(entry(name, score, Some(value)))
    });
    by_title.chain(by_value).collect()
}

/// Texts anywhere in a value.
fn value_score(value: &Value, folded: &str) -> Option<u32> {
    match value {
        Value::String(text) => text_score(text, folded),
        Value::Array(items) => items
            .iter()
            .filter_map(|item| value_score(item, folded))
            .max(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(key, member)| text_score(key, folded).max(value_score(member, folded)))
            .max(),
        _ => None,
    }
}

/// A text that holds the query as it is; more when it opens a word.
fn text_score(text: &str, folded: &str) -> Option<u32> {
    let text = text.to_lowercase();
    let at = text.find(folded)?;
    let opens_word = text[..at]
        .chars()
        .next_back()
        .is_none_or(|before| !before.is_alphanumeric());
    let letters = u32::try_from(folded.chars().count())
        .unwrap_or(100)
        .min(100);
    Some(letters * if opens_word { 64 } else { 48 })
}
