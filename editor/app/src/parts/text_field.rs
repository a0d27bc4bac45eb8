//! A text that is taken over once it is done: with Enter, or when the keyboard goes elsewhere.

use egui::{Id, Key, Margin, Response, RichText, TextEdit, Ui};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::name;

/// The name of a field, above it.
pub(crate) fn caption_ui(ui: &mut Ui, caption: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::S);
    ui.label(
        RichText::new(caption)
            .size(size::SMALL_TEXT)
            .color(palette.text_weak),
    );
}

/// A text that is being edited.
pub(crate) struct TextField<'a> {
    /// What screen readers say.
    pub(crate) name: &'a str,
    /// What stands there while it is empty.
    pub(crate) hint: &'a str,
    /// Lines; one for a single line.
    pub(crate) rows: usize,
}

impl TextField<'_> {
    /// Draws it; the new text once, when it is done and differs.
    pub(crate) fn ui(&self, ui: &mut Ui, id: Id, current: &str) -> Option<String> {
        let typed: Option<String> = ui.data(|data| data.get_temp(id));
        let mut text = typed.unwrap_or_else(|| current.to_owned());
        let response = self.edit(ui, id, &mut text);
        if response.lost_focus() {
            ui.data_mut(|data| data.remove::<String>(id));
            let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
            return (!is_given_up && text != current).then_some(text);
        }
        if response.has_focus() {
            ui.data_mut(|data| data.insert_temp(id, text));
        }
        None
    }

    fn edit(&self, ui: &mut Ui, id: Id, text: &mut String) -> Response {
        let edit = match self.rows {
            1 => TextEdit::singleline(text),
            rows => TextEdit::multiline(text).desired_rows(rows),
        };
        let edit = edit
            .id(id.with("edit"))
            .hint_text(self.hint)
            .margin(Margin::symmetric(8, 5))
            .desired_width(f32::INFINITY);
        let response = ui.add(edit);
        name(&response, self.name);
        response
    }
}
