//! A swatch: one material on a ball in a studio, as pickers show it.

use std::f32::consts::{FRAC_1_SQRT_2, PI, TAU};

use hartomat_schema::{Digest, Material, StudioScene};
use serde_json::json;

use crate::backend::BlenderShot;
use crate::{
    ComposeRequest, MaterialLibrary, NoObserver, Picture, RenderBackend, RenderError,
    RenderRequest, compose_scene,
};

/// Circles of latitude of the ball, each with twice as many corners.
const RINGS: u16 = 48;
const RADIUS_M: f32 = 0.02;
const SAMPLES: u32 = 48;

/// Renders a material on a ball, `side_px` wide and high.
pub fn render_swatch(
    renderer: &dyn RenderBackend,
    material: &Material,
    studio: &StudioScene,
    side_px: u32,
) -> Result<Picture, RenderError> {
    let glb = ball();
    let mut scene = compose_scene(&ComposeRequest {
        glb_digest: Digest::of(&glb),
        glb: &glb,
        bbox: None,
        materials: None,
        library: &MaterialLibrary::builtin(),
        studio,
        hidden: &[],
        azimuth_deg: None,
        elevation_deg: None,
        margin: None,
        exposure_ev: None,
        aspect: Some(1.0),
        full_turn: false,
    })?;
    scene.materials = vec![Some(material.clone())];
    let request = RenderRequest {
        scene: &scene,
        glb: &glb,
        width_px: side_px,
        height_px: side_px,
        samples: SAMPLES,
        seed: 1,
        denoise: true,
        max_bounces: 8,
        blender: BlenderShot::default(),
    };
    renderer.render(&request, &NoObserver)
}

/// A ball as GLB.
fn ball() -> Vec<u8> {
    let around = 2 * RINGS;
    let mut normals = Vec::new();
    for ring in 0..=RINGS {
        let (radius, height) = (PI * f32::from(ring) / f32::from(RINGS)).sin_cos();
        for step in 0..=around {
            let (sin, cos) = (TAU * f32::from(step) / f32::from(around)).sin_cos();
            normals.push([radius * cos, radius * sin, height]);
        }
    }
    let mut corners: Vec<u16> = Vec::new();
    for ring in 0..RINGS {
        for step in 0..around {
            let a = ring * (around + 1) + step;
            let (b, c, d) = (a + 1, a + around + 1, a + around + 2);
            corners.extend([a, c, b, b, c, d]);
        }
    }
    let floats = |scale: f32| {
        let values = normals.iter().flatten();
        values.flat_map(move |value| (value * scale).to_le_bytes())
    };
    let mut binary: Vec<u8> = floats(RADIUS_M).chain(floats(1.0)).collect();
    let (vectors, indices) = (binary.len() / 2, binary.len());
    binary.extend(corners.iter().flat_map(|corner| corner.to_le_bytes()));
    let vector = |view: u32| {
        json!({
            "bufferView": view, "componentType": 5126, "type": "VEC3", "count": normals.len(),
            "min": [-1, -1, -1], "max": [1, 1, 1],
        })
    };
    let document = json!({
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        // A GLB has Y up.
        "nodes": [{"mesh": 0, "rotation": [-FRAC_1_SQRT_2, 0.0, 0.0, FRAC_1_SQRT_2]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "NORMAL": 1}, "indices": 2}]}],
        "accessors": [
            vector(0),
            vector(1),
            {"bufferView": 2, "componentType": 5123, "type": "SCALAR", "count": corners.len()},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": vectors},
            {"buffer": 0, "byteOffset": vectors, "byteLength": vectors},
            {"buffer": 0, "byteOffset": indices, "byteLength": binary.len() - indices},
        ],
        "buffers": [{"byteLength": binary.len()}],
    });
    packed(document.to_string().into_bytes(), binary)
}

/// The two chunks of a GLB file.
fn packed(mut text: Vec<u8>, mut binary: Vec<u8>) -> Vec<u8> {
    text.resize(text.len().next_multiple_of(4), b' ');
    binary.resize(binary.len().next_multiple_of(4), 0);
    let total = 12 + 8 + text.len() + 8 + binary.len();
    let word = |value: usize| u32::try_from(value).expect("a ball is small").to_le_bytes();
    let mut file = b"glTF".to_vec();
    file.extend([word(2), word(total), word(text.len())].concat());
    file.extend(*b"JSON");
    file.extend(text);
    file.extend(word(binary.len()));
    file.extend(*b"BIN\0");
    file.extend(binary);
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Embedded, StudioScenes};

    #[test]
    fn a_swatch_is_a_ball_of_its_material_and_nothing_else() {
        let (renderer, library) = (Embedded::new(), MaterialLibrary::builtin());
        let scenes = StudioScenes::builtin();
        let studio = scenes.get("transparent_cutout").unwrap();
        let mut means = Vec::new();
        for key in ["brass", "rubber_black"] {
            let material = library.get(key).unwrap();
            let picture = render_swatch(&renderer, material, studio, 32).unwrap();
            let pixel = |x: usize, y: usize| picture.pixels[y * 32 + x];
            assert!(pixel(0, 0)[3] < 0.01 && pixel(31, 0)[3] < 0.01, "{key}");
            assert!(pixel(16, 16)[3] > 0.99, "{key}");
            let covered = picture.pixels.iter().filter(|pixel| pixel[3] > 0.5).count();
            assert!((500..900).contains(&covered), "{key}: {covered}");
            means.push(pixel(16, 16));
        }
        let [brass, rubber] = means[..] else {
            panic!("{means:?}")
        };
        assert!(brass[0] > 1.3 * brass[2], "brass is yellow: {brass:?}");
        assert!(rubber[0] < 0.3 * brass[0], "rubber is dark: {rubber:?}");
    }
}
