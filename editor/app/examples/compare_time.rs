//! CPU time per frame of the comparison with two pictures of 8192 × 8192 pixels, beside the same with
//! two of 512 × 512 in the same run: `cargo run -p hartomat-editor --example compare_time`, with
//! `--quick` for few frames and `--json FILE` for the numbers of the goals. `./x bench` runs it.
//!
//! No window and no GPU: a frame is input, layout, tessellation and handing over textures. Reading,
//! cutting into tiles and counting happen on threads of their own, while frames go on.

#![allow(clippy::print_stdout)]

#[path = "frame_time/clock.rs"]
mod clock;
#[path = "frame_time/goals.rs"]
mod goals;
#[path = "compare_time/pair.rs"]
mod pair;

use std::time::Duration;

use hartomat_editor::compare_view::{CompareCommand, CompareMode};

use pair::Pair;

/// Frames that are measured, and with `--quick`.
const MEASURED: [usize; 2] = [120, 40];
/// Longest sides of the pictures.
const SIDES: [u32; 2] = [8192, 512];
/// The most that a frame with large pictures may cost, to one with small ones.
const MOST: f64 = 1.5;
/// Time between two frames.
const PACE: Duration = Duration::from_millis(8);

/// Milliseconds of CPU time per frame, the median, and tiles.
struct Measured {
    cpu_ms: f64,
    in_view: usize,
    /// The most that became textures in one frame.
    uploaded: u64,
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let frames = MEASURED[usize::from(is_quick)];
    println!("ms of CPU per frame (median of {frames}), two pictures beside each other\n");
    let mut pairs = Vec::new();
    for side in SIDES {
        let pair = Pair::open(side)?;
        println!(
            "{side:>5} px: first seen after {:>6.0} ms, {:>5.0} MB resident",
            pair.first_seen_ms,
            clock::resident_mb(),
        );
        pairs.push(pair);
    }
    println!(
        "\n{:24} {:>9} {:>9} {:>7} {:>12} {:>14}",
        "", "8192 px", "512 px", "ratio", "tiles in view", "most uploaded"
    );
    let mut goals = goals::Goals::default();
    for (mode, name) in [
        (CompareMode::SideBySide, "side by side"),
        (CompareMode::Swipe, "swipe"),
        (CompareMode::Difference, "difference"),
    ] {
        for (doing, step) in [("panning", panned as Step), ("zooming", zoomed as Step)] {
            let [large, small] = [0, 1].map(|index: usize| {
                let pair = &mut pairs[index];
                pair.look(mode);
                measure(pair, frames, step)
            });
            let ratio = large.cpu_ms / small.cpu_ms;
            let label = format!("{name}, {doing}");
            println!(
                "{label:24} {:>9.3} {:>9.3} {ratio:>7.3} {:>6} / {:<6} {:>6} / {:<6}",
                large.cpu_ms,
                small.cpu_ms,
                large.in_view,
                small.in_view,
                large.uploaded,
                small.uploaded,
            );
            goals.add(format!("{label}, 8192 px to 512 px"), ratio, MOST);
        }
    }
    goals.print();
    let flag = arguments.iter().position(|argument| argument == "--json");
    match flag.and_then(|at| arguments.get(at + 1)) {
        Some(file) => std::fs::write(file, goals.json(frames)),
        None => Ok(()),
    }
}

type Step = fn(usize) -> CompareCommand;

/// There and back, so that both pairs stay on screen.
fn panned(step: usize) -> CompareCommand {
    let way = if (step / 10).is_multiple_of(2) {
        1.0
    } else {
        -1.0
    };
    CompareCommand::Pan(egui::vec2(14.0, 9.0) * way)
}

/// From all of the picture to close up, and back.
fn zoomed(step: usize) -> CompareCommand {
    let is_closer = (step / 20).is_multiple_of(2);
    CompareCommand::Zoom(if is_closer { 1.12 } else { 1.0 / 1.12 })
}

fn measure(pair: &mut Pair, frames: usize, step: Step) -> Measured {
    pair.settle();
    let mut times = Vec::with_capacity(frames);
    let (mut in_view, mut uploaded) = (0, 0);
    for number in 0..frames {
        let before = pair.uploaded();
        times.push(pair.frame(Some(step(number))));
        in_view = in_view.max(pair.in_view());
        uploaded = uploaded.max(pair.uploaded() - before);
        std::thread::sleep(PACE);
    }
    times.sort_by(f64::total_cmp);
    Measured {
        cpu_ms: times[frames / 2],
        in_view,
        uploaded,
    }
}
