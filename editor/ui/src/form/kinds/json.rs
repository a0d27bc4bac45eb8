//! What this version can't edit: shown as JSON, never touched.

use egui::{Label, Response, RichText, Ui, WidgetInfo, WidgetType};
use serde_json::Value;

use crate::form::draw::Form;
use crate::theme::{mono, size};

/// Longer values stand below their label.
const LONG: usize = 28;
/// Longer values are cut; nobody reads them here.
const MOST: usize = 2000;

pub(in crate::form) fn is_long(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.to_string().len() > LONG)
}

pub(in crate::form) fn json_ui(ui: &mut Ui, form: &Form<'_>, value: Option<&Value>) -> Response {
    let palette = form.theme.palette;
    let mut words = value.map_or_else(|| "–".to_owned(), Value::to_string);
    if let Some((end, _)) = words.char_indices().nth(MOST) {
        words.truncate(end);
        words.push('…');
    }
    let text = RichText::new(&words).font(mono(size::SMALL_TEXT));
    let label = Label::new(text.color(palette.text_weak))
        .selectable(true)
        .wrap();
    let response = ui.add(label);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::Label, true, "");
        info.current_text_value = Some(words.clone());
        info
    });
    response.on_hover_text(&form.context.text.read_only)
}
