//! The last comparisons as small pictures of what the graph made, framed in the colour of the verdict. A
//! click opens the comparison; where there is no picture, the colour alone stands for it.

use egui::{
    Align2, Color32, Pos2, Rect, Response, RichText, Sense, Stroke, StrokeKind, Ui, Vec2, vec2,
};
use hartomat_schema::{Verdict, VerdictMark};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, radius, regular, size};
use hartomat_ui::widgets::{Thumbnail, focus_ring, name};

use crate::Context;
use crate::command::Commands;
use crate::messages::text;
use crate::parts::{verdict_color, verdict_icon, verdict_text};
use crate::studio_view::{PictureOf, StudioCommand};

/// Size of a mark in a row of them, and of one beside its sentence.
pub(super) const SMALL: Vec2 = vec2(30.0, 24.0);
pub(super) const LARGE: Vec2 = vec2(56.0, 42.0);
/// Room between marks.
const GAP: f32 = 3.0;

/// As many of the last verdicts as there is room for, the newest at the right.
pub(super) fn marks_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    marks: &[VerdictMark],
    commands: &mut Commands,
) {
    let room = (ui.available_width() + GAP) / (SMALL.x + GAP);
    ui.horizontal(|ui| {
        ui.set_min_height(SMALL.y);
        ui.spacing_mut().item_spacing.x = GAP;
        for mark in marks.iter().take(room.max(1.0) as usize).rev() {
            mark_ui(ui, context, mark, SMALL, commands);
        }
    });
}

/// One of them.
pub(super) fn mark_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    mark: &VerdictMark,
    size: Vec2,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = verdict_color(&palette, mark.verdict);
    let words = words(mark);
    let of = PictureOf::Run(mark.run.clone());
    let response = match context.studio.picture(&of) {
        Some(picture) => framed_ui(ui, picture, mark, size),
        None => {
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let square = Rect::from_center_size(rect.center(), Vec2::splat(size.y.min(16.0)));
            // What was looked at is hollow, so that colour alone doesn't say it.
            if mark.reviewed {
                let stroke = Stroke::new(1.5, color);
                let inside = StrokeKind::Inside;
                ui.painter().rect_stroke(square, 2.0, stroke, inside);
            } else {
                ui.painter().rect_filled(square, 2.0, color);
            }
            focus_ring(ui, &response, radius::SMALL);
            response
        }
    };
    name(&response, &words);
    if ui.is_rect_visible(response.rect) && !context.studio.is_picture_asked(&of) {
        commands.studio(StudioCommand::WantRunPicture(mark.run.clone()));
    }
    if response.clicked() {
        commands.studio(StudioCommand::ShowComparison(mark.run.clone()));
    }
    response.on_hover_ui(|ui| {
        ui.label(RichText::new(words).color(palette.text_strong));
        ui.label(mark.sentence.replace('`', ""));
        let help = RichText::new(text("rollout.open_comparison")).size(size::SMALL_TEXT);
        ui.label(help.color(palette.text_weak));
    });
}

/// A picture with a frame in the verdict's colour; what isn't a pass has its icon as well.
fn framed_ui(
    ui: &mut Ui,
    picture: (egui::TextureId, Vec2),
    mark: &VerdictMark,
    size: Vec2,
) -> Response {
    let palette = Theme::of(ui.ctx()).palette;
    let thumbnail = Thumbnail {
        picture: Some(picture),
        size,
        name: "",
        is_selected: false,
    };
    let response = thumbnail.ui(ui);
    let color = verdict_color(&palette, mark.verdict);
    let frame = Stroke::new(2.0, color);
    let inside = StrokeKind::Inside;
    ui.painter().rect_stroke(response.rect, 2.0, frame, inside);
    let round = (size.y / 6.0).clamp(5.0, 7.0);
    if mark.verdict != Verdict::Pass {
        let at = response.rect.right_bottom() - Vec2::splat(round);
        corner(ui, (at, round), verdict_icon(mark.verdict), color);
    }
    if mark.reviewed {
        let at = response.rect.left_bottom() + vec2(round, -round);
        corner(ui, (at, round), Icon::Shown, palette.text_strong);
    }
    response
}

/// A small icon on a round ground of its own.
fn corner(ui: &Ui, (at, round): (Pos2, f32), icon: Icon, color: Color32) {
    let palette = Theme::of(ui.ctx()).palette;
    let painter = ui.painter();
    painter.circle_filled(at, round, palette.panel);
    let font = regular(round * 1.6);
    painter.text(at, Align2::CENTER_CENTER, icon.glyph(), font, color);
}

/// When, what was found, and whether somebody has looked at it.
fn words(mark: &VerdictMark) -> String {
    let mut words = format!("{}  {}", mark.at.date(), verdict_text(mark.verdict));
    if mark.reviewed {
        words = format!("{words}  ·  {}", text("rollout.reviewed"));
    }
    words
}
