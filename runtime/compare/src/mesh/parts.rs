//! A model as it is compared: placed parts with their triangles in the model's own unit.

use hartomat_schema::BoundingBox;

/// Corners of a triangle.
pub(crate) type Triangle = [[f32; 3]; 3];

/// A material's values, all 0 to 1 but where noted.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct MaterialValues {
    pub(crate) name: String,
    pub(crate) base_color: [f64; 4],
    pub(crate) metallic: f64,
    pub(crate) roughness: f64,
    /// Linear radiance; may exceed 1.
    pub(crate) emissive: [f64; 3],
    pub(crate) alpha_mode: String,
    pub(crate) double_sided: bool,
    /// Extensions and textures, as canonical text.
    pub(crate) extra: String,
}

/// A mesh at a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct PlacedPart {
    /// The node's name, or its mesh's.
    pub(crate) name: String,
    /// Names from the root to the parent.
    pub(crate) parents: Vec<String>,
    pub(crate) triangles: Vec<Triangle>,
    /// Corner normals, one entry per triangle, or none.
    pub(crate) normals: Vec<Triangle>,
    /// The material of each primitive, in order.
    pub(crate) materials: Vec<MaterialValues>,
}

/// A model.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    pub(crate) parts: Vec<PlacedPart>,
    pub(crate) exact_bbox: Option<BoundingBox>,
}

/// Box, surface and volume of triangles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Shape {
    pub(crate) triangles: u64,
    pub(crate) min: [f64; 3],
    pub(crate) max: [f64; 3],
    pub(crate) area: f64,
    pub(crate) volume: f64,
}

impl Shape {
    const EMPTY: Self = Self {
        triangles: 0,
        min: [f64::INFINITY; 3],
        max: [f64::NEG_INFINITY; 3],
        area: 0.0,
        volume: 0.0,
    };

    pub(crate) fn of(triangles: &[Triangle]) -> Self {
        let mut shape = Self::EMPTY;
        for triangle in triangles {
            shape.add_triangle(triangle);
        }
        shape
    }

    fn add_triangle(&mut self, triangle: &Triangle) {
        let corners = triangle.map(|corner| corner.map(f64::from));
        for corner in &corners {
            for (axis, &value) in corner.iter().enumerate() {
                self.min[axis] = self.min[axis].min(value);
                self.max[axis] = self.max[axis].max(value);
            }
        }
        let edge = |to: usize| -> [f64; 3] {
            std::array::from_fn(|axis| corners[to][axis] - corners[0][axis])
        };
        let normal = cross(edge(1), edge(2));
        self.triangles += 1;
        self.area += 0.5 * dot(normal, normal).sqrt();
        self.volume += dot(corners[0], cross(corners[1], corners[2])) / 6.0;
    }

    /// Both together.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.triangles += other.triangles;
        self.area += other.area;
        self.volume += other.volume;
        for axis in 0..3 {
            self.min[axis] = self.min[axis].min(other.min[axis]);
            self.max[axis] = self.max[axis].max(other.max[axis]);
        }
        self
    }

    pub(crate) fn empty() -> Self {
        Self::EMPTY
    }

    /// Length of the box's diagonal; 0 for no triangles.
    pub(crate) fn diagonal(&self) -> f64 {
        let squares = (0..3).map(|axis| (self.max[axis] - self.min[axis]).powi(2));
        let diagonal = squares.sum::<f64>().sqrt();
        if diagonal.is_finite() { diagonal } else { 0.0 }
    }

    /// Middle of the box.
    pub(crate) fn center(&self) -> [f64; 3] {
        std::array::from_fn(|axis| 0.5 * (self.min[axis] + self.max[axis]))
    }
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Distance of two points.
pub(crate) fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    (0..3)
        .map(|axis| (a[axis] - b[axis]).powi(2))
        .sum::<f64>()
        .sqrt()
}
