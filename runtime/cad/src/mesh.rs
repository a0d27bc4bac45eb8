//! Triangles as they come from the kernel: one mesh per distinct part, split by colour.

use hartomat_schema::Rgba;

/// The triangles of one part that have one colour.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MeshSurface {
    /// The colour of these faces; none takes the occurrence's, else the part's.
    pub color: Option<Rgba>,
    /// Corners in millimetres, Z up, in the part's coordinates.
    pub positions: Vec<[f32; 3]>,
    /// Unit normals, one per corner.
    pub normals: Vec<[f32; 3]>,
    /// Three indices into the corners per triangle, counter-clockwise from outside.
    pub indices: Vec<u32>,
}

/// The triangles of one distinct part.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PartMesh {
    /// The colour of faces that have none of their own, where the part has one.
    pub base_color: Option<Rgba>,
    /// Its surfaces by colour; empty ones left out.
    pub surfaces: Vec<MeshSurface>,
}

impl PartMesh {
    /// How many triangles it has.
    pub fn triangle_count(&self) -> usize {
        self.surfaces
            .iter()
            .map(|surface| surface.indices.len() / 3)
            .sum()
    }
}
