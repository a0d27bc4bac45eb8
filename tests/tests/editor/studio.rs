//! The studio's side in the window: an output type is made, moves up, and is rolled back.

use egui_kittest::kittest::Queryable;
use hartomat_api::{DispatchRequest, ImportFormat, ImportRequest, SubjectSource, WorkflowSource};
use hartomat_editor::compare_view::CompareCommand;
use hartomat_editor::studio_view::{AuditFilter, AuditFormat, PictureOf, StudioCommand};
use hartomat_editor::{Action, Command, ShellCommand};
use hartomat_schema::{ExecutionMode, OrderLineId, RolloutAction, RolloutScope, WorkflowId};
use hartomat_tests::sample;

use crate::support::{Data, STILL, save_quick};
use crate::window::Window;

fn mode(window: &Window) -> ExecutionMode {
    let studio = &window.app().state().studio;
    studio.shown().unwrap().rollout.mode
}

fn until_mode(window: &mut Window, expected: ExecutionMode) {
    window.until("decided", |app| {
        let shown = app.state().studio.shown();
        shown.is_some_and(|it| it.rollout.mode == expected) && app.state().studio.draft.is_none()
    });
}

/// Makes an output type of the canonical still by hand.
fn new_type(window: &mut Window) {
    window.push(Command::Run(Action::OutputTypes));
    window.until_shown("No output types yet");
    window.click_button("New output type…");
    window.until_shown("Choose the workflow first");
    window.until_shown("Canonical still");
    window.click("Canonical still");
    window.until("the name follows", |app| {
        let draft = app.state().studio.type_draft.as_ref();
        draft.is_some_and(|draft| draft.name == "Canonical still")
    });
    window.click_button("Make it");
    window.until_shown("Legacy preset");
}

#[test]
fn an_output_type_moves_up_by_hand_and_comes_down_with_a_reason() {
    let data = Data::new();
    let mut window = data.window();
    new_type(&mut window);
    window.click_button("Show its rollout");
    window.until_shown("Mode of the next dispatch");
    assert_eq!(mode(&window), ExecutionMode::Legacy);
    window.click_button("Promote to Shadow");
    window.until_shown("Legacy goes on delivering");
    window.answer("Promote to Shadow");
    until_mode(&mut window, ExecutionMode::Shadow);
    window.until_shown("promotes output type");
    // The next step lacks evidence: only an exception with a reason leads there.
    window.click_button("Promote to Graph");
    window.until_shown("Promote although something is missing");
    assert!(window.shows_part("golden case has run"));
    window.click("Promote although something is missing");
    window.type_text("Why", "The fair is on Friday");
    window.answer("Promote to Graph");
    until_mode(&mut window, ExecutionMode::Graph);
    assert!(window.shows_part("The fair is on Friday"));
    window.click_button("Roll back…");
    window.until_shown("No evidence is needed");
    window.type_text("Why", "The printer saw stripes");
    window.answer("Roll back");
    until_mode(&mut window, ExecutionMode::Legacy);
    let backend = data.somebody_else();
    let scope: RolloutScope = "output_type:canonical_still".parse().unwrap();
    let status = backend.rollout_get(&scope).unwrap();
    assert_eq!(status.decisions.len(), 3);
    assert!(
        status.decisions[0]
            .sentence
            .contains("The printer saw stripes")
    );
}

#[test]
fn an_output_type_is_checked_while_it_is_written_and_saved_whole() {
    let data = Data::new();
    let mut window = data.window();
    new_type(&mut window);
    window.until_shown("0 order lines ask for it");
    // A promise of nothing is refused at its field, before anything is saved.
    window.click("Remove requirement media asset");
    window.click("Remove requirement image");
    window.until_shown("It promises nothing");
    window.click_button("Save");
    let backend = data.somebody_else();
    let stored = || backend.output_type_list().unwrap().remove(0).output_type;
    assert_eq!(stored().contract.len(), 2);
    window.click_button("Discard changes");
    assert!(!window.shows_part("It promises nothing"));
    // A setting of its own, in the inspector's form with the workflow's values.
    let header = egui::accesskit::Role::Button;
    window.click_role(header, "GLB");
    window.until_shown("The values shown are the workflow's");
    window.type_number("Angle", "7");
    window.until_shown("not saved");
    window.click_button("Save");
    window.until("saved", |app| app.state().studio.type_edits.is_empty());
    let overrides = serde_json::to_value(stored().overrides).unwrap();
    assert_eq!(
        overrides,
        serde_json::json!({"occ_glb_export": {"angle_deg": 7.0}})
    );
    assert_eq!(window.description_of("GLB"), "1 set");
}

#[test]
fn an_old_library_is_read_decided_on_and_written_beside_itself() {
    let data = Data::new();
    let mut window = data.window();
    let folder = tempfile::tempdir().unwrap();
    let library = folder.path().join("old");
    std::fs::create_dir(&library).unwrap();
    let preset = r#"{"type": "still", "params": {"width": 64}}"#;
    std::fs::write(library.join("still.json"), preset).unwrap();
    std::fs::write(library.join("broken.json"), "{").unwrap();
    window.shell(ShellCommand::Dropped(vec![library.clone()]));
    window.until_shown("1 converted");
    assert!(window.shows_part("1 refused"));
    window.click_part("still.json, converted");
    window.until_shown("Everything has found its place");
    window.click_button("Write 1 workflow");
    window.until_shown("Open it");
    let written = std::fs::read(folder.path().join("old-migrated/still.json")).unwrap();
    let read = hartomat_schema::read_workflow(&written).unwrap();
    assert!(matches!(read, hartomat_schema::ReadWorkflow::Current(_)));
    let original = std::fs::read_to_string(library.join("still.json")).unwrap();
    assert_eq!(original, preset);
    window.click_button("Open it");
    window.until("open", |app| app.state().session.is_some());
    // Nothing was changed on the runtime, and the list says so.
    window.push(Command::Run(Action::Audit));
    window.until_shown("Nothing older");
    assert!(window.shows_part("0 of 0"));
}

#[test]
fn a_list_of_orders_shows_what_would_come_of_it_and_is_taken_in() {
    let data = Data::new();
    let mut window = data.window();
    new_type(&mut window);
    window.push(Command::Run(Action::Orders));
    window.until_shown("No orders yet");
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("orders.csv");
    let step = sample("flange_bracket.step");
    let row = |line: &str, output_type: &str| {
        format!("A-7,{line},flange,{},{output_type},ada\n", step.display())
    };
    let rows = row("A-7-1", "canonical_still") + &row("A-7-2", "no_such_type");
    let head = "order,line,product,cad_file,output_type,requested_by\n";
    std::fs::write(&list, head.to_owned() + &rows).unwrap();
    window.push(Command::Studio(StudioCommand::TryImport(list)));
    window.until_shown("1 new  ·  0 replaced  ·  0 unchanged  ·  1 refused");
    window.until_shown("Row 2: output_type: there is no output type");
    window.answer("Take 1 line in");
    window.until_shown("0 of 1 line delivered");
    window.click_part("A-7, Open");
    window.until_shown("flange as Canonical still, for ada");
    window.click_last_button("Who sets what");
    window.until_shown("Settings of the next run");
    assert!(window.shows_part("asked for by ada"));
    window.push(Command::Run(Action::Audit));
    window.until_shown("Took a list of orders in");
    window.until_shown("Made an output type");
    let filter = AuditFilter {
        text: "orders".to_owned(),
        ..AuditFilter::default()
    };
    window.push(Command::Studio(StudioCommand::FilterAudit(filter)));
    assert!(!window.shows_part("Made an output type"));
    let written = folder.path().join("audit.csv");
    let write = StudioCommand::WriteAudit(AuditFormat::Csv, written.clone());
    window.push(Command::Studio(write));
    window.until("written", |_| written.exists());
    let text = std::fs::read_to_string(&written).unwrap();
    assert!(text.contains(",Import,/v1/imports,,200"), "{text}");
    window.push(Command::Run(Action::Orders));
    window.until_shown("flange as Canonical still, for ada");
    let backend = data.somebody_else();
    let mut small = backend.output_type_list().unwrap().remove(0).output_type;
    for (name, value) in [("width", 32), ("height", 32), ("samples", 1)] {
        small
            .legacy_preset
            .params
            .insert(name.to_owned(), value.into());
    }
    backend.output_type_put(&small).unwrap();
    let asked = DispatchRequest::new(
        WorkflowSource::Saved(WorkflowId::literal(STILL)),
        SubjectSource::OrderLine(OrderLineId::literal("A-7-1")),
    );
    backend.run_to_end(&asked, &()).unwrap();
    window.push(Command::Studio(StudioCommand::Reload));
    window.until_shown("1 of 1 line delivered");
    window.until_shown("Open flange_bracket.png in another program");
    window.until("its picture", |app| {
        let studio = &app.state().studio;
        let detail = studio.order_detail.known().unwrap();
        let assets = detail.lines.iter().flat_map(|line| &line.media_assets);
        assets.clone().count() == 1
            && assets.clone().all(|it| {
                let of = PictureOf::Asset(it.id.clone());
                studio.picture(&of).is_some()
            })
    });
    window.press(egui::Key::Escape);
    window.until("closed", |app| app.state().studio.open.is_none());
}

/// The form is longer than the window.
fn see(window: &mut Window, name: &str) {
    window.until_shown(name);
    let node = window.harness.query_all_by_label_contains(name).next();
    node.unwrap().scroll_to_me();
    window.steps(6);
}

#[test]
fn people_outside_of_the_studio_are_added_changed_and_taken_away_in_the_form() {
    let data = Data::new();
    let mut window = data.window();
    new_type(&mut window);
    window.until_shown("Nobody outside of the studio is told yet");
    see(&mut window, "Tell somebody…");
    window.click_button("Tell somebody…");
    see(&mut window, "By a web request");
    window.type_into("Name of the target", "erp");
    window.click("By a web request");
    see(&mut window, "Outputs of every type");
    window.type_into("Address", "ftp://example.com/hook");
    window.type_into("Secret", "hunter2");
    window.click_button("Save");
    window.until_shown("never written down itself");
    window.type_into("Secret", "env:ERP_KEY");
    window.click_button("Save");
    // What the program says of it stands in the form, and nothing is saved.
    window.until("refused", |app| {
        let edit = app.state().studio.target_edit.as_ref();
        let refused = edit.and_then(|edit| edit.refused.as_ref());
        refused.is_some_and(|err| !err.diagnostics.is_empty())
    });
    let backend = data.somebody_else();
    assert!(backend.notification_target_list().unwrap().is_empty());
    window.type_into("Address", "https://example.com/hook");
    window.click_button("Save");
    window.until_shown("https://example.com/hook");
    window.until_shown("hears of this alone");
    let set = || backend.notification_target_list().unwrap();
    assert_eq!(set()[0].output_types[0].as_str(), "canonical_still");
    window.click("Change erp");
    see(&mut window, "Outputs of every type");
    window.click("Outputs of every type");
    window.click_button("Save");
    window.until("changed", |app| app.state().studio.target_edit.is_none());
    assert!(set()[0].output_types.is_empty());
    // Another one of that name would take its place.
    see(&mut window, "Tell somebody…");
    window.click_button("Tell somebody…");
    see(&mut window, "Cancel");
    window.type_into("Name of the target", "erp");
    window.until_shown("There is a target with this name already");
    let before = set();
    window.click_button("Save");
    let edit = window.app().state().studio.target_edit.as_ref();
    assert!(edit.is_some_and(|edit| !edit.is_sent));
    assert_eq!(set(), before);
    window.click_button("Cancel");
    see(&mut window, "Tell erp nothing any more");
    window.click("Tell erp nothing any more");
    window.until_shown("Nobody outside of the studio is told yet");
    assert!(set().is_empty());
}

#[test]
fn the_last_comparisons_are_pictures_on_the_board_that_open_them() {
    let data = Data::new();
    let mut window = data.window();
    new_type(&mut window);
    let backend = data.somebody_else();
    let workflow = save_quick(&*backend);
    let mut small = backend.output_type_list().unwrap().remove(0).output_type;
    for (name, value) in [("width", 64), ("height", 64), ("samples", 4)] {
        let params = &mut small.legacy_preset.params;
        params.insert(name.to_owned(), value.into());
    }
    backend.output_type_put(&small).unwrap();
    let row = serde_json::json!([{
        "order": "A-8", "line": "A-8-1", "product": "flange", "output_type": small.id,
        "cad_file": sample("flange_bracket.step"), "requested_by": "ada"
    }]);
    let import = ImportRequest {
        format: ImportFormat::Json,
        text: row.to_string(),
        dry_run: false,
        skip_refused: false,
    };
    assert!(backend.import(&import).unwrap().stored);
    let scope = RolloutScope::OutputType(small.id.clone());
    let promote = RolloutAction::Promote { exception: None };
    backend.rollout_decide(&scope, &promote).unwrap();
    let asked = DispatchRequest {
        mode: Some(ExecutionMode::Shadow),
        ..DispatchRequest::new(
            WorkflowSource::Saved(workflow.id),
            SubjectSource::OrderLine(OrderLineId::literal("A-8-1")),
        )
    };
    let run = backend.run_to_end(&asked, &()).unwrap().record;
    let of = PictureOf::Run(run.id.clone());
    window.push(Command::Run(Action::Rollout));
    window.until("its picture", |app| {
        app.state().studio.picture(&of).is_some()
    });
    let verdict = run.verdict.unwrap().as_str();
    let date = run.created_at.date();
    let mark = format!("{date}  {}{}", verdict[..1].to_uppercase(), &verdict[1..]);
    // Once the run is read, and once more while it is looked at.
    for _ in 0..2 {
        window.click_part(&mark);
        window.until("the comparison", |app| app.state().compare.open.is_some());
        window.push(Command::Compare(CompareCommand::Close));
        window.until_shown(&mark);
    }
}
