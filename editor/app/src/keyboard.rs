//! Shortcuts: key presses become commands before any panel sees them.

use egui::{Event, Ui};

use crate::canvas::{CanvasCommand, node_element};
use crate::command::{Action, Commands};
use crate::context::Context;
use crate::keymap::{KeyboardOwner, Shortcut};
use crate::runs::log_element;

/// Asks for what was pressed.
pub(crate) fn handle(ui: &Ui, context: &Context<'_>, commands: &mut Commands) {
    let is_busy = context.shell.dialog().is_some()
        || context.runs.rerun.is_some()
        || context.runs.looked.is_some()
        || context.runs.view_name.is_some()
        || context.compare.open.is_some()
        || context.studio.open.is_some();
    if is_busy || has_own_keys(context) {
        return;
    }
    let owner = owner(ui, context);
    let asked = asked(ui, context);
    if asked.is_some() || owner != KeyboardOwner::Text && context.session.is_some() {
        paste(ui, context, asked, commands);
    }
    let is_of_log = has_log_focus(ui, context);
    let own = ui.input_mut(|input| take_copies(input, is_of_log));
    let pressed = ui.input_mut(|input| context.keymap.pressed(input, owner));
    ui.input_mut(|input| input.events.extend(own));
    for action in pressed {
        commands.run(action);
    }
}

/// Whether the lines of the log have the focus: they are copied by the same key as nodes.
fn has_log_focus(ui: &Ui, context: &Context<'_>) -> bool {
    let run = context
        .runs
        .view
        .as_ref()
        .map(|view| log_element(view.id()));
    run.is_some() && ui.ctx().memory(|memory| memory.focused()) == run
}

fn take_copies(input: &mut egui::InputState, is_wanted: bool) -> Vec<Event> {
    let is_taken = |event: &mut Event| is_wanted && *event == Event::Copy;
    input.events.extract_if(.., is_taken).collect()
}

fn owner(ui: &Ui, context: &Context<'_>) -> KeyboardOwner {
    if ui.ctx().text_edit_focused() || context.launcher.is_some() {
        return KeyboardOwner::Text;
    }
    match ui.memory(|memory| memory.focused()) {
        Some(focused) if !is_node(focused, context) => KeyboardOwner::Widget,
        _ => KeyboardOwner::Canvas,
    }
}

/// Whether a node of the canvas has the focus.
fn is_node(focused: egui::Id, context: &Context<'_>) -> bool {
    let nodes = context
        .session
        .map(|session| &session.document.workflow().nodes);
    let mut nodes = nodes.into_iter().flatten();
    nodes.any(|node| node_element(&node.id) == focused)
}

/// A gesture, an open menu or a text on the canvas has the keyboard for itself.
fn has_own_keys(context: &Context<'_>) -> bool {
    context.session.is_some_and(|session| {
        let canvas = &session.canvas;
        canvas.add_menu.is_some() || canvas.editing.is_some() || canvas.gesture.is_some()
    })
}

/// Frames after which the desktop gives no answer any more.
const PATIENCE: u64 = 30;

/// Whether a menu has just asked for the desktop's clipboard, and whether with inputs.
fn asked(ui: &Ui, context: &Context<'_>) -> Option<bool> {
    let (with_inputs, frame) = context.session?.canvas.paste_asked?;
    (ui.ctx().cumulative_frame_nr() <= frame + PATIENCE).then_some(with_inputs)
}

/// Text from the desktop's clipboard. The platform makes a paste of every Ctrl+V, with Shift or
/// without, and no key press.
fn paste(ui: &Ui, context: &Context<'_>, asked: Option<bool>, commands: &mut Commands) {
    let pasted = ui.input_mut(|input| {
        let found = input.events.iter().find_map(|event| match event {
            Event::Paste(text) => Some(text.clone()),
            _ => None,
        });
        input
            .events
            .retain(|event| !matches!(event, Event::Paste(_)));
        found
    });
    let Some(text) = pasted else {
        return;
    };
    let action = match asked {
        Some(true) => Some(Action::PasteWithInputs),
        Some(false) => Some(Action::Paste),
        None => {
            let modifiers = ui.input(|input| input.modifiers);
            context.keymap.meaning(Shortcut::of_paste(modifiers))
        }
    };
    match action {
        Some(action @ (Action::Paste | Action::PasteWithInputs)) => {
            let with_inputs = action == Action::PasteWithInputs;
            commands.canvas(CanvasCommand::PasteText { text, with_inputs });
        }
        Some(other) => commands.run(other),
        None => {}
    }
}
