//! Each kind of edit, as an artist would notice it.

use std::collections::BTreeSet;
use std::sync::Arc;

use hartomat_document::{
    Difference, Edit, EditError, EditLabel, FrameChange, FrameIndex, LooseEnd, NodeSizes,
    NoteIndex, OpenDocument, Rect, Reroute, Selection, is_collapsed, note_size,
};
use hartomat_schema::Workflow;
use serde_json::{Value, json};

use crate::support::{
    apply, catalogue, edge, edges, end, id, ids, kind, move_nodes, nodes, still, valid,
};

fn fails(workflow: &Workflow, edit: &Edit) -> String {
    edit.apply(workflow, catalogue()).unwrap_err().to_string()
}

fn settings(workflow: &Workflow, node: &str) -> String {
    let settings = &workflow.node(&id(node)).unwrap().settings;
    serde_json::to_string(settings).unwrap()
}

fn set(names: BTreeSet<hartomat_schema::NodeId>, pointer: &str, value: Value) -> Edit {
    Edit::SetSetting {
        nodes: names,
        pointer: pointer.to_owned(),
        value,
    }
}

#[test]
fn a_new_node_leaves_its_settings_to_the_defaults() {
    let edit = Edit::AddNode {
        node_type: kind("render_still"),
        position: [10.0, 20.0],
        id: None,
    };
    let once = apply(&still(), &edit);
    let twice = apply(&once, &edit);
    let new: Vec<&str> = twice.nodes[11..]
        .iter()
        .map(|node| node.id.as_str())
        .collect();
    assert_eq!(new, ["render_still", "render_still_2"]);
    let node = &twice.nodes[11];
    assert!(node.settings.is_empty() && node.label.is_none() && !node.muted);
    assert_eq!((node.version, node.position), (1, [10.0, 20.0]));
}

#[test]
fn nodes_of_the_other_family_and_of_other_catalogues_are_refused() {
    let add = |node_type: &str| Edit::AddNode {
        node_type: kind(node_type),
        position: [0.0; 2],
        id: None,
    };
    assert_eq!(
        fails(&still(), &add("render_thumbnail")),
        "`render_thumbnail` belongs to cad_file workflows, this one is of the family order_line"
    );
    assert_eq!(
        fails(&still(), &add("magic")),
        "this catalogue has no node type `magic`"
    );
}

#[test]
fn a_node_dropped_on_an_edge_is_put_in_its_middle() {
    let key = edge(("still", "image"), ("save", "output"));
    let mut workflow = still();
    let wire = workflow.edges.iter_mut().find(|edge| key.is(edge)).unwrap();
    wire.via = vec![[1400.0, 0.0], [1550.0, 0.0]];
    wire.extra.insert("style".to_owned(), json!("dashed"));
    let edit = Edit::AddOnEdge {
        node_type: kind("image_transform"),
        position: [1450.0, 80.0],
        edge: key.clone(),
    };
    let after = apply(&workflow, &edit);
    let before = edge(("still", "image"), ("image_transform", "image"));
    let behind = edge(("image_transform", "image"), ("save", "output"));
    assert_eq!(before.find(&after).unwrap().via, [[1400.0, 0.0]]);
    let behind = behind.find(&after).unwrap();
    assert_eq!(behind.via, [[1550.0, 0.0]]);
    assert_eq!(behind.extra["style"], "dashed");
    assert!(key.find(&after).is_none());
    // The same with a node that stands there already, and nothing that doesn't fit.
    let insert = |node: &str| Edit::InsertOnEdge {
        node: id(node),
        edge: key.clone(),
    };
    assert_eq!(
        fails(&workflow, &insert("bbox")),
        "`glb_bbox` has no input for this"
    );
    assert_eq!(
        fails(&workflow, &insert("save")),
        "a node can't feed itself"
    );
}

#[test]
fn a_dragged_edge_brings_its_node_along() {
    let forward = Edit::AddConnected {
        node_type: kind("image_transform"),
        position: [0.0; 2],
        end: LooseEnd::Output(end("still", "image")),
    };
    let after = apply(&still(), &forward);
    assert!(edges(&after).contains(&"still.image → image_transform.image".to_owned()));
    let backward = Edit::AddConnected {
        node_type: kind("image_transform"),
        position: [0.0; 2],
        end: LooseEnd::Input(end("save", "output")),
    };
    let after = apply(&still(), &backward);
    assert!(edges(&after).contains(&"image_transform.image → save.output".to_owned()));
    assert!(!edges(&after).contains(&"still.image → save.output".to_owned()));
}

#[test]
fn removing_cuts_edges_and_reconnecting_closes_the_gap() {
    let between = Edit::AddOnEdge {
        node_type: kind("image_transform"),
        position: [1450.0, 80.0],
        edge: edge(("still", "image"), ("save", "output")),
    };
    let workflow = apply(&still(), &between);
    let remove = |reconnect| Edit::Remove {
        items: nodes(["image_transform"]),
        reconnect,
    };
    let cut = apply(&workflow, &remove(false));
    assert_eq!(cut.edges.len(), still().edges.len() - 1);
    assert_eq!(edges(&apply(&workflow, &remove(true))), edges(&still()));
    // Taken out of its edges the node stays.
    let detach = Edit::Detach {
        nodes: ids(["image_transform"]),
    };
    let detached = apply(&workflow, &detach);
    assert_eq!(edges(&detached), edges(&still()));
    assert_eq!(detached.nodes.len(), workflow.nodes.len());
    // What fits nowhere is gone: nothing upstream of `scene` is a scene.
    let scene = Edit::Remove {
        items: nodes(["scene"]),
        reconnect: true,
    };
    let after = apply(&still(), &scene);
    assert!(
        !edges(&after)
            .iter()
            .any(|edge| edge.contains("still.scene"))
    );
}

#[test]
fn an_edges_end_can_be_put_elsewhere_and_keeps_what_it_knows() {
    let workflow = valid("unknown_keys_at_every_level");
    let key = edge(("line", "order_line"), ("template", "order_line"));
    let other = apply(
        &workflow,
        &Edit::AddNode {
            node_type: kind("resolve_template"),
            position: [0.0; 2],
            id: Some(id("other")),
        },
    );
    let after = apply(
        &other,
        &Edit::MoveEdge {
            edge: key,
            from: end("line", "order_line"),
            to: end("other", "order_line"),
        },
    );
    let moved = edge(("line", "order_line"), ("other", "order_line"));
    let extra = &moved.find(&after).unwrap().extra;
    assert_eq!(extra["style"], "dashed");
    assert_eq!(extra["from"], json!({"side": "right"}));
    assert!(!extra.contains_key("to"));
}

#[test]
fn an_edge_that_is_moved_onto_another_leaves_that_one_as_it_is() {
    let workflow = valid("unknown_keys_at_every_level");
    let there = edge(("line", "order_line"), ("template", "order_line"));
    let known = there.find(&workflow).unwrap().clone();
    let moved = edge(("line", "step_file"), ("parts", "step_file"));
    let after = apply(
        &workflow,
        &Edit::MoveEdge {
            edge: moved.clone(),
            from: end("line", "order_line"),
            to: end("template", "order_line"),
        },
    );
    assert_eq!(there.find(&after), Some(&known));
    assert!(moved.find(&after).is_none());
    assert_eq!(after.edges.len(), workflow.edges.len() - 1);
}

#[test]
fn a_setting_of_several_nodes_is_one_edit_and_takes_its_place_in_the_order() {
    let workflow = apply(
        &still(),
        &Edit::Duplicate {
            items: nodes(["still"]),
            by: [0.0, 200.0],
            with_inputs: false,
        },
    );
    let both = ids(["still", "still_2"]);
    let after = apply(&workflow, &set(both.clone(), "/seed", json!(7)));
    let after = apply(&after, &set(both.clone(), "/samples", json!(16)));
    for node in ["still", "still_2"] {
        assert_eq!(
            settings(&after, node),
            r#"{"width_px":1024,"height_px":1024,"samples":16,"seed":7}"#
        );
    }
    let first = apply(&after, &set(ids(["template"]), "/scene", json!("soft_box")));
    assert_eq!(settings(&first, "template"), r#"{"scene":"soft_box"}"#);
    let reset = Edit::ResetSetting {
        nodes: both,
        pointer: "/height_px".to_owned(),
    };
    let after = apply(&after, &reset);
    assert_eq!(
        settings(&after, "still"),
        r#"{"width_px":1024,"samples":16,"seed":7}"#
    );
    let label = reset.label(&workflow, catalogue()).to_string();
    assert_eq!(label, "Reset Height of 2 nodes");
}

#[test]
fn settings_inside_lists_and_objects_are_reached_by_pointer() {
    let workflow = still();
    let after = apply(
        &workflow,
        &set(ids(["materials"]), "/overrides/Nut~1M6", json!("brass")),
    );
    assert_eq!(
        settings(&after, "materials"),
        r#"{"overrides":{"Bolt*":"steel_brushed","Nut/M6":"brass"}}"#
    );
    let after = apply(
        &after,
        &set(ids(["tell"]), "/recipients/-", json!("li@example.com")),
    );
    let after = apply(
        &after,
        &set(ids(["tell"]), "/recipients/0", json!("jo@example.com")),
    );
    assert_eq!(
        settings(&after, "tell"),
        r#"{"recipients":["jo@example.com","li@example.com"]}"#
    );
    let reset = |node, pointer: &str| Edit::ResetSetting {
        nodes: ids([node]),
        pointer: pointer.to_owned(),
    };
    let after = apply(&after, &reset("tell", "/recipients/0"));
    let after = apply(&after, &reset("materials", "/overrides/Bolt*"));
    assert_eq!(
        settings(&after, "tell"),
        r#"{"recipients":["li@example.com"]}"#
    );
    assert_eq!(
        settings(&after, "materials"),
        r#"{"overrides":{"Nut/M6":"brass"}}"#
    );
    // A default that was implicit becomes explicit where a part of it changes.
    let hidden = apply(&workflow, &set(ids(["scene"]), "/hidden/0", json!("cover")));
    assert_eq!(
        settings(&hidden, "scene"),
        r#"{"azimuth_deg":30.0,"hidden":["cover"]}"#
    );
    for pointer in ["", "recipients", "/recipients/9", "/recipients/0/deeper"] {
        let error = fails(&workflow, &set(ids(["tell"]), pointer, json!(1)));
        assert_eq!(error, format!("there is no setting at `{pointer}`"));
    }
}

#[test]
fn swapping_keeps_settings_and_edges_that_fit() {
    let workflow = apply(&still(), &set(ids(["still"]), "/seed", json!(3)));
    let workflow = apply(
        &workflow,
        &set(ids(["still"]), "/studio_key", json!("kept")),
    );
    let swap = Edit::SwapType {
        nodes: ids(["still"]),
        node_type: kind("render_turntable"),
    };
    let after = apply(&workflow, &swap);
    // The turntable has no seed; what no version knows is kept.
    assert_eq!(
        settings(&after, "still"),
        r#"{"width_px":1024,"height_px":1024,"samples":64,"studio_key":"kept"}"#
    );
    let own: Vec<String> = edges(&after)
        .into_iter()
        .filter(|edge| edge.contains("still"))
        .collect();
    assert_eq!(
        own,
        ["scene.scene → still.scene", "still.video → save.output"]
    );
    // Back again, and nothing of the edges is lost.
    let back = Edit::SwapType {
        nodes: ids(["still"]),
        node_type: kind("render_still"),
    };
    assert_eq!(edges(&apply(&after, &back)), edges(&still()));
    let out = Edit::SwapType {
        nodes: ids(["still"]),
        node_type: kind("glb_bbox"),
    };
    let out = apply(&workflow, &out);
    assert!(!edges(&out).iter().any(|edge| edge.contains("still")));
    assert_eq!(settings(&out, "still"), r#"{"studio_key":"kept"}"#);
}

#[test]
fn collapsing_is_kept_in_the_document_and_leaves_no_trace_once_expanded() {
    let workflow = still();
    let edit = |collapsed| Edit::Collapse {
        nodes: ids(["still", "save"]),
        collapsed,
    };
    let small = apply(&workflow, &edit(true));
    assert!(is_collapsed(small.node(&id("still")).unwrap()));
    assert!(!is_collapsed(small.node(&id("bbox")).unwrap()));
    let text = small.to_json();
    let read: Workflow = serde_json::from_str(&text).unwrap();
    assert!(is_collapsed(read.node(&id("save")).unwrap()));
    let difference = Difference::between(&workflow, &small);
    assert!(!difference.is_empty());
    assert_eq!(apply(&small, &edit(false)).to_json(), workflow.to_json());
    let size = |workflow| NodeSizes::estimated(workflow, catalogue()).size(&id("still"));
    assert!(size(&small)[1] < size(&workflow)[1]);
    assert_eq!(edit(true).label(&workflow, catalogue()).count, 2);
}

#[test]
fn muting_naming_and_versions_are_about_their_nodes_alone() {
    let mut workflow = still();
    workflow.nodes[8].version = 0;
    let edits = [
        Edit::Mute {
            nodes: ids(["still", "save"]),
            muted: true,
        },
        Edit::Rename {
            node: id("still"),
            label: Some("Hero".to_owned()),
        },
        Edit::UpdateVersion {
            nodes: ids(["still"]),
        },
    ];
    let mut after = workflow.clone();
    for edit in &edits {
        after = apply(&after, edit);
    }
    let changed: Vec<&str> = after
        .nodes
        .iter()
        .zip(&workflow.nodes)
        .filter(|(after, before)| after != before)
        .map(|(node, _)| node.id.as_str())
        .collect();
    assert_eq!(changed, ["still", "save"]);
    let still = after.node(&id("still")).unwrap();
    assert_eq!(
        (still.muted, still.label.as_deref(), still.version),
        (true, Some("Hero"), 1)
    );
    let unnamed = apply(
        &after,
        &Edit::Rename {
            node: id("still"),
            label: Some("  ".to_owned()),
        },
    );
    assert_eq!(unnamed.node(&id("still")).unwrap().label, None);
}

#[test]
fn frames_go_around_things_and_take_them_along() {
    let sizes = Arc::new(NodeSizes::estimated(&still(), catalogue()));
    let framed = apply(
        &still(),
        &Edit::AddFrame {
            title: "Materials".to_owned(),
            items: nodes(["suggest", "materials"]),
            sizes: Arc::clone(&sizes),
        },
    );
    let rect = |workflow: &Workflow| Rect::from(workflow.frames[0].rect);
    for node in ["suggest", "materials"] {
        assert!(rect(&framed).holds(sizes.rect(framed.node(&id(node)).unwrap())));
    }
    let frame = Selection {
        frames: BTreeSet::from([FrameIndex(0)]),
        ..Selection::default()
    };
    let content = frame.clone().with_frame_content(&framed, &sizes);
    assert_eq!(content.nodes, ids(["suggest", "materials"]));
    let moved = apply(
        &framed,
        &Edit::Move {
            items: content,
            by: [10.0, -5.0],
        },
    );
    assert_eq!(rect(&moved).x, rect(&framed).x + 10.0);
    assert_eq!(moved.node(&id("suggest")).unwrap().position, [530.0, 145.0]);
    let joined = apply(
        &framed,
        &Edit::JoinFrame {
            frame: FrameIndex(0),
            items: nodes(["scene"]),
            sizes: Arc::clone(&sizes),
        },
    );
    assert!(rect(&joined).holds(sizes.rect(joined.node(&id("scene")).unwrap())));
    assert!(rect(&joined).holds(rect(&framed)));
    let color = |color: &str| Edit::EditFrame {
        frame: FrameIndex(0),
        change: FrameChange::Color(Some(color.to_owned())),
    };
    let coloured = apply(&framed, &color("#336699"));
    assert_eq!(coloured.frames[0].extra["color"], "#336699");
    assert_eq!(
        fails(&framed, &color("red")),
        "`red` is no colour: write # and six hexadecimal digits"
    );
    let remove = Edit::Remove {
        items: frame,
        reconnect: false,
    };
    let bare = apply(&framed, &remove);
    assert!(bare.frames.is_empty());
    assert_eq!(bare.nodes.len(), framed.nodes.len());
}

#[test]
fn reroute_points_are_added_moved_and_removed() {
    let key = edge(("glb", "glb"), ("bbox", "glb"));
    let add = |index, x| Edit::AddReroute {
        edge: key.clone(),
        index,
        position: [x, 1.0],
    };
    let via = |workflow: &Workflow| key.find(workflow).unwrap().via.clone();
    let workflow = apply(&apply(&still(), &add(0, 300.0)), &add(9, 400.0));
    assert_eq!(via(&workflow), [[300.0, 1.0], [400.0, 1.0]]);
    let second = Reroute {
        edge: key.clone(),
        index: 1,
    };
    let moved = apply(
        &workflow,
        &Edit::MoveReroute {
            reroute: second.clone(),
            position: [450.0, 2.0],
        },
    );
    assert_eq!(via(&moved), [[300.0, 1.0], [450.0, 2.0]]);
    // Between nodes that move, points move along; else those that are selected.
    let both = move_nodes(ids(["glb", "bbox"]), [0.0, 10.0]);
    assert_eq!(
        via(&apply(&workflow, &both)),
        [[300.0, 11.0], [400.0, 11.0]]
    );
    let one = move_nodes(ids(["glb"]), [0.0, 10.0]);
    assert_eq!(via(&apply(&workflow, &one)), via(&workflow));
    let items = Selection {
        reroutes: BTreeSet::from([second]),
        ..Selection::default()
    };
    let point = Edit::Move {
        items: items.clone(),
        by: [0.0, 10.0],
    };
    assert_eq!(
        via(&apply(&workflow, &point)),
        [[300.0, 1.0], [400.0, 11.0]]
    );
    let remove = Edit::Remove {
        items,
        reconnect: false,
    };
    assert_eq!(via(&apply(&workflow, &remove)), [[300.0, 1.0]]);
}

#[test]
fn notes_and_bookmarks_are_kept_in_the_document() {
    let note = Edit::AddNote {
        text: "Ask Kim".to_owned(),
        position: [1.0, 2.0],
        size: Some([120.0, 60.0]),
    };
    let workflow = apply(&still(), &note);
    assert_eq!(note_size(&workflow.notes[0]), Some([120.0, 60.0]));
    let resized = apply(
        &workflow,
        &Edit::ResizeNote {
            note: NoteIndex(0),
            position: [0.0, 2.0],
            size: [130.0, 60.0],
        },
    );
    assert_eq!(note_size(&resized.notes[0]), Some([130.0, 60.0]));
    assert_eq!(
        fails(
            &workflow,
            &Edit::EditNote {
                note: NoteIndex(1),
                text: String::new()
            }
        ),
        "this note is no longer there"
    );
    let bookmark = |key, zoom| Edit::SetBookmark {
        key,
        center: [5.0, 5.0],
        zoom,
    };
    let mut workflow = still();
    for (key, zoom) in [(7, 1.0), (2, 1.0), (7, 0.5)] {
        workflow = apply(&workflow, &bookmark(key, zoom));
    }
    let marks: Vec<(u8, f64)> = workflow
        .bookmarks
        .iter()
        .map(|mark| (mark.key, mark.zoom))
        .collect();
    assert_eq!(marks, [(2, 1.0), (7, 0.5)]);
    let cleared = apply(&workflow, &Edit::ClearBookmark { key: 2 });
    assert_eq!(cleared.bookmarks.len(), 1);
    assert_eq!(
        fails(&workflow, &bookmark(0, 1.0)),
        "a bookmark has a key from 1 to 9, not 0"
    );
}

#[test]
fn no_edit_makes_a_document_that_cant_be_read_again() {
    let workflow = still();
    let nowhere = [f64::NAN, 0.0];
    for edit in [
        move_nodes(ids(["still"]), [f64::INFINITY, 0.0]),
        Edit::AddNote {
            text: String::new(),
            position: nowhere,
            size: None,
        },
        Edit::SetBookmark {
            key: 1,
            center: nowhere,
            zoom: 1.0,
        },
    ] {
        assert_eq!(
            edit.apply(&workflow, catalogue()),
            Err(EditError::NotFinite)
        );
    }
    let far = apply(&workflow, &move_nodes(ids(["still"]), [f64::MAX, 0.0]));
    let further = move_nodes(ids(["still"]), [f64::MAX, 0.0]);
    assert_eq!(further.apply(&far, catalogue()), Err(EditError::NotFinite));
    let long = Edit::SetDescription("x".repeat(2 << 20));
    assert!(fails(&workflow, &long).starts_with("a text has at most 1048576 bytes"));
    let mut deep = json!(1);
    for _ in 0..80 {
        deep = json!([deep]);
    }
    assert_eq!(
        fails(&workflow, &set(ids(["still"]), "/x", deep)),
        "a value is nested deeper than 64 levels"
    );
    let everything = Selection::all(&crate::support::large(3_000));
    let many = Edit::Duplicate {
        items: everything,
        by: [0.0, 0.0],
        with_inputs: false,
    };
    assert_eq!(
        fails(&crate::support::large(3_000), &many),
        "a workflow has at most 5000 nodes"
    );
}

#[test]
fn no_edit_makes_a_document_that_is_too_large_to_be_read() {
    let limit = hartomat_schema::read::limits::DOCUMENT_BYTES;
    let note = |text: &str| Edit::AddNote {
        text: text.to_owned(),
        position: [0.0; 2],
        size: None,
    };
    let long = "x".repeat(limit / 8 - 1_000);
    let mut document = OpenDocument::opened(still(), 1);
    let refused = loop {
        if let Err(err) = document.apply(&note(&long), catalogue()) {
            break err;
        }
        assert!(document.workflow().to_json().len() <= limit);
    };
    assert!(matches!(refused, EditError::TooLarge { .. }), "{refused}");
    assert!(document.workflow().notes.len() >= 7);
    assert!(crate::support::read(&document.workflow().to_json()).is_some());

    // Neither does what is typed bit by bit.
    let words = Edit::SetDescription("x".repeat(limit / 8 - 10));
    let preview = document.preview(&words, catalogue()).unwrap_err();
    assert!(matches!(preview, EditError::TooLarge { .. }), "{preview}");
    document.abort_gesture();
    // One that is too large already becomes smaller.
    let mut large = Workflow::clone(document.workflow());
    large.notes.extend(large.notes.clone());
    let fewer = Edit::EditNote {
        note: NoteIndex(0),
        text: String::new(),
    };
    assert!(fewer.apply(&large, catalogue()).is_ok());
}

#[test]
fn repeated_ids_and_edges_are_told_apart() {
    let mut workflow = still();
    let mut twin = workflow.nodes[8].clone();
    twin.position = [0.0, 999.0];
    workflow.nodes.push(twin);
    workflow.edges.push(workflow.edges[0].clone());
    let moved = apply(&workflow, &move_nodes(ids(["still"]), [1.0, 0.0]));
    assert_eq!(moved.nodes[8].position, [1301.0, 80.0]);
    assert_eq!(moved.nodes[11].position, [0.0, 999.0]);
    let named = apply(&workflow, &Edit::GiveNewId { id: id("still") });
    assert_eq!(named.nodes[11].id, id("still_2"));
    let once = apply(
        &workflow,
        &Edit::RemoveRepeats {
            edge: edge(("line", "order_line"), ("template", "order_line")),
        },
    );
    assert_eq!(edges(&once), edges(&still()));
}

#[test]
fn every_label_has_a_message_and_speaks_plainly() {
    let keys: BTreeSet<&str> = EditLabel::keys().collect();
    assert!(keys.len() > 45);
    let say = |edit: Edit| edit.label(&still(), catalogue()).to_string();
    assert_eq!(
        say(Edit::Remove {
            items: nodes(["still", "save"]),
            reconnect: false
        }),
        "Remove 2 items"
    );
    assert_eq!(
        say(Edit::Connect {
            from: end("still", "image"),
            to: end("save", "output")
        }),
        "Connect Still to Save output"
    );
    assert_eq!(
        say(Edit::set_setting(id("still"), "/width_px", json!(5))),
        "Change Width"
    );
    assert_eq!(
        say(Edit::AutoLayout {
            nodes: None,
            sizes: Arc::default()
        }),
        "Arrange graph"
    );
}
