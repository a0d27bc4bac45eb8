//! Framing: the camera that shows the product as large as the margin allows.
//!
//! For a fixed direction the nearest position has a closed form: each edge of the frustum gives one
//! linear bound over all points. Points are the real vertices, so that round products fill the frame.

use glam::{DVec3, Vec3A};
use hartomat_schema::{BoundingBox, Camera};

use crate::RenderError;
use crate::camera::camera_axes;
use crate::glb::Glb;

/// From where, and how tightly.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Framing {
    /// Degrees around Z from −Y, towards +X.
    pub azimuth_deg: f32,
    /// Degrees above the ground.
    pub elevation_deg: f32,
    /// Vertical field of view in degrees.
    pub vertical_fov_deg: f32,
    /// Free share of the picture on each side, 0 to 0.4.
    pub margin: f32,
    /// Width over height.
    pub aspect: f32,
    /// Whether the product must stay inside while it turns once around Z.
    pub full_turn: bool,
}

/// What framing needs of a GLB, in millimetres, Z up.
#[derive(Debug, Clone, PartialEq)]
pub struct GlbBounds {
    /// Every drawn vertex.
    pub(crate) points: Vec<DVec3>,
    /// Box of the mesh.
    pub bbox: BoundingBox,
    /// Index of the part of each mesh, in the order of the GLB, where the mesh names it.
    pub parts: Vec<Option<usize>>,
}

/// Reads a GLB's drawn points; `hidden` as in [`hartomat_schema::Scene::hidden`].
pub fn glb_bounds(glb: &[u8], hidden: &[String]) -> Result<GlbBounds, RenderError> {
    let glb = Glb::read(glb, hidden)?;
    let points: Vec<_> = glb.points().collect();
    let least = points.iter().copied().fold(DVec3::INFINITY, DVec3::min);
    let most = points.iter().copied().fold(DVec3::NEG_INFINITY, DVec3::max);
    let parts = glb.meshes.iter().map(|mesh| mesh.part).collect();
    let bbox = BoundingBox {
        min_mm: least.to_array(),
        max_mm: most.to_array(),
        exact: false,
    };
    Ok(GlbBounds {
        points,
        bbox,
        parts,
    })
}

impl Framing {
    /// The camera that shows all points of `bounds`, a turn taken around the middle of its box.
    pub(crate) fn camera(&self, bounds: &GlbBounds) -> Camera {
        let (least, most) = (
            DVec3::from_array(bounds.bbox.min_mm),
            DVec3::from_array(bounds.bbox.max_mm),
        );
        let center = 0.5 * (least + most);
        let (azimuth, elevation) = (
            self.azimuth_deg.to_radians(),
            self.elevation_deg.to_radians(),
        );
        let back = Vec3A::new(
            azimuth.sin() * elevation.cos(),
            -azimuth.cos() * elevation.cos(),
            elevation.sin(),
        );
        let axes = camera_axes(Some(-back)).map(Vec3A::as_dvec3);
        let inside = f64::from(1.0 - 2.0 * self.margin);
        let reach = f64::from((0.5 * self.vertical_fov_deg).to_radians().tan()) * inside;
        let mut bound = Bound {
            axes,
            reach: [reach * f64::from(self.aspect), reach],
            edges: [f64::NEG_INFINITY; 4],
            nearest: f64::INFINITY,
        };
        if self.full_turn {
            bound.add_turned(&bounds.points, center);
        } else {
            bounds
                .points
                .iter()
                .for_each(|&point| bound.add(point - center));
        }
        let mut place = bound.position();
        if !self.full_turn {
            bound.center(&mut place, &bounds.points, center);
        }
        let [right, up, forward] = axes;
        let position = center + right * place[0] + up * place[1] + forward * place[2];
        let distance = (center - position).dot(axes[2]);
        let target = position + axes[2] * distance;
        Camera {
            position: position.as_vec3().to_array(),
            target: target.as_vec3().to_array(),
            vertical_fov_deg: self.vertical_fov_deg,
        }
    }
}

/// Bounds that points put on the camera, in its own axes.
struct Bound {
    /// Right, up, forward.
    axes: [DVec3; 3],
    /// Tangents of the usable half angles, across and up.
    reach: [f64; 2],
    /// Largest of x − tx·z, −x − tx·z, y − ty·z, −y − ty·z.
    edges: [f64; 4],
    nearest: f64,
}

impl Bound {
    fn add(&mut self, point: DVec3) {
        let [x, y, z] = self.axes.map(|axis| axis.dot(point));
        let [tx, ty] = self.reach;
        let edges = [x - tx * z, -x - tx * z, y - ty * z, -y - ty * z];
        self.edges = std::array::from_fn(|edge| self.edges[edge].max(edges[edge]));
        self.nearest = self.nearest.min(z);
    }

    /// The circles that points draw while they turn around Z through `center`.
    fn add_turned(&mut self, points: &[DVec3], center: DVec3) {
        const STEPS: usize = 48;
        // Of all points at about one height, only the outermost matters.
        let mut rings = std::collections::BTreeMap::<i64, f64>::new();
        let span = points
            .iter()
            .map(|point| (point.z - center.z).abs())
            .fold(1e-9, f64::max);
        for point in points {
            let offset = *point - center;
            let ring = rings
                .entry((offset.z / span * 500.0).round() as i64)
                .or_default();
            *ring = ring.max(offset.truncate().length());
        }
        let outward = 1.0 / (std::f64::consts::PI / STEPS as f64).cos();
        for (height, radius) in rings {
            for step in 0..STEPS {
                let (sin, cos) = (std::f64::consts::TAU * step as f64 / STEPS as f64).sin_cos();
                let radius = radius * outward;
                self.add(DVec3::new(
                    radius * cos,
                    radius * sin,
                    height as f64 / 500.0 * span,
                ));
            }
        }
    }

    /// The nearest position: right, up and forward of the middle.
    fn position(&self) -> [f64; 3] {
        let [right, left, top, bottom] = self.edges;
        let [tx, ty] = self.reach;
        let across = -(right + left) / (2.0 * tx);
        let upward = -(top + bottom) / (2.0 * ty);
        // Never inside the product, even where it is flat and seen edge-on.
        let depth = across
            .min(upward)
            .min(self.nearest - 1e-3 * self.nearest.abs());
        [(right - left) / 2.0, (top - bottom) / 2.0, depth]
    }

    /// Centres the silhouette where there is room to: perspective shows near points larger.
    fn center(&self, place: &mut [f64; 3], points: &[DVec3], center: DVec3) {
        for _ in 0..4 {
            let (mut least, mut most) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
            for point in points {
                let [x, y, z] = self.axes.map(|axis| axis.dot(*point - center));
                let seen = [
                    (x - place[0]) / (z - place[2]),
                    (y - place[1]) / (z - place[2]),
                ];
                for axis in 0..2 {
                    least[axis] = least[axis].min(seen[axis]);
                    most[axis] = most[axis].max(seen[axis]);
                }
            }
            for axis in 0..2 {
                place[axis] -= 0.5 * (least[axis] + most[axis]) * place[2];
            }
        }
    }
}
