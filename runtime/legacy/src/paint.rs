//! From geometry to the encoded picture: materials, scene, render, file format.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hartomat_cad::{Cancel, bbox_of_glb};
use hartomat_render::{
    BlendTemplates, ComposeRequest, EncodeOptions, Fit, RenderBackend as _, RenderObserver,
    RenderRequest, StudioScenes, TransformRequest, compose_scene, encode, resolve_materials,
    sampled_in_words, suggest_materials, transform,
};
use hartomat_schema::{Background, Digest, MaterialMap, PartList, Scene, VideoHeader};

use crate::{LegacyError, LegacyLine, LegacyOutput, LegacyRenderer, LegacySettings};

/// What came out.
pub(crate) struct Painted {
    pub(crate) bytes: Vec<u8>,
    pub(crate) denoised: bool,
    /// What it is, where it is a video.
    pub(crate) video: Option<VideoHeader>,
}

/// A run's tools and settings for making its picture.
pub(crate) struct Paint<'a> {
    pub(crate) line: &'a LegacyLine,
    pub(crate) settings: &'a LegacySettings,
    pub(crate) cancel: &'a Cancel,
    pub(crate) progress: &'a (dyn Fn(f64, &str) + Sync),
    /// Where frames of a turn lie until the video is made.
    pub(crate) folder: PathBuf,
}

impl Paint<'_> {
    /// The encoded picture or video, or the Blender file.
    pub(crate) fn output(
        &self,
        parts: &PartList,
        glb: &[u8],
        wishes: &BTreeMap<String, String>,
        say: &dyn Fn(&str),
    ) -> Result<Painted, LegacyError> {
        let scene = self.scene(parts, glb, wishes, say)?;
        let settings = self.settings;
        let request = RenderRequest {
            scene: &scene,
            glb,
            width_px: settings.width_px,
            height_px: settings.height_px,
            samples: settings.samples,
            seed: settings.seed,
            denoise: settings.look.denoise,
            max_bounces: settings.look.max_bounces,
            blender: settings.blender,
        };
        if settings.output == LegacyOutput::Blend {
            say("writing the Blender file");
            return Ok(Painted {
                bytes: self.line.blender.export_blend(&request, true, self)?,
                denoised: false,
                video: None,
            });
        }
        if settings.output == LegacyOutput::Turntable {
            return self.turntable(&request, say);
        }
        let by = self.by();
        say(&format!(
            "rendering {} × {} with {} samples{by}",
            settings.width_px, settings.height_px, settings.samples
        ));
        let picture = match settings.renderer {
            LegacyRenderer::Embedded => self.line.renderer.render(&request, self)?,
            LegacyRenderer::Blender => self.line.blender.render(&request, self)?,
        };
        if settings.look.denoise && !picture.denoised {
            say("this Blender has no denoiser: noise stays");
        }
        let options = EncodeOptions {
            jpeg_quality: settings.look.jpeg_quality,
            ..EncodeOptions::default()
        };
        let mut bytes = encode(&picture, settings.format, &options)?;
        if let Some(size) = settings.resize_px {
            say(&format!("resizing to {} × {}", size[0], size[1]));
            let request = TransformRequest {
                resize_px: Some((size, Fit::Contain)),
                ..TransformRequest::convert(settings.format)
            };
            bytes = transform(&bytes, &request)?;
        }
        Ok(Painted {
            bytes,
            denoised: picture.denoised,
            video: None,
        })
    }

    /// Who renders, for the log.
    pub(crate) fn by(&self) -> &'static str {
        match self.settings.renderer {
            LegacyRenderer::Embedded => "",
            LegacyRenderer::Blender => " in Blender",
        }
    }

    /// A material per part from what the preset lets suggest one.
    fn suggested(&self, parts: &PartList) -> MaterialMap {
        let mut seen = parts.clone();
        for part in &mut seen.parts {
            if !self.settings.materials.from_names {
                part.name.clear();
            }
            if !self.settings.materials.from_colors {
                part.color = None;
            }
        }
        let mut map = suggest_materials(&seen, &self.line.materials);
        for (assignment, part) in map.assignments.iter_mut().zip(&parts.parts) {
            assignment.part_name.clone_from(&part.name);
        }
        map
    }

    fn scene(
        &self,
        parts: &PartList,
        glb: &[u8],
        wishes: &BTreeMap<String, String>,
        say: &dyn Fn(&str),
    ) -> Result<Scene, LegacyError> {
        let library = &self.line.materials;
        let own = &self.settings.materials;
        let mut wished = own.overrides.clone();
        wished.extend(wishes.clone());
        let suggested = self.suggested(parts);
        let fallback = &own.fallback;
        let materials = resolve_materials(parts, Some(&suggested), &wished, fallback, library)?;
        say(&format!("materials {}", materials.words()));
        if !materials.unresolved.is_empty() {
            say(&format!(
                "{fallback} for {}",
                materials.unresolved.join(", ")
            ));
        }
        let named = &self.settings.template;
        let template = BlendTemplates::is_template(named)
            .then(|| self.line.blender.templates().get(named))
            .transpose()?;
        let studio = match &template {
            Some(_) => self.line.scenes.get(StudioScenes::DEFAULT)?,
            None => self.line.scenes.get(named)?,
        };
        match &template {
            Some(template) => say(&format!("template {}", template.name)),
            None => say(&format!("studio scene {}", studio.key)),
        }
        let mut scene = compose_scene(&ComposeRequest {
            glb_digest: Digest::of(glb),
            glb,
            bbox: Some(bbox_of_glb(glb)?),
            materials: Some(&materials),
            library,
            studio,
            hidden: &[],
            azimuth_deg: self.settings.camera.azimuth_deg,
            elevation_deg: self.settings.camera.elevation_deg,
            margin: self.settings.camera.margin,
            exposure_ev: self.settings.look.exposure_ev,
            aspect: Some(self.settings.aspect()),
            full_turn: self.settings.output == LegacyOutput::Turntable,
        })?;
        scene.template = template;
        scene.tone_mapping = self
            .settings
            .look
            .tone_mapping
            .unwrap_or(scene.tone_mapping);
        if self.settings.transparent {
            scene.background = Background::Transparent;
            if let Some(ground) = &mut scene.ground {
                ground.shadow_only = true;
            }
        }
        Ok(scene)
    }
}

impl RenderObserver for Paint<'_> {
    fn progress(&self, done: u64, total: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = done as f64 / total.max(1) as f64;
        (self.progress)(0.1 + 0.9 * share, "rendering");
    }

    fn sampled(&self, done: u64, total: u64, left_secs: Option<f64>) {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = done as f64 / total.max(1) as f64;
        let words = sampled_in_words(done, total, left_secs);
        (self.progress)(0.1 + 0.9 * share, &words);
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
