//! What is under the pointer: both values, their difference, how far apart they look.

use egui::{Label, RichText, Ui};
use hartomat_ui::theme::{Theme, linear, mono, size, space};

use super::sources::side_text;
use super::stage::hovered_pixel;
use crate::compare_view::{OpenComparison, Pixels, delta_e_2000};
use crate::messages::text;

/// A value with what it is measured in: the most that it can be, or none for linear light.
#[derive(Clone, Copy)]
struct Found {
    pixel: [f32; 4],
    full_scale: Option<f32>,
}

pub(super) fn pixel_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let small = |words: &str| RichText::new(words.to_owned()).size(size::SMALL_TEXT);
        let Some([x, y]) = hovered_pixel(ui.ctx()) else {
            ui.label(small(text("compare.pixel_help")).color(palette.text_faint));
            return;
        };
        let number = |words: String| RichText::new(words).font(mono(size::SMALL_TEXT));
        ui.label(number(format!("x {x:>5}  y {y:>5}")).color(palette.text_weak));
        let at = |pixels: &Pixels| {
            let full_scale = pixels.full_scale();
            let pixel = pixels.at(0, x, y)?;
            Some(Found { pixel, full_scale })
        };
        let found = open
            .sides()
            .map(|side| side.read().and_then(|pixels| at(pixels)));
        for (side, found) in found.iter().enumerate() {
            ui.label(small(side_text(open, side)).color(palette.text_weak));
            let words = found.map_or("–".to_owned(), |found| values(&found));
            ui.add(Label::new(number(words).color(palette.text_strong)));
        }
        if let [Some(a), Some(b)] = found {
            let color = if a.pixel == b.pixel {
                palette.text_weak
            } else {
                palette.accent_text
            };
            ui.label(small(text("compare.delta")).color(palette.text_weak));
            ui.label(number(deltas(&a, &b)).color(color));
            let far = delta_e_2000(light(&a), light(&b));
            let response = ui.label(small("ΔE 2000").color(palette.text_weak));
            response.on_hover_text(text("compare.delta_e_help"));
            ui.label(number(format!("{far:.2}")).color(color));
            if let Some(Ok(Some(perceived))) = &open.perceived
                && let Some(value) = perceived.at(0, x, y)
            {
                ui.label(small("FLIP").color(palette.text_weak));
                ui.label(number(format!("{value:.3}")).color(color));
            }
        }
    });
}

/// Linear light of what is seen: over black where it isn't opaque.
fn light(found: &Found) -> [f32; 3] {
    let [red, green, blue, alpha] = found.pixel;
    let of = |value: f32| match found.full_scale {
        Some(_) => linear(value.clamp(0.0, 1.0)),
        None => value,
    };
    [red, green, blue].map(|value| of(value) * alpha.clamp(0.0, 1.0))
}

/// Values as the file has them, and in linear light; of linear pictures their own values.
fn values(found: &Found) -> String {
    let [red, green, blue, alpha] = found.pixel;
    let Some(full) = found.full_scale else {
        return format!("{red:.4} {green:.4} {blue:.4}  a {alpha:.3}");
    };
    let width = if full > 255.0 { 5 } else { 3 };
    let [lr, lg, lb] = [red, green, blue].map(linear);
    let [red, green, blue, alpha] = found.pixel.map(|value| value * full);
    format!(
        "{red:>width$.0} {green:>width$.0} {blue:>width$.0}  a {alpha:>width$.0}  \
         ({lr:.3} {lg:.3} {lb:.3})"
    )
}

/// The second minus the first, in what both are measured in; of different depths in 1/255.
fn deltas(a: &Found, b: &Found) -> String {
    let of = |channel: usize| b.pixel[channel] - a.pixel[channel];
    let all = [0, 1, 2, 3].map(of);
    if a.full_scale.is_none() && b.full_scale.is_none() {
        let [red, green, blue, alpha] = all;
        return format!("{red:+.4} {green:+.4} {blue:+.4}  a {alpha:+.3}");
    }
    let full = match (a.full_scale, b.full_scale) {
        (Some(a), Some(b)) if a == b => a,
        _ => 255.0,
    };
    let [red, green, blue, alpha] = all.map(|value| value * full);
    format!("{red:+4.0} {green:+4.0} {blue:+4.0}  a {alpha:+4.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(pixel: [f32; 4]) -> Found {
        Found {
            pixel,
            full_scale: Some(255.0),
        }
    }

    #[test]
    fn the_difference_is_the_second_minus_the_first() {
        let (a, b) = (bytes([1.0, 0.0, 0.2, 1.0]), bytes([0.0, 1.0, 0.2, 1.0]));
        assert_eq!(deltas(&a, &b), "-255 +255   +0  a   +0");
    }

    #[test]
    fn deep_pictures_say_the_values_of_their_files() {
        let deep = Found {
            pixel: [1.0, 0.5, 0.0, 1.0],
            full_scale: Some(65535.0),
        };
        assert!(values(&deep).starts_with("65535 32768     0  a 65535"));
    }
}
