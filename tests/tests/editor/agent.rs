//! The editor on a fresh data folder: it starts the agent, opens, checks, saves, and notices others.

use hartomat_api::WorkflowSave;
use hartomat_document::Edit;
use hartomat_editor::{Action, Command, NodeBadge, Origin};
use hartomat_schema::{NodeId, WorkflowId};
use serde_json::json;

use crate::support::{Data, STILL, choose_sample, quick, run, save_quick};
use crate::window::Window;

fn revision(window: &Window) -> u64 {
    match &window.app().state().shell.open().unwrap().origin {
        Origin::Library { revision, .. } => *revision,
        other => panic!("it isn't of the library: {other:?}"),
    }
}

fn save(window: &mut Window) {
    window.push(Command::Run(Action::Save));
    window.until("saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
}

#[test]
fn the_first_window_starts_the_agent_and_the_next_one_finds_it() {
    let data = Data::new();
    assert!(!data.has_agent());
    let mut window = data.window();
    assert!(data.has_agent());
    window.until_shown("Connected to the agent");
    window.until_shown("New workflow from Canonical still");
    assert!(window.shows_part("New empty workflow"));
    drop(window);
    assert!(data.has_agent(), "renders go on without a window");
    data.window().until_shown("Connected to the agent");
}

#[test]
fn the_canonical_still_opens_without_problems_and_its_checks_tell_what_would_run() {
    let data = Data::new();
    let mut window = data.window();
    window.open(STILL);
    window.until_shown("No problems");
    choose_sample(&mut window);
    window.click_last_button("Preflight");
    window.until_shown("Nothing stops a run");
    window.click_last_button("Dry run");
    window.until_shown("Comes out: ");
    assert!(window.shows_part("asks for Legacy"), "why it isn't so yet");
    let nodes = window.workflow().nodes.len();
    assert!(window.shows_part(&format!("{nodes} run")));
    window.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(0),
    ));
    window.click_last_button("Preflight");
    window.until_shown("things stop a run");
}

#[test]
fn a_dry_run_after_a_run_tells_what_is_reused_and_why_the_rest_is_not() {
    let data = Data::new();
    let mut window = data.window();
    let backend = data.somebody_else();
    let workflow = save_quick(&*backend);
    run(&*backend, workflow.clone());
    window.open(STILL);
    let still = NodeId::literal("still");
    window.edit(Edit::set_setting(still.clone(), "/seed", json!(7)));
    choose_sample(&mut window);
    window.click_last_button("Dry run");
    window.until_shown("Comes out: ");
    let shell = &window.app().state().shell;
    let badges: Vec<_> = workflow
        .nodes
        .iter()
        .filter(|node| shell.node_badge(&node.id) == Some(NodeBadge::Cached))
        .collect();
    assert!(!badges.is_empty(), "what lies before the picture is reused");
    assert_eq!(shell.node_badge(&still), Some(NodeBadge::WillRun));
    assert!(window.shows_part("setting seed 0 → 7"), "why it runs again");
}

#[test]
fn a_save_makes_a_revision_and_the_next_window_opens_it() {
    let data = Data::new();
    let mut window = data.window();
    window.open(STILL);
    let before = revision(&window);
    window.edit(Edit::SetName("My still".to_owned()));
    save(&mut window);
    assert_eq!(revision(&window), before + 1);
    window.edit(Edit::SetName("My still again".to_owned()));
    save(&mut window);
    assert_eq!(revision(&window), before + 2);
    let mut next = data.window();
    next.open(STILL);
    assert_eq!(next.workflow().name, "My still again");
    assert_eq!(revision(&next), before + 2);
}

#[test]
fn a_save_over_somebody_elses_shows_what_differs_and_loses_nothing() {
    let data = Data::new();
    let mut window = data.window();
    window.open(STILL);
    window.edit(Edit::SetName("Mine".to_owned()));
    let backend = data.somebody_else();
    let id = WorkflowId::literal(STILL);
    let there = backend.workflow_get(&id).unwrap();
    let mut theirs = quick(there.workflow);
    theirs.nodes.retain(|node| node.id.as_str() != "notify");
    theirs
        .edges
        .retain(|edge| edge.to.node.as_str() != "notify");
    let save = WorkflowSave {
        workflow: theirs,
        expected_revision: there.revision,
        catalogue_etag: None,
    };
    backend.workflow_put(&save).unwrap();
    window.push(Command::Run(Action::Save));
    window.until_shown("Somebody else has saved this workflow");
    assert!(window.shows_part("→ Mine"));
    assert!(window.shows_part("Samples: "), "what they changed");
    window.answer("Keep mine");
    window.until("saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
    let saved = backend.workflow_get(&id).unwrap();
    assert_eq!(saved.workflow.name, "Mine");
    assert_eq!(
        saved.revision,
        there.revision + 2,
        "theirs is kept below it"
    );
}
