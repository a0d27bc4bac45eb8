//! The tools of masks, and the list of them.

use egui::{RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton};

use crate::command::Commands;
use crate::compare_view::{CompareCommand, Mask, MaskCommand, MaskTool, OpenComparison};
use crate::messages::{text, text_with};

pub(super) fn tools_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let masks = &open.masks;
    let mut ask = |command| commands.compare(CompareCommand::Mask(command));
    let tools = [
        (
            MaskTool::Rectangle,
            text("mask.rectangle"),
            text("mask.rectangle_help"),
        ),
        (
            MaskTool::Polygon,
            text("mask.polygon"),
            text("mask.polygon_help"),
        ),
    ];
    for (tool, words, help) in tools {
        let button = egui::Button::selectable(masks.tool == Some(tool), words);
        if ui.add(button).on_hover_text(help).clicked() {
            ask(MaskCommand::Tool(Some(tool)));
        }
    }
    ui.separator();
    let here = IconButton::new(Icon::Add, text("mask.add_here")).shortcut("Insert");
    if ui.add(here).clicked() {
        ask(MaskCommand::AddHere);
    }
    let delete = IconButton::new(Icon::Delete, text("mask.delete")).shortcut("Delete");
    if ui.add_enabled(masks.selected.is_some(), delete).clicked() {
        ask(MaskCommand::Delete);
    }
    let undo = IconButton::new(Icon::Undo, text("mask.undo")).shortcut("Ctrl+Z");
    if ui.add_enabled(masks.can_undo(), undo).clicked() {
        ask(MaskCommand::Undo);
    }
    let redo = IconButton::new(Icon::Redo, text("mask.redo")).shortcut("Ctrl+Shift+Z");
    if ui.add_enabled(masks.can_redo(), redo).clicked() {
        ask(MaskCommand::Redo);
    }
    ui.separator();
    let done = TextButton::new(ButtonKind::Secondary, text("mask.done"));
    if ui.add(done).clicked() {
        ask(MaskCommand::Tool(None));
    }
}

/// A mask for people.
pub(super) fn mask_text(number: usize, mask: &Mask) -> String {
    let bounds = mask.bounds();
    let numbers = [
        (number + 1).to_string(),
        format!("{:.0}", bounds.width()),
        format!("{:.0}", bounds.height()),
        format!("{:.0}", bounds.min.x),
        format!("{:.0}", bounds.min.y),
    ];
    let [number, width, height, x, y] = numbers.each_ref();
    let values = [
        ("number", number.as_str()),
        ("width", width),
        ("height", height),
        ("x", x),
        ("y", y),
    ];
    if mask.is_rectangle {
        text_with("mask.is_rectangle", &values)
    } else {
        text_with("mask.is_polygon", &values)
    }
}

/// All masks, to be selected by keyboard, too.
pub(super) fn list_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    if open.masks.all.is_empty() {
        let none = RichText::new(text("mask.none")).size(size::SMALL_TEXT);
        ui.add(egui::Label::new(none.color(palette.text_weak)).wrap());
        return;
    }
    for (index, mask) in open.masks.all.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            let is_selected = open.masks.selected == Some(index);
            let words = mask_text(index, mask);
            if ui.selectable_label(is_selected, words).clicked() {
                let tool = if mask.is_rectangle {
                    MaskTool::Rectangle
                } else {
                    MaskTool::Polygon
                };
                for command in [
                    MaskCommand::Tool(Some(tool)),
                    MaskCommand::Select(Some(index)),
                ] {
                    commands.compare(CompareCommand::Mask(command));
                }
            }
        });
    }
}
