//! Lanes and their thresholds. The defaults are starting values from measured Cycles pairs; a noise
//! floor measured on the scene itself goes before them, and output types may override them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which thresholds apply, by what is known of how the two sides were made.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    /// Nothing but equal pixels passes.
    Exact,
    /// Same seed, device class and renderer build: rounding alone may differ.
    #[default]
    Deterministic,
    /// Another seed, device or build, without a denoiser.
    StochasticRaw,
    /// Another seed, device or build, with a denoiser.
    StochasticDenoised,
    /// A lossy file format.
    Lossy,
    /// Floating-point scene light.
    Hdr,
}

impl Lane {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Deterministic => "deterministic",
            Self::StochasticRaw => "stochastic_raw",
            Self::StochasticDenoised => "stochastic_denoised",
            Self::Lossy => "lossy",
            Self::Hdr => "hdr",
        }
    }

    /// Whether two renders of this lane may differ by noise, so that a noise floor counts.
    pub const fn has_noise(self) -> bool {
        !matches!(self, Self::Exact | Self::Deterministic)
    }

    /// The lane for two renders. What isn't known counts as different.
    pub fn infer(control: &RenderFacts, candidate: &RenderFacts) -> Self {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        let repeatable = same(&control.renderer, &candidate.renderer)
            && same(&control.version, &candidate.version)
            && same(&control.device, &candidate.device)
            && control.seed.is_some()
            && control.seed == candidate.seed
            && control.denoised == candidate.denoised;
        match (control.float_samples || candidate.float_samples, repeatable) {
            (true, _) => Self::Hdr,
            (_, true) => Self::Deterministic,
            _ if control.lossy || candidate.lossy => Self::Lossy,
            _ if control.denoised || candidate.denoised => Self::StochasticDenoised,
            _ => Self::StochasticRaw,
        }
    }
}

/// What is known of how a picture was rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RenderFacts {
    /// Renderer, such as `cycles`.
    pub renderer: Option<String>,
    /// Its build, such as `5.0.1`.
    pub version: Option<String>,
    /// Device class, such as `cpu x86_64`.
    pub device: Option<String>,
    /// Seed of the noise.
    pub seed: Option<u64>,
    /// Whether a denoiser ran.
    pub denoised: bool,
    /// Whether the file format is lossy.
    pub lossy: bool,
    /// Whether samples are floating point.
    pub float_samples: bool,
}

/// The noise twin: numbers of the legacy pipeline against itself with another seed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoiseFloor {
    /// Mean absolute delta in 1/255.
    pub mean_delta: f64,
    /// Mean FLIP.
    pub flip_mean: f64,
    /// 99th percentile of FLIP.
    pub flip_p99: f64,
    /// FLIP of the worst tile.
    pub flip_worst_tile: f64,
    /// Alpha delta of the worst tile in 1/255.
    #[serde(default)]
    pub alpha_worst_tile: f64,
}

impl NoiseFloor {
    /// The larger of each number.
    #[must_use]
    pub fn or_larger(self, other: Self) -> Self {
        Self {
            mean_delta: self.mean_delta.max(other.mean_delta),
            flip_mean: self.flip_mean.max(other.flip_mean),
            flip_p99: self.flip_p99.max(other.flip_p99),
            flip_worst_tile: self.flip_worst_tile.max(other.flip_worst_tile),
            alpha_worst_tile: self.alpha_worst_tile.max(other.alpha_worst_tile),
        }
    }
}

/// Same seed, device class and renderer build.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DeterministicThresholds {
    /// Passes: largest share of pixels over 2/255.
    pub pass_over_2_share: f64,
    /// Passes: largest delta in 1/255.
    pub pass_max_delta: f64,
    /// Warns: largest share of pixels over 4/255.
    pub warn_over_4_share: f64,
    /// Warns: largest mean FLIP.
    pub warn_flip_mean: f64,
    /// Warns: largest FLIP of a tile.
    pub warn_flip_worst_tile: f64,
}

impl Default for DeterministicThresholds {
    fn default() -> Self {
        Self {
            pass_over_2_share: 0.0001,
            pass_max_delta: 4.0,
            warn_over_4_share: 0.01,
            warn_flip_mean: 0.005,
            warn_flip_worst_tile: 0.10,
        }
    }
}

/// Another seed, device or build, without a denoiser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct RawNoiseThresholds {
    /// Passes: largest root mean square of the tiles' z.
    pub pass_z_rms: f64,
    /// Passes: largest share of tiles beyond 4 sigma.
    pub pass_beyond_4_share: f64,
    /// Passes: largest median relative bias, either way.
    pub pass_bias: f64,
    /// Passes: worst tile FLIP as a multiple of the noise floor's.
    pub pass_floor_ratio: f64,
    /// Warns: largest root mean square of the tiles' z.
    pub warn_z_rms: f64,
    /// Warns: largest share of tiles beyond 4 sigma.
    pub warn_beyond_4_share: f64,
    /// Warns: largest median relative bias, either way.
    pub warn_bias: f64,
    /// Warns: worst tile FLIP as a multiple of the noise floor's.
    pub warn_floor_ratio: f64,
}

impl Default for RawNoiseThresholds {
    fn default() -> Self {
        Self {
            pass_z_rms: 1.1,
            pass_beyond_4_share: 0.001,
            pass_bias: 0.001,
            pass_floor_ratio: 1.25,
            warn_z_rms: 1.5,
            warn_beyond_4_share: 0.005,
            warn_bias: 0.0025,
            warn_floor_ratio: 2.0,
        }
    }
}

/// Another seed, device or build, with a denoiser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct DenoisedThresholds {
    /// Passes: mean delta, mean FLIP, 99th percentile and worst tile as multiples of the floor's.
    pub pass_floor_ratio: f64,
    /// Warns: the same.
    pub warn_floor_ratio: f64,
    /// Passes: largest median relative bias, either way.
    pub pass_bias: f64,
    /// Warns: largest median relative bias, either way.
    pub warn_bias: f64,
}

impl Default for DenoisedThresholds {
    fn default() -> Self {
        Self {
            pass_floor_ratio: 1.25,
            warn_floor_ratio: 2.0,
            pass_bias: 0.001,
            warn_bias: 0.0025,
        }
    }
}

/// A lossy file format on a side.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct LossyThresholds {
    /// Passes: largest mean FLIP.
    pub pass_flip_mean: f64,
    /// Passes: largest FLIP of a tile.
    pub pass_flip_worst_tile: f64,
    /// Warns: up to this multiple of both.
    pub warn_factor: f64,
}

impl Default for LossyThresholds {
    fn default() -> Self {
        Self {
            pass_flip_mean: 0.035,
            pass_flip_worst_tile: 0.10,
            warn_factor: 2.0,
        }
    }
}

/// Floating-point scene light. A pixel is within tolerance when
/// `|a − b| ≤ absolute + relative · max(a, b)` holds for each channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct HdrThresholds {
    /// Absolute part of the tolerance. Used while measuring.
    pub absolute: f64,
    /// Relative part of the tolerance. Used while measuring.
    pub relative: f64,
    /// Passes: largest share of pixels beyond the tolerance.
    pub pass_beyond_share: f64,
    /// Warns, where there is a noise floor: HDR-FLIP as a multiple of the floor's.
    pub warn_floor_ratio: f64,
    /// Warns, where there is none: largest mean HDR-FLIP.
    pub warn_flip_mean: f64,
    /// Warns, where there is none: largest HDR-FLIP of a tile.
    pub warn_flip_worst_tile: f64,
}

impl Default for HdrThresholds {
    fn default() -> Self {
        Self {
            absolute: 1e-3,
            relative: 1e-2,
            pass_beyond_share: 0.001,
            warn_floor_ratio: 1.25,
            warn_flip_mean: 0.005,
            warn_flip_worst_tile: 0.10,
        }
    }
}

/// Alpha, in every lane that measures pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct AlphaThresholds {
    /// Passes in the deterministic and lossy lanes: largest delta in 1/255.
    pub pass_max: f64,
    /// Warns in those lanes, and passes in the stochastic ones: largest mean delta of a tile in 1/255.
    pub tile_mean: f64,
    /// Warns in the stochastic lanes: the same. A noise floor raises both by its own worst tile.
    pub warn_tile_mean: f64,
}

impl Default for AlphaThresholds {
    fn default() -> Self {
        Self {
            pass_max: 2.0,
            tile_mean: 4.0,
            warn_tile_mean: 16.0,
        }
    }
}

/// GLB and STL.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct GeometryThresholds {
    /// Grid that corners are snapped to, as a share of the bounding box's diagonal. Used while
    /// measuring.
    pub grid: f64,
    /// Warns: triangles differ, but box, surface and volume stay within this share.
    pub warn_shape: f64,
    /// Passes: largest delta of a material's values, 0 to 1.
    pub pass_material: f64,
}

impl Default for GeometryThresholds {
    fn default() -> Self {
        Self {
            grid: 1e-5,
            warn_shape: 1e-3,
            pass_material: 1.0 / 512.0,
        }
    }
}

/// Videos, whose frames are judged as stills of their lane.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct VideoThresholds {
    /// Warns: up to this share of the frames may warn, rounded up; more of them fail together.
    pub most_warn_share: f64,
}

impl Default for VideoThresholds {
    fn default() -> Self {
        Self {
            most_warn_share: 0.1,
        }
    }
}

/// Every threshold of every lane.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Thresholds {
    /// Same seed, device class and renderer build.
    pub deterministic: DeterministicThresholds,
    /// Noise without a denoiser.
    pub stochastic_raw: RawNoiseThresholds,
    /// Noise with a denoiser.
    pub stochastic_denoised: DenoisedThresholds,
    /// Lossy file formats.
    pub lossy: LossyThresholds,
    /// Floating-point samples.
    pub hdr: HdrThresholds,
    /// Alpha.
    pub alpha: AlphaThresholds,
    /// Videos.
    pub video: VideoThresholds,
    /// GLB and STL.
    pub geometry: GeometryThresholds,
    /// Largest relative difference of numbers in JSON artifacts.
    pub data_relative: f64,
    /// Keys of text entries that change from run to run by nature; `*` stands for any text.
    pub volatile_metadata: Vec<String>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            deterministic: DeterministicThresholds::default(),
            stochastic_raw: RawNoiseThresholds::default(),
            stochastic_denoised: DenoisedThresholds::default(),
            lossy: LossyThresholds::default(),
            hdr: HdrThresholds::default(),
            alpha: AlphaThresholds::default(),
            video: VideoThresholds::default(),
            geometry: GeometryThresholds::default(),
            data_relative: 1e-6,
            volatile_metadata: VOLATILE.iter().map(|&key| key.to_owned()).collect(),
        }
    }
}

/// What Blender stamps anew at each run, and PNG's own clock.
const VOLATILE: [&str; 12] = [
    "Date",
    "Time",
    "RenderTime",
    "Hostname",
    "Memory",
    "File",
    "capDate",
    "tIME",
    "cycles.*.total_time",
    "cycles.*.render_time",
    "cycles.*.synchronization_time",
    "Creation Time",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn render(seed: u64) -> RenderFacts {
        let text = |text: &str| Some(text.to_owned());
        RenderFacts {
            renderer: text("cycles"),
            version: text("5.0.1"),
            device: text("cpu"),
            seed: Some(seed),
            ..RenderFacts::default()
        }
    }

    #[test]
    fn the_lane_follows_from_how_the_sides_were_made() {
        assert_eq!(Lane::infer(&render(1), &render(1)), Lane::Deterministic);
        assert_eq!(Lane::infer(&render(1), &render(2)), Lane::StochasticRaw);
        let denoised = RenderFacts {
            denoised: true,
            ..render(2)
        };
        assert_eq!(Lane::infer(&denoised, &render(1)), Lane::StochasticDenoised);
        let unknown = RenderFacts::default();
        assert_eq!(Lane::infer(&unknown, &unknown), Lane::StochasticRaw);
    }

    #[test]
    fn an_override_of_one_threshold_keeps_the_others() {
        let thresholds: Thresholds =
            serde_json::from_str(r#"{"lossy": {"pass_flip_mean": 0.05}}"#).unwrap();
        assert_eq!(thresholds.lossy.pass_flip_mean, 0.05);
        assert_eq!(thresholds.lossy.warn_factor, 2.0);
        assert_eq!(thresholds.deterministic, DeterministicThresholds::default());
    }
}
