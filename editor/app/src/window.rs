//! The window: its size and place as they were, and pictures of it for the documentation.

use std::path::PathBuf;

use egui::{IconData, UserData, ViewportBuilder, ViewportCommand};

use crate::backend::Connection;
use crate::command::{self, Action, Command};
use crate::preferences::{PreferencesFile, WindowPlace};
use crate::shell::{PreferenceChange, ShellCommand, ShellOptions, ShellState};
use crate::state::State;
use crate::{App, Session};

/// Size of the first window, in points.
const FIRST_SIZE: [f32; 2] = [1440.0, 900.0];
/// The icon of the window: `./x icons` makes it.
const ICON: &[u8] = include_bytes!("../../../icons/128.png");
/// Frames that a picture waits for layout and textures.
const FRAMES_BEFORE_PICTURE: u32 = 8;
/// Frames that a picture waits for what may never come, such as a runtime.
const FRAMES_OF_PATIENCE: u32 = 600;

/// How the window is opened.
pub struct WindowOptions {
    /// Drafts, preferences, the link to the runtime.
    pub shell: ShellOptions,
    /// A document to open.
    pub open: Option<PathBuf>,
    /// A picture to take instead of waiting for a person.
    pub picture: Option<Picture>,
    /// Whether to say when the first frame is on screen, and leave: for measuring.
    pub is_only_first_frame: bool,
}

/// A picture of the window, for the documentation.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The PNG file to write.
    pub file: PathBuf,
    /// Size of the window, in points.
    pub size: [f32; 2],
    /// Keys of commands to run first, such as `fit_all`.
    pub commands: Vec<String>,
    /// Nodes to select first.
    pub select: Vec<String>,
    /// Nodes to bring into view first.
    pub near: Vec<String>,
    /// A template to start from.
    pub template: Option<String>,
}

/// Opens the window and returns when it is closed.
pub fn open(options: WindowOptions) -> eframe::Result {
    let place = PreferencesFile::peek(&options.shell.folder.preferences()).window;
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
            let state = State::new(ShellState::new(options.shell, &created.egui_ctx));
            let mut app = App::new(state);
            app.prepare(&created.egui_ctx);
            let has_file = options.open.is_some();
            if let Some(path) = options.open {
                app.push(Command::Shell(ShellCommand::OpenFile(path)));
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
                format!("{mark}{name} – HartOMat Studio")
            }
            None => "HartOMat Studio".to_owned(),
        };
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

/// Brings the editor into a state, takes its picture and closes the window.
struct Photographer {
    picture: Picture,
    stage: Stage,
    frames: u32,
    /// Whether a workflow has to be open in the picture.
    wants_session: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Commands,
    Settling,
    Waiting,
}

impl Photographer {
    fn new(picture: Picture, has_file: bool) -> Self {
        Self {
            wants_session: has_file || picture.template.is_some(),
            picture,
            stage: Stage::Opening,
            frames: 0,
        }
    }

    fn direct(&mut self, app: &mut App, ctx: &egui::Context) {
        ctx.request_repaint();
        self.frames += 1;
        match self.stage {
            Stage::Opening => self.open(app),
            Stage::Commands if self.frames > FRAMES_BEFORE_PICTURE => self.command(app),
            Stage::Settling if self.frames > FRAMES_BEFORE_PICTURE => {
                ctx.send_viewport_cmd(ViewportCommand::Screenshot(UserData::default()));
                self.go(Stage::Waiting);
            }
            Stage::Waiting => self.save(ctx),
            Stage::Commands | Stage::Settling => {}
        }
    }

    fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.frames = 0;
    }

    fn open(&mut self, app: &mut App) {
        let has_library = !app.state().shell.library().catalogue.nodes.is_empty();
        if let Some(template) = self.picture.template.take_if(|_| has_library)
            && let Ok(id) = hartomat_schema::WorkflowId::new(template)
        {
            app.push(Command::Shell(ShellCommand::OpenTemplate(id)));
        }
        let is_ready = !self.wants_session || app.state().session.is_some();
        let is_ready = is_ready && *app.state().shell.connection() != Connection::Connecting;
        // Whoever waits for what never comes still gets a picture.
        if is_ready && self.frames > FRAMES_BEFORE_PICTURE || self.frames > FRAMES_OF_PATIENCE {
            self.go(Stage::Commands);
        }
    }

    fn command(&mut self, app: &mut App) {
        if let Some(session) = &app.state().session {
            let near = select(session, &self.picture.near);
            let select = select(session, &self.picture.select);
            if !self.picture.near.is_empty() {
                app.push(near);
                app.push(Command::Run(Action::FitSelection));
            }
            app.push(select);
        }
        for key in &self.picture.commands {
            if let Some(entry) = command::all().iter().find(|entry| entry.key == key) {
                app.push(Command::Run(entry.action));
            }
        }
        self.go(Stage::Settling);
    }

    fn save(&mut self, ctx: &egui::Context) {
        let image = ctx.input(|input| {
            input.events.iter().find_map(|event| match event {
                egui::Event::Screenshot { image, .. } => Some(image.clone()),
                _ => None,
            })
        });
        if let Some(image) = image {
            write_png(&self.picture.file, &image);
            // Not closed: what was changed for the picture asks nobody, and stays behind as a draft.
            std::process::exit(0);
        }
    }
}

fn select(session: &Session, ids: &[String]) -> Command {
    let nodes = session.document.workflow().nodes.iter();
    let nodes = nodes.filter(|node| ids.iter().any(|id| id == node.id.as_str()));
    let selection = hartomat_document::Selection::of_nodes(nodes.map(|node| node.id.clone()));
    Command::Canvas(crate::CanvasCommand::Select(
        selection,
        crate::canvas::SelectMode::Replace,
    ))
}

fn write_png(file: &std::path::Path, image: &egui::ColorImage) {
    let [width, height] = image.size;
    let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
        return;
    };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let written = encoder.write_header().and_then(|mut writer| {
        let pixels: Vec<u8> = image
            .pixels
            .iter()
            .flat_map(|pixel| [pixel.r(), pixel.g(), pixel.b()])
            .collect();
        writer.write_image_data(&pixels)
    });
    if written.is_ok()
        && let Err(err) = std::fs::write(file, bytes)
    {
        log_failure(file, &err);
    }
}

fn log_failure(file: &std::path::Path, err: &std::io::Error) {
    eprintln!("cannot write {}: {err}", file.display());
}
