//! Settings as the run had them, with who set each.

use egui::{Id, RichText, Ui};
use hartomat_api::RunDetail;
use hartomat_schema::{EffectiveSettings, NodeId, SettingOrigin};
use hartomat_ui::theme::{Theme, medium, size};
use hartomat_ui::widgets::Header;

use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text};
use crate::parts::{effective_settings_ui, reveal, run_node_name};
use crate::runs::RunView;

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
    let workflow = view.frozen().map(|frozen| &frozen.workflow);
    let placed = workflow.and_then(|workflow| workflow.node(node));
    let definition = placed.and_then(|node| context.catalogue.get(&node.node_type));
    let id = Id::new(("run settings", node.as_str()));
    effective_settings_ui(ui, id, definition, settings);
}
