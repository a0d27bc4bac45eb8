//! The add menu: the family's nodes, ranked by what the artifact contract still lacks; for a loose end
//! only those that fit, for swapping those that nodes can become.

use std::collections::BTreeSet;

use egui::{Area, Context as EguiContext, Frame, Id, Order, RichText};
use hartomat_document::compatible_nodes;
use hartomat_schema::{ArtifactKind, Coverage, NodeDefinition};
use hartomat_ui::theme::{Theme, medium, size, space};

use crate::canvas::{AddMenu, CanvasCommand, Purpose, category_icon, category_key};
use crate::command::Commands;
use crate::context::Context;
use crate::finder::{Finder, FinderRow, Found};
use crate::messages::{text, text_or, text_with};
use crate::search::score;
use crate::state::Session;

/// Width of the menu.
const WIDTH: f32 = 380.0;

/// Draws the open add menu.
pub(crate) fn add_menu_ui(ctx: &EguiContext, context: &Context<'_>, commands: &mut Commands) {
    let Some(session) = context.session else {
        return;
    };
    let Some(menu) = &session.canvas.add_menu else {
        return;
    };
    let id = Id::new(("add menu", session.canvas.menus_opened));
    let area = Area::new(id)
        .order(Order::Foreground)
        .fixed_pos(menu.screen + egui::vec2(-20.0, -14.0))
        .constrain_to(ctx.content_rect().shrink(8.0));
    let response = area.show(ctx, |ui| {
        Frame::popup(ui.style()).show(ui, |ui| {
            ui.set_width(WIDTH);
            menu_ui(ui, id, menu, session, context, commands);
        });
    });
    let clicked_elsewhere = ctx.input(|input| {
        let pressed = input.pointer.any_pressed();
        let at = input.pointer.interact_pos();
        pressed && at.is_some_and(|at| !response.response.rect.contains(at))
    });
    if clicked_elsewhere {
        commands.canvas(CanvasCommand::CloseMenu);
    }
}

fn menu_ui(
    ui: &mut egui::Ui,
    id: Id,
    menu: &AddMenu,
    session: &Session,
    context: &Context<'_>,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(title(menu)).font(medium(size::SMALL_TEXT));
    ui.label(title.color(palette.text_weak));
    ui.add_space(space::XS);
    let finder = Finder {
        id,
        hint: text("add_menu.search"),
        nothing: text("finder.nothing"),
        height: 320.0,
    };
    let found = ranked(menu, session, context, &finder.query(ui.ctx()));
    let rows: Vec<FinderRow> = found
        .iter()
        .map(|candidate| row(candidate, ui.ctx()))
        .collect();
    match finder.show(ui, &rows) {
        Some(Found::Chosen(index)) => {
            let node_type = found[index].definition.node_type.clone();
            commands.canvas(CanvasCommand::Choose(node_type));
        }
        Some(Found::Closed) => commands.canvas(CanvasCommand::CloseMenu),
        None => {}
    }
}

fn title(menu: &AddMenu) -> String {
    match &menu.purpose {
        Purpose::Add => text("add_menu.add").to_owned(),
        Purpose::Insert(_) => text("add_menu.insert").to_owned(),
        Purpose::Connect(end) => {
            text_with("add_menu.connect", &[("port", end.endpoint().port.as_str())])
        }
        Purpose::Swap(_) => text("add_menu.swap").to_owned(),
    }
}

/// A definition that may be chosen.
struct Candidate<'a> {
    definition: &'a NodeDefinition,
    /// The kind that the contract lacks and this gives.
    lacking: Option<ArtifactKind>,
}

fn ranked<'a>(
    menu: &AddMenu,
    session: &Session,
    context: &Context<'a>,
    query: &str,
) -> Vec<Candidate<'a>> {
    let workflow = session.document.workflow();
    let fitting: Vec<&NodeDefinition> = match &menu.purpose {
        Purpose::Connect(end) => compatible_nodes(workflow, context.catalogue, end)
            .into_iter()
            .map(|fit| fit.definition)
            .collect(),
        _ => {
            let all = context.catalogue.nodes.iter();
            all.filter(|found| found.families.contains(&workflow.family)).collect()
        }
    };
    let lacking = lacking(session, context);
    let mut scored: Vec<(i64, usize, Candidate<'a>)> = Vec::new();
    for (place, definition) in fitting.into_iter().enumerate() {
        let by_label = score(query, &definition.label);
        let by_key = score(query, definition.node_type.as_str()).map(|score| score - 50);
        let Some(score) = by_label.max(by_key) else {
            continue;
        };
        let outputs = definition.contract.outputs.iter();
        let found = outputs.map(|port| &port.kind).find(|kind| lacking.contains(kind));
        let bonus = if found.is_some() { 400 } else { 0 };
        let order = if query.trim().is_empty() { 0 } else { score };
        scored.push((
            order + bonus,
            place,
            Candidate {
                definition,
                lacking: found.cloned(),
            },
        ));
    }
    scored.sort_by_key(|(score, place, _)| (std::cmp::Reverse(*score), *place));
    scored.into_iter().map(|(.., candidate)| candidate).collect()
}

/// Kinds that the contract asks for and no node gives yet.
fn lacking(session: &Session, context: &Context<'_>) -> BTreeSet<ArtifactKind> {
    let workflow = session.document.workflow();
    let given: BTreeSet<&ArtifactKind> = workflow
        .nodes
        .iter()
        .filter_map(|node| context.catalogue.get(&node.node_type))
        .flat_map(|definition| &definition.contract.outputs)
        .map(|port| &port.kind)
        .collect();
    let asked = workflow.contract.iter().map(|part| &part.kind);
    asked.filter(|kind| !given.contains(kind)).cloned().collect()
}

fn row(candidate: &Candidate<'_>, ctx: &EguiContext) -> FinderRow {
    let definition = candidate.definition;
    let key = category_key(definition.category);
    let lacking = candidate.lacking.as_ref();
    FinderRow {
        icon: category_icon(Some(definition.category)),
        color: Theme::of(ctx).palette.category(key),
        title: definition.label.clone(),
        detail: match &definition.coverage {
            Coverage::Executor => text_or(&format!("category.{key}"), key).to_owned(),
            Coverage::Disabled { reason } => reason.clone(),
        },
        note: lacking.map_or_else(String::new, |kind| {
            text_with("add_menu.lacking", &[("kind", kind.as_str())])
        }),
        shortcut: None,
        refusal: None,
    }
}
