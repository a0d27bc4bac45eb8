//! How much each frame differs, as a bar for each: what is at the pointer is told, a click or a drag
//! goes there. Which frames were read is a line beneath.

use egui::accesskit::{Action, Role};
use egui::{
    Align2, Color32, CursorIcon, EventFilter, Key, Painter, Rect, Response, Sense, Shape, Stroke,
    Ui, pos2, vec2,
};
use hartomat_compare::VideoCurve;
use hartomat_schema::Verdict;
use hartomat_ui::theme::{Palette, Theme, regular, size};
use hartomat_ui::widgets::{describe, focus_ring};

use super::{ask, place_text, point, value_text};
use crate::command::Commands;
use crate::compare_view::{Video, VideoCommand};
use crate::messages::text;
use crate::parts::verdict_color;

/// Height of the bars.
const HEIGHT: f32 = 64.0;
/// Height of the line that says which frames were read.
const READ: f32 = 3.0;

pub(super) fn curve_ui(ui: &mut Ui, video: &Video, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let room = vec2(ui.available_width(), HEIGHT + READ + 2.0);
    let (rect, response) = ui.allocate_exact_size(room, Sense::click_and_drag());
    access(ui, &response, video);
    let plot = rect.with_max_y(rect.top() + HEIGHT);
    let curve = Drawing {
        painter: ui.painter_at(rect),
        palette: &palette,
        video,
        plot,
    };
    curve.painter.rect_filled(plot, 4, palette.field);
    curve.read(rect);
    if let Some(measured) = &video.curve {
        curve.bars(measured);
        curve.limits(measured);
    }
    curve.head(video.frame);
    focus_ring(ui, &response, 4);
    let at = response.hover_pos().or(response.interact_pointer_pos());
    let hovered = at.map(|at| curve.frame_at(at.x));
    if let Some(frame) = hovered {
        ui.ctx().set_cursor_icon(CursorIcon::PointingHand);
        curve.pointed(frame);
        if response.clicked() || response.dragged() {
            ask(commands, VideoCommand::GoTo(frame));
        }
    }
    step_keys(ui, &response, commands);
    if let Some(frame) = hovered {
        response.on_hover_text_at_pointer(frame_text(video, frame));
    }
}

/// What is known of a frame, in a line.
fn frame_text(video: &Video, frame: u64) -> String {
    let place = place_text(video, frame);
    let place = place.trim_start();
    match (point(video, frame), &video.curve) {
        (Some(found), _) => format!("{place}  ·  {}", value_text(video, found)),
        (None, Some(_)) => format!("{place}  ·  {}", text("video.equal")),
        (None, None) => place.to_owned(),
    }
}

fn access(ui: &Ui, response: &Response, video: &Video) {
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_role(Role::Slider);
        node.set_label(text("video.curve"));
        node.set_min_numeric_value(1.0);
        node.set_max_numeric_value(video.total() as f64);
        node.set_numeric_value(video.frame as f64);
        node.set_numeric_value_step(1.0);
        node.add_action(Action::Increment);
        node.add_action(Action::Decrement);
    });
    describe(response, &frame_text(video, video.frame));
}

/// With the keyboard on it, arrows go from frame to frame.
fn step_keys(ui: &Ui, response: &Response, commands: &mut Commands) {
    let id = response.id;
    let has_focus = response.has_focus();
    if has_focus {
        let filter = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
    }
    let by = ui.input(|input| {
        let keys = |key| if has_focus { input.num_presses(key) } else { 0 };
        let asked = |action| input.num_accesskit_action_requests(id, action);
        let more = keys(Key::ArrowRight) + asked(Action::Increment);
        let less = keys(Key::ArrowLeft) + asked(Action::Decrement);
        more as i64 - less as i64
    });
    if by != 0 {
        ask(commands, VideoCommand::By(by));
    }
}

struct Drawing<'a> {
    painter: Painter,
    palette: &'a Palette,
    video: &'a Video,
    plot: Rect,
}

impl Drawing<'_> {
    fn step(&self) -> f32 {
        self.plot.width() / self.video.total() as f32
    }

    fn left(&self, frame: u64) -> f32 {
        self.plot.left() + (frame.max(1) - 1) as f32 * self.step()
    }

    fn frame_at(&self, x: f32) -> u64 {
        let share = (x - self.plot.left()) / self.step();
        (share.max(0.0) as u64 + 1).min(self.video.total())
    }

    /// Which frames are there already.
    fn read(&self, rect: Rect) {
        let line = rect.with_min_y(rect.bottom() - READ);
        self.painter.rect_filled(line, 1, self.palette.field);
        for frame in (1..=self.video.total()).filter(|frame| self.video.is_there(*frame)) {
            let left = self.left(frame);
            let part = line.with_min_x(left).with_max_x(left + self.step());
            self.painter
                .rect_filled(part, 0, self.palette.border_strong);
        }
    }

    /// The value at the upper edge: a little more than what is largest, so that limits are seen.
    fn top(measured: &VideoCurve) -> f64 {
        let values = measured.points.iter().map(|point| point.value);
        let most = values.fold(0.0, f64::max);
        let limit = measured.pass.unwrap_or_default();
        (most.max(limit) * 1.15).max(f64::MIN_POSITIVE)
    }

    fn y(&self, measured: &VideoCurve, value: f64) -> f32 {
        let share = (value / Self::top(measured)).clamp(0.0, 1.0);
        self.plot.bottom() - share as f32 * self.plot.height()
    }

    fn bars(&self, measured: &VideoCurve) {
        let gap = if self.step() > 4.0 { 1.0 } else { 0.0 };
        for point in &measured.points {
            let left = self.left(point.number);
            // What differs at all is seen.
            let top = self.y(measured, point.value).min(self.plot.bottom() - 2.0);
            let right = left + (self.step() - gap).max(1.0);
            let bar = Rect::from_min_max(pos2(left, top), pos2(right, self.plot.bottom()));
            let color = match point.verdict {
                Verdict::Pass => self.palette.border_strong,
                verdict => verdict_color(self.palette, verdict),
            };
            self.painter.rect_filled(bar, 0, color);
        }
    }

    /// Up to where frames pass, and up to where they warn. Where any difference is too much there is no line.
    fn limits(&self, measured: &VideoCurve) {
        let warn = measured.warn.filter(|warn| Some(*warn) != measured.pass);
        let mut taken: Option<Rect> = None;
        for (limit, words) in [
            (measured.pass, text("video.passes")),
            (warn, text("video.warns")),
        ] {
            let is_seen = |limit: &f64| *limit > 0.0 && *limit <= Self::top(measured);
            let Some(limit) = limit.filter(is_seen) else {
                continue;
            };
            let y = self.y(measured, limit).min(self.plot.bottom() - 1.0);
            let line = [pos2(self.plot.left(), y), pos2(self.plot.right(), y)];
            let stroke = Stroke::new(1.0, self.palette.text_weak);
            self.painter
                .extend(Shape::dashed_line(&line, stroke, 5.0, 4.0));
            let font = regular(size::SMALL_TEXT - 1.0);
            let color = self.palette.text;
            let galley = self.painter.layout_no_wrap(words.to_owned(), font, color);
            // Above the line, or below where there is no room; beside another's words.
            let is_above = y - galley.size().y - 2.0 > self.plot.top();
            let (align, y) = match is_above {
                true => (Align2::RIGHT_BOTTOM, y - 1.0),
                false => (Align2::RIGHT_TOP, y + 1.0),
            };
            let mut place = align.anchor_size(pos2(self.plot.right() - 6.0, y), galley.size());
            if let Some(other) = taken.filter(|other| other.intersects(place)) {
                place = place.translate(vec2(other.left() - place.right() - 14.0, 0.0));
            }
            taken = Some(place);
            let ground = self.palette.field.gamma_multiply(0.85);
            self.painter
                .rect_filled(place.expand2(vec2(3.0, 0.0)), 2, ground);
            self.painter.galley(place.min, galley, color);
        }
    }

    /// The frame that is looked at.
    fn head(&self, frame: u64) {
        let x = self.left(frame) + self.step() / 2.0;
        let stroke = Stroke::new(2.0, self.palette.accent_text);
        self.painter.vline(x, self.plot.y_range(), stroke);
        let top = self.plot.top();
        let corners = [vec2(-5.0, 0.0), vec2(5.0, 0.0), vec2(0.0, 7.0)];
        let corners = corners.map(|corner| pos2(x, top) + corner);
        let color = self.palette.accent_text;
        let triangle = Shape::convex_polygon(corners.to_vec(), color, Stroke::NONE);
        self.painter.add(triangle);
    }

    /// The frame under the pointer.
    fn pointed(&self, frame: u64) {
        let left = self.left(frame);
        let column = self
            .plot
            .with_min_x(left)
            .with_max_x(left + self.step().max(2.0));
        let color = Color32::from_rgba_unmultiplied(128, 128, 128, 60);
        self.painter.rect_filled(column, 0, color);
    }
}
