//! The pinhole camera, and the filter that makes pixels of points.

use std::sync::OnceLock;

use glam::Vec3A;
use hartomat_schema::Camera;

/// Turns points of the picture into rays.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens {
    pub(crate) position: Vec3A,
    forward: Vec3A,
    /// From the middle of the picture to its right and upper edge, one unit ahead.
    right: Vec3A,
    up: Vec3A,
    size_px: [f32; 2],
}

impl Lens {
    /// A camera relative to `origin`.
    pub(crate) fn new(camera: &Camera, origin: Vec3A, width_px: u32, height_px: u32) -> Self {
        let position = Vec3A::from_array(camera.position) - origin;
        let target = Vec3A::from_array(camera.target) - origin;
        let [right, up, forward] = camera_axes((target - position).try_normalize());
        let reach = (0.5 * camera.vertical_fov_deg).to_radians().tan();
        let aspect = width_px as f32 / height_px as f32;
        Self {
            position,
            forward,
            right: right * reach * aspect,
            up: up * reach,
            size_px: [width_px as f32, height_px as f32],
        }
    }

    /// Direction through a point of the picture, in pixels from the top left.
    pub(crate) fn direction(&self, x_px: f32, y_px: f32) -> Vec3A {
        let x = 2.0 * x_px / self.size_px[0] - 1.0;
        let y = 1.0 - 2.0 * y_px / self.size_px[1];
        (self.forward + self.right * x + self.up * y).normalize()
    }
}

/// Right, up and forward of a camera that looks along `forward` with Z up.
pub(crate) fn camera_axes(forward: Option<Vec3A>) -> [Vec3A; 3] {
    let forward = forward.unwrap_or(Vec3A::Y);
    let right = forward.cross(Vec3A::Z).try_normalize().unwrap_or(Vec3A::X);
    [right, right.cross(forward), forward]
}

/// Half the width of the Blackman–Harris window in pixels.
const FILTER_RADIUS_PX: f32 = 1.5;

/// An offset from the pixel's middle, distributed as the filter: every sample then weighs the same,
/// and no sample is shared between pixels.
pub(crate) fn filter_offset_px(random: f32) -> f32 {
    const STEPS: usize = 256;
    static INVERSE: OnceLock<Vec<f32>> = OnceLock::new();
    let inverse = INVERSE.get_or_init(|| {
        // Cumulated in double precision, then read backwards at even steps.
        let window = |at: f64| {
            let turn = std::f64::consts::TAU * at;
            0.35875 - 0.48829 * turn.cos() + 0.14128 * (2.0 * turn).cos()
                - 0.01168 * (3.0 * turn).cos()
        };
        let fine = 16 * STEPS;
        let mut sums = vec![0.0];
        for step in 0..fine {
            sums.push(sums[step] + window((step as f64 + 0.5) / fine as f64));
        }
        let total = sums[fine];
        let at = |step: usize| {
            let wanted = total * step as f64 / STEPS as f64;
            let above = sums.partition_point(|&sum| sum < wanted).clamp(1, fine);
            let share = (wanted - sums[above - 1]) / (sums[above] - sums[above - 1]);
            ((above - 1) as f64 + share) / fine as f64
        };
        (0..=STEPS)
            .map(|step| (2.0 * at(step) - 1.0) as f32 * FILTER_RADIUS_PX)
            .collect()
    });
    let scaled = random * STEPS as f32;
    let low = (scaled as usize).min(STEPS - 1);
    let share = scaled - low as f32;
    inverse[low] * (1.0 - share) + inverse[low + 1] * share
}
