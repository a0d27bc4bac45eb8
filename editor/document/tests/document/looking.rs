//! What the document says of itself: summaries, consequences, merged settings, differences, pictures.

use std::collections::BTreeSet;

use hartomat_document::{
    Difference, Edit, Links, MergedSettings, MergedValue, Miniature, MuteConsequence, NodeSizes,
    Reach, Selection, summary,
};
use hartomat_schema::Workflow;
use serde_json::{Map, Value, json};

use crate::support::{
    apply, catalogue, edge, id, ids, kind, large, move_nodes, nodes, still, valid,
};

fn with(workflow: &Workflow, node: &str, settings: Value) -> Workflow {
    let mut workflow = workflow.clone();
    let node = workflow.nodes.iter_mut().find(|other| other.id == id(node));
    node.unwrap().settings = serde_json::from_value(settings).unwrap();
    workflow
}

fn summed(node: &str, settings: Value) -> String {
    let workflow = with(&still(), node, settings);
    let node = workflow.node(&id(node)).unwrap();
    summary(node, catalogue().get(&node.node_type).unwrap()).join(", ")
}

#[test]
fn a_summary_says_what_differs_and_nothing_else() {
    assert_eq!(
        summed("still", json!({"width_px": 1024, "samples": 64.0})),
        ""
    );
    assert_eq!(
        summed(
            "still",
            json!({"width_px": 2048, "samples": 128, "seed": 3})
        ),
        "2048 × 1024 px, 128 samples, Seed 3"
    );
    assert_eq!(
        summed(
            "still",
            json!({"format": "jpeg", "quality": 80, "transparent": true, "denoise": false})
        ),
        "Denoise off, JPEG, JPEG quality 80%, Transparent background"
    );
    // A quality that the form hides says nothing; unknown settings neither.
    assert_eq!(
        summed("still", json!({"quality": 80, "exposure_ev": 1.5, "x": 1})),
        "Exposure 1.5 EV"
    );
    assert_eq!(
        summed(
            "tell",
            json!({"recipients": ["a@example.com", "b@example.com"]})
        ),
        "Recipients 2 items"
    );
}

#[test]
fn muting_says_what_is_no_longer_delivered() {
    let catalogue = catalogue();
    let workflow = still();
    let say = |workflow: &Workflow, node: &str, muted| {
        MuteConsequence::new(workflow, catalogue, &ids([node]), muted).to_string()
    };
    assert_eq!(
        say(&workflow, "glb", true),
        "`image` is no longer delivered; 5 other nodes will not run any more"
    );
    assert_eq!(say(&workflow, "tell", true), "nothing else changes");
    // An optional input is no reason to stop.
    assert_eq!(say(&workflow, "bbox", true), "nothing else changes");
    let muted = apply(
        &workflow,
        &Edit::Mute {
            nodes: ids(["glb"]),
            muted: true,
        },
    );
    assert_eq!(
        say(&muted, "glb", false),
        "`image` is again delivered; 5 other nodes will run again"
    );
}

#[test]
fn upstream_downstream_and_linked_are_what_they_say() {
    let workflow = still();
    let links = Links::new(&workflow);
    let reach = |node, reach| links.reach(&ids([node]), reach);
    assert_eq!(
        reach("materials", Reach::Upstream),
        ids(["line", "parts", "suggest", "materials"])
    );
    assert_eq!(
        reach("scene", Reach::Downstream),
        ids(["scene", "still", "save", "tell"])
    );
    assert_eq!(reach("tell", Reach::Linked).len(), workflow.nodes.len());
    let path = links.path(&id("line"), &id("still")).unwrap();
    assert_eq!(path.len(), 4);
    assert!(links.path(&id("still"), &id("line")).is_none());
    assert!(!links.has_circle());
}

#[test]
fn several_nodes_of_a_type_are_one_form() {
    let catalogue = catalogue();
    let workflow = apply(
        &still(),
        &Edit::Duplicate {
            items: nodes(["still"]),
            by: [0.0, 200.0],
            with_inputs: true,
        },
    );
    let workflow = with(
        &workflow,
        "still_2",
        json!({"width_px": 512, "seed": 0, "x": 1}),
    );
    let both = ids(["still", "still_2"]);
    let merged = MergedSettings::new(&workflow, catalogue, &both);
    let field = |name: &str| {
        merged
            .fields
            .iter()
            .find(|field| field.name == name)
            .unwrap()
    };
    assert_eq!(
        field("width_px").value,
        MergedValue::Mixed(vec![json!(1024), json!(512)])
    );
    assert_eq!(field("height_px").value, MergedValue::Same(json!(1024)));
    assert_eq!(field("height_px").set_in, ids(["still"]));
    assert!(field("seed").is_default && !field("width_px").is_default);
    assert_eq!(merged.unknown, BTreeSet::from(["x".to_owned()]));
    let before = merged.values();
    assert!(!before.contains_key("width_px"));
    let mut after = before.clone();
    after.insert("samples".to_owned(), json!(8));
    let edit = merged.edit(&before, &after).unwrap();
    let changed = apply(&workflow, &edit);
    for node in &both {
        assert_eq!(changed.node(node).unwrap().settings["samples"], 8);
        assert_eq!(changed.node(node).unwrap().settings.get("denoise"), None);
    }
    assert_eq!(merged.edit(&before, &before), None);
}

#[test]
fn nodes_of_different_types_share_what_is_described_alike() {
    let catalogue = catalogue();
    let mut workflow = valid("two_outputs");
    workflow = apply(
        &workflow,
        &Edit::AddNode {
            node_type: kind("render_turntable"),
            position: [0.0; 2],
            id: None,
        },
    );
    let merged = MergedSettings::new(&workflow, catalogue, &ids(["still", "render_turntable"]));
    let names: Vec<&str> = merged
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!(names, ["width_px", "height_px", "samples"]);
    let properties = merged.schema["properties"].as_object().unwrap();
    assert_eq!(properties.len(), 3);
    // In ranges that suit both.
    let limits = |schema: &Value| {
        schema["properties"]["width_px"]["maximum"]
            .as_u64()
            .unwrap()
    };
    let of = |node_type: &str| limits(&catalogue.get(&kind(node_type)).unwrap().settings_schema);
    assert_eq!(
        limits(&merged.schema),
        of("render_still").min(of("render_turntable"))
    );
    let nobody = MergedSettings::new(&workflow, catalogue, &ids(["nobody"]));
    assert!(nobody.fields.is_empty() && nobody.values() == Map::new());
}

#[test]
fn a_difference_lists_what_changed_by_name() {
    let old = valid("unknown_keys_at_every_level");
    let mut new = old.clone();
    for edit in [
        Edit::set_setting(id("still"), "/samples", json!(128)),
        Edit::set_setting(id("materials"), "/overrides/Nut", json!("brass")),
        Edit::Rename {
            node: id("still"),
            label: Some("Hero".to_owned()),
        },
        move_nodes([id("glb")], [5.0, 0.0]),
        Edit::Remove {
            items: nodes(["tell"]),
            reconnect: false,
        },
        Edit::AddNode {
            node_type: kind("notify"),
            position: [0.0; 2],
            id: None,
        },
        Edit::SetName("Other".to_owned()),
        Edit::EditNote {
            note: hartomat_document::NoteIndex(0),
            text: "done".to_owned(),
        },
    ] {
        new = apply(&new, &edit);
    }
    let found = Difference::between(&old, &new);
    assert_eq!(found.nodes_added, [id("notify")]);
    assert_eq!(found.nodes_removed, [id("tell")]);
    let changed: Vec<&str> = found.nodes_changed.keys().map(|id| id.as_str()).collect();
    assert_eq!(changed, ["glb", "materials", "still"]);
    let still = &found.nodes_changed[&id("still")];
    assert_eq!(still.settings[0].pointer, "/samples");
    assert_eq!(
        (&still.settings[0].old, &still.settings[0].new),
        (&Some(json!(64)), &Some(json!(128)))
    );
    assert_eq!(still.fields[0].pointer, "/label");
    let nut = &found.nodes_changed[&id("materials")].settings[0];
    assert_eq!((nut.pointer.as_str(), &nut.old), ("/overrides/Nut", &None));
    assert_eq!(
        found.nodes_changed[&id("glb")].moved,
        Some(([260.0, 300.0], [265.0, 300.0]))
    );
    assert_eq!(
        found.edges_removed,
        [edge(("save", "media_asset"), ("tell", "media_asset"))]
    );
    assert!(found.edges_added.is_empty() && found.edges_changed.is_empty());
    assert_eq!(found.fields[0].pointer, "/name");
    assert_eq!(found.canvas[0].pointer, "/notes/0/text");
    assert!(Difference::between(&old, &old).is_empty());
}

#[test]
fn a_miniature_fits_its_square_and_keeps_proportions() {
    let catalogue = catalogue();
    for workflow in [
        still(),
        large(300),
        valid("reroutes_frames_notes_bookmarks"),
    ] {
        let sizes = NodeSizes::estimated(&workflow, catalogue);
        let picture = Miniature::new(&workflow, catalogue, &sizes);
        assert_eq!(picture.nodes.len(), workflow.nodes.len());
        assert_eq!(picture.edges.len(), workflow.edges.len());
        let inside = |number: f32| (-1e-5..=1.00001).contains(&number);
        for node in &picture.nodes {
            let [x, y, width, height] = node.rect;
            assert!(
                [x, y, x + width, y + height].into_iter().all(inside),
                "{node:?}"
            );
            assert!(node.category.is_some());
        }
        let widest = picture.nodes.iter().map(|node| node.rect[0] + node.rect[2]);
        let tallest = picture.nodes.iter().map(|node| node.rect[1] + node.rect[3]);
        assert!(widest.chain(tallest).fold(0.0, f32::max) > 0.9);
    }
    let mut empty = still();
    empty.nodes.clear();
    empty.edges.clear();
    let picture = Miniature::new(&empty, catalogue, &NodeSizes::default());
    assert!(picture.nodes.is_empty() && picture.aspect == 1.0);
}

#[test]
fn a_selection_can_be_a_box_the_rest_or_everything() {
    let catalogue = catalogue();
    let workflow = valid("reroutes_frames_notes_bookmarks");
    let sizes = NodeSizes::estimated(&workflow, catalogue);
    let all = Selection::all(&workflow);
    assert_eq!((all.nodes.len(), all.reroutes.len()), (11, 2));
    let rect = [-10.0, -10.0, 500.0, 200.0].into();
    let inside = Selection::in_rect(&workflow, rect, &sizes);
    assert_eq!(inside.nodes, ids(["line", "template", "parts"]));
    let rest = inside.inverted(&workflow);
    assert_eq!(rest.nodes.len(), 8);
    assert_eq!(inside.single_node(), None);
    assert_eq!(nodes(["still"]).single_node(), Some(&id("still")));
}
