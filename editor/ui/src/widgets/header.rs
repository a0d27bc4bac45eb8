//! Headers: of panels, and of sections that fold.

use egui::{
    Align2, Color32, Id, Key, Response, RichText, Sense, Ui, UiBuilder, Vec2, WidgetInfo,
    WidgetType,
};

use super::access::focus_ring;
use super::button::paint_icon;
use crate::icon::Icon;
use crate::theme::{Theme, medium, radius, semibold, size, space};

/// The header of a panel: its title, and its buttons at the right.
pub fn panel_header_ui(ui: &mut Ui, title: &str, buttons: impl FnOnce(&mut Ui)) {
    let palette = Theme::of(ui.ctx()).palette;
    let (rect, _) = ui.allocate_exact_size(
        Vec2::new(ui.available_width(), size::HEADER),
        Sense::hover(),
    );
    let line = rect.bottom() - 0.5;
    ui.painter()
        .hline(rect.x_range(), line, egui::Stroke::new(1.0, palette.border));
    let inner = rect.shrink2(Vec2::new(space::L, 0.0));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    // A child of its own: it must not move what follows.
    let mut header = ui.new_child(UiBuilder::new().max_rect(inner).layout(layout));
    let title = RichText::new(title).font(semibold(size::TEXT));
    header.label(title.color(palette.text_strong));
    header.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        buttons(ui);
    });
}

/// The header of a section that folds. Whether it is open is remembered by id.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    id: Id,
    title: &'a str,
    is_open_at_first: bool,
    is_forced_open: bool,
    is_leading: bool,
    note: &'a str,
    note_color: Option<Color32>,
}

impl<'a> Header<'a> {
    /// A header that is open at first.
    pub fn new(id: Id, title: &'a str) -> Self {
        Self {
            id,
            title,
            is_open_at_first: true,
            is_forced_open: false,
            is_leading: true,
            note: "",
            note_color: None,
        }
    }

    /// Folded at first.
    pub fn folded(mut self) -> Self {
        self.is_open_at_first = false;
        self
    }

    /// Open for now, whatever is remembered, as while searching.
    pub fn force_open(mut self, is_forced_open: bool) -> Self {
        self.is_forced_open = is_forced_open;
        self
    }

    /// Stands back, as within another section.
    pub fn quiet(mut self) -> Self {
        self.is_leading = false;
        self
    }

    /// A word at the right, such as a count.
    pub fn note(mut self, note: &'a str, color: Color32) -> Self {
        self.note = note;
        self.note_color = Some(color);
        self
    }

    /// Opens a section for good, as when something in it is to be seen.
    pub fn open(ctx: &egui::Context, id: Id) {
        ctx.data_mut(|data| data.insert_persisted(id, true));
    }

    /// Draws it; the section follows if the second value is `true`.
    pub fn ui(self, ui: &mut Ui) -> (Response, bool) {
        let theme = Theme::of(ui.ctx());
        let palette = &theme.palette;
        let height = if self.is_leading { 28.0 } else { 24.0 };
        let desired = Vec2::new(ui.available_width(), height);
        let (_, rect) = ui.allocate_space(desired);
        let response = ui.interact(rect, ui.id().with((self.id, "header")), Sense::click());
        let remembered = ui
            .data_mut(|data| data.get_persisted(self.id))
            .unwrap_or(self.is_open_at_first);
        let mut is_open = remembered || self.is_forced_open;
        if response.clicked() || (response.has_focus() && folds(ui, is_open)) {
            is_open = !is_open;
            ui.data_mut(|data| data.insert_persisted(self.id, is_open));
        }
        let is_enabled = ui.is_enabled();
        response.widget_info(|| {
            WidgetInfo::selected(
                WidgetType::CollapsingHeader,
                is_enabled,
                is_open,
                self.title,
            )
        });
        ui.ctx()
            .accesskit_node_builder(response.id, |node| node.set_expanded(is_open));
        if ui.is_rect_visible(rect) {
            let is_hovered = response.hovered();
            let color = match (self.is_leading, is_hovered) {
                (_, true) => palette.text_strong,
                (true, false) => palette.text_strong,
                (false, false) => palette.text,
            };
            let icon = if is_open {
                Icon::Unfolded
            } else {
                Icon::Folded
            };
            let caret = egui::Rect::from_min_size(rect.min, Vec2::new(16.0, rect.height()));
            let caret_color = if is_hovered {
                palette.text
            } else {
                palette.text_faint
            };
            paint_icon(ui, caret, icon, 12.0, caret_color);
            let font = if self.is_leading {
                semibold(size::TEXT)
            } else {
                medium(size::TEXT)
            };
            let place = egui::pos2(rect.left() + 20.0, rect.center().y);
            ui.painter()
                .text(place, Align2::LEFT_CENTER, self.title, font, color);
            if let (false, Some(color)) = (self.note.is_empty(), self.note_color) {
                let place = egui::pos2(rect.right() - space::S, rect.center().y);
                let font = medium(size::SMALL_TEXT);
                ui.painter()
                    .text(place, Align2::RIGHT_CENTER, self.note, font, color);
            }
            focus_ring(ui, &response, radius::SMALL);
        }
        (response, is_open)
    }
}

/// Whether an arrow key folds or unfolds.
fn folds(ui: &Ui, is_open: bool) -> bool {
    let key = if is_open {
        Key::ArrowLeft
    } else {
        Key::ArrowRight
    };
    ui.input(|input| input.key_pressed(key))
}
