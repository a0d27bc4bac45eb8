//! A list of any length: only the rows in view are drawn, and one key focus moves through all of them.

use egui::{EventFilter, Id, Key, ScrollArea, Sense, Ui, WidgetInfo, WidgetType, accesskit};

use super::row::ListRow;
use crate::theme::size;

/// What a person did with a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListAnswer {
    /// The row that was selected in this frame.
    pub selected: Option<usize>,
    /// The row that was double-clicked, or on which Enter was pressed.
    pub activated: Option<usize>,
}

/// A list of rows of one height.
#[derive(Debug, Clone, Copy)]
pub struct VirtualList<'a> {
    id: Id,
    name: &'a str,
    len: usize,
    selected: Option<usize>,
    row_height: f32,
}

impl<'a> VirtualList<'a> {
    /// A list that screen readers call by this name.
    pub fn new(id: Id, name: &'a str, len: usize) -> Self {
        Self {
            id,
            name,
            len,
            selected: None,
            row_height: size::ROW,
        }
    }

    /// The selected row.
    pub fn selected(mut self, selected: Option<usize>) -> Self {
        self.selected = selected;
        self
    }

    /// Another height of rows, in points.
    pub fn row_height(mut self, row_height: f32) -> Self {
        self.row_height = row_height;
        self
    }

    /// Draws the list in what is free. `row_name` is what screen readers say of a row, `row` draws it.
    pub fn show(
        self,
        ui: &mut Ui,
        row_name: impl Fn(usize) -> String,
        mut row: impl FnMut(&mut Ui, usize),
    ) -> ListAnswer {
        let mut answer = ListAnswer::default();
        let view = ui.available_rect_before_wrap();
        let focus = ui.interact(view, self.id, Sense::focusable_noninteractive());
        focus.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, self.name));
        ui.ctx()
            .accesskit_node_builder(self.id, |node| node.set_role(accesskit::Role::ListBox));
        let page = (view.height() / self.row_height).floor().max(1.0) as usize;
        if focus.has_focus() {
            self.keys(ui, page, &mut answer);
        }
        let mut area = ScrollArea::vertical()
            .id_salt(self.id)
            .auto_shrink([false, false]);
        // Also when somebody else has selected another one, as by a command.
        let known = self.id.with("known");
        let before: Option<Option<usize>> = ui.data(|data| data.get_temp(known));
        let is_another = before != Some(self.selected);
        ui.data_mut(|data| data.insert_temp(known, self.selected));
        if let Some(index) = answer.selected.or(self.selected.filter(|_| is_another)) {
            area = area.vertical_scroll_offset(self.offset_showing(ui, index, view.height()));
        }
        ui.spacing_mut().item_spacing.y = 0.0;
        let output = area.show_rows(ui, self.row_height, self.len, |ui, range| {
            for index in range {
                let name = row_name(index);
                let is_selected = answer.selected.or(self.selected) == Some(index);
                let list_row = ListRow::new(&name)
                    .height(self.row_height)
                    .selected(is_selected);
                let response = list_row.show(ui, |ui| row(ui, index));
                ui.ctx().accesskit_node_builder(response.id, |node| {
                    node.set_role(accesskit::Role::ListBoxOption);
                    node.set_position_in_set(index);
                    node.set_size_of_set(self.len);
                });
                if response.clicked() {
                    answer.selected = Some(index);
                    focus.request_focus();
                }
                if response.double_clicked() {
                    answer.activated = Some(index);
                }
            }
        });
        let offset = output.state.offset.y;
        ui.data_mut(|data| data.insert_temp(self.id.with("offset"), offset));
        answer
    }

    fn keys(self, ui: &Ui, page: usize, answer: &mut ListAnswer) {
        let filter = EventFilter {
            vertical_arrows: true,
            ..Default::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(self.id, filter));
        if self.len == 0 {
            return;
        }
        let last = self.len - 1;
        let at = self.selected;
        let moved = ui.input(|input| {
            let pressed = |key| input.key_pressed(key);
            match () {
                () if pressed(Key::ArrowDown) => Some(at.map_or(0, |at| at + 1)),
                () if pressed(Key::ArrowUp) => Some(at.map_or(0, |at| at.saturating_sub(1))),
                () if pressed(Key::PageDown) => Some(at.map_or(0, |at| at + page)),
                () if pressed(Key::PageUp) => Some(at.map_or(0, |at| at.saturating_sub(page))),
                () if pressed(Key::Home) => Some(0),
                () if pressed(Key::End) => Some(last),
                () => None,
            }
        });
        answer.selected = moved.map(|index| index.min(last));
        if ui.input(|input| input.key_pressed(Key::Enter)) {
            answer.activated = at;
        }
    }

    /// The offset that shows a row and moves as little as possible.
    fn offset_showing(self, ui: &Ui, index: usize, height: f32) -> f32 {
        let before = ui.data(|data| data.get_temp(self.id.with("offset")));
        let top = index as f32 * self.row_height;
        let least = top + self.row_height - height;
        before
            .unwrap_or(0.0_f32)
            .clamp(least.min(top), top)
            .max(0.0)
    }
}
