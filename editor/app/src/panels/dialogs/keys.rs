//! All keys, to be changed: a search, a row per command, and a press of the key that it is to have.

mod row;

use egui::{Event, Id, RichText, ScrollArea, Ui};
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{Dialog, DialogAnswer, search_box_ui};

use self::row::row_ui;
use super::push;
use crate::Context;
use crate::command::{self, Action, Commands, Entry, Menu};
use crate::keymap::{Keymap, Shortcut};
use crate::messages::{text, text_with};
use crate::shell::{PreferenceChange, ShellCommand};

/// Width of the dialog in points.
const WIDTH: f32 = 640.0;

/// The key that a person is to press: for which command, and which of its keys it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asking {
    action: Action,
    slot: usize,
}

/// A key that was pressed and means something else already.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Clash {
    of: Asking,
    shortcut: Shortcut,
    other: Action,
}

/// What the dialog keeps from frame to frame.
#[derive(Debug, Clone, Default)]
struct KeysState {
    query: String,
    asking: Option<Asking>,
    clash: Option<Clash>,
}

/// What a person did in a row.
enum Doing {
    Ask(Asking),
    Leave,
    Drop(Asking),
    Take(Clash),
    Reset(Action),
}

pub(super) fn keys_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let id = Id::new("keys dialog");
    let known: Option<KeysState> = ctx.data(|data| data.get_temp(id));
    let is_new = known.is_none();
    let mut state = known.unwrap_or_default();
    let mut changes = Vec::new();
    if let Some(asking) = state.asking
        && let Some(pressed) = pressed(ctx)
    {
        state.asking = None;
        state.clash = pressed.and_then(|key| give(context.keymap, asking, key, &mut changes));
    }
    let done = text("preferences.close");
    let dialog = Dialog::new(id.with("window"), text("keys.title"), done, "");
    let changed = &context.shell.preferences().keymap.changed;
    let dialog = match changed.is_empty() {
        true => dialog,
        false => dialog.alternative(text("keys.reset_all")),
    };
    let answer = dialog.keep_enter().width(WIDTH).show(ctx, |ui| {
        content_ui(ui, context, &mut state, is_new, &mut changes)
    });
    match answer {
        Some(DialogAnswer::Alternative) => {
            let keys = changed.keys().cloned();
            changes.extend(keys.map(|key| PreferenceChange::Shortcuts(key, None)));
        }
        Some(_) => push(commands, ShellCommand::Dismiss),
        None => {}
    }
    for change in changes {
        push(commands, ShellCommand::Prefer(change));
    }
    ctx.data_mut(|data| match answer {
        Some(DialogAnswer::Confirmed | DialogAnswer::Cancelled) => data.remove::<KeysState>(id),
        _ => {
            data.insert_temp(id, state);
        }
    });
}

/// The key press of this frame, which nothing else hears; `None` within stands for Escape.
fn pressed(ctx: &egui::Context) -> Option<Option<Shortcut>> {
    ctx.input_mut(|input| {
        let modifiers = input.modifiers;
        let mut events = input.events.iter();
        let found = events.find_map(|event| Shortcut::from_press(event, modifiers));
        let is_key = |event: &Event| {
            matches!(
                event,
                Event::Key { .. } | Event::Text(_) | Event::Copy | Event::Cut | Event::Paste(_)
            )
        };
        input.events.retain(|event| !is_key(event));
        found.map(|key| (!key.is_escape()).then_some(key))
    })
}

fn content_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    state: &mut KeysState,
    is_new: bool,
    changes: &mut Vec<PreferenceChange>,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let preset = context.keymap.preset().label();
    let help = text_with("keys.help", &[("preset", preset)]);
    ui.label(RichText::new(help).color(palette.text_weak));
    ui.add_space(space::M);
    let search = text("keys.search");
    let search = search_box_ui(ui, &mut state.query, search, text("finder.clear"));
    if is_new {
        search.request_focus();
    }
    ui.add_space(space::S);
    let height = (ui.ctx().content_rect().height() - 330.0).clamp(160.0, 480.0);
    let mut doing = None;
    ScrollArea::vertical()
        .id_salt("keys list")
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            // The bar beside the rows, not over them.
            ui.set_max_width(ui.available_width() - space::L);
            doing = list_ui(ui, context, state);
        });
    if matches!(doing, Some(Doing::Ask(_))) && ui.ctx().text_edit_focused() {
        // What is pressed next is a key, not a letter to search for.
        ui.memory_mut(|memory| memory.focused().map(|id| memory.surrender_focus(id)));
    }
    if let Some(doing) = doing {
        carry_out(context.keymap, state, doing, changes);
    }
}

fn list_ui(ui: &mut Ui, context: &Context<'_>, state: &KeysState) -> Option<Doing> {
    let palette = Theme::of(ui.ctx()).palette;
    let mut doing = None;
    let mut is_empty = true;
    for menu in Menu::ALL {
        let entries = command::all().iter().filter(|entry| entry.menu == menu);
        let found = entries.filter(|entry| matches(entry, context.keymap, &state.query));
        let found: Vec<&Entry> = found.collect();
        if found.is_empty() {
            continue;
        }
        ui.add_space(if is_empty { space::XS } else { space::L });
        is_empty = false;
        let title = RichText::new(menu.title()).font(medium(size::TEXT));
        ui.label(title.color(palette.accent_text));
        ui.add_space(space::XS);
        for entry in found {
            doing = row_ui(ui, context.keymap, state, entry).or(doing);
        }
    }
    if is_empty {
        ui.add_space(space::M);
        ui.label(RichText::new(text("finder.nothing")).color(palette.text_weak));
    }
    doing
}

/// A command is found by its name, its menu or its keys.
fn matches(entry: &Entry, keymap: &Keymap, query: &str) -> bool {
    let query = query.trim().to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&query);
    let mut keys = keymap.of(entry.action).iter();
    has(entry.label()) || has(entry.menu.title()) || keys.any(|key| has(&key.to_string()))
}

fn carry_out(
    keymap: &Keymap,
    state: &mut KeysState,
    doing: Doing,
    changes: &mut Vec<PreferenceChange>,
) {
    (state.asking, state.clash) = (None, None);
    match doing {
        Doing::Ask(asking) => state.asking = Some(asking),
        Doing::Leave => {}
        Doing::Drop(Asking { action, slot }) => {
            let mut keys = keymap.of(action).to_vec();
            if slot < keys.len() {
                keys.remove(slot);
            }
            changes.push(change(keymap, action, &keys));
        }
        Doing::Take(Clash {
            of,
            shortcut,
            other,
        }) => {
            let mut keys = keymap.of(other).to_vec();
            keys.retain(|key| *key != shortcut);
            changes.push(change(keymap, other, &keys));
            changes.push(replaced(keymap, of, shortcut));
        }
        Doing::Reset(action) => {
            let key = command::entry(action).key.to_owned();
            changes.push(PreferenceChange::Shortcuts(key, None));
        }
    }
}

/// Gives a command the key that was pressed, unless it means something else already.
fn give(
    keymap: &Keymap,
    asking: Asking,
    shortcut: Shortcut,
    changes: &mut Vec<PreferenceChange>,
) -> Option<Clash> {
    if let Some(other) = keymap.taken(shortcut, asking.action) {
        return Some(Clash {
            of: asking,
            shortcut,
            other,
        });
    }
    changes.push(replaced(keymap, asking, shortcut));
    None
}

fn replaced(keymap: &Keymap, asking: Asking, shortcut: Shortcut) -> PreferenceChange {
    let mut keys = keymap.of(asking.action).to_vec();
    match keys.get_mut(asking.slot) {
        Some(key) => *key = shortcut,
        None => keys.push(shortcut),
    }
    let mut once: Vec<Shortcut> = Vec::new();
    for key in keys {
        if !once.contains(&key) {
            once.push(key);
        }
    }
    change(keymap, asking.action, &once)
}

/// These keys from now on; what the preset has is no change.
fn change(keymap: &Keymap, action: Action, keys: &[Shortcut]) -> PreferenceChange {
    let entry = command::entry(action);
    let of_preset = keymap.preset().shortcuts(entry).iter();
    let of_preset: Vec<Shortcut> = of_preset.filter_map(|text| text.parse().ok()).collect();
    let texts = keys.iter().map(Shortcut::to_text).collect();
    let is_changed = of_preset != keys;
    PreferenceChange::Shortcuts(entry.key.to_owned(), is_changed.then_some(texts))
}
