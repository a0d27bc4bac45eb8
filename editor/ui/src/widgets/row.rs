//! A row of a list: under the pointer, selected, with anything in it.

use egui::{Align, Layout, Response, Sense, Ui, UiBuilder, Vec2, WidgetInfo, WidgetType};

use super::access::focus_ring;
use crate::theme::{Theme, radius, size, space};

/// A row of a list.
#[derive(Debug, Clone, Copy)]
pub struct ListRow<'a> {
    name: &'a str,
    height: f32,
    is_selected: bool,
}

impl<'a> ListRow<'a> {
    /// A row that screen readers call by this name.
    pub fn new(name: &'a str) -> Self {
        Self {
            name,
            height: size::ROW,
            is_selected: false,
        }
    }

    /// Another height, in points.
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// Whether it is selected.
    pub fn selected(mut self, is_selected: bool) -> Self {
        self.is_selected = is_selected;
        self
    }

    /// Draws the row as wide as there is room, with its content from the left. Widgets in it take
    /// clicks before the row does.
    pub fn show(self, ui: &mut Ui, content: impl FnOnce(&mut Ui)) -> Response {
        let desired = Vec2::new(ui.available_width(), self.height);
        let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            let kind = WidgetType::SelectableLabel;
            WidgetInfo::selected(kind, is_enabled, self.is_selected, self.name)
        });
        if !ui.is_rect_visible(rect) {
            return response;
        }
        let palette = Theme::of(ui.ctx()).palette;
        if self.is_selected {
            ui.painter()
                .rect_filled(rect, radius::MEDIUM, palette.selection);
        } else if response.hovered() {
            ui.painter()
                .rect_filled(rect, radius::MEDIUM, palette.hover);
        }
        let inner = rect.shrink2(Vec2::new(space::M, 0.0));
        let builder = UiBuilder::new()
            .max_rect(inner)
            .layout(Layout::left_to_right(Align::Center));
        let mut child = ui.new_child(builder);
        child.shrink_clip_rect(rect);
        content(&mut child);
        focus_ring(ui, &response, radius::MEDIUM);
        response
    }
}
