//! What panels can ask about a comparison.

use hartomat_schema::Artifact;

use super::{CompareMode, Look, PictureView, TileKey};

/// Something about a comparison.
#[derive(Debug, Clone)]
pub enum CompareCommand {
    /// Set the two sides of the run that is looked at beside each other.
    OpenRun,
    /// Choose one of two pictures; with the second one they are set beside each other.
    Pick(Box<Artifact>),
    /// Choose none.
    PickNothing,
    /// Leave.
    Close,
    /// Another way to look at them.
    Mode(CompareMode),
    /// Other channels, exposure or gain.
    Look(Look),
    /// Another part of the pictures.
    View(PictureView),
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
}
