//! Composes a scene: studio scene plus product, resolved to millimetres.
//!
//! The studio turns with the camera, so that the key light stays on its side whatever the azimuth;
//! light sizes and distances scale with the product's radius.

use std::collections::BTreeMap;

use glam::{DQuat, DVec3};
use hartomat_schema::{
    BoundingBox, Digest, Material, MaterialMap, PanelLight, Scene, SceneFraming, StudioScene,
};

use crate::framing::{Framing, glb_bounds};
use crate::stage::check_scene;
use crate::surface::in_range;
use crate::{MaterialLibrary, RenderError};

/// What a scene is made of.
#[derive(Debug, Clone, Copy)]
pub struct ComposeRequest<'a> {
    /// The GLB's digest.
    pub glb_digest: Digest,
    /// The GLB.
    pub glb: &'a [u8],
    /// The product's box where it is known exactly; the mesh's box otherwise.
    pub bbox: Option<BoundingBox>,
    /// A material per part; without it, the GLB's own.
    pub materials: Option<&'a MaterialMap>,
    /// Where the materials' keys are looked up.
    pub library: &'a MaterialLibrary,
    /// The studio.
    pub studio: &'a StudioScene,
    /// Names of assembly nodes that aren't drawn; the rest is framed.
    pub hidden: &'a [String],
    /// Instead of the studio's azimuth.
    pub azimuth_deg: Option<f32>,
    /// Instead of the studio's elevation.
    pub elevation_deg: Option<f32>,
    /// Instead of the studio's margin.
    pub margin: Option<f32>,
    /// Instead of the studio's exposure.
    pub exposure_ev: Option<f32>,
    /// Width of the picture over its height; without it, the scene is framed anew for each picture.
    pub aspect: Option<f32>,
    /// Whether the product must stay inside the picture while it turns once.
    pub full_turn: bool,
}

/// Composes a scene.
///
/// Errors: a GLB that can't be drawn, a material that the library doesn't know, overrides out of
/// range, a digest of another GLB.
pub fn compose_scene(request: &ComposeRequest<'_>) -> Result<Scene, RenderError> {
    let actual = Digest::of(request.glb);
    if actual != request.glb_digest {
        return Err(RenderError::GlbMismatch {
            expected: request.glb_digest,
            actual,
        });
    }
    let studio = request.studio;
    let framing = framing(request)?;
    let bounds = glb_bounds(request.glb, request.hidden)?;
    // What is hidden doesn't count, and then the exact box of the whole doesn't fit.
    let bbox = match request.bbox {
        Some(bbox) if request.hidden.is_empty() => bbox,
        _ => bounds.bbox,
    };
    let lights = placed_lights(&studio.lights, &bbox, framing.azimuth_deg);
    let scene = Scene {
        glb: request.glb_digest,
        materials: mesh_materials(request, &bounds.parts)?,
        hidden: request.hidden.to_vec(),
        bbox,
        camera: framing.camera(&bounds),
        framing: request.aspect.is_none().then_some(SceneFraming {
            azimuth_deg: framing.azimuth_deg,
            elevation_deg: framing.elevation_deg,
            margin: framing.margin,
            full_turn: framing.full_turn,
        }),
        environment: studio.environment,
        lights,
        ground: studio.ground,
        background: studio.background,
        exposure_ev: request.exposure_ev.unwrap_or(studio.exposure_ev),
        tone_mapping: studio.tone_mapping,
        template: None,
    };
    check_scene(&scene)?;
    Ok(scene)
}

/// Frames the product for a picture of this size, where the scene wasn't framed for a shape of its own.
pub fn frame_for(scene: &mut Scene, glb: &[u8], size_px: [u32; 2]) -> Result<(), RenderError> {
    let Some(framed) = scene.framing.take() else {
        return Ok(());
    };
    #[expect(clippy::cast_precision_loss, reason = "sides have at most 15 bits")]
    let [width, height] = size_px.map(|side| side as f32);
    let framing = Framing {
        azimuth_deg: framed.azimuth_deg,
        elevation_deg: framed.elevation_deg,
        vertical_fov_deg: scene.camera.vertical_fov_deg,
        margin: framed.margin,
        aspect: width / height,
        full_turn: framed.full_turn,
    };
    in_range("scene", "aspect", framing.aspect, 0.05, 20.0)?;
    scene.camera = framing.camera(&glb_bounds(glb, &scene.hidden)?);
    Ok(())
}

/// The scene as a turntable sees it after turning the product by `degrees` (counterclockwise from
/// above): camera and lights go the other way around the middle of the box.
pub fn turn_studio(scene: &Scene, degrees: f64) -> Scene {
    let turn = DQuat::from_rotation_z(-degrees.to_radians());
    let center = middle(&scene.bbox);
    let turned = |point: [f32; 3]| {
        let offset = DVec3::from_array(point.map(f64::from)) - center;
        (center + turn * offset).as_vec3().to_array()
    };
    let mut scene = scene.clone();
    scene.camera.position = turned(scene.camera.position);
    scene.camera.target = turned(scene.camera.target);
    for light in &mut scene.lights {
        light.position = turned(light.position);
        light.target = turned(light.target);
    }
    scene
}

fn framing(request: &ComposeRequest<'_>) -> Result<Framing, RenderError> {
    let studio = request.studio;
    let framing = Framing {
        azimuth_deg: request.azimuth_deg.unwrap_or(studio.azimuth_deg),
        elevation_deg: request.elevation_deg.unwrap_or(studio.elevation_deg),
        vertical_fov_deg: studio.vertical_fov_deg,
        margin: request.margin.unwrap_or(studio.margin),
        aspect: request.aspect.unwrap_or(1.0),
        full_turn: request.full_turn,
    };
    in_range("scene", "azimuth_deg", framing.azimuth_deg, -3600.0, 3600.0)?;
    in_range("scene", "elevation_deg", framing.elevation_deg, -89.0, 89.0)?;
    in_range("scene", "margin", framing.margin, 0.0, 0.4)?;
    in_range("scene", "aspect", framing.aspect, 0.05, 20.0)?;
    in_range(
        "scene",
        "vertical_fov_deg",
        framing.vertical_fov_deg,
        1.0,
        120.0,
    )?;
    Ok(framing)
}

fn middle(bbox: &BoundingBox) -> DVec3 {
    0.5 * (DVec3::from_array(bbox.min_mm) + DVec3::from_array(bbox.max_mm))
}

fn placed_lights(lights: &[PanelLight], bbox: &BoundingBox, azimuth_deg: f32) -> Vec<PanelLight> {
    let radius = (0.5 * bbox.diagonal_mm()).max(1e-3);
    let turn = DQuat::from_rotation_z(f64::from(azimuth_deg).to_radians());
    let place = |point: [f32; 3]| {
        let offset = turn * DVec3::from_array(point.map(f64::from));
        (middle(bbox) + offset * radius).as_vec3().to_array()
    };
    let placed = |light: &PanelLight| PanelLight {
        position: place(light.position),
        target: place(light.target),
        size: light.size.map(|edge| edge * radius as f32),
        ..light.clone()
    };
    lights.iter().map(placed).collect()
}

/// Materials by mesh, from materials by part.
fn mesh_materials(
    request: &ComposeRequest<'_>,
    parts: &[Option<usize>],
) -> Result<Vec<Option<Material>>, RenderError> {
    let Some(map) = request.materials else {
        return Ok(vec![None; parts.len()]);
    };
    let mut by_part = BTreeMap::new();
    for assignment in &map.assignments {
        let mut material = request.library.find(&assignment.material)?.clone();
        if let Some(color) = assignment.color {
            material.base_color = [color.0[0], color.0[1], color.0[2]].map(|c| c.clamp(0.0, 1.0));
        }
        by_part.insert(assignment.part, material);
    }
    // A GLB from elsewhere doesn't number its parts; then meshes count as parts in order.
    let numbered = parts.iter().any(Option::is_some);
    let part = |(mesh, part): (usize, &Option<usize>)| if numbered { *part } else { Some(mesh) };
    Ok(parts
        .iter()
        .enumerate()
        .map(|at| by_part.get(&part(at)?).cloned())
        .collect())
}
