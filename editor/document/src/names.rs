//! What things are called: ids of new nodes, names of nodes for people, lists in sentences.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{Catalogue, Node, NodeId, Workflow};

/// Bytes of an id's stem, so that a number fits behind it.
const STEM: usize = 100;

/// An id that no node has: the wish itself, or else with the next free number behind it.
pub fn fresh_node_id(workflow: &Workflow, wish: &str) -> NodeId {
    FreshIds::new(workflow).take(wish)
}

/// Hands out ids that no node has, each once.
pub(crate) struct FreshIds {
    taken: BTreeSet<String>,
    /// The next number to try, by stem.
    next: BTreeMap<String, u32>,
}

impl FreshIds {
    /// All ids but those of a workflow's nodes.
    pub(crate) fn new(workflow: &Workflow) -> Self {
        let taken = workflow.nodes.iter();
        Self {
            taken: taken.map(|node| node.id.as_str().to_owned()).collect(),
            next: BTreeMap::new(),
        }
    }

    /// A free id near a wish.
    pub(crate) fn take(&mut self, wish: &str) -> NodeId {
        let id = match NodeId::new(wish) {
            Ok(id) if !self.taken.contains(wish) => id,
            _ => self.numbered(wish),
        };
        self.taken.insert(id.as_str().to_owned());
        id
    }

    fn numbered(&mut self, wish: &str) -> NodeId {
        let stem = stem(wish);
        let next = self.next.entry(stem.clone()).or_insert(2);
        loop {
            let id = format!("{stem}_{next}");
            *next += 1;
            if !self.taken.contains(&id) {
                return NodeId::new(id).expect("a short stem with a number is an id");
            }
        }
    }
}

/// A wish without its number.
fn stem(wish: &str) -> String {
    let bare = wish.trim_end_matches(|found: char| found.is_ascii_digit());
    let bare = bare.strip_suffix('_').filter(|_| bare.len() < wish.len());
    let mut stem: String = bare
        .unwrap_or(wish)
        .chars()
        .filter(|found| !found.is_control())
        .collect();
    stem.truncate(stem.floor_char_boundary(STEM));
    if stem.is_empty() {
        stem.push_str("node");
    }
    stem
}

/// What people call a node: the label that its author gave it, or else its definition's, or else
/// its type.
pub fn node_name<'a>(node: &'a Node, catalogue: &'a Catalogue) -> &'a str {
    let own = node
        .label
        .as_deref()
        .filter(|label| !label.trim().is_empty());
    own.unwrap_or_else(|| {
        catalogue
            .get(&node.node_type)
            .map_or(node.node_type.as_str(), |definition| &definition.label)
    })
}

/// At most 60 characters of a text, on one line.
pub(crate) fn clip(text: &str) -> String {
    let mut letters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = letters.by_ref().take(60).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// Names in backquotes, the last one joined with a word: "`a`, `b` or `c`".
pub(crate) fn quoted<T: std::fmt::Display>(names: &[T], word: &str) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", clip(&name.to_string())))
        .collect();
    match names.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} {word} {last}", head.join(", ")),
    }
}

/// `1 node`, `3 nodes`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_ids_count_on_and_are_always_ids() {
        let mut ids = FreshIds {
            taken: ["still", "still_2", "a9"].map(str::to_owned).into(),
            next: BTreeMap::new(),
        };
        let mut fresh = |wish: &str| ids.take(wish).as_str().to_owned();
        assert_eq!(fresh("glb"), "glb");
        assert_eq!(fresh("glb"), "glb_2");
        assert_eq!(fresh("still"), "still_3");
        assert_eq!(fresh("still_2"), "still_4");
        assert_eq!(fresh("a9"), "a9_2");
        assert_eq!(fresh(""), "node_2");
        assert_eq!(fresh("\n"), "node_3");
        assert!(fresh(&"ü".repeat(100)).ends_with("ü_2"));
    }
}
