//! An editor without a screen, linked to the agent of a data folder.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::RawInput;
use hartomat_api::{AccessToken, ApiError, Backend, HttpClient, HttpOptions};
use hartomat_editor::backend::AgentConnector;
use hartomat_editor::files::EditorFolder;
use hartomat_editor::preferences::Layout;
use hartomat_editor::runs::RunsCommand;
use hartomat_editor::{
    Action, App, Command, PreferenceChange, ShellCommand, ShellOptions, ShellState, State,
};
use hartomat_schema::WorkflowId;

/// How long a thread is waited for between two frames.
const PAUSE: Duration = Duration::from_millis(2);

/// One of the two.
pub(crate) struct Side {
    ctx: egui::Context,
    app: App,
    /// Preferences lie apart from the agent's data.
    _folder: tempfile::TempDir,
}

impl Side {
    /// The canonical still, with the dock below the canvas.
    pub(crate) fn open(data_dir: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let ctx = egui::Context::default();
        let options = ShellOptions {
            connector: Box::new(AgentConnector::new(EditorFolder::new(data_dir), client)),
            folder: EditorFolder::new(folder.path()),
            locale: None,
        };
        let mut side = Self {
            app: App::new(State::new(ShellState::new(options, &ctx))),
            ctx,
            _folder: folder,
        };
        side.until(|state| !state.catalogue.nodes.is_empty());
        let layout = Layout {
            bottom_open: false,
            mini_map_open: false,
            ..Layout::default()
        };
        let change = PreferenceChange::Layout(Box::new(layout));
        side.shell(ShellCommand::Prefer(change));
        let still = WorkflowId::literal("canonical-still");
        side.shell(ShellCommand::OpenLibrary(still));
        side.until(|state| state.session.is_some());
        side
    }

    pub(crate) fn frame(&mut self, input: RawInput) {
        let mut output = self.ctx.run_ui(input, |ui| self.app.frame_ui(ui));
        output.textures_delta.clear();
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(primitives);
    }

    fn until(&mut self, holds: impl Fn(&State) -> bool) {
        while !holds(self.app.state()) {
            self.frame(crate::input(Vec::new()));
            std::thread::sleep(PAUSE);
        }
    }

    fn shell(&mut self, command: ShellCommand) {
        self.app.push(Command::Shell(command));
    }

    pub(crate) fn run(&mut self, action: Action) {
        self.app.push(Command::Run(action));
    }

    pub(crate) fn push(&mut self, command: RunsCommand) {
        self.app.push(Command::Runs(command));
    }

    /// Reads page after page, to the oldest run.
    pub(crate) fn read_all_runs(&mut self) {
        self.until(|state| state.runs.list.is_read && !state.runs.list.is_asking());
        while self.app.state().runs.list.has_more() {
            let before = self.app.state().runs.list.read_count();
            self.push(RunsCommand::More);
            // The last page may be empty.
            self.until(|state| {
                let list = &state.runs.list;
                list.read_count() > before || !list.has_more()
            });
        }
    }

    /// Reads and searches to the last line.
    pub(crate) fn read_whole_log(&mut self) {
        let mut resting = 0;
        // A page may still be on its way while nothing is to be gone through.
        while resting < 25 {
            let before = self.state();
            self.frame(crate::input(Vec::new()));
            std::thread::sleep(PAUSE * 5);
            resting = if self.state() == before {
                resting + 1
            } else {
                0
            };
        }
    }

    fn state(&self) -> [usize; 3] {
        let view = self.app.state().runs.view.as_ref();
        view.map_or([0; 3], |view| {
            let log = &view.log;
            [log.read_count(), log.len(), log.found_count()]
        })
    }

    pub(crate) fn run_count(&self) -> usize {
        self.app.state().runs.list.len()
    }

    pub(crate) fn line_count(&self) -> usize {
        self.state()[1]
    }
}

/// A client of the agent at an address.
fn client(address: &str, token: &str) -> Result<Arc<dyn Backend>, ApiError> {
    let options = HttpOptions::new(address).token(AccessToken::new(token)?);
    Ok(Arc::new(HttpClient::connect(options)?))
}
