//! Light paths: from the camera through the stage until the light is found.
//!
//! Panels are found both by aiming at them and by chance, weighted by the power heuristic. What a
//! path returns depends on its sampler alone.

use glam::Vec3A;

use crate::bsdf::{Bsdf, sample_glass};
use crate::ground::GroundPlane;
use crate::light::luminance;
use crate::sampler::Sampler;
use crate::shading::ShadePoint;
use crate::stage::Stage;

/// What one path brings home.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PathLight {
    /// Premultiplied light.
    pub(crate) color: Vec3A,
    /// Coverage by product and visible floor.
    pub(crate) alpha: f32,
    /// Coverage by a floor that shows shadows only.
    pub(crate) catcher: f32,
    /// Light on that floor with the product in place, and without it.
    pub(crate) lit: [f32; 2],
    /// Colour of the first surface, for the denoiser.
    pub(crate) albedo: Vec3A,
    /// Normal of the first surface.
    pub(crate) normal: Vec3A,
    /// Distance of the first surface.
    pub(crate) depth: f32,
}

/// How paths behave.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PathLimits {
    pub(crate) max_bounces: u32,
    /// Luminance above which light that came round a matt corner is cut: fireflies.
    pub(crate) clamp: f32,
}

/// Bends beyond which glass shows the room rather than the backdrop (cosines).
const BACKDROP_CONE: [f32; 2] = [0.45, 0.85];
/// A lobe denser than this, per steradian, still gives a recognisable reflection.
const SHARP_DENSITY: f32 = 4.0;
/// Roughness that mirrors get at least once a path has been scattered.
const REGULAR_ROUGHNESS: f32 = 0.35;
const MAX_PASSES: u32 = 32;

/// More panels than this aren't tried at once; a studio has less than ten.
const MAX_TRIED: usize = 16;

/// A shadow ray, and the light that it stands for.
#[derive(Clone, Copy)]
struct Aim {
    panel: usize,
    ray: (Vec3A, Vec3A),
    distance: f32,
    light: Vec3A,
    brightness: f32,
}

struct Walk<'a, 'b> {
    stage: &'b Stage<'a>,
    limits: PathLimits,
    sampler: &'b mut Sampler,
    /// The camera ray's direction.
    gaze: Vec3A,
    origin: Vec3A,
    direction: Vec3A,
    throughput: Vec3A,
    /// Density of the last direction; none where it couldn't have been found by aiming.
    density: Option<f32>,
    /// Where the last direction was sampled.
    from: Vec3A,
    /// Whether all panels were aimed at there, or one.
    aimed_at_all: bool,
    bounces: u32,
    passes: u32,
    /// Whether only glass lies between here and the camera.
    seen: bool,
    /// Whether only mirrors and glass lie between here and the camera.
    sharp: bool,
    light: PathLight,
}

/// Follows one path from the camera.
pub(crate) fn trace(
    stage: &Stage<'_>,
    limits: PathLimits,
    ray: (Vec3A, Vec3A),
    sampler: &mut Sampler,
) -> PathLight {
    let mut walk = Walk {
        stage,
        limits,
        sampler,
        gaze: ray.1,
        origin: ray.0,
        direction: ray.1,
        throughput: Vec3A::ONE,
        density: None,
        from: ray.0,
        aimed_at_all: true,
        bounces: 0,
        passes: 0,
        seen: true,
        sharp: true,
        light: PathLight {
            alpha: 1.0,
            ..PathLight::default()
        },
    };
    while walk.advance() {}
    let mut light = walk.light;
    if !light.color.is_finite() {
        light.color = Vec3A::ZERO;
    }
    light
}

impl Walk<'_, '_> {
    /// Follows the ray to what it meets; whether the path goes on.
    fn advance(&mut self) -> bool {
        let stage = self.stage;
        let hit = stage
            .geometry
            .intersect(self.origin, self.direction, f32::INFINITY);
        let nearest = hit.as_ref().map_or(f32::INFINITY, |hit| hit.distance);
        let floor = stage.ground.as_ref().and_then(|floor| {
            let distance = floor.intersect(self.origin, self.direction)?;
            (distance < nearest).then_some((floor, distance))
        });
        self.meet_panels(floor.map_or(nearest, |(_, distance)| distance));
        if self.throughput.max_element() < 1e-5 {
            return false;
        }
        if let Some((floor, distance)) = floor {
            return self.meet_floor(floor, distance);
        }
        let Some(hit) = hit else {
            self.miss();
            return false;
        };
        if !self.sharp {
            let through = stage.straight_through(hit.triangle, self.direction);
            if through.max_element() > 0.0 {
                return self.pass(through, hit.distance);
            }
        }
        let point = ShadePoint::of_hit(stage, &hit, self.direction, self.sharp);
        self.note_first(&point, hit.distance);
        let transmission = point.surface.transmission;
        if transmission > 0.0 && (transmission >= 1.0 || self.sampler.single() < transmission) {
            return self.through_glass(&point);
        }
        self.scatter(point)
    }

    /// Goes on straight through glass that no camera sees sharply.
    fn pass(&mut self, through: Vec3A, distance: f32) -> bool {
        self.throughput *= through;
        self.origin += self.direction * (distance + self.stage.gap);
        self.passes += 1;
        self.passes < MAX_PASSES
    }

    fn note_first(&mut self, point: &ShadePoint, distance: f32) {
        if self.light.depth == 0.0 {
            self.light.albedo = point.surface.base;
            self.light.normal = point.frame.z;
            self.light.depth = distance;
        }
    }

    /// Adds light that found its way here, cutting fireflies.
    fn add(&mut self, light: Vec3A) {
        let light = light * self.throughput;
        let limit = if self.sharp {
            40.0 * self.limits.clamp
        } else {
            self.limits.clamp
        };
        let brightness = luminance(light);
        let cut = if brightness > limit {
            limit / brightness
        } else {
            1.0
        };
        self.light.color += light * cut;
    }

    /// Adds the panels in front of `limit` and goes on behind them.
    fn meet_panels(&mut self, limit: f32) {
        if self.bounces == 0 {
            return;
        }
        let stage = self.stage;
        let mut met: Vec<(f32, usize, f32)> = Vec::new();
        for (index, panel) in stage.panels.iter().enumerate() {
            if let Some((distance, opacity)) = panel.intersect(self.origin, self.direction)
                && distance < limit
                && opacity > 0.0
            {
                met.push((distance, index, opacity));
            }
        }
        met.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (distance, index, opacity) in met {
            let panel = &stage.panels[index];
            let chance = if self.aimed_at_all {
                1.0
            } else {
                stage.chances[index]
            };
            let weight = self.density.map_or(1.0, |density| {
                let from = (self.from - self.origin).length();
                let aimed = chance * panel.density(self.direction, distance + from);
                power_heuristic(density, aimed)
            });
            self.add(panel.radiance() * (opacity * weight));
            self.throughput *= 1.0 - opacity;
        }
    }

    /// Nothing in the way: the backdrop for the camera, the room for everything else.
    fn miss(&mut self) {
        let room = self.stage.environment.radiance(self.direction);
        if !self.seen {
            self.add(room);
            return;
        }
        let [least, most] = BACKDROP_CONE;
        let straight = ((self.direction.dot(self.gaze) - least) / (most - least)).clamp(0.0, 1.0);
        self.add(room * (1.0 - straight));
        self.show_backdrop(straight);
    }

    /// Opens the picture to what stands behind it; what glass tints is added as light.
    fn show_backdrop(&mut self, share: f32) {
        let neutral = self.throughput.min_element();
        self.light.alpha -= share * neutral;
        if let Some(backdrop) = self.stage.backdrop {
            self.light.color += (self.throughput - neutral) * backdrop * share;
        }
    }

    fn meet_floor(&mut self, floor: &GroundPlane, distance: f32) -> bool {
        let position = self.origin + self.direction * distance;
        let faded = floor.faded(position);
        if self.seen && floor.shadow_only {
            self.catch_shadow(floor, position, 1.0 - faded);
            return false;
        }
        if self.seen {
            self.show_backdrop(faded);
        } else {
            self.add(self.stage.environment.horizon() * faded);
        }
        self.throughput *= 1.0 - faded;
        if self.throughput.max_element() < 1e-4 {
            return false;
        }
        let point = ShadePoint::of_floor(position, &floor.surface, self.stage.gap);
        self.note_first(&point, distance);
        self.scatter(point)
    }

    /// Light on the floor with and without the product in its way.
    fn catch_shadow(&mut self, floor: &GroundPlane, position: Vec3A, share: f32) {
        let neutral = self.throughput.min_element();
        self.show_backdrop(1.0);
        let point = ShadePoint::of_floor(position, &floor.surface, self.stage.gap);
        self.note_first(&point, (position - self.origin).length());
        let start = point.leave(Vec3A::Z);
        let mut lit = [0.0; 2];
        let mut pick = self.sampler.single();
        let mut rays: [Option<(f32, usize, Vec3A, f32)>; MAX_TRIED] = [None; MAX_TRIED];
        for (slot, (index, panel)) in rays.iter_mut().zip(self.stage.panels.iter().enumerate()) {
            if let Some(sample) = panel.sample(start, self.sampler.pair()) {
                let light =
                    luminance(sample.radiance) * sample.direction.z.max(0.0) / sample.density;
                *slot = Some((light, index, sample.direction, sample.distance));
                lit[1] += light;
            }
        }
        pick *= lit[1];
        for &(light, index, direction, distance) in rays.iter().flatten() {
            if pick < light {
                lit[0] =
                    lit[1] * luminance(self.stage.light_path(index, (start, direction), distance));
                break;
            }
            pick -= light;
        }
        let [u, v] = self.sampler.pair();
        let (sin, cos) = (std::f32::consts::TAU * v).sin_cos();
        let up = Vec3A::new(u.sqrt() * cos, u.sqrt() * sin, (1.0 - u).max(0.0).sqrt());
        let sky = luminance(self.stage.environment.radiance(up)) * std::f32::consts::PI;
        lit[0] += sky * luminance(self.stage.geometry_path(start, up, f32::INFINITY));
        lit[1] += sky;
        let weight = neutral * share;
        self.light.catcher += weight;
        self.light.lit = lit.map(|light| light * weight);
    }

    fn through_glass(&mut self, point: &ShadePoint) -> bool {
        let wo = point.frame.to_local(-self.direction);
        let (random, choice) = (self.sampler.pair(), self.sampler.single());
        let Some(sample) = sample_glass(&point.surface, wo, point.outside, random, choice) else {
            return false;
        };
        let direction = point.frame.to_world(sample.wi);
        self.seen &= sample.transmitted;
        self.density = None;
        self.go_on(point, direction, sample.weight)
    }

    fn scatter(&mut self, mut point: ShadePoint) -> bool {
        if !self.sharp {
            point.surface.roughness = point.surface.roughness.max(REGULAR_ROUGHNESS);
        }
        let bsdf = Bsdf::new(&point.surface, point.frame.to_local(-self.direction));
        // Chance finds panels in a mirror better than aiming does.
        let mirror = point.surface.is_mirror();
        if !mirror {
            self.aim(&point, &bsdf);
        }
        let (random, lobe) = (self.sampler.pair(), self.sampler.single());
        let Some(sample) = bsdf.sample(random, lobe) else {
            return false;
        };
        let mut direction = point.frame.to_world(sample.wi);
        let below = direction.dot(point.plane);
        if below < 0.0 {
            // A smooth normal may send light below the facet: mirror it back up, losing none.
            direction -= point.plane * (2.0 * below);
        }
        self.density = (!mirror).then_some(sample.density);
        self.from = point.leave(direction);
        self.seen = false;
        self.sharp &= sample.density > SHARP_DENSITY;
        self.go_on(&point, direction, sample.weight)
    }

    /// Light straight from the panels: one shadow ray, towards the panel that matters.
    fn aim(&mut self, point: &ShadePoint, bsdf: &Bsdf) {
        let stage = self.stage;
        self.aimed_at_all = self.bounces == 0;
        let mut pick = self.sampler.single();
        if !self.aimed_at_all {
            for (index, &chance) in stage.chances.iter().enumerate() {
                if pick < chance {
                    if let Some(aim) = self.aim_at(index, chance, point, bsdf) {
                        self.add_unless_blocked(&aim, 1.0);
                    }
                    return;
                }
                pick -= chance;
            }
            return;
        }
        // Every panel is tried, and one of them chosen by what it would give: where nothing is in the
        // way, the sum is exact but for the panels' colours.
        let mut aims: [Option<Aim>; MAX_TRIED] = [None; MAX_TRIED];
        let mut sum = 0.0;
        for (slot, index) in aims.iter_mut().zip(0..stage.panels.len()) {
            *slot = self.aim_at(index, 1.0, point, bsdf);
            sum += slot.map_or(0.0, |aim| aim.brightness);
        }
        pick *= sum;
        for aim in aims.iter().flatten() {
            if pick < aim.brightness {
                self.add_unless_blocked(aim, sum / aim.brightness);
                return;
            }
            pick -= aim.brightness;
        }
    }

    /// What a panel would give if nothing were in the way.
    fn aim_at(
        &mut self,
        index: usize,
        chance: f32,
        point: &ShadePoint,
        bsdf: &Bsdf,
    ) -> Option<Aim> {
        let panel = &self.stage.panels[index];
        if !panel.shines() {
            return None;
        }
        let start = point.leave(point.plane);
        let sample = panel.sample(start, self.sampler.pair())?;
        if sample.direction.dot(point.plane) <= 0.0 {
            return None;
        }
        let (value, density) = bsdf.evaluate(point.frame.to_local(sample.direction));
        let aimed = chance * sample.density;
        let light = sample.radiance * value * (power_heuristic(aimed, density) / aimed);
        let brightness = luminance(light);
        let ray = (start, sample.direction);
        (brightness > 0.0).then_some(Aim {
            panel: index,
            ray,
            distance: sample.distance,
            light,
            brightness,
        })
    }

    fn add_unless_blocked(&mut self, aim: &Aim, weight: f32) {
        let path = self.stage.light_path(aim.panel, aim.ray, aim.distance);
        if path.max_element() > 0.0 {
            self.add(aim.light * path * weight);
        }
    }

    /// Takes the next leg; whether the path is worth it.
    fn go_on(&mut self, point: &ShadePoint, direction: Vec3A, weight: Vec3A) -> bool {
        self.origin = point.leave(direction);
        self.direction = direction.normalize();
        self.throughput *= weight;
        self.bounces += 1;
        if self.bounces > self.limits.max_bounces {
            return false;
        }
        if self.bounces > 2 {
            let survival = self.throughput.max_element().clamp(0.05, 0.95);
            if self.sampler.single() >= survival {
                return false;
            }
            self.throughput /= survival;
        }
        true
    }
}

/// Veach's power heuristic with exponent 2.
fn power_heuristic(own: f32, other: f32) -> f32 {
    let (own, other) = (own * own, other * other);
    own / (own + other).max(1e-30)
}
