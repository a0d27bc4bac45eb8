//! Which ports can be joined: the validator's verdict, never a circle, and reasons that help.

use hartomat_document::{
    ConnectionCheck, Edit, LooseEnd, Refusal, can_connect, compatible_nodes, occupant,
    suggest_connections,
};
use hartomat_schema::{ArtifactKind, Endpoint, Family};
use proptest::prelude::*;

use crate::support::{apply, catalogue, edge, edges, end, id, ids, kind, still, valid, validator};
use crate::what_edits::{make, seed};

/// All ports of a document: outputs and inputs.
fn ports(workflow: &hartomat_schema::Workflow) -> (Vec<Endpoint>, Vec<Endpoint>) {
    let catalogue = catalogue();
    let (mut outputs, mut inputs) = (Vec::new(), Vec::new());
    for node in &workflow.nodes {
        let Some(definition) = catalogue.get(&node.node_type) else {
            continue;
        };
        let at = |port: &hartomat_schema::PortName| Endpoint {
            node: node.id.clone(),
            port: port.clone(),
        };
        let contract = &definition.contract;
        outputs.extend(contract.outputs.iter().map(|port| at(&port.name)));
        inputs.extend(contract.inputs.iter().map(|port| at(&port.name)));
    }
    (outputs, inputs)
}

#[test]
fn every_pair_of_ports_gets_the_validators_verdict() {
    let (catalogue, validator) = (catalogue(), validator());
    for name in ["canonical_still", "two_outputs", "thumbnail"] {
        let workflow = valid(name);
        let (outputs, inputs) = ports(&workflow);
        for from in &outputs {
            for to in &inputs {
                let own = can_connect(&workflow, catalogue, from, to);
                let found = validator.check_connection(&workflow, from, to);
                assert_eq!(
                    own.is_ok(),
                    found.is_empty(),
                    "{from:?} {to:?} {own:?} {found:?}"
                );
                let backwards = LooseEnd::Input(to.clone());
                let check = ConnectionCheck::new(&workflow, catalogue, backwards).unwrap();
                assert_eq!(check.check(from), own);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is edited, no edit makes a circle, an input with two edges, or an edge between
    /// ports that don't fit.
    #[test]
    fn no_edit_makes_a_graph_that_the_validator_refuses(seeds in prop::collection::vec(seed(), 1..30)) {
        let (catalogue, validator) = (catalogue(), validator());
        let mut workflow = valid("two_outputs");
        for seed in &seeds {
            let Some(edit) = make(seed, &workflow) else { continue };
            if let Ok(after) = edit.apply(&workflow, catalogue) {
                workflow = after;
            }
        }
        let refused = ["cycle", "self_edge", "input_taken", "duplicate_edge", "kind_mismatch",
            "unknown_port", "missing_node", "duplicate_node_id", "wrong_family", "unknown_node_type"];
        let found = validator.validate(&workflow);
        let found: Vec<_> = found.iter().filter(|found| refused.contains(&found.code.as_str())).collect();
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}

#[test]
fn a_refusal_says_what_to_put_between() {
    let catalogue = catalogue();
    let workflow = still();
    let refusal = can_connect(
        &workflow,
        catalogue,
        &end("glb", "glb"),
        &end("save", "output"),
    );
    let refusal = refusal.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "`glb` can't feed `output`: add `compose_scene` and `render_still` between them"
    );
    let Refusal::Kinds { adapters, .. } = refusal else {
        panic!("{refusal:?}");
    };
    // What it says can be done.
    let between = Edit::AddBetween {
        node_types: adapters,
        from: end("glb", "glb"),
        to: end("save", "output"),
    };
    let after = apply(&workflow, &between);
    assert_eq!(after.nodes.len(), workflow.nodes.len() + 2);
    assert!(edges(&after).contains(&"glb.glb → compose_scene.glb".to_owned()));
    assert!(edges(&after).contains(&"render_still.image → save.output".to_owned()));
    assert!(!edges(&after).contains(&"still.image → save.output".to_owned()));
}

#[test]
fn what_nothing_makes_is_said_to_be_so() {
    let catalogue = catalogue();
    let workflow = valid("two_outputs");
    let mut with_blend = workflow.clone();
    with_blend = apply(
        &with_blend,
        &Edit::AddNode {
            node_type: kind("export_blend"),
            position: [0.0, 0.0],
            id: Some(id("blend")),
        },
    );
    let with_transform = apply(
        &with_blend,
        &Edit::AddNode {
            node_type: kind("image_transform"),
            position: [0.0, 0.0],
            id: Some(id("crop")),
        },
    );
    let refusal = can_connect(
        &with_transform,
        catalogue,
        &end("blend", "blend"),
        &end("crop", "image"),
    );
    assert_eq!(
        refusal.unwrap_err().to_string(),
        "`blend` can't feed `image`: no node makes `image` of `blend`"
    );
}

#[test]
fn circles_and_strangers_are_refused_with_their_names() {
    let catalogue = catalogue();
    let workflow = still();
    let say = |from, to| {
        can_connect(&workflow, catalogue, &from, &to)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        say(end("nobody", "x"), end("still", "scene")),
        "there is no node `nobody`"
    );
    assert_eq!(
        say(end("glb", "mesh"), end("scene", "glb")),
        "`occ_glb_export` has no output `mesh`"
    );
    assert_eq!(
        say(
            end("materials", "material_map"),
            end("materials", "material_map")
        ),
        "a node can't feed itself"
    );
    let suggest_first = apply(
        &workflow,
        &Edit::AddNode {
            node_type: kind("material_map_resolve"),
            position: [0.0, 0.0],
            id: Some(id("again")),
        },
    );
    let chained = apply(
        &suggest_first,
        &Edit::Connect {
            from: end("materials", "material_map"),
            to: end("again", "material_map"),
        },
    );
    let back = can_connect(
        &chained,
        catalogue,
        &end("again", "material_map"),
        &end("materials", "material_map"),
    );
    assert_eq!(
        back.unwrap_err(),
        Refusal::Cycle {
            from: id("again"),
            to: id("materials")
        }
    );
}

#[test]
fn an_occupied_input_is_no_reason_and_its_edge_is_replaced() {
    let workflow = valid("two_outputs");
    let saves: Vec<_> = workflow
        .nodes
        .iter()
        .filter(|node| node.node_type == kind("output_save"))
        .collect();
    let to = end(saves[0].id.as_str(), "output");
    let taken = occupant(&workflow, &to).unwrap();
    let other = occupant(&workflow, &end(saves[1].id.as_str(), "output")).unwrap();
    let edit = Edit::Connect {
        from: other.from.clone(),
        to: to.clone(),
    };
    let after = apply(&workflow, &edit);
    assert_eq!(after.edges.len(), workflow.edges.len());
    assert_eq!(occupant(&after, &to).unwrap().from, other.from);
    assert!(taken.find(&after).is_none());
}

#[test]
fn compatible_nodes_are_of_the_family_and_fit() {
    let catalogue = catalogue();
    let workflow = still();
    let names = |end| {
        let found = compatible_nodes(&workflow, catalogue, &end);
        let names = found
            .iter()
            .map(|fit| format!("{}.{}", fit.definition.node_type, fit.port));
        names.collect::<Vec<_>>()
    };
    assert_eq!(
        names(LooseEnd::Output(end("still", "image"))),
        ["image_transform.image", "output_save.output"]
    );
    assert_eq!(
        names(LooseEnd::Input(end("save", "output"))),
        [
            "render_still.image",
            "render_turntable.video",
            "export_blend.blend",
            "image_transform.image"
        ]
    );
    assert!(workflow.family == Family::OrderLine && !ArtifactKind::ALL.is_empty());
    assert!(names(LooseEnd::Output(end("nobody", "image"))).is_empty());
}

#[test]
fn selected_nodes_are_joined_from_left_to_right() {
    let catalogue = catalogue();
    let mut workflow = still();
    workflow.edges.clear();
    let found = suggest_connections(&workflow, catalogue, &ids(["scene", "still", "save"]));
    assert_eq!(
        found,
        [
            edge(("scene", "scene"), ("still", "scene")),
            edge(("still", "image"), ("save", "output"))
        ]
    );
}
