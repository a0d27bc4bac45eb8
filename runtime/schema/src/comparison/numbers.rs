//! Measured numbers. Deltas of pixels are in 1/255 of full scale, whatever the depth of the file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{IgnoredRegion, NoiseFloor};
use crate::{BoundingBox, Intent};

/// A rectangle of a picture in pixels, from the top left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Left edge.
    pub x_px: u32,
    /// Upper edge.
    pub y_px: u32,
    /// Width.
    pub width_px: u32,
    /// Height.
    pub height_px: u32,
}

impl Region {
    /// A single pixel.
    pub const fn pixel(x_px: u32, y_px: u32) -> Self {
        Self {
            x_px,
            y_px,
            width_px: 1,
            height_px: 1,
        }
    }

    /// The middle, for people and for flying there.
    pub const fn center(&self) -> [u32; 2] {
        [
            self.x_px.saturating_add(self.width_px / 2),
            self.y_px.saturating_add(self.height_px / 2),
        ]
    }
}

/// Deltas of one channel, premultiplied by alpha.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ChannelNumbers {
    /// `red`, `green` or `blue`.
    pub channel: String,
    /// Mean absolute delta in 1/255.
    pub mean: f64,
    /// Mean of candidate minus control in 1/255.
    pub signed_mean: f64,
    /// Root of the mean square delta in 1/255.
    pub rms: f64,
}

/// Deltas of alpha.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlphaNumbers {
    /// Mean absolute delta in 1/255.
    pub mean: f64,
    /// Largest delta in 1/255.
    pub max: f64,
    /// Where the largest delta is.
    pub max_at: Option<Region>,
    /// Share of pixels over 2/255, 0 to 1.
    pub over_2_share: f64,
    /// Largest mean absolute delta of a tile in 1/255.
    pub worst_tile: f64,
    /// Where that tile is.
    pub worst_tile_at: Option<Region>,
}

/// Shifts of luminance, tile by tile, in linear light.
///
/// A tile's z is the t statistic of candidate minus control over its samples; where noise is
/// independent from pixel to pixel, z has a standard normal distribution if nothing but the noise
/// changed. Not valid after a denoiser, whose residual is correlated.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct BiasNumbers {
    /// Edge of a tile in pixels.
    pub tile_px: u32,
    /// How many tiles there are.
    pub tiles: u64,
    /// Root mean square of z.
    pub z_rms: f64,
    /// Share of tiles with |z| over 4, 0 to 1.
    pub beyond_4_share: f64,
    /// Largest |z|; at most 1000.
    pub worst_z: f64,
    /// The tile with the largest |z|.
    pub worst_at: Option<Region>,
    /// Median over the tiles of (candidate − control) / control.
    pub median_relative_bias: f64,
}

/// FLIP, the perceptual difference (Andersson et al. 2020), 0 equal to 1 black against white.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FlipNumbers {
    /// 1 measured on every pixel, 2 on averages of 2 × 2 pixels in linear light.
    pub scale: u32,
    /// Pixels per degree of the viewer's eye, at the measured scale.
    pub pixels_per_degree: f64,
    /// Whether it is HDR-FLIP: the worst over a range of exposures.
    pub hdr: bool,
    /// Mean.
    pub mean: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Mean of the worst tile of 16 × 16 measured pixels.
    pub worst_tile: f64,
    /// That tile, in pixels of the file.
    pub worst_tile_at: Option<Region>,
}

/// Numbers of a pair of stills.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ImageNumbers {
    /// How many pixels were compared.
    pub pixels: u64,
    /// How many of them differ at all.
    pub differing: u64,
    /// Mean absolute delta over pixels and colour channels in 1/255. Always shown, never decides.
    pub mean_delta: f64,
    /// Root of the mean square delta in 1/255.
    pub rms: f64,
    /// Peak signal to noise ratio; none where nothing differs.
    pub psnr_db: Option<f64>,
    /// Largest delta of a channel in 1/255.
    pub max_delta: f64,
    /// Where the largest delta is.
    pub max_at: Option<Region>,
    /// Share of pixels with a delta over 1/255, 0 to 1.
    pub over_1_share: f64,
    /// Share of pixels with a delta over 2/255.
    pub over_2_share: f64,
    /// Share of pixels with a delta over 4/255.
    pub over_4_share: f64,
    /// Share of pixels with a delta over 16/255.
    pub over_16_share: f64,
    /// How many pixels have which largest delta: entry n counts deltas over n − 1 and up to n, in
    /// 1/255; entry 0 counts equal pixels. Always 256 entries.
    pub histogram: Vec<u64>,
    /// Red, green and blue.
    pub channels: Vec<ChannelNumbers>,
    /// Alpha, where a side has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alpha: Option<AlphaNumbers>,
    /// Pixels that are fully transparent on both sides and whose invisible colour differs.
    pub hidden_rgb: u64,
    /// Shifts of luminance.
    pub bias: BiasNumbers,
    /// Samples that are no number on the control's side.
    pub control_not_finite: u64,
    /// Samples that are no number on the candidate's side.
    pub candidate_not_finite: u64,
    /// Samples that are a number on one side alone, or another kind of non-number.
    pub not_finite_mismatch: u64,
    /// Share of pixels beyond the relative tolerance of the HDR lane; none where samples aren't
    /// floating point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond_relative_share: Option<f64>,
    /// The perceptual difference, where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flip: Option<FlipNumbers>,
    /// What was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<IgnoredRegion>,
}

impl ImageNumbers {
    /// The noise floor that these numbers amount to, when the sides are the legacy pipeline's with
    /// two seeds; none without FLIP.
    pub fn noise_floor(&self) -> Option<NoiseFloor> {
        let flip = self.flip.as_ref()?;
        Some(NoiseFloor {
            mean_delta: self.mean_delta,
            flip_mean: flip.mean,
            flip_p99: flip.p99,
            flip_worst_tile: flip.worst_tile,
            alpha_worst_tile: self.alpha.as_ref().map_or(0.0, |alpha| alpha.worst_tile),
        })
    }
}

/// What one side's geometry amounts to, in the file's own length unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeometryFacts {
    /// Placed meshes; 1 for an STL.
    pub parts: u64,
    /// Triangles, each as often as it is placed.
    pub triangles: u64,
    /// Smallest corner of the bounding box.
    pub bbox_min: [f64; 3],
    /// Largest corner of the bounding box.
    pub bbox_max: [f64; 3],
    /// Surface.
    pub area: f64,
    /// Enclosed volume; signed, and meaningful for closed surfaces alone.
    pub volume: f64,
    /// The exact B-rep box that the file carries, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact_bbox: Option<BoundingBox>,
}

/// One difference between two pieces of geometry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeometryDifference {
    /// Stable code: `part_missing`, `part_added`, `part_moved`, `mesh_changed`, `material_changed`,
    /// `material_assigned`, `normals_changed`, `tree_changed`, `bbox_changed`.
    pub code: String,
    /// The part or material.
    pub name: String,
    /// What differs, for people.
    pub sentence: String,
    /// How large it is: a distance or size as a share of the bounding box's diagonal, or a colour
    /// delta 0 to 1; none where it has no size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub magnitude: Option<f64>,
}

/// What became of a part from control to candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartChange {
    /// Nothing that was measured differs.
    Same,
    /// It is on both sides and differs.
    Changed,
    /// Only the candidate has it.
    Added,
    /// Only the control has it.
    Removed,
}

/// A placed part of one side, in the file's own length unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PartFacts {
    /// Triangles.
    pub triangles: u64,
    /// Smallest corner of its bounding box.
    pub bbox_min: [f64; 3],
    /// Largest corner of its bounding box.
    pub bbox_max: [f64; 3],
    /// Names of its materials, in the order of its primitives; empty for STL.
    pub materials: Vec<String>,
}

/// A part, set side by side. What differs is in [`GeometryNumbers::differences`] under its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedPart {
    /// Its name; several parts may have one name.
    pub name: String,
    /// What became of it.
    pub change: PartChange,
    /// In the control; none where it was added.
    pub control: Option<PartFacts>,
    /// In the candidate; none where it was removed.
    pub candidate: Option<PartFacts>,
}

/// Numbers of a pair of GLB or STL files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeometryNumbers {
    /// The control.
    pub control: GeometryFacts,
    /// The candidate.
    pub candidate: GeometryFacts,
    /// Whether both have the same triangles, in whatever order.
    pub equal_triangles: bool,
    /// Share of the control's triangles that the candidate also has, 0 to 1.
    pub shared_triangles: f64,
    /// Largest distance between the boxes' corners, as a share of the control's diagonal.
    pub bbox_delta: f64,
    /// Relative difference of the surfaces.
    pub area_delta: f64,
    /// Relative difference of the volumes.
    pub volume_delta: f64,
    /// What differs, at most the first 200 differences.
    pub differences: Vec<GeometryDifference>,
    /// How many differences there are.
    pub difference_count: u64,
    /// The parts by name, at most the first 2000; those of one name in the order of the control.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ComparedPart>,
    /// How many parts there are, those of both sides that belong together counted once.
    #[serde(default)]
    pub part_count: u64,
}

/// A JSON value that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DataDifference {
    /// JSON pointer.
    pub pointer: String,
    /// The control's value, shortened; none where it is absent.
    pub control: Option<String>,
    /// The candidate's value, shortened; none where it is absent.
    pub candidate: Option<String>,
}

/// Numbers of a pair of JSON artifacts, such as part lists.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct DataNumbers {
    /// Values compared.
    pub values: u64,
    /// Numbers that differ by no more than the relative tolerance.
    pub within_tolerance: u64,
    /// What differs, at most the first 200 differences.
    pub differences: Vec<DataDifference>,
    /// How many differences there are.
    pub difference_count: u64,
}

/// The intents of both sides. Digests and sizes don't count, and neither does the order.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IntentNumbers {
    /// What the control published and whom it told.
    pub control: Vec<Intent>,
    /// What the candidate would have published and whom it would have told.
    pub candidate: Vec<Intent>,
    /// What only the control did.
    pub missing: Vec<Intent>,
    /// What only the candidate would have done.
    pub added: Vec<Intent>,
    /// Whether equal intents came in another order.
    pub reordered: bool,
}
