//! The menu bar: all commands by menu, the workflow's name and state, and the tools that are used
//! most.

use egui::containers::menu::SubMenuButton;
use egui::{Align, Button, Frame, Layout, Margin, MenuBar, Panel, RichText, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{IconButton, badge_ui, name};

use crate::command::{self, Action, Commands, Entry, Menu};
use crate::context::Context;
use crate::messages::text;
use crate::parts::{edit_text, family_text};

/// Room that the family takes beside the name, in points.
const BADGE: f32 = 110.0;
/// Room that is kept for the name.
const NAME: f32 = 120.0;

/// Draws the menu bar at the top of what is free.
pub(crate) fn menu_bar_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let frame = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(8, 5));
    Panel::top("menu bar").frame(frame).show(ui, |ui| {
        MenuBar::new().ui(ui, |ui| {
            ui.spacing_mut().button_padding = egui::vec2(8.0, 4.0);
            for menu in Menu::ALL {
                menu_ui(ui, menu, context, commands);
            }
            if context.session.is_some() {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    tools_ui(ui, context, commands);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        title_ui(ui, context);
                    });
                });
            }
        });
    });
}

fn menu_ui(ui: &mut Ui, menu: Menu, context: &Context<'_>, commands: &mut Commands) {
    ui.menu_button(menu.title(), |ui| {
        ui.set_min_width(240.0);
        let entries = command::all().iter();
        let mut entries = entries.filter(|entry| entry.menu == menu && !entry.action.is_bookmark());
        let mut group = None;
        for entry in entries.by_ref() {
            if group.is_some_and(|before| before != entry.group) {
                ui.separator();
            }
            group = Some(entry.group);
            entry_ui(ui, entry, context, commands);
        }
        if menu == Menu::View {
            ui.separator();
            bookmarks_ui(ui, context, commands);
        }
    });
}

fn bookmarks_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let all = || command::all().iter();
    sub_menu_ui(ui, text("menu.bookmark_set"), |ui| {
        for entry in all().filter(|entry| entry.action.bookmark_set().is_some()) {
            entry_ui(ui, entry, context, commands);
        }
    });
    sub_menu_ui(ui, text("menu.bookmark_go"), |ui| {
        for entry in all().filter(|entry| entry.action.bookmark_go().is_some()) {
            let kept = context.session.is_some_and(|session| {
                let mut bookmarks = session.document.workflow().bookmarks.iter();
                bookmarks.any(|kept| Some(kept.key) == entry.action.bookmark_go())
            });
            ui.add_enabled_ui(kept, |ui| entry_ui(ui, entry, context, commands));
        }
    });
}

/// A menu within a menu. egui's own arrow is in none of the fonts.
fn sub_menu_ui(ui: &mut Ui, title: &str, content: impl FnOnce(&mut Ui)) {
    let palette = Theme::of(ui.ctx()).palette;
    let arrow = Icon::Folded.text(12.0).color(palette.text_faint);
    let button = Button::new(title).right_text(arrow);
    let (response, _) = SubMenuButton::from_button(button).ui(ui, content);
    name(&response, title);
}

/// An entry of a menu.
fn entry_ui(ui: &mut Ui, entry: &Entry, context: &Context<'_>, commands: &mut Commands) {
    let mut button = Button::new(label(entry, context));
    if let Some(shortcut) = context.keymap.label(entry.action) {
        let palette = Theme::of(ui.ctx()).palette;
        button = button.shortcut_text(RichText::new(shortcut).color(palette.text_faint));
    }
    let response = ui.add_enabled(entry.is_enabled(context), button);
    if response.on_hover_text(entry.help()).clicked() {
        commands.run(entry.action);
        ui.close();
    }
}

/// Undo and redo say of what.
fn label(entry: &Entry, context: &Context<'_>) -> String {
    let step = context.session.and_then(|session| match entry.action {
        Action::Undo => session.document.undo_label(),
        Action::Redo => session.document.redo_label(),
        _ => None,
    });
    match step {
        Some(step) => format!("{}: {}", entry.label(), edit_text(step)),
        None => entry.label().to_owned(),
    }
}

fn title_ui(ui: &mut Ui, context: &Context<'_>) {
    let Some(session) = context.session else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let workflow = session.document.workflow();
    ui.add_space(space::XL);
    let name = RichText::new(&workflow.name).font(semibold(size::TEXT));
    ui.add(egui::Label::new(name.color(palette.text_strong)).truncate());
    if session.document.is_dirty() {
        let dot = ui.label(RichText::new("●").size(9.0).color(palette.accent_text));
        dot.on_hover_text(text("title.unsaved"));
    }
    // In a narrow window, the name comes first.
    if ui.available_width() < BADGE {
        return;
    }
    ui.add_space(space::S);
    badge_ui(ui, family_text(workflow.family), palette.text_weak);
}

fn tools_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    ui.spacing_mut().item_spacing.x = space::XS;
    let tools = [
        (Icon::Command, Action::Palette),
        (Icon::DryRun, Action::DryRun),
        (Icon::Preflight, Action::Preflight),
        (Icon::Search, Action::Find),
        (Icon::FitAll, Action::FitAll),
        (Icon::Redo, Action::Redo),
        (Icon::Undo, Action::Undo),
        (Icon::Save, Action::Save),
        (Icon::Add, Action::Add),
    ];
    for (icon, action) in tools {
        // In a narrow window, menus and the name come first.
        if ui.available_width() < NAME {
            return;
        }
        let entry = command::entry(action);
        let shortcut = context.keymap.label(action).unwrap_or_default();
        let button = IconButton::new(icon, entry.label())
            .help(entry.help())
            .shortcut(&shortcut);
        if ui.add_enabled(entry.is_enabled(context), button).clicked() {
            commands.run(action);
        }
    }
}
