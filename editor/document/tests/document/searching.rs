//! The add menu and find.

use hartomat_document::{AddFilter, Edit, FoundPlace, LooseEnd, add_menu, find};
use hartomat_schema::{Workflow, WorkflowId};

use crate::support::{apply, catalogue, edge, end, id, kind, still, valid};

fn menu(workflow: &Workflow, query: &str, filter: &AddFilter) -> Vec<String> {
    let catalogue = catalogue();
    let found = add_menu(workflow, catalogue, query, filter);
    let line = |found: &hartomat_document::Suggestion<'_>| match &found.reason {
        Some(reason) => format!("{}: {reason}", found.definition.node_type),
        None => found.definition.node_type.to_string(),
    };
    found.iter().map(line).collect()
}

fn empty() -> Workflow {
    let mut workflow = still();
    workflow.id = WorkflowId::literal("empty");
    workflow.nodes.clear();
    workflow.edges.clear();
    workflow
}

#[test]
fn an_empty_graph_is_offered_its_beginning_first_and_only_its_family() {
    let found = menu(&empty(), "", &AddFilter::Any);
    assert_eq!(found[0], "order_line_setup: brings the run's input");
    assert!(
        !found
            .iter()
            .any(|line| line.starts_with("render_thumbnail"))
    );
    assert!(
        !found
            .iter()
            .any(|line| line.starts_with("resolve_step_path"))
    );
    let last = &found[found.len() - 2..];
    assert_eq!(
        last,
        [
            "render_turntable: can't run in this edition: this catalogue has no video encoder",
            "export_blend: can't run in this edition: this catalogue has no Blender"
        ]
    );
}

#[test]
fn following_the_first_suggestion_leads_to_the_contract() {
    let mut workflow = empty();
    let mut added = Vec::new();
    for _ in 0..8 {
        let catalogue = catalogue();
        let found = add_menu(&workflow, catalogue, "", &AddFilter::Any);
        let Some(reason) = &found[0].reason else {
            break;
        };
        let node_type = found[0].definition.node_type.clone();
        added.push(format!("{node_type}: {reason}"));
        let edit = Edit::AddNode {
            node_type,
            position: [0.0; 2],
            id: None,
        };
        workflow = apply(&workflow, &edit);
    }
    assert!(added.len() <= 5, "{added:?}");
    assert!(
        added.last().unwrap().starts_with("render_still"),
        "{added:?}"
    );
    assert!(added.contains(&"render_still: delivers the missing image".to_owned()));
}

#[test]
fn a_query_finds_by_label_key_category_and_help() {
    let first = |query: &str| menu(&still(), query, &AddFilter::Any)[0].clone();
    assert!(first("still").starts_with("render_still"));
    assert!(first("bbox").starts_with("glb_bbox"));
    assert!(first("sug mat").starts_with("auto_populate_materials"));
    assert!(first("output_save").starts_with("output_save"));
    assert!(menu(&still(), "qqq", &AddFilter::Any).is_empty());
    let catalogue = catalogue();
    let found = add_menu(&still(), catalogue, "still", &AddFilter::Any);
    let label = &found[0].definition.label;
    let letters: String = found[0]
        .matched
        .iter()
        .map(|at| label.chars().nth(*at).unwrap())
        .collect();
    assert_eq!(letters.to_lowercase(), "still");
}

#[test]
fn a_dragged_edge_filters_the_menu_and_says_the_port() {
    let out = AddFilter::End(LooseEnd::Output(end("still", "image")));
    let catalogue = catalogue();
    let workflow = still();
    let found = add_menu(&workflow, catalogue, "", &out);
    let fits: Vec<String> = found
        .iter()
        .map(|found| {
            format!(
                "{}.{}",
                found.definition.node_type,
                found.port.as_ref().unwrap()
            )
        })
        .collect();
    assert_eq!(fits, ["image_transform.image", "output_save.output"]);
    let middle = AddFilter::Edge(edge(("still", "image"), ("save", "output")));
    assert_eq!(menu(&workflow, "", &middle), ["image_transform"]);
}

#[test]
fn what_nothing_feeds_is_named_in_the_reason() {
    let mut workflow = still();
    let remove = Edit::Remove {
        items: crate::support::nodes(["scene"]),
        reconnect: false,
    };
    workflow = apply(&workflow, &remove);
    let found = menu(&workflow, "", &AddFilter::Any);
    assert_eq!(found[0], "compose_scene: feeds scene of Still");
}

#[test]
fn without_a_contract_what_takes_a_loose_output_comes_first_and_a_second_input_late() {
    let mut workflow = empty();
    workflow.contract.clear();
    let add = Edit::AddNode {
        node_type: hartomat_schema::NodeType::literal("order_line_setup"),
        position: [0.0; 2],
        id: None,
    };
    let workflow = apply(&workflow, &add);
    let found = menu(&workflow, "", &AddFilter::Any);
    assert!(found[0].contains(" of Order line"), "{found:?}");
    let again = found.iter().position(|line| line == "order_line_setup");
    let usual = found.iter().rposition(|line| !line.contains(": "));
    assert!(again.is_some() && again == usual, "{found:?}");
}

#[test]
fn a_swap_offers_first_what_keeps_the_most_and_says_how_much() {
    let swapped = AddFilter::Swap([id("still")].into());
    let found = menu(&still(), "", &swapped);
    assert!(!found.iter().any(|line| line.starts_with("render_still")));
    let keeps = |line: &String| {
        let (_, kept) = line.split_once(": keeps ")?;
        kept.split(' ').next()?.parse::<u32>().ok()
    };
    let kept: Vec<u32> = found.iter().filter_map(keeps).collect();
    assert!(!kept.is_empty(), "{found:?}");
    assert!(kept.is_sorted_by(|a, b| a >= b), "{found:?}");
    let first = &found[..kept.len()];
    assert!(
        first.iter().all(|line| line.contains(": keeps ")),
        "{found:?}"
    );
}

#[test]
fn find_looks_at_names_settings_and_notes() {
    let catalogue = catalogue();
    let mut workflow = valid("reroutes_frames_notes_bookmarks");
    workflow = apply(
        &workflow,
        &Edit::Rename {
            node: id("still"),
            label: Some("Hero shot".to_owned()),
        },
    );
    let places = |query: &str| -> Vec<FoundPlace> {
        find(&workflow, catalogue, query)
            .into_iter()
            .map(|found| found.place)
            .collect()
    };
    assert_eq!(places("hero")[0], FoundPlace::Node(id("still")));
    assert_eq!(places("occ_glb_export")[0], FoundPlace::Node(id("glb")));
    let setting = |node: &str, pointer: &str| FoundPlace::Setting {
        node: id(node),
        pointer: pointer.to_owned(),
    };
    assert_eq!(places("samples")[0], setting("still", "/samples"));
    let samples = &find(&workflow, catalogue, "samples")[0];
    assert_eq!(
        (samples.text.as_str(), samples.of.as_str()),
        ("Samples: 64", "Hero shot")
    );
    assert_eq!(
        places("steel_brushed")[0],
        setting("materials", "/overrides")
    );
    assert_eq!(
        places("brass parts")[0],
        FoundPlace::Note(hartomat_document::NoteIndex(0))
    );
    assert!(places("Materials").contains(&FoundPlace::Frame(hartomat_document::FrameIndex(0))));
    assert!(places("").is_empty() && places("zzzz").is_empty());
    assert!(kind("notify").as_str() == "notify");
}
