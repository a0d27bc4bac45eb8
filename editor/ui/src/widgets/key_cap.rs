//! Keys, drawn as on a keyboard.

use egui::{
    Align2, CornerRadius, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo,
    WidgetType,
};

use crate::theme::{Theme, medium, radius, size, space};

/// Draws a shortcut such as `Ctrl+Shift+P`, one cap for each key.
pub fn key_caps_ui(ui: &mut Ui, shortcut: &str) -> Response {
    let theme = Theme::of(ui.ctx());
    let font = medium(size::SMALL_TEXT - 0.5);
    let galleys: Vec<_> = keys(shortcut)
        .map(|key| {
            let color = theme.palette.text_weak;
            ui.painter()
                .layout_no_wrap(key.to_owned(), font.clone(), color)
        })
        .collect();
    let height = 18.0;
    let widths: Vec<f32> = galleys
        .iter()
        .map(|galley| (galley.size().x + 9.0).max(height))
        .collect();
    let gaps = space::XS + 1.0;
    let total = widths.iter().sum::<f32>() + gaps * widths.len().saturating_sub(1) as f32;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(total, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, shortcut));
    let mut left = rect.left();
    for (galley, width) in galleys.into_iter().zip(widths) {
        let cap = Rect::from_min_size(egui::pos2(left, rect.top()), Vec2::new(width, height));
        let corner = CornerRadius::same(radius::SMALL);
        let painter = ui.painter();
        painter.rect_filled(cap, corner, theme.palette.control);
        let stroke = Stroke::new(1.0, theme.palette.border_strong);
        painter.rect_stroke(cap, corner, stroke, StrokeKind::Inside);
        let place = Align2::CENTER_CENTER.align_size_within_rect(galley.size(), cap);
        painter.galley(place.min, galley, theme.palette.text_weak);
        left += width + gaps;
    }
    response
}

/// The keys of a shortcut; the plus key itself is one.
fn keys(shortcut: &str) -> impl Iterator<Item = &str> {
    let (head, has_plus) = match shortcut.strip_suffix("++") {
        Some(head) => (head, true),
        None if shortcut == "+" => ("", true),
        None => (shortcut, false),
    };
    let keys = head.split('+').filter(|key| !key.is_empty());
    keys.chain(has_plus.then_some("+"))
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn shortcuts_fall_apart_into_keys() {
        let check = |shortcut, expected: &[&str]| {
            assert_eq!(keys(shortcut).collect::<Vec<_>>(), expected, "{shortcut}");
        };
        check("Ctrl+Shift+P", &["Ctrl", "Shift", "P"]);
        check("F", &["F"]);
        check("Ctrl++", &["Ctrl", "+"]);
        check("+", &["+"]);
    }
}
