//! All keys of the present keymap, and what the pointer does.

use egui::{Context as EguiContext, Id, Modal, RichText, ScrollArea, Ui};
use hartomat_ui::theme::{Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{key_caps_ui, mark_dialog};

use crate::command::{self, Command, Commands, Entry, Launcher, Menu};
use crate::context::Context;
use crate::messages::{text, text_with};
use crate::shell::ShellCommand;

/// Stands between the first and the last of several keys.
const RANGE: &str = "…";

/// Draws the cheat sheet while it is open.
pub(crate) fn cheat_sheet_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    if context.launcher != Some(Launcher::CheatSheet) {
        return;
    }
    let palette = Theme::of(ctx).palette;
    let frame = egui::Frame::window(&ctx.global_style()).inner_margin(space::XXL);
    let modal = Modal::new(Id::new("cheat sheet"))
        .frame(frame)
        .backdrop_color(palette.backdrop);
    let mut wants_change = false;
    let response = modal.show(ctx, |ui| {
        mark_dialog(ui, text("cheat_sheet.title"));
        let room = ctx.content_rect();
        let width = (room.width() - 80.0).min(1320.0);
        ui.set_width(width);
        wants_change = title_ui(ui, context);
        let height = (room.height() - 220.0).max(200.0);
        ScrollArea::vertical()
            .max_height(height)
            .min_scrolled_height(height)
            .show(ui, |ui| {
                let columns = columns_of(width);
                ui.spacing_mut().item_spacing.x = space::XXL;
                ui.columns(columns.len(), |uis| {
                    for (ui, menus) in uis.iter_mut().zip(columns) {
                        ui.spacing_mut().item_spacing = egui::vec2(space::M, space::XS);
                        for menu in *menus {
                            match menu {
                                Some(menu) => menu_ui(ui, *menu, context),
                                None => pointer_ui(ui, context),
                            }
                        }
                    }
                });
            });
    });
    if wants_change || response.should_close() {
        commands.push(Command::Launch(None));
    }
    if wants_change {
        commands.push(Command::Shell(ShellCommand::ShowKeys));
    }
}

/// Menus by column, and where the pointer comes: as many columns as there is room for.
type Columns = &'static [&'static [Option<Menu>]];

const FOUR: Columns = &[
    &[Some(Menu::File), Some(Menu::Check), None],
    &[Some(Menu::Edit), Some(Menu::Select)],
    &[Some(Menu::Node), Some(Menu::Studio), Some(Menu::Help)],
    &[Some(Menu::View), Some(Menu::Arrange)],
];

const THREE: Columns = &[
    &[Some(Menu::File), Some(Menu::Edit), None],
    &[Some(Menu::Node), Some(Menu::Select)],
    &[
        Some(Menu::View),
        Some(Menu::Arrange),
        Some(Menu::Check),
        Some(Menu::Studio),
        Some(Menu::Help),
    ],
];

fn columns_of(width: f32) -> Columns {
    if width >= 1_200.0 { FOUR } else { THREE }
}

/// Says whether somebody wants to change keys.
fn title_ui(ui: &mut Ui, context: &Context<'_>) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(text("cheat_sheet.title")).font(semibold(size::HEADING));
    ui.label(title.color(palette.text_strong));
    let preset = context.keymap.preset().label();
    let words = text_with("cheat_sheet.preset", &[("preset", preset)]);
    let wants_change = ui
        .horizontal(|ui| {
            ui.label(RichText::new(words).color(palette.text_weak));
            ui.add_space(space::M);
            ui.link(text("cheat_sheet.change")).clicked()
        })
        .inner;
    ui.add_space(space::L);
    wants_change
}

fn menu_ui(ui: &mut Ui, menu: Menu, context: &Context<'_>) {
    let with_keys = |entry: &&Entry| {
        let is_shown = !entry.action.is_bookmark();
        entry.menu == menu && is_shown && !context.keymap.of(entry.action).is_empty()
    };
    let entries: Vec<&Entry> = command::all().iter().filter(with_keys).collect();
    if entries.is_empty() {
        return;
    }
    heading_ui(ui, menu.title());
    for entry in entries {
        let keys: Vec<String> = context
            .keymap
            .of(entry.action)
            .iter()
            .map(ToString::to_string)
            .collect();
        row_ui(ui, entry.label(), &keys);
    }
    if menu == Menu::View {
        row_ui(ui, text("menu.bookmark_set"), &[format!("Ctrl+1{RANGE}9")]);
        row_ui(ui, text("menu.bookmark_go"), &[format!("1{RANGE}9")]);
    }
    ui.add_space(space::L);
}

fn heading_ui(ui: &mut Ui, title: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(title).font(medium(size::TEXT));
    ui.label(title.color(palette.accent_text));
    ui.add_space(space::XS);
}

fn row_ui(ui: &mut Ui, label: &str, keys: &[String]) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.label(RichText::new(label).color(palette.text));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for key in keys.iter().take(2).rev() {
                if let Some((first, last)) = key.split_once(RANGE) {
                    key_caps_ui(ui, last);
                    ui.label(RichText::new("–").color(palette.text_faint));
                    key_caps_ui(ui, first);
                } else {
                    key_caps_ui(ui, key);
                }
            }
        });
    });
}

/// What the pointer does.
fn pointer_ui(ui: &mut Ui, context: &Context<'_>) {
    heading_ui(ui, text("cheat_sheet.pointer"));
    let drag = text("pointer.drag");
    let (pan, select) = if context.keymap.preset().drag_pans() {
        (drag.to_owned(), text("pointer.shift_drag"))
    } else {
        (text("pointer.middle_drag").to_owned(), drag)
    };
    let rows = [
        (text("cheat_sheet.pan"), pan),
        (text("cheat_sheet.box_select"), select.to_owned()),
        (text("cheat_sheet.zoom"), text("pointer.wheel").to_owned()),
        (
            text("cheat_sheet.add"),
            text("pointer.double_click").to_owned(),
        ),
        (text("cheat_sheet.cut"), text("pointer.cut_drag").to_owned()),
        // Desktops that move windows by Alt leave this one.
        (
            text("cheat_sheet.cut"),
            text("pointer.cut_drag_too").to_owned(),
        ),
        (
            text("cheat_sheet.detach"),
            text("pointer.alt_drag_node").to_owned(),
        ),
        (
            text("cheat_sheet.menu"),
            text("pointer.secondary").to_owned(),
        ),
    ];
    for (label, keys) in rows {
        row_ui(ui, label, &[keys]);
    }
    ui.add_space(space::L);
}
