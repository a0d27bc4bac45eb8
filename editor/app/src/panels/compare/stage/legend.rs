//! What the colours of a heat map mean, in numbers.

use egui::{Align2, Color32, Rect, Ui, pos2, vec2};
use hartomat_ui::theme::{medium, regular, size};

use crate::compare_view::{Measure, OpenComparison, difference_at, heat};
use crate::messages::text;

const SIZE: egui::Vec2 = vec2(330.0, 60.0);
const TICKS: u8 = 4;

pub(super) fn legend_ui(ui: &Ui, open: &OpenComparison, stage: Rect) {
    let min = pos2(stage.left() + 10.0, stage.bottom() - SIZE.y - 10.0);
    let ground = Rect::from_min_size(min, SIZE);
    let painter = ui.painter();
    painter.rect_filled(ground, 6, Color32::from_black_alpha(205));
    let title = match open.look.measure {
        Measure::Absolute => text("compare.legend_absolute"),
        Measure::Perceived => text("compare.legend_perceived"),
    };
    let at = ground.min + vec2(12.0, 8.0);
    let font = medium(size::SMALL_TEXT);
    painter.text(at, Align2::LEFT_TOP, title, font, Color32::WHITE);
    let bar = Rect::from_min_size(ground.min + vec2(20.0, 26.0), vec2(SIZE.x - 48.0, 10.0));
    const PARTS: u8 = 71;
    let width = bar.width() / f32::from(PARTS);
    for part in 0..PARTS {
        let left = bar.left() + f32::from(part) * width;
        let color = heat(f32::from(part) / f32::from(PARTS - 1));
        let rect = bar.with_min_x(left).with_max_x(left + width + 0.5);
        painter.rect_filled(rect, 0, color);
    }
    let stroke = egui::Stroke::new(1.0, Color32::from_gray(110));
    painter.rect_stroke(bar, 0, stroke, egui::StrokeKind::Outside);
    for tick in 0..=TICKS {
        let place = f32::from(tick) / f32::from(TICKS);
        let words = number(open, place);
        let at = pos2(bar.left() + place * bar.width(), bar.bottom() + 4.0);
        let font = regular(size::SMALL_TEXT - 0.5);
        let color = Color32::from_gray(225);
        painter.text(at, Align2::CENTER_TOP, words, font, color);
    }
}

/// The difference at a place of the scale; at its end also all that is larger.
fn number(open: &OpenComparison, place: f32) -> String {
    let value = difference_at(place, open.look.brightest());
    let is_last = place >= 1.0 && value < 0.999;
    let words = match open.look.measure {
        Measure::Absolute => {
            let value = value * 255.0;
            if value < 9.95 && value.fract() > 0.05 {
                format!("{value:.1}")
            } else {
                format!("{value:.0}")
            }
        }
        Measure::Perceived => format!("{value:.2}"),
    };
    if is_last {
        format!("≥ {words}")
    } else {
        words
    }
}
