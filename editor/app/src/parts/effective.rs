//! A node's settings after overrides, with who set each. Defaults are folded away: there are many.

use egui::{Grid, Id, Label, RichText, Ui};
use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{EffectiveSettings, NodeDefinition, SettingOrigin};
use hartomat_ui::theme::{Palette, Severity, Theme, size, space};
use hartomat_ui::widgets::badge_ui;
use serde_json::Value;

use crate::messages::{count, text};

/// Letters of a value that are shown; all of it is under the pointer.
const LETTERS: usize = 60;

/// Draws them. `id` tells nodes apart, and remembers whether defaults are shown.
pub(crate) fn effective_settings_ui(
    ui: &mut Ui,
    id: Id,
    definition: Option<&NodeDefinition>,
    settings: &EffectiveSettings,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let origin = |name: &str| {
        let origin = settings.origins.get(name).copied();
        origin.unwrap_or(SettingOrigin::Default)
    };
    let is_set = |name: &str| origin(name) != SettingOrigin::Default;
    let title = |name: &str| {
        let setting = definition.and_then(|of| Setting::find(&of.settings_schema, name));
        setting.map_or(name, |setting| setting.title()).to_owned()
    };
    let shows_all: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let shown = settings.values.iter();
    let mut shown = shown
        .filter(|(name, _)| shows_all || is_set(name))
        .peekable();
    // An empty grid takes room all the same.
    if shown.peek().is_some() {
        Grid::new(id.with("settings"))
            .num_columns(3)
            .spacing([space::L, space::XS])
            .show(ui, |ui| {
                for (name, value) in shown {
                    row_ui(ui, &palette, &title(name), value, origin(name));
                }
            });
    }
    let defaults = settings.values.keys().filter(|name| !is_set(name)).count();
    if defaults > 0 {
        let words = if shows_all {
            text("runs.fewer_settings").to_owned()
        } else {
            count("runs.defaults", defaults)
        };
        let more = ui.link(RichText::new(words).size(size::SMALL_TEXT));
        if more.clicked() {
            ui.data_mut(|data| data.insert_temp(id, !shows_all));
        }
    }
    ui.add_space(space::S);
}

fn row_ui(ui: &mut Ui, palette: &Palette, title: &str, value: &Value, origin: SettingOrigin) {
    let small = |words: &str| RichText::new(words).size(size::SMALL_TEXT);
    ui.label(small(title).color(palette.text_weak));
    let whole = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut shown: String = whole.chars().take(LETTERS).collect();
    if shown.len() < whole.len() {
        shown.push('…');
    }
    let shown = Label::new(small(&shown).color(palette.text));
    let shown = ui.add(shown);
    if whole.chars().count() > LETTERS {
        shown.on_hover_text(whole);
    }
    let (words, color) = match origin {
        SettingOrigin::Default => (text("origin.default"), palette.text_faint),
        SettingOrigin::Workflow => (text("origin.workflow"), palette.text_weak),
        SettingOrigin::OutputType => (text("origin.output_type"), palette.accent_text),
        SettingOrigin::OrderLine => (
            text("origin.order_line"),
            palette.severity(Severity::Warning),
        ),
    };
    badge_ui(ui, words, color);
    ui.end_row();
}
