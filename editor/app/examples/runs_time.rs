//! CPU time per frame of the runs dock and the log, with a hundred thousand runs in the database
//! against a hundred, and a log of a million lines against a thousand. `bench/editor_runs.py` makes
//! both data folders, starts an agent for each, and runs this.
//!
//! No window and no GPU: a frame is input, layout and tessellation. Both sides are drawn in turn.

#![allow(clippy::print_stdout)]

#[path = "frame_time/clock.rs"]
mod clock;
#[path = "frame_time/goals.rs"]
mod goals;
#[path = "runs_time/side.rs"]
mod side;

use std::path::PathBuf;

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Vec2, pos2};
use hartomat_editor::Action;
use hartomat_editor::runs::{LogCommand, RunsCommand};
use hartomat_schema::RunId;
use side::Side;

/// The window, in points.
const WINDOW: Vec2 = Vec2::new(1920.0, 1080.0);
/// Where the list and the lines are.
const OVER: Pos2 = pos2(560.0, 980.0);
/// Frames that settle what is laid out once.
const WARM_UP: usize = 12;
/// Frames that are measured, and with `--quick`.
const MEASURED: [usize; 2] = [120, 30];
/// The most that the many may take, as a multiple of the few.
const MOST: f64 = 1.5;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)).cloned()
    };
    let folder = |name| PathBuf::from(value(name).expect("both data folders are given"));
    let run = RunId::new(value("--run").expect("a run is given")).expect("it is an id");
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let frames = MEASURED[usize::from(is_quick)];
    let mut sides = [Side::open(folder("--few")), Side::open(folder("--many"))];
    println!("ms of CPU per frame (median of {frames}), {WINDOW:?} points\n");
    let mut goals = goals::Goals::default();
    runs(&mut sides, frames, &mut goals);
    log(&mut sides, &run, frames, &mut goals);
    goals.print();
    match value("--json") {
        Some(file) => std::fs::write(file, goals.json(frames)),
        None => Ok(()),
    }
}

/// The dock with all runs read.
fn runs(sides: &mut [Side; 2], frames: usize, goals: &mut goals::Goals) {
    for side in sides.iter_mut() {
        side.run(Action::ToggleRuns);
        side.read_all_runs();
    }
    let [few, many] = sides.each_ref().map(Side::run_count);
    heading("runs", [few, many]);
    let scrolled = |step: usize| wheel(if step.is_multiple_of(2) { -90.0 } else { 60.0 });
    measure("runs, idle", sides, frames, goals, |_| Vec::new());
    measure("runs, scrolling", sides, frames, goals, scrolled);
}

/// The log with all lines read.
fn log(sides: &mut [Side; 2], run: &RunId, frames: usize, goals: &mut goals::Goals) {
    for side in sides.iter_mut() {
        side.push(RunsCommand::Open(run.clone()));
        side.run(Action::ToggleLog);
        side.read_whole_log();
    }
    let [few, many] = sides.each_ref().map(Side::line_count);
    heading("lines", [few, many]);
    let scrolled = |step: usize| wheel(if step.is_multiple_of(2) { 90.0 } else { -60.0 });
    measure("log, following", sides, frames, goals, |_| Vec::new());
    measure("log, scrolling", sides, frames, goals, scrolled);
    for side in sides.iter_mut() {
        side.push(RunsCommand::Log(LogCommand::Search("line 7".to_owned())));
        side.read_whole_log();
    }
    measure("log, with places found", sides, frames, goals, scrolled);
    measure("log, from place to place", sides, frames, goals, |_| {
        vec![key(Key::F24)]
    });
}

fn heading(what: &str, counts: [usize; 2]) {
    let [few, many] = counts.map(|count| format!("{count} {what}"));
    println!("{:28} {few:>16} {many:>16} {:>7}", "", "ratio");
}

/// Frames of both in turn, so that what else the machine does slows both.
fn measure(
    label: &str,
    sides: &mut [Side; 2],
    frames: usize,
    goals: &mut goals::Goals,
    events: impl Fn(usize) -> Vec<Event>,
) {
    let is_stepping = label.ends_with("place to place");
    let mut times = [Vec::new(), Vec::new()];
    for step in 0..WARM_UP + frames {
        for (side, times) in sides.iter_mut().zip(&mut times) {
            if is_stepping {
                side.push(RunsCommand::Log(LogCommand::Next(true)));
            }
            let input = input(events(step));
            let before = clock::cpu_ms();
            side.frame(input);
            if step >= WARM_UP {
                times.push(clock::cpu_ms() - before);
            }
        }
    }
    let [few, many] = times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    println!("{label:28} {few:>16.3} {many:>16.3} {:>7.3}", many / few);
    goals.add(label.to_owned(), many / few, MOST);
}

fn wheel(delta: f32) -> Vec<Event> {
    vec![
        Event::PointerMoved(OVER),
        Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(0.0, delta),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::NONE,
        },
    ]
}

/// A key that means nothing: the frame has input, as when somebody types.
fn key(key: Key) -> Event {
    Event::Key {
        key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::NONE,
    }
}

fn input(events: Vec<Event>) -> RawInput {
    RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
        events,
        ..RawInput::default()
    }
}
