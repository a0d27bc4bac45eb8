//! What was measured: the verdict's sentence, then rung by rung the value, its threshold and what it
//! amounts to. A click on a place flies there.

use egui::{Label, Margin, RichText, Ui};
use hartomat_schema::{AcceptedDifference, Check, Comparison, Region, Rung, RungName, Verdict};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton};

use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison};
use crate::messages::{text, text_with};
use crate::parts::{verdict_color, verdict_icon, verdict_text};
use crate::shell::sentence;

pub(super) fn ladder_ui(
    ui: &mut Ui,
    open: &OpenComparison,
    comparison: &Comparison,
    commands: &mut Commands,
) {
    if !open.is_of_run() {
        let palette = Theme::of(ui.ctx()).palette;
        let note = RichText::new(text("compare.no_run")).size(size::SMALL_TEXT);
        ui.add(Label::new(note.color(palette.text_weak)).wrap());
    }
    comparison_ui(ui, open, comparison, true, commands);
    for part in &comparison.parts {
        ui.add_space(space::M);
        ui.separator();
        ui.add_space(space::S);
        comparison_ui(ui, open, part, false, commands);
    }
}

fn comparison_ui(
    ui: &mut Ui,
    open: &OpenComparison,
    comparison: &Comparison,
    is_whole: bool,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = verdict_color(&palette, comparison.verdict);
    ui.horizontal(|ui| {
        ui.label(verdict_icon(comparison.verdict).text(20.0).color(color));
        let name = match (is_whole, comparison.name.as_str()) {
            (true, _) | (_, "") => verdict_text(comparison.verdict),
            (false, name) => name,
        };
        let title = RichText::new(name).font(semibold(if is_whole { 16.0 } else { size::TEXT }));
        let color = if is_whole { color } else { palette.text_strong };
        ui.add(Label::new(title.color(color)).truncate());
    });
    let why = RichText::new(sentence(&comparison.sentence)).color(palette.text);
    ui.add(Label::new(why).wrap());
    if let Some(accepted) = &comparison.accepted {
        accepted_ui(ui, accepted);
    }
    ui.add_space(space::S);
    for rung in &comparison.rungs {
        rung_ui(ui, open, rung, &palette, commands);
    }
    for note in &comparison.measured.notes {
        let note = RichText::new(sentence(note)).size(size::SMALL_TEXT);
        ui.add(Label::new(note.color(palette.text_weak)).wrap());
    }
}

/// By whose word it passes, and what the numbers alone say.
fn accepted_ui(ui: &mut Ui, accepted: &AcceptedDifference) {
    let palette = Theme::of(ui.ctx()).palette;
    let (who, date) = (accepted.reviewer.as_str(), accepted.expires_at.date());
    let values = [("who", who), ("date", date.as_str())];
    let lines = [
        text_with("review.passes_by", &values),
        text_with(
            "review.by_numbers",
            &[
                ("verdict", verdict_text(accepted.verdict)),
                ("why", &sentence(&accepted.sentence)),
            ],
        ),
    ];
    ui.horizontal_top(|ui| {
        ui.label(Icon::Check.text(14.0).color(palette.text_weak));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for words in lines {
                let words = RichText::new(words).size(size::SMALL_TEXT);
                ui.add(Label::new(words.color(palette.text)).wrap());
            }
        });
    });
}

fn rung_ui(
    ui: &mut Ui,
    open: &OpenComparison,
    rung: &Rung,
    palette: &Palette,
    commands: &mut Commands,
) {
    let fill = palette.raised;
    let margin = Margin::symmetric(8, 6);
    let frame = egui::Frame::new()
        .fill(fill)
        .corner_radius(6)
        .inner_margin(margin);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            let (icon, color) = match rung.verdict {
                Some(verdict) => (verdict_icon(verdict), verdict_color(palette, verdict)),
                None => (Icon::Skipped, palette.text_faint),
            };
            ui.label(icon.text(15.0).color(color));
            let name = RichText::new(rung_text(rung.name)).font(medium(size::TEXT));
            ui.label(name.color(palette.text_strong));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(numbers) = numbers(rung.value, rung.threshold) {
                    ui.label(RichText::new(numbers).size(size::SMALL_TEXT).color(color));
                }
            });
        });
        let found = RichText::new(sentence(&rung.sentence)).size(size::SMALL_TEXT);
        ui.add(Label::new(found.color(palette.text_weak)).wrap());
        if let Some(place) = rung.place {
            place_ui(ui, open, place, commands);
        }
        if rung.name == RungName::Frames {
            super::video::worst_ui(ui, open, commands);
        }
        for check in &rung.checks {
            check_ui(ui, check, palette);
        }
    });
}

/// A value and what it was held against.
fn numbers(value: Option<f64>, threshold: Option<f64>) -> Option<String> {
    let value = number_text(value?);
    Some(match threshold {
        Some(threshold) => text_with(
            "compare.of_threshold",
            &[("value", &value), ("threshold", &number_text(threshold))],
        ),
        None => value,
    })
}

fn check_ui(ui: &mut Ui, check: &Check, palette: &Palette) {
    let color = match check.verdict {
        Verdict::Pass => palette.text_weak,
        verdict => verdict_color(palette, verdict),
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        ui.label(verdict_icon(check.verdict).text(11.0).color(color));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let limits: Vec<String> = [check.pass, check.warn]
                .into_iter()
                .map(|limit| limit.map_or("–".to_owned(), number_text))
                .collect();
            let words = format!("{}  ≤ {}", number_text(check.value), limits.join(" / "));
            let numbers = ui.label(RichText::new(words).size(size::SMALL_TEXT).color(color));
            numbers.on_hover_text(text("compare.limits"));
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let measure = RichText::new(sentence(&check.measure)).size(size::SMALL_TEXT);
                ui.add(Label::new(measure.color(palette.text_weak)).truncate());
            });
        });
    });
}

fn place_ui(ui: &mut Ui, open: &OpenComparison, place: Region, commands: &mut Commands) {
    let Some(index) = open.hot_spots.iter().position(|spot| spot.region == place) else {
        return;
    };
    let [x, y] = place.center();
    let at = [("x", x.to_string()), ("y", y.to_string())];
    let words = text_with("compare.go_to", &[("x", &at[0].1), ("y", &at[1].1)]);
    let go = TextButton::new(ButtonKind::Quiet, &words).icon(Icon::Locate);
    if ui.add(go).clicked() {
        commands.compare(CompareCommand::GoTo(index));
    }
}

fn rung_text(name: RungName) -> &'static str {
    match name {
        RungName::Contract => text("rung.contract"),
        RungName::Hashes => text("rung.hashes"),
        RungName::Numeric => text("rung.numeric"),
        RungName::Perceptual => text("rung.perceptual"),
        RungName::Bias => text("rung.bias"),
        RungName::Frames => text("rung.frames"),
        RungName::Geometry => text("rung.geometry"),
        RungName::Data => text("rung.data"),
        RungName::Intents => text("rung.intents"),
        RungName::Artifacts => text("rung.artifacts"),
    }
}

/// A number with as many decimals as tell something.
pub(super) fn number_text(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        small if small < 0.001 => format!("{value:.1e}"),
        small if small < 1.0 => format!("{value:.4}"),
        some if some < 100.0 => format!("{value:.2}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn numbers_have_the_decimals_that_tell_something() {
        assert_eq!(number_text(0.0), "0");
        assert_eq!(number_text(0.000_02), "2.0e-5");
        assert_eq!(number_text(0.583_2), "0.5832");
        assert_eq!(number_text(4.127), "4.13");
        assert_eq!(number_text(640.0), "640");
    }
}
