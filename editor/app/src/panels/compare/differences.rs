//! What was set otherwise: settings that differ, each with its node, tools, what the files say of
//! themselves, and what was published.

use egui::{Id, Label, RichText, Ui};
use hartomat_schema::settings_schema::Setting;
use hartomat_schema::{Comparison, SettingOrigin};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, mono, size, space};
use hartomat_ui::widgets::Header;
use serde_json::Value;

use super::intents::{intents_of, intents_ui};
use super::sources::side_text;
use crate::Context;
use crate::command::Commands;
use crate::compare_view::{
    CompareCommand, OpenComparison, Provenance, SettingDifference, ToolVersions,
};
use crate::messages::{served, text, text_with};

/// Longer values are cut off.
const LONGEST: usize = 160;

pub(super) fn differences_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    open: &OpenComparison,
    commands: &mut Commands,
) {
    match &open.provenance {
        Some(provenance) => {
            if section_ui(
                ui,
                "settings",
                text("compare.settings"),
                Some(provenance.settings.len()),
            ) {
                settings_ui(ui, context, open, provenance, commands);
            }
            if section_ui(ui, "tools", text("compare.tools"), None) {
                tools_ui(ui, open, provenance);
            }
        }
        None => {
            let note = text("compare.no_provenance");
            weak_ui(ui, note);
        }
    }
    if let Some(intents) = intents_of(open)
        && section_ui(ui, "intents", text("rung.intents"), None)
    {
        intents_ui(ui, intents);
    }
    if section_ui(ui, "files", text("compare.files"), None) {
        files_ui(ui, open);
    }
}

fn section_ui(ui: &mut Ui, salt: &str, title: &str, count: Option<usize>) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let note = count.map_or(String::new(), |count| count.to_string());
    let header = Header::new(Id::new(("compare section", salt)), title);
    header.note(&note, palette.text_faint).ui(ui).1
}

fn weak_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let words = RichText::new(words).size(size::SMALL_TEXT);
    ui.add(Label::new(words.color(palette.text_weak)).wrap());
}

fn settings_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    open: &OpenComparison,
    provenance: &Provenance,
    commands: &mut Commands,
) {
    if provenance.settings.is_empty() {
        weak_ui(ui, text("compare.same_settings"));
    }
    for (number, found) in provenance.settings.iter().enumerate() {
        ui.push_id(number, |ui| setting_ui(ui, context, open, found, commands));
    }
    if provenance.is_migrated {
        weak_ui(ui, text("compare.migrated_note"));
    }
}

fn setting_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    open: &OpenComparison,
    found: &SettingDifference,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let definition = context.catalogue.get(&found.node_type);
    let workflow = context.session.map(|session| session.document.workflow());
    let placed = workflow.and_then(|workflow| workflow.node(&found.node));
    let label = placed.and_then(|placed| placed.label.clone());
    let named = definition.map_or(found.node_type.as_str(), |definition| &definition.label);
    let node = label.unwrap_or_else(|| named.to_owned());
    let field = definition.and_then(|of| Setting::find(&of.settings_schema, &found.setting));
    let title = field.map_or(found.setting.as_str(), |field| served(field.title()));
    let margin = egui::Margin::symmetric(8, 6);
    let frame = egui::Frame::new().fill(palette.raised).corner_radius(6);
    frame.inner_margin(margin).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 2.0;
        let words = match found.setting.is_empty() {
            true => node.clone(),
            false => format!("{node} › {title}"),
        };
        ui.horizontal(|ui| {
            let link = RichText::new(words).font(medium(size::TEXT));
            let is_there = placed.is_some();
            let response = ui.add_enabled(is_there, egui::Link::new(link));
            let help = text_with("compare.show_node", &[("node", &node)]);
            if response.on_hover_text(help).clicked() {
                let (node, setting) = (found.node.clone(), found.setting.clone());
                commands.compare(CompareCommand::ShowNode(node, setting));
            }
        });
        for side in 0..2 {
            value_ui(ui, side_text(open, side), found.values[side].as_ref());
        }
        if let Some(origin) = found.origin {
            weak_ui(
                ui,
                &text_with("compare.set_by", &[("who", origin_text(origin))]),
            );
        }
    });
}

fn origin_text(origin: SettingOrigin) -> &'static str {
    match origin {
        SettingOrigin::Default => text("compare.by_default"),
        SettingOrigin::Workflow => text("compare.by_workflow"),
        SettingOrigin::OutputType => text("compare.by_output_type"),
        SettingOrigin::OrderLine => text("compare.by_order_line"),
    }
}

fn value_ui(ui: &mut Ui, side: &str, value: Option<&Value>) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        name_ui(ui, side, palette.text_weak);
        let words = value.map_or_else(|| text("compare.absent").to_owned(), value_text);
        let words = RichText::new(words).font(mono(size::SMALL_TEXT));
        ui.add(Label::new(words.color(palette.text_strong)).wrap());
    });
}

fn value_text(value: &Value) -> String {
    let words = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match words.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &words[..cut]),
        None => words,
    }
}

/// A name before a value, in a column of its own.
fn name_ui(ui: &mut Ui, words: &str, color: egui::Color32) {
    let room = egui::vec2(112.0, 16.0);
    let layout = egui::Layout::left_to_right(egui::Align::Min);
    ui.allocate_ui_with_layout(room, layout, |ui| {
        ui.set_min_width(room.x);
        let words = RichText::new(words).size(size::SMALL_TEXT).color(color);
        ui.add(Label::new(words).truncate());
    });
}

/// One version where both sides have the same, both where they don't.
fn tools_ui(ui: &mut Ui, open: &OpenComparison, provenance: &Provenance) {
    let palette = Theme::of(ui.ctx()).palette;
    let is_same = |tool: &ToolVersions| tool.versions[0] == tool.versions[1];
    for tool in &provenance.tools {
        if is_same(tool) {
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                name_ui(ui, &tool.tool, palette.text);
                let version = tool.versions[0].as_deref().unwrap_or("–");
                let version = RichText::new(version).font(mono(size::SMALL_TEXT));
                ui.add(Label::new(version.color(palette.text_strong)).wrap());
            });
            continue;
        }
        let color = palette.severity(Severity::Warning);
        let name = format!("{} {}", Icon::Difference.glyph(), tool.tool);
        ui.label(RichText::new(name).size(size::SMALL_TEXT).color(color));
        for (side, version) in tool.versions.iter().enumerate() {
            let version = version.clone().map(Value::String);
            value_ui(ui, side_text(open, side), version.as_ref());
        }
    }
    if !provenance.tools.is_empty() && provenance.tools.iter().all(is_same) {
        weak_ui(ui, text("compare.same_tools"));
    }
}

/// Sizes, hashes, headers, and text entries that differ.
fn files_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    for (side, of) in open.sides().into_iter().enumerate() {
        let name = RichText::new(format!("{}  ·  {}", side_text(open, side), of.name()));
        ui.add(Label::new(name.size(size::SMALL_TEXT).color(palette.text_strong)).truncate());
        if let Some(artifact) = &of.artifact {
            let bytes = artifact.size_bytes.to_string();
            let size_text = of.read().map_or(String::new(), |pixels| {
                let [width, height] = pixels.size();
                format!("{width} × {height}  ·  ")
            });
            let words = text_with("compare.bytes", &[("bytes", &bytes)]);
            weak_ui(
                ui,
                &format!("{size_text}{}  ·  {words}", artifact.media_type),
            );
            let digest =
                RichText::new(artifact.digest.to_string()).font(mono(size::SMALL_TEXT - 1.0));
            ui.add(Label::new(digest.color(palette.text_weak)).truncate());
        }
    }
    let part = open
        .of_pictures()
        .or_else(|| open.of_videos())
        .or_else(|| open.of_models())
        .or(open.comparison.as_ref());
    if let Some(part) = part {
        entries_ui(ui, open, part);
    }
}

fn entries_ui(ui: &mut Ui, open: &OpenComparison, part: &Comparison) {
    let contract = part.measured.contract.iter();
    let contract = contract.map(|found| {
        let sides = [Some(found.control.clone()), Some(found.candidate.clone())];
        (found.what.clone(), sides, false)
    });
    let metadata = part.measured.metadata.iter();
    let metadata = metadata.map(|found| {
        let sides = [found.control.clone(), found.candidate.clone()];
        (found.key.clone(), sides, found.volatile)
    });
    for (what, sides, is_volatile) in contract.chain(metadata) {
        let palette = Theme::of(ui.ctx()).palette;
        let title = RichText::new(&what).font(medium(size::SMALL_TEXT));
        ui.label(title.color(palette.text_strong));
        for (side, value) in sides.into_iter().enumerate() {
            value_ui(ui, side_text(open, side), value.map(Value::String).as_ref());
        }
        if is_volatile {
            weak_ui(ui, text("compare.volatile"));
        }
    }
}
