//! The node catalogue: every node of the workflow's family, by category. A click adds, a drag places.

use egui::{Id, Order, RichText, ScrollArea, Sense, Ui, Vec2};
use hartomat_document::fuzzy;
use hartomat_schema::{Category, Coverage, Family, NodeDefinition};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{Header, ListRow, panel_header_ui, search_box_ui};

use crate::canvas::{CanvasCommand, category_icon, category_key, port_label};
use crate::command::Commands;
use crate::context::Context;
use crate::messages::{text, text_or};
use crate::state::Session;

/// Categories from the start of a graph to its end.
const CATEGORIES: [Category; 6] = [
    Category::Input,
    Category::Cad,
    Category::Material,
    Category::Scene,
    Category::Render,
    Category::Output,
];

/// Draws the catalogue.
pub(crate) fn catalog_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    panel_header_ui(ui, text("panel.catalog"), |_| {});
    let family = session.document.workflow().family;
    let mut query: String = ui
        .data(|data| data.get_temp(search_id()))
        .unwrap_or_default();
    egui::Frame::NONE.inner_margin(space::M).show(ui, |ui| {
        search_box_ui(ui, &mut query, text("catalog.search"), text("finder.clear"));
    });
    ui.data_mut(|data| data.insert_temp(search_id(), query.clone()));
    let found: Vec<&NodeDefinition> = context
        .catalogue
        .nodes
        .iter()
        .filter(|definition| belongs(definition, family) && matches(definition, &query))
        .collect();
    ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            egui::Frame::NONE
                .inner_margin(egui::Margin::symmetric(6, 0))
                .show(ui, |ui| {
                    if found.is_empty() {
                        ui.add_space(space::L);
                        let palette = Theme::of(ui.ctx()).palette;
                        ui.label(RichText::new(text("finder.nothing")).color(palette.text_weak));
                    }
                    for category in CATEGORIES {
                        let nodes = found.iter().filter(|found| found.category == category);
                        let nodes: Vec<_> = nodes.copied().collect();
                        if !nodes.is_empty() {
                            category_ui(ui, category, &nodes, !query.is_empty(), commands);
                        }
                    }
                });
        });
    dragged_ui(ui, context, session, commands);
}

fn search_id() -> Id {
    Id::new("catalog search")
}

fn belongs(definition: &NodeDefinition, family: Family) -> bool {
    definition.families.contains(&family)
}

fn matches(definition: &NodeDefinition, query: &str) -> bool {
    let query = query.trim();
    let key = definition.node_type.as_str();
    query.is_empty() || fuzzy(query, &definition.label).is_some() || fuzzy(query, key).is_some()
}

fn category_ui(
    ui: &mut Ui,
    category: Category,
    nodes: &[&NodeDefinition],
    is_searching: bool,
    commands: &mut Commands,
) {
    let key = category_key(category);
    let title = text_or(&format!("category.{key}"), key);
    let id = Id::new(("catalog", key));
    let (_, is_open) = Header::new(id, title).force_open(is_searching).ui(ui);
    if is_open {
        for definition in nodes {
            definition_ui(ui, definition, commands);
        }
        ui.add_space(space::S);
    }
}

fn definition_ui(ui: &mut Ui, definition: &NodeDefinition, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.category(category_key(definition.category));
    let is_disabled = matches!(definition.coverage, Coverage::Disabled { .. });
    let row = ListRow::new(&definition.label).show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let icon = category_icon(Some(definition.category));
        ui.label(icon.text(size::ICON).color(color));
        let ink = if is_disabled {
            palette.text_faint
        } else {
            palette.text
        };
        ui.add(egui::Label::new(RichText::new(&definition.label).color(ink)).truncate());
    });
    let row = row.interact(Sense::click_and_drag());
    if row.clicked() {
        commands.canvas(CanvasCommand::PlaceFree(definition.node_type.clone()));
    }
    if row.drag_started() {
        let dragged = Some(definition.node_type.clone());
        ui.data_mut(|data| data.insert_temp(dragged_id(), dragged));
    }
    row.on_hover_ui(|ui| help_ui(ui, definition));
}

fn help_ui(ui: &mut Ui, definition: &NodeDefinition) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.set_max_width(300.0);
    ui.label(RichText::new(&definition.label).font(medium(size::TEXT)));
    ui.label(RichText::new(&definition.help).color(palette.text_weak));
    let join = |ports: Vec<String>| ports.join(", ");
    let inputs = definition
        .contract
        .inputs
        .iter()
        .map(|port| port_label(&port.name));
    let outputs = definition
        .contract
        .outputs
        .iter()
        .map(|port| port_label(&port.name));
    let ports = format!("{} → {}", join(inputs.collect()), join(outputs.collect()));
    ui.label(
        RichText::new(ports)
            .size(size::SMALL_TEXT)
            .color(palette.text_faint),
    );
    if let Coverage::Disabled { reason } = &definition.coverage {
        let color = palette.severity(hartomat_ui::theme::Severity::Warning);
        ui.label(RichText::new(format!("{} {reason}", Icon::Warning.glyph())).color(color));
    }
}

fn dragged_id() -> Id {
    Id::new("catalog dragged")
}

/// The node under the pointer while it is dragged to the canvas.
fn dragged_ui(ui: &Ui, context: &Context<'_>, session: &Session, commands: &mut Commands) {
    type Dragged = Option<hartomat_schema::NodeType>;
    let dragged = ui
        .data(|data| data.get_temp::<Dragged>(dragged_id()))
        .flatten();
    let Some(node_type) = dragged else {
        return;
    };
    let (pointer, is_down) =
        ui.input(|input| (input.pointer.latest_pos(), input.pointer.primary_down()));
    let (Some(pointer), Some(frame)) = (pointer, session.canvas.frame()) else {
        return;
    };
    if !is_down {
        ui.data_mut(|data| data.insert_temp::<Dragged>(dragged_id(), None));
        if frame.canvas.contains(pointer) {
            let at = frame.to_graph(pointer);
            commands.canvas(CanvasCommand::Place(node_type, at));
        }
        return;
    }
    let Some(definition) = context.catalogue.get(&node_type) else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    egui::Area::new(Id::new("dragged node"))
        .order(Order::Tooltip)
        .interactable(false)
        .fixed_pos(pointer - Vec2::new(90.0, 14.0))
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| {
                let icon = category_icon(Some(definition.category));
                let color = palette.category(category_key(definition.category));
                ui.horizontal(|ui| {
                    ui.label(icon.text(size::ICON).color(color));
                    ui.label(RichText::new(&definition.label).font(medium(size::TEXT)));
                });
            });
        });
    ui.ctx().request_repaint();
}
