//! Runs as they are: with a real agent, real CAD, real renders.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::{NodeDecisionKind, ReportFormat};
use hartomat_document::Edit;
use hartomat_editor::backend::AgentConnector;
use hartomat_editor::compare_view::{CompareCommand, CompareMode};
use hartomat_editor::files::EditorFolder;
use hartomat_editor::runs::{LogCommand, RunFilter, RunsCommand};
use hartomat_editor::{Action, App, Command, ShellCommand};
use hartomat_schema::{
    ExecutionMode, NodeId, NodeRunState, ReviewDecision, ReviewScope, RunState, Verdict,
};
use serde_json::json;

use crate::agent::{Agent, client};
use crate::fixtures::MemoryBackend;
use crate::harness::Editor;

/// An editor of an agent of its own, with a small still open on the bundled sample.
fn with_a_still() -> (Agent, Editor) {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let agent = Agent::start(folder.path());
    let connector = AgentConnector::new(EditorFolder::new(folder.path()), client);
    let mut editor = Editor::of(MemoryBackend::new(), folder, Box::new(connector));
    editor.until("connected", |app| app.state().shell.connection().is_up());
    editor.until("library", |app| !app.state().catalogue.nodes.is_empty());
    editor.open("canonical-still");
    for (name, value) in [("/width_px", 160), ("/height_px", 120), ("/samples", 4)] {
        editor.edit(Edit::set_setting(
            NodeId::literal("still"),
            name,
            json!(value),
        ));
    }
    assert!(editor.shows("This machine"), "where runs go is always said");
    editor.shell(ShellCommand::SubjectSample);
    editor.until("the sample is chosen", |app| {
        app.state().shell.subject().is_some()
    });
    (agent, editor)
}

fn has_ended(app: &App) -> bool {
    let view = app.state().runs.view.as_ref();
    let detail = view.and_then(|view| view.detail.as_ref());
    detail.is_some_and(|detail| detail.record.state.is_final())
}

#[test]
fn a_shadow_run_that_fails_is_seen_beside_its_control() {
    let (_agent, mut editor) = with_a_still();
    let part = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/samples/flange_bracket.step"
    );
    editor.drop_file(Path::new(part));
    // A candidate has the machine's spare time alone; what is cached can't come too late.
    run_in(&mut editor, ExecutionMode::Graph);
    editor.edit(Edit::set_setting(
        NodeId::literal("materials"),
        "/overrides",
        json!({"*": "rubber_black"}),
    ));
    run_in(&mut editor, ExecutionMode::Shadow);
    let view = editor.app().state().runs.view.as_ref().unwrap();
    assert_eq!(view.record.state, RunState::Succeeded);
    assert_eq!(view.record.verdict, Some(Verdict::Fail));
    assert!(editor.shows_part("Fail"));
    assert!(
        editor.description_of_node("Still").contains("Succeeded"),
        "nodes say how they fared: {}",
        editor.description_of_node("Still")
    );

    editor.click_button("Compare");
    editor.until_long("both pictures are there", |app| {
        let open = app.state().compare.open.as_ref().unwrap();
        open.control.read().is_some() && open.candidate.read().is_some()
    });
    let open = editor.app().state().compare.open.as_ref().unwrap();
    assert_eq!(open.control.read().unwrap().size(), [160, 120]);
    assert!(editor.shows("Perceived difference"));
    assert!(!open.hot_spots.is_empty(), "the comparison names places");
    editor.until_long("tiles are there", |app| {
        app.state().compare.open.as_ref().unwrap().tiles.len() >= 2
    });
    look_closer(&mut editor);
    editor.press(egui::Key::Num5);
    let mode = |app: &App| app.state().compare.open.as_ref().unwrap().mode;
    assert_eq!(mode(editor.app()), CompareMode::Difference);
    editor.until_long("the heat map is there", |app| {
        app.state().compare.open.as_ref().unwrap().tiles.len() >= 3
    });
    editor.press(egui::Key::N);
    let open = editor.app().state().compare.open.as_ref().unwrap();
    assert_eq!(open.hot_spot, Some(0));
    review_it(&mut editor);
    find_the_cause(&mut editor);
}

/// A part of the difference is accepted, and that is taken back.
fn review_it(editor: &mut Editor) {
    let reviews = |app: &App| app.state().compare.open.as_ref().unwrap().reviews.clone();
    editor.press(egui::Key::M);
    editor.press(egui::Key::Insert);
    editor.press(egui::Key::Escape);
    editor.press(egui::Key::A);
    editor.until_shown("Accept the difference?");
    assert!(editor.shows_part("this run stays “Fail”"));
    editor.click("The masked region alone (1 mask)");
    editor.click("30 days");
    let role = egui::accesskit::Role::MultilineTextInput;
    editor.click_role(role, "Why");
    editor.event(egui::Event::Text("rubber is what was asked for".to_owned()));
    editor.answer("Accept");
    editor.until("it is recorded", |app| !reviews(app).is_empty());
    let recorded = reviews(editor.app());
    assert_eq!(recorded[0].decision, ReviewDecision::Accept);
    assert!(matches!(&recorded[0].scope, ReviewScope::Region(masks) if masks.len() == 1));
    assert_eq!(recorded[0].reason, "rubber is what was asked for");
    let days = recorded[0].expires_at.unwrap().millis_since(recorded[0].at) / 86_400_000;
    assert!((29..=30).contains(&days), "{days}");
    let open = editor.app().state().compare.open.as_ref().unwrap();
    assert_eq!(
        open.verdict,
        Some(Verdict::Fail),
        "the verdict stays what it was"
    );
    assert!(editor.shows_part("one mask of this case"));
    let audit = Agent::audit(editor.folder.clone().path());
    assert!(
        audit.contains("accepts"),
        "the audit list says who: {audit}"
    );

    editor.click_button("Take back");
    editor.until("it was taken back", |app| reviews(app)[0].revoked.is_some());
    assert!(editor.shows_part("taken back by"));

    // Without a reason nothing is rejected.
    editor.press(egui::Key::X);
    editor.until_shown("Reject the difference?");
    editor.answer("Reject");
    assert_eq!(reviews(editor.app()).len(), 1);
    editor.press(egui::Key::Escape);
}

/// The comparison as text on the clipboard, and as files that the runtime makes.
fn save_reports(editor: &mut Editor) {
    editor.push_at_once(Command::Compare(CompareCommand::CopySummary));
    editor.steps(1);
    let copied = editor.copied().unwrap();
    assert!(copied.contains("fail: "), "{copied}");
    assert!(copied.contains("rubber is what was asked for"), "{copied}");
    for format in ReportFormat::ALL {
        let path = editor
            .folder
            .path()
            .join(format!("report.{}", format.as_str()));
        let save = CompareCommand::SaveReport(format, path.clone());
        editor.push(Command::Compare(save));
        editor.until("the report is saved", |_| path.exists());
        let report = std::fs::read_to_string(&path).unwrap();
        assert!(report.contains("fail"), "{report}");
    }
    editor.until_shown("The report is saved");
}

/// What was set otherwise leads to the node.
fn find_the_cause(editor: &mut Editor) {
    editor.press(egui::Key::S);
    let open = editor.app().state().compare.open.as_ref().unwrap();
    let provenance = open.provenance.as_ref().unwrap();
    let settings = &provenance.settings;
    let cause = settings.iter().find(|found| found.setting == "overrides");
    let node = cause.unwrap_or_else(|| panic!("{settings:?}")).node.clone();
    assert!(!provenance.tools.is_empty(), "tool versions are told");
    assert!(editor.shows_part("Candidate: would have"));
    assert!(editor.shows_part("Publishes "));
    save_reports(editor);
    let links = editor.names_with(" › ");
    let link = links.iter().find(|name| name.ends_with("› Overrides"));
    editor.click(link.unwrap_or_else(|| panic!("{links:?}")));
    assert!(editor.app().state().compare.open.is_none());
    let session = editor.app().state().session.as_ref().unwrap();
    assert!(session.document.selection().nodes.contains(&node));
}

/// Runs in a mode, to the end.
fn run_in(editor: &mut Editor, mode: ExecutionMode) {
    editor.push(Command::Runs(RunsCommand::SetMode(Some(mode))));
    let before = editor.app().state().runs.begun_here.clone();
    editor.click_last_button("Run");
    editor.until("the run is taken on", |app| {
        app.state().runs.begun_here != before
    });
    editor.until_long("the run has ended", has_ended);
}

/// Wheel and double click change what is seen of both pictures at once; values are told.
fn look_closer(editor: &mut Editor) {
    let view = |editor: &Editor| {
        let open = editor.app().state().compare.open.as_ref();
        open.and_then(|open| open.view).unwrap()
    };
    let all = view(editor);
    let pictures = editor.rect_of("The two pictures");
    let at = pictures.left_center() + egui::vec2(pictures.width() / 4.0, 0.0);
    editor.event(egui::Event::PointerMoved(at));
    editor.steps(2);
    // In the middle, or the pixel beside it where the window has an odd width.
    let is_told = editor.shows_part("x    79") || editor.shows_part("x    80");
    assert!(
        is_told,
        "the pixel in the middle: {:?}",
        editor.names_with("y ")
    );
    for _ in 0..4 {
        editor.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: egui::vec2(0.0, 1.0),
            phase: egui::TouchPhase::Move,
            modifiers: egui::Modifiers::NONE,
        });
    }
    editor.steps(20);
    assert!(view(editor).zoom > all.zoom * 1.5);
    for is_pressed in [true, false, true, false] {
        editor.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed: is_pressed,
            modifiers: egui::Modifiers::NONE,
        });
    }
    editor.steps(3);
    assert_eq!(view(editor), all, "a double click shows all");
}

#[test]
fn the_list_the_log_and_the_frozen_graph_tell_of_a_run() {
    let (_agent, mut editor) = with_a_still();
    editor.push(Command::Runs(RunsCommand::SetMode(Some(
        ExecutionMode::Graph,
    ))));
    editor.push(Command::Run(Action::Run));
    editor.until_long("the run has ended", has_ended);
    editor.push(Command::Run(Action::ToggleRuns));
    editor.until_shown("Succeeded, Graph");
    assert!(editor.shows("Timeline"));
    assert!(editor.shows("Artifacts"));

    // The document goes on changing; the run's graph doesn't.
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(8),
    ));
    editor.push(Command::Run(Action::ShowRunGraph));
    assert!(editor.shows_part("as it ran"));
    let frozen = editor.app().state().runs.graph.as_ref().unwrap();
    let still = frozen.document.workflow().node(&NodeId::literal("still"));
    assert_eq!(still.unwrap().settings.get("samples"), Some(&json!(4)));
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(99),
    ));
    assert!(editor.shows_part("This is the graph of a run"));
    assert_eq!(editor.setting("still", "samples"), Some(&json!(8)));
    editor.click_last_button("Back to the document");
    assert!(editor.app().state().runs.graph.is_none());

    editor.push(Command::Run(Action::ToggleLog));
    editor.until_long("the log was read", |app| {
        app.state().runs.view.as_ref().unwrap().log.len() > 3
    });
    let log = |editor: &Editor| {
        let view = editor.app().state().runs.view.as_ref().unwrap();
        (view.log.len(), view.log.found_count())
    };
    let view = editor.app().state().runs.view.as_ref().unwrap();
    let line = view.log.line(2).unwrap().text.to_owned();
    assert!(editor.shows_part(&line), "the line is on screen");
    editor.push(Command::Runs(RunsCommand::Log(LogCommand::Search(line))));
    let (lines, found) = log(&editor);
    assert!((1..lines).contains(&found), "{found} of {lines}");
    editor.until_shown("1/");

    // A second run of the same takes everything from the cache, and says so on the nodes.
    editor.push(Command::Run(Action::Undo));
    let first = editor.app().state().runs.begun_here.clone();
    editor.push(Command::Run(Action::Run));
    editor.until("the second run is there", |app| {
        app.state().runs.begun_here != first
    });
    editor.until_long("the second run has ended", has_ended);
    assert!(editor.description_of_node("Still").contains("Reused"));

    // Made again in whole, it takes nothing from there.
    let second = editor.app().state().runs.begun_here.clone();
    editor.push(Command::Runs(RunsCommand::AskRerun));
    editor.click("Everything");
    editor.answer("Run again");
    editor.until("the third run is there", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| Some(view.id()) != second.as_ref())
    });
    editor.until_long("the third run has ended", has_ended);
    let view = editor.app().state().runs.view.as_ref().unwrap();
    assert_eq!(view.frozen().unwrap().rerun_of, second);
    assert!(editor.description_of_node("Still").contains("Succeeded"));
}

#[test]
fn what_is_wrong_is_said_with_node_and_setting_and_a_run_can_be_cancelled() {
    let (_agent, mut editor) = with_a_still();
    editor.push(Command::Runs(RunsCommand::SetMode(Some(
        ExecutionMode::Graph,
    ))));
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(0),
    ));
    editor.push(Command::Run(Action::Run));
    editor.until_shown("The run was not taken on");
    assert!(editor.shows("Still › Samples"));
    editor.push(Command::Runs(RunsCommand::DismissRefused));

    for (name, value) in [("/width_px", 1024), ("/height_px", 1024), ("/samples", 512)] {
        editor.edit(Edit::set_setting(
            NodeId::literal("still"),
            name,
            json!(value),
        ));
    }
    editor.push(Command::Run(Action::Run));
    editor.until_long("the still is being rendered", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.share(&NodeId::literal("still")).is_some())
    });
    editor.click_button("Cancel run");
    editor.until_long("the run has ended", has_ended);
    let view = editor.app().state().runs.view.as_ref().unwrap();
    assert_eq!(view.record.state, RunState::Cancelled);
}

#[test]
fn a_run_is_followed_on_when_its_agent_was_killed_and_came_back() {
    let (agent, mut editor) = with_a_still();
    editor.push(Command::Runs(RunsCommand::SetMode(Some(
        ExecutionMode::Graph,
    ))));
    for (name, value) in [("/width_px", 320), ("/height_px", 320), ("/samples", 64)] {
        editor.edit(Edit::set_setting(
            NodeId::literal("still"),
            name,
            json!(value),
        ));
    }
    editor.push(Command::Run(Action::Run));
    let last_seq = |app: &App| {
        app.state()
            .runs
            .view
            .as_ref()
            .map(|view| view.record.last_seq)
    };
    editor.until_long("the still is being rendered", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.share(&NodeId::literal("still")).is_some())
    });
    let heard = last_seq(editor.app()).unwrap();
    drop(agent);
    editor.until_long("the link is down", |app| {
        !app.state().shell.connection().is_up()
    });
    let _agent = Agent::start(editor.folder.clone().path());
    editor.until_long("the run has ended", has_ended);
    let view = editor.app().state().runs.view.as_ref().unwrap();
    assert_eq!(view.record.state, RunState::Succeeded);
    assert!(view.record.last_seq > heard);
    assert_eq!(view.record.interruptions, 1);
}

#[test]
fn the_list_isn_t_stale_any_more_once_an_agent_is_back_though_nothing_happens() {
    let (agent, mut editor) = with_a_still();
    editor.until("it listens", |app| app.state().runs.heard_at.is_some());
    drop(agent);
    editor.until_long("nothing is heard", |app| {
        app.state().runs.feed_stale.is_some()
    });
    let _agent = Agent::start(editor.folder.clone().path());
    editor.until_long("it listens again", |app| {
        app.state().runs.feed_stale.is_none()
    });
}

/// Half of a CAD file: legacy and graph fail at once.
fn with_half_a_file(editor: &mut Editor) {
    let whole = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../assets/samples/ball_bearing.step"
    );
    let whole = std::fs::read(whole).unwrap();
    let half = editor.folder.path().join("half.step");
    std::fs::write(&half, &whole[..whole.len() / 2]).unwrap();
    editor.drop_file(&half);
}

#[test]
fn a_run_to_a_node_runs_what_it_needs_and_delivers_nothing() {
    let (_agent, mut editor) = with_a_still();
    editor.select(&["glb"]);
    let before = editor.app().state().runs.begun_here.clone();
    editor.press(egui::Key::F6);
    editor.until("the run is taken on", |app| {
        app.state().runs.begun_here != before
    });
    editor.until_long("the run has ended", has_ended);
    let record = &editor.app().state().runs.view.as_ref().unwrap().record;
    assert_eq!(record.state, RunState::Succeeded);
    assert!(record.is_partial());
    assert!(record.media_assets.is_empty() && record.control_outputs.is_empty());
    let state = |node| record.node(&NodeId::literal(node)).map(|run| run.state);
    assert_eq!(state("glb"), Some(NodeRunState::Succeeded));
    assert_ne!(state("still"), Some(NodeRunState::Succeeded));
    editor.push(Command::Run(Action::ToggleRuns));
    editor.until_shown("On trial");

    // What is there is reused, and that is said before anything runs.
    editor.select(&["glb"]);
    editor.until("the plan is there", |app| {
        let decision = app.state().runs.next.decision(&NodeId::literal("glb"));
        decision.is_some_and(|decision| decision.decision == NodeDecisionKind::Reuse)
    });
    editor.steps(3);
    assert!(editor.shows("Next run"), "in the inspector");
    assert!(
        editor
            .description_of_node("GLB")
            .contains("next run: Reused")
    );
    assert!(
        editor
            .description_of_node("Still")
            .contains("next run: Runs")
    );
}

#[test]
fn a_failure_stays_in_the_inbox_until_somebody_has_looked_and_reruns_fold_into_one_row() {
    let (_agent, mut editor) = with_a_still();
    with_half_a_file(&mut editor);
    run_in(&mut editor, ExecutionMode::Legacy);
    editor.until("it is counted", |app| {
        app.state().runs.inbox.count() == Some(1)
    });
    editor.steps(3);
    assert!(editor.shows("To look at: 1"), "a badge");
    assert!(editor.shows_part("it was copied or downloaded in part"));
    editor.push(Command::Run(Action::ShowInbox));
    editor.until_shown("Canonical still, Failed, Legacy");
    let first = editor.app().state().runs.begun_here.clone().unwrap();

    // A rerun that has come to an end takes its place: there is still one to look at.
    editor.push(Command::Run(Action::Rerun));
    editor.until_shown("Legacy runs as a whole");
    editor.answer("Run again");
    editor.until("the rerun is there", |app| {
        app.state().runs.begun_here.as_ref() != Some(&first)
    });
    editor.until_long("the rerun has ended", has_ended);
    let rerun = editor.app().state().runs.begun_here.clone().unwrap();
    editor.until("the rerun alone is listed", |app| {
        let list = &app.state().runs.list;
        !list.is_asking() && list.len() == 1 && list.row(0).unwrap().id == rerun
    });
    assert_eq!(editor.app().state().runs.inbox.count(), Some(1));

    editor.push(Command::Runs(RunsCommand::Filter(RunFilter::default())));
    editor.until("both are read", |app| {
        let list = &app.state().runs.list;
        list.read_count() == 2 && list.len() == 1
    });
    editor.steps(3);
    assert!(editor.shows_part("1 earlier run of the same"));
    editor.click("1 earlier run of the same");
    assert_eq!(editor.app().state().runs.list.len(), 2);

    editor.push(Command::Run(Action::LookedAt));
    editor.type_text(
        "Why that is enough, for those who look later",
        "a known bad file",
    );
    editor.answer("Looked at");
    editor.until("nothing is left", |app| {
        app.state().runs.inbox.count() == Some(0)
    });
    editor.until_shown("A known bad file");
    editor.push(Command::Run(Action::ShowInbox));
    editor.until_shown("Nothing to look at");
}

#[test]
fn a_rerun_says_before_what_is_other_and_what_is_reused_and_why() {
    let (_agent, mut editor) = with_a_still();
    run_in(&mut editor, ExecutionMode::Graph);
    editor.edit(Edit::set_setting(
        NodeId::literal("still"),
        "/samples",
        json!(8),
    ));
    editor.press_with(
        egui::Modifiers::COMMAND | egui::Modifiers::SHIFT,
        egui::Key::F5,
    );
    editor.click("What has changed");
    editor.click("As it is open here");
    editor.until_shown("Samples: 4 → 8");
    assert!(editor.shows("Reused"), "{:?}", editor.names());
    assert!(editor.shows_part("Changed: "), "{:?}", editor.names());
    editor.answer("Run again");
    let first = editor.app().state().runs.begun_here.clone();
    editor.until("the rerun is there", |app| {
        app.state().runs.begun_here != first
    });
    editor.until_long("the rerun has ended", has_ended);
    let record = &editor.app().state().runs.view.as_ref().unwrap().record;
    assert_eq!(record.rerun_of, first);
    let state = |node| record.node(&NodeId::literal(node)).map(|run| run.state);
    assert_eq!(state("glb"), Some(NodeRunState::Reused));
    assert_eq!(state("still"), Some(NodeRunState::Succeeded));
}

#[test]
fn another_window_sees_a_run_begin_and_end_without_asking() {
    let (_agent, mut here) = with_a_still();
    let connector = AgentConnector::new(EditorFolder::new(here.folder.path()), client);
    let apart = Arc::new(tempfile::tempdir().unwrap());
    let mut there = Editor::of(MemoryBackend::new(), apart, Box::new(connector));
    there.until_connected();
    there.open("canonical-still");
    there.push(Command::Run(Action::ToggleRuns));
    there.until("the list is read", |app| app.state().runs.list.is_read);
    there.steps(20);
    with_half_a_file(&mut here);
    run_in(&mut here, ExecutionMode::Legacy);
    let begun = here.app().state().runs.begun_here.clone().unwrap();
    there.until("the run is listed as failed", |app| {
        let row = app.state().runs.list.row(0);
        row.is_some_and(|row| row.id == begun && row.state == RunState::Failed)
    });
    assert!(there.shows("To look at: 1"));
    // Somebody looks there; here it goes from the badge.
    there.push(Command::Runs(RunsCommand::Open(begun)));
    there.until_long("it is open", has_ended);
    there.push(Command::Run(Action::LookedAt));
    there.answer("Looked at");
    here.until("nothing is left", |app| {
        app.state().runs.inbox.count() == Some(0)
    });
}
