//! Problems by place, and fixes that do what they say.

use std::collections::BTreeMap;

use hartomat_document::{Edit, ProblemPlace, Problems};
use hartomat_schema::{Diagnostic, Severity, Workflow};
use proptest::prelude::*;
use serde_json::json;

use crate::support::{apply, catalogue, id, read, still, texts, valid, validator};
use crate::what_edits::{make, seed};

/// What identifies a finding while indices shift.
fn key(found: &Diagnostic) -> String {
    format!(
        "{} {:?} {:?} {}",
        found.code, found.place.node, found.place.port, found.message
    )
}

fn keys(workflow: &Workflow) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for diagnostic in validator().validate(workflow) {
        *found.entry(key(&diagnostic)).or_default() += 1;
    }
    found
}

/// Does every fix of every problem; returns how many there were, by code.
fn try_all(workflow: &Workflow, name: &str) -> BTreeMap<String, usize> {
    let catalogue = catalogue();
    let before = keys(workflow);
    let mut tried = BTreeMap::new();
    for problem in Problems::check(workflow, validator()).all {
        let own = key(&problem.diagnostic);
        for fix in &problem.fixes {
            let after = fix.edit.apply(workflow, catalogue).unwrap();
            let left = keys(&after).get(&own).copied().unwrap_or(0);
            assert!(
                left < before[&own],
                "{name}: \"{}\" doesn't mend {own}: {:?}",
                fix.label,
                fix.edit
            );
            *tried.entry(problem.diagnostic.code.clone()).or_default() += 1;
        }
    }
    tried
}

#[test]
fn every_fix_of_the_invalid_documents_removes_its_finding() {
    let mut tried: BTreeMap<String, usize> = BTreeMap::new();
    for (name, text) in texts("runtime/schema/corpus/invalid") {
        if let Some(workflow) = read(&text) {
            for (code, count) in try_all(&workflow, &name) {
                *tried.entry(code).or_default() += count;
            }
        }
    }
    for code in [
        "contract_format",
        "cycle",
        "duplicate_edge",
        "duplicate_node_id",
        "empty_graph",
        "input_taken",
        "kind_mismatch",
        "missing_contract_artifact",
        "missing_input",
        "missing_node",
        "no_input_node",
        "self_edge",
        "setting_out_of_range",
        "setting_wrong_choice",
        "setting_wrong_type",
        "unknown_node_type",
        "unknown_port",
        "unknown_setting",
        "wrong_family",
    ] {
        assert!(tried.contains_key(code), "nothing mends {code}: {tried:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_fix_of_any_graph_removes_its_finding(
        seeds in prop::collection::vec(seed(), 1..12),
        spoil in prop::collection::vec((0..6_usize, any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..4),
    ) {
        let catalogue = catalogue();
        let mut workflow = valid("two_outputs");
        for seed in &seeds {
            let Some(edit) = make(seed, &workflow) else { continue };
            if let Ok(after) = edit.apply(&workflow, catalogue) {
                workflow = after;
            }
        }
        for (how, a, b) in &spoil {
            let (nodes, edges) = (workflow.nodes.len(), workflow.edges.len());
            if nodes == 0 || edges == 0 {
                break;
            }
            let (a, b) = (a.index(edges), b.index(nodes));
            match how {
                0 => workflow.edges[a].from.node = workflow.nodes[b].id.clone(),
                1 => workflow.edges[a].to.node = workflow.nodes[b].id.clone(),
                2 => workflow.nodes[b].version = 0,
                3 => { let twin = workflow.edges[a].clone(); workflow.edges.push(twin); }
                4 => { workflow.nodes[b].settings.insert("sampels".to_owned(), json!("much")); }
                _ => workflow.nodes[b].id = workflow.nodes[0].id.clone(),
            }
        }
        try_all(&workflow, "random");
    }
}

#[test]
fn problems_know_their_place_and_say_what_the_button_does() {
    let catalogue = catalogue();
    let mut workflow = still();
    for (pointer, value) in [("/samples", json!(0)), ("/sampels", json!(3))] {
        workflow = apply(&workflow, &Edit::set_setting(id("still"), pointer, value));
    }
    let cut = Edit::CutEdges {
        edges: [crate::support::edge(("scene", "scene"), ("still", "scene"))].into(),
    };
    workflow = apply(&workflow, &cut);
    let problems = Problems::check(&workflow, validator());
    let lines: Vec<String> = problems
        .all
        .iter()
        .map(|problem| {
            let fixes = problem.fixes.iter().map(|fix| fix.label.to_string());
            let fixes: Vec<String> = fixes.collect();
            format!("{}: {}", problem.diagnostic.code, fixes.join(" | "))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "unknown_setting: Remove sampels",
            "setting_out_of_range: Set Samples to 1 | Reset Samples to its default",
            "dangling_node: Remove Scene",
            "missing_input: Connect scene of Scene | Add Scene and connect it",
        ]
    );
    let setting = |pointer: &str| ProblemPlace::Setting {
        node: id("still"),
        pointer: pointer.to_owned(),
    };
    assert_eq!(problems.all[0].place, setting("/sampels"));
    assert_eq!(problems.all[1].place, setting("/samples"));
    assert_eq!(problems.count(Severity::Error), 2);
    let fixed = problems.all[1].fixes[0].edit.apply(&workflow, catalogue);
    let fixed = fixed.unwrap();
    assert_eq!(fixed.node(&id("still")).unwrap().settings["samples"], 1);
}

#[test]
fn a_mended_graph_is_a_valid_one() {
    // The first fix of each problem, again and again, until nothing is left to mend.
    let catalogue = catalogue();
    for name in [
        "kind_mismatch",
        "missing_required_input",
        "misspelt",
        "cycle",
        "two_edges_into_one_input",
    ] {
        let all = texts("runtime/schema/corpus/invalid");
        let Some(mut workflow) = all
            .iter()
            .find(|(own, _)| own.starts_with(name))
            .and_then(|(_, text)| read(text))
        else {
            continue;
        };
        for _ in 0..20 {
            let problems = Problems::check(&workflow, validator());
            let errors = problems
                .all
                .iter()
                .filter(|problem| problem.diagnostic.is_error());
            let Some(fix) = errors.flat_map(|problem| &problem.fixes).next() else {
                break;
            };
            workflow = fix.edit.apply(&workflow, catalogue).unwrap();
        }
        assert_eq!(
            Problems::check(&workflow, validator()).count(Severity::Error),
            0,
            "{name}"
        );
    }
}
