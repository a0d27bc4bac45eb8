//! Lights: rectangular soft boxes, sampled by solid angle, and the gradient all around.
//!
//! Soft boxes shine from their front only and are seen in reflections, never by the camera itself.
//! Whoever samples a panel and whoever hits it by chance must use the same density: [`Panel::density`].

use glam::Vec3A;
use hartomat_schema::{EnvironmentLight, PanelLight};

/// Luminance of Rec. 709 light.
pub(crate) fn luminance(rgb: Vec3A) -> f32 {
    rgb.dot(Vec3A::new(0.2126, 0.7152, 0.0722))
}

/// Light from all around.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Environment {
    top: Vec3A,
    horizon: Vec3A,
    bottom: Vec3A,
}

impl Environment {
    pub(crate) fn new(light: &EnvironmentLight) -> Self {
        Self {
            top: Vec3A::from_array(light.top),
            horizon: Vec3A::from_array(light.horizon),
            bottom: Vec3A::from_array(light.bottom),
        }
    }

    /// Radiance that arrives from a direction.
    pub(crate) fn radiance(&self, direction: Vec3A) -> Vec3A {
        let height = direction.z.clamp(-1.0, 1.0);
        let share = height.abs() * (2.0 - height.abs());
        let end = if height >= 0.0 { self.top } else { self.bottom };
        self.horizon + (end - self.horizon) * share
    }

    /// Radiance from the horizon.
    pub(crate) fn horizon(&self) -> Vec3A {
        self.horizon
    }
}

/// A soft box, relative to the origin of the renderer's space.
#[derive(Debug, Clone)]
pub(crate) struct Panel {
    center: Vec3A,
    right: Vec3A,
    up: Vec3A,
    normal: Vec3A,
    half: [f32; 2],
    radiance: Vec3A,
    softness: f32,
}

/// A point on a panel, seen from a shading point.
pub(crate) struct PanelSample {
    pub(crate) direction: Vec3A,
    pub(crate) distance: f32,
    pub(crate) radiance: Vec3A,
    pub(crate) density: f32,
}

impl Panel {
    pub(crate) fn new(light: &PanelLight, origin: Vec3A) -> Self {
        let center = Vec3A::from_array(light.position) - origin;
        let target = Vec3A::from_array(light.target) - origin;
        let normal = (target - center).try_normalize().unwrap_or(Vec3A::NEG_Z);
        let right = normal.cross(Vec3A::Z).try_normalize().unwrap_or(Vec3A::X);
        Self {
            center,
            right,
            up: right.cross(normal),
            normal,
            half: light.size.map(|edge| 0.5 * edge),
            radiance: Vec3A::from_array(light.radiance),
            softness: light.softness.clamp(0.0, 1.0),
        }
    }

    /// Whether it shines at all, rather than being a flag.
    pub(crate) fn shines(&self) -> bool {
        self.radiance.max_element() > 0.0
    }

    /// Its power but for a constant.
    pub(crate) fn power(&self) -> f32 {
        luminance(self.radiance) * self.half[0] * self.half[1]
    }

    /// 1 in the middle, falling to 0 at the rim over the soft part.
    fn profile(&self, x: f32, y: f32) -> f32 {
        if self.softness <= 0.0 {
            return 1.0;
        }
        let fall = |at: f32, half: f32| {
            let inner = ((1.0 - (at / half).abs()) / self.softness).clamp(0.0, 1.0);
            inner * inner * (3.0 - 2.0 * inner)
        };
        fall(x, self.half[0]) * fall(y, self.half[1])
    }

    /// Distance along the ray to its front, and how opaque it is there.
    pub(crate) fn intersect(&self, origin: Vec3A, direction: Vec3A) -> Option<(f32, f32)> {
        let facing = direction.dot(self.normal);
        if facing >= -1e-6 {
            return None;
        }
        let distance = (self.center - origin).dot(self.normal) / facing;
        if distance <= 0.0 {
            return None;
        }
        let offset = origin + direction * distance - self.center;
        let (x, y) = (offset.dot(self.right), offset.dot(self.up));
        (x.abs() <= self.half[0] && y.abs() <= self.half[1]).then(|| (distance, self.profile(x, y)))
    }

    /// Radiance of the full panel; scaled by the opacity that [`Self::intersect`] gives.
    pub(crate) fn radiance(&self) -> Vec3A {
        self.radiance
    }

    /// Density per steradian with which [`Self::sample`] picks directions towards it from a point.
    pub(crate) fn density(&self, point: Vec3A, direction: Vec3A, distance: f32) -> f32 {
        let solid_angle = SolidRectangle::new(self, point).solid_angle;
        if solid_angle > MIN_SOLID_ANGLE {
            1.0 / solid_angle
        } else {
            self.density_by_area(direction, distance)
        }
    }

    fn density_by_area(&self, direction: Vec3A, distance: f32) -> f32 {
        let cosine = -direction.dot(self.normal);
        distance * distance / (cosine * 4.0 * self.half[0] * self.half[1]).max(1e-12)
    }

    /// Picks a point of the panel as seen from `point`; none from behind it.
    pub(crate) fn sample(&self, point: Vec3A, random: [f32; 2]) -> Option<PanelSample> {
        if (point - self.center).dot(self.normal) <= 0.0 {
            return None;
        }
        let rectangle = SolidRectangle::new(self, point);
        let by_angle = rectangle.solid_angle > MIN_SOLID_ANGLE;
        let [x, y] = if by_angle {
            rectangle.sample(random)
        } else {
            [0, 1].map(|axis| (2.0 * random[axis] - 1.0) * self.half[axis])
        };
        let offset = self.center + self.right * x + self.up * y - point;
        let distance = offset.length();
        let direction = offset / distance;
        if distance.is_nan() || -direction.dot(self.normal) <= 1e-5 {
            return None;
        }
        let density = if by_angle {
            1.0 / rectangle.solid_angle
        } else {
            self.density_by_area(direction, distance)
        };
        Some(PanelSample { direction, distance, radiance: self.radiance * self.profile(x, y), density })
    }
}

/// Below this many steradians single precision can't resolve the angles: sample by area.
const MIN_SOLID_ANGLE: f32 = 1e-3;

/// A rectangle projected on the unit sphere; after Ureña, Fajardo and King, "An Area-Preserving
/// Parametrization for Spherical Rectangles" (EGSR 2013). Coordinates relative to the point.
struct SolidRectangle {
    x: [f32; 2],
    y: [f32; 2],
    z: f32,
    half: [f32; 2],
    b: [f32; 2],
    k: f32,
    solid_angle: f32,
}

impl SolidRectangle {
    fn new(panel: &Panel, point: Vec3A) -> Self {
        let offset = panel.center - point;
        let (cx, cy) = (offset.dot(panel.right), offset.dot(panel.up));
        let z = -offset.dot(panel.normal).abs().max(1e-6);
        let x = [cx - panel.half[0], cx + panel.half[0]];
        let y = [cy - panel.half[1], cy + panel.half[1]];
        // The z components of the four edge planes' normals carry all that is needed.
        let normal = |at: f32| at / (z * z + at * at).sqrt();
        let (n0, n1, n2, n3) = (-normal(y[0]), normal(x[1]), normal(y[1]), -normal(x[0]));
        let angle = |a: f32, b: f32| (-a * b).clamp(-1.0, 1.0).acos();
        let (g0, g1, g2, g3) = (angle(n0, n1), angle(n1, n2), angle(n2, n3), angle(n3, n0));
        let k = std::f32::consts::TAU - g2 - g3;
        Self { x, y, z, half: panel.half, b: [n0, n2], k, solid_angle: g0 + g1 - k }
    }

    /// A point in the panel's own coordinates.
    fn sample(&self, random: [f32; 2]) -> [f32; 2] {
        let angle = random[0] * self.solid_angle + self.k;
        let f = (angle.cos() * self.b[0] - self.b[1]) / angle.sin();
        let c = (f.signum() / (f * f + self.b[0] * self.b[0]).sqrt()).clamp(-1.0, 1.0);
        let x = (-(c * self.z) / (1.0 - c * c).max(1e-12).sqrt()).clamp(self.x[0], self.x[1]);
        let depth = (x * x + self.z * self.z).sqrt();
        let height = |y: f32| y / (depth * depth + y * y).sqrt();
        let h = height(self.y[0]) + random[1] * (height(self.y[1]) - height(self.y[0]));
        let y = (h * depth / (1.0 - h * h).max(1e-12).sqrt()).clamp(self.y[0], self.y[1]);
        [x - self.x[0] - self.half[0], y - self.y[0] - self.half[1]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sampling_a_panel_gives_its_form_factor() {
        // A disc-like small panel far overhead and a large near one: irradiance by sampling must
        // equal the plain area integral.
        for (size, height) in [(1.0, 3.0), (4.0, 0.7), (0.02, 5.0)] {
            let light = PanelLight {
                name: String::new(),
                position: [0.4, 0.2, height],
                target: [0.4, 0.2, 0.0],
                size: [size, 1.5 * size],
                radiance: [1.0; 3],
                softness: 0.0,
            };
            let panel = Panel::new(&light, Vec3A::ZERO);
            let count = 128;
            let (mut sampled, mut integral) = (0.0_f64, 0.0_f64);
            for a in 0..count {
                for b in 0..count {
                    let random = [a, b].map(|at| (at as f32 + 0.5) / count as f32);
                    let sample = panel.sample(Vec3A::ZERO, random).expect("the panel is in front");
                    sampled += f64::from(sample.direction.z.max(0.0) / sample.density);
                    let offset = panel.center
                        + panel.right * ((2.0 * random[0] - 1.0) * panel.half[0])
                        + panel.up * ((2.0 * random[1] - 1.0) * panel.half[1]);
                    let area = 4.0 * panel.half[0] * panel.half[1];
                    let cosines = (offset.z / offset.length()).powi(2);
                    integral += f64::from(cosines * area / offset.length_squared());
                    let found = panel.intersect(Vec3A::ZERO, sample.direction);
                    assert!(found.is_none_or(|(t, _)| (t - sample.distance).abs() < 1e-2 * t));
                }
            }
            let error = (sampled - integral).abs() / integral;
            assert!(error < 0.01, "size {size}: off by {error}");
        }
    }
}
