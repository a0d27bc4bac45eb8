//! Which finding is mended how. A fix is offered where it is mechanical: doing it makes this very
//! finding disappear.

use std::collections::BTreeSet;

use hartomat_schema::{Catalogue, Diagnostic, NodeId, Workflow};

use super::{Fix, FixLabel, ProblemPlace, graph_fixes, setting_fixes};
use crate::names::clip;
use crate::{EdgeKey, Edit, Selection, node_name};

/// What the makers of fixes look at.
pub(super) struct Scene<'a> {
    pub(super) workflow: &'a Workflow,
    pub(super) catalogue: &'a Catalogue,
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) place: &'a ProblemPlace,
}

/// The fixes of a finding, best first.
pub(super) fn fixes(
    workflow: &Workflow,
    catalogue: &Catalogue,
    diagnostic: &Diagnostic,
    place: &ProblemPlace,
) -> Vec<Fix> {
    let scene = Scene {
        workflow,
        catalogue,
        diagnostic,
        place,
    };
    if scene.is_about_a_repeated_id() {
        return Vec::new();
    }
    let mut fixes = match diagnostic.code.as_str() {
        "duplicate_node_id" => scene.give_new_id(),
        "unknown_node_type" | "wrong_family" => scene.replace_node(),
        "older_node_version" => scene.update_version(),
        "disabled_node" => scene.mute_or_remove(),
        "dangling_node" => scene.remove_node(),
        "missing_node" | "self_edge" | "input_taken" => scene.remove_edge(),
        "duplicate_edge" => scene.remove_repeats(),
        "unknown_port" => graph_fixes::unknown_port(&scene),
        "kind_mismatch" => graph_fixes::kind_mismatch(&scene),
        "cycle" => graph_fixes::cycle(&scene),
        "missing_input" => graph_fixes::missing_input(&scene),
        "no_input_node" | "empty_graph" => graph_fixes::beginning(&scene),
        "missing_contract_artifact" => graph_fixes::missing_artifact(&scene),
        "contract_format" => graph_fixes::contract_format(&scene),
        "unknown_setting" => setting_fixes::unknown(&scene),
        code if code.starts_with("setting_") => setting_fixes::wrong(&scene),
        _ => Vec::new(),
    };
    fixes.retain(|fix| fix.edit.apply(workflow, catalogue).is_ok());
    fixes
}

impl Scene<'_> {
    /// The node that the finding is about.
    pub(super) fn node(&self) -> Option<&hartomat_schema::Node> {
        let id = self.place.node().or(self.diagnostic.place.node.as_ref())?;
        self.workflow.node(id)
    }

    /// What people call a node.
    pub(super) fn name(&self, id: &NodeId) -> String {
        let node = self.workflow.node(id);
        clip(node.map_or(id.as_str(), |node| node_name(node, self.catalogue)))
    }

    /// The edge that the finding is about.
    pub(super) fn edge(&self) -> Option<&EdgeKey> {
        match self.place {
            ProblemPlace::Edge(edge) => Some(edge),
            _ => None,
        }
    }

    /// A node that shares its id with another can't be told apart from it, unless it is the first:
    /// it needs an id of its own before anything else.
    fn is_about_a_repeated_id(&self) -> bool {
        let parts = super::parts(&self.diagnostic.place.pointer);
        let ["nodes", at, ..] = parts.as_slice() else {
            return false;
        };
        let node = at.parse().ok().and_then(|at: usize| {
            let node = self.workflow.nodes.get(at)?;
            let first = self
                .workflow
                .nodes
                .iter()
                .position(|other| other.id == node.id)?;
            Some(first != at)
        });
        node == Some(true) && self.diagnostic.code != "duplicate_node_id"
    }

    fn give_new_id(&self) -> Vec<Fix> {
        let id = self.diagnostic.place.node.clone();
        let fix = id.map(|id| Fix {
            label: FixLabel::new("fix_give_new_id", "", ""),
            edit: Edit::GiveNewId { id },
        });
        fix.into_iter().collect()
    }

    pub(super) fn remove_node(&self) -> Vec<Fix> {
        let fix = self.node().map(|node| Fix {
            label: FixLabel::new("fix_remove_node", self.name(&node.id), ""),
            edit: Edit::Remove {
                items: Selection::of_nodes([node.id.clone()]),
                reconnect: false,
            },
        });
        fix.into_iter().collect()
    }

    /// The family's definition with the nearest key, where one is near, or else nothing in its place.
    fn replace_node(&self) -> Vec<Fix> {
        let Some(node) = self.node() else {
            return Vec::new();
        };
        let near = nearest(
            node.node_type.as_str(),
            self.catalogue
                .nodes
                .iter()
                .filter(|node| node.families.contains(&self.workflow.family))
                .map(|node| node.node_type.as_str()),
        );
        let near = near.and_then(|near| {
            let nodes = &self.catalogue.nodes;
            nodes.iter().find(|node| node.node_type.as_str() == near)
        });
        let swap = near.map(|definition| Fix {
            label: FixLabel::new("fix_replace_node", clip(&definition.label), ""),
            edit: Edit::SwapType {
                nodes: BTreeSet::from([node.id.clone()]),
                node_type: definition.node_type.clone(),
            },
        });
        swap.into_iter().chain(self.remove_node()).collect()
    }

    fn update_version(&self) -> Vec<Fix> {
        let fix = self.node().map(|node| Fix {
            label: FixLabel::new("fix_update_version", "", ""),
            edit: Edit::UpdateVersion {
                nodes: BTreeSet::from([node.id.clone()]),
            },
        });
        fix.into_iter().collect()
    }

    fn mute_or_remove(&self) -> Vec<Fix> {
        let mute = self.node().map(|node| self.mute(&node.id, true));
        mute.into_iter().chain(self.remove_node()).collect()
    }

    /// Leaves a node out of runs, or takes it in again.
    pub(super) fn mute(&self, node: &NodeId, muted: bool) -> Fix {
        let key = if muted { "fix_mute" } else { "fix_unmute" };
        Fix {
            label: FixLabel::new(key, self.name(node), ""),
            edit: Edit::Mute {
                nodes: BTreeSet::from([node.clone()]),
                muted,
            },
        }
    }

    pub(super) fn remove_edge(&self) -> Vec<Fix> {
        let fix = self.edge().map(|edge| Fix {
            label: FixLabel::new("fix_remove_edge", "", ""),
            edit: Edit::CutEdges {
                edges: BTreeSet::from([edge.clone()]),
            },
        });
        fix.into_iter().collect()
    }

    fn remove_repeats(&self) -> Vec<Fix> {
        let fix = self.edge().map(|edge| Fix {
            label: FixLabel::new("fix_keep_once", "", ""),
            edit: Edit::RemoveRepeats { edge: edge.clone() },
        });
        fix.into_iter().collect()
    }
}

/// The candidate with the fewest letters wrong, where these are few.
pub(super) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    let near = candidates.into_iter().filter(|other| other.len() <= 64);
    let near = near.map(|other| (distance(name, other), other));
    let (wrong, nearest) = near.min()?;
    (wrong * 3 <= name.chars().count().max(nearest.chars().count())).then_some(nearest)
}

/// Letters to insert, remove or replace; case and underscores don't count.
fn distance(a: &str, b: &str) -> usize {
    let fold = |text: &str| -> Vec<char> {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let (a, b) = (fold(a), fold(b));
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = before + usize::from(from != to);
            before = row[j + 1];
            row[j + 1] = replaced.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn mistyped_names_are_near_and_strangers_are_not() {
        let known = ["samples", "width_px", "render_still"];
        assert_eq!(nearest("sampels", known), Some("samples"));
        assert_eq!(nearest("widthPx", known), Some("width_px"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest(&"x".repeat(500), known), None);
    }
}
