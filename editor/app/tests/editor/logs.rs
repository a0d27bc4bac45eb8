//! The log, however long: laid out in part, searched, followed, copied, saved, and understood.

use egui::{Event, Key, Modifiers, MouseWheelUnit, TouchPhase, Vec2};
use hartomat_editor::runs::{LogBook, LogCommand, RunsCommand};
use hartomat_editor::{Action, Command};
use hartomat_schema::{
    Failure, FailureClass, NodeId, NodeRun, NodeRunState, NodeType, Outputs, RunEvent,
    RunEventKind, RunRecord, RunState, Timestamp,
};

use crate::fixtures::MemoryBackend;
use crate::harness::Editor;
use crate::run_list::record;

/// The window shows the log of one run with so many lines.
fn with_log(lines: u64, change: impl FnOnce(&mut RunRecord), events: Vec<RunEvent>) -> Editor {
    let backend = MemoryBackend::new();
    let mut run = record(1);
    change(&mut run);
    let id = run.id.clone();
    *backend.runs.lock().unwrap() = vec![run];
    *backend.events.lock().unwrap() = events;
    *backend.log_lines.lock().unwrap() = lines;
    let mut editor = Editor::with(backend);
    editor.open("canonical-still");
    editor.push(Command::Runs(RunsCommand::Open(id)));
    editor.push(Command::Run(Action::ToggleLog));
    let lines = usize::try_from(lines).unwrap();
    editor.until("the log was read", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.log.len() == lines)
    });
    editor
}

fn log(editor: &Editor) -> &LogBook {
    &editor.app().state().runs.view.as_ref().unwrap().log
}

/// Lines that are laid out.
fn laid_out(editor: &Editor) -> Vec<String> {
    let mut lines = editor.names_with(" of the log");
    lines.retain(|line| line.contains("line "));
    lines
}

fn tell(editor: &mut Editor, command: LogCommand) {
    editor.push(Command::Runs(RunsCommand::Log(command)));
}

/// Turns the wheel over the lines.
fn scroll(editor: &mut Editor, up: f32) {
    let at = editor.rect_of("Lines of the log").center();
    editor.event(Event::PointerMoved(at));
    editor.event(Event::MouseWheel {
        unit: MouseWheelUnit::Point,
        delta: Vec2::new(0.0, up),
        phase: TouchPhase::Move,
        modifiers: Modifiers::NONE,
    });
    editor.steps(20);
}

#[test]
fn a_million_lines_cost_no_more_than_those_in_view() {
    let few = laid_out(&with_log(1_000, |_| {}, Vec::new())).len();
    let mut editor = with_log(1_000_000, |_| {}, Vec::new());
    let many = laid_out(&editor);
    assert!((3..=60).contains(&few), "{few} lines are laid out");
    assert_eq!(many.len(), few, "as many as of a short log");
    assert!(
        many.last().unwrap().ends_with("line 1000000 of the log"),
        "the end is followed: {many:?}"
    );
    // Also there, lines stand as far apart as anywhere.
    let tops: Vec<f32> = many[..3]
        .iter()
        .map(|line| editor.rect_of(line).top())
        .collect();
    assert!(
        (tops[1] - tops[0] - (tops[2] - tops[1])).abs() < 0.01,
        "{tops:?}"
    );

    tell(&mut editor, LogCommand::Search("line 500000 ".to_owned()));
    editor.until("it was found", |app| {
        let log = &app.state().runs.view.as_ref().unwrap().log;
        log.found_count() == 1
    });
    editor.steps(3);
    assert!(editor.shows_part("line 500000 of the log"));
    assert_eq!(laid_out(&editor).len(), few);
}

#[test]
fn scrolling_up_pauses_and_a_button_follows_again() {
    let mut editor = with_log(1_000, |_| {}, Vec::new());
    assert!(log(&editor).is_following);
    scroll(&mut editor, 400.0);
    assert!(!log(&editor).is_following, "somebody reads");
    assert!(!editor.shows_part("line 1000 of the log"));
    editor.click_button("To the end");
    assert!(log(&editor).is_following);
    assert!(editor.shows_part("line 1000 of the log"));
    scroll(&mut editor, 400.0);
    scroll(&mut editor, -4_000.0);
    assert!(log(&editor).is_following, "at the end it goes on");
}

#[test]
fn a_line_leads_to_its_node_and_is_copied_by_keys() {
    let mut editor = with_log(99, |_| {}, Vec::new());
    editor.click_part("line 99 of the log");
    editor.press(Key::ArrowUp);
    editor.press(Key::ArrowUp);
    assert_eq!(log(&editor).current, Some(96));
    assert!(editor.shows("Line 97"));
    editor.event(Event::Copy);
    assert_eq!(
        editor.copied().as_deref(),
        Some("still: line 97 of the log")
    );
    editor.press(Key::Enter);
    editor.steps(4);
    assert_eq!(editor.selected(), ["still"]);
}

/// Events of two tries of the still: the second one from line 50 on.
fn two_tries() -> Vec<RunEvent> {
    let begin = 1_790_000_000_000_i64;
    let started = |seq, attempt, after: i64| RunEvent {
        seq,
        at: Timestamp(begin + after),
        kind: RunEventKind::NodeStarted {
            node: NodeId::literal("still"),
            attempt,
            reason: "no earlier result".to_owned(),
        },
    };
    vec![started(1, 1, 0), started(2, 2, 50)]
}

#[test]
fn tries_of_a_node_are_told_apart_and_lines_keep_their_numbers() {
    let mut editor = with_log(100, |_| {}, two_tries());
    tell(
        &mut editor,
        LogCommand::OfNode(Some(NodeId::literal("still"))),
    );
    assert_eq!(log(&editor).len(), 50);
    assert!(editor.has_value("Attempt", "All attempts"));
    editor.push(Command::Runs(RunsCommand::ShowLog(
        Some(NodeId::literal("still")),
        Some(2),
    )));
    assert_eq!(log(&editor).len(), 25);
    assert_eq!(log(&editor).line(0).unwrap().number, 51);
    assert!(editor.has_value("Attempt", "Attempt 2"));
}

#[test]
fn a_known_failure_says_its_likely_cause_and_what_helps() {
    let fail = |record: &mut RunRecord| {
        record.state = RunState::Failed;
        record.nodes = vec![NodeRun {
            node: NodeId::literal("still"),
            node_type: NodeType::literal("render_still"),
            state: NodeRunState::Failed,
            attempts: 1,
            reason: None,
            failure: Some(Failure {
                class: FailureClass::Internal,
                message: "no space left while writing an artifact".to_owned(),
                hint: String::new(),
            }),
            key: None,
            outputs: Outputs::new(),
            started_at: None,
            finished_at: None,
        }];
    };
    let mut editor = with_log(10, fail, Vec::new());
    assert!(editor.shows_part("The disk with the data folder is full"));
    assert!(editor.shows_part("Free some space"));
    editor.push(Command::Run(Action::ToggleRuns));
    editor.until_shown("The disk with the data folder is full");
}

#[test]
fn a_page_of_the_log_that_failed_comes_when_the_run_is_chosen_again() {
    let run = record(1);
    let id = run.id.clone();
    let mut editor = Editor::start();
    editor.open("canonical-still");
    *editor.backend.runs.lock().unwrap() = vec![run];
    *editor.backend.log_lines.lock().unwrap() = 3;
    *editor.backend.failures.lock().unwrap() = 1;
    editor.push(Command::Runs(RunsCommand::Open(id.clone())));
    editor.push(Command::Run(Action::ToggleLog));
    editor.until("a page has failed", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.log.error.is_some())
    });
    editor.push(Command::Runs(RunsCommand::Open(id)));
    editor.until("the log was read", |app| {
        let view = app.state().runs.view.as_ref();
        view.is_some_and(|view| view.log.len() == 3 && view.log.error.is_none())
    });
}

#[test]
fn the_whole_log_is_saved_or_all_of_a_node() {
    let mut editor = with_log(20_001, |_| {}, Vec::new());
    let path = editor.folder.path().join("run.log");
    editor.push(Command::Runs(RunsCommand::SaveLog(path.clone())));
    editor.until_shown("run.log");
    let written = std::fs::read_to_string(path).unwrap();
    assert_eq!(written.lines().count(), 20_002, "a heading and all lines");
    let last = written.lines().last().unwrap();
    assert!(
        last.ends_with("info still: line 20001 of the log"),
        "{last}"
    );
}

#[test]
fn a_log_that_can_t_be_saved_leaves_nothing_behind_and_other_files_alone() {
    let mut editor = with_log(3, |_| {}, Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("render.log");
    // A folder stands in the way, and a file of somebody else has a likely name.
    std::fs::create_dir(&path).unwrap();
    std::fs::write(folder.path().join("render.part"), "a render").unwrap();
    editor.push(Command::Runs(RunsCommand::SaveLog(path)));
    editor.until_shown("render.log");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let render = std::fs::read_to_string(folder.path().join("render.part"));
    assert_eq!(render.unwrap(), "a render");
}
