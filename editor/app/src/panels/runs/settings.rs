//! Settings as the run had them, with who set each. Defaults are folded away: there are many.

use egui::{Grid, Id, Label, RichText, Ui};
use hartomat_api::RunDetail;
use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{EffectiveSettings, NodeId, SettingOrigin};
use hartomat_ui::theme::{Palette, Severity, Theme, medium, size, space};
use hartomat_ui::widgets::{Header, badge_ui};
use serde_json::Value;

use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text};
use crate::parts::{reveal, run_node_name};
use crate::runs::RunView;

/// Letters of a value that are shown; all of it is under the pointer.
const LETTERS: usize = 60;

pub(super) fn settings_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    detail: &RunDetail,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let settings = &detail.frozen.settings;
    let overridden = settings.values().flat_map(|of| of.origins.values());
    let overridden = overridden.filter(|origin| **origin > SettingOrigin::Workflow);
    let note = count("runs.overridden", overridden.count());
    let header = Header::new(Id::new("run settings"), text("runs.settings")).folded();
    let (_, is_open) = header.note(&note, palette.text_faint).ui(ui);
    if !is_open {
        return;
    }
    for (node, of_node) in settings {
        if of_node.values.is_empty() {
            continue;
        }
        node_ui(ui, context, view, (node, of_node), commands);
    }
}

fn node_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    (node, settings): (&NodeId, &EffectiveSettings),
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let name = run_node_name(context, view, node);
    let title = RichText::new(name).font(medium(size::TEXT));
    let link = ui.link(title.color(palette.text_strong));
    if link.on_hover_text(text("log.go_to_node")).clicked() {
        reveal(node, commands);
    }
    let origin = |name: &str| {
        let origin = settings.origins.get(name).copied();
        origin.unwrap_or(SettingOrigin::Default)
    };
    let is_set = |name: &str| origin(name) != SettingOrigin::Default;
    let id = Id::new(("run defaults", node.as_str()));
    let shows_all: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    Grid::new(("run settings", node.as_str()))
        .num_columns(3)
        .spacing([space::L, space::XS])
        .show(ui, |ui| {
            for (name, value) in &settings.values {
                if shows_all || is_set(name) {
                    let title = title_of(context, view, node, name);
                    row_ui(ui, &palette, &title, value, origin(name));
                }
            }
        });
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

/// What people call a setting.
fn title_of(context: &Context<'_>, view: &RunView, node: &NodeId, name: &str) -> String {
    let workflow = view.frozen().map(|frozen| &frozen.workflow);
    let node = workflow.and_then(|workflow| workflow.node(node));
    let definition = node.and_then(|node| context.catalogue.get(&node.node_type));
    let schema = definition.map(|definition| &definition.settings_schema);
    let setting = schema.and_then(|schema| Setting::find(schema, name));
    setting.map_or(name, |setting| setting.title()).to_owned()
}
