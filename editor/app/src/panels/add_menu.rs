//! The add menu: the family's nodes, ranked by what the artifact contract still lacks; for a loose end
//! only those that fit, for swapping those that nodes can become.

use egui::{Area, Context as EguiContext, Frame, Id, Order};
use hartomat_document::{AddFilter, AddReason, Suggestion, add_menu};
use hartomat_schema::Catalogue;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::Marked;

use crate::canvas::{AddMenu, CanvasCommand, Purpose, category_icon, category_key};
use crate::command::Commands;
use crate::context::Context;
use crate::finder::{Answer, Finder, FinderRow};
use crate::messages::{text, text_with};
use crate::parts::{category_text, kind_text};
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
    let marked = Marked {
        font: medium(size::SMALL_TEXT),
        ..Marked::quiet(&palette)
    };
    ui.label(marked.layout(&title(menu), WIDTH, 1));
    ui.add_space(space::XS);
    let finder = Finder {
        id,
        hint: text("add_menu.search"),
        nothing: text("finder.nothing"),
        height: 320.0,
    };
    let query = finder.query(ui.ctx());
    let found = suggestions(menu, session, context.catalogue, &query);
    let rows: Vec<FinderRow> = found.iter().map(|found| row(found, ui.ctx())).collect();
    match finder.show(ui, &rows) {
        Some(Answer::Chosen(index)) => {
            let node_type = found[index].definition.node_type.clone();
            commands.canvas(CanvasCommand::Choose(node_type));
        }
        Some(Answer::Closed) => commands.canvas(CanvasCommand::CloseMenu),
        None => {}
    }
}

fn title(menu: &AddMenu) -> String {
    match &menu.purpose {
        Purpose::Add => text("add_menu.add").to_owned(),
        Purpose::Insert(_) => text("add_menu.insert").to_owned(),
        Purpose::Connect(end) => text_with(
            "add_menu.connect",
            &[("port", end.endpoint().port.as_str())],
        ),
        Purpose::Swap(_) => text("add_menu.swap").to_owned(),
    }
}

fn suggestions<'a>(
    menu: &AddMenu,
    session: &Session,
    catalogue: &'a Catalogue,
    query: &str,
) -> Vec<Suggestion<'a>> {
    let workflow = session.document.workflow();
    let filter = match &menu.purpose {
        Purpose::Add => AddFilter::Any,
        Purpose::Swap(nodes) => AddFilter::Swap(nodes.clone()),
        Purpose::Insert(edge) => AddFilter::Edge(edge.clone()),
        Purpose::Connect(end) => AddFilter::End(end.clone()),
    };
    add_menu(workflow, catalogue, query, &filter)
}

fn row(suggestion: &Suggestion<'_>, ctx: &EguiContext) -> FinderRow {
    let definition = suggestion.definition;
    let (detail, note) = match &suggestion.reason {
        Some(AddReason::Disabled(reason)) => (reason.clone(), String::new()),
        Some(reason) => (String::new(), reason_text(reason)),
        None => (category_text(definition.category).to_owned(), String::new()),
    };
    FinderRow {
        icon: category_icon(Some(definition.category)),
        color: Theme::of(ctx)
            .palette
            .category(category_key(definition.category)),
        title: definition.label.clone(),
        matched: suggestion.matched.clone(),
        detail,
        note,
        shortcut: None,
        refusal: None,
    }
}

fn reason_text(reason: &AddReason) -> String {
    match reason {
        AddReason::Begins => text("add_menu.begins").to_owned(),
        AddReason::Delivers(kind) => text_with("add_menu.delivers", &[("kind", kind_text(kind))]),
        AddReason::Feeds(node, port) => {
            text_with("add_menu.feeds", &[("node", node), ("port", port.as_str())])
        }
        AddReason::LeadsTo(kind) => text_with("add_menu.leads_to", &[("kind", kind_text(kind))]),
        AddReason::Takes(node, kind) => text_with(
            "add_menu.takes",
            &[("node", node), ("kind", kind_text(kind))],
        ),
        AddReason::Keeps { kept, of } if kept == of => text("add_menu.keeps_all").to_owned(),
        AddReason::Keeps { kept, of } => text_with(
            "add_menu.keeps",
            &[("kept", &kept.to_string()), ("of", &of.to_string())],
        ),
        AddReason::Disabled(reason) => reason.clone(),
    }
}
