//! What an edit is called in menus and in the history list.

use std::fmt;

use hartomat_schema::{Catalogue, NodeId, NodeType, Workflow};

use super::{Alignment, Axis, Edit, FrameChange};
use crate::names::{clip, counted, node_name};

/// The name of a change: a key for the message file, with how many and what. Shows in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditLabel {
    /// Which message.
    pub key: &'static str,
    /// How many things it was about.
    pub count: usize,
    /// What it was about, such as a node's name; may be empty.
    pub subject: String,
}

/// The messages in English: key, for one thing, for several. `{s}` is the subject, `{n}` the count.
const ENGLISH: &[(&str, &str, &str)] = &[
    ("new", "New workflow", ""),
    ("opened", "Opened", ""),
    ("recovered", "Recovered draft", ""),
    ("add_node", "Add {s}", "Add {n} nodes"),
    ("insert_on_edge", "Insert {s}", ""),
    ("remove", "Remove {s}", "Remove {n} items"),
    (
        "remove_reconnect",
        "Remove {s} and reconnect",
        "Remove {n} items and reconnect",
    ),
    ("detach", "Detach {s}", "Detach {n} nodes"),
    ("connect", "Connect {s}", ""),
    ("move_edge", "Move edge", ""),
    ("cut_edges", "Cut edge", "Cut {n} edges"),
    ("remove_repeats", "Remove repeated edge", ""),
    ("mute", "Mute {s}", "Mute {n} nodes"),
    ("unmute", "Unmute {s}", "Unmute {n} nodes"),
    ("collapse", "Collapse {s}", "Collapse {n} nodes"),
    ("expand", "Expand {s}", "Expand {n} nodes"),
    ("rename", "Rename {s}", ""),
    ("give_new_id", "Give {s} an id of its own", ""),
    ("set_setting", "Change {s}", "Change {s} of {n} nodes"),
    ("reset_setting", "Reset {s}", "Reset {s} of {n} nodes"),
    ("rename_setting", "Rename setting {s}", ""),
    (
        "update_version",
        "Update version of {s}",
        "Update versions of {n} nodes",
    ),
    ("swap_type", "Swap for {s}", "Swap {n} nodes for {s}"),
    ("move", "Move {s}", "Move {n} items"),
    ("align_left", "Align left", "Align {n} nodes left"),
    (
        "align_center",
        "Align centres",
        "Align centres of {n} nodes",
    ),
    ("align_right", "Align right", "Align {n} nodes right"),
    (
        "align_top",
        "Align at the top",
        "Align {n} nodes at the top",
    ),
    (
        "align_middle",
        "Align middles",
        "Align middles of {n} nodes",
    ),
    (
        "align_bottom",
        "Align at the bottom",
        "Align {n} nodes at the bottom",
    ),
    (
        "distribute_horizontal",
        "Distribute horizontally",
        "Distribute {n} nodes horizontally",
    ),
    (
        "distribute_vertical",
        "Distribute vertically",
        "Distribute {n} nodes vertically",
    ),
    ("auto_layout", "Arrange {s}", "Arrange {n} nodes"),
    ("duplicate", "Duplicate {s}", "Duplicate {n} items"),
    ("paste", "Paste {s}", "Paste {n} items"),
    ("add_frame", "Add frame {s}", ""),
    ("rename_frame", "Rename frame {s}", ""),
    ("color_frame", "Colour frame {s}", ""),
    ("resize_frame", "Resize frame {s}", ""),
    (
        "join_frame",
        "Join frame {s}",
        "Join {n} items to frame {s}",
    ),
    ("add_reroute", "Add reroute point", ""),
    ("move_reroute", "Move reroute point", ""),
    ("add_note", "Add note", ""),
    ("edit_note", "Edit note", ""),
    ("resize_note", "Resize note", ""),
    ("set_bookmark", "Set bookmark {s}", ""),
    ("clear_bookmark", "Clear bookmark {s}", ""),
    ("set_name", "Rename workflow", ""),
    ("set_description", "Describe workflow", ""),
    ("set_mode", "Ask for mode {s}", ""),
    ("set_contract", "Change contract", ""),
    ("replace", "{s}", ""),
    ("all", "{s}", ""),
];

/// Count and subject of a text that was made by this message.
fn read(message: &str, text: &str) -> Option<(Option<usize>, String)> {
    let (mut message, mut text) = (message, text);
    let (mut count, mut subject) = (None, "");
    while let Some((before, after)) = message.split_once('{') {
        text = text.strip_prefix(before)?;
        let (gap, rest) = after.split_once('}')?;
        let until = rest.split('{').next().unwrap_or_default();
        let end = match until {
            "" => text.len(),
            until => text.rfind(until)?,
        };
        let (value, behind) = text.split_at(end);
        match gap {
            "n" => count = Some(value.parse().ok()?),
            _ => subject = value,
        }
        (message, text) = (rest, behind);
    }
    let is_said = message == text && !(text.is_empty() && subject.is_empty() && count.is_none());
    is_said.then(|| (count, subject.to_owned()))
}

impl EditLabel {
    /// A label of a key alone.
    pub(crate) fn plain(key: &'static str) -> Self {
        Self::of(key, 1, "")
    }

    fn of(key: &'static str, count: usize, subject: impl Into<String>) -> Self {
        Self {
            key,
            count,
            subject: subject.into(),
        }
    }

    /// Reads what a label shows in English, as drafts keep it. What fits several is taken for the one that
    /// says the most.
    pub fn from_english(text: &str) -> Option<Self> {
        let label = |(key, one, many): &(&'static str, &str, &str)| {
            let single = read(one, text).map(|(_, subject)| (one.len(), 1, subject));
            let several = read(many, text).and_then(|(count, subject)| {
                Some((many.len(), count.filter(|count| *count > 1)?, subject))
            });
            let (weight, count, subject) = several.or(single)?;
            Some((weight, Self::of(key, count, subject)))
        };
        let found = ENGLISH.iter().filter_map(label);
        let best = found.max_by_key(|(weight, _)| *weight);
        best.map(|(_, label)| label)
    }

    /// Every key that labels have, for message files.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        ENGLISH.iter().map(|(key, _, _)| *key)
    }
}

impl fmt::Display for EditLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = ENGLISH.iter().find(|(key, _, _)| *key == self.key);
        let (_, one, several) = message.expect("every label's key has a message");
        let template = if self.count == 1 || several.is_empty() {
            one
        } else {
            several
        };
        let text = template
            .replace("{n}", &self.count.to_string())
            .replace("{s}", &self.subject);
        f.pad(text.trim_end())
    }
}

impl Edit {
    /// What this edit is called when it is done to a document.
    pub fn label(&self, workflow: &Workflow, catalogue: &Catalogue) -> EditLabel {
        let names = Names {
            workflow,
            catalogue,
        };
        let nodes = |key, nodes: &std::collections::BTreeSet<NodeId>| {
            let subject = nodes.first().map_or_else(String::new, |id| names.node(id));
            EditLabel::of(key, nodes.len(), subject)
        };
        match self {
            Self::AddNode { node_type, .. }
            | Self::AddConnected { node_type, .. }
            | Self::AddOnEdge { node_type, .. } => {
                EditLabel::of("add_node", 1, names.definition(node_type))
            }
            Self::AddBetween { node_types, .. } => {
                let first = node_types.first().map(|node| names.definition(node));
                EditLabel::of("add_node", node_types.len(), first.unwrap_or_default())
            }
            Self::InsertOnEdge { node, .. } => EditLabel::of("insert_on_edge", 1, names.node(node)),
            Self::Remove { items, reconnect } => {
                let key = if *reconnect {
                    "remove_reconnect"
                } else {
                    "remove"
                };
                EditLabel::of(key, items.len(), names.item(items))
            }
            Self::Detach { nodes: ids } => nodes("detach", ids),
            Self::Connect { from, to } => {
                let subject = format!("{} to {}", names.node(&from.node), names.node(&to.node));
                EditLabel::of("connect", 1, subject)
            }
            Self::MoveEdge { .. } => EditLabel::plain("move_edge"),
            Self::CutEdges { edges } => EditLabel::of("cut_edges", edges.len(), ""),
            Self::RemoveRepeats { .. } => EditLabel::plain("remove_repeats"),
            Self::Mute { nodes: ids, muted } => nodes(if *muted { "mute" } else { "unmute" }, ids),
            Self::Collapse {
                nodes: ids,
                collapsed,
            } => nodes(if *collapsed { "collapse" } else { "expand" }, ids),
            Self::Rename { node, .. } => EditLabel::of("rename", 1, names.node(node)),
            Self::GiveNewId { id } => EditLabel::of("give_new_id", 1, clip(id.as_str())),
            Self::UpdateVersion { nodes: ids } => nodes("update_version", ids),
            Self::SwapType {
                nodes: ids,
                node_type,
            } => EditLabel::of("swap_type", ids.len(), names.definition(node_type)),
            Self::SetSetting {
                nodes: ids,
                pointer,
                ..
            } => EditLabel::of("set_setting", ids.len(), names.setting(ids, pointer)),
            Self::ResetSetting {
                nodes: ids,
                pointer,
            } => EditLabel::of("reset_setting", ids.len(), names.setting(ids, pointer)),
            Self::RenameSetting { from, .. } => EditLabel::of("rename_setting", 1, clip(from)),
            Self::Duplicate { items, .. } => {
                EditLabel::of("duplicate", items.len(), names.item(items))
            }
            Self::Paste { clip, .. } => {
                let subject = counted(clip.len(), "item");
                EditLabel::of("paste", clip.len(), subject)
            }
            _ => self.canvas_label(&names),
        }
    }

    fn canvas_label(&self, names: &Names<'_>) -> EditLabel {
        match self {
            Self::Move { items, .. } => EditLabel::of("move", items.len(), names.item(items)),
            Self::Align { nodes, to, .. } => {
                let key = match to {
                    Alignment::Left => "align_left",
                    Alignment::Center => "align_center",
                    Alignment::Right => "align_right",
                    Alignment::Top => "align_top",
                    Alignment::Middle => "align_middle",
                    Alignment::Bottom => "align_bottom",
                };
                EditLabel::of(key, nodes.len(), "")
            }
            Self::Distribute { nodes, along, .. } => {
                let key = match along {
                    Axis::Horizontal => "distribute_horizontal",
                    Axis::Vertical => "distribute_vertical",
                };
                EditLabel::of(key, nodes.len(), "")
            }
            Self::AutoLayout { nodes, .. } => match nodes {
                Some(nodes) => {
                    EditLabel::of("auto_layout", nodes.len(), counted(nodes.len(), "node"))
                }
                None => EditLabel::of("auto_layout", 1, "graph"),
            },
            Self::AddFrame { title, .. } | Self::AddFrameAt { title, .. } => {
                EditLabel::of("add_frame", 1, clip(title))
            }
            Self::EditFrame { frame, change } => match change {
                FrameChange::Title(title) => EditLabel::of("rename_frame", 1, clip(title)),
                FrameChange::Color(_) => EditLabel::of("color_frame", 1, names.frame(frame.0)),
                FrameChange::Rect(_) => EditLabel::of("resize_frame", 1, names.frame(frame.0)),
            },
            Self::JoinFrame { frame, items, .. } => {
                EditLabel::of("join_frame", items.len(), names.frame(frame.0))
            }
            Self::AddReroute { .. } => EditLabel::plain("add_reroute"),
            Self::MoveReroute { .. } => EditLabel::plain("move_reroute"),
            Self::AddNote { .. } => EditLabel::plain("add_note"),
            Self::EditNote { .. } => EditLabel::plain("edit_note"),
            Self::ResizeNote { .. } => EditLabel::plain("resize_note"),
            Self::SetBookmark { key, .. } => EditLabel::of("set_bookmark", 1, key.to_string()),
            Self::ClearBookmark { key } => EditLabel::of("clear_bookmark", 1, key.to_string()),
            Self::SetName(_) => EditLabel::plain("set_name"),
            Self::SetDescription(_) => EditLabel::plain("set_description"),
            Self::SetMode(mode) => EditLabel::of("set_mode", 1, mode.as_str()),
            Self::SetContract(_) => EditLabel::plain("set_contract"),
            Self::Replace { why, .. } => EditLabel::of("replace", 1, clip(why)),
            Self::All { name, .. } => EditLabel::of("all", 1, clip(name)),
            _ => unreachable!("every other edit is named before it comes here"),
        }
    }
}

/// Names of things for people.
struct Names<'a> {
    workflow: &'a Workflow,
    catalogue: &'a Catalogue,
}

impl Names<'_> {
    fn node(&self, id: &NodeId) -> String {
        let node = self.workflow.node(id);
        clip(node.map_or(id.as_str(), |node| node_name(node, self.catalogue)))
    }

    fn definition(&self, node_type: &NodeType) -> String {
        let definition = self.catalogue.get(node_type);
        clip(definition.map_or(node_type.as_str(), |definition| &definition.label))
    }

    fn frame(&self, index: usize) -> String {
        let frame = self.workflow.frames.get(index);
        clip(frame.map_or("", |frame| &frame.title))
    }

    /// The only thing of a selection.
    fn item(&self, items: &crate::Selection) -> String {
        if let Some(id) = items.nodes.first() {
            self.node(id)
        } else if let Some(frame) = items.frames.first() {
            format!("frame {}", self.frame(frame.0))
                .trim_end()
                .to_owned()
        } else if !items.notes.is_empty() {
            "note".to_owned()
        } else if !items.edges.is_empty() {
            "edge".to_owned()
        } else {
            "reroute point".to_owned()
        }
    }

    /// The title of the setting that a pointer leads to.
    fn setting(&self, nodes: &std::collections::BTreeSet<NodeId>, pointer: &str) -> String {
        let name = pointer.split('/').nth(1).unwrap_or_default();
        let name = name.replace("~1", "/").replace("~0", "~");
        let node = nodes.first().and_then(|id| self.workflow.node(id));
        let definition = node.and_then(|node| self.catalogue.get(&node.node_type));
        let setting = definition.and_then(|definition| {
            hartomat_schema::settings_schema::Setting::find(&definition.settings_schema, &name)
        });
        clip(setting.map_or(name.as_str(), |setting| setting.title()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_label_shows_in_english_can_be_read_again() {
        for (key, _, many) in ENGLISH {
            let of = |count| EditLabel::of(key, count, "Samples of steel");
            let counts = if many.contains("{n}") { 1..=3 } else { 1..=1 };
            for label in counts.map(of) {
                let shown = label.to_string();
                let read = EditLabel::from_english(&shown).unwrap();
                assert_eq!(read.to_string(), shown);
                let is_bare = label.key == "replace" || label.key == "all";
                assert!(is_bare || read.key == label.key, "{shown}: {read:?}");
            }
        }
        assert_eq!(EditLabel::from_english(""), None);
    }
}
