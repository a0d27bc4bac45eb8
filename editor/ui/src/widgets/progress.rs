//! How far something is, and how long it will take.

use egui::{Rect, Response, RichText, Sense, Ui, Vec2, WidgetInfo, WidgetType};

use crate::theme::{Theme, size, space};

/// A bar with two texts above it.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// How far, 0 to 1; none where nobody knows.
    pub fraction: Option<f32>,
    /// What is going on.
    pub text: &'a str,
    /// How long it will take, such as `2:05 left`; may be empty.
    pub time_left: &'a str,
}

impl Progress<'_> {
    /// Draws it as wide as there is room.
    pub fn ui(self, ui: &mut Ui) -> Response {
        let theme = Theme::of(ui.ctx());
        let palette = &theme.palette;
        let fraction = self.fraction.map(|fraction| fraction.clamp(0.0, 1.0));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            ui.horizontal(|ui| {
                ui.label(
                    RichText::new(self.text)
                        .size(size::SMALL_TEXT)
                        .color(palette.text),
                );
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let text = RichText::new(self.time_left).size(size::SMALL_TEXT);
                    ui.label(text.color(palette.text_weak));
                });
            });
            let desired = Vec2::new(ui.available_width(), 6.0);
            let (rect, response) = ui.allocate_exact_size(desired, Sense::hover());
            response.widget_info(|| {
                let mut info = WidgetInfo::labeled(WidgetType::ProgressIndicator, true, self.text);
                info.value = fraction.map(|fraction| f64::from(fraction) * 100.0);
                info
            });
            ui.painter().rect_filled(rect, 3, palette.pressed);
            let filled = match fraction {
                Some(fraction) => {
                    let width = rect.width() * fraction;
                    Rect::from_min_size(rect.min, Vec2::new(width, rect.height()))
                }
                None => moving_part(ui, rect),
            };
            if filled.width() > 1.0 {
                ui.painter()
                    .rect_filled(filled, 3, palette.status(crate::theme::Status::Running));
            }
            response
        })
        .inner
    }
}

/// A part that runs through the bar, for what has no known end.
fn moving_part(ui: &Ui, rect: Rect) -> Rect {
    ui.ctx().request_repaint_after_secs(1.0 / 30.0);
    let phase = (ui.input(|input| input.time) * 0.6).fract() as f32;
    let width = rect.width() * 0.3;
    let left = rect.left() - width + phase * (rect.width() + width);
    Rect::from_min_size(
        egui::pos2(left, rect.top()),
        Vec2::new(width, rect.height()),
    )
    .intersect(rect)
}

/// A time in seconds as people write it: `0:07`, `2:05`, `1:02:05`.
pub fn duration_text(secs: f64) -> String {
    let secs = secs.max(0.0).round() as u64;
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{secs:02}")
    } else {
        format!("{minutes}:{secs:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::duration_text;

    #[test]
    fn durations_read_as_on_a_clock() {
        assert_eq!(duration_text(7.2), "0:07");
        assert_eq!(duration_text(125.0), "2:05");
        assert_eq!(duration_text(3725.0), "1:02:05");
        assert_eq!(duration_text(-3.0), "0:00");
    }
}
