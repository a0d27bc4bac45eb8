//! Buttons: with an icon alone, and with text in four kinds.

use egui::{
    Align2, Color32, CornerRadius, Response, Sense, Stroke, StrokeKind, Ui, Vec2, Widget,
    WidgetInfo, WidgetType,
};

use super::access::focus_ring;
use super::tooltip::Tooltip;
use crate::icon::Icon;
use crate::theme::{Palette, Theme, medium, radius, regular, size};

/// A square button with an icon. Its name is its tooltip and what screen readers say.
#[derive(Debug, Clone, Copy)]
#[must_use = "add it to a ui"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    help: &'a str,
    shortcut: &'a str,
    side: f32,
    is_on: Option<bool>,
    color: Option<Color32>,
}

/// Adds a square button with an icon.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str) -> Response {
    ui.add(IconButton::new(icon, name))
}

impl<'a> IconButton<'a> {
    /// A button with an icon and a name.
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            help: "",
            shortcut: "",
            side: size::CONTROL,
            is_on: None,
            color: None,
        }
    }

    /// A sentence under the name in the tooltip.
    pub fn help(mut self, help: &'a str) -> Self {
        self.help = help;
        self
    }

    /// Keys shown in the tooltip.
    pub fn shortcut(mut self, shortcut: &'a str) -> Self {
        self.shortcut = shortcut;
        self
    }

    /// A smaller button, for rows.
    pub fn small(mut self) -> Self {
        self.side = 20.0;
        self
    }

    /// A button that stays on or off.
    pub fn on(mut self, is_on: bool) -> Self {
        self.is_on = Some(is_on);
        self
    }

    /// Another colour of the icon.
    pub fn color(mut self, color: Color32) -> Self {
        self.color = Some(color);
        self
    }
}

impl Widget for IconButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(self.side), Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| match self.is_on {
            Some(is_on) => WidgetInfo::selected(WidgetType::Button, is_enabled, is_on, self.name),
            None => WidgetInfo::labeled(WidgetType::Button, is_enabled, self.name),
        });
        if ui.is_rect_visible(rect) {
            let palette = Theme::of(ui.ctx()).palette;
            let is_on = self.is_on == Some(true);
            let fill = match () {
                () if response.is_pointer_button_down_on() => palette.pressed,
                () if response.hovered() => palette.hover,
                () if is_on => palette.selection,
                () => Color32::TRANSPARENT,
            };
            let color = match self.color {
                Some(color) => color,
                None if is_on => palette.accent_text,
                None if response.hovered() || response.has_focus() => palette.text_strong,
                None => palette.text_weak,
            };
            ui.painter().rect_filled(rect, radius::MEDIUM, fill);
            let glyph_size = if self.side < size::CONTROL {
                14.0
            } else {
                size::ICON
            };
            paint_icon(ui, rect, self.icon, glyph_size, color);
            focus_ring(ui, &response, radius::MEDIUM);
        }
        let tooltip = Tooltip {
            title: self.name,
            shortcut: self.shortcut,
            help: self.help,
        };
        tooltip.on(response)
    }
}

/// Paints an icon in the middle of a rectangle.
pub(crate) fn paint_icon(ui: &Ui, rect: egui::Rect, icon: Icon, glyph_size: f32, color: Color32) {
    let font = Icon::font(glyph_size);
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        icon.glyph(),
        font,
        color,
    );
}

/// How much a button leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ButtonKind {
    /// What most people want next; one in view.
    Primary,
    /// One of several.
    Secondary,
    /// Text alone, until the pointer is on it.
    Quiet,
    /// Destroys something.
    Danger,
}

/// A button with text and perhaps an icon.
#[derive(Debug, Clone, Copy)]
#[must_use = "add it to a ui"]
pub struct TextButton<'a> {
    text: &'a str,
    icon: Option<Icon>,
    kind: ButtonKind,
    min_width: f32,
}

impl<'a> TextButton<'a> {
    /// A button of a kind.
    pub fn new(kind: ButtonKind, text: &'a str) -> Self {
        Self {
            text,
            icon: None,
            kind,
            min_width: 0.0,
        }
    }

    /// An icon before the text.
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// At least this wide, in points.
    pub fn min_width(mut self, min_width: f32) -> Self {
        self.min_width = min_width;
        self
    }

    /// Fill, outline and text.
    fn colors(self, palette: &Palette, response: &Response) -> [Color32; 3] {
        let is_pressed = response.is_pointer_button_down_on();
        let is_hovered = response.hovered();
        let none = Color32::TRANSPARENT;
        match self.kind {
            ButtonKind::Primary if is_hovered => [palette.accent_hover, none, palette.on_accent],
            ButtonKind::Primary => [palette.accent, none, palette.on_accent],
            ButtonKind::Danger => [palette.danger, none, palette.on_danger],
            _ if is_pressed => [palette.pressed, palette.border_strong, palette.text_strong],
            ButtonKind::Secondary if is_hovered => {
                [palette.hover, palette.border_strong, palette.text_strong]
            }
            ButtonKind::Secondary => [palette.control, palette.border, palette.text],
            ButtonKind::Quiet if is_hovered => [palette.hover, none, palette.text_strong],
            ButtonKind::Quiet => [none, none, palette.accent_text],
        }
    }
}

impl Widget for TextButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let font = match self.kind {
            ButtonKind::Primary | ButtonKind::Danger => medium(size::TEXT),
            ButtonKind::Secondary | ButtonKind::Quiet => regular(size::TEXT),
        };
        let placeholder = Color32::PLACEHOLDER;
        let padding = if self.kind == ButtonKind::Quiet {
            7.0
        } else {
            12.0
        };
        let icon_width = if self.icon.is_some() {
            size::ICON + 5.0
        } else {
            0.0
        };
        let mut job =
            egui::text::LayoutJob::simple_singleline(self.text.to_owned(), font, placeholder);
        let room = ui.available_width() - 2.0 * padding - icon_width;
        job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(24.0));
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let content = icon_width + galley.size().x;
        let width = (content + 2.0 * padding).max(self.min_width);
        let (rect, response) =
            ui.allocate_exact_size(Vec2::new(width, size::CONTROL), Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, is_enabled, self.text));
        if ui.is_rect_visible(rect) {
            let [fill, outline, text] = self.colors(&Theme::of(ui.ctx()).palette, &response);
            let corner = CornerRadius::same(radius::MEDIUM);
            ui.painter().rect_filled(rect, corner, fill);
            let stroke = Stroke::new(1.0, outline);
            ui.painter()
                .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
            let mut left = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                let place = egui::Rect::from_min_size(
                    egui::pos2(left, rect.top()),
                    Vec2::new(size::ICON, rect.height()),
                );
                paint_icon(ui, place, icon, size::ICON, text);
                left += icon_width;
            }
            let top = rect.center().y - galley.size().y / 2.0;
            ui.painter().galley(egui::pos2(left, top), galley, text);
            focus_ring(ui, &response, radius::MEDIUM);
        }
        response
    }
}
