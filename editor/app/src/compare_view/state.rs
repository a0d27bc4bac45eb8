//! What is known of the two sides that are beside each other. Changed by [`super::apply`] alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use egui::Vec2;
use hartomat_api::{ApiError, RunDetail};
use hartomat_schema::{Artifact, ArtifactKind, Comparison, Digest, Review, RunId, Verdict};

use super::painter::Painter;
use super::source::is_video_file;
use super::{
    CompareSource, Histogram, HotSpot, Look, Masks, Measure, Perceived, PictureView, Pixels,
    Provenance, ReviewDraft, Tiles, Video,
};

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

/// What stands beside the pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SidePanel {
    /// What was measured, rung by rung.
    #[default]
    Verdict,
    /// How often which value occurs.
    Histogram,
    /// What was set otherwise, and what was published.
    Differences,
    /// What people said of it.
    Reviews,
}

impl SidePanel {
    /// All of them, in the order of tabs.
    pub const ALL: [Self; 4] = [
        Self::Verdict,
        Self::Histogram,
        Self::Differences,
        Self::Reviews,
    ];
}

/// A side and its pixels.
#[derive(Debug, Clone, Default)]
pub struct PictureSide {
    /// Where it comes from; none where this side has nothing.
    pub source: Option<CompareSource>,
    /// The artifact; of a file, once it was read.
    pub artifact: Option<Artifact>,
    /// Its pixels, once they are there, or why they don't come.
    pub pixels: Option<Result<Arc<Pixels>, ApiError>>,
}

impl PictureSide {
    pub(super) fn new(source: Option<CompareSource>) -> Self {
        let artifact = match &source {
            Some(CompareSource::Artifact(artifact, _)) => Some((**artifact).clone()),
            _ => None,
        };
        Self {
            source,
            artifact,
            pixels: None,
        }
    }

    /// Its pixels, once they are there.
    pub fn read(&self) -> Option<&Arc<Pixels>> {
        self.pixels.as_ref()?.as_ref().ok()
    }

    /// Whether it is a picture or a video, or a file of which that isn't known.
    pub fn is_picture(&self) -> bool {
        match &self.artifact {
            Some(artifact) => artifact.media_type.starts_with("image/") || self.is_video(),
            None => self.source.is_some(),
        }
    }

    /// Whether it is a video.
    pub fn is_video(&self) -> bool {
        match (&self.artifact, &self.source) {
            (Some(artifact), _) => artifact.kind == ArtifactKind::VIDEO,
            (None, Some(CompareSource::File(path))) => is_video_file(path),
            _ => false,
        }
    }

    /// Its name for people; empty where there is nothing.
    pub fn name(&self) -> String {
        let source = self.source.as_ref();
        source.map(CompareSource::name).unwrap_or_default()
    }
}

/// Two sides beside each other.
#[derive(Debug)]
pub struct OpenComparison {
    /// Which one: answers to others are left alone.
    pub(super) number: u64,
    /// What they are of.
    pub title: String,
    /// The shadow run whose sides they are; none for two that a person chose.
    pub run: Option<Arc<RunDetail>>,
    /// The control, or the one that was chosen first.
    pub control: PictureSide,
    /// The candidate, or the one that was chosen second.
    pub candidate: PictureSide,
    /// What was measured, once it is there.
    pub comparison: Option<Comparison>,
    /// Why it couldn't be.
    pub unmeasured: Option<ApiError>,
    /// The judgement of the whole run.
    pub verdict: Option<Verdict>,
    /// What was set otherwise; none where a side is of no run.
    pub provenance: Option<Provenance>,
    /// How they are looked at.
    pub mode: CompareMode,
    /// Channels, exposure, gain.
    pub look: Look,
    /// What stands beside the pictures.
    pub panel: SidePanel,
    /// Which frame is looked at, where they are videos of which that much is known.
    pub video: Option<Video>,
    /// Which part; none until the stage has a size and a picture is there.
    pub view: Option<PictureView>,
    /// Whether that is all of the pictures, however large the stage is.
    pub(super) is_fitted: bool,
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
    /// FLIP pixel by pixel, once it was asked for and is there; none within where the sides can't
    /// be set against each other.
    pub perceived: Option<Result<Option<Arc<Perceived>>, ApiError>>,
    /// Whether FLIP is being measured: of one pair of pictures at a time.
    pub(super) is_perceiving: bool,
    /// How often which value occurs, once somebody has looked, and the look that it was counted for.
    pub histogram: Option<(Box<Histogram>, Look)>,
    pub(super) counting: Option<Look>,
    /// Parts that somebody has drawn around.
    pub masks: Masks,
    /// What people said of it, newest first.
    pub reviews: Vec<Review>,
    /// Why that couldn't be read.
    pub reviews_unread: Option<ApiError>,
    /// A review that is being written.
    pub draft: Option<ReviewDraft>,
    /// Size of a stage in points; zero until one was drawn.
    pub(crate) stage: Vec2,
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

    /// Both sides.
    pub fn sides(&self) -> [&PictureSide; 2] {
        [&self.control, &self.candidate]
    }

    pub(super) fn side_mut(&mut self, side: usize) -> &mut PictureSide {
        match side {
            0 => &mut self.control,
            _ => &mut self.candidate,
        }
    }

    /// Whether they are control and candidate of a run, rather than two that a person chose.
    pub fn is_of_run(&self) -> bool {
        self.run.is_some()
    }

    /// Whether there is nothing to look at, as of two models.
    pub fn has_no_picture(&self) -> bool {
        self.sides().iter().all(|side| !side.is_picture())
    }

    /// Whether there is something to make a heat map of.
    pub(crate) fn has_difference(&self) -> bool {
        let is_perceived = matches!(self.perceived, Some(Ok(Some(_))));
        self.look.measure == Measure::Absolute || is_perceived
    }

    /// The comparison of the two pictures: of a run, the part that is about pictures.
    pub fn of_pictures(&self) -> Option<&Comparison> {
        self.part(|part| part.measured.image.is_some())
    }

    /// The comparison of the two videos: of a run, the part that is about videos.
    pub fn of_videos(&self) -> Option<&Comparison> {
        self.part(|part| {
            let sides = [&part.measured.control, &part.measured.candidate];
            sides.iter().any(|side| side.video.is_some()) || part.kind == ArtifactKind::VIDEO
        })
    }

    /// The comparison of the two models: of a run, the part that is about models.
    pub fn of_models(&self) -> Option<&Comparison> {
        self.part(|part| part.measured.geometry.is_some())
    }

    fn part(&self, suits: impl Fn(&Comparison) -> bool) -> Option<&Comparison> {
        let whole = self.comparison.as_ref()?;
        let part = whole.parts.iter().find(|part| suits(part));
        part.or(Some(whole).filter(|whole| suits(whole)))
    }

    /// What both digests are, once they are known: the key of what is drawn on the pictures.
    pub(super) fn digests(&self) -> Option<[Digest; 2]> {
        let [a, b] = self.sides().map(|side| side.artifact.as_ref());
        Some([a?.digest, b?.digest])
    }
}

/// Which other artifact a side is to have.
#[derive(Debug, Clone)]
pub struct SideChooser {
    /// 0 for the control, 1 for the candidate.
    pub side: usize,
    /// The run whose artifacts are listed.
    pub run: Option<RunId>,
    /// That run, once it was read.
    pub detail: Option<Result<Arc<RunDetail>, ApiError>>,
}

/// Comparisons.
#[derive(Debug, Default)]
pub struct CompareState {
    /// The sides that are beside each other.
    pub open: Option<OpenComparison>,
    /// The first of two artifacts that a person wants beside each other.
    pub picked: Option<Artifact>,
    /// The run that it is of.
    pub(super) picked_of: Option<Arc<RunDetail>>,
    /// Another artifact is being chosen.
    pub chooser: Option<SideChooser>,
    /// Whether all keys of the comparison are shown.
    pub has_keys: bool,
    /// What was drawn on which pictures in this window.
    pub(super) kept_masks: BTreeMap<[Digest; 2], Masks>,
    pub(super) opened: u64,
}
