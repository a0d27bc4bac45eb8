//! What is under the pointer: both values and their difference, encoded and in linear light.

use egui::{RichText, Ui};
use hartomat_ui::theme::{Theme, linear, mono, size, space};

use super::stage::hovered_pixel;
use crate::compare_view::OpenComparison;
use crate::messages::text;

pub(super) fn pixel_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XL;
        let small = |words: &str| RichText::new(words.to_owned()).size(size::SMALL_TEXT);
        let Some([x, y]) = hovered_pixel(ui.ctx()) else {
            ui.label(small(text("compare.pixel_help")).color(palette.text_faint));
            return;
        };
        let number = |words: String| RichText::new(words).font(mono(size::SMALL_TEXT));
        ui.label(number(format!("x {x:>5}  y {y:>5}")).color(palette.text_weak));
        let control = open.control.read();
        let candidate = open.candidate.read();
        let at = |pixels: &std::sync::Arc<crate::compare_view::Pixels>| {
            Some((pixels.at(0, x, y)?, pixels.is_linear()))
        };
        let (a, b) = (control.and_then(at), candidate.and_then(at));
        for (name, found) in [(text("compare.control"), a), (text("compare.candidate"), b)] {
            ui.label(small(name).color(palette.text_weak));
            let words = found.map_or("–".to_owned(), |(pixel, is_linear)| {
                values(pixel, is_linear)
            });
            ui.label(number(words).color(palette.text_strong));
        }
        if let (Some((a, is_linear)), Some((b, _))) = (a, b) {
            ui.label(small(text("compare.delta")).color(palette.text_weak));
            let words = deltas(a, b, is_linear);
            let color = if a == b {
                palette.text_weak
            } else {
                palette.accent_text
            };
            ui.label(number(words).color(color));
        }
    });
}

/// Values out of 255, and in linear light; of linear pictures their own values.
fn values(pixel: [f32; 4], is_linear: bool) -> String {
    if is_linear {
        let [red, green, blue, alpha] = pixel;
        return format!("{red:.4} {green:.4} {blue:.4}  a {alpha:.3}");
    }
    let [red, green, blue, alpha] = pixel.map(|value| value * 255.0);
    let [lr, lg, lb] = [pixel[0], pixel[1], pixel[2]].map(linear);
    format!("{red:>3.0} {green:>3.0} {blue:>3.0}  a {alpha:>3.0}   ({lr:.3} {lg:.3} {lb:.3})")
}

/// Candidate minus control.
fn deltas(control: [f32; 4], candidate: [f32; 4], is_linear: bool) -> String {
    let of = |channel: usize| candidate[channel] - control[channel];
    let [red, green, blue, alpha] = [0, 1, 2, 3].map(of);
    if is_linear {
        return format!("{red:+.4} {green:+.4} {blue:+.4}  a {alpha:+.3}");
    }
    let [red, green, blue, alpha] = [red, green, blue, alpha].map(|value| value * 255.0);
    format!("{red:+4.0} {green:+4.0} {blue:+4.0}  a {alpha:+4.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_candidate_minus_control() {
        let words = deltas([1.0, 0.0, 0.2, 1.0], [0.0, 1.0, 0.2, 1.0], false);
        assert_eq!(words, "-255 +255   +0  a   +0");
    }
}
