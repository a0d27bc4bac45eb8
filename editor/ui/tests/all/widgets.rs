//! The other widgets.

use egui::accesskit::Role;
use egui::{Id, Key};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use hartomat_ui::theme::Severity;
use hartomat_ui::widgets::{
    Dialog, DialogAnswer, EmptyState, Header, ListAnswer, Panes, PanesDirection, Toast,
    ToastAnswer, Toasts, VirtualList, icon_button, search_box_ui,
};
use hartomat_ui::{Icon, Mode, Theme};

fn harness<State: 'static>(
    mut draw: impl FnMut(&mut egui::Ui, &mut State) + 'static,
    state: State,
) -> Harness<'static, State> {
    let mut harness = Harness::builder()
        .with_size(egui::vec2(400.0, 300.0))
        .build_ui_state(
            move |ui, state| {
                if Theme::new(Mode::Light).apply(ui.ctx()) {
                    draw(ui, state);
                }
            },
            state,
        );
    harness.run_steps(4);
    harness
}

#[test]
fn an_icon_button_says_its_name() {
    let mut harness = harness(
        |ui, clicks: &mut u32| {
            if icon_button(ui, Icon::Undo, "Undo").clicked() {
                *clicks += 1;
            }
        },
        0,
    );
    harness.get_by_role_and_label(Role::Button, "Undo").click();
    harness.run_steps(2);
    assert_eq!(*harness.state(), 1);
}

#[test]
fn a_search_box_is_cleared_by_button_and_by_escape() {
    let mut harness = harness(
        |ui, text: &mut String| {
            search_box_ui(ui, text, "Search nodes", "Clear");
        },
        "still".to_owned(),
    );
    harness.get_by_role_and_label(Role::Button, "Clear").click();
    harness.run_steps(4);
    assert_eq!(harness.state(), "");
    harness.event(egui::Event::Text("glb".to_owned()));
    harness.run_steps(2);
    assert_eq!(harness.state(), "glb", "the box keeps the keyboard");
    harness.key_press(Key::Escape);
    harness.run_steps(4);
    assert_eq!(harness.state(), "");
}

fn list(ui: &mut egui::Ui, state: &mut (Option<usize>, Option<usize>, usize)) {
    let ListAnswer {
        selected,
        activated,
    } = VirtualList::new(Id::new("list"), "Runs", 1_000_000)
        .selected(state.0)
        .show(
            ui,
            |index| format!("Run {index}"),
            |ui, index| {
                state.2 += 1;
                ui.label(format!("row {index}"));
            },
        );
    state.0 = selected.or(state.0);
    state.1 = activated.or(state.1);
}

#[test]
fn a_list_of_a_million_rows_draws_what_is_in_view() {
    let mut harness = harness(list, (None, None, 0));
    harness.state_mut().2 = 0;
    harness.run_steps(1);
    let drawn = harness.state().2;
    assert!((5..60).contains(&drawn), "{drawn} rows");
    assert!(
        harness
            .query_by_role_and_label(Role::ListBoxOption, "Run 3")
            .is_some()
    );
}

#[test]
fn a_list_shows_what_somebody_else_has_selected() {
    let mut harness = harness(list, (None, None, 0));
    for selected in [500_000, 7, 999_999] {
        harness.state_mut().0 = Some(selected);
        harness.run_steps(3);
        let row = format!("Run {selected}");
        let found = harness.query_by_role_and_label(Role::ListBoxOption, &row);
        assert!(found.is_some(), "{row}");
    }
}

#[test]
fn a_list_is_walked_with_the_keyboard() {
    let mut harness = harness(list, (None, None, 0));
    harness
        .get_by_role_and_label(Role::ListBoxOption, "Run 2")
        .click();
    harness.run_steps(2);
    assert_eq!(harness.state().0, Some(2));
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    assert_eq!(harness.state().0, Some(3));
    harness.key_press(Key::End);
    harness.run_steps(3);
    assert_eq!(harness.state().0, Some(999_999));
    assert!(
        harness
            .query_by_role_and_label(Role::ListBoxOption, "Run 999999")
            .is_some(),
        "scrolled into view"
    );
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert_eq!(harness.state().1, Some(999_999));
}

type Answer = Option<DialogAnswer>;

fn dialog(dialog: Dialog<'static>) -> Harness<'static, (bool, Answer)> {
    harness(
        move |ui, state: &mut (bool, Answer)| {
            if !state.0 {
                return;
            }
            let answer = dialog.show(ui.ctx(), |ui| {
                ui.label("It can't be undone");
            });
            if answer.is_some() {
                *state = (false, answer);
            }
        },
        (true, None),
    )
}

#[test]
fn dialogs_are_answered_by_keys_and_buttons() {
    let plain = Dialog::new(Id::new("dialog"), "Save changes?", "Save", "Cancel");
    let press = |dialog_: Dialog<'static>, key| {
        let mut harness = dialog(dialog_);
        harness.key_press(key);
        harness.run_steps(3);
        harness.state().1
    };
    assert_eq!(press(plain, Key::Enter), Some(DialogAnswer::Confirmed));
    assert_eq!(press(plain, Key::Escape), Some(DialogAnswer::Cancelled));
    let destroying = Dialog::new(Id::new("dialog"), "Delete?", "Delete", "Keep").destroying();
    assert_eq!(
        press(destroying, Key::Enter),
        Some(DialogAnswer::Cancelled),
        "starts on what is safe"
    );
    let mut harness = dialog(plain.alternative("Don't save"));
    assert!(
        harness
            .query_by_role_and_label(Role::Dialog, "Save changes?")
            .is_some()
    );
    harness
        .get_by_role_and_label(Role::Button, "Don't save")
        .click();
    harness.run_steps(3);
    assert_eq!(harness.state().1, Some(DialogAnswer::Alternative));
}

#[test]
fn notes_go_by_themselves_but_errors_stay() {
    let toast = |key, severity| Toast {
        key,
        severity,
        title: format!("Note {key}"),
        text: String::new(),
        action: Some(format!("Undo {key}")),
    };
    let mut toasts = Toasts::default();
    toasts.push(toast(1, Severity::Info));
    toasts.push(toast(2, Severity::Error));
    let mut harness = harness(
        |ui, state: &mut (Toasts, Vec<ToastAnswer>)| {
            let answer = state.0.show(ui.ctx(), "Close");
            state.1.extend(answer);
        },
        (toasts, Vec::new()),
    );
    harness.run_steps(60);
    let frame = f64::from(harness.input().predicted_dt);
    harness.input_mut().time = Some(100.0 + frame);
    harness.run_steps(4);
    assert!(harness.state().1.contains(&ToastAnswer::Gone(1)));
    let left: Vec<u64> = harness.state().0.shown().map(|toast| toast.key).collect();
    assert_eq!(left, [2]);
    harness
        .get_by_role_and_label(Role::Button, "Undo 2")
        .click();
    harness.run_steps(3);
    assert!(harness.state().1.contains(&ToastAnswer::Action(2)));
}

#[test]
fn an_empty_place_teaches_and_begins() {
    let mut harness = harness(
        |ui, begun: &mut bool| {
            let state = EmptyState {
                icon: Icon::Run,
                title: "No runs yet",
                text: "A dry run shows what would happen.",
                button: Some("Dry run"),
            };
            *begun |= state.ui(ui);
        },
        false,
    );
    assert!(harness.query_by_label("No runs yet").is_some());
    harness
        .get_by_role_and_label(Role::Button, "Dry run")
        .click();
    harness.run_steps(2);
    assert!(*harness.state());
}

#[test]
fn sections_fold_by_mouse_and_keys() {
    let mut harness = harness(
        |ui, is_open: &mut bool| {
            *is_open = Header::new(Id::new("head"), "Look").ui(ui).1;
        },
        true,
    );
    harness.get_by_label("Look").click();
    harness.run_steps(2);
    assert!(!*harness.state());
    harness.get_by_label("Look").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert!(*harness.state());
}

#[test]
fn panes_are_divided_by_arrow_keys() {
    let mut harness = harness(
        |ui, width: &mut f32| {
            Panes::new(Id::new("panes"), PanesDirection::Row, "Divider").show(
                ui,
                |ui| *width = ui.available_width(),
                |_| {},
            );
        },
        0.0,
    );
    let before = *harness.state();
    harness.get_by_label("Divider").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    assert!(*harness.state() > before + 10.0);
}
