//! Open and save give the same bytes, and edits keep what they aren't about.

use std::collections::BTreeMap;

use hartomat_document::{Edit, OpenDocument};
use hartomat_schema::Workflow;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::{read, texts, valid};
use crate::what_edits::{make, seed};

#[test]
fn open_and_save_give_the_same_bytes() {
    let mut canonical = Vec::new();
    for folder in ["runtime/schema/corpus/valid", "assets/workflows"] {
        for (name, text) in texts(folder) {
            let document = OpenDocument::opened(read(&text).unwrap(), 1);
            let saved = document.workflow().to_json();
            if saved == text {
                canonical.push(name.clone());
            }
            // One that somebody wrote in another way is canonical from the first save on.
            let again = OpenDocument::opened(read(&saved).unwrap(), 1);
            assert_eq!(again.workflow().to_json(), saved, "{name}");
        }
    }
    for name in [
        "canonical_still",
        "reroutes_frames_notes_bookmarks",
        "cad_thumbnail",
    ] {
        assert!(
            canonical.iter().any(|own| own == name),
            "{name} isn't in {canonical:?}"
        );
    }
}

/// Every unknown key of the document with what identifies its object.
fn strangers(workflow: &Workflow) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut note = |place: String, extra: &Map<String, Value>| {
        for (key, value) in extra {
            found.insert(format!("{place} / {key}"), value.clone());
        }
    };
    note("document".to_owned(), &workflow.extra);
    for node in &workflow.nodes {
        let known = node.extra.iter().filter(|(key, _)| *key != "collapsed");
        let known = known.map(|(key, value)| (key.clone(), value.clone()));
        note(format!("node {}", node.id), &known.collect());
        let watermark = node.settings.get_key_value("studio_watermark");
        let watermark = watermark.map(|(key, value)| (key.clone(), value.clone()));
        note(
            format!("settings {}", node.id),
            &watermark.into_iter().collect(),
        );
    }
    for edge in &workflow.edges {
        let (from, to) = (&edge.from, &edge.to);
        let place = format!("edge {}.{} {}.{}", from.node, from.port, to.node, to.port);
        note(place, &edge.extra);
    }
    for part in &workflow.contract {
        note(format!("contract {}", part.kind), &part.extra);
    }
    for bookmark in &workflow.bookmarks {
        note(format!("bookmark {}", bookmark.key), &bookmark.extra);
    }
    for note_ in &workflow.notes {
        let known = note_.extra.iter().filter(|(key, _)| *key != "size");
        let known = known.map(|(key, value)| (key.clone(), value.clone()));
        note("notes".to_owned(), &known.collect());
    }
    for frame in &workflow.frames {
        let known = frame.extra.iter().filter(|(key, _)| *key != "color");
        let known = known.map(|(key, value)| (key.clone(), value.clone()));
        note("frames".to_owned(), &known.collect());
    }
    found
}

/// Whether the object that a key belonged to is still there.
fn is_there(place: &str, workflow: &Workflow) -> bool {
    let (kind, rest) = place.split_once(' ').unwrap();
    let name = rest.split(" / ").next().unwrap();
    match kind {
        "node" | "settings" => workflow.nodes.iter().any(|node| node.id.as_str() == name),
        "edge" => workflow.edges.iter().any(|edge| {
            let (from, to) = (&edge.from, &edge.to);
            name == format!("{}.{} {}.{}", from.node, from.port, to.node, to.port)
        }),
        "bookmark" => workflow
            .bookmarks
            .iter()
            .any(|there| there.key.to_string() == name),
        "notes" => !workflow.notes.is_empty(),
        "frames" => !workflow.frames.is_empty(),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// What an edit doesn't remove keeps its unknown keys, at every level.
    #[test]
    fn unknown_keys_survive_edits_of_other_things(seeds in prop::collection::vec(seed(), 1..12)) {
        let catalogue = crate::support::catalogue();
        let mut workflow = valid("unknown_keys_at_every_level");
        prop_assert!(strangers(&workflow).len() > 10);
        for seed in &seeds {
            let Some(edit) = make(seed, &workflow) else { continue };
            let removes_one_of_several = matches!(edit, Edit::Remove { .. });
            let is_about_settings = matches!(
                edit,
                Edit::SetSetting { .. } | Edit::ResetSetting { .. } | Edit::RenameSetting { .. }
            );
            let Ok(after) = edit.apply(&workflow, catalogue) else { continue };
            let new = strangers(&after);
            for (place, value) in strangers(&workflow) {
                let is_excused = (is_about_settings && place.starts_with("settings"))
                    || (removes_one_of_several && (place.starts_with("notes") || place.starts_with("frames")));
                if is_there(&place, &after) && !is_excused {
                    prop_assert_eq!(new.get(&place), Some(&value), "{} after {:?}", place, edit);
                }
            }
            workflow = after;
        }
    }
}
