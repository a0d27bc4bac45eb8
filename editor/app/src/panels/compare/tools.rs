//! The second line: the ways to look, channels, exposure, and what belongs to the way that is chosen.

use egui::{Slider, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::space;
use hartomat_ui::widgets::{IconButton, name};

use super::masks;
use crate::command::Commands;
use crate::compare_view::{
    Channel, CompareCommand, CompareMode, MaskCommand, MaskTool, Measure, OpenComparison,
};
use crate::messages::text;

pub(super) fn tools_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (number, mode) in CompareMode::ALL.into_iter().enumerate() {
            let words = format!("{}  {}", number + 1, mode_text(mode));
            let button = egui::Button::selectable(open.mode == mode, words);
            let response = ui.add(button);
            name(&response, mode_text(mode));
            let help = format!("{}  ({})", mode_help(mode), number + 1);
            if response.on_hover_text(help).clicked() {
                commands.compare(CompareCommand::Mode(mode));
            }
        }
        ui.separator();
        let is_drawing = open.masks.tool.is_some();
        let mask = IconButton::new(Icon::Bounds, text("mask.draw")).shortcut("M");
        if ui
            .add(mask.help(text("mask.draw_help")).on(is_drawing))
            .clicked()
        {
            let tool = (!is_drawing).then_some(MaskTool::Rectangle);
            commands.compare(CompareCommand::Mask(MaskCommand::Tool(tool)));
        }
        ui.separator();
        if is_drawing {
            masks::tools_ui(ui, open, commands);
        } else {
            look_ui(ui, open, commands);
            of_mode_ui(ui, open, commands);
        }
    });
}

pub(super) fn mode_text(mode: CompareMode) -> &'static str {
    match mode {
        CompareMode::SideBySide => text("compare.side_by_side"),
        CompareMode::Swipe => text("compare.swipe"),
        CompareMode::OnionSkin => text("compare.onion_skin"),
        CompareMode::Blink => text("compare.blink"),
        CompareMode::Difference => text("compare.difference"),
    }
}

fn mode_help(mode: CompareMode) -> &'static str {
    match mode {
        CompareMode::SideBySide => text("compare.side_by_side_help"),
        CompareMode::Swipe => text("compare.swipe_help"),
        CompareMode::OnionSkin => text("compare.onion_skin_help"),
        CompareMode::Blink => text("compare.blink_help"),
        CompareMode::Difference => text("compare.difference_help"),
    }
}

/// A channel's name and the letter of its key.
fn channel_text(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::Color => (text("compare.color"), "C"),
        Channel::Red => (text("compare.red"), "R"),
        Channel::Green => (text("compare.green"), "G"),
        Channel::Blue => (text("compare.blue"), "B"),
        Channel::Alpha => (text("compare.alpha"), "T"),
        Channel::Luminance => (text("compare.luminance"), "L"),
    }
}

fn look_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let mut look = open.look;
    let is_difference = open.mode == CompareMode::Difference;
    // FLIP is of what a viewer sees, which is no single channel.
    let has_channels = !(is_difference && look.measure == Measure::Perceived);
    ui.spacing_mut().item_spacing.x = 1.0;
    ui.add_enabled_ui(has_channels, |ui| {
        for channel in Channel::ALL {
            let (words, key) = channel_text(channel);
            let label = if channel == Channel::Alpha { "A" } else { key };
            let button = egui::Button::selectable(look.channel == channel, label);
            let response = ui.add(button.min_size(egui::vec2(24.0, 0.0)));
            name(&response, words);
            let help = format!("{words}  ({key})");
            if response.on_hover_text(help).clicked() {
                look.channel = channel;
            }
        }
    });
    ui.add_space(space::M);
    ui.spacing_mut().item_spacing.x = space::S;
    ui.spacing_mut().slider_width = 80.0;
    if !is_difference {
        let exposure = Slider::new(&mut look.exposure, -8.0..=8.0)
            .step_by(0.1)
            .custom_formatter(|value, _| format!("{value:+.1} EV"));
        let exposure = ui.add(exposure);
        name(&exposure, text("compare.exposure"));
        if exposure
            .on_hover_text(text("compare.exposure_help"))
            .double_clicked()
        {
            look.exposure = 0.0;
        }
    }
    if look != open.look {
        commands.compare(CompareCommand::Look(look));
    }
}

fn of_mode_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    match open.mode {
        CompareMode::SideBySide => {}
        CompareMode::Swipe | CompareMode::OnionSkin => {
            ui.separator();
            let mut share = open.share * 100.0;
            let slider = Slider::new(&mut share, 0.0..=100.0).suffix(" %").integer();
            let response = ui.add(slider);
            name(&response, text("compare.share"));
            let response = response.on_hover_text(text("compare.share_help"));
            if response.changed() {
                commands.compare(CompareCommand::Share(share / 100.0));
            }
        }
        CompareMode::Blink => {
            ui.separator();
            let mut blinks = open.blinks;
            let box_ui = ui.checkbox(&mut blinks, text("compare.blink_by_itself"));
            if box_ui.on_hover_text(text("compare.blink_help")).changed() {
                commands.compare(CompareCommand::BlinkByItself(blinks));
            }
        }
        CompareMode::Difference => difference_ui(ui, open, commands),
    }
}

fn difference_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let mut look = open.look;
    for (measure, words, help) in [
        (
            Measure::Absolute,
            text("compare.absolute"),
            text("compare.absolute_help"),
        ),
        (
            Measure::Perceived,
            text("compare.perceived"),
            text("compare.perceived_help"),
        ),
    ] {
        let button = egui::Button::selectable(look.measure == measure, words);
        let help = format!("{help}  (D)");
        if ui.add(button).on_hover_text(help).clicked() {
            look.measure = measure;
        }
    }
    ui.separator();
    let response = match look.measure {
        Measure::Absolute => {
            let mut full_at = look.full_at * 255.0;
            let slider = Slider::new(&mut full_at, 1.0..=255.0)
                .logarithmic(true)
                .custom_formatter(|value, _| format!("{value:.0}/255"));
            let response = ui.add(slider);
            look.full_at = full_at / 255.0;
            response
        }
        Measure::Perceived => {
            let slider = Slider::new(&mut look.perceived_full_at, 0.02..=1.0)
                .logarithmic(true)
                .custom_formatter(|value, _| format!("{value:.2}"));
            ui.add(slider)
        }
    };
    name(&response, text("compare.full_at"));
    let is_changed = response
        .on_hover_text(text("compare.full_at_help"))
        .changed();
    if is_changed || look.measure != open.look.measure {
        commands.compare(CompareCommand::Look(look));
    }
}
