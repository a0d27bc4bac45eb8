//! Lights: rectangular soft boxes, sampled by area, and the gradient all around.
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

    /// Density per steradian with which [`Self::sample`] picks a direction that meets it at a distance.
    pub(crate) fn density(&self, direction: Vec3A, distance: f32) -> f32 {
        let cosine = -direction.dot(self.normal);
        distance * distance / (cosine * 4.0 * self.half[0] * self.half[1]).max(1e-12)
    }

    /// Picks a point of the panel as seen from `point`; none from behind it.
    ///
    /// By area: studio panels stand far enough away that solid angle would be no smoother.
    pub(crate) fn sample(&self, point: Vec3A, random: [f32; 2]) -> Option<PanelSample> {
        let [x, y] = [0, 1].map(|axis| (2.0 * random[axis] - 1.0) * self.half[axis]);
        let offset = self.center + self.right * x + self.up * y - point;
        let distance = offset.length();
        let direction = offset / distance;
        if -direction.dot(self.normal) <= 1e-5 || distance.is_nan() {
            return None;
        }
        Some(PanelSample {
            direction,
            distance,
            radiance: self.radiance * self.profile(x, y),
            density: self.density(direction, distance),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_aiming_finds_chance_finds_with_the_same_density() {
        let light = PanelLight {
            name: String::new(),
            position: [0.4, 0.2, 3.0],
            target: [0.0, 0.3, 0.0],
            size: [2.0, 3.0],
            radiance: [1.0; 3],
            softness: 0.5,
        };
        let panel = Panel::new(&light, Vec3A::ZERO);
        for step in 0..100 {
            let random = [step as f32 / 100.0, (step as f32 * 0.618).fract()];
            let sample = panel
                .sample(Vec3A::ZERO, random)
                .expect("the panel is in front");
            let (distance, opacity) = panel
                .intersect(Vec3A::ZERO, sample.direction)
                .unwrap_or((sample.distance, 0.0));
            assert!((distance - sample.distance).abs() < 1e-3);
            assert!((opacity - sample.radiance.x).abs() < 1e-2);
            let density = panel.density(sample.direction, distance);
            assert!((density / sample.density - 1.0).abs() < 1e-3);
        }
        let behind = Vec3A::new(0.4, 0.2, 9.0);
        assert!(panel.sample(behind, [0.5; 2]).is_none());
        assert!(panel.intersect(behind, Vec3A::NEG_Z).is_none());
    }
}
