//! What panels can ask about a comparison.

use std::path::PathBuf;

use hartomat_api::ReportFormat;
use hartomat_schema::{Artifact, NodeId, RunId};

use super::{
    CompareMode, CompareSource, Look, MaskCommand, PictureView, ReviewCommand, SidePanel, TileKey,
    VideoCommand,
};

/// Something about a comparison.
#[derive(Debug, Clone)]
pub enum CompareCommand {
    /// Set the two sides of the run that is looked at beside each other.
    OpenRun,
    /// Set these beside each other.
    Open(Box<[CompareSource; 2]>),
    /// Ask for two files and set them beside each other.
    AskFiles,
    /// Choose one of two artifacts; with the second one they are set beside each other.
    Pick(Box<Artifact>),
    /// Choose none.
    PickNothing,
    /// These files were dragged onto the comparison: one takes the place of the candidate.
    Dropped(Vec<PathBuf>),
    /// Leave.
    Close,
    /// Another artifact for a side, 0 or 1, is to be chosen; none ends that.
    Choose(Option<usize>),
    /// Show the artifacts of this run to choose from.
    ChooseFrom(RunId),
    /// Ask for a file for a side.
    AskFile(usize),
    /// A side has this now.
    Replace(usize, Box<CompareSource>),
    /// The two sides change places.
    Swap,
    /// Another way to look at them.
    Mode(CompareMode),
    /// Something else beside the pictures.
    Panel(SidePanel),
    /// Other channels, exposure or gain.
    Look(Look),
    /// Another part of the pictures.
    View(PictureView),
    /// Closer by a factor, around the middle.
    Zoom(f32),
    /// Along by so many points of the screen.
    Pan(egui::Vec2),
    /// All of the pictures.
    Fit,
    /// The stage has this size now.
    Resized(egui::Vec2),
    /// Where the divider is, or how much of the candidate is seen, 0 to 1.
    Share(f32),
    /// Whether blinking goes on by itself.
    BlinkByItself(bool),
    /// Show the other one, while blinking.
    Flip,
    /// To the next place that the comparison names, or to the one before.
    HotSpot(bool),
    /// To this place that the comparison names.
    GoTo(usize),
    /// These tiles are in view and aren't there yet.
    Want(Vec<TileKey>),
    /// About two videos.
    Video(VideoCommand),
    /// About masks.
    Mask(MaskCommand),
    /// About reviews.
    Review(ReviewCommand),
    /// Write what was measured and judged to the clipboard, as text.
    CopySummary,
    /// Ask where a report of the run is to be saved.
    AskReport(ReportFormat),
    /// Save a report of the run to this file.
    SaveReport(ReportFormat, PathBuf),
    /// Leave, and show this node with this setting.
    ShowNode(NodeId, String),
    /// Show all keys, or no longer.
    Keys(bool),
}
