//! Beneath two videos: how much each frame differs, and what plays them in step.

mod curve;
mod keys;

use egui::{Align, Label, Layout, Rect, RichText, Ui};
use hartomat_compare::CurvePoint;
use hartomat_schema::Verdict;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, mono, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton};

use super::ladder::number_text;
use super::sources::side_text;
use super::stage::note;
use crate::command::Commands;
use crate::compare_view::{CompareCommand, OpenComparison, SPEEDS, Video, VideoCommand};
use crate::messages::{text, text_with};
use crate::parts::{Chooser, verdict_color, verdict_text};
use crate::shell::{plain, sentence};

pub(super) use keys::ROWS;

/// A frame that comes later than this is said to be read, in seconds.
const LATE: f64 = 0.25;

pub(super) fn video_ui(ui: &mut Ui, open: &OpenComparison, video: &Video, commands: &mut Commands) {
    ui.spacing_mut().item_spacing.y = space::S;
    curve::curve_ui(ui, video, commands);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        playing_ui(ui, video, commands);
        place_ui(ui, open, video);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            measured_ui(ui, open, video, commands);
        });
    });
    failure_ui(ui, open, video, commands);
}

fn ask(commands: &mut Commands, command: VideoCommand) {
    commands.compare(CompareCommand::Video(command));
}

fn playing_ui(ui: &mut Ui, video: &Video, commands: &mut Commands) {
    let (icon, words) = match video.is_playing {
        true => (Icon::Pause, text("video.pause")),
        false => (Icon::Run, text("video.play")),
    };
    let buttons = [
        (
            Icon::FrameBefore,
            text("video.before"),
            "←",
            VideoCommand::By(-1),
        ),
        (icon, words, "Space", VideoCommand::PlayOrPause),
        (
            Icon::FrameAfter,
            text("video.after"),
            "→",
            VideoCommand::By(1),
        ),
    ];
    for (icon, words, key, command) in buttons {
        if ui.add(IconButton::new(icon, words).shortcut(key)).clicked() {
            ask(commands, command);
        }
    }
    let is_looping = video.is_looping;
    let button = IconButton::new(Icon::Loop, text("video.loop")).shortcut("O");
    if ui.add(button.on(is_looping)).clicked() {
        ask(commands, VideoCommand::Loop(!is_looping));
    }
    let speed_text = |speed: f64| format!("{speed} ×");
    let chosen = speed_text(video.speed);
    ui.add_space(space::S);
    let chooser = Chooser {
        salt: "video speed",
        name: text("video.speed"),
        chosen: &chosen,
        width: 76.0,
    };
    let response = chooser.show(ui, |ui| {
        for speed in SPEEDS {
            let is_this = (speed - video.speed).abs() < f64::EPSILON;
            if ui.selectable_label(is_this, speed_text(speed)).clicked() {
                ask(commands, VideoCommand::Speed(speed));
            }
        }
    });
    response.on_hover_text(text("video.speed_help"));
}

/// Where one is, and which side is over.
fn place_ui(ui: &mut Ui, open: &OpenComparison, video: &Video) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::M);
    let place = RichText::new(place_text(video, video.frame)).font(mono(size::SMALL_TEXT));
    ui.label(place.color(palette.text_strong));
    for side in 0..2 {
        let count = video.counts[side];
        if count > 0 && video.frame > count {
            let values = [("side", side_text(open, side))];
            let words = text_with("video.is_over", &values);
            let words = RichText::new(words).size(size::SMALL_TEXT);
            ui.label(words.color(palette.severity(Severity::Warning)));
        }
    }
}

/// A frame's number and its time.
fn place_text(video: &Video, frame: u64) -> String {
    let (number, total) = (frame.to_string(), video.total().to_string());
    let seconds = format!("{:.2}", video.seconds(frame));
    let values = [
        ("frame", number.as_str()),
        ("total", &total),
        ("seconds", &seconds),
    ];
    text_with("video.place", &values)
}

/// How much the frame differs, and the way to the one that differs most.
fn measured_ui(ui: &mut Ui, open: &OpenComparison, video: &Video, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some(curve) = &video.curve else {
        if open.comparison.is_some() || open.unmeasured.is_some() {
            let words = RichText::new(text("video.not_measured")).size(size::SMALL_TEXT);
            ui.add(Label::new(words.color(palette.text_weak)).truncate());
        }
        return;
    };
    if curve.points.is_empty() {
        let words = RichText::new(text("video.all_equal")).size(size::SMALL_TEXT);
        ui.label(words.color(verdict_color(&palette, Verdict::Pass)));
        return;
    }
    let worst = TextButton::new(ButtonKind::Secondary, text("video.worst")).icon(Icon::Locate);
    let frame = curve.worst.to_string();
    let help = text_with("video.worst_help", &[("frame", &frame)]);
    if ui
        .add(worst)
        .on_hover_text(format!("{help}  (E)"))
        .clicked()
    {
        ask(commands, VideoCommand::Worst);
    }
    ui.add_space(space::S);
    let (value, color) = match point(video, video.frame) {
        Some(point) => (
            value_text(video, point),
            verdict_color(&palette, point.verdict),
        ),
        None => (text("video.equal").to_owned(), palette.text_weak),
    };
    ui.label(
        RichText::new(value)
            .font(medium(size::SMALL_TEXT))
            .color(color),
    );
    let measure = RichText::new(sentence(&curve.measure)).size(size::SMALL_TEXT);
    ui.add(Label::new(measure.color(palette.text_weak)).truncate());
}

fn point(video: &Video, frame: u64) -> Option<&CurvePoint> {
    let points = &video.curve.as_ref()?.points;
    points.iter().find(|point| point.number == frame)
}

/// What was measured of a frame, what it is held against, and what it amounts to.
fn value_text(video: &Video, point: &CurvePoint) -> String {
    let limit = video.curve.as_ref().and_then(|curve| match point.verdict {
        Verdict::Fail => curve.warn.or(curve.pass),
        _ => curve.pass,
    });
    let value = number_text(point.value);
    let value = match limit {
        Some(limit) => text_with(
            "video.of_limit",
            &[("value", &value), ("limit", &number_text(limit))],
        ),
        None => value,
    };
    format!("{value}  ·  {}", verdict_text(point.verdict))
}

/// Why the frame can't be shown.
fn failure_ui(ui: &mut Ui, open: &OpenComparison, video: &Video, commands: &mut Commands) {
    let Some((side, err)) = video.failure() else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        let again = TextButton::new(ButtonKind::Secondary, text("video.retry")).icon(Icon::Retry);
        if ui.add(again).clicked() {
            ask(commands, VideoCommand::Retry);
        }
        let why = [plain(err)].into_iter().chain(err.hints.iter().cloned());
        let why = why.collect::<Vec<_>>().join("  ·  ");
        let frame = video.frame_of(side, video.frame).to_string();
        let values = [
            ("frame", frame.as_str()),
            ("side", side_text(open, side)),
            ("why", &why),
        ];
        let words = RichText::new(text_with("video.unreadable", &values));
        ui.add(Label::new(words.color(palette.severity(Severity::Error))).wrap());
    });
}

/// While a frame takes its time, that is said: what is seen is the one before.
pub(super) fn reading_ui(ui: &Ui, open: &OpenComparison, stage: Rect) {
    let Some(video) = &open.video else {
        return;
    };
    let Some(since) = video.waits_since() else {
        return;
    };
    let waits = ui.input(|input| input.time) - since;
    if waits < LATE {
        ui.ctx().request_repaint_after_secs((LATE - waits) as f32);
        return;
    }
    let frame = video.frame.to_string();
    note(ui, stage, text_with("video.reading", &[("frame", &frame)]));
}

/// From what was measured to the frame that speaks for the video.
pub(super) fn worst_ui(ui: &mut Ui, open: &OpenComparison, commands: &mut Commands) {
    let curve = open.video.as_ref().and_then(|video| video.curve.as_ref());
    let Some(curve) = curve.filter(|curve| !curve.points.is_empty()) else {
        return;
    };
    let frame = curve.worst.to_string();
    let words = text_with("video.go_to", &[("frame", &frame)]);
    let go = TextButton::new(ButtonKind::Quiet, &words).icon(Icon::Locate);
    if ui.add(go).clicked() {
        ask(commands, VideoCommand::Worst);
    }
}
