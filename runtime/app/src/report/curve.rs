//! The curve of a video's difference as a drawing within a page: a bar for each frame that differs, the
//! limits that they are held against, and the worst frame. It measures what the editor's curve measures.

use std::fmt::Write as _;

use hartomat_compare::{CurvePoint, VideoCurve, video_curve};
use hartomat_schema::{Comparison, Verdict};

use super::markup::{escape, number};

/// Width and height of the drawing, and of what is around the bars: left, top, right, bottom.
const SIZE: [f64; 2] = [900.0, 190.0];
const AROUND: [f64; 4] = [52.0, 20.0, 8.0, 38.0];
/// How many marks an axis has about.
const MARKS: f64 = 4.0;
const MARKS_OF_TIME: f64 = 10.0;

/// How much each frame differs, in the order of time; nothing where no frames were measured.
pub(super) fn curve(html: &mut String, output: &Comparison) {
    let numbers = output.measured.video.as_ref();
    let (Some(numbers), Some(curve)) = (numbers, video_curve(output)) else {
        return;
    };
    if curve.points.is_empty() || numbers.compared == 0 {
        return;
    }
    let plot = Plot::new(&curve, numbers.compared, numbers.fps);
    let measure = escape(&curve.measure);
    let (differ, all) = (curve.points.len(), numbers.compared);
    let [width, height] = SIZE;
    // Writing to a string never fails.
    let _ = writeln!(
        html,
        "<figure class=\"curve\"><figcaption>Difference of each frame: {measure}\
         <small>{differ} of {all} frames differ</small></figcaption>\n\
         <svg viewBox=\"0 0 {width} {height}\" width=\"100%\" role=\"img\" \
         aria-label=\"Difference of each frame: {measure}\">"
    );
    plot.axes(html);
    for point in &curve.points {
        plot.bar(html, point);
    }
    plot.limits(html, &curve);
    if let Some(worst) = curve.points.iter().find(|it| it.number == curve.worst) {
        plot.worst(html, worst);
    }
    html.push_str("</svg></figure>\n");
}

struct Plot {
    /// Edges of the bars' field.
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    /// Width of a frame.
    step: f64,
    /// The value at the upper edge.
    most: f64,
    frames: u64,
    fps: f64,
}

impl Plot {
    fn new(curve: &VideoCurve, frames: u64, fps: f64) -> Self {
        let [left, top, right, bottom] = AROUND;
        let values = curve.points.iter().map(|point| point.value);
        let most = values.fold(0.0, f64::max);
        // A little more than what is largest, so that limits are seen.
        let most = (most.max(curve.pass.unwrap_or_default()) * 1.15).max(f64::MIN_POSITIVE);
        let right = SIZE[0] - right;
        Self {
            left,
            right,
            top,
            bottom: SIZE[1] - bottom,
            step: (right - left) / float(frames),
            most,
            frames,
            fps,
        }
    }

    fn x(&self, frame: u64) -> f64 {
        self.left + float(frame.max(1) - 1) * self.step
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - (value / self.most).clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    /// Values on the left, frames and seconds below.
    fn axes(&self, html: &mut String) {
        let (left, right, bottom) = (self.left, self.right, self.bottom);
        let step = plain_step(self.most / MARKS);
        let mut value = 0.0;
        while value <= self.most {
            let (y, at) = (self.y(value), self.left - 8.0);
            let text = number(value);
            let _ = writeln!(
                html,
                "<path class=\"axis\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>\
                 <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                y + 4.0
            );
            value += step;
        }
        let step = plain_step(float(self.frames) / MARKS_OF_TIME).max(1.0) as u64;
        let marks = (1..).map(|place| place * step);
        let marks = std::iter::once(1).chain(marks.skip_while(|frame| *frame <= 1));
        for frame in marks.take_while(|frame| *frame <= self.frames) {
            let x = self.x(frame) + self.step / 2.0;
            let time = match self.fps > 0.0 {
                true => format!("{:.2} s", float(frame - 1) / self.fps),
                false => String::new(),
            };
            let _ = writeln!(
                html,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{frame}</text>\
                 <text class=\"soft\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{time}</text>",
                bottom + 15.0,
                bottom + 29.0,
            );
        }
    }

    fn bar(&self, html: &mut String, point: &CurvePoint) {
        let gap = if self.step > 4.0 { 1.0 } else { 0.0 };
        // What differs at all is seen.
        let top = self.y(point.value).min(self.bottom - 2.0);
        let _ = writeln!(
            html,
            "<rect class=\"{}\" x=\"{:.2}\" y=\"{top:.2}\" width=\"{:.2}\" height=\"{:.2}\">\
             <title>frame {}: {}, {}</title></rect>",
            color(point.verdict),
            self.x(point.number),
            (self.step - gap).max(1.0),
            self.bottom - top,
            point.number,
            number(point.value),
            point.verdict.as_str(),
        );
    }

    /// Up to where frames pass, and up to where they warn. Where any difference is too much there is no line.
    fn limits(&self, html: &mut String, curve: &VideoCurve) {
        let warn = curve.warn.filter(|warn| Some(*warn) != curve.pass);
        for (limit, words, share) in [
            (curve.pass, "passes up to", 0.0),
            (warn, "warns up to", 0.3),
        ] {
            let is_seen = |limit: &f64| *limit > 0.0 && *limit <= self.most;
            let Some(limit) = limit.filter(is_seen) else {
                continue;
            };
            let (left, right, y) = (self.left, self.right, self.y(limit));
            let at = right - 6.0 - share * (right - left);
            let _ = writeln!(
                html,
                "<path class=\"limit\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>\
                 <text class=\"on-bars\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"end\">{words} {}</text>",
                y - 4.0,
                number(limit),
            );
        }
    }

    /// A mark above the worst frame, with its number; on the side where there is room.
    fn worst(&self, html: &mut String, point: &CurvePoint) {
        let (x, y) = (self.x(point.number) + self.step / 2.0, self.top - 3.0);
        let is_left = x < (self.left + self.right) / 2.0;
        let (anchor, at) = if is_left {
            ("start", x + 8.0)
        } else {
            ("end", x - 8.0)
        };
        let (frame, value) = (point.number, number(point.value));
        let _ = writeln!(
            html,
            "<path class=\"mark\" d=\"M{:.1} {:.1}h10l-5 7z\"/>\
             <text class=\"on-bars\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">\
             worst: frame {frame}, {value}</text>",
            x - 5.0,
            y - 7.0,
            y - 1.0,
        );
    }
}

/// The class of a bar: a frame that passes needs no colour of its own.
fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "bar",
        Verdict::Warn => "bar warn",
        Verdict::Fail => "bar fail",
        Verdict::Inconclusive => "bar inconclusive",
    }
}

/// 1, 2 or 5 times a power of ten, at least this.
fn plain_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let mut steps = [1.0, 2.0, 5.0].into_iter().map(|step| step * power);
    let found = steps.find(|step| *step >= least * (1.0 - 1e-9));
    found.unwrap_or(10.0 * power)
}

#[expect(clippy::cast_precision_loss, reason = "frames are few")]
fn float(frames: u64) -> f64 {
    frames as f64
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
    fn bars_limits_and_the_worst_frame_stand_where_they_belong() {
        let curve = VideoCurve {
            measure: "FLIP of the worst tile".to_owned(),
            pass: Some(0.2),
            warn: Some(0.5),
            points: vec![point(3, 0.25, Verdict::Warn), point(10, 0.8, Verdict::Fail)],
            worst: 10,
        };
        let plot = Plot::new(&curve, 10, 5.0);
        let mut html = String::new();
        plot.bar(&mut html, &curve.points[0]);
        assert!(html.contains("class=\"bar warn\" x=\"220.00\""), "{html}");
        assert!(html.contains("frame 3: 0.25, warn"), "{html}");
        plot.limits(&mut html, &curve);
        assert!(html.contains("passes up to 0.2<"), "{html}");
        assert!(html.contains("warns up to 0.5<"), "{html}");
        plot.worst(&mut html, &curve.points[1]);
        assert!(html.contains("worst: frame 10, 0.8<"), "{html}");
        let mut axes = String::new();
        plot.axes(&mut axes);
        for text in [">0.5<", ">1<", ">10<", ">1.80 s<"] {
            assert!(axes.contains(text), "{text} in {axes}");
        }
    }

    #[test]
    fn marks_stand_at_plain_numbers() {
        for (least, step) in [(0.013, 0.02), (0.5, 0.5), (3.0, 5.0), (7.0, 10.0)] {
            assert!((plain_step(least) - step).abs() < 1e-9, "{least}");
        }
    }
}
