//! A GLB as the renderer needs it: meshes in millimetres and where they stand, Z up.
//!
//! Nothing in a GLB is trusted: sizes are bounded, external files are refused, and whatever is
//! wrong comes back as an error that names mesh and primitive.

use glam::{DAffine3, DMat3, DMat4, DVec3, Vec3};

use crate::RenderError;
use crate::glb_read::AccessorReader;

/// Drawn triangles, instances counted each.
pub(crate) const MAX_TRIANGLES: u64 = 20_000_000;
const MAX_INSTANCES: u64 = 1_000_000;
const MAX_DEPTH: usize = 256;
const MAX_BYTES: u64 = 2 << 30;
/// A coordinate beyond this many metres is nonsense, not a product.
const MAX_COORDINATE: f32 = 1e6;

/// Meshes and instances of the default scene.
pub(crate) struct Glb {
    /// By GLB mesh index.
    pub(crate) meshes: Vec<GlbMesh>,
    /// Drawn placements of meshes.
    pub(crate) instances: Vec<GlbInstance>,
}

/// A mesh: one distinct part.
pub(crate) struct GlbMesh {
    /// Index of the part, from `extras.part`.
    pub(crate) part: Option<usize>,
    /// Triangles by the GLB's material.
    pub(crate) primitives: Vec<GlbPrimitive>,
}

/// Triangles of one colour. Positions as in the file (metres, Y up).
pub(crate) struct GlbPrimitive {
    pub(crate) positions: Vec<Vec3>,
    /// One per position, or none at all.
    pub(crate) normals: Vec<Vec3>,
    pub(crate) triangles: Vec<[u32; 3]>,
    pub(crate) material: Option<GlbMaterial>,
}

/// The GLB's own material.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GlbMaterial {
    /// Linear RGB and alpha.
    pub(crate) color: [f32; 4],
    pub(crate) metallic: f32,
    pub(crate) roughness: f32,
}

/// A placed mesh.
pub(crate) struct GlbInstance {
    pub(crate) mesh: usize,
    /// Index of the node that places it.
    pub(crate) node: usize,
    /// From the mesh (metres, Y up) to the world (millimetres, Z up).
    pub(crate) to_world: DAffine3,
}

impl Glb {
    /// Reads a GLB, leaving out nodes named in `hidden` and all below them.
    pub(crate) fn read(bytes: &[u8], hidden: &[String]) -> Result<Self, RenderError> {
        limit("bytes", bytes.len() as u64, MAX_BYTES)?;
        let gltf = gltf::Gltf::from_slice(bytes).map_err(|source| RenderError::GlbSyntax {
            source: Box::new(source),
        })?;
        let blob = gltf.blob.as_deref().unwrap_or_default();
        let instances = instances(&gltf, hidden)?;
        let meshes = gltf
            .meshes()
            .map(|mesh| read_mesh(&mesh, blob))
            .collect::<Result<Vec<_>, _>>()?;
        let triangles = instances
            .iter()
            .map(|instance| meshes[instance.mesh].triangle_count())
            .sum();
        limit("drawn triangles", triangles, MAX_TRIANGLES)?;
        if triangles == 0 {
            return Err(RenderError::NothingToDraw {
                hidden: hidden.len(),
            });
        }
        Ok(Self { meshes, instances })
    }

    /// Every drawn vertex in millimetres, Z up.
    pub(crate) fn points(&self) -> impl Iterator<Item = DVec3> + Clone {
        self.instances.iter().flat_map(|instance| {
            self.meshes[instance.mesh]
                .primitives
                .iter()
                .flat_map(|primitive| {
                    primitive
                        .positions
                        .iter()
                        .map(|point| instance.to_world.transform_point3(point.as_dvec3()))
                })
        })
    }
}

impl GlbMesh {
    fn triangle_count(&self) -> u64 {
        self.primitives
            .iter()
            .map(|primitive| primitive.triangles.len() as u64)
            .sum()
    }
}

fn limit(what: &'static str, count: u64, limit: u64) -> Result<(), RenderError> {
    if count <= limit {
        Ok(())
    } else {
        Err(RenderError::GlbTooLarge { what, count, limit })
    }
}

/// From glTF's metres with Y up to millimetres with Z up.
pub(crate) fn gltf_to_cad() -> DAffine3 {
    DAffine3::from_mat3(DMat3::from_cols(
        DVec3::new(1000.0, 0.0, 0.0),
        DVec3::new(0.0, 0.0, 1000.0),
        DVec3::new(0.0, -1000.0, 0.0),
    ))
}

fn instances(gltf: &gltf::Gltf, hidden: &[String]) -> Result<Vec<GlbInstance>, RenderError> {
    let Some(scene) = gltf.default_scene().or_else(|| gltf.scenes().next()) else {
        return Ok(Vec::new());
    };
    let mut instances = Vec::new();
    let mut visited = 0;
    let mut stack: Vec<_> = scene.nodes().map(|node| (node, gltf_to_cad(), 0)).collect();
    stack.reverse();
    while let Some((node, parent, depth)) = stack.pop() {
        visited += 1;
        limit("nodes", visited, MAX_INSTANCES)?;
        let place = || {
            format!(
                "node {} `{}`",
                node.index(),
                node.name().unwrap_or_default()
            )
        };
        if depth > MAX_DEPTH {
            let problem = format!("nodes are nested more than {MAX_DEPTH} deep");
            return Err(RenderError::Glb {
                place: place(),
                problem,
            });
        }
        if node
            .name()
            .is_some_and(|name| hidden.iter().any(|hide| hide == name))
        {
            continue;
        }
        let columns = node
            .transform()
            .matrix()
            .map(|column| column.map(f64::from));
        let to_world = parent * DAffine3::from_mat4(DMat4::from_cols_array_2d(&columns));
        if !to_world.is_finite() || to_world.translation.abs().max_element() > 1e9 {
            let problem = "its transform is not a usable number".to_owned();
            return Err(RenderError::Glb {
                place: place(),
                problem,
            });
        }
        if let Some(mesh) = node.mesh() {
            instances.push(GlbInstance {
                mesh: mesh.index(),
                node: node.index(),
                to_world,
            });
        }
        let first = stack.len();
        stack.extend(node.children().map(|child| (child, to_world, depth + 1)));
        stack[first..].reverse();
    }
    Ok(instances)
}

fn read_mesh(mesh: &gltf::Mesh<'_>, blob: &[u8]) -> Result<GlbMesh, RenderError> {
    let mut primitives = Vec::new();
    for primitive in mesh.primitives() {
        let place = format!(
            "mesh {} `{}`, primitive {}",
            mesh.index(),
            mesh.name().unwrap_or_default(),
            primitive.index()
        );
        // Lines and points (sketches, annotations) have no surface.
        if primitive.mode() == gltf::mesh::Mode::Triangles {
            primitives.push(read_primitive(
                &primitive,
                &AccessorReader {
                    blob,
                    place: &place,
                },
            )?);
        }
    }
    Ok(GlbMesh {
        part: part_index(mesh),
        primitives,
    })
}

/// `extras.part`, where the mesh has it.
pub(crate) fn part_index(mesh: &gltf::Mesh<'_>) -> Option<usize> {
    let extras = mesh.extras().as_ref()?;
    let value: serde_json::Value = serde_json::from_str(extras.get()).ok()?;
    usize::try_from(value.get("part")?.as_u64()?).ok()
}

fn read_primitive(
    primitive: &gltf::Primitive<'_>,
    reader: &AccessorReader<'_>,
) -> Result<GlbPrimitive, RenderError> {
    let error = |problem: String| RenderError::Glb {
        place: reader.place.to_owned(),
        problem,
    };
    let positions = match primitive.get(&gltf::Semantic::Positions) {
        Some(accessor) => reader.vectors(&accessor, "position", MAX_COORDINATE)?,
        None => return Err(error("it has no positions".into())),
    };
    let normals = match primitive.get(&gltf::Semantic::Normals) {
        Some(accessor) => reader.vectors(&accessor, "normal", 1e3)?,
        None => Vec::new(),
    };
    if !normals.is_empty() && normals.len() != positions.len() {
        return Err(error(format!(
            "{} positions, but {} normals",
            positions.len(),
            normals.len()
        )));
    }
    let indices = match primitive.indices() {
        Some(accessor) => reader.indices(&accessor, positions.len())?,
        None => (0..positions.len() as u32).collect(),
    };
    if indices.len() % 3 != 0 {
        return Err(error(format!(
            "{} indices are no whole number of triangles",
            indices.len()
        )));
    }
    let triangles = indices.as_chunks().0.to_vec();
    Ok(GlbPrimitive {
        positions,
        normals,
        triangles,
        material: glb_material(&primitive.material()),
    })
}

fn glb_material(material: &gltf::Material<'_>) -> Option<GlbMaterial> {
    material.index()?;
    let pbr = material.pbr_metallic_roughness();
    let share = |value: f32| {
        if value.is_finite() {
            value.clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    Some(GlbMaterial {
        color: pbr.base_color_factor().map(share),
        metallic: share(pbr.metallic_factor()),
        roughness: share(pbr.roughness_factor()),
    })
}
