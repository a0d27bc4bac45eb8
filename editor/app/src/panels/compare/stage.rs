//! The pictures: tiles of what is in view over a smaller copy of the whole, so that there is never
//! an empty frame. Wheel zooms, drag pans, a double click fits; both pictures move as one.

mod legend;
mod masks;
mod picture;

use egui::{Align2, Color32, CursorIcon, Id, Pos2, Rect, Sense, Stroke, Ui, pos2, vec2};
use hartomat_schema::Verdict;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, size};
use hartomat_ui::widgets::EmptyState;

use super::sources::side_text;
use crate::command::Commands;
use crate::compare_view::{
    CompareCommand, CompareMode, Layer, Measure, OpenComparison, PictureView,
};
use crate::messages::text;
use crate::parts::verdict_color;
use crate::shell::plain;
use picture::Stage;

/// How long each side is shown while blinking, in seconds.
const BLINK: f64 = 0.6;

/// The pixel under the pointer in the last frame.
pub(super) fn hovered_pixel(ctx: &egui::Context) -> Option<[usize; 2]> {
    ctx.data(|data| data.get_temp::<Option<[usize; 2]>>(Id::new("compare pixel")))?
}

pub(super) fn stage_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let rect = ui.available_rect_before_wrap();
    let is_two = open.mode == CompareMode::SideBySide;
    let stages = if is_two {
        let (left, right) = rect.split_left_right_at_fraction(0.5);
        vec![
            left.with_max_x(left.right() - 1.0),
            right.with_min_x(right.left() + 1.0),
        ]
    } else {
        vec![rect]
    };
    let size = stages[0].size();
    if open.stage != size {
        commands.compare(CompareCommand::Resized(size));
    }
    if !is_readable(ui, open) {
        return;
    }
    let response = ui.interact(rect, Id::new("compare pictures"), Sense::click_and_drag());
    hartomat_ui::widgets::name(&response, text("compare.pictures"));
    let Some(view) = open.view else {
        return;
    };
    let mut wanted = Vec::new();
    open.tiles.begin_frame();
    for (number, stage) in stages.iter().enumerate() {
        let mut stage = Stage::new(ui, open, view, *stage, &mut wanted);
        match (open.mode, number) {
            (CompareMode::SideBySide, 0) => stage.paint(Layer::Control, Color32::WHITE),
            (CompareMode::SideBySide, _) => stage.paint(Layer::Candidate, Color32::WHITE),
            (CompareMode::Swipe, _) => swipe(&mut stage, open.share),
            (CompareMode::OnionSkin, _) => {
                stage.paint(Layer::Control, Color32::WHITE);
                stage.paint(
                    Layer::Candidate,
                    Color32::from_white_alpha(alpha(open.share)),
                );
            }
            (CompareMode::Blink, _) => {
                // Both are fetched, so that neither comes late.
                let is_flipped = is_flipped(ui, open);
                stage.fetch(Layer::Control);
                stage.fetch(Layer::Candidate);
                let layer = if is_flipped {
                    Layer::Candidate
                } else {
                    Layer::Control
                };
                stage.paint(layer, Color32::WHITE);
            }
            (CompareMode::Difference, _) => stage.paint(Layer::Difference, Color32::WHITE),
        }
        stage.grid(is_two.then_some(number));
    }
    for (number, stage) in stages.iter().enumerate() {
        spots(ui, open, view, *stage);
        masks::draw(ui, open, view, *stage);
        labels(ui, open, *stage, number);
        if open.mode == CompareMode::Difference {
            legend::legend_ui(ui, open, *stage);
            difference_note(ui, open, *stage);
        }
    }
    if is_two {
        let palette = Theme::of(ui.ctx()).palette;
        let line = Stroke::new(2.0, palette.border_strong);
        ui.painter().vline(rect.center().x, rect.y_range(), line);
    }
    open.tiles.note_missing(wanted.len());
    if !wanted.is_empty() {
        // Coarse ones first: something is seen at once.
        wanted.sort_by_key(|key| std::cmp::Reverse(key.level));
        commands.compare(CompareCommand::Want(wanted));
    }
    for stage in &stages {
        super::video::reading_ui(ui, open, *stage);
    }
    pointer(ui, open, view, (&stages, &response), commands);
}

fn alpha(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn is_flipped(ui: &Ui, open: &OpenComparison) -> bool {
    // Held down, Tab shows the other one.
    let is_held = ui.input(|input| input.key_down(egui::Key::Tab));
    let by_itself = if open.blinks {
        let time = ui.input(|input| input.time);
        ui.ctx().request_repaint_after_secs((BLINK / 4.0) as f32);
        (time / BLINK) as u64 % 2 == 1
    } else {
        open.is_flipped
    };
    by_itself != is_held
}

/// The control to the left of the divider, the candidate to the right.
fn swipe(stage: &mut Stage<'_>, share: f32) {
    let rect = stage.rect;
    let x = rect.left() + rect.width() * share;
    stage.paint_in(rect.with_max_x(x), Layer::Control);
    stage.paint_in(rect.with_min_x(x), Layer::Candidate);
    let palette = Theme::of(stage.ui.ctx()).palette;
    let painter = stage.ui.painter();
    painter.vline(x, rect.y_range(), Stroke::new(2.0, palette.accent_text));
    let at = pos2(x, rect.center().y);
    painter.circle_filled(at, 13.0, palette.accent);
    painter.text(
        at,
        Align2::CENTER_CENTER,
        Icon::Swap.glyph(),
        Icon::font(15.0),
        palette.on_accent,
    );
}

/// Whether there is something to look at; otherwise why not, in words.
fn is_readable(ui: &mut Ui, open: &OpenComparison) -> bool {
    let sides = [&open.control, &open.candidate];
    let reason;
    let (icon, title, help) = match () {
        () if sides.iter().all(|side| !side.is_picture()) => (
            Icon::Shapes,
            text("compare.no_pictures"),
            text("compare.no_pictures_help"),
        ),
        () if sides.iter().any(|side| side.read().is_some()) => return true,
        () => {
            let failed = sides
                .into_iter()
                .find_map(|side| side.pixels.as_ref()?.as_ref().err());
            let Some(err) = failed else {
                ui.centered_and_justified(|ui| ui.spinner());
                return false;
            };
            reason = plain(err);
            (Icon::Error, text("compare.unreadable"), reason.as_str())
        }
    };
    EmptyState {
        icon,
        title,
        text: help,
        button: None,
    }
    .ui(ui);
    false
}

/// Which side is where.
fn labels(ui: &Ui, open: &OpenComparison, stage: Rect, number: usize) {
    let (first, second) = (side_text(open, 0), side_text(open, 1));
    let words: &[(bool, &str)] = match (open.mode, number) {
        (CompareMode::SideBySide, 0) => &[(true, first)],
        (CompareMode::SideBySide, _) => &[(true, second)],
        (CompareMode::Swipe, _) => &[(true, first), (false, second)],
        (CompareMode::Blink, _) if is_flipped(ui, open) => &[(true, second)],
        (CompareMode::Blink, _) => &[(true, first)],
        (CompareMode::OnionSkin, _) => &[(true, text("compare.both"))],
        (CompareMode::Difference, _) => &[(true, text("compare.difference"))],
    };
    for (is_left, words) in words {
        let font = medium(size::SMALL_TEXT);
        let galley = ui
            .painter()
            .layout_no_wrap((*words).to_owned(), font, Color32::WHITE);
        let top = stage.top() + 10.0;
        let left = if *is_left {
            stage.left() + 10.0
        } else {
            stage.right() - galley.size().x - 26.0
        };
        let ground = Rect::from_min_size(pos2(left, top), galley.size() + vec2(16.0, 6.0));
        ui.painter()
            .rect_filled(ground, 4, Color32::from_black_alpha(170));
        ui.painter()
            .galley(ground.min + vec2(8.0, 3.0), galley, Color32::WHITE);
    }
}

/// Why there is no heat map, while there is none.
fn difference_note(ui: &Ui, open: &OpenComparison, stage: Rect) {
    let words = match (&open.perceived, open.look.measure) {
        _ if open.sides().iter().any(|side| side.read().is_none()) => {
            text("compare.needs_both").to_owned()
        }
        (_, Measure::Absolute) | (Some(Ok(Some(_))), _) => return,
        (None, _) if open.is_playing() => text("video.not_perceived").to_owned(),
        (None, _) => text("compare.perceiving").to_owned(),
        (Some(Ok(None)), _) => text("compare.not_perceived").to_owned(),
        (Some(Err(err)), _) => plain(err),
    };
    note(ui, stage, words);
}

/// A sentence over the middle of a picture.
pub(super) fn note(ui: &Ui, stage: Rect, words: String) {
    let font = medium(size::TEXT);
    let room = stage.width() * 0.7;
    let galley = ui.painter().layout(words, font, Color32::WHITE, room);
    let ground = Rect::from_center_size(stage.center(), galley.size() + vec2(28.0, 18.0));
    ui.painter()
        .rect_filled(ground, 6, Color32::from_black_alpha(205));
    ui.painter()
        .galley(ground.min + vec2(14.0, 9.0), galley, Color32::WHITE);
}

/// Frames around the places that the comparison names.
fn spots(ui: &Ui, open: &OpenComparison, view: PictureView, stage: Rect) {
    let palette = Theme::of(ui.ctx()).palette;
    let painter = ui.painter_at(stage);
    for (index, spot) in open.hot_spots.iter().enumerate() {
        let is_here = open.hot_spot == Some(index);
        if spot.verdict == Verdict::Pass && !is_here {
            continue;
        }
        let region = &spot.region;
        let min = pos2(region.x_px as f32, region.y_px as f32);
        let extent = vec2(region.width_px as f32, region.height_px as f32);
        let rect = Rect::from_min_max(
            view.to_screen(min, stage),
            view.to_screen(min + extent, stage),
        );
        let rect = rect.expand(if is_here { 4.0 } else { 2.0 });
        let width = if is_here { 2.5 } else { 1.5 };
        let color = verdict_color(&palette, spot.verdict);
        let kind = egui::StrokeKind::Outside;
        painter.rect_stroke(rect.expand(1.5), 2, Stroke::new(1.0, Color32::BLACK), kind);
        painter.rect_stroke(rect, 2, Stroke::new(width, color), kind);
    }
}

fn pointer(
    ui: &Ui,
    open: &OpenComparison,
    view: PictureView,
    (stages, response): (&[Rect], &egui::Response),
    commands: &mut Commands,
) {
    let at = ui.input(|input| input.pointer.hover_pos());
    let at = at.filter(|_| response.hovered() || response.dragged());
    let stage = at.and_then(|at| stages.iter().find(|stage| stage.contains(at)));
    let pixel = at
        .zip(stage)
        .and_then(|(at, stage)| pixel(open, view.to_picture(at, *stage)));
    let key = Id::new("compare pixel");
    ui.data_mut(|data| data.insert_temp(key, pixel));
    let drawn_on = stage.or(stages.first());
    let is_drawing =
        drawn_on.is_some_and(|stage| masks::pointer(ui, open, (view, *stage), response, commands));
    if response.double_clicked() && !is_drawing {
        commands.compare(CompareCommand::Fit);
        return;
    }
    let (Some(at), Some(stage)) = (at, stage) else {
        return;
    };
    if open.mode == CompareMode::Swipe && !is_drawing && drags_divider(ui, open, *stage, response) {
        let share = (at.x - stage.left()) / stage.width();
        commands.compare(CompareCommand::Share(share));
        return;
    }
    let pans = !is_drawing || ui.input(|input| input.pointer.middle_down());
    if response.dragged() && pans {
        let view = view.panned(response.drag_delta());
        commands.compare(CompareCommand::View(view));
    }
    let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
    let factor = (wheel / 240.0).exp() * pinch;
    if factor != 1.0 && response.hovered() {
        commands.compare(CompareCommand::View(view.zoomed(factor, at, *stage)));
    }
}

/// Whether the divider follows the pointer: from a press near it until the button is let go.
fn drags_divider(ui: &Ui, open: &OpenComparison, stage: Rect, response: &egui::Response) -> bool {
    let x = stage.left() + stage.width() * open.share;
    let is_near = |at: Pos2| (at.x - x).abs() < 14.0;
    let key = Id::new("compare divider");
    if response.hovered()
        && ui
            .input(|input| input.pointer.hover_pos())
            .is_some_and(is_near)
    {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    if response.drag_started() {
        let begun = ui
            .input(|input| input.pointer.press_origin())
            .is_some_and(is_near);
        ui.data_mut(|data| data.insert_temp(key, begun));
    }
    let is_its = ui.data(|data| data.get_temp(key)).unwrap_or(false);
    response.dragged() && is_its
}

fn pixel(open: &OpenComparison, at: Pos2) -> Option<[usize; 2]> {
    let size = open.size()?;
    let is_inside = at.x >= 0.0 && at.y >= 0.0 && at.x < size.x && at.y < size.y;
    is_inside.then_some([at.x as usize, at.y as usize])
}
