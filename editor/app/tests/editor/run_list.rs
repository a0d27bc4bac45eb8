//! The list of runs, however long, and runs that didn't arrive.

use std::collections::BTreeSet;

use egui::accesskit::Role;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::runs::{RunFilter, RunPeriod, RunsCommand};
use hartomat_editor::{Action, Command, ShellCommand, SubjectChoice};
use hartomat_schema::{
    Digest, ExecutionMode, OrderLineId, RunId, RunRecord, RunState, Timestamp, Verdict, WorkflowId,
};

use crate::fixtures::MemoryBackend;
use crate::harness::Editor;

pub(crate) fn record(number: usize) -> RunRecord {
    let created_at = Timestamp(1_790_000_000_000 - number as i64 * 60_000);
    let is_failed = number % 10 == 3;
    RunRecord {
        drill: false,
        golden: None,
        id: RunId::new(format!("run-{number:06}")).unwrap(),
        workflow: WorkflowId::literal("canonical-still"),
        workflow_name: format!("Still {number}"),
        definition_hash: Digest::of(b"definition"),
        target: "order_line/line-1".to_owned(),
        output_type: None,
        rerun_of: None,
        targets: BTreeSet::new(),
        cad_file: "bearing.step".to_owned(),
        mode: ExecutionMode::Shadow,
        state: if is_failed {
            RunState::Failed
        } else {
            RunState::Succeeded
        },
        reason: None,
        owner: None,
        priority: None,
        interruptions: 0,
        delivered_by: None,
        media_assets: Vec::new(),
        fallback: None,
        control_outputs: Vec::new(),
        control_failure: None,
        intents: Vec::new(),
        verdict: (!is_failed).then_some(Verdict::Pass),
        sentence: None,
        comparison: None,
        reviews: Vec::new(),
        cancel_requested: false,
        nodes: Vec::new(),
        created_at,
        finished_at: Some(Timestamp(created_at.0 + 12_000)),
        last_seq: 9,
    }
}

fn with_runs(count: usize) -> Editor {
    let backend = MemoryBackend::new();
    *backend.runs.lock().unwrap() = (0..count).map(record).collect();
    let mut editor = Editor::with(backend);
    editor.open("canonical-still");
    editor.push(Command::Run(Action::ToggleRuns));
    editor.until("runs are listed", |app| !app.state().runs.list.is_empty());
    editor
}

#[test]
fn a_hundred_thousand_runs_cost_no_more_than_those_in_view() {
    const ALL: usize = 100_000;
    let mut editor = with_runs(ALL);
    let few = editor.count_role(Role::ListBoxOption);
    assert!((3..=100).contains(&few), "{few} rows are laid out");
    while editor.app().state().runs.list.has_more() {
        let before = editor.app().state().runs.list.read_count();
        editor.push_at_once(Command::Runs(RunsCommand::More));
        editor.until_at_once("the next page", |app| {
            app.state().runs.list.read_count() > before
        });
    }
    let list = &editor.app().state().runs.list;
    assert_eq!(list.len(), ALL);
    let scans = list.scans();
    editor.steps(5);
    assert_eq!(
        editor.app().state().runs.list.scans(),
        scans,
        "idle frames look at no row"
    );
    let many = editor.count_role(Role::ListBoxOption);
    assert_eq!(many, few, "as many rows as with one page");
}

#[test]
fn filters_ask_the_runtime_and_words_are_looked_for_here() {
    let mut editor = with_runs(1200);
    editor.push(Command::Runs(RunsCommand::Filter(RunFilter {
        states: vec![RunState::Failed],
        ..RunFilter::default()
    })));
    editor.until("failed ones alone", |app| {
        let list = &app.state().runs.list;
        !list.is_asking() && list.len() == 120
    });
    editor.until_shown("Still 3, Failed, Shadow");
    editor.type_into("Search by name, file or id", "still 113");
    let list = &editor.app().state().runs.list;
    assert_eq!(list.len(), 3, "113, 1113 and 1133");
    assert!(editor.shows_part("3 of 120 runs"));
}

#[test]
fn a_view_is_saved_by_name_and_comes_back_in_another_window() {
    let mut editor = with_runs(100);
    editor.push(Command::Runs(RunsCommand::Filter(RunFilter {
        states: vec![RunState::Failed],
        mode: Some(ExecutionMode::Shadow),
        period: Some(RunPeriod::Month),
        text: "bearing".to_owned(),
        ..RunFilter::default()
    })));
    assert!(editor.has_value("View", "Own filters"));
    editor.push(Command::Runs(RunsCommand::AskSaveView(Some(String::new()))));
    editor.type_into("Name of the view", "Bearings in shadow");
    editor.until("it is kept", |app| {
        app.state().shell.preferences().run_views.len() == 1
    });
    editor.steps(3);
    assert!(editor.has_value("View", "Bearings in shadow"));
    let path = EditorFolder::new(editor.folder.path()).preferences();
    editor.until("it is on the disk", |_| {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        text.contains("Bearings in shadow")
    });

    let mut other = editor.another_window();
    other.open("canonical-still");
    other.until("the list is read", |app| app.state().runs.list.is_read);
    let saved = &other.app().state().shell.preferences().run_views;
    let filter = saved["Bearings in shadow"].clone();
    assert_eq!(filter, editor.app().state().runs.list.filter);
    other.push(Command::Runs(RunsCommand::Filter(filter)));
    assert!(other.has_value("View", "Bearings in shadow"));
    other.push(Command::Runs(RunsCommand::ForgetView(
        "Bearings in shadow".to_owned(),
    )));
    assert!(other.has_value("View", "Own filters"));
}

#[test]
fn a_run_that_didn_t_arrive_is_sent_again_under_the_same_key() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    editor.select(&["glb"]);
    editor.push(Command::Run(Action::RunFromSelected));
    editor.until_shown("The run was not taken on");
    editor.click_button("Send again");
    editor.until("it was sent again", |app| {
        app.state().runs.refused.is_some() && app.state().runs.dispatching.is_none()
    });
    let sent = editor.backend.dispatched.lock().unwrap().clone();
    assert_eq!(sent.len(), 2);
    assert!(sent[0].idempotency_key.is_some());
    assert_eq!(sent[0], sent[1]);
    let forced: Vec<&str> = sent[0].forced.iter().map(|node| node.as_str()).collect();
    assert!(
        forced.contains(&"glb") && forced.contains(&"still"),
        "{forced:?}"
    );
    assert!(!forced.contains(&"parts"), "{forced:?}");
}

#[test]
fn a_rerun_that_got_no_answer_is_asked_for_again_under_the_same_key() {
    let mut editor = with_runs(3);
    editor.push(Command::Runs(RunsCommand::Open(record(1).id)));
    editor.until("the run is open", |app| app.state().runs.view.is_some());
    let rerun = |editor: &mut Editor| {
        editor.push(Command::Runs(RunsCommand::AskRerun));
        editor.push(Command::Runs(RunsCommand::Rerun));
        editor.until("it was refused", |app| {
            let notice = app.state().shell.notices().last();
            notice.is_some_and(|notice| notice.title == "The run could not be made again")
        });
        let notice = editor.app().state().shell.notices().last().unwrap().id;
        editor.shell(ShellCommand::DismissNotice(notice));
    };
    rerun(&mut editor);
    rerun(&mut editor);
    let asked = editor.backend.reruns.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].idempotency_key.is_some());
    assert_eq!(asked[0], asked[1]);
}

#[test]
fn a_run_isn_t_stale_any_more_once_it_is_followed_again_though_nothing_happens() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let mut run = record(1);
    (run.state, run.verdict, run.finished_at) = (RunState::Running, None, None);
    let id = run.id.clone();
    *editor.backend.runs.lock().unwrap() = vec![run];
    // Once for its stream, once for its log.
    *editor.backend.failures.lock().unwrap() = 2;
    editor.push(Command::Runs(RunsCommand::Open(id)));
    editor.until("it is stale", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.stale.is_some() && view.log.error.is_some())
    });
    editor.until("it is heard again", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.stale.is_none() && view.log.error.is_none())
    });
}

#[test]
fn before_a_run_each_node_says_why_it_will_run() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    editor.click_button("What will run, and why?");
    editor.until("the plan is there", |app| {
        app.state().shell.checks().result.is_some()
    });
    let plan = editor.description_of_node("GLB");
    assert!(plan.contains("`samples` changed"), "{plan}");
}
