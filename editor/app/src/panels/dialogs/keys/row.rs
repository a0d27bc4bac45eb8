//! A command and its keys: each key is a button that asks for another one.

use egui::{Align, CursorIcon, Layout, RichText, Sense, Ui, Vec2, WidgetInfo, WidgetType};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, radius, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton, focus_ring, key_caps_ui, name};

use super::{Asking, Clash, Doing, KeysState};
use crate::command::{self, Entry};
use crate::keymap::{Keymap, Shortcut};
use crate::messages::{text, text_with};

/// Height of a row, and width of its icons.
const ROW: f32 = 30.0;
const ICON: f32 = 24.0;

/// Draws a command; says what is to be done with its keys.
pub(super) fn row_ui(
    ui: &mut Ui,
    keymap: &Keymap,
    state: &KeysState,
    entry: &Entry,
) -> Option<Doing> {
    let palette = Theme::of(ui.ctx()).palette;
    let asking = state.asking.filter(|asking| asking.action == entry.action);
    let clash = state.clash.filter(|clash| clash.of.action == entry.action);
    let room = Vec2::new(ui.available_width(), ROW);
    let layout = Layout::left_to_right(Align::Center);
    let mut doing = ui
        .allocate_ui_with_layout(room, layout, |ui| {
            ui.set_min_size(room);
            let label = ui.label(RichText::new(entry.label()).color(palette.text));
            label.on_hover_text(entry.help());
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                match asking {
                    Some(asking) => asking_ui(ui, keymap, asking),
                    None => keys_ui(ui, keymap, entry),
                }
            })
            .inner
        })
        .inner;
    if let Some(clash) = clash {
        doing = clash_ui(ui, &clash).or(doing);
    }
    doing
}

/// Its keys, one more, and back to those of the preset. From right to left.
fn keys_ui(ui: &mut Ui, keymap: &Keymap, entry: &Entry) -> Option<Doing> {
    let action = entry.action;
    let mut doing = None;
    let of = [("command", entry.label())];
    if keymap.is_changed(action) {
        let label = text_with("keys.reset", &of);
        if ui
            .add(IconButton::new(Icon::Reset, &label).small())
            .clicked()
        {
            doing = Some(Doing::Reset(action));
        }
    } else {
        ui.add_space(ICON);
    }
    let keys = keymap.of(action);
    let label = text_with("keys.add", &of);
    if ui.add(IconButton::new(Icon::Add, &label).small()).clicked() {
        let slot = keys.len();
        doing = Some(Doing::Ask(Asking { action, slot }));
    }
    for (slot, key) in keys.iter().enumerate().rev() {
        // Two keys are told apart from one of several caps.
        ui.add_space(space::M);
        if key_ui(ui, *key, entry.label()) {
            doing = Some(Doing::Ask(Asking { action, slot }));
        }
    }
    doing
}

/// A key as a button; says whether it was pressed.
fn key_ui(ui: &mut Ui, key: Shortcut, of: &str) -> bool {
    let key = key.to_string();
    let caps = key_caps_ui(ui, &key);
    let response = ui.interact(
        caps.rect.expand(3.0),
        caps.id.with("change"),
        Sense::click(),
    );
    let label = text_with("keys.change", &[("key", &key), ("command", of)]);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &label));
    if response.hovered() {
        let accent = Theme::of(ui.ctx()).palette.accent_text;
        let stroke = egui::Stroke::new(1.0, accent);
        let kind = egui::StrokeKind::Inside;
        ui.painter()
            .rect_stroke(response.rect, radius::MEDIUM, stroke, kind);
    }
    focus_ring(ui, &response, radius::MEDIUM);
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    response.on_hover_text(text("keys.change_help")).clicked()
}

/// Waits for a key. From right to left.
fn asking_ui(ui: &mut Ui, keymap: &Keymap, asking: Asking) -> Option<Doing> {
    let palette = Theme::of(ui.ctx()).palette;
    let mut doing = None;
    let leave = TextButton::new(ButtonKind::Quiet, text("keys.leave"));
    if ui.add(leave).clicked() {
        doing = Some(Doing::Leave);
    }
    if let Some(key) = keymap.of(asking.action).get(asking.slot) {
        let drop = TextButton::new(ButtonKind::Quiet, text("keys.drop"));
        let drop = ui.add(drop);
        let key = key.to_string();
        let command = command::entry(asking.action).label();
        let values = [("key", key.as_str()), ("command", command)];
        name(&drop, &text_with("keys.drop_this", &values));
        if drop.clicked() {
            doing = Some(Doing::Drop(asking));
        }
    }
    ui.add_space(space::M);
    let words = RichText::new(text("keys.press")).font(medium(size::TEXT));
    ui.label(words.color(palette.text_strong));
    ui.label(Icon::Keyboard.text(size::ICON).color(palette.accent_text));
    doing
}

/// Says whose key it is, and lets the person choose.
fn clash_ui(ui: &mut Ui, clash: &Clash) -> Option<Doing> {
    let palette = Theme::of(ui.ctx()).palette;
    let other = command::entry(clash.other).label();
    let key = clash.shortcut.to_string();
    let values = [("key", key.as_str()), ("command", other)];
    let mut doing = None;
    ui.horizontal(|ui| {
        ui.set_min_height(ROW);
        let icon = Icon::Warning.text(size::ICON);
        ui.label(icon.color(palette.severity(Severity::Warning)));
        ui.label(RichText::new(text_with("keys.taken", &values)).color(palette.text));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let leave = TextButton::new(ButtonKind::Quiet, text("keys.leave"));
            if ui.add(leave).clicked() {
                doing = Some(Doing::Leave);
            }
            let take = TextButton::new(ButtonKind::Secondary, text("keys.take"));
            if ui.add(take).clicked() {
                doing = Some(Doing::Take(*clash));
            }
        });
    });
    doing
}
