//! The window: its size and place as they were.

mod photographer;

pub use photographer::Picture;

use std::path::PathBuf;

use egui::{IconData, ViewportBuilder, ViewportCommand};
use hartomat_schema::WorkflowId;

use crate::App;
use crate::backend::Library;
use crate::command::Command;
use crate::compare_view::{CompareCommand, CompareSource};
use crate::messages;
use crate::preferences::{PreferencesFile, WindowPlace};
use crate::shell::{PreferenceChange, ShellCommand, ShellOptions, ShellState};
use crate::state::State;
use photographer::Photographer;

/// Size of the first window, in points.
const FIRST_SIZE: [f32; 2] = [1360.0, 800.0];
/// The icon of the window: `./x icons` makes it.
const ICON: &[u8] = include_bytes!("../../../icons/128.png");

/// How the window is opened.
pub struct WindowOptions {
    /// Drafts, preferences, the link to the runtime.
    pub shell: ShellOptions,
    /// A document to open.
    pub open: Option<PathBuf>,
    /// A saved workflow to open.
    pub workflow: Option<WorkflowId>,
    /// Two files to set beside each other.
    pub compare: Option<[PathBuf; 2]>,
    /// A picture to take instead of waiting for a person.
    pub picture: Option<Picture>,
    /// Whether to say when the first frame is on screen, and leave: for measuring.
    pub is_only_first_frame: bool,
}

/// Opens the window and returns when it is closed.
pub fn open(options: WindowOptions) -> eframe::Result {
    let preferences = PreferencesFile::peek(&options.shell.folder.preferences());
    messages::read_ahead(
        preferences
            .language
            .resolve(options.shell.locale.as_deref()),
    );
    let library = options.shell.folder.library();
    let library = std::thread::spawn(move || Library::read(&library));
    let place = preferences.window;
    let size = options.picture.as_ref().map(|picture| picture.size);
    let native = eframe::NativeOptions {
        viewport: viewport(place, size),
        renderer: eframe::Renderer::Wgpu,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(
        "hartomat-editor",
        native,
        Box::new(|created| {
            let copy = library.join().unwrap_or_default();
            let mut shell = ShellState::with_library(options.shell, copy, &created.egui_ctx);
            if let Some(window) = created.winit_window().cloned() {
                shell.set_parent(Box::new(move |dialog| dialog.set_parent(&window)));
            }
            let state = State::new(shell);
            let mut app = App::new(state);
            app.prepare(&created.egui_ctx);
            let has_file = options.open.is_some();
            if let Some(path) = options.open {
                app.push(Command::Shell(ShellCommand::OpenFile(path)));
            }
            if let Some(id) = options.workflow {
                app.push(Command::Shell(ShellCommand::OpenLibrary(id)));
            }
            if let Some(files) = options.compare {
                let sources = Box::new(files.map(CompareSource::File));
                app.push(Command::Compare(CompareCommand::Open(sources)));
            }
            let window = Window {
                app,
                photographer: options
                    .picture
                    .map(|picture| Photographer::new(picture, has_file)),
                place,
                is_only_first_frame: options.is_only_first_frame,
            };
            Ok(Box::new(window))
        }),
    )
}

fn viewport(place: Option<WindowPlace>, size: Option<[f32; 2]>) -> ViewportBuilder {
    let builder = ViewportBuilder::default()
        .with_title("HartOMat Studio")
        .with_app_id("hartomat-editor")
        .with_icon(icon())
        .with_min_inner_size([720.0, 480.0]);
    if let Some(size) = size {
        return builder.with_inner_size(size);
    }
    let Some(place) = place.filter(WindowPlace::is_sensible) else {
        return builder.with_inner_size(FIRST_SIZE);
    };
    let builder = builder.with_inner_size(place.size);
    let builder = builder.with_maximized(place.maximized);
    match place.position {
        Some(position) => builder.with_position(position),
        None => builder,
    }
}

fn icon() -> IconData {
    eframe::icon_data::from_png_bytes(ICON).expect("it is made from the master and looked at")
}

/// The editor in its window.
struct Window {
    app: App,
    photographer: Option<Photographer>,
    place: Option<WindowPlace>,
    is_only_first_frame: bool,
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if self.is_only_first_frame {
            leave_after_the_first_frame(&ctx);
        }
        if let Some(photographer) = &mut self.photographer {
            photographer.direct(&mut self.app, &ctx);
        } else {
            self.remember_place(&ctx);
        }
        self.app.frame_ui(ui);
        self.title(&ctx);
    }
}

/// Says that the first frame was presented once the second one begins, and ends the program there.
fn leave_after_the_first_frame(ctx: &egui::Context) {
    if ctx.cumulative_frame_nr() > 0 {
        eprintln!("first frame");
        std::process::exit(0);
    }
    ctx.request_repaint();
}

impl Window {
    /// The title names the workflow.
    fn title(&self, ctx: &egui::Context) {
        let session = self.app.state().session.as_ref();
        let title = match session {
            Some(session) => {
                let name = &session.document.workflow().name;
                let mark = if session.document.is_dirty() {
                    "● "
                } else {
                    ""
                };
                let run = crate::runs::window_mark(self.app.state());
                format!("{run}{mark}{name} – HartOMat Studio")
            }
            None => "HartOMat Studio".to_owned(),
        };
        ctx.accesskit_node_builder(egui::accesskit_root_id(), |node| {
            node.set_label(title.as_str());
        });
        let shown = ctx.data(|data| data.get_temp::<String>(egui::Id::new("title")));
        if shown.as_ref() != Some(&title) {
            ctx.data_mut(|data| data.insert_temp(egui::Id::new("title"), title.clone()));
            ctx.send_viewport_cmd(ViewportCommand::Title(title));
        }
    }

    fn remember_place(&mut self, ctx: &egui::Context) {
        let place = ctx.input(|input| {
            let viewport = input.viewport();
            let inner = viewport.inner_rect?;
            Some(WindowPlace {
                position: viewport.outer_rect.map(|rect| [rect.min.x, rect.min.y]),
                size: [inner.width(), inner.height()],
                maximized: viewport.maximized.unwrap_or(false),
            })
        });
        let is_moving = ctx.input(|input| input.pointer.any_down());
        if let Some(place) = place.filter(|place| place.is_sensible())
            && Some(place) != self.place
            && !is_moving
        {
            self.place = Some(place);
            let change = PreferenceChange::Window(place);
            self.app.push(Command::Shell(ShellCommand::Prefer(change)));
        }
    }
}
