//! What both sides changed, each to another value.

use std::collections::BTreeSet;

use hartomat_document::{Difference, ValueChange};
use hartomat_schema::NodeId;

/// A setting or field of a node that both sides changed, each to another value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Clash {
    pub(super) node: NodeId,
    pub(super) pointer: String,
}

/// What both sides changed, each to another value.
pub(super) fn clashes(here: &Difference, there: &Difference) -> Vec<Clash> {
    let mut found = BTreeSet::new();
    for (node, mine) in &here.nodes_changed {
        let Some(theirs) = there.nodes_changed.get(node) else {
            continue;
        };
        let pairs = [
            (&mine.settings, &theirs.settings),
            (&mine.fields, &theirs.fields),
        ];
        for (mine, theirs) in pairs {
            for change in mine {
                let differs = |other: &&ValueChange| {
                    other.pointer == change.pointer && other.new != change.new
                };
                if theirs.iter().any(|other| differs(&other)) {
                    found.insert(Clash {
                        node: node.clone(),
                        pointer: change.pointer.clone(),
                    });
                }
            }
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use hartomat_schema::Workflow;
    use serde_json::json;

    use super::*;

    fn with_samples(samples: u32, seed: u32) -> Workflow {
        serde_json::from_value(json!({
            "schema": "hartomat.workflow/1", "id": "w", "name": "W", "family": "order_line",
            "nodes": [{"id": "still", "type": "render_still", "version": 1,
                       "settings": {"samples": samples, "seed": seed}}],
            "edges": []
        }))
        .unwrap()
    }

    #[test]
    fn a_setting_that_both_changed_is_a_clash_and_others_are_not() {
        let base = with_samples(64, 0);
        let here = Difference::between(&base, &with_samples(128, 0));
        let there = Difference::between(&base, &with_samples(256, 7));
        let found = clashes(&here, &there);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pointer, "/samples");
        assert!(clashes(&here, &here).is_empty());
    }
}
