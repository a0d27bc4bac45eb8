//! A card with a picture and two lines of text that can be clicked.

use egui::{
    Align2, FontId, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType,
};
use hartomat_ui::theme::{Palette, Theme, medium, radius, regular, size, space};

use super::miniature_in;
use hartomat_document::Miniature;

/// Width of a tile in points.
const WIDTH: f32 = 232.0;
/// Height of its picture.
const PICTURE: f32 = 116.0;
/// Height of its texts.
const TEXTS: f32 = 54.0;

/// A card.
pub(crate) struct Tile<'a> {
    /// The first line.
    pub(crate) title: &'a str,
    /// The second line.
    pub(crate) subtitle: &'a str,
    /// What screen readers say.
    pub(crate) name: &'a str,
    /// The graph; none where it isn't known, drawn with the icon.
    pub(crate) miniature: Option<&'a Miniature>,
    /// What stands in the picture of an empty graph.
    pub(crate) icon: hartomat_ui::Icon,
    /// A word over the picture.
    pub(crate) note: Option<&'a str>,
    /// What comes after the second line, in place of some of the picture.
    pub(crate) remark: Option<&'a str>,
    /// Whether it is chosen; none where a click does something at once.
    pub(crate) is_chosen: Option<bool>,
}

impl Tile<'_> {
    /// Draws it; a click is an answer.
    pub(crate) fn ui(&self, ui: &mut Ui) -> Response {
        let desired = Vec2::new(WIDTH, PICTURE + TEXTS);
        let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
        response.widget_info(|| match self.is_chosen {
            Some(is) => WidgetInfo::selected(WidgetType::SelectableLabel, true, is, self.name),
            None => WidgetInfo::labeled(WidgetType::Button, true, self.name),
        });
        if ui.is_rect_visible(rect) {
            let theme = Theme::of(ui.ctx());
            self.paint(ui, rect, &response, &theme.palette);
        }
        response
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response, palette: &Palette) {
        let painter = ui
            .painter()
            .with_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
        let is_hot = response.hovered() || response.has_focus();
        painter.rect_filled(rect, radius::LARGE, palette.raised);
        let room = rect.width() - 2.0 * space::L;
        let subtitle = self.subtitle(ui, room, palette);
        // A second row is taken from the picture, so that tiles of a row end together.
        let height = PICTURE + 15.0 - subtitle.size().y.max(15.0);
        let picture = Rect::from_min_size(rect.min, Vec2::new(rect.width(), height));
        let top = egui::CornerRadius {
            sw: 0,
            se: 0,
            ..egui::CornerRadius::same(radius::LARGE)
        };
        painter.rect_filled(picture, top, palette.canvas);
        match self
            .miniature
            .filter(|miniature| !miniature.nodes.is_empty())
        {
            Some(miniature) => miniature_in(&painter, picture, miniature, palette, |_| None),
            None => {
                let font = hartomat_ui::Icon::font(30.0);
                let color = if is_hot {
                    palette.accent_text
                } else {
                    palette.text_faint
                };
                let glyph = self.icon.glyph();
                painter.text(picture.center(), Align2::CENTER_CENTER, glyph, font, color);
            }
        }
        if let Some(note) = self.note {
            self.note_in(&painter, picture, note, palette);
        }
        let left = rect.left() + space::L;
        let title = clipped(
            ui,
            self.title,
            medium(size::TEXT + 0.5),
            palette.text_strong,
            room,
        );
        let y = picture.bottom() + space::M + 1.0;
        painter.galley(egui::pos2(left, y), title, palette.text_strong);
        painter.galley(egui::pos2(left, y + 20.0), subtitle, palette.text_weak);
        let stroke = match is_hot || self.is_chosen == Some(true) {
            true => Stroke::new(1.5, palette.accent_text),
            false => Stroke::new(1.0, palette.border),
        };
        painter.rect_stroke(rect, radius::LARGE, stroke, StrokeKind::Inside);
    }

    /// The second line, or two of them where there is a remark.
    fn subtitle(&self, ui: &Ui, room: f32, palette: &Palette) -> std::sync::Arc<egui::Galley> {
        let format = |color| egui::text::TextFormat::simple(regular(size::SMALL_TEXT), color);
        let mut text = egui::text::LayoutJob::default();
        text.append(self.subtitle, 0.0, format(palette.text_weak));
        if let Some(remark) = self.remark {
            text.append(" · ", 0.0, format(palette.text_weak));
            let color = palette.severity(hartomat_ui::theme::Severity::Warning);
            text.append(remark, 0.0, format(color));
        }
        text.wrap = egui::text::TextWrapping {
            max_width: room,
            max_rows: if self.remark.is_some() { 2 } else { 1 },
            ..egui::text::TextWrapping::default()
        };
        ui.painter().layout_job(text)
    }

    fn note_in(&self, painter: &egui::Painter, picture: Rect, note: &str, palette: &Palette) {
        let color = palette.severity(hartomat_ui::theme::Severity::Warning);
        let galley = painter.layout_no_wrap(note.to_owned(), medium(size::SMALL_TEXT), color);
        let pad = Vec2::new(6.0, 2.0);
        let min = picture.right_top() + Vec2::new(-galley.size().x - 2.0 * pad.x - 6.0, 6.0);
        let back = Rect::from_min_size(min, galley.size() + 2.0 * pad);
        painter.rect_filled(back, radius::SMALL, palette.soft(color));
        painter.galley(min + pad, galley, color);
    }
}

fn clipped(
    ui: &Ui,
    text: &str,
    font: FontId,
    color: egui::Color32,
    room: f32,
) -> std::sync::Arc<egui::Galley> {
    let mut line = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    line.wrap = egui::text::TextWrapping::truncate_at_width(room);
    ui.painter().layout_job(line)
}
