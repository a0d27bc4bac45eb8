//! Orders, and the one that is looked at.

use egui::{Id, Label, RichText, Ui};
use hartomat_api::{OrderDetail, OrderEntry};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{ButtonKind, EmptyState, TextButton, VirtualList, status_badge_ui};

use super::answer::{known_ui, listed_ui};
use super::order_lines::{line_ui, status_of, status_text};
use super::{card, column_ui, list_and_detail_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, count_with, text};
use crate::studio_view::StudioCommand;

/// Height of a row.
const ROW: f32 = 52.0;
/// Widest that an order gets, in points.
const WIDTH: f32 = 860.0;

pub(super) fn orders_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let empty = EmptyState {
        icon: Icon::File,
        title: text("orders.empty"),
        text: text("orders.empty_help"),
        button: Some(text("orders.import")),
    };
    let begin = || commands.studio(StudioCommand::AskImport);
    let Some(known) = listed_ui(ui, &context.studio.orders, empty, begin) else {
        return;
    };
    list_and_detail_ui(
        ui,
        ("order panes", text("orders.divider")),
        commands,
        |ui, commands| list_ui(ui, context, known, commands),
        |ui, commands| {
            column_ui(ui, "order", WIDTH, |ui| {
                if let Some(order) = known_ui(ui, &context.studio.order_detail) {
                    card(ui, |ui| order_ui(ui, context, order, commands));
                }
            });
        },
    );
}

fn list_ui(ui: &mut Ui, context: &Context<'_>, known: &[OrderEntry], commands: &mut Commands) {
    egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
        let import = TextButton::new(ButtonKind::Secondary, text("orders.import"));
        let import = ui.add(import.icon(Icon::Import));
        if import.on_hover_text(text("orders.import_help")).clicked() {
            commands.studio(StudioCommand::AskImport);
        }
        ui.add_space(space::S);
        let chosen = context.studio.order.as_ref();
        let chosen = chosen.and_then(|id| known.iter().position(|it| it.order.id == *id));
        let list = VirtualList::new(Id::new("orders"), text("studio.orders"), known.len());
        let answer = list.selected(chosen).row_height(ROW).show(
            ui,
            |index| {
                let entry = &known[index];
                format!("{}, {}", entry.order.id, status_text(entry.status))
            },
            |ui, index| row_ui(ui, &known[index]),
        );
        if let Some(index) = answer.selected {
            commands.studio(StudioCommand::SelectOrder(known[index].order.id.clone()));
        }
    });
}

fn row_ui(ui: &mut Ui, entry: &OrderEntry) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            let id = RichText::new(entry.order.id.as_str()).font(medium(size::TEXT));
            let id = Label::new(id.color(palette.text_strong));
            ui.add(id.selectable(false));
            status_badge_ui(ui, status_of(entry.status), status_text(entry.status));
        });
        let lines = usize::try_from(entry.lines).unwrap_or(usize::MAX);
        let delivered = entry.delivered.to_string();
        let words = count_with("orders.delivered", lines, &[("done", &delivered)]);
        let words = match entry.order.customer.as_str() {
            "" => words,
            customer => format!("{customer}  ·  {words}"),
        };
        let words = RichText::new(words).size(size::SMALL_TEXT);
        let words = Label::new(words.color(palette.text_weak));
        ui.add(words.selectable(false).truncate());
    });
}

fn order_ui(ui: &mut Ui, context: &Context<'_>, order: &OrderDetail, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        let title = RichText::new(order.order.id.as_str()).font(semibold(18.0));
        ui.label(title.color(palette.text_strong));
        status_badge_ui(ui, status_of(order.status), status_text(order.status));
    });
    let lines = count("orders.lines", order.lines.len());
    let parts = [
        order.order.customer.as_str(),
        &order.order.at.date(),
        &lines,
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    let words = RichText::new(parts.collect::<Vec<_>>().join("  ·  "));
    ui.label(words.size(size::SMALL_TEXT).color(palette.text_weak));
    for line in &order.lines {
        ui.add_space(space::M);
        ui.separator();
        ui.add_space(space::S);
        line_ui(ui, context, line, commands);
    }
}
