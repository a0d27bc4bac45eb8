//! How often which value occurs, as curves: of both pictures over each other, and of what differs.

use egui::{Color32, Label, Pos2, Rect, RichText, Sense, Stroke, Ui, pos2, vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, mono, size, space};
use hartomat_ui::widgets::{EmptyState, describe, name};

use super::sources::side_text;
use crate::compare_view::{Counts, OpenComparison, heat};
use crate::messages::{text, text_with};

/// Height of a diagram.
const HEIGHT: f32 = 84.0;

pub(super) fn histogram_ui(ui: &mut Ui, open: &OpenComparison) {
    if open.has_no_picture() {
        EmptyState {
            icon: Icon::Image,
            title: text("compare.no_pictures"),
            text: text("compare.histogram_none"),
            button: None,
        }
        .ui(ui);
        return;
    }
    let Some((counted, _)) = &open.histogram else {
        ui.spinner();
        return;
    };
    legend_ui(ui, open);
    let channels = [
        (text("compare.red"), 0),
        (text("compare.green"), 1),
        (text("compare.blue"), 2),
        (text("compare.luminance"), 3),
    ];
    for (words, channel) in channels {
        let counts = counted.sides.each_ref().map(|side| {
            let side = side.as_ref()?;
            Some(&*side.channels[channel])
        });
        title_ui(ui, words);
        pair_ui(ui, words, counts);
        means_ui(ui, open, counts);
    }
    if let Some(difference) = &counted.difference {
        ui.add_space(space::M);
        title_ui(ui, text("compare.of_difference"));
        difference_ui(ui, difference);
    }
    ui.add_space(space::S);
    let palette = Theme::of(ui.ctx()).palette;
    let mut notes = vec![text("compare.histogram_scale").to_owned()];
    if counted.every > 1 {
        let step = counted.every.to_string();
        notes.push(text_with("compare.histogram_step", &[("step", &step)]));
    }
    for note in notes {
        let note = RichText::new(note).size(size::SMALL_TEXT);
        ui.add(Label::new(note.color(palette.text_weak)).wrap());
    }
}

/// Filled for the first side, a line for the second one: told apart without colours.
fn legend_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for side in 0..2 {
            let (rect, _) = ui.allocate_exact_size(vec2(18.0, 10.0), Sense::hover());
            if side == 0 {
                ui.painter().rect_filled(rect, 1, fill(&palette));
            } else {
                let stroke = Stroke::new(1.5, palette.accent_text);
                ui.painter().hline(rect.x_range(), rect.center().y, stroke);
            }
            let words = RichText::new(side_text(open, side)).size(size::SMALL_TEXT);
            ui.label(words.color(palette.text_weak));
            ui.add_space(space::M);
        }
    });
}

fn fill(palette: &hartomat_ui::theme::Palette) -> Color32 {
    palette.border_strong
}

fn title_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(words).font(medium(size::SMALL_TEXT));
    ui.label(title.color(palette.text_strong));
}

fn ground_ui(ui: &mut Ui, words: &str, help: &str) -> Rect {
    let palette = Theme::of(ui.ctx()).palette;
    let room = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(room, Sense::hover());
    let values = [("what", words)];
    name(&response, &text_with("compare.histogram_of", &values));
    describe(&response, help);
    ui.painter().rect_filled(rect, 4, palette.field);
    rect.shrink(4.0)
}

/// Heights by a root: what is rare is seen beside what is frequent.
fn heights(counts: &Counts, most: u32) -> impl Iterator<Item = f32> + '_ {
    let most = most.max(1) as f32;
    counts
        .iter()
        .map(move |count| (*count as f32 / most).sqrt())
}

fn pair_ui(ui: &mut Ui, words: &str, sides: [Option<&Counts>; 2]) {
    let palette = Theme::of(ui.ctx()).palette;
    let rect = ground_ui(ui, words, &means_text(sides));
    let all = sides.into_iter().flatten().flatten();
    let most = all.max().copied().unwrap_or(1);
    let x = |bin: usize| rect.left() + rect.width() * (bin as f32 / 255.0);
    if let Some(counts) = sides[0] {
        for (bin, height) in heights(counts, most).enumerate() {
            if height > 0.0 {
                let top = rect.bottom() - height * rect.height();
                let right = x(bin) + rect.width() / 255.0 + 0.7;
                let bar = Rect::from_min_max(pos2(x(bin), top), pos2(right, rect.bottom()));
                ui.painter().rect_filled(bar, 0, fill(&palette));
            }
        }
    }
    if let Some(counts) = sides[1] {
        let line: Vec<Pos2> = heights(counts, most)
            .enumerate()
            .map(|(bin, height)| pos2(x(bin), rect.bottom() - height * rect.height()))
            .collect();
        let stroke = Stroke::new(1.2, palette.accent_text);
        ui.painter().line(line, stroke);
    }
}

fn mean(counts: &Counts) -> f64 {
    let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let weighed = counts.iter().enumerate();
    let sum: u64 = weighed
        .map(|(bin, count)| bin as u64 * u64::from(*count))
        .sum();
    sum as f64 / all.max(1) as f64
}

fn means_text(sides: [Option<&Counts>; 2]) -> String {
    let words =
        sides.map(|side| side.map_or("–".to_owned(), |side| format!("{:.1}", mean(side))));
    let values = [("a", words[0].as_str()), ("b", words[1].as_str())];
    text_with("compare.means", &values)
}

fn means_ui(ui: &mut Ui, open: &OpenComparison, sides: [Option<&Counts>; 2]) {
    let palette = Theme::of(ui.ctx()).palette;
    if open.sides().iter().any(|side| side.read().is_some()) {
        let words = RichText::new(means_text(sides)).font(mono(size::SMALL_TEXT - 0.5));
        ui.label(words.color(palette.text_weak));
    }
}

/// How many pixels differ by how much, in the colours of the heat map.
fn difference_ui(ui: &mut Ui, counts: &Counts) {
    let palette = Theme::of(ui.ctx()).palette;
    let all: u64 = counts.iter().map(|count| u64::from(*count)).sum();
    let equal = u64::from(counts[0]);
    let share = 100.0 * (all - equal) as f64 / all.max(1) as f64;
    let largest = counts.iter().rposition(|count| *count > 0).unwrap_or(0);
    let share = match share {
        0.0 => "0".to_owned(),
        small if small < 0.01 => "< 0.01".to_owned(),
        share => format!("{share:.2}"),
    };
    let largest = largest.to_string();
    let words = text_with(
        "compare.differing",
        &[("share", &share), ("largest", &largest)],
    );
    let rect = ground_ui(ui, text("compare.of_difference"), &words);
    // Equal pixels are told in words: beside them nothing else would be seen.
    let most = counts[1..].iter().max().copied().unwrap_or(1);
    let width = rect.width() / 255.0;
    for (bin, height) in heights(counts, most).enumerate().skip(1) {
        if height > 0.0 {
            let left = rect.left() + (bin - 1) as f32 * width;
            let top = rect.bottom() - height.max(0.02) * rect.height();
            let bar =
                Rect::from_min_max(pos2(left, top), pos2(left + width.max(1.5), rect.bottom()));
            // From the middle of the scale on, so that it is seen on both grounds.
            let color = heat(0.45 + 0.35 * (bin as f32 / 255.0));
            ui.painter().rect_filled(bar, 0, color);
        }
    }
    let words = RichText::new(words).size(size::SMALL_TEXT);
    ui.add(Label::new(words.color(palette.text_weak)).wrap());
}
