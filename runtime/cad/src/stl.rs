//! Binary STL: every placed part in one list of triangles, millimetres, Z up.

use hartomat_schema::PartList;

use crate::PartMesh;
use crate::place::{Matrix, global_placements};

const HEADER: &[u8] = b"binary STL, millimetres, Z up, by HartOMat Studio";

/// Writes the triangles of all occurrences. `meshes` are by part number.
pub fn write_stl(list: &PartList, meshes: &[PartMesh]) -> Vec<u8> {
    let placements = global_placements(list);
    let placed = || {
        list.nodes
            .iter()
            .zip(&placements)
            .filter_map(|(node, placement)| Some((meshes.get(node.part?)?, placement)))
    };
    let count: usize = placed()
        .map(|(mesh, _placement)| mesh.triangle_count())
        .sum();
    let mut bytes = vec![b' '; 80];
    bytes[..HEADER.len()].copy_from_slice(HEADER);
    bytes.reserve(4 + 50 * count);
    bytes.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    for (mesh, placement) in placed() {
        for surface in &mesh.surfaces {
            for triangle in surface.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|corner| surface.positions[triangle[corner] as usize]);
                write_triangle(&mut bytes, placement, corners);
            }
        }
    }
    bytes
}

fn write_triangle(bytes: &mut Vec<u8>, placement: &Matrix, corners: [[f32; 3]; 3]) {
    let [a, mut b, mut c] = corners.map(|corner| placement.apply(corner.map(f64::from)));
    if placement.is_mirrored() {
        std::mem::swap(&mut b, &mut c);
    }
    let normal = unit_normal(a, b, c);
    for vector in [normal, a, b, c] {
        for value in vector {
            bytes.extend_from_slice(&(value as f32).to_le_bytes());
        }
    }
    bytes.extend_from_slice(&[0, 0]);
}

fn unit_normal(a: [f64; 3], b: [f64; 3], c: [f64; 3]) -> [f64; 3] {
    let u: [f64; 3] = std::array::from_fn(|axis| b[axis] - a[axis]);
    let v: [f64; 3] = std::array::from_fn(|axis| c[axis] - a[axis]);
    let cross = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
    ];
    let length = cross.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        cross.map(|value| value / length)
    } else {
        [0.0; 3]
    }
}
