//! What a preset asks for, filled up with the legacy pipeline's own defaults.
//!
//! These defaults are history: they change only when the studio's old pipeline does, never to suit
//! the graph.

use hartomat_render::{BlenderDevice, BlenderEngine, BlenderShot, ImageFormat};
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
    /// An order line's Blender file.
    Blend,
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
/// Quality of JPEG files.
pub(crate) const JPEG_QUALITY: u8 = 92;

/// Reads a preset. Missing values get the old defaults; values of the wrong type are refused by name.
pub fn settings_of(preset: &LegacyPreset) -> Result<LegacySettings, LegacyError> {
    let reader = Reader(preset);
    let (output, side_px, samples) = match preset.preset_type.as_str() {
        "still" | "still_with_exports" => (LegacyOutput::Still, 1024, 64),
        "thumbnail" => (LegacyOutput::Thumbnail, 256, 32),
        "blend" => (LegacyOutput::Blend, 1024, 64),
        other => {
            return Err(reader.refuse(format!("this edition can't run presets of type `{other}`")));
        }
    };
    let side_px = reader.integer("resolution", 16, 16_384)?.unwrap_or(side_px);
    Ok(LegacySettings {
        output,
        renderer: reader.renderer()?,
        width_px: reader.integer("width", 16, 16_384)?.unwrap_or(side_px),
        height_px: reader.integer("height", 16, 16_384)?.unwrap_or(side_px),
        samples: reader.integer("samples", 1, 65_536)?.unwrap_or(samples),
        seed: u64::from(reader.integer("seed", 0, u32::MAX)?.unwrap_or(0)),
        format: reader.format()?,
        transparent: reader.boolean("transparent_bg")?.unwrap_or(false),
        template: reader
            .text("template")?
            .unwrap_or_else(|| "soft_box".to_owned()),
        material_override: reader.text("material_override")?,
        camera_angle_deg: reader.number("camera_angle")?,
        blender: reader.blender()?,
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

    fn number(&self, name: &str) -> Result<Option<f32>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an angle needs no more digits"
        )]
        let number = value.as_f64().map(|number| number as f32);
        number
            .map(Some)
            .ok_or_else(|| self.refuse(format!("`{name}` should be a number and is {value}")))
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
