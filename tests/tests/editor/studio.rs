//! The studio's side in the window: an output type is made, moves up, and is rolled back.

use hartomat_api::{DispatchRequest, SubjectSource, WorkflowSource};
use hartomat_editor::studio_view::StudioCommand;
use hartomat_editor::{Action, Command};
use hartomat_schema::{ExecutionMode, OrderLineId, RolloutScope, WorkflowId};
use hartomat_tests::sample;

use crate::support::{Data, STILL};
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
    window.click("Workflow");
    window.until_shown("Canonical still");
    window.click_last_button("Canonical still");
    window.until("the name follows", |app| {
        let draft = app.state().studio.type_draft.as_ref();
        draft.is_some_and(|draft| draft.name == "Canonical still")
    });
    window.answer("Make it");
    window.until_shown("legacy preset “still”");
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
    window.until_shown("flange as canonical_still");
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
    window.until_shown("flange_bracket.png");
    window.press(egui::Key::Escape);
    window.until("closed", |app| app.state().studio.open.is_none());
}
