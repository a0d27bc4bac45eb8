//! Reads a preset's values in every spelling that old documents have. What is there and can't be read is
//! refused by name, never passed over.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use hartomat_render::{BlenderDevice, BlenderEngine, BlenderShot, ImageFormat, VideoCodec};
use hartomat_schema::legacy_value::{
    self, facet_degrees, flag, image_format, number, percent, resolution, whole,
};
use hartomat_schema::{LegacyPreset, ToneMapping};
use serde_json::Value;

use crate::LegacyError;
use crate::defaults::{LegacyCamera, LegacyNotice, LegacyRenderer, LegacyTurn, TURN};
use crate::line::named;

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
    &["filename", "file_name", "name_pattern"],
    &["recipients", "to"],
    &["message", "text"],
    &["frames", "frame_count", "num_frames"],
    &["fps", "frame_rate"],
    &["degrees", "rotation_degrees", "rotation"],
    &["start_angle", "start_deg"],
    &["codec", "video_codec"],
];

/// What the camera can be turned to.
const AZIMUTH_DEG: RangeInclusive<f64> = -3600.0..=3600.0;
const ELEVATION_DEG: RangeInclusive<f64> = -89.0..=89.0;
/// What the CAD kernel takes as an angle between facets.
const FACET_DEG: RangeInclusive<f64> = 1.0..=90.0;

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
        let sides = |value: &Value| {
            let in_range = |size: &[u32; 2]| size.iter().all(|it| (16..=16_384).contains(it));
            resolution(value).filter(in_range)
        };
        let should_be = "16 to 16384, for both sides or each,";
        let pair = self.read("resolution", should_be, sides)?;
        let other = self.read("size", should_be, sides)?;
        let [width, height] = pair.or(other).unwrap_or([otherwise; 2]);
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

    pub(crate) fn number(
        &self,
        name: &str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f64>, LegacyError> {
        let should_be = format!("{} to {}", range.start(), range.end());
        self.read(name, &should_be, |value| {
            number(value).filter(|number| range.contains(number))
        })
    }

    pub(crate) fn float(
        &self,
        name: &str,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f32>, LegacyError> {
        Ok(self.number(name, range)?.map(float))
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, LegacyError> {
        self.read(name, "true or false", flag)
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, LegacyError> {
        self.read(name, "text", |value| value.as_str().map(str::to_owned))
    }

    /// One of the words that old documents have for a value.
    fn word(
        &self,
        name: &str,
        should_be: &str,
        read: impl Fn(&str) -> Option<&'static str>,
    ) -> Result<Option<&'static str>, LegacyError> {
        self.read(name, should_be, |value| read(value.as_str()?))
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
        let should_be = "an azimuth of -3600 to 3600, or one and an elevation of -89 to 89,";
        let direction = self.read("camera_angle", should_be, |value| {
            legacy_value::camera(value).filter(|(azimuth, elevation)| {
                AZIMUTH_DEG.contains(azimuth)
                    && elevation.is_none_or(|it| ELEVATION_DEG.contains(&it))
            })
        })?;
        let elevation = self.number("camera_elevation", ELEVATION_DEG)?;
        let should_be = "0 to 40 percent, or a share of up to 0.4,";
        let margin = self.read("margin", should_be, |value| {
            let margin = number(value).map(|it| if it < 1.0 { it } else { it / 100.0 });
            margin.filter(|share| (0.0..=0.4).contains(share))
        })?;
        let elevation = direction.and_then(|(_, it)| it).or(elevation);
        Ok(LegacyCamera {
            azimuth_deg: direction.map(|(azimuth, _)| float(azimuth)),
            elevation_deg: elevation.map(float),
            margin: margin.map(float),
        })
    }

    /// Radians as the CAD kernel has them, or degrees.
    pub(crate) fn facet_angle_deg(&self) -> Result<Option<f64>, LegacyError> {
        let degrees = self.read("angular_deflection", "0.0175 to 1.57 radians", |value| {
            let degrees = facet_degrees(number(value)?);
            FACET_DEG.contains(&degrees).then_some(degrees)
        })?;
        Ok(degrees.or(self.number("angle", FACET_DEG)?))
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
        let own = self
            .0
            .params
            .get("quality")
            .filter(|value| number(value).is_some());
        let (name, value) = match own {
            Some(value) => ("quality", value),
            None => match self.value("jpeg_quality") {
                Some(value) => ("jpeg_quality", value),
                None => return Ok(None),
            },
        };
        let quality = percent(value).filter(|percent| (1..=100).contains(percent));
        let quality = quality.and_then(|percent| u8::try_from(percent).ok());
        let refuse = || self.refuse(format!("`{name}` should be 1 to 100 and is {value}"));
        quality.map(Some).ok_or_else(refuse)
    }

    /// The size of the transform that followed the render.
    pub(crate) fn resize_px(&self) -> Result<Option<[u32; 2]>, LegacyError> {
        self.read("resize", "width and height", |value| {
            Some([whole(&value["width"])?, whole(&value["height"])?])
        })
    }

    /// What the output is called: a plain name, whatever the product's is.
    pub(crate) fn file_name(&self) -> Result<Option<String>, LegacyError> {
        let pattern = self.text("filename")?;
        if let Some(pattern) = &pattern {
            named(self.0, pattern, "product", "ext")?;
        }
        Ok(pattern)
    }

    pub(crate) fn notice(&self) -> Result<Option<LegacyNotice>, LegacyError> {
        if self.boolean("notify")? == Some(false) {
            return Ok(None);
        }
        let usual = LegacyNotice::default();
        let should_be = "`in_app`, `email` or `webhook`";
        let channel = self.word("channel", should_be, legacy_value::channel)?;
        let recipients = self.read("recipients", "a list of people", |value| match value {
            Value::Array(list) => list
                .iter()
                .map(|it| it.as_str().map(str::to_owned))
                .collect(),
            value => Some(vec![value.as_str()?.to_owned()]),
        })?;
        Ok(Some(LegacyNotice {
            channel: channel.map_or(usual.channel, str::to_owned),
            recipients: recipients.unwrap_or_default(),
            message: self.text("message")?.unwrap_or(usual.message),
        }))
    }

    pub(crate) fn turn(&self) -> Result<LegacyTurn, LegacyError> {
        let crf = self.integer("crf", 0, 51)?;
        let degrees = self.number("degrees", -3600.0..=3600.0)?;
        let start = self.read("start_angle", "a number", number)?;
        Ok(LegacyTurn {
            frames: self.integer("frames", 2, 3600)?.unwrap_or(TURN.frames),
            fps: self.integer("fps", 1, 120)?.unwrap_or(TURN.fps),
            degrees: degrees.unwrap_or(TURN.degrees),
            start_deg: start.unwrap_or(TURN.start_deg),
            clockwise: self.direction()?,
            codec: self.codec()?,
            crf: crf
                .and_then(|crf| u8::try_from(crf).ok())
                .unwrap_or(TURN.crf),
        })
    }

    fn direction(&self) -> Result<bool, LegacyError> {
        let should_be = "`clockwise` or `counterclockwise`";
        let direction = self.word("direction", should_be, legacy_value::direction)?;
        Ok(direction == Some("clockwise"))
    }

    fn codec(&self) -> Result<VideoCodec, LegacyError> {
        let read = |name| self.word(name, "`h264` or `vp9`", legacy_value::codec);
        let codec = match read("codec")? {
            None => read("format")?,
            codec => codec,
        };
        Ok(match codec {
            Some("vp9") => VideoCodec::Vp9,
            _ => VideoCodec::H264,
        })
    }

    /// Who renders; old documents say it as the engine as well.
    pub(crate) fn renderer(&self) -> Result<LegacyRenderer, LegacyError> {
        let should_be = "`blender`, `embedded` or `auto`";
        let own = self.word("renderer", should_be, legacy_value::renderer)?;
        let engine = self.value("engine").and_then(Value::as_str);
        let renderer = own.or_else(|| legacy_value::renderer(engine?));
        Ok(match renderer {
            Some("blender") => LegacyRenderer::Blender,
            _ => LegacyRenderer::Embedded,
        })
    }

    pub(crate) fn blender(&self) -> Result<BlenderShot, LegacyError> {
        let engine = self.word("engine", "`cycles` or `eevee`", |text| {
            legacy_value::engine(text).or_else(|| legacy_value::renderer(text))
        })?;
        let device = self.word("device", "`cpu` or `gpu`", legacy_value::device)?;
        Ok(BlenderShot {
            engine: match engine {
                Some("eevee") => BlenderEngine::Eevee,
                _ => BlenderEngine::Cycles,
            },
            device: match device {
                Some("gpu") => BlenderDevice::Gpu,
                _ => BlenderDevice::Cpu,
            },
        })
    }

    pub(crate) fn format(&self) -> Result<ImageFormat, LegacyError> {
        let should_be = "`png`, `png16`, `jpeg`, `webp` or `exr`";
        let format = self.read("format", should_be, |value| {
            ImageFormat::from_key(&image_format(value.as_str()?))
        })?;
        Ok(format.unwrap_or(ImageFormat::Png))
    }
}

fn float(number: f64) -> f32 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an angle needs no more digits"
    )]
    let number = number as f32;
    number
}
