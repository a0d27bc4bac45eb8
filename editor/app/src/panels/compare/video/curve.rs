//! How much each frame differs, as a bar for each, or for several where there are more frames than points:
//! what is at the pointer is told, a click or a drag goes there. Which frames were read is a line beneath.

use egui::accesskit::{Action, Role};
use egui::{
    Align2, Color32, CursorIcon, EventFilter, Key, Painter, Rect, Response, Sense, Shape, Stroke,
    Ui, pos2, vec2,
};
use hartomat_compare::{CurvePoint, VideoCurve};
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
        together: together(video.total(), plot.width()),
    };
    curve.painter.rect_filled(plot, 4, palette.field);
    curve.read(rect);
    if let Some(measured) = &video.curve {
        let top = top(measured);
        curve.bars(measured, top);
        curve.limits(measured, top);
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

/// How many frames share a bar, so that none is narrower than a point.
fn together(total: u64, width: f32) -> u64 {
    total.div_ceil((width as u64).max(1))
}

/// The first of the frames that share a bar with this one.
fn first(frame: u64, together: u64) -> u64 {
    let frame = frame.max(1) - 1;
    frame - frame % together + 1
}

/// What is to be seen of frames: of those that share a bar, the first one's number, the largest value and the
/// worst verdict. Frames beyond the last one aren't seen.
fn bars(points: &[CurvePoint], total: u64, together: u64) -> Vec<CurvePoint> {
    let mut bars = vec![None::<CurvePoint>; total.div_ceil(together) as usize];
    for point in points {
        let number = first(point.number, together);
        let Some(bar) = bars.get_mut(((number - 1) / together) as usize) else {
            continue;
        };
        let (value, verdict) = match bar {
            Some(bar) => (bar.value.max(point.value), bar.verdict.and(point.verdict)),
            None => (point.value, point.verdict),
        };
        *bar = Some(CurvePoint {
            number,
            value,
            verdict,
        });
    }
    bars.into_iter().flatten().collect()
}

/// The value at the upper edge: a little more than what is largest, so that limits are seen.
fn top(measured: &VideoCurve) -> f64 {
    let values = measured.points.iter().map(|point| point.value);
    let most = values.fold(0.0, f64::max);
    let limit = measured.pass.unwrap_or_default();
    (most.max(limit) * 1.15).max(f64::MIN_POSITIVE)
}

struct Drawing<'a> {
    painter: Painter,
    palette: &'a Palette,
    video: &'a Video,
    plot: Rect,
    /// How many frames share a bar.
    together: u64,
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
        (share.max(0.0) as u64)
            .saturating_add(1)
            .min(self.video.total())
    }

    /// Width of a bar.
    fn bar(&self) -> f32 {
        self.step() * self.together as f32
    }

    /// Which frames are there already.
    fn read(&self, rect: Rect) {
        let line = rect.with_min_y(rect.bottom() - READ);
        self.painter.rect_filled(line, 1, self.palette.field);
        let mut drawn = None;
        for frame in self.video.read() {
            let first = first(frame, self.together);
            if drawn.replace(first) == Some(first) {
                continue;
            }
            let left = self.left(first);
            let part = line.with_min_x(left).with_max_x(left + self.bar());
            self.painter
                .rect_filled(part, 0, self.palette.border_strong);
        }
    }

    fn y(&self, top: f64, value: f64) -> f32 {
        let share = (value / top).clamp(0.0, 1.0);
        self.plot.bottom() - share as f32 * self.plot.height()
    }

    fn bars(&self, measured: &VideoCurve, top: f64) {
        let gap = if self.step() > 4.0 { 1.0 } else { 0.0 };
        for bar in bars(&measured.points, self.video.total(), self.together) {
            let left = self.left(bar.number);
            // What differs at all is seen.
            let top = self.y(top, bar.value).min(self.plot.bottom() - 2.0);
            let right = left + (self.bar() - gap).max(1.0);
            let rect = Rect::from_min_max(pos2(left, top), pos2(right, self.plot.bottom()));
            let color = match bar.verdict {
                Verdict::Pass => self.palette.border_strong,
                verdict => verdict_color(self.palette, verdict),
            };
            self.painter.rect_filled(rect, 0, color);
        }
    }

    /// Up to where frames pass, and up to where they warn. Where any difference is too much there is no line.
    fn limits(&self, measured: &VideoCurve, top: f64) {
        let warn = measured.warn.filter(|warn| Some(*warn) != measured.pass);
        let mut taken: Option<Rect> = None;
        for (limit, words) in [
            (measured.pass, text("video.passes")),
            (warn, text("video.warns")),
        ] {
            let is_seen = |limit: &f64| *limit > 0.0 && *limit <= top;
            let Some(limit) = limit.filter(is_seen) else {
                continue;
            };
            let y = self.y(top, limit).min(self.plot.bottom() - 1.0);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn point(number: u64, value: f64, verdict: Verdict) -> CurvePoint {
        CurvePoint {
            number,
            value,
            verdict,
        }
    }

    #[test]
    fn each_frame_has_a_bar_where_there_is_room() {
        let points = [
            point(1, 0.1, Verdict::Pass),
            point(36, 0.2, Verdict::Warn),
            point(37, 0.9, Verdict::Fail),
        ];
        assert_eq!(together(36, 900.0), 1);
        assert_eq!(bars(&points, 36, 1), points[..2], "there is no frame 37");
    }

    #[test]
    fn an_hour_has_no_more_bars_than_points_and_its_worst_frame_is_seen() {
        let total = 72_000;
        let number = 40_007;
        let points = (1..=total).map(|frame| match frame {
            frame if frame == number => point(frame, 0.9, Verdict::Fail),
            frame => point(frame, 0.1, Verdict::Pass),
        });
        let points: Vec<_> = points.collect();
        let together = together(total, 900.0);
        let bars = bars(&points, total, together);
        assert_eq!((together, bars.len()), (80, 900));
        let bad: Vec<_> = bars.iter().filter(|bar| bar.value > 0.5).collect();
        assert_eq!(bad, [&point(40_001, 0.9, Verdict::Fail)]);
    }
}
