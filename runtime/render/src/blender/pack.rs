//! A scene and its geometry as the worker reads them: numbers as JSON, triangles as one block of bytes.
//!
//! Lengths become metres, Z up; everything else keeps the meaning that it has in the scene.

use glam::{DAffine3, DMat3, DVec3};
use hartomat_schema::{Background, Material, Scene, ToneMapping};
use serde_json::{Value, json};

use super::tree::Tree;
use crate::RenderError;
use crate::edges::{PART_SHARE, ROUNDING, thinnest_mm};
use crate::glb::{Glb, GlbInstance, GlbMaterial, GlbMesh, gltf_to_cad};
use crate::relief::Making;
use crate::surface::Surface;
use crate::tone::light_shown_as;

/// Metres per millimetre.
const METRES: f64 = 0.001;

/// A job's two files.
pub(crate) struct Packed {
    pub(crate) scene: Value,
    pub(crate) geometry: Vec<u8>,
}

/// Packs what is drawn of the GLB into the scene's studio.
pub(crate) fn pack(scene: &Scene, glb_bytes: &[u8]) -> Result<Packed, RenderError> {
    let glb = Glb::read(glb_bytes, &scene.hidden)?;
    let mut tree = Tree::read(glb_bytes)?;
    let mut packer = Packer {
        scene,
        materials: Vec::new(),
        geometry: Vec::new(),
    };
    let radius_mm = 0.5 * scene.bbox.diagonal_mm();
    let mut meshes = Vec::new();
    let mut numbers = vec![None; glb.meshes.len()];
    let mut objects = Vec::new();
    for instance in &glb.instances {
        let mesh = &glb.meshes[instance.mesh];
        if mesh.primitives.iter().all(|it| it.triangles.is_empty()) {
            continue;
        }
        let number = *numbers[instance.mesh].get_or_insert_with(|| {
            meshes.push(packer.mesh(mesh, instance.mesh, &tree.meshes[instance.mesh]));
            meshes.len() - 1
        });
        let thin_mm = f64::from(thinnest_mm(mesh, &instance.to_world));
        let rounding_mm = (f64::from(ROUNDING) * radius_mm).min(f64::from(PART_SHARE) * thin_mm);
        objects.push(json!({
            "name": tree.name(instance),
            "mesh": number,
            "collection": tree.collection(instance),
            "matrix": rows(&placed(instance)),
            "rounding": rounding_mm * METRES,
        }));
    }
    let (least, most) = (
        DVec3::from_array(scene.bbox.min_mm),
        DVec3::from_array(scene.bbox.max_mm),
    );
    let lights: Vec<Value> = scene
        .lights
        .iter()
        .map(|light| {
            json!({
                "name": light.name,
                "position": metres(light.position),
                "target": metres(light.target),
                "size": light.size.map(|edge| f64::from(edge) * METRES),
                "radiance": light.radiance,
                "softness": light.softness,
            })
        })
        .collect();
    let packed = json!({
        "meshes": meshes,
        "materials": packer.described(),
        "collections": tree.collections(),
        "objects": objects,
        "lights": lights,
        "environment": scene.environment,
        "ground": scene.ground,
        "center": (0.5 * METRES * (least + most)).to_array(),
        "radius": radius_mm * METRES,
        "floor": (least.z - 2e-4 * radius_mm) * METRES,
        "grain": (0.012 * radius_mm).clamp(1e-3, 0.7) * METRES,
        "camera": {
            "position": metres(scene.camera.position),
            "target": metres(scene.camera.target),
            "vertical_fov_deg": scene.camera.vertical_fov_deg,
        },
        "exposure_ev": scene.exposure_ev,
        "backdrop": backdrop(scene),
        "template": scene.template,
        "extent": (METRES * (most - least)).max(DVec3::splat(1e-6)).to_array(),
        "foot": METRES * least.z,
        "tone_mapping": match scene.tone_mapping {
            ToneMapping::Agx => "agx",
            ToneMapping::Filmic => "filmic",
            ToneMapping::Standard => "standard",
        },
    });
    Ok(Packed {
        scene: packed,
        geometry: packer.geometry,
    })
}

/// The light that is shown as the background's colour, or nothing where the background is transparent.
fn backdrop(scene: &Scene) -> Option<[f32; 3]> {
    match scene.background {
        Background::Transparent => None,
        Background::Color { rgb } => {
            let light = light_shown_as(scene.tone_mapping, rgb);
            Some(light.map(|value| value * (-scene.exposure_ev).exp2()))
        }
    }
}

fn metres(point: [f32; 3]) -> [f64; 3] {
    point.map(|value| f64::from(value) * METRES)
}

/// From glTF's Y up to Z up, metres.
fn upright() -> DMat3 {
    gltf_to_cad().matrix3 * METRES
}

/// From an upright mesh in metres to the world in metres.
fn placed(instance: &GlbInstance) -> DAffine3 {
    let mesh = DAffine3::from_mat3(upright().inverse());
    DAffine3::from_scale(DVec3::splat(METRES)) * instance.to_world * mesh
}

fn rows(place: &DAffine3) -> Vec<f64> {
    let columns = glam::DMat4::from(*place);
    columns.transpose().to_cols_array().to_vec()
}

struct Packer<'a> {
    scene: &'a Scene,
    /// Name, key and surface of each material so far.
    materials: Vec<(String, String, Surface)>,
    geometry: Vec<u8>,
}

impl Packer<'_> {
    fn mesh(&mut self, mesh: &GlbMesh, index: usize, name: &str) -> Value {
        let material = self.scene.materials.get(index).and_then(Option::as_ref);
        let turn = upright().as_mat3();
        let (mut positions, mut normals, mut triangles) = (Vec::new(), Vec::new(), Vec::new());
        let mut slots = Vec::new();
        for primitive in &mesh.primitives {
            let first = u32::try_from(positions.len()).expect("a glb has less than 2³² vertices");
            positions.extend(primitive.positions.iter().map(|&at| turn * at));
            // A vertex without a normal gets Blender's own where it is zero.
            normals.extend(primitive.normals.iter().map(|&normal| turn * normal));
            normals.resize(positions.len(), glam::Vec3::ZERO);
            triangles.extend(primitive.triangles.iter().map(|it| it.map(|at| at + first)));
            if !primitive.triangles.is_empty() {
                let slot = self.material(material, primitive.material);
                slots.push(json!([slot, primitive.triangles.len()]));
            }
        }
        let upright = GlbInstance {
            mesh: index,
            node: 0,
            to_world: DAffine3::from_mat3(upright()),
        };
        let making = Making::guess(mesh, &upright, DVec3::ZERO);
        json!({
            "name": name,
            "slots": slots,
            "positions": self.block(positions.iter().map(|it| it.to_array().map(f32::to_le_bytes))),
            "normals": self.block(normals.iter().map(|it| it.to_array().map(f32::to_le_bytes))),
            "triangles": self.block(triangles.iter().map(|it| it.map(u32::to_le_bytes))),
            "making": {
                "center": making.center.to_array(),
                "axis": making.axis.to_array(),
                "turned": making.turned,
            },
        })
    }

    /// Appends triples of numbers; gives where they begin and how many triples there are.
    fn block(&mut self, triples: impl ExactSizeIterator<Item = [[u8; 4]; 3]>) -> Value {
        let place = json!([self.geometry.len(), triples.len()]);
        self.geometry
            .extend(triples.flat_map(|triple| triple.into_iter().flatten()));
        place
    }

    fn material(&mut self, material: Option<&Material>, own: Option<GlbMaterial>) -> usize {
        let surface = Surface::new(material, own);
        let (name, key) = match material {
            Some(material) => (material.name.clone(), material.key.clone()),
            None => ("As in the CAD file".to_owned(), String::new()),
        };
        let entry = (name, key, surface);
        let known = self.materials.iter().position(|known| *known == entry);
        known.unwrap_or_else(|| {
            self.materials.push(entry);
            self.materials.len() - 1
        })
    }

    fn described(&self) -> Vec<Value> {
        let describe = |(name, key, surface): &(String, String, Surface)| {
            json!({
                "name": name,
                "key": key,
                "base_color": surface.base.to_array(),
                "metallic": surface.metallic,
                "roughness": surface.roughness,
                "clear_coat": surface.coat,
                "clear_coat_roughness": surface.coat_roughness,
                "transmission": surface.transmission,
                "ior": surface.ior,
                "anisotropy": surface.anisotropy,
                "grain": surface.grain,
            })
        };
        self.materials.iter().map(describe).collect()
    }
}
