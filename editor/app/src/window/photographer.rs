//! Pictures of the window for the documentation: brings the editor into a state, takes the picture and
//! closes the window.

use std::path::PathBuf;

use egui::{UserData, ViewportCommand};
use hartomat_schema::ReviewDecision;

use crate::backend::Connection;
use crate::command::{self, Action, Command};
use crate::compare_view::{
    CompareCommand, CompareMode, Look, MaskCommand, MaskTool, Measure, ReviewCommand, SidePanel,
    VideoCommand,
};
use crate::runs::RunsCommand;
use crate::shell::ShellCommand;
use crate::studio_view::{StudioCommand, TypeDraft};
use crate::{App, Session};

/// Frames that a picture waits for layout and textures.
const FRAMES_BEFORE_PICTURE: u32 = 8;
/// Frames that a picture waits for what may never come, such as a runtime.
const FRAMES_OF_PATIENCE: u32 = 600;
/// Seconds that it waits for pictures of artifacts.
const SECS_BEFORE_PICTURE: f64 = 2.5;

/// Opens the newest run.
const NEWEST: &str = "open_newest_run";

/// Seconds that it waits for what a comparison measures.
const SECS_OF_PATIENCE: f64 = 45.0;

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
    /// A CAD file that runs are of.
    pub subject: Option<PathBuf>,
    /// How long to watch a run, in seconds; to its end where none is said.
    pub watch_secs: Option<f64>,
    /// Keys of commands to run after that, and `compare_mode_1` to `compare_mode_5`.
    pub then: Vec<String>,
}

/// Brings the editor into a state, takes its picture and closes the window.
pub(super) struct Photographer {
    picture: Picture,
    stage: Stage,
    frames: u32,
    since: Option<f64>,
    /// Whether a workflow has to be open in the picture.
    wants_session: bool,
    /// Which of the commands at the end comes next.
    next: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Commands,
    Watching,
    Then,
    Settling,
    Waiting,
}

impl Photographer {
    pub(super) fn new(picture: Picture, has_file: bool) -> Self {
        Self {
            wants_session: has_file || picture.template.is_some(),
            picture,
            stage: Stage::Opening,
            frames: 0,
            since: None,
            next: 0,
        }
    }

    pub(super) fn direct(&mut self, app: &mut App, ctx: &egui::Context) {
        if self.stage == Stage::Watching {
            // Drawing as often as possible would take the machine from the run.
            ctx.request_repaint_after(std::time::Duration::from_millis(200));
        } else {
            ctx.request_repaint();
        }
        self.frames += 1;
        match self.stage {
            Stage::Opening => self.open(app),
            Stage::Commands if self.frames > FRAMES_BEFORE_PICTURE && self.has_runs(app) => {
                self.command(app);
            }
            Stage::Watching => {
                if self.is_over(app, ctx) {
                    self.go(Stage::Then);
                }
            }
            Stage::Then => self.then(app),
            Stage::Settling => {
                if self.has_settled(app, ctx) {
                    let shot = ViewportCommand::Screenshot(UserData::default());
                    ctx.send_viewport_cmd(shot);
                    self.go(Stage::Waiting);
                }
            }
            Stage::Waiting => self.save(ctx),
            Stage::Commands => {}
        }
    }

    fn go(&mut self, stage: Stage) {
        self.stage = stage;
        self.frames = 0;
        self.since = None;
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

    /// Whether the runs are listed, where one of them is to be opened.
    fn has_runs(&self, app: &App) -> bool {
        let wants_one = self.picture.commands.iter().any(|key| key == NEWEST);
        !wants_one || !app.state().runs.list.is_empty() || self.frames > FRAMES_OF_PATIENCE
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
        if let Some(path) = self.picture.subject.take() {
            app.push(Command::Shell(ShellCommand::Dropped(vec![path])));
        }
        push_all(app, &self.picture.commands);
        self.go(Stage::Watching);
    }

    /// One command a frame: the next may be about what the one before has opened.
    fn then(&mut self, app: &mut App) {
        if self.next < self.picture.then.len() {
            push_all(app, &self.picture.then[self.next..=self.next]);
            self.next += 1;
        } else {
            self.go(Stage::Settling);
        }
    }

    /// Whether the run that was begun has ended, or was watched for long enough.
    fn is_over(&mut self, app: &App, ctx: &egui::Context) -> bool {
        let now = ctx.input(|input| input.time);
        let since = *self.since.get_or_insert(now);
        if let Some(secs) = self.picture.watch_secs {
            return now - since > secs;
        }
        let runs = &app.state().runs;
        let is_pending = runs.dispatching.is_some()
            || runs.opening.is_some()
            || self.frames < FRAMES_BEFORE_PICTURE;
        let is_read = |view: &crate::runs::RunView| {
            view.detail
                .as_ref()
                .is_some_and(|detail| detail.record.state.is_final())
        };
        !is_pending && runs.view.as_ref().is_none_or(is_read)
    }

    /// Whether what was asked for is on screen: pictures of artifacts take a moment.
    fn has_settled(&mut self, app: &App, ctx: &egui::Context) -> bool {
        let now = ctx.input(|input| input.time);
        let since = *self.since.get_or_insert(now);
        let has_waited = self.picture.then.is_empty() || now - since > SECS_BEFORE_PICTURE;
        let is_drawn = is_drawn(app) || now - since > SECS_OF_PATIENCE;
        has_waited && is_drawn && self.frames > FRAMES_BEFORE_PICTURE
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

/// Whether the studio's side has its pictures, and a comparison that is open all that is looked at: tiles,
/// counts, FLIP.
fn is_drawn(app: &App) -> bool {
    let Some(open) = &app.state().compare.open else {
        return !app.state().studio.awaits_pictures();
    };
    let counts = open.panel == SidePanel::Histogram && open.histogram.is_none();
    let is_measured = open.comparison.is_some() || open.unmeasured.is_some();
    let perceives = open.mode == CompareMode::Difference
        && open.look.measure == Measure::Perceived
        && open.perceived.is_none();
    let has_tiles = open.has_no_picture() || open.tiles.in_view() > 0;
    let is_there = open
        .video
        .as_ref()
        .is_none_or(|video| video.shown == Some(video.frame));
    has_tiles && is_there && open.tiles.missing() == 0 && !counts && !perceives && is_measured
}

fn push_all(app: &mut App, keys: &[String]) {
    for key in keys {
        if let Some(entry) = command::all().iter().find(|entry| entry.key == key) {
            app.push(Command::Run(entry.action));
        }
        let mode = key.strip_prefix("compare_mode_");
        let mode = mode.and_then(|number| number.parse::<usize>().ok());
        let mode = mode.and_then(|number| CompareMode::ALL.get(number.wrapping_sub(1)));
        if let Some(mode) = mode {
            app.push(Command::Compare(CompareCommand::Mode(*mode)));
        }
        if let Some(run) = app.state().runs.list.row(0).filter(|_| key == NEWEST) {
            let open = RunsCommand::Open(run.id.clone());
            app.push(Command::Runs(open));
        }
        for command in of_comparison(app, key) {
            app.push(Command::Compare(command));
        }
        if key == "studio_new_type" {
            let draft = StudioCommand::DraftType(TypeDraft::default());
            app.push(Command::Studio(draft));
        }
    }
}

/// What pictures of comparisons show: places, the panel beside them, FLIP, a mask.
fn of_comparison(app: &App, key: &str) -> Vec<CompareCommand> {
    let panel = key.strip_prefix("compare_panel_");
    let panel = panel.and_then(|number| number.parse::<usize>().ok());
    let panel = panel.and_then(|number| SidePanel::ALL.get(number.wrapping_sub(1)));
    match (key, panel, &app.state().compare.open) {
        (_, Some(panel), _) => vec![CompareCommand::Panel(*panel)],
        ("compare_spot", ..) => vec![CompareCommand::HotSpot(true)],
        ("compare_mask", ..) => [
            MaskCommand::Tool(Some(MaskTool::Rectangle)),
            MaskCommand::AddHere,
        ]
        .map(CompareCommand::Mask)
        .to_vec(),
        ("compare_accept", ..) => vec![CompareCommand::Review(ReviewCommand::Begin(
            ReviewDecision::Accept,
        ))],
        ("compare_worst", ..) => vec![CompareCommand::Video(VideoCommand::Worst)],
        ("compare_choose", ..) => vec![CompareCommand::Choose(Some(1))],
        ("compare_keys", ..) => vec![CompareCommand::Keys(true)],
        ("compare_closer", ..) => vec![CompareCommand::Zoom(2.0)],
        ("compare_perceived", _, Some(open)) => vec![CompareCommand::Look(Look {
            measure: Measure::Perceived,
            ..open.look
        })],
        _ => Vec::new(),
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
