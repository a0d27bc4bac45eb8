//! A search box over a ranked list, worked by keys and pointer: the inside of the add menu, the
//! palette and find.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, Id, Key, Modifiers, Rect, RichText, ScrollArea, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, regular, semibold, size, space};
use hartomat_ui::widgets::{ListRow, key_caps_ui, mark_dialog, search_box_ui};

use crate::messages::text;

/// A row to choose.
#[derive(Debug, Clone)]
pub(crate) struct FinderRow {
    /// What it is.
    pub icon: Icon,
    /// Colour of the icon.
    pub color: Color32,
    /// What it is called.
    pub title: String,
    /// Letters of it that were searched for, counted in characters.
    pub matched: Vec<usize>,
    /// More about it, quieter.
    pub detail: String,
    /// A word at the right, such as why it stands so high.
    pub note: String,
    /// Keys that do the same.
    pub shortcut: Option<String>,
    /// Why it can't be chosen.
    pub refusal: Option<String>,
}

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A row was chosen.
    Chosen(usize),
    /// They want out.
    Closed,
}

/// A search box over a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Finder<'a> {
    /// Remembers text and place in the list; another id begins anew.
    pub id: Id,
    /// What the box says while it is empty, and its name.
    pub hint: &'a str,
    /// What the list says while it is empty.
    pub nothing: &'a str,
    /// Height of the list.
    pub height: f32,
}

impl Finder<'_> {
    /// The text that is searched for.
    pub(crate) fn query(&self, ctx: &egui::Context) -> String {
        ctx.data(|data| data.get_temp(self.id)).unwrap_or_default()
    }

    /// Draws box and list.
    pub(crate) fn show(&self, ui: &mut Ui, rows: &[FinderRow]) -> Option<Answer> {
        let mut at: usize = ui.data(|data| data.get_temp(self.id)).unwrap_or(0);
        let moved = self.keys(ui, rows.len(), &mut at);
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        if ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            return Some(Answer::Closed);
        }
        if self.search_ui(ui) {
            at = 0;
        }
        at = at.min(rows.len().saturating_sub(1));
        ui.add_space(space::S);
        let clicked = self.list_ui(ui, rows, &mut at, moved);
        ui.data_mut(|data| data.insert_temp(self.id, at));
        let chosen = clicked.or(enter.then_some(at))?;
        let row = rows.get(chosen)?;
        row.refusal.is_none().then_some(Answer::Chosen(chosen))
    }

    /// Moves through the list; says whether it did.
    fn keys(&self, ui: &Ui, count: usize, at: &mut usize) -> bool {
        let pressed = |key: Key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let before = *at;
        if pressed(Key::ArrowDown) && count > 0 {
            *at = (*at + 1) % count;
        }
        if pressed(Key::ArrowUp) && count > 0 {
            *at = at.checked_sub(1).unwrap_or(count - 1);
        }
        if pressed(Key::PageDown) {
            *at = (*at + 8).min(count.saturating_sub(1));
        }
        if pressed(Key::PageUp) {
            *at = at.saturating_sub(8);
        }
        *at != before
    }

    /// Draws the box; says whether the text is another one.
    fn search_ui(&self, ui: &mut Ui) -> bool {
        let mut query = self.query(ui.ctx());
        let response = search_box_ui(ui, &mut query, self.hint, text("finder.clear"));
        let was_open = ui
            .data(|data| data.get_temp::<bool>(self.id))
            .unwrap_or(false);
        if !was_open {
            response.request_focus();
            ui.data_mut(|data| data.insert_temp(self.id, true));
        } else if !response.has_focus() {
            response.request_focus();
        }
        let has_changed = response.changed();
        ui.data_mut(|data| data.insert_temp(self.id, query));
        has_changed
    }

    fn list_ui(
        &self,
        ui: &mut Ui,
        rows: &[FinderRow],
        at: &mut usize,
        moved: bool,
    ) -> Option<usize> {
        let palette = Theme::of(ui.ctx()).palette;
        if rows.is_empty() {
            ui.add_space(space::L);
            ui.vertical_centered(|ui| {
                ui.label(RichText::new(self.nothing).color(palette.text_weak));
            });
            ui.add_space(space::L);
            return None;
        }
        let mut clicked = None;
        ScrollArea::vertical()
            .id_salt(self.id)
            .max_height(self.height)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                // The bar beside the rows, not over them.
                ui.set_max_width(ui.available_width() - space::M);
                for (index, row) in rows.iter().enumerate() {
                    let response = ListRow::new(&row.title)
                        .selected(index == *at)
                        .show(ui, |ui| row_ui(ui, row));
                    if index == *at && moved {
                        response.scroll_to_me(None);
                    }
                    if response.clicked() {
                        *at = index;
                        clicked = Some(index);
                    }
                    if let Some(refusal) = &row.refusal {
                        response.on_hover_text(refusal);
                    }
                }
            });
        clicked
    }
}

fn row_ui(ui: &mut Ui, row: &FinderRow) {
    let palette = Theme::of(ui.ctx()).palette;
    let is_refused = row.refusal.is_some();
    let fade = |color: Color32| {
        if is_refused {
            palette.text_faint
        } else {
            color
        }
    };
    ui.spacing_mut().item_spacing.x = space::M;
    ui.label(row.icon.text(size::ICON).color(fade(row.color)));
    let (ink, lit) = (fade(palette.text_strong), fade(palette.accent_text));
    ui.label(title_of(row, ink, lit));
    let right = |ui: &mut Ui| {
        if let Some(shortcut) = &row.shortcut {
            key_caps_ui(ui, shortcut);
        }
        if !row.note.is_empty() {
            let note = RichText::new(&row.note).size(size::SMALL_TEXT);
            ui.label(note.color(palette.accent_text));
        }
        let rest = ui.available_size();
        let place = Rect::from_min_size(ui.max_rect().min, rest);
        if !row.detail.is_empty() && place.width() > 40.0 {
            let layout = egui::Layout::left_to_right(egui::Align::Center);
            ui.allocate_ui_with_layout(Vec2::new(rest.x, rest.y), layout, |ui| {
                let detail = RichText::new(&row.detail).size(size::SMALL_TEXT);
                ui.add(egui::Label::new(detail.color(palette.text_faint)).truncate());
            });
        }
    };
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), right);
}

/// The title, with what was searched for lit up.
fn title_of(row: &FinderRow, ink: Color32, lit: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (place, letter) in row.title.chars().enumerate() {
        let is_lit = row.matched.binary_search(&place).is_ok();
        let (font, color) = if is_lit {
            (semibold(size::TEXT), lit)
        } else {
            (regular(size::TEXT), ink)
        };
        job.append(
            letter.encode_utf8(&mut [0; 4]),
            0.0,
            TextFormat::simple(font, color),
        );
    }
    job.wrap = TextWrapping::truncate_at_width(320.0);
    job
}

/// A finder in the upper middle of the window, over everything else.
pub(crate) fn window_ui(
    ctx: &egui::Context,
    id: Id,
    name: &str,
    content: impl FnOnce(&mut Ui) -> Option<Answer>,
) -> Option<Answer> {
    let palette = Theme::of(ctx).palette;
    let modal = egui::Modal::new(id.with("window"))
        .area(
            egui::Area::new(id.with("area"))
                .order(egui::Order::Foreground)
                .anchor(egui::Align2::CENTER_TOP, Vec2::new(0.0, 84.0)),
        )
        .backdrop_color(palette.backdrop.gamma_multiply(0.5));
    let response = modal.show(ctx, |ui| {
        mark_dialog(ui, name);
        ui.set_width(560.0);
        content(ui)
    });
    let is_elsewhere = response.backdrop_response.clicked();
    response.inner.or(is_elsewhere.then_some(Answer::Closed))
}
