//! The menu of what is under the pointer.

use egui::{Area, Button, Context as EguiContext, Frame, Id, Key, Order, RichText, Ui};
use hartomat_ui::theme::Theme;

use crate::canvas::{CanvasCommand, Hit};
use crate::command::{Action, Commands, entry};
use crate::context::Context;

/// Draws the open context menu.
pub(crate) fn context_menu_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    let Some(menu) = context
        .session
        .and_then(|session| session.canvas.context_menu.as_ref())
    else {
        return;
    };
    let area = Area::new(Id::new("canvas context menu"))
        .order(Order::Foreground)
        .fixed_pos(menu.screen)
        .constrain_to(ctx.content_rect().shrink(6.0));
    let response = area.show(ctx, |ui| {
        Frame::menu(ui.style()).show(ui, |ui| {
            ui.set_width(240.0);
            egui::containers::menu::menu_style(ui.style_mut());
            ui.spacing_mut().button_padding = egui::vec2(8.0, 3.0);
            for (number, group) in groups(&menu.hit).iter().enumerate() {
                if number > 0 {
                    ui.separator();
                }
                for action in *group {
                    entry_ui(ui, *action, context, commands);
                }
            }
        });
    });
    let wants_out = ctx.input(|input| {
        let at = input.pointer.interact_pos();
        let is_elsewhere = at.is_some_and(|at| !response.response.rect.contains(at));
        input.key_pressed(Key::Escape) || input.pointer.any_pressed() && is_elsewhere
    });
    if wants_out {
        commands.canvas(CanvasCommand::CloseMenu);
    }
}

fn groups(hit: &Hit) -> &'static [&'static [Action]] {
    match hit {
        Hit::Node(_) | Hit::Port(_) => &[
            &[Action::Inspect, Action::Rename, Action::Swap],
            &[
                Action::RunToSelected,
                Action::RunSelected,
                Action::RunFromSelected,
            ],
            &[Action::Mute, Action::Collapse],
            &[Action::Copy, Action::Duplicate, Action::DuplicateWithInputs],
            &[Action::Connect, Action::Disconnect, Action::JoinFrame],
            &[Action::SelectUpstream, Action::SelectDownstream],
            &[Action::DeleteReconnect, Action::Delete],
        ],
        Hit::Edge(_) => &[&[Action::AddReroute], &[Action::Delete]],
        Hit::Reroute(_) => &[&[Action::Delete]],
        Hit::Note(_) | Hit::NoteCorner(_) => &[&[Action::Rename, Action::Copy], &[Action::Delete]],
        Hit::FrameTitle(_) | Hit::FrameCorner(_) => &[&[Action::Rename], &[Action::RemoveFrame]],
        Hit::Nothing => &[
            &[Action::Add, Action::AddNote, Action::Paste],
            &[Action::SelectAll, Action::Find],
            &[Action::FitAll, Action::AutoLayout],
        ],
    }
}

fn entry_ui(ui: &mut Ui, action: Action, context: &Context<'_>, commands: &mut Commands) {
    let entry = entry(action);
    let mut button = Button::new(entry.label()).min_size(egui::vec2(ui.available_width(), 0.0));
    if let Some(shortcut) = context.keymap.label(action) {
        let color = Theme::of(ui.ctx()).palette.text_faint;
        button = button.shortcut_text(RichText::new(shortcut).color(color));
    }
    let response = ui.add_enabled(entry.is_enabled(context), button);
    if response.on_hover_text(entry.help()).clicked() {
        commands.canvas(CanvasCommand::CloseMenu);
        commands.run(action);
    }
}
