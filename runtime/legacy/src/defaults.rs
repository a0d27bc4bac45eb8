//! What a preset asks for, filled up with the legacy pipeline's own defaults.
//!
//! These defaults are history: they change only when the studio's old pipeline does, never to suit
//! the graph.

use hartomat_render::{BlenderDevice, BlenderEngine, BlenderShot, ImageFormat, VideoCodec};
use hartomat_schema::LegacyPreset;
use serde_json::Value;

use crate::LegacyError;

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
    /// One material for all parts.
    pub material_override: Option<String>,
    /// Degrees around the product in place of the scene's.
    pub camera_angle_deg: Option<f32>,
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
pub(crate) const MAX_BOUNCES: u32 = 8;
/// Deflection of the GLB as a share of the diagonal, in percent.
pub(crate) const DEFLECTION_PERCENT: f64 = 0.03;
/// Angle between facets, in degrees.
pub(crate) const ANGLE_DEG: f64 = 12.0;
/// Material of parts that nothing else decides.
pub(crate) const FALLBACK_MATERIAL: &str = "steel";
/// A turntable's values where a preset names none.
const TURN: LegacyTurn = LegacyTurn {
    frames: 120,
    fps: 30,
    degrees: 360.0,
    start_deg: 0.0,
    clockwise: false,
    codec: VideoCodec::H264,
    crf: 18,
};
/// Quality of JPEG files.
pub(crate) const JPEG_QUALITY: u8 = 92;

/// Reads a preset. Missing values get the old defaults; values of the wrong type are refused by name.
pub fn settings_of(preset: &LegacyPreset) -> Result<LegacySettings, LegacyError> {
    let reader = Reader(preset);
    let (output, side_px, samples) = match preset.preset_type.as_str() {
        "still" | "still_with_exports" => (LegacyOutput::Still, 1024, 64),
        "thumbnail" => (LegacyOutput::Thumbnail, 256, 32),
        "turntable" => (LegacyOutput::Turntable, 1024, 32),
        "blend" => (LegacyOutput::Blend, 1024, 64),
        other => {
            return Err(reader.refuse(format!("this edition can't run presets of type `{other}`")));
        }
    };
    let side_px = reader.integer("resolution", 16, 16_384)?.unwrap_or(side_px);
    let side = |name: &str| -> Result<u32, LegacyError> {
        let side = reader.integer(name, 16, 16_384)?.unwrap_or(side_px);
        match output {
            LegacyOutput::Turntable => reader.even(name, side),
            _ => Ok(side),
        }
    };
    Ok(LegacySettings {
        output,
        renderer: reader.renderer()?,
        width_px: side("width")?,
        height_px: side("height")?,
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
        material_override: reader.text("material_override")?,
        camera_angle_deg: reader.angle("camera_angle")?,
        blender: reader.blender()?,
        turn: match output {
            LegacyOutput::Turntable => reader.turn()?,
            _ => TURN,
        },
    })
}

struct Reader<'a>(&'a LegacyPreset);

impl Reader<'_> {
    fn refuse(&self, reason: String) -> LegacyError {
        LegacyError::Preset {
            preset: self.0.preset_type.clone(),
            reason,
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.0.params.get(name).filter(|value| !value.is_null())
    }

    fn integer(&self, name: &str, min: u32, max: u32) -> Result<Option<u32>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (min..=max).contains(number))
            .map(Some)
            .ok_or_else(|| self.refuse(format!("`{name}` should be {min} to {max} and is {value}")))
    }

    /// Video codecs store colours of two pixels together.
    fn even(&self, name: &str, side: u32) -> Result<u32, LegacyError> {
        if side.is_multiple_of(2) {
            return Ok(side);
        }
        let (below, above) = (side - 1, side + 1);
        Err(self.refuse(format!(
            "`{name}` should be even and is {side}: use {below} or {above}"
        )))
    }

    fn number(&self, name: &str) -> Result<Option<f64>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        value
            .as_f64()
            .map(Some)
            .ok_or_else(|| self.refuse(format!("`{name}` should be a number and is {value}")))
    }

    fn angle(&self, name: &str) -> Result<Option<f32>, LegacyError> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an angle needs no more digits"
        )]
        let angle = |number: f64| number as f32;
        Ok(self.number(name)?.map(angle))
    }

    fn turn(&self) -> Result<LegacyTurn, LegacyError> {
        let crf = self.integer("crf", 0, 51)?;
        let degrees = self.number("degrees")?.unwrap_or(TURN.degrees);
        if !(-3600.0..=3600.0).contains(&degrees) {
            return Err(self.refuse(format!(
                "`degrees` should be -3600 to 3600 and is {degrees}"
            )));
        }
        Ok(LegacyTurn {
            frames: self.integer("frames", 2, 3600)?.unwrap_or(TURN.frames),
            fps: self.integer("fps", 1, 120)?.unwrap_or(TURN.fps),
            degrees,
            start_deg: self.number("start_angle")?.unwrap_or(TURN.start_deg),
            clockwise: self.direction()?,
            codec: self.codec()?,
            crf: crf
                .and_then(|crf| u8::try_from(crf).ok())
                .unwrap_or(TURN.crf),
        })
    }

    fn direction(&self) -> Result<bool, LegacyError> {
        match self.text("direction")?.as_deref() {
            None | Some("counterclockwise" | "ccw") => Ok(false),
            Some("clockwise" | "cw") => Ok(true),
            Some(other) => Err(self.refuse(format!("unknown direction `{other}`"))),
        }
    }

    fn codec(&self) -> Result<VideoCodec, LegacyError> {
        let named = self.text("codec")?.or(self.text("format")?);
        match named.map(|name| name.to_ascii_lowercase()).as_deref() {
            None | Some("h264" | "libx264" | "mp4") => Ok(VideoCodec::H264),
            Some("vp9" | "libvpx-vp9" | "webm") => Ok(VideoCodec::Vp9),
            Some(other) => Err(self.refuse(format!("unknown codec `{other}`"))),
        }
    }

    fn boolean(&self, name: &str) -> Result<Option<bool>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        value
            .as_bool()
            .map(Some)
            .ok_or_else(|| self.refuse(format!("`{name}` should be true or false and is {value}")))
    }

    fn text(&self, name: &str) -> Result<Option<String>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        value
            .as_str()
            .map(|text| Some(text.to_owned()))
            .ok_or_else(|| self.refuse(format!("`{name}` should be text and is {value}")))
    }

    fn renderer(&self) -> Result<LegacyRenderer, LegacyError> {
        match self.text("renderer")?.as_deref() {
            None | Some("auto" | "embedded") => Ok(LegacyRenderer::Embedded),
            Some("blender") => Ok(LegacyRenderer::Blender),
            Some(other) => Err(self.refuse(format!("unknown renderer `{other}`"))),
        }
    }

    fn blender(&self) -> Result<BlenderShot, LegacyError> {
        let engine = match self.text("engine")?.as_deref() {
            None | Some("cycles" | "CYCLES") => BlenderEngine::Cycles,
            Some("eevee" | "BLENDER_EEVEE" | "BLENDER_EEVEE_NEXT") => BlenderEngine::Eevee,
            Some(other) => return Err(self.refuse(format!("unknown engine `{other}`"))),
        };
        let device = match self.text("device")?.as_deref() {
            None | Some("cpu" | "CPU") => BlenderDevice::Cpu,
            Some("gpu" | "GPU" | "auto") => BlenderDevice::Gpu,
            Some(other) => return Err(self.refuse(format!("unknown device `{other}`"))),
        };
        Ok(BlenderShot { engine, device })
    }

    fn format(&self) -> Result<ImageFormat, LegacyError> {
        match self
            .text("format")?
            .as_deref()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            None | Some("png") => Ok(ImageFormat::Png),
            Some("png16") => Ok(ImageFormat::Png16),
            Some("jpg" | "jpeg") => Ok(ImageFormat::Jpeg),
            Some("webp") => Ok(ImageFormat::Webp),
            Some("exr") => Ok(ImageFormat::Exr),
            Some(other) => Err(self.refuse(format!("unknown format `{other}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
    fn wrong_values_are_refused_by_name() {
        let wrong = [
            json!({"width": "wide"}),
            json!({"samples": 0}),
            json!({"format": "bmp"}),
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
