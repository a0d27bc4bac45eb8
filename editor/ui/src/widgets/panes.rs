//! Two panes with a divider that can be dragged, or moved with the arrow keys. Its place is remembered.

use egui::{CursorIcon, Id, Key, Rect, Sense, Stroke, Ui, UiBuilder, WidgetInfo, WidgetType};

use crate::theme::Theme;

/// How two panes lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PanesDirection {
    /// Side by side.
    Row,
    /// One above the other.
    Column,
}

/// Two panes and the divider between them.
#[derive(Debug, Clone, Copy)]
pub struct Panes<'a> {
    id: Id,
    direction: PanesDirection,
    name: &'a str,
    share: f32,
    least: f32,
}

impl<'a> Panes<'a> {
    /// Panes that share the room evenly at first. `name` is the divider's, for screen readers.
    pub fn new(id: Id, direction: PanesDirection, name: &'a str) -> Self {
        Self {
            id,
            direction,
            name,
            share: 0.5,
            least: 80.0,
        }
    }

    /// The first pane's share at first, 0 to 1.
    pub fn share(mut self, share: f32) -> Self {
        self.share = share;
        self
    }

    /// The least size of a pane in points.
    pub fn least(mut self, least: f32) -> Self {
        self.least = least;
        self
    }

    /// Draws both in what is free.
    pub fn show(self, ui: &mut Ui, first: impl FnOnce(&mut Ui), second: impl FnOnce(&mut Ui)) {
        let rect = ui.available_rect_before_wrap();
        let is_row = self.direction == PanesDirection::Row;
        let length = if is_row { rect.width() } else { rect.height() };
        let least = (self.least / length.max(1.0)).min(0.5);
        let stored = ui.data_mut(|data| data.get_persisted(self.id));
        let mut share = stored.unwrap_or(self.share).clamp(least, 1.0 - least);
        share = self
            .divider(ui, rect, share, length)
            .clamp(least, 1.0 - least);
        let (a, b) = split(rect, share, is_row);
        for (index, pane) in [a, b].into_iter().enumerate() {
            debug_assert!(pane.is_finite(), "pane {index} has a size");
        }
        pane_ui(ui, a, "first", first);
        pane_ui(ui, b, "second", second);
        ui.advance_cursor_after_rect(rect);
        let line = Stroke::new(1.0, Theme::of(ui.ctx()).palette.border);
        if is_row {
            ui.painter().vline(a.right(), rect.y_range(), line);
        } else {
            ui.painter().hline(rect.x_range(), a.bottom(), line);
        }
    }

    fn divider(self, ui: &Ui, rect: Rect, share: f32, length: f32) -> f32 {
        let is_row = self.direction == PanesDirection::Row;
        let (a, _) = split(rect, share, is_row);
        let (line, cursor) = if is_row {
            let line = Rect::from_x_y_ranges(a.right()..=a.right(), rect.y_range());
            (
                line.expand2(egui::vec2(4.0, 0.0)),
                CursorIcon::ResizeHorizontal,
            )
        } else {
            let line = Rect::from_x_y_ranges(rect.x_range(), a.bottom()..=a.bottom());
            (
                line.expand2(egui::vec2(0.0, 4.0)),
                CursorIcon::ResizeVertical,
            )
        };
        let response = ui
            .interact(line, self.id.with("divider"), Sense::click_and_drag())
            .on_hover_and_drag_cursor(cursor);
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(WidgetType::ResizeHandle, true, self.name);
            info.value = Some(f64::from(share));
            info
        });
        let delta = response.drag_delta();
        let mut moved = if is_row { delta.x } else { delta.y };
        if response.has_focus() {
            let filter = egui::EventFilter {
                horizontal_arrows: is_row,
                vertical_arrows: !is_row,
                ..Default::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
            let (less, more) = if is_row {
                (Key::ArrowLeft, Key::ArrowRight)
            } else {
                (Key::ArrowUp, Key::ArrowDown)
            };
            let pressed = |key| ui.input(|input| f32::from(input.key_pressed(key)));
            moved += 16.0 * (pressed(more) - pressed(less));
        }
        let share = share + moved / length.max(1.0);
        if moved != 0.0 {
            ui.data_mut(|data| data.insert_persisted(self.id, share));
        }
        if response.hovered() || response.dragged() || response.has_focus() {
            let color = Theme::of(ui.ctx()).palette.accent_text;
            let middle = Rect::from_center_size(line.center(), line.size() - cross(is_row, 6.0));
            ui.painter().rect_filled(middle, 1, color);
        }
        share
    }
}

fn cross(is_row: bool, length: f32) -> egui::Vec2 {
    if is_row {
        egui::vec2(length, 0.0)
    } else {
        egui::vec2(0.0, length)
    }
}

fn split(rect: Rect, share: f32, is_row: bool) -> (Rect, Rect) {
    if is_row {
        rect.split_left_right_at_fraction(share)
    } else {
        rect.split_top_bottom_at_fraction(share)
    }
}

fn pane_ui(ui: &mut Ui, rect: Rect, salt: &str, content: impl FnOnce(&mut Ui)) {
    let mut pane = ui.new_child(UiBuilder::new().max_rect(rect).id_salt(salt));
    pane.shrink_clip_rect(rect);
    content(&mut pane);
}
