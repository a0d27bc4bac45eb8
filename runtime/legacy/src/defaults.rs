//! What a preset asks for, filled up with the legacy pipeline's own defaults.
//!
//! These defaults are history: they change only when the studio's old pipeline does, never to suit
//! the graph.

use std::collections::BTreeMap;

use hartomat_render::{BlenderShot, ImageFormat, VideoCodec};
use hartomat_schema::{LegacyPreset, ToneMapping};

use crate::LegacyError;
use crate::reader::Reader;

/// What comes out of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegacyOutput {
    /// An order line's picture.
    Still,
    /// A CAD file's thumbnail.
    Thumbnail,
    /// An order line's video of the turning product.
    Turntable,
    /// An order line's Blender file.
    Blend,
}

/// A turntable's values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegacyTurn {
    /// How many frames the video has.
    pub frames: u32,
    /// Frames per second.
    pub fps: u32,
    /// How far the product turns, in degrees.
    pub degrees: f64,
    /// How far it is turned in the first frame, in degrees counterclockwise.
    pub start_deg: f64,
    /// Whether it turns with the clock, seen from above.
    pub clockwise: bool,
    /// Codec and file format.
    pub codec: VideoCodec,
    /// Constant quality, 0 best to 51 worst.
    pub crf: u8,
}

/// Materials as a preset has them.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyMaterials {
    /// Material by part name pattern, below what the order line names.
    pub overrides: BTreeMap<String, String>,
    /// Material of parts that nothing else decides.
    pub fallback: String,
    /// Whether part names suggest materials.
    pub from_names: bool,
    /// Whether CAD colours suggest materials.
    pub from_colors: bool,
}

/// Tessellation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegacyMesh {
    /// Deflection as a share of the diagonal, in percent.
    pub deflection_percent: f64,
    /// Angle between facets, in degrees.
    pub angle_deg: f64,
}

/// What a preset has in place of the studio scene's camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegacyCamera {
    /// Degrees around the product.
    pub azimuth_deg: Option<f32>,
    /// Degrees above the ground.
    pub elevation_deg: Option<f32>,
    /// Free share of the picture on each side.
    pub margin: Option<f32>,
}

/// Light and noise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LegacyLook {
    /// Exposure in stops, in place of the scene's.
    pub exposure_ev: Option<f32>,
    /// Curve from light to picture, in place of the scene's.
    pub tone_mapping: Option<ToneMapping>,
    /// Bounces of light.
    pub max_bounces: u32,
    /// Whether noise is smoothed.
    pub denoise: bool,
    /// Quality of JPEG files.
    pub jpeg_quality: u8,
}

/// Who is told that an output is ready.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyNotice {
    /// `in_app`, `email` or `webhook`.
    pub channel: String,
    /// Nobody listed means the person who asked.
    pub recipients: Vec<String>,
    /// What they read, with `{name}` in it.
    pub message: String,
}

impl Default for LegacyNotice {
    fn default() -> Self {
        Self {
            channel: "in_app".to_owned(),
            recipients: Vec::new(),
            message: "{name} is ready".to_owned(),
        }
    }
}

/// Who renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegacyRenderer {
    /// The renderer that is on every machine.
    Embedded,
    /// Blender.
    Blender,
}

/// A preset's values, complete.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacySettings {
    /// What comes out.
    pub output: LegacyOutput,
    /// Who renders.
    pub renderer: LegacyRenderer,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Light paths per pixel.
    pub samples: u32,
    /// Seed of the noise.
    pub seed: u64,
    /// File format.
    pub format: ImageFormat,
    /// Leaves the background out.
    pub transparent: bool,
    /// Key of the studio scene.
    pub template: String,
    /// Who gets which material, and what it is made of.
    pub materials: LegacyMaterials,
    /// How fine the geometry is.
    pub mesh: LegacyMesh,
    /// From where it is seen.
    pub camera: LegacyCamera,
    /// Light and noise of the picture.
    pub look: LegacyLook,
    /// Width and height that the rendered picture is resized to.
    pub resize_px: Option<[u32; 2]>,
    /// What the output is called, with `{stem}` and `{ext}` in it.
    pub file_name: Option<String>,
    /// Who is told of an order line's output, and how.
    pub notice: Option<LegacyNotice>,
    /// Engine and device, where Blender renders.
    pub blender: BlenderShot,
    /// The turn, where a turntable comes out.
    pub turn: LegacyTurn,
}

impl LegacySettings {
    /// Width over height.
    pub(crate) fn aspect(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "sides have at most 15 bits")]
        let aspect = self.width_px as f32 / self.height_px as f32;
        aspect
    }
}

/// Bounces of light, fixed in the old render scripts.
const MAX_BOUNCES: u32 = 8;
/// Deflection of the GLB as a share of the diagonal, in percent.
const DEFLECTION_PERCENT: f64 = 0.03;
/// Angle between facets, in degrees.
const ANGLE_DEG: f64 = 12.0;
/// Material of parts that nothing else decides.
const FALLBACK_MATERIAL: &str = "steel";
/// A turntable's values where a preset names none.
pub(crate) const TURN: LegacyTurn = LegacyTurn {
    frames: 120,
    fps: 30,
    degrees: 360.0,
    start_deg: 0.0,
    clockwise: false,
    codec: VideoCodec::H264,
    crf: 18,
};
/// Quality of JPEG files.
const JPEG_QUALITY: u8 = 92;

/// What a type of preset makes, with the side in pixels and the samples that it has where it names none.
pub(crate) fn usual_of(reader: &Reader<'_>) -> Result<(LegacyOutput, u32, u32), LegacyError> {
    match reader.0.preset_type.as_str() {
        "still" | "still_with_exports" => Ok((LegacyOutput::Still, 1024, 64)),
        "thumbnail" => Ok((LegacyOutput::Thumbnail, 256, 32)),
        "turntable" => Ok((LegacyOutput::Turntable, 1024, 32)),
        "blend" => Ok((LegacyOutput::Blend, 1024, 64)),
        other => Err(reader.refuse(format!("this edition can't run presets of type `{other}`"))),
    }
}

/// Reads a preset. Missing values get the old defaults; values that no run could use are refused by name.
pub fn settings_of(preset: &LegacyPreset) -> Result<LegacySettings, LegacyError> {
    let reader = Reader(preset);
    let (output, side_px, samples) = usual_of(&reader)?;
    let [width_px, height_px] = reader.size_px(side_px)?;
    if output == LegacyOutput::Turntable {
        reader.even("width", width_px)?;
        reader.even("height", height_px)?;
    }
    Ok(LegacySettings {
        output,
        renderer: reader.renderer()?,
        width_px,
        height_px,
        samples: reader.integer("samples", 1, 65_536)?.unwrap_or(samples),
        seed: u64::from(reader.integer("seed", 0, u32::MAX)?.unwrap_or(0)),
        format: match output {
            LegacyOutput::Turntable => ImageFormat::Png,
            _ => reader.format()?,
        },
        transparent: reader.boolean("transparent_bg")?.unwrap_or(false),
        template: reader
            .text("template")?
            .unwrap_or_else(|| "soft_box".to_owned()),
        materials: LegacyMaterials {
            overrides: reader.overrides()?,
            fallback: reader
                .text("fallback")?
                .unwrap_or_else(|| FALLBACK_MATERIAL.to_owned()),
            from_names: reader.boolean("use_names")?.unwrap_or(true),
            from_colors: reader.boolean("use_colors")?.unwrap_or(true),
        },
        mesh: LegacyMesh {
            deflection_percent: reader
                .number("deflection_percent", 0.001..=10.0)?
                .unwrap_or(DEFLECTION_PERCENT),
            angle_deg: reader.facet_angle_deg()?.unwrap_or(ANGLE_DEG),
        },
        camera: reader.camera()?,
        look: LegacyLook {
            exposure_ev: reader.float("exposure", -20.0..=20.0)?,
            tone_mapping: reader.tone_mapping()?,
            max_bounces: reader.integer("bounces", 1, 64)?.unwrap_or(MAX_BOUNCES),
            denoise: reader.boolean("denoise")?.unwrap_or(true),
            jpeg_quality: reader.jpeg_quality()?.unwrap_or(JPEG_QUALITY),
        },
        resize_px: reader.resize_px()?,
        file_name: reader.file_name()?,
        notice: reader.notice()?,
        blender: reader.blender()?,
        turn: match output {
            LegacyOutput::Turntable => reader.turn()?,
            _ => TURN,
        },
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn preset(value: Value) -> LegacyPreset {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_empty_still_preset_gets_the_old_defaults() {
        let settings = settings_of(&preset(json!({"type": "still"}))).unwrap();
        assert_eq!(
            (settings.width_px, settings.height_px, settings.samples),
            (1024, 1024, 64)
        );
        assert_eq!((settings.seed, settings.template.as_str()), (0, "soft_box"));
    }

    #[test]
    fn a_turntable_preset_has_its_own_defaults_and_even_sides() {
        let settings = settings_of(&preset(json!({"type": "turntable"}))).unwrap();
        assert_eq!((settings.samples, settings.turn), (32, TURN));
        let odd = preset(json!({"type": "turntable", "params": {"width": 1025}}));
        let err = settings_of(&odd).unwrap_err().to_string();
        assert!(err.contains("use 1024 or 1026"), "{err}");
        let webm = json!({"type": "turntable", "params": {"codec": "webm", "direction": "cw"}});
        let turn = settings_of(&preset(webm)).unwrap().turn;
        assert_eq!((turn.codec, turn.clockwise), (VideoCodec::Vp9, true));
    }

    #[test]
    fn values_are_read_in_every_old_spelling() {
        let read = |params: Value| {
            settings_of(&preset(json!({"type": "still", "params": params}))).unwrap()
        };
        for size in [json!("640x480"), json!([640, 480])] {
            let still = read(json!({"resolution": size}));
            assert_eq!((still.width_px, still.height_px), (640, 480));
        }
        let still = read(json!({
            "width": "320", "film_transparent": "yes", "camera_angle": {"azimuth": 30, "elevation": 15},
            "exposure": -0.5, "quality": 0.85, "default_material": "brass", "match_colors": false,
            "angular_deflection": 0.2, "to": "kim", "channel": "mail", "margin": 8
        }));
        assert_eq!((still.width_px, still.height_px), (320, 1024));
        assert!(still.transparent && !still.materials.from_colors);
        let LegacyCamera {
            azimuth_deg,
            elevation_deg,
            margin,
        } = still.camera;
        assert_eq!(
            (azimuth_deg, elevation_deg, margin),
            (Some(30.0), Some(15.0), Some(0.08))
        );
        assert_eq!(
            (still.look.exposure_ev, still.look.jpeg_quality),
            (Some(-0.5), 85)
        );
        assert_eq!(still.materials.fallback, "brass");
        assert_eq!(still.mesh.angle_deg, 11.459_156);
        let notice = still.notice.unwrap();
        assert_eq!(
            (notice.channel.as_str(), notice.recipients),
            ("email", vec!["kim".to_owned()])
        );
        assert_eq!(read(json!({"notify": false})).notice, None);
        // The quality of an STL file says nothing of a picture's.
        assert_eq!(read(json!({"quality": "high"})).look.jpeg_quality, 92);
    }

    #[test]
    fn a_pictures_quality_stands_beside_that_of_an_stl() {
        let params = json!({"format": "jpg", "quality": "high", "jpeg_quality": 70});
        let exports = preset(json!({"type": "still_with_exports", "params": params}));
        assert_eq!(settings_of(&exports).unwrap().look.jpeg_quality, 70);
    }

    #[test]
    fn a_size_is_read_under_each_of_its_names() {
        let read = |params: Value| {
            let settings = settings_of(&preset(json!({"type": "still", "params": params})));
            settings.map(|it| [it.width_px, it.height_px])
        };
        let sized = read(json!({"resolution": null, "size": 512}));
        assert_eq!(sized.unwrap(), [512, 512]);
        let err = read(json!({"resolution": 512, "size": "huge"})).unwrap_err();
        assert!(err.to_string().contains("`size`"), "{err}");
        assert!(err.to_string().contains("huge"), "{err}");
    }

    #[test]
    fn words_are_read_as_migration_reads_them() {
        let read = |params: Value| {
            settings_of(&preset(json!({"type": "still", "params": params}))).unwrap()
        };
        assert_eq!(read(json!({"format": ".JPG"})).format, ImageFormat::Jpeg);
        assert_eq!(read(json!({"format": "OPEN_EXR"})).format, ImageFormat::Exr);
        for params in [json!({"renderer": "Blender"}), json!({"engine": "blender"})] {
            assert_eq!(read(params).renderer, LegacyRenderer::Blender);
        }
        let engine = json!({"renderer": "embedded", "engine": "Cycles"});
        assert_eq!(read(engine).renderer, LegacyRenderer::Embedded);
        assert_eq!(read(json!({"margin": "8"})).camera.margin, Some(0.08));
    }

    #[test]
    fn wrong_values_are_refused_by_name() {
        let wrong = [
            json!({"width": "wide"}),
            json!({"samples": 0}),
            json!({"format": "bmp"}),
            json!({"resolution": "large"}),
            json!({"camera_angle": "front"}),
            json!({"margin": 45}),
            json!({"margin": -5}),
            json!({"camera_elevation": 95}),
            json!({"exposure": 30}),
            json!({"deflection_percent": 0}),
            json!({"angle": 0}),
            json!({"jpeg_quality": "good"}),
            json!({"filename": "{line}.{ext}"}),
        ];
        for params in wrong {
            let name = params.as_object().unwrap().keys().next().unwrap().clone();
            let err = settings_of(&preset(json!({"type": "still", "params": params}))).unwrap_err();
            assert!(err.to_string().contains(&name), "{err}");
        }
        let err = settings_of(&preset(json!({"type": "hologram"}))).unwrap_err();
        assert!(err.to_string().contains("hologram"), "{err}");
    }
}
