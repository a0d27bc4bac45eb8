//! Above the pictures: what they are of, the verdict, the ways to look, channels, exposure.

use egui::{Align, Label, Layout, RichText, Slider, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, semibold, size, space};
use hartomat_ui::widgets::{IconButton, badge_ui, name};

use crate::command::Commands;
use crate::compare_view::{Channel, CompareCommand, CompareMode, OpenComparison};
use crate::messages::text;
use crate::parts::{verdict_color, verdict_icon, verdict_text};

pub(super) fn tools_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let title = RichText::new(&open.title).font(semibold(15.0));
        ui.add(Label::new(title.color(palette.text_strong)));
        if let Some(verdict) = open.verdict {
            let words = format!(
                "{} {}",
                verdict_icon(verdict).glyph(),
                verdict_text(verdict)
            );
            badge_ui(ui, &words, verdict_color(&palette, verdict));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let close = IconButton::new(Icon::Close, text("compare.close")).shortcut("Esc");
            if ui.add(close).clicked() {
                commands.compare(CompareCommand::Close);
            }
            let fit = IconButton::new(Icon::FitAll, text("compare.fit")).shortcut("F");
            if ui.add(fit).clicked() {
                commands.compare(CompareCommand::Fit);
            }
            spots_ui(ui, open, commands);
        });
    });
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for (number, mode) in CompareMode::ALL.into_iter().enumerate() {
            let words = format!("{}  {}", number + 1, mode_text(mode));
            let button = egui::Button::selectable(open.mode == mode, words);
            let response = ui.add(button);
            name(&response, mode_text(mode));
            if response.clicked() {
                commands.compare(CompareCommand::Mode(mode));
            }
        }
        ui.separator();
        look_ui(ui, open, commands);
        if open.mode != CompareMode::SideBySide {
            ui.separator();
        }
        of_mode_ui(ui, open, commands);
    });
}

fn mode_text(mode: CompareMode) -> &'static str {
    match mode {
        CompareMode::SideBySide => text("compare.side_by_side"),
        CompareMode::Swipe => text("compare.swipe"),
        CompareMode::OnionSkin => text("compare.onion_skin"),
        CompareMode::Blink => text("compare.blink"),
        CompareMode::Difference => text("compare.difference"),
    }
}

/// A channel's name and the letter of its key.
fn channel_text(channel: Channel) -> (&'static str, &'static str) {
    match channel {
        Channel::Color => (text("compare.color"), "C"),
        Channel::Red => (text("compare.red"), "R"),
        Channel::Green => (text("compare.green"), "G"),
        Channel::Blue => (text("compare.blue"), "B"),
        Channel::Alpha => (text("compare.alpha"), "A"),
        Channel::Luminance => (text("compare.luminance"), "L"),
    }
}

fn look_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let mut look = open.look;
    ui.spacing_mut().item_spacing.x = 1.0;
    for channel in Channel::ALL {
        let (words, key) = channel_text(channel);
        let button = egui::Button::selectable(look.channel == channel, key);
        let response = ui.add(button.min_size(egui::vec2(24.0, 0.0)));
        name(&response, words);
        if response.on_hover_text(words).clicked() {
            look.channel = channel;
        }
    }
    ui.add_space(space::M);
    ui.spacing_mut().item_spacing.x = space::S;
    ui.spacing_mut().slider_width = 90.0;
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
    if look != open.look {
        commands.compare(CompareCommand::Look(look));
    }
}

fn of_mode_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    match open.mode {
        CompareMode::SideBySide => {}
        CompareMode::Swipe | CompareMode::OnionSkin => {
            let mut share = open.share * 100.0;
            let slider = Slider::new(&mut share, 0.0..=100.0).suffix(" %").integer();
            let response = ui.add(slider);
            name(&response, text("compare.share"));
            if response.changed() {
                commands.compare(CompareCommand::Share(share / 100.0));
            }
        }
        CompareMode::Blink => {
            let mut blinks = open.blinks;
            if ui
                .checkbox(&mut blinks, text("compare.blink_by_itself"))
                .changed()
            {
                commands.compare(CompareCommand::BlinkByItself(blinks));
            }
            let hint = RichText::new(text("compare.blink_help")).size(size::SMALL_TEXT);
            ui.label(hint.color(palette.text_weak));
        }
        CompareMode::Difference => {
            let mut look = open.look;
            let mut full_at = look.full_at * 255.0;
            let slider = Slider::new(&mut full_at, 1.0..=255.0)
                .logarithmic(true)
                .custom_formatter(|value, _| format!("{value:.0}/255"));
            let response = ui.add(slider);
            name(&response, text("compare.full_at"));
            if response
                .on_hover_text(text("compare.full_at_help"))
                .changed()
            {
                look.full_at = full_at / 255.0;
                commands.compare(CompareCommand::Look(look));
            }
            legend_ui(ui);
        }
    }
}

/// The colours of a difference, from none to the largest.
fn legend_ui(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(egui::vec2(90.0, 10.0), egui::Sense::hover());
    let width = rect.width() / 30.0;
    for number in 0..30_u8 {
        let left = rect.left() + f32::from(number) * width;
        let part = rect.with_min_x(left).with_max_x(left + width + 0.5);
        let color = crate::compare_view::heat(f32::from(number) / 29.0);
        ui.painter().rect_filled(part, 0, color);
    }
}

fn spots_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    if open.hot_spots.is_empty() {
        return;
    }
    let next = IconButton::new(Icon::Down, text("compare.next_spot")).shortcut("N");
    if ui.add(next).clicked() {
        commands.compare(CompareCommand::HotSpot(true));
    }
    let previous = IconButton::new(Icon::Up, text("compare.previous_spot")).shortcut("P");
    if ui.add(previous).clicked() {
        commands.compare(CompareCommand::HotSpot(false));
    }
    let at = open
        .hot_spot
        .map_or("–".to_owned(), |at| (at + 1).to_string());
    let palette = Theme::of(ui.ctx()).palette;
    let words = format!("{} {at}/{}", text("compare.spots"), open.hot_spots.len());
    ui.label(
        RichText::new(words)
            .size(size::SMALL_TEXT)
            .color(palette.text_weak),
    );
}
