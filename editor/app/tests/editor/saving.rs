//! Saving: by revision in the library, atomically in files, and never over somebody else's work.

use std::path::Path;

use hartomat_document::Edit;
use hartomat_editor::files::{FileAnswer, FileQuestion};
use hartomat_editor::{Action, CloseChoice, Command, EditCommand, Origin, ShellCommand};
use hartomat_schema::WorkflowId;

use crate::fixtures::workflow;
use crate::harness::Editor;

fn edited() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Mine".to_owned()));
    assert!(editor.is_dirty());
    editor
}

fn save(editor: &mut Editor) {
    editor.push(Command::Run(Action::Save));
}

fn until_clean(editor: &mut Editor) {
    editor.until("saved", |app| {
        let session = app.state().session.as_ref();
        session.is_some_and(|session| !session.document.is_dirty())
    });
}

#[test]
fn a_save_goes_over_the_revision_that_was_opened() {
    let mut editor = edited();
    save(&mut editor);
    until_clean(&mut editor);
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
    assert_eq!(editor.backend.saved("canonical-still").revision, 1);
    assert!(editor.shows_part("Saved “Mine”"));
    editor.edit(Edit::SetName("Mine again".to_owned()));
    save(&mut editor);
    until_clean(&mut editor);
    assert_eq!(editor.backend.saved("canonical-still").revision, 2);
}

#[test]
fn edits_while_a_save_is_under_way_stay_unsaved() {
    let mut editor = edited();
    editor.push(Command::Run(Action::Save));
    editor.edit(Edit::SetName("Later".to_owned()));
    editor.until("saved", |app| {
        app.state()
            .shell
            .open()
            .is_some_and(|open| !open.is_saving())
    });
    assert!(editor.is_dirty());
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
}

/// Asks for something before the save that was asked for last can be answered.
fn at_once(editor: &mut Editor, commands: impl IntoIterator<Item = Command>) {
    for command in commands {
        editor.push_at_once(command);
    }
}

fn rename(name: &str) -> Command {
    Command::Edit(EditCommand::Apply(Edit::SetName(name.to_owned())))
}

fn chosen(question: FileQuestion, path: &Path) -> Command {
    let path = Some(path.to_owned());
    Command::Shell(ShellCommand::FileChosen(FileAnswer { question, path }))
}

fn close_by(choice: CloseChoice) -> Command {
    Command::Shell(ShellCommand::CloseChosen(choice))
}

fn origin(editor: &Editor) -> &Origin {
    &editor.app().state().shell.open().unwrap().origin
}

fn in_conflict() -> Editor {
    let mut editor = edited();
    editor
        .backend
        .save_behind_the_back("canonical-still", |workflow| {
            workflow.description = "Theirs".to_owned();
            let still = workflow.nodes.iter_mut();
            let mut still = still.filter(|node| node.id.as_str() == "still");
            let settings = &mut still.next().unwrap().settings;
            settings.insert("samples".to_owned(), serde_json::json!(4));
        });
    save(&mut editor);
    editor.until_shown("Somebody else has saved this workflow");
    editor
}

#[test]
fn a_conflict_shows_both_versions_and_what_differs() {
    let editor = in_conflict();
    assert!(editor.shows("Yours") && editor.shows("Saved meanwhile"));
    assert!(editor.shows_part("name: Canonical still → Mine"));
    assert!(editor.shows_part("→ Theirs"));
    assert!(
        editor.shows_part("Still › Samples: "),
        "as the form calls it"
    );
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.description,
        "Theirs"
    );
}

#[test]
fn keeping_mine_saves_over_theirs() {
    let mut editor = in_conflict();
    editor.answer("Keep mine");
    until_clean(&mut editor);
    let saved = editor.backend.saved("canonical-still");
    assert_eq!((saved.revision, saved.workflow.name.as_str()), (2, "Mine"));
}

#[test]
fn taking_theirs_keeps_mine_one_undo_away() {
    let mut editor = in_conflict();
    editor.answer("Take theirs");
    assert_eq!(editor.workflow().description, "Theirs");
    assert!(!editor.is_dirty());
    editor.push(Command::Run(Action::Undo));
    assert_eq!(editor.workflow().name, "Mine");
    assert!(editor.is_dirty());
    save(&mut editor);
    until_clean(&mut editor);
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
}

#[test]
fn saving_a_copy_leaves_theirs_alone() {
    let mut editor = in_conflict();
    editor.answer("Save mine as a copy");
    until_clean(&mut editor);
    let id = editor.workflow().id.as_str().to_owned();
    assert_ne!(id, "canonical-still");
    assert_eq!(editor.workflow().name, "Mine (copy)");
    assert_eq!(editor.backend.saved(&id).workflow.name, "Mine (copy)");
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.description,
        "Theirs"
    );
}

#[test]
fn deciding_later_changes_nothing() {
    let mut editor = in_conflict();
    editor.answer("Decide later");
    assert!(editor.is_dirty());
    assert_eq!(editor.workflow().name, "Mine");
}

#[test]
fn a_save_without_a_link_says_that_the_draft_is_kept() {
    let mut editor = edited();
    *editor.backend.is_reachable.lock().unwrap() = false;
    save(&mut editor);
    editor.until_shown("Not saved");
    assert!(editor.shows_part("the draft is kept"));
    assert!(editor.is_dirty());
}

#[test]
fn a_file_is_saved_where_it_was_opened_byte_for_byte() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("still.json");
    let text = workflow("canonical-still").to_json();
    std::fs::write(&path, &text).unwrap();
    editor.shell(ShellCommand::OpenFile(path.clone()));
    editor.until("it is open", |app| app.state().session.is_some());
    editor.edit(Edit::SetName("Changed".to_owned()));
    editor.edit(Edit::SetName("Canonical still".to_owned()));
    assert!(!editor.is_dirty(), "it is as it was");
    editor.edit(Edit::SetName("Changed".to_owned()));
    save(&mut editor);
    until_clean(&mut editor);
    let expected = text.replace("\"Canonical still\"", "\"Changed\"");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), expected);
}

#[test]
fn a_file_that_somebody_else_has_written_is_not_written_over() {
    let mut editor = Editor::start();
    let path = editor.folder.path().join("still.json");
    std::fs::write(&path, workflow("canonical-still").to_json()).unwrap();
    editor.shell(ShellCommand::OpenFile(path.clone()));
    editor.until("it is open", |app| app.state().session.is_some());
    editor.edit(Edit::SetName("Mine".to_owned()));
    let mut theirs = workflow("canonical-still");
    theirs.name = "Theirs".to_owned();
    std::fs::write(&path, theirs.to_json()).unwrap();
    save(&mut editor);
    editor.until_shown("Somebody else has saved this workflow");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs.to_json());
    editor.answer("Take theirs");
    assert_eq!(editor.workflow().name, "Theirs");
}

#[test]
fn saving_as_goes_on_with_a_workflow_of_its_own() {
    let mut editor = edited();
    editor.push(Command::Run(Action::SaveAs));
    editor.until_shown("The copy is a workflow of its own");
    editor.type_into("Name", "Second");
    until_clean(&mut editor);
    let id = editor.workflow().id.as_str().to_owned();
    assert_eq!(editor.backend.saved(&id).workflow.name, "Second");
    assert_eq!(editor.backend.saved("canonical-still").revision, 0);
    let open = editor.app().state().shell.open().unwrap();
    assert!(matches!(&open.origin, Origin::Library { revision: 1, .. }));
}

#[test]
fn closing_with_changes_asks_and_can_save_first() {
    let mut editor = edited();
    editor.push(Command::Run(Action::Close));
    editor.until_shown("Save changes to “Mine”?");
    editor.answer("Cancel");
    assert!(editor.app().state().session.is_some());
    editor.push(Command::Run(Action::Close));
    editor.answer("Save");
    editor.until("it is closed", |app| app.state().session.is_none());
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
}

#[test]
fn what_is_edited_while_saving_and_closing_is_asked_about() {
    let mut editor = edited();
    editor.push(Command::Run(Action::Close));
    at_once(&mut editor, [close_by(CloseChoice::Save), rename("Later")]);
    editor.until_shown("Save changes to “Later”?");
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Mine"
    );
    editor.answer("Save");
    editor.until("it is closed", |app| app.state().session.is_none());
    assert_eq!(
        editor.backend.saved("canonical-still").workflow.name,
        "Later"
    );
}

#[test]
fn closing_waits_for_the_save_that_is_under_way() {
    let mut editor = edited();
    let close = Command::Shell(ShellCommand::Close);
    let commands = [
        Command::Run(Action::Save),
        close,
        close_by(CloseChoice::Save),
    ];
    at_once(&mut editor, commands);
    editor.until("it is closed", |app| app.state().session.is_none());
    assert_eq!(editor.backend.saved("canonical-still").revision, 1);
}

#[test]
fn undo_after_saving_as_never_leads_to_a_save_over_the_first_workflow() {
    let mut editor = edited();
    save(&mut editor);
    until_clean(&mut editor);
    editor.edit(Edit::SetDescription("For the fair".to_owned()));
    editor.shell(ShellCommand::SaveAsLibrary("Second".to_owned()));
    until_clean(&mut editor);
    let id = editor.workflow().id.as_str().to_owned();
    for _ in 0..2 {
        editor.push(Command::Run(Action::Undo));
    }
    assert_eq!(editor.workflow().name, "Canonical still");
    assert!(editor.is_dirty());
    save(&mut editor);
    until_clean(&mut editor);
    assert_eq!(editor.backend.saved(&id).revision, 2);
    let first = editor.backend.saved("canonical-still");
    assert_eq!((first.revision, first.workflow.name.as_str()), (1, "Mine"));
}

#[test]
fn a_failed_save_as_leaves_the_workflow_what_and_where_it_was() {
    let mut editor = edited();
    let home = origin(&editor).clone();
    *editor.backend.is_reachable.lock().unwrap() = false;
    editor.shell(ShellCommand::SaveAsLibrary("Second".to_owned()));
    editor.until_shown("Not saved");
    assert_eq!(editor.workflow().id.as_str(), "canonical-still");
    assert_eq!(editor.workflow().name, "Mine");
    let blocked = editor.folder.path().join("blocked");
    std::fs::write(&blocked, b"").unwrap();
    let question = FileQuestion::SaveAs("mine.hartomat".to_owned());
    editor.push(chosen(question, &blocked.join("mine.hartomat")));
    editor.until_shown("mine.hartomat: ");
    assert_eq!(*origin(&editor), home);
}

#[test]
fn a_file_that_is_chosen_during_a_save_is_not_forgotten_in_silence() {
    let mut editor = edited();
    let path = editor.folder.path().join("mine.hartomat");
    let question = FileQuestion::SaveAs("mine.hartomat".to_owned());
    let commands = [Command::Run(Action::Save), chosen(question, &path)];
    at_once(&mut editor, commands);
    editor.until_shown("A save is still under way");
    until_clean(&mut editor);
    assert!(!path.exists());
}

#[test]
fn a_copy_that_is_written_during_a_save_leaves_the_save_alone() {
    let mut editor = edited();
    let path = editor.folder.path().join("copy.hartomat");
    let question = FileQuestion::Export("copy.hartomat".to_owned());
    let commands = [Command::Run(Action::Save), chosen(question, &path)];
    at_once(&mut editor, commands);
    until_clean(&mut editor);
    editor.until_shown("Saved to ");
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        editor.workflow().to_json()
    );
    assert!(matches!(
        origin(&editor),
        Origin::Library { revision: 1, .. }
    ));
}

#[test]
fn theirs_can_be_taken_where_the_answer_to_the_first_save_was_lost() {
    let mut editor = Editor::start();
    let template = WorkflowId::literal("canonical-still");
    editor.shell(ShellCommand::OpenTemplate(template));
    editor.edit(Edit::SetName("Mine".to_owned()));
    let id = editor.workflow().id.clone();
    let mut theirs = editor.backend.saved("canonical-still");
    theirs.workflow.id = id.clone();
    theirs.revision = 4;
    let workflows = &editor.backend.workflows;
    workflows.lock().unwrap().insert(id.clone(), theirs);
    save(&mut editor);
    editor.until_shown("Somebody else has saved this workflow");
    editor.answer("Take theirs");
    assert!(!editor.is_dirty());
    editor.edit(Edit::SetName("Mine after all".to_owned()));
    save(&mut editor);
    until_clean(&mut editor);
    assert_eq!(editor.backend.saved(id.as_str()).revision, 5);
}

#[cfg(unix)]
#[test]
fn a_file_whose_name_is_no_text_is_refused_with_a_sentence() {
    use std::os::unix::ffi::OsStrExt;
    let mut editor = edited();
    let name = std::ffi::OsStr::from_bytes(b"stra\xdfe.hartomat");
    let path = editor.folder.path().join(name);
    let question = FileQuestion::SaveAs("mine.hartomat".to_owned());
    editor.push(chosen(question, &path));
    editor.until_shown("isn't Unicode text");
    assert!(editor.is_dirty() && !path.exists());
    let mut editor = Editor::start();
    editor.shell(ShellCommand::OpenFile(path));
    editor.until_shown("isn't Unicode text");
    assert!(editor.app().state().shell.opening().is_none());
}
