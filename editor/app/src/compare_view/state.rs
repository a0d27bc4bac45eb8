//! What is known of the two pictures that are beside each other. Changed by [`super::apply`] alone.

use std::sync::Arc;

use egui::Vec2;
use hartomat_api::ApiError;
use hartomat_schema::{Artifact, Comparison, Verdict};

use super::painter::Painter;
use super::{HotSpot, Look, PictureView, Pixels, Tiles};

/// How two pictures are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CompareMode {
    /// Beside each other.
    #[default]
    SideBySide,
    /// One to the left of a divider, the other to the right.
    Swipe,
    /// One shining through the other.
    OnionSkin,
    /// One after the other in the same place.
    Blink,
    /// Where they differ, as a heat map.
    Difference,
}

impl CompareMode {
    /// All of them, in the order of keys 1 to 5.
    pub const ALL: [Self; 5] = [
        Self::SideBySide,
        Self::Swipe,
        Self::OnionSkin,
        Self::Blink,
        Self::Difference,
    ];
}

/// A picture and its pixels.
#[derive(Debug, Clone, Default)]
pub struct PictureSide {
    /// The artifact; none where this side has none.
    pub artifact: Option<Artifact>,
    /// Its pixels, once they are there, or why they don't come.
    pub pixels: Option<Result<Arc<Pixels>, ApiError>>,
}

impl PictureSide {
    pub(super) fn new(artifact: Option<Artifact>) -> Self {
        Self {
            artifact,
            pixels: None,
        }
    }

    /// Its pixels, once they are there.
    pub fn read(&self) -> Option<&Arc<Pixels>> {
        self.pixels.as_ref()?.as_ref().ok()
    }

    /// Whether it is a picture.
    pub fn is_picture(&self) -> bool {
        let artifact = self.artifact.as_ref();
        artifact.is_some_and(|artifact| artifact.media_type.starts_with("image/"))
    }
}

/// Two pictures beside each other.
#[derive(Debug)]
pub struct OpenComparison {
    /// What they are of.
    pub title: String,
    /// The control, or the one that was chosen first.
    pub control: PictureSide,
    /// The candidate, or the one that was chosen second.
    pub candidate: PictureSide,
    /// What was measured; none for two pictures that a person chose.
    pub comparison: Option<Comparison>,
    /// The judgement of the whole run.
    pub verdict: Option<Verdict>,
    /// How they are looked at.
    pub mode: CompareMode,
    /// Channels, exposure, gain.
    pub look: Look,
    /// Which part; none until the stage has a size and a picture is there.
    pub view: Option<PictureView>,
    /// Where the divider is, or how much of the candidate is seen.
    pub share: f32,
    /// Whether blinking goes on by itself.
    pub blinks: bool,
    /// Whether the candidate is shown, while blinking by hand.
    pub is_flipped: bool,
    /// Places that the comparison names.
    pub hot_spots: Vec<HotSpot>,
    /// Which of them one is at.
    pub hot_spot: Option<usize>,
    /// Tiles that are there.
    pub tiles: Tiles,
    pub(super) stage: Vec2,
    pub(super) painter: Painter,
}

impl OpenComparison {
    /// Size of the larger picture in pixels.
    pub fn size(&self) -> Option<Vec2> {
        let sides = [self.control.read(), self.candidate.read()];
        let sizes = sides.into_iter().flatten().map(|pixels| {
            let [width, height] = pixels.size();
            egui::vec2(width as f32, height as f32)
        });
        sizes.reduce(Vec2::max)
    }

    /// The comparison of the two pictures: of a run, the part that is about pictures.
    pub fn of_pictures(&self) -> Option<&Comparison> {
        let whole = self.comparison.as_ref()?;
        let has_picture = |part: &&Comparison| part.measured.image.is_some();
        whole
            .parts
            .iter()
            .find(has_picture)
            .or(Some(whole).filter(has_picture))
    }
}

/// Comparisons.
#[derive(Debug, Default)]
pub struct CompareState {
    /// The pictures that are beside each other.
    pub open: Option<OpenComparison>,
    /// The first of two pictures that a person wants beside each other.
    pub picked: Option<Artifact>,
}
