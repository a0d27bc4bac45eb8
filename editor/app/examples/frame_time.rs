//! CPU time per frame of the editor's canvas, beside the bare egui-snarl widget with the same nodes in
//! the same run: `cargo run -p hartomat-editor --example frame_time`, with `--quick` for few frames and
//! `--json FILE` for the numbers of the goals. `./x bench` runs it.
//!
//! No window and no GPU: a frame is input, layout and tessellation. The editor's frames hold its menu
//! bar and status bar as well; the bare widget's hold nothing else.

#![allow(clippy::print_stdout)]

#[path = "frame_time/bare.rs"]
mod bare;
#[path = "frame_time/clock.rs"]
mod clock;
#[path = "frame_time/editor.rs"]
mod editor;
#[path = "frame_time/goals.rs"]
mod goals;
#[path = "frame_time/graph.rs"]
mod graph;

use egui::{Event, Modifiers, PointerButton, Pos2, RawInput, Rect, Vec2, pos2};

/// The window, in points.
const WINDOW: Vec2 = Vec2::new(1920.0, 1080.0);
/// Frames that settle what is laid out once.
const WARM_UP: usize = 12;
/// Frames until a drag has begun.
const BEGINNING: usize = 8;
/// Frames that are measured, and with `--quick`.
const MEASURED: [usize; 2] = [60, 12];

/// What counts as not growing: clocks and caches waver.
const NOT_GROWING: f64 = 1.3;

/// Something that draws frames.
trait Subject {
    /// One frame.
    fn frame(&mut self, input: RawInput);
    /// A place on screen where a node can be grasped.
    fn handle(&self) -> Pos2;
    /// Whether a node follows the pointer.
    fn is_dragging(&self) -> bool;
    /// Something is edited before each frame from now on.
    fn edit(&mut self) {}
}

/// Milliseconds of CPU time per frame: the median.
struct Times {
    idle: f64,
    dragging: f64,
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let frames = MEASURED[usize::from(is_quick)];
    println!("ms of CPU per frame (median of {frames}), {WINDOW:?} points\n");
    let mut goals = goals::Goals::default();
    whole(frames, &mut goals);
    near(frames, &mut goals);
    edited(frames);
    goals.print();
    let flag = arguments.iter().position(|argument| argument == "--json");
    let file = flag.and_then(|at| arguments.get(at + 1));
    match file {
        Some(file) => std::fs::write(file, goals.json(frames)),
        None => Ok(()),
    }
}

/// The whole graph in view, beside the bare widget.
fn whole(frames: usize, goals: &mut goals::Goals) {
    println!("whole graph in view");
    println!(
        "{:>7} {:>9} {:>9} {:>7} {:>9} {:>9} {:>7}",
        "nodes", "idle", "bare", "ratio", "dragging", "bare", "ratio"
    );
    for (count, most) in [(60, None), (541, Some(0.5)), (2_000, Some(0.25))] {
        let ours = measure(&mut editor::Editor::whole(count), frames);
        let bare = measure(&mut bare::Bare::new(count), frames);
        let (idle, dragging) = (ours.idle / bare.idle, ours.dragging / bare.dragging);
        println!(
            "{count:>7} {:>9.3} {:>9.3} {idle:>7.3} {:>9.3} {:>9.3} {dragging:>7.3}",
            ours.idle, bare.idle, ours.dragging, bare.dragging,
        );
        if let Some(most) = most {
            goals.add(format!("{count} nodes, idle, to bare"), idle, most);
            goals.add(format!("{count} nodes, dragging, to bare"), dragging, most);
        }
    }
}

/// About twenty nodes in view, of more and more.
fn near(frames: usize, goals: &mut goals::Goals) {
    println!("\nzoomed in on twenty nodes");
    println!(
        "{:>7} {:>9} {:>9} {:>9}",
        "nodes", "idle", "dragging", "panning"
    );
    let mut least = None;
    for count in [541, 2_000, 20_000] {
        let mut subject = editor::Editor::near(count);
        let Times { idle, dragging } = measure(&mut subject, frames);
        let panning = median(&mut subject, frames, panned);
        println!("{count:>7} {idle:>9.3} {dragging:>9.3} {panning:>9.3}");
        let first = *least.get_or_insert([idle, dragging, panning]);
        if count == 20_000 {
            let names = ["idle", "dragging", "panning"];
            for ((name, now), before) in names.iter().zip([idle, dragging, panning]).zip(first) {
                let label = format!("twenty of {count} nodes, {name}, to of 541");
                goals.add(label, now / before, NOT_GROWING);
            }
        }
    }
}

fn edited(frames: usize) {
    println!("\nthe frame after an edit, checks and all");
    for count in [60, 541, 2_000] {
        let mut subject = editor::Editor::whole(count);
        for _ in 0..WARM_UP {
            subject.frame(input(Vec::new()));
        }
        subject.edit();
        let edited = median(&mut subject, frames, |_| Vec::new());
        println!("{count:>7} {edited:>9.3}");
    }
}

fn measure(subject: &mut dyn Subject, frames: usize) -> Times {
    for _ in 0..WARM_UP {
        subject.frame(input(Vec::new()));
    }
    let idle = median(subject, frames, |_| Vec::new());
    let handle = subject.handle();
    subject.frame(input(vec![Event::PointerMoved(handle)]));
    subject.frame(input(vec![button(handle, true)]));
    for step in 1..=BEGINNING {
        subject.frame(input(vec![Event::PointerMoved(dragged(handle, step))]));
    }
    assert!(subject.is_dragging(), "nothing follows the pointer");
    let dragging = median(subject, frames, |step| {
        vec![Event::PointerMoved(dragged(handle, step + BEGINNING))]
    });
    subject.frame(input(vec![button(
        dragged(handle, frames + BEGINNING),
        false,
    )]));
    Times { idle, dragging }
}

fn median(
    subject: &mut dyn Subject,
    frames: usize,
    mut events: impl FnMut(usize) -> Vec<Event>,
) -> f64 {
    let mut times: Vec<f64> = (0..frames)
        .map(|step| {
            let input = input(events(step));
            let before = clock::cpu_ms();
            subject.frame(input);
            clock::cpu_ms() - before
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[frames / 2]
}

fn dragged(handle: Pos2, step: usize) -> Pos2 {
    handle + Vec2::new(step as f32 * 1.5, step as f32)
}

fn panned(step: usize) -> Vec<Event> {
    let at = pos2(900.0, 500.0);
    vec![
        Event::PointerMoved(at),
        Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(if step.is_multiple_of(2) { 5.0 } else { -5.0 }, 3.0),
            phase: egui::TouchPhase::Move,
            modifiers: Modifiers::NONE,
        },
    ]
}

fn button(pos: Pos2, pressed: bool) -> Event {
    Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
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
