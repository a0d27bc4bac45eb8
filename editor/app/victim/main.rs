//! Edits a workflow without a window until it is killed, and says which gestures are durable.
//!
//! It is the editor itself that runs here: frames, commands, drafts. Only the screen is missing.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hartomat_api::{ApiError, Backend, ErrorKind};
use hartomat_editor::backend::Connector;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::{App, Command, EditCommand, ShellCommand, ShellOptions, ShellState, State};
use hartomat_schema::Family;

mod story;

/// There is no runtime; the editor works with the copy of its library.
struct Nowhere;

impl Connector for Nowhere {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        Err(ApiError::new(ErrorKind::Unreachable, "nobody is there"))
    }
}

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("a data folder"));
    let ctx = egui::Context::default();
    let options = ShellOptions {
        folder: EditorFolder::new(folder),
        connector: Box::new(Nowhere),
        locale: None,
    };
    let mut app = App::new(State::new(ShellState::new(options, &ctx)));
    app.push(Command::Shell(ShellCommand::OpenEmpty(Family::OrderLine)));
    frame(&ctx, &mut app);
    for number in 1.. {
        let edit = story::gesture(number);
        if number % 3 == 0 {
            // A drag: previews, and a commit at its end.
            for _ in 0..3 {
                app.push(Command::Edit(EditCommand::Preview(edit.clone())));
                frame(&ctx, &mut app);
            }
            app.push(Command::Edit(EditCommand::Commit));
        } else {
            app.push(Command::Edit(EditCommand::Apply(edit)));
        }
        frame(&ctx, &mut app);
        // Now and then gestures come faster than the disk.
        if number % 5 != 0 {
            wait_until_durable(&app);
            say(number);
        }
    }
}

fn frame(ctx: &egui::Context, app: &mut App) {
    let input = egui::RawInput::default();
    let mut drawn = ctx.run_ui(input, |ui| app.frame_ui(ui));
    drawn.textures_delta.clear();
}

fn wait_until_durable(app: &App) {
    let begun = Instant::now();
    loop {
        let status = app
            .state()
            .shell
            .open()
            .and_then(|open| open.draft_status());
        if status.is_some_and(|status| status.is_durable()) {
            return;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "the draft isn't written"
        );
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// Tells the test that this gesture outlives the process.
fn say(number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{number}")
        .and_then(|()| out.flush())
        .expect("the test listens");
}
