//! Reads a preset's values in every spelling that old documents have. What is there and can't be read is
//! refused by name, never passed over.

use std::collections::BTreeMap;

use hartomat_render::{BlenderDevice, BlenderEngine, BlenderShot, ImageFormat, VideoCodec};
use hartomat_schema::{LegacyPreset, ToneMapping};
use serde_json::Value;

use crate::LegacyError;
use crate::defaults::{LegacyCamera, LegacyNotice, LegacyRenderer, LegacyTurn, TURN};

/// Names of one value, the usual one first.
const SPELLINGS: &[&[&str]] = &[
    &["width", "width_px"],
    &["height", "height_px"],
    &["transparent_bg", "transparent", "film_transparent"],
    &["format", "output_format", "file_format"],
    &["template", "scene", "studio_scene"],
    &[
        "material_override",
        "overrides",
        "part_materials",
        "materials",
    ],
    &["fallback", "fallback_material", "default_material"],
    &["use_names", "match_names"],
    &["use_colors", "match_colors"],
    &["camera_angle", "camera_azimuth", "azimuth"],
    &["camera_elevation", "elevation"],
    &["margin", "padding"],
    &["exposure", "exposure_ev"],
    &["view_transform", "tone_mapping"],
    &["bounces", "max_bounces"],
    &["denoise", "denoising", "use_denoising"],
    &["quality", "jpeg_quality"],
    &["filename", "file_name", "name_pattern"],
    &["recipients", "to"],
    &["message", "text"],
    &["frames", "frame_count", "num_frames"],
    &["fps", "frame_rate"],
    &["degrees", "rotation_degrees", "rotation"],
    &["start_angle", "start_deg"],
    &["codec", "video_codec"],
];

/// A preset, read value by value.
pub(crate) struct Reader<'a>(pub(crate) &'a LegacyPreset);

impl Reader<'_> {
    pub(crate) fn refuse(&self, reason: String) -> LegacyError {
        LegacyError::Preset {
            preset: self.0.preset_type.clone(),
            reason,
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        let spellings = SPELLINGS.iter().find(|names| names[0] == name);
        let own = [name];
        let names = spellings.map_or(&own[..], |names| names);
        names
            .iter()
            .find_map(|name| self.0.params.get(*name).filter(|value| !value.is_null()))
    }

    /// A value, or a refusal that says what it should be.
    fn read<T>(
        &self,
        name: &str,
        should_be: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, LegacyError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let refuse = || self.refuse(format!("`{name}` should be {should_be} and is {value}"));
        read(value).map(Some).ok_or_else(refuse)
    }

    pub(crate) fn integer(
        &self,
        name: &str,
        min: u32,
        max: u32,
    ) -> Result<Option<u32>, LegacyError> {
        let should_be = format!("{min} to {max}");
        self.read(name, &should_be, |value| {
            whole(value).filter(|number| (min..=max).contains(number))
        })
    }

    /// Width and height.
    pub(crate) fn size_px(&self, otherwise: u32) -> Result<[u32; 2], LegacyError> {
        let mut size = [otherwise; 2];
        for name in ["resolution", "size"] {
            if self.value(name).is_some() {
                let in_range = |size: &[u32; 2]| size.iter().all(|it| (16..=16_384).contains(it));
                let found = self.0.resolution_px().filter(in_range);
                size = found.ok_or_else(|| {
                    self.refuse(format!(
                        "`{name}` should be 16 to 16384, for both sides or each"
                    ))
                })?;
            }
        }
        let [width, height] = size;
        Ok([
            self.integer("width", 16, 16_384)?.unwrap_or(width),
            self.integer("height", 16, 16_384)?.unwrap_or(height),
        ])
    }

    /// Video codecs store colours of two pixels together.
    pub(crate) fn even(&self, name: &str, side: u32) -> Result<(), LegacyError> {
        if side.is_multiple_of(2) {
            return Ok(());
        }
        let (below, above) = (side - 1, side + 1);
        Err(self.refuse(format!(
            "`{name}` should be even and is {side}: use {below} or {above}"
        )))
    }

    pub(crate) fn number(&self, name: &str) -> Result<Option<f64>, LegacyError> {
        self.read(name, "a number", number)
    }

    pub(crate) fn float(&self, name: &str) -> Result<Option<f32>, LegacyError> {
        Ok(self.number(name)?.map(float))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, LegacyError> {
        self.read(name, "true or false", |value| match value {
            Value::String(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(true),
                "false" | "no" | "off" | "0" => Some(false),
                _ => None,
            },
            Value::Number(number) => match number.as_u64()? {
                0 => Some(false),
                1 => Some(true),
                _ => None,
            },
            value => value.as_bool(),
        })
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, LegacyError> {
        self.read(name, "text", |value| value.as_str().map(str::to_owned))
    }

    /// One material for all parts, or materials by part name.
    pub(crate) fn overrides(&self) -> Result<BTreeMap<String, String>, LegacyError> {
        let found = self.read("material_override", "a material", |value| match value {
            Value::Object(parts) => parts
                .iter()
                .map(|(part, material)| Some((part.clone(), material.as_str()?.to_owned())))
                .collect(),
            value => Some(BTreeMap::from([(
                "*".to_owned(),
                value.as_str()?.to_owned(),
            )])),
        });
        Ok(found?.unwrap_or_default())
    }

    /// Azimuth, elevation and margin.
    pub(crate) fn camera(&self) -> Result<LegacyCamera, LegacyError> {
        let angle = |angles: &Value, names: [&str; 3]| {
            let mut names = names.iter();
            names.find_map(|name| number(angles.get(*name)?)).map(float)
        };
        let should_be = "an azimuth, or azimuth and elevation";
        let direction = self.read("camera_angle", should_be, |value| match value {
            Value::Object(_) => Some((
                angle(value, ["azimuth", "azimuth_deg", "horizontal"])?,
                Some(angle(value, ["elevation", "elevation_deg", "vertical"])?),
            )),
            value => Some((float(number(value)?), None)),
        })?;
        let elevation_deg = self.float("camera_elevation")?;
        Ok(LegacyCamera {
            azimuth_deg: direction.map(|(azimuth, _)| azimuth),
            elevation_deg: direction.and_then(|(_, it)| it).or(elevation_deg),
            margin: self
                .number("margin")?
                .map(|it| if it < 1.0 { it } else { it / 100.0 })
                .map(float),
        })
    }

    /// Radians as the CAD kernel has them, or degrees.
    pub(crate) fn facet_angle_deg(&self) -> Result<Option<f64>, LegacyError> {
        let radians = self.number("angular_deflection")?;
        let degrees = radians.map(|it| (it.to_degrees() * 1e6).round() / 1e6);
        Ok(degrees.or(self.number("angle")?))
    }

    pub(crate) fn tone_mapping(&self) -> Result<Option<ToneMapping>, LegacyError> {
        let text = self.text("view_transform")?;
        match text.map(|text| text.to_lowercase()).as_deref() {
            None | Some("scene") => Ok(None),
            Some("agx") => Ok(Some(ToneMapping::Agx)),
            Some("filmic") => Ok(Some(ToneMapping::Filmic)),
            Some("standard") => Ok(Some(ToneMapping::Standard)),
            Some(other) => Err(self.refuse(format!("unknown tone mapping `{other}`"))),
        }
    }

    /// Percent, or a share of one. An STL file's quality is a word, and says nothing of a picture's.
    pub(crate) fn jpeg_quality(&self) -> Result<Option<u8>, LegacyError> {
        let Some(number) = self.value("quality").and_then(number) else {
            return Ok(None);
        };
        let is_share = number.fract() != 0.0 && number < 1.0;
        let percent = if is_share { number * 100.0 } else { number }.round();
        if !(1.0..=100.0).contains(&percent) {
            return Err(self.refuse(format!("`quality` should be 1 to 100 and is {number}")));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was just checked"
        )]
        Ok(Some(percent as u8))
    }

    /// The size of the transform that followed the render.
    pub(crate) fn resize_px(&self) -> Result<Option<[u32; 2]>, LegacyError> {
        self.read("resize", "width and height", |value| {
            Some([whole(&value["width"])?, whole(&value["height"])?])
        })
    }

    pub(crate) fn notice(&self) -> Result<Option<LegacyNotice>, LegacyError> {
        if self.boolean("notify")? == Some(false) {
            return Ok(None);
        }
        let channel = self.text("channel")?.map(|it| it.to_lowercase());
        let channel = match channel.as_deref() {
            None | Some("in_app" | "in-app" | "inapp" | "app") => "in_app",
            Some("email" | "mail" | "e-mail") => "email",
            Some("webhook" | "http" | "hook") => "webhook",
            Some(other) => return Err(self.refuse(format!("unknown channel `{other}`"))),
        };
        let recipients = self.read("recipients", "a list of people", |value| match value {
            Value::Array(list) => list
                .iter()
                .map(|it| it.as_str().map(str::to_owned))
                .collect(),
            value => Some(vec![value.as_str()?.to_owned()]),
        })?;
        let usual = LegacyNotice::default();
        Ok(Some(LegacyNotice {
            channel: channel.to_owned(),
            recipients: recipients.unwrap_or_default(),
            message: self.text("message")?.unwrap_or(usual.message),
        }))
    }

    pub(crate) fn turn(&self) -> Result<LegacyTurn, LegacyError> {
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
            None | Some("h264" | "h.264" | "libx264" | "mpeg4" | "mp4") => Ok(VideoCodec::H264),
            Some("vp9" | "libvpx-vp9" | "webm") => Ok(VideoCodec::Vp9),
            Some(other) => Err(self.refuse(format!("unknown codec `{other}`"))),
        }
    }

    pub(crate) fn renderer(&self) -> Result<LegacyRenderer, LegacyError> {
        match self.text("renderer")?.as_deref() {
            None | Some("auto" | "embedded") => Ok(LegacyRenderer::Embedded),
            Some("blender") => Ok(LegacyRenderer::Blender),
            Some(other) => Err(self.refuse(format!("unknown renderer `{other}`"))),
        }
    }

    pub(crate) fn blender(&self) -> Result<BlenderShot, LegacyError> {
        let engine = match self.text("engine")?.as_deref() {
            None | Some("cycles" | "CYCLES" | "blender_cycles") => BlenderEngine::Cycles,
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

    pub(crate) fn format(&self) -> Result<ImageFormat, LegacyError> {
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

/// A number, or a text that is one.
fn number(value: &Value) -> Option<f64> {
    let found = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    found.filter(|number| number.is_finite())
}

fn whole(value: &Value) -> Option<u32> {
    let number = number(value)?;
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it was just checked"
    )]
    fits.then_some(number as u32)
}

fn float(number: f64) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an angle needs no more digits"
    )]
    let number = number as f32;
    number
}
