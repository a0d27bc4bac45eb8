//! Two pictures beside each other in a window without a screen.

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::{Pos2, RawInput, Rect, Vec2};
use hartomat_api::{ApiError, Backend, ErrorKind};
use hartomat_editor::backend::Connector;
use hartomat_editor::compare_view::{CompareCommand, CompareMode, CompareSource, OpenComparison};
use hartomat_editor::files::EditorFolder;
use hartomat_editor::{App, Command, ShellOptions, ShellState, State};

use crate::clock;

/// The window, in points.
const WINDOW: Vec2 = Vec2::new(1920.0, 1080.0);
/// Longer than anything takes.
const LONG: Duration = Duration::from_secs(240);

/// No runtime: files of this machine are read without one.
struct Nobody;

impl Connector for Nobody {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        Err(ApiError::new(ErrorKind::Unreachable, "nothing runs here"))
    }
}

/// The editor with two pictures.
pub(crate) struct Pair {
    ctx: egui::Context,
    app: App,
    /// From asking for them to the first frame with both on screen, in milliseconds.
    pub(crate) first_seen_ms: f64,
    _folder: tempfile::TempDir,
}

impl Pair {
    /// Two pictures of so many pixels each way, seen for the first time.
    pub(crate) fn open(side: u32) -> std::io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let files = [0_u8, 9].map(|shift| {
            let path = folder.path().join(format!("{shift}.png"));
            write_picture(&path, side, shift).map(|()| path)
        });
        let [a, b] = files;
        let files: [PathBuf; 2] = [a?, b?];
        let ctx = egui::Context::default();
        let options = ShellOptions {
            folder: EditorFolder::new(folder.path()),
            connector: Box::new(Nobody),
            locale: None,
        };
        let app = App::new(State::new(ShellState::new(options, &ctx)));
        let mut pair = Self {
            ctx,
            app,
            first_seen_ms: 0.0,
            _folder: folder,
        };
        for _ in 0..5 {
            pair.frame(None);
        }
        let begun = Instant::now();
        pair.frame(Some(CompareCommand::Open(Box::new(
            files.map(CompareSource::File),
        ))));
        pair.until("both pictures are seen", |open| open.tiles.in_view() >= 2);
        pair.first_seen_ms = begun.elapsed().as_secs_f64() * 1e3;
        Ok(pair)
    }

    /// Looks at them in this way, close up.
    pub(crate) fn look(&mut self, mode: CompareMode) {
        self.frame(Some(CompareCommand::Mode(mode)));
        self.frame(Some(CompareCommand::Fit));
        self.frame(Some(CompareCommand::Zoom(1.5)));
    }

    /// Frames until nothing in view is missing.
    pub(crate) fn settle(&mut self) {
        self.until("all tiles are there", |open| {
            open.tiles.in_view() > 0 && open.tiles.missing() == 0
        });
    }

    fn until(&mut self, what: &str, holds: impl Fn(&OpenComparison) -> bool) {
        let begun = Instant::now();
        loop {
            self.frame(None);
            if self.opened().is_some_and(&holds) {
                return;
            }
            assert!(begun.elapsed() < LONG, "never came: {what}");
            std::thread::sleep(Duration::from_millis(4));
        }
    }

    fn opened(&self) -> Option<&OpenComparison> {
        self.app.state().compare.open.as_ref()
    }

    /// Tiles that the last frame laid out.
    pub(crate) fn in_view(&self) -> usize {
        self.opened().map_or(0, |open| open.tiles.in_view())
    }

    /// Tiles that became textures so far.
    pub(crate) fn uploaded(&self) -> u64 {
        self.opened().map_or(0, |open| open.tiles.uploaded())
    }

    /// A frame after a command: milliseconds of CPU time.
    pub(crate) fn frame(&mut self, command: Option<CompareCommand>) -> f64 {
        if let Some(command) = command {
            self.app.push(Command::Compare(command));
        }
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, WINDOW)),
            ..RawInput::default()
        };
        let before = clock::cpu_ms();
        let mut output = self.ctx.run_ui(input, |ui| self.app.frame_ui(ui));
        output.textures_delta.clear();
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        std::hint::black_box(primitives);
        clock::cpu_ms() - before
    }
}

/// A pattern that repeats every 512 rows; some of it is brighter by the shift.
fn write_picture(path: &Path, side: u32, shift: u8) -> std::io::Result<()> {
    let row = |y: u32| -> Vec<u8> {
        let pixel = |x: u32| {
            let is_square = x / 64 % 8 == 3 && y / 64 % 8 == 5;
            let base = ((x * 7 + y * 13) % 200) as u8;
            let base = if is_square { base + shift } else { base };
            [base, (x % 251) as u8, (y % 241) as u8]
        };
        (0..side).flat_map(pixel).collect()
    };
    let rows: Vec<Vec<u8>> = (0..side.min(512)).map(row).collect();
    let mut pixels = Vec::with_capacity(side as usize * side as usize * 3);
    for y in 0..side as usize {
        pixels.extend_from_slice(&rows[y % rows.len()]);
    }
    let file = BufWriter::new(std::fs::File::create(path)?);
    let mut encoder = png::Encoder::new(file, side, side);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(())
}
