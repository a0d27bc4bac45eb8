//! Where panels are in the window.

use egui::{Align, CentralPanel, Frame, Layout as Flow, Panel, Sense, Ui, UiBuilder};
use hartomat_ui::Theme;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{icon_button, panel_header_ui};

use crate::canvas::canvas_ui;
use crate::command::{Action, Command, Commands};
use crate::context::Context;
use crate::messages::text;
use crate::panels;
use crate::preferences::Layout;
use crate::shell::{PreferenceChange, ShellCommand};

/// Draws the whole window.
pub(crate) fn window_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    panels::menu_bar::menu_bar_ui(ui, context, commands);
    if context.compare.open.is_some() {
        panels::compare::compare_ui(ui, context, commands);
    } else if context.studio.open.is_some() {
        panels::studio::studio_ui(ui, context, commands);
    } else if context.session.is_some() {
        panels::run_bar::run_bar_ui(ui, context, commands);
        workspace_ui(ui, context, commands);
    } else {
        let fill = Theme::of(ui.ctx()).palette.panel;
        CentralPanel::default()
            .frame(Frame::NONE.fill(fill))
            .show(ui, |ui| panels::start::start_ui(ui, context, commands));
    }
    let ctx = ui.ctx().clone();
    panels::palette::palette_ui(&ctx, context, commands);
    panels::find::find_ui(&ctx, context, commands);
    panels::cheat_sheet::cheat_sheet_ui(&ctx, context, commands);
    panels::runs::rerun_ui(&ctx, context, commands);
    panels::runs::looked_ui(&ctx, context, commands);
    panels::runs::save_view_ui(&ctx, context, commands);
    panels::conflict::conflict_ui(&ctx, context, commands);
    panels::dialogs::shell_dialogs_ui(&ctx, context, commands);
}

fn workspace_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let before = &context.shell.preferences().layout;
    let mut layout = before.clone();
    panels::status_bar::status_bar_ui(ui, context, commands);
    let fill = Theme::of(ui.ctx()).palette.panel;
    let frame = Frame::NONE.fill(fill);
    if layout.catalog_open {
        let panel = Panel::left("catalog").frame(frame).resizable(true);
        let panel = panel
            .default_size(layout.catalog_width)
            .size_range(160.0..=420.0);
        let shown = panel.show(ui, |ui| {
            within_ui(ui, |ui| panels::catalog::catalog_ui(ui, context, commands));
        });
        layout.catalog_width = shown.response.rect.width().round();
    }
    if layout.inspector_open {
        let panel = Panel::right("inspector").frame(frame).resizable(true);
        let panel = panel
            .default_size(layout.inspector_width)
            .size_range(240.0..=640.0);
        let shown = panel.show(ui, |ui| {
            within_ui(ui, |ui| {
                panels::inspector::inspector_ui(ui, context, commands)
            });
        });
        layout.inspector_width = shown.response.rect.width().round();
    }
    if layout.bottom_open {
        let is_of_runs = ["runs", "log"].contains(&layout.bottom_tab.as_str());
        let (id, height) = match is_of_runs {
            true => ("bottom of runs", &mut layout.runs_height),
            false => ("bottom", &mut layout.bottom_height),
        };
        let panel = Panel::bottom(id).frame(frame).resizable(true);
        let panel = panel.default_size(*height).size_range(90.0..=900.0);
        let shown = panel.show(ui, |ui| {
            within_ui(ui, |ui| bottom_ui(ui, context, commands));
        });
        *height = shown.response.rect.height().round();
    }
    CentralPanel::default().frame(Frame::NONE).show(ui, |ui| {
        canvas_ui(ui, context, commands);
        if layout.mini_map_open {
            panels::minimap::minimap_ui(ui, context, commands);
        }
    });
    panels::add_menu::add_menu_ui(ui.ctx(), context, commands);
    panels::context_menu::context_menu_ui(ui.ctx(), context, commands);
    panels::text_edit::text_edit_ui(ui.ctx(), context, commands);
    remember(ui, before, layout, commands);
}

/// Draws within what is free: a panel is as large as somebody made it, whatever is in it.
fn within_ui(ui: &mut Ui, content: impl FnOnce(&mut Ui)) {
    let rect = ui.available_rect_before_wrap();
    ui.allocate_rect(rect, Sense::hover());
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    child.shrink_clip_rect(rect);
    content(&mut child);
}

/// Keeps the sizes of panels, once nobody drags them any more.
fn remember(ui: &Ui, before: &Layout, after: Layout, commands: &mut Commands) {
    let is_dragged = ui.input(|input| input.pointer.any_down());
    let is_settled = ui.ctx().cumulative_frame_nr() > 4;
    if after != *before && !is_dragged && is_settled {
        let change = PreferenceChange::Layout(Box::new(after));
        commands.push(Command::Shell(ShellCommand::Prefer(change)));
    }
}

fn bottom_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let tab = context.shell.preferences().layout.bottom_tab.as_str();
    let tabs = [
        ("problems", text("panel.problems"), Action::ToggleProblems),
        ("runs", text("panel.runs"), Action::ToggleRuns),
        ("log", text("panel.log"), Action::ToggleLog),
        ("history", text("panel.history"), Action::ToggleHistory),
    ];
    ui.spacing_mut().item_spacing.y = 0.0;
    panel_header_ui(ui, "", |ui| {
        let close = icon_button(ui, hartomat_ui::Icon::Close, text("panel.close"));
        if close.clicked() {
            let shown = tabs.iter().find(|(key, ..)| *key == tab);
            commands.run(shown.map_or(Action::ToggleProblems, |(.., action)| *action));
        }
        ui.with_layout(Flow::left_to_right(Align::Center), |ui| {
            for (key, title, action) in tabs {
                if ui.selectable_label(tab == key, title).clicked() && tab != key {
                    commands.run(action);
                }
                if key == "runs" {
                    panels::runs::inbox_badge_ui(ui, context, commands);
                }
            }
        });
    });
    ui.spacing_mut().item_spacing.y = space::S;
    match tab {
        "runs" => panels::runs::runs_ui(ui, context, commands),
        "log" => panels::logs::logs_ui(ui, context, commands),
        "history" => panels::history::history_ui(ui, context, commands),
        _ => panels::problems::problems_ui(ui, context, commands),
    }
}
