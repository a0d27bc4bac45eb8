//! Pictures to look at, not kept.
use crate::harness::Editor;
use hartomat_document::Edit;
use hartomat_editor::preferences::{LanguageChoice, ThemeChoice};
use hartomat_editor::*;
use hartomat_schema::{NodeId, OrderLineId};
use serde_json::json;

fn light(e: &mut Editor) { e.shell(ShellCommand::Prefer(PreferenceChange::Theme(ThemeChoice::Light))); }
fn german(e: &mut Editor) { e.shell(ShellCommand::Prefer(PreferenceChange::Language(LanguageChoice::German))); }

fn conflict() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Catalogue still".to_owned()));
    editor.edit(Edit::set_setting(NodeId::literal("still"), "/samples", json!(256)));
    editor.backend.save_behind_the_back("canonical-still", |w| {
        w.description = "Theirs".to_owned();
        w.nodes.iter_mut().find(|n| n.id.as_str() == "still").unwrap().settings.insert("samples".into(), json!(128));
        w.nodes.retain(|n| n.id.as_str() != "tell");
        w.edges.retain(|e| e.to.node.as_str() != "tell");
    });
    editor.push(Command::Run(Action::Save));
    editor.until_shown("Somebody else has saved this workflow");
    editor
}

#[test]
fn look_conflict() { let mut e = conflict(); e.picture("conflict"); }

#[test]
fn look_problems() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::set_setting(NodeId::literal("still"), "/samples", json!(0)));
    editor.edit(Edit::set_setting(NodeId::literal("still"), "/sampels", json!(1)));
    editor.edit(Edit::CutEdges { edges: editor.workflow().edges.iter().take(1).map(hartomat_document::EdgeKey::of).collect() });
    let line = SubjectChoice::OrderLine(OrderLineId::literal("line-1"));
    editor.shell(ShellCommand::SetSubject(line));
    editor.click_last_button("Dry-run");
    editor.until_shown("1 reused");
    editor.select(&["still"]);
    editor.picture("problems");
    light(&mut editor); german(&mut editor); editor.steps(4);
    editor.picture("problems_light_de");
    editor.push(Command::Run(Action::ToggleHistory));
    editor.picture("history_light_de");
}

#[test]
fn look_start() {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Catalogue still, white".to_owned()));
    let (backend, folder) = editor.crash();
    let mut editor = Editor::again(backend, folder);
    editor.until("d", |a| !a.state().shell.start().drafts().is_empty());
    editor.until("picture", |a| !a.state().shell.start().drafts()[0].miniature.nodes.is_empty());
    editor.open("cad-thumbnail"); editor.shell(ShellCommand::Close);
    editor.steps(30);
    editor.picture("start_drafts");
    light(&mut editor); german(&mut editor); editor.steps(4);
    editor.picture("start_light_de");
}

#[test]
fn look_dialogs() {
    let mut editor = Editor::start();
    editor.shell(ShellCommand::AskOpen); editor.steps(5);
    editor.picture("open");
    editor.shell(ShellCommand::Dismiss);
    let path = editor.folder.path().join("old still.json");
    std::fs::write(&path, json!({"type": "still", "params": {"width": 800, "height": 600, "mystery": 1}}).to_string()).unwrap();
    editor.shell(ShellCommand::OpenFile(path)); editor.until_shown("Import old");
    editor.picture("import");
    editor.shell(ShellCommand::Dismiss);
    let path = editor.folder.path().join("broken.json");
    std::fs::write(&path, "{ \"schema\": \"hartomat.workflow/1\", \"nodes\": [ }").unwrap();
    editor.shell(ShellCommand::OpenFile(path)); editor.until_shown("can't be opened");
    editor.picture("refused");
    editor.shell(ShellCommand::Dismiss);
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Mine".to_owned()));
    editor.push(Command::Run(Action::Close));
    editor.picture("close");
    editor.shell(ShellCommand::Dismiss);
    editor.push(Command::Run(Action::SaveAs));
    editor.picture("save_as");
    editor.shell(ShellCommand::Dismiss);
    *editor.backend.is_reachable.lock().unwrap() = false;
    editor.push(Command::Run(Action::Save));
    editor.until_shown("Not saved");
    editor.select(&["materials"]);
    editor.edit(Edit::set_setting(NodeId::literal("materials"), "/overrides", json!({"Ball*": "brass", "Cage": "rubber_black"})));
    editor.click_role(egui::accesskit::Role::Button, "Fallback");
    editor.steps(4);
    editor.picture("materials");
}
