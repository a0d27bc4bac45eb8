//! From geometry to the encoded picture: materials, scene, render, file format.

use std::collections::BTreeMap;

use hartomat_cad::{Cancel, bbox_of_glb};
use hartomat_render::{
    ComposeRequest, EncodeOptions, RenderObserver, RenderRequest, compose_scene, encode,
    resolve_materials, suggest_materials,
};
use hartomat_schema::{Background, Digest, MaterialMap, PartList, Scene};

use crate::defaults::{FALLBACK_MATERIAL, JPEG_QUALITY, MAX_BOUNCES};
use crate::{LegacyError, LegacyLine, LegacySettings};

/// A run's tools and settings for making its picture.
pub(crate) struct Paint<'a> {
    pub(crate) line: &'a LegacyLine,
    pub(crate) settings: &'a LegacySettings,
    pub(crate) cancel: &'a Cancel,
    pub(crate) progress: &'a (dyn Fn(f64, &str) + Sync),
}

impl Paint<'_> {
    /// The encoded picture.
    pub(crate) fn picture(
        &self,
        parts: &PartList,
        glb: &[u8],
        wishes: &BTreeMap<String, String>,
        say: &dyn Fn(&str),
    ) -> Result<Vec<u8>, LegacyError> {
        let scene = self.scene(parts, glb, wishes, say)?;
        let settings = self.settings;
        say(&format!(
            "rendering {} × {} with {} samples",
            settings.width_px, settings.height_px, settings.samples
        ));
        let request = RenderRequest {
            scene: &scene,
            glb,
            width_px: settings.width_px,
            height_px: settings.height_px,
            samples: settings.samples,
            seed: settings.seed,
            denoise: true,
            max_bounces: MAX_BOUNCES,
        };
        let picture = self.line.renderer.render(&request, self)?;
        let options = EncodeOptions {
            jpeg_quality: JPEG_QUALITY,
            ..EncodeOptions::default()
        };
        Ok(encode(&picture, settings.format, &options)?)
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
        say(&format!("materials {}", named(&materials)));
        if !materials.unresolved.is_empty() {
            say(&format!(
                "{FALLBACK_MATERIAL} for {}",
                materials.unresolved.join(", ")
            ));
        }
        let studio = self.line.scenes.get(&self.settings.template)?;
        say(&format!("studio scene {}", studio.key));
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
            full_turn: false,
        })?;
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
fn named(materials: &MaterialMap) -> String {
    const SHOWN: usize = 6;
    let assigned = materials.assignments.iter().take(SHOWN);
    let shown: Vec<String> = assigned
        .map(|part| format!("{} → {}", part.part_name, part.material))
        .collect();
    match materials.assignments.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

impl RenderObserver for Paint<'_> {
    fn progress(&self, done: u64, total: u64) {
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = done as f64 / total.max(1) as f64;
        (self.progress)(0.1 + 0.9 * share, "rendering");
    }

    fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }
}
