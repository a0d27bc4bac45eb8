//! Orders with their lines and what was made of each, and lists of them from elsewhere.

use egui::{Id, Label, RichText, ScrollArea, Ui};
use hartomat_api::{ImportOutcome, OrderDetail, OrderEntry, OrderLineDetail};
use hartomat_schema::OrderStatus;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, semibold, size, space};
use hartomat_ui::widgets::{
    ButtonKind, Dialog, DialogAnswer, EmptyState, Panes, PanesDirection, TextButton, VirtualList,
    status_badge_ui,
};

use super::{card, section_ui};
use crate::Context;
use crate::command::Commands;
use crate::messages::{count, text, text_with};
use crate::parts::refused_ui;
use crate::studio_view::StudioCommand;

/// Height of a row.
const ROW: f32 = 52.0;
/// Rows of a list that are shown before it is taken in.
const SHOWN: usize = 200;

pub(super) fn orders_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let orders = &context.studio.orders;
    if let Some(err) = orders.error() {
        refused_ui(ui, err);
        return;
    }
    let Some(known) = orders.known() else {
        ui.centered_and_justified(egui::Ui::spinner);
        return;
    };
    if known.is_empty() {
        let empty = EmptyState {
            icon: Icon::File,
            title: text("orders.empty"),
            text: text("orders.empty_help"),
            button: Some(text("orders.import")),
        };
        if empty.ui(ui) {
            commands.studio(StudioCommand::AskImport);
        }
        return;
    }
    let mut of_detail = Commands::default();
    let panes = Panes::new(
        Id::new("order panes"),
        PanesDirection::Row,
        text("orders.divider"),
    );
    panes.share(0.34).least(280.0).show(
        ui,
        |ui| list_ui(ui, context, known, commands),
        |ui| detail_ui(ui, context, &mut of_detail),
    );
    for command in of_detail.drain() {
        commands.push(command);
    }
}

fn list_ui(ui: &mut Ui, context: &Context<'_>, known: &[OrderEntry], commands: &mut Commands) {
    egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
        let import = TextButton::new(ButtonKind::Secondary, text("orders.import"));
        if ui.add(import).clicked() {
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
            let id = RichText::new(entry.order.id.as_str()).color(palette.text_strong);
            ui.add(Label::new(id).selectable(false));
            status_badge_ui(ui, status_of(entry.status), status_text(entry.status));
        });
        let lines = usize::try_from(entry.lines).unwrap_or(usize::MAX);
        let delivered = entry.delivered.to_string();
        let words = crate::messages::count_with("orders.delivered", lines, &[("done", &delivered)]);
        let words = match entry.order.customer.as_str() {
            "" => words,
            customer => format!("{customer}  ·  {words}"),
        };
        let words = RichText::new(words).size(size::SMALL_TEXT);
        ui.add(
            Label::new(words.color(palette.text_weak))
                .selectable(false)
                .truncate(),
        );
    });
}

fn detail_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    ScrollArea::vertical()
        .id_salt("order")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
                if let Some(err) = context.studio.order_detail.error() {
                    refused_ui(ui, err);
                }
                match context.studio.order_detail.known() {
                    Some(order) => card(ui, |ui| order_ui(ui, order, commands)),
                    None if context.studio.order.is_some() => {
                        ui.spinner();
                    }
                    None => {
                        let palette = Theme::of(ui.ctx()).palette;
                        let words = RichText::new(text("orders.choose")).color(palette.text_weak);
                        ui.label(words);
                    }
                }
            });
        });
}

fn order_ui(ui: &mut Ui, order: &OrderDetail, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        let title = RichText::new(order.order.id.as_str()).font(semibold(18.0));
        ui.label(title.color(palette.text_strong));
        status_badge_ui(ui, status_of(order.status), status_text(order.status));
    });
    section_ui(ui, &count("orders.lines", order.lines.len()));
    for line in &order.lines {
        line_ui(ui, line, commands);
        ui.add_space(space::S);
    }
}

fn line_ui(ui: &mut Ui, detail: &OrderLineDetail, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let line = &detail.line;
    ui.horizontal(|ui| {
        status_badge_ui(ui, status_of(detail.status), status_text(detail.status));
        ui.label(RichText::new(line.id.as_str()).color(palette.text_strong));
        let words = text_with(
            "orders.line",
            &[
                ("product", line.product.as_str()),
                ("output_type", line.output_type.as_str()),
            ],
        );
        ui.label(RichText::new(words).color(palette.text_weak));
        if let Some((run, _)) = &detail.last_run {
            let open = TextButton::new(ButtonKind::Quiet, text("rollout.open_run"));
            if ui.add(open).clicked() {
                commands.studio(StudioCommand::ShowRun(run.clone()));
            }
        }
    });
    for asset in &detail.media_assets {
        ui.horizontal(|ui| {
            ui.add_space(space::L);
            ui.label(Icon::File.text(14.0).color(palette.text_weak));
            ui.add(Label::new(&asset.name)).on_hover_text(&asset.path);
        });
    }
}

fn status_text(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Open => text("orders.open"),
        OrderStatus::InProgress => text("orders.in_progress"),
        OrderStatus::Failed => text("orders.failed"),
        OrderStatus::Delivered => text("orders.done"),
    }
}

fn status_of(status: OrderStatus) -> Status {
    match status {
        OrderStatus::Open => Status::Waiting,
        OrderStatus::InProgress => Status::Running,
        OrderStatus::Failed => Status::Failed,
        OrderStatus::Delivered => Status::Succeeded,
    }
}

/// What would come of a list, before it is taken in.
pub(super) fn import_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let Some(import) = &context.studio.import else {
        return;
    };
    let report = import.report.known();
    let of = |outcome| report.map_or(0, |report| report.count(outcome));
    let taken = of(ImportOutcome::New) + of(ImportOutcome::Replaced);
    let confirm = count("orders.take_in", taken);
    let dialog = Dialog::new(
        Id::new("import orders"),
        text("orders.import_title"),
        &confirm,
        text("review.cancel"),
    );
    let can_confirm = taken > 0 && !import.is_sent;
    let answer = dialog
        .width(560.0)
        .can_confirm(can_confirm)
        .show(ctx, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            if let Some(err) = import.report.error() {
                refused_ui(ui, err);
            }
            let Some(report) = report else {
                if import.report.error().is_none() {
                    ui.spinner();
                }
                return;
            };
            let palette = Theme::of(ui.ctx()).palette;
            let refused = of(ImportOutcome::Refused);
            let words = [
                count("orders.new", of(ImportOutcome::New)),
                count("orders.replaced", of(ImportOutcome::Replaced)),
                count("orders.unchanged", of(ImportOutcome::Unchanged)),
                count("orders.refused", refused),
            ];
            ui.label(words.join("  ·  "));
            ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                let rows = report.rows.iter();
                for row in rows.filter(|row| row.message.is_some()).take(SHOWN) {
                    let number = row.row.to_string();
                    let words = text_with(
                        "orders.row",
                        &[
                            ("row", &number),
                            ("why", row.message.as_deref().unwrap_or_default()),
                        ],
                    );
                    let color = palette.severity(Severity::Error);
                    ui.add(Label::new(RichText::new(words).color(color)).wrap());
                }
            });
            if refused > 0 {
                let words = RichText::new(text("orders.refused_help"));
                ui.label(words.color(palette.text_weak));
            }
        });
    match answer {
        Some(DialogAnswer::Confirmed) => commands.studio(StudioCommand::Import),
        Some(_) => commands.studio(StudioCommand::DismissImport),
        None => {}
    }
}
