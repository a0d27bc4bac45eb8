//! Dialogs for people who don't see them: a name, their buttons within, the keyboard kept inside,
//! Escape as a way out.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use hartomat_document::Edit;
use hartomat_editor::{Action, Command, ShellCommand};

use crate::harness::Editor;

/// A dialog: how it is opened, its name, its buttons.
struct Case {
    open: fn(&mut Editor),
    title: &'static str,
    buttons: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        open: |editor| editor.push(Command::Run(Action::Close)),
        title: "Save changes to “Mine”?",
        buttons: &["Save", "Keep as draft", "Cancel"],
    },
    Case {
        open: |editor| editor.push(Command::Run(Action::SaveAs)),
        title: "Save as",
        buttons: &["Cancel"],
    },
    Case {
        open: |editor| editor.push(Command::Run(Action::Preferences)),
        title: "Preferences",
        buttons: &["Done"],
    },
    Case {
        open: |editor| editor.shell(ShellCommand::AskOpen),
        title: "Open workflow",
        buttons: &["Cancel"],
    },
    Case {
        open: conflict,
        title: "Somebody else has saved this workflow",
        buttons: &[
            "Keep mine",
            "Take theirs",
            "Save mine as a copy",
            "Decide later",
        ],
    },
];

fn conflict(editor: &mut Editor) {
    editor
        .backend
        .save_behind_the_back("canonical-still", |workflow| {
            workflow.description = "Theirs".to_owned();
        });
    editor.push(Command::Run(Action::Save));
    editor.until("the conflict", |app| app.state().shell.conflict().is_some());
}

fn edited() -> Editor {
    let mut editor = Editor::start();
    editor.open("canonical-still");
    editor.edit(Edit::SetName("Mine".to_owned()));
    editor
}

#[test]
fn a_dialog_has_a_name_and_its_buttons_stand_in_it() {
    for case in CASES {
        let mut editor = edited();
        (case.open)(&mut editor);
        for button in case.buttons {
            assert!(
                editor.dialog_has(case.title, button),
                "{}: {button}",
                case.title
            );
        }
    }
}

#[test]
fn the_keyboard_stays_in_the_dialog() {
    for case in CASES {
        let mut editor = edited();
        (case.open)(&mut editor);
        for step in 0..40 {
            let back = if step < 20 {
                Modifiers::NONE
            } else {
                Modifiers::SHIFT
            };
            editor.press_with(back, Key::Tab);
            assert!(
                editor.has_focus_in(case.title),
                "{}, step {step}",
                case.title
            );
        }
    }
}

#[test]
fn escape_closes_and_changes_nothing_and_keys_do_nothing_below() {
    for case in CASES {
        let mut editor = edited();
        editor.select(&["still"]);
        (case.open)(&mut editor);
        let before = editor.workflow().clone();
        editor.press(Key::X);
        editor.press(Key::Escape);
        editor.steps(3);
        assert!(
            editor.app().state().shell.dialog().is_none(),
            "{}",
            case.title
        );
        assert_eq!(*editor.workflow(), before, "{}", case.title);
        assert!(editor.is_dirty());
    }
}

#[test]
fn the_palette_find_and_the_keys_are_dialogs_too() {
    for (action, name) in [
        (
            Action::Palette,
            "Search commands, nodes, settings, templates and problems",
        ),
        (Action::Find, "Find a node by name, type or id"),
        (Action::CheatSheet, "Keys"),
    ] {
        let mut editor = edited();
        editor.push(Command::Run(action));
        editor.steps(3);
        for _ in 0..3 {
            editor.press(Key::Tab);
        }
        assert!(
            action == Action::CheatSheet || editor.has_focus_in(name),
            "{name}"
        );
        editor.press(Key::Escape);
        editor.steps(2);
        assert!(editor.app().state().launcher.is_none(), "{name}");
    }
}

#[test]
fn a_menu_drops_before_its_dialog_however_often_that_was_open() {
    let mut editor = edited();
    for (preset, key) in [("Blender 5", "blender_5"), ("Comfy", "comfy")] {
        editor.push(Command::Run(Action::Preferences));
        let chooser = editor
            .harness
            .get_by_role_and_label(Role::ComboBox, "Keys like in");
        let at = chooser.rect().center();
        editor.tap_at(at);
        let entry = editor.place_of(preset);
        editor.tap_at(entry);
        let chosen = &editor.app().state().shell.preferences().keymap.preset;
        assert_eq!(chosen, key);
        editor.answer("Done");
    }
}
