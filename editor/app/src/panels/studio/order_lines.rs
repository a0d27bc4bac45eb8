//! The lines of an order, and what was made of each.

use egui::{Label, RichText, Sense, Ui, Vec2};
use hartomat_api::OrderLineDetail;
use hartomat_schema::{ArtifactKind, MediaAsset, OrderStatus};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Status, Theme, medium, size, space};
use hartomat_ui::widgets::{
    ButtonKind, IconButton, TextButton, Thumbnail, badge_ui, status_badge_ui,
};

use crate::Context;
use crate::command::Commands;
use crate::messages::{text, text_with};
use crate::parts::{verdict_color, verdict_icon, verdict_text};
use crate::runs::RunsCommand;
use crate::studio_view::{PictureOf, StudioCommand};

/// Size of a picture, in points.
const PICTURE: Vec2 = Vec2::new(132.0, 99.0);

pub(super) fn line_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    detail: &OrderLineDetail,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let line = &detail.line;
    ui.horizontal(|ui| {
        let id = RichText::new(line.id.as_str()).font(medium(size::TEXT));
        ui.label(id.color(palette.text_strong));
        status_badge_ui(ui, status_of(detail.status), status_text(detail.status));
        if let Some(verdict) = detail.verdict {
            let words = format!(
                "{} {}",
                verdict_icon(verdict).glyph(),
                verdict_text(verdict)
            );
            badge_ui(ui, &words, verdict_color(&palette, verdict));
        }
    });
    let entries = context.shell.library().order_lines.iter();
    let mut entries = entries.filter(|entry| entry.id == line.id);
    let entry = entries.next();
    let values = [
        (
            "product",
            entry.map_or(line.product.as_str(), |it| it.product.as_str()),
        ),
        (
            "output_type",
            entry.map_or(line.output_type.as_str(), |it| it.output_type.as_str()),
        ),
        ("who", line.requested_by.as_str()),
    ];
    let words = RichText::new(text_with("orders.line", &values));
    ui.add(Label::new(words.color(palette.text_weak)).wrap());
    ui.add_space(space::XS);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::M);
        for asset in &detail.media_assets {
            ui.push_id(asset.id.as_str(), |ui| {
                asset_ui(ui, context, asset, commands)
            });
        }
    });
    links_ui(ui, detail, commands);
}

fn links_ui(ui: &mut Ui, detail: &OrderLineDetail, commands: &mut Commands) {
    ui.horizontal(|ui| {
        let quiet = |words| TextButton::new(ButtonKind::Quiet, words);
        if let Some((run, _)) = &detail.last_run {
            let open = quiet(text("rollout.open_run")).icon(Icon::History);
            if ui.add(open).on_hover_text(run.as_str()).clicked() {
                commands.studio(StudioCommand::ShowRun(run.clone()));
            }
            let compare = quiet(text("orders.compare")).icon(Icon::Difference);
            if detail.verdict.is_some() && ui.add(compare).clicked() {
                commands.studio(StudioCommand::ShowComparison(run.clone()));
            }
        }
        let resolve = quiet(text("orders.resolve")).icon(Icon::Provenance);
        if ui.add(resolve).clicked() {
            commands.studio(StudioCommand::Resolve(detail.line.id.clone(), None));
        }
    });
}

/// A picture that opens what it shows, and its name.
fn asset_ui(ui: &mut Ui, context: &Context<'_>, asset: &MediaAsset, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.vertical(|ui| {
        ui.set_width(PICTURE.x);
        ui.spacing_mut().item_spacing.y = 2.0;
        let of = PictureOf::Asset(asset.id.clone());
        let open = text_with("runs.open_outside", &[("name", &asset.name)]);
        let picture = Thumbnail {
            picture: context.studio.picture(&of),
            size: PICTURE,
            name: &open,
            is_selected: false,
        };
        let frame = picture.ui(ui);
        let has_picture = [ArtifactKind::IMAGE, ArtifactKind::VIDEO].contains(&asset.kind);
        if has_picture && ui.is_rect_visible(frame.rect) && !context.studio.is_picture_asked(&of) {
            commands.studio(StudioCommand::WantPicture(Box::new(asset.clone())));
        }
        if frame
            .interact(Sense::click())
            .on_hover_text(&open)
            .clicked()
        {
            commands.runs(RunsCommand::OpenAsset(Box::new(asset.clone())));
        }
        ui.horizontal(|ui| {
            let save = text_with("runs.save_artifact", &[("name", &asset.name)]);
            let name = RichText::new(&asset.name).size(size::SMALL_TEXT);
            let room = Vec2::new(PICTURE.x - 28.0, 20.0);
            ui.allocate_ui(room, |ui| {
                ui.set_width(room.x);
                let name = Label::new(name.color(palette.text)).truncate();
                ui.add(name).on_hover_text(&asset.path);
            });
            let save = IconButton::new(Icon::Save, &save).small();
            if ui.add(save).clicked() {
                commands.runs(RunsCommand::AskSaveAsset(Box::new(asset.clone())));
            }
        });
    });
}

pub(super) fn status_text(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::Open => text("orders.open"),
        OrderStatus::InProgress => text("orders.in_progress"),
        OrderStatus::Failed => text("orders.failed"),
        OrderStatus::Delivered => text("orders.done"),
    }
}

pub(super) fn status_of(status: OrderStatus) -> Status {
    match status {
        OrderStatus::Open => Status::Waiting,
        OrderStatus::InProgress => Status::Running,
        OrderStatus::Failed => Status::Failed,
        OrderStatus::Delivered => Status::Succeeded,
    }
}
