//! The bar below the menus: where runs go, what they are of, in which mode, how far the run is, and
//! why it failed or wasn't taken on.

mod state;
mod trouble;
mod whereto;

use egui::{Button, Frame, Margin, Panel, RichText, Ui};
use hartomat_schema::ExecutionMode;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton};

use crate::command::{self, Action, Commands};
use crate::context::Context;
use crate::messages::{text, text_with};
use crate::parts::{Chooser, mode_text, subject_ui};
use crate::runs::RunsCommand;
use crate::state::Session;

/// Modes in the order of the chooser.
const MODES: [ExecutionMode; 3] = [
    ExecutionMode::Legacy,
    ExecutionMode::Shadow,
    ExecutionMode::Graph,
];

/// Below this width, in points, there is less room for each part.
const NARROW: f32 = 1300.0;

/// Draws the bar at the top of what is free.
pub(crate) fn run_bar_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let place = whereto::place(context, &palette);
    let frame = Frame::NONE
        .fill(palette.panel)
        .inner_margin(Margin::symmetric(10, 5));
    let shown = Panel::top("run bar").frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::M;
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.x = space::XS;
                whereto::place_ui(ui, &place);
                whereto::places_ui(ui, context, commands);
            });
            if context.is_read_only() {
                read_only_ui(ui, context, commands);
                return;
            }
            let family = session.document.workflow().family;
            let widest = if ui.available_width() < NARROW {
                190.0
            } else {
                300.0
            };
            subject_ui(ui, ("run subject", widest), context, family, commands);
            mode_ui(ui, context, session, commands);
            run_ui(ui, context, commands);
            state::state_ui(ui, context, session, commands);
        });
        trouble::trouble_ui(ui, context, session, commands);
    });
    // A line in the colour of where runs go, over the whole width: it can't be overlooked.
    let rect = shown.response.rect;
    let line = rect.with_min_y(rect.bottom() - 2.0);
    ui.painter().rect_filled(line, 0, place.color);
}

fn mode_ui(ui: &mut Ui, context: &Context<'_>, session: &Session, commands: &mut Commands) {
    let own = mode_text(session.document.workflow().execution_mode);
    let own = text_with("run.own_mode", &[("mode", own)]);
    let chosen = match context.runs.mode {
        Some(mode) => mode_text(mode),
        None => own.as_str(),
    };
    let chooser = Chooser {
        salt: "run mode",
        name: text("run.mode"),
        chosen,
        width: 150.0,
    };
    let response = chooser.show(ui, |ui| {
        ui.set_min_width(230.0);
        let mut choice = |ui: &mut Ui, mode: Option<ExecutionMode>, label: &str| {
            let is_chosen = context.runs.mode == mode;
            if ui.selectable_label(is_chosen, label).clicked() {
                commands.runs(RunsCommand::SetMode(mode));
            }
        };
        choice(ui, None, &own);
        ui.separator();
        for mode in MODES {
            choice(ui, Some(mode), mode_text(mode));
        }
    });
    response.on_hover_text(text("run.mode_help"));
}

fn run_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let is_free = context.runs.dispatching.is_none();
    let is_ready = context.shell.subject().is_some() && is_free;
    let entry = command::entry(Action::Run);
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let button = TextButton::new(ButtonKind::Primary, text("run.run")).icon(Icon::Run);
        let response = ui.add_enabled(is_ready, button);
        let shortcut = context.keymap.label(Action::Run).unwrap_or_default();
        let help = format!("{}  {shortcut}", entry.help());
        let response = response.on_hover_text(help);
        if response
            .on_disabled_hover_text(text("run.needs_subject"))
            .clicked()
        {
            commands.run(Action::Run);
        }
        ui.add_enabled_ui(is_ready, |ui| {
            let caret = RichText::new(Icon::Unfolded.glyph()).size(12.0);
            let more = ui.menu_button(caret, |ui| scopes_ui(ui, context, commands));
            hartomat_ui::widgets::name(&more.response, text("run.more"));
        });
    });
    let dry_run = command::entry(Action::DryRun);
    let button = IconButton::new(Icon::DryRun, text("run.why")).help(text("run.why_help"));
    if ui.add_enabled(is_ready, button).clicked() {
        commands.run(dry_run.action);
    }
}

fn scopes_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let actions = [
        Action::Run,
        Action::RunAll,
        Action::RunToSelected,
        Action::RunSelected,
        Action::RunFromSelected,
    ];
    for action in actions {
        let entry = command::entry(action);
        let mut button = Button::new(entry.label());
        if let Some(shortcut) = context.keymap.label(action) {
            button = button.shortcut_text(shortcut);
        }
        let response = ui.add_enabled(entry.is_enabled(context), button);
        if response.on_hover_text(entry.help()).clicked() {
            commands.run(action);
            ui.close();
        }
    }
}

fn read_only_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.label(Icon::Locked.rich().color(palette.text_weak));
    let name = context
        .runs
        .view
        .as_ref()
        .map_or("", |view| view.record.workflow_name.as_str());
    let words = text_with("run.graph_as_it_was", &[("name", name)]);
    ui.label(RichText::new(words).color(palette.text_strong));
    let back = TextButton::new(ButtonKind::Secondary, text("run.back_to_document"));
    if ui.add(back.icon(Icon::Undo)).clicked() {
        commands.runs(RunsCommand::ShowGraph(false));
    }
    if let Some(view) = &context.runs.view {
        state::of_run_ui(ui, context, view, commands);
    }
}
