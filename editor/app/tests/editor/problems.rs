//! Problems: live, with a place and a fix; preflight and dry-run with their results.

use hartomat_document::Edit;
use hartomat_editor::{Action, CheckKind, Command, ShellCommand, SubjectChoice};
use hartomat_schema::{NodeId, OrderLineId};
use serde_json::json;

use crate::harness::Editor;

fn with_a_bad_setting() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    assert!(editor.shows("No problems"));
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(0),
    ));
    editor
}

#[test]
fn a_wrong_setting_is_found_at_once_and_a_click_leads_to_its_field() {
    let mut editor = with_a_bad_setting();
    assert!(editor.shows("1 error"));
    let problems = &editor.app().state().session.as_ref().unwrap().problems;
    assert_eq!(problems.len(), 1);
    editor.until_shown("Still › Samples");
    editor.click_part("Still › Samples");
    let session = editor.app().state().session.as_ref().unwrap();
    let selected = &session.document.selection().nodes;
    assert!(selected.contains(&NodeId::literal("still")));
    assert!(editor.shows("Samples"), "the inspector shows the field");
}

#[test]
fn the_fix_button_mends_and_is_one_step() {
    let mut editor = with_a_bad_setting();
    editor.click_part("Fix: ");
    let session = editor.app().state().session.as_ref().unwrap();
    assert!(session.problems.is_empty(), "{:?}", session.problems);
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.setting("still", "samples"), Some(&json!(0)));
}

#[test]
fn checks_need_something_to_check_with() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    assert!(editor.shows("Not checked yet"));
    editor.push(Command::Run(Action::Preflight));
    assert!(editor.backend.asked.lock().unwrap().is_empty());
}

#[test]
fn a_preflight_says_that_nothing_stops_a_run_or_what_does() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    assert!(editor.has_value(
        "What checks are about",
        "Ball bearing 6204 – Catalogue still"
    ));
    editor.click_last_button("Preflight");
    editor.until_shown("Nothing stops a run");
    assert!(!editor.shows_part("occt: 7.9"), "folded: few ask for it");
    editor.click("What this machine has");
    assert!(editor.shows_part("occt: 7.9"));
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(0),
    ));
    assert!(editor.shows_part("has changed since this check"));
    editor.click_last_button("Preflight");
    editor.until_shown("1 thing stops a run");
}

#[test]
fn a_dry_run_says_what_runs_what_is_reused_and_why_and_how_long() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    editor.click_last_button("Dry run");
    editor.until_shown("1 reused");
    assert!(editor.shows_part("mode Shadow") && editor.shows_part("about 1:05"));
    assert!(editor.shows("Equal inputs ran before"));
    assert!(editor.shows_part(" × image"));
    let shell = &editor.app().state().shell;
    let first = editor.workflow().nodes[0].id.clone();
    let badge = shell.node_badge(&first);
    assert_eq!(
        badge,
        Some(hartomat_editor::NodeBadge::Cached),
        "the canvas shows it too"
    );
}

#[test]
fn a_check_that_cannot_be_made_says_why_and_what_to_do() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let gone = editor.folder.path().join("gone.step");
    editor.shell(ShellCommand::SetSubject(SubjectChoice::SampleOrderLine(
        gone,
    )));
    editor.click_last_button("Preflight");
    editor.until_shown("The check could not be made");
    assert!(editor.shows("Choose a STEP file"));
}

#[test]
fn types_of_nodes_are_said_by_their_labels() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let still = NodeId::literal("still");
    editor.edit(Edit::Remove {
        items: hartomat_document::Selection::of_nodes([still]),
        reconnect: false,
    });
    editor.until_shown("Still");
    let names = editor.names().join("\n");
    assert!(names.contains("“Still”"), "{names}");
    assert!(!names.contains("render_still"), "{names}");
}

#[test]
fn a_check_of_the_subject_before_says_nothing_of_the_new_one() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    let other = editor.folder.path().join("other.step");
    let other = SubjectChoice::SampleOrderLine(other);
    for command in [
        ShellCommand::Check(CheckKind::DryRun),
        ShellCommand::SetSubject(other),
    ] {
        editor.push_at_once(Command::Shell(command));
    }
    editor.steps(1);
    let checks = editor.app().state().shell.checks();
    assert!(checks.running.is_none() && checks.result.is_none());
    let backend = editor.backend.clone();
    editor.until("it was checked", |_| {
        !backend.asked.lock().unwrap().is_empty()
    });
    editor.steps(20);
    let checks = editor.app().state().shell.checks();
    assert!(checks.result.is_none() && checks.has_no_badges());
}
