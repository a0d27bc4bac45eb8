//! From geometry to the encoded picture: materials, scene, render, file format.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hartomat_cad::{Cancel, bbox_of_glb};
use hartomat_render::{
    BlendTemplates, ComposeRequest, EncodeOptions, RenderBackend as _, RenderObserver,
    RenderRequest, StudioScenes, compose_scene, encode, resolve_materials, sampled_in_words,
    suggest_materials,
};
use hartomat_schema::{Background, Digest, PartList, Scene, VideoHeader};

use crate::defaults::{FALLBACK_MATERIAL, JPEG_QUALITY, MAX_BOUNCES};
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
            denoise: true,
            max_bounces: MAX_BOUNCES,
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
        if !picture.denoised {
            say("this Blender has no denoiser: noise stays");
        }
        let options = EncodeOptions {
            jpeg_quality: JPEG_QUALITY,
            ..EncodeOptions::default()
        };
        Ok(Painted {
            bytes: encode(&picture, settings.format, &options)?,
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

    fn scene(
        &self,
        parts: &PartList,
        glb: &[u8],
        wishes: &BTreeMap<String, String>,
        say: &dyn Fn(&str),
    ) -> Result<Scene, LegacyError> {
        let library = &self.line.materials;
        let mut wishes = wishes.clone();
        if let Some(material) = &self.settings.material_override {
            wishes
                .entry("*".to_owned())
                .or_insert_with(|| material.clone());
        }
        let suggested = suggest_materials(parts, library);
        let materials =
            resolve_materials(parts, Some(&suggested), &wishes, FALLBACK_MATERIAL, library)?;
        say(&format!("materials {}", materials.words()));
        if !materials.unresolved.is_empty() {
            say(&format!(
                "{FALLBACK_MATERIAL} for {}",
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
            azimuth_deg: self.settings.camera_angle_deg,
            elevation_deg: None,
            margin: None,
            exposure_ev: None,
            aspect: self.settings.aspect(),
            full_turn: self.settings.output == LegacyOutput::Turntable,
        })?;
        scene.template = template;
        if self.settings.transparent {
            scene.background = Background::Transparent;
            if let Some(ground) = &mut scene.ground {
                ground.shadow_only = true;
            }
        }
        Ok(scene)
    }
}

/// The first few parts with their materials, for the log.
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
