//! The embedded renderer: tiles of pixels, each the sum of its own light paths.
//!
//! A pixel is computed on one thread, from seed, position and sample numbers alone, and summed in
//! the order of samples: that is why bytes don't depend on the number of threads.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use glam::Vec3A;
use hartomat_schema::Digest;
use rayon::prelude::*;

use crate::RenderError;
use crate::backend::{RenderBackend, RenderObserver, RenderRequest};
use crate::camera::{Lens, filter_offset_px};
use crate::denoise::{Noisy, denoise};
use crate::gate::Gate;
use crate::geometry::Geometry;
use crate::glb::Glb;
use crate::path::{PathLight, PathLimits, trace};
use crate::picture::{Look, Picture};
use crate::sampler::Sampler;
use crate::stage::{GlbLook, Stage};

/// Changes whenever equal requests may give other pixels.
const REVISION: u32 = 1;
/// Edge of a tile in pixels.
const TILE_PX: u32 = 16;
/// Edge of a block, whose pixels take samples together.
const BLOCK_PX: u32 = 4;
/// Samples that every pixel takes.
const FIRST_SAMPLES: u32 = 8;
/// Error, in compressed light, below which more samples are wasted: half a step of 8 bits, and three
/// steps where the denoiser comes after.
const QUIET: [f32; 2] = [0.5 / 255.0, 3.0 / 255.0];
const MAX_SIDE_PX: u32 = 16_384;
const MAX_PIXELS: u64 = 16_384 * 8_192;
const MAX_SAMPLES: u32 = 65_536;
const MAX_BOUNCES: u32 = 64;
/// Luminance, in exposed light, above which scattered light is cut.
const CLAMP: f32 = 6.0;

/// A path tracer on the CPU.
#[derive(Default)]
pub struct Embedded {
    pool: Option<Arc<rayon::ThreadPool>>,
    /// The geometry of the last render: turntables draw it again and again.
    last: Mutex<Option<(GeometryKey, Arc<Prepared>)>>,
    /// One render at a time: a thread that waits for the last tiles of one would begin another, and be
    /// done with the first only after it.
    gate: Gate,
}

type GeometryKey = (Digest, Vec<String>);

struct Prepared {
    geometry: Geometry,
    look: GlbLook,
}

impl std::fmt::Debug for Embedded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded")
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}

impl Embedded {
    /// A renderer on rayon's global threads.
    pub fn new() -> Self {
        Self::default()
    }

    /// A renderer on threads of its own, for instance of low priority.
    pub fn with_pool(pool: Arc<rayon::ThreadPool>) -> Self {
        Self {
            pool: Some(pool),
            ..Self::default()
        }
    }

    fn prepare(&self, request: &RenderRequest<'_>) -> Result<Arc<Prepared>, RenderError> {
        let actual = Digest::of(request.glb);
        let expected = request.scene.glb;
        if actual != expected {
            return Err(RenderError::GlbMismatch { expected, actual });
        }
        let key = (actual, request.scene.hidden.clone());
        let mut last = self
            .last
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((kept, prepared)) = &*last
            && *kept == key
        {
            return Ok(Arc::clone(prepared));
        }
        let glb = Glb::read(request.glb, &request.scene.hidden)?;
        let prepared = Arc::new(Prepared {
            geometry: Geometry::new(&glb)?,
            look: GlbLook::of(&glb),
        });
        *last = Some((key, Arc::clone(&prepared)));
        Ok(prepared)
    }

    fn render_here(
        &self,
        request: &RenderRequest<'_>,
        observer: &dyn RenderObserver,
    ) -> Result<Picture, RenderError> {
        check_request(request)?;
        if let Some(template) = &request.scene.template {
            return Err(RenderError::TemplateNeedsBlender {
                name: template.name.clone(),
            });
        }
        let prepared = self.prepare(request)?;
        let stage = Stage::new(request.scene, &prepared.geometry, &prepared.look)?;
        let shot = Shot::new(request, &stage);
        let noisy = shot.expose(observer)?;
        let pixels = if request.denoise {
            denoise(&noisy)
        } else {
            noisy.pixels()
        };
        if observer.is_cancelled() {
            return Err(RenderError::Cancelled);
        }
        Ok(Picture {
            width_px: request.width_px,
            height_px: request.height_px,
            pixels,
            denoised: request.denoise,
            look: Look::of(request.scene),
        })
    }
}

impl RenderBackend for Embedded {
    fn name(&self) -> &'static str {
        "embedded"
    }

    fn fingerprint(&self) -> String {
        format!("embedded/{}.{REVISION}", env!("CARGO_PKG_VERSION"))
    }

    fn render(
        &self,
        request: &RenderRequest<'_>,
        observer: &dyn RenderObserver,
    ) -> Result<Picture, RenderError> {
        // A thread of a pool may be the one that those inside wait for: it never waits.
        let is_worker = rayon::current_thread_index().is_some();
        let _entered = match is_worker {
            true => None,
            false => Some(self.gate.enter(observer)?),
        };
        match &self.pool {
            Some(pool) => pool.install(|| self.render_here(request, observer)),
            None => self.render_here(request, observer),
        }
    }
}

pub(crate) fn check_request(request: &RenderRequest<'_>) -> Result<(), RenderError> {
    let range = |field: &str, value: u32, most: u32| {
        if (1..=most).contains(&value) {
            return Ok(());
        }
        let (value, expected) = (value.to_string(), format!("1 to {most}"));
        Err(RenderError::Setting {
            field: field.to_owned(),
            value,
            expected,
        })
    };
    range("width_px", request.width_px, MAX_SIDE_PX)?;
    range("height_px", request.height_px, MAX_SIDE_PX)?;
    range("samples", request.samples, MAX_SAMPLES)?;
    range("max_bounces", request.max_bounces, MAX_BOUNCES)?;
    let pixels = u64::from(request.width_px) * u64::from(request.height_px);
    if pixels > MAX_PIXELS {
        let (value, expected) = (pixels.to_string(), format!("at most {MAX_PIXELS}"));
        return Err(RenderError::Setting {
            field: "number of pixels".to_owned(),
            value,
            expected,
        });
    }
    Ok(())
}

/// One picture being taken.
struct Shot<'a, 'b> {
    stage: &'b Stage<'a>,
    lens: Lens,
    limits: PathLimits,
    size_px: [u32; 2],
    samples: u32,
    seed: u64,
    /// Factor from scene light to exposed light.
    exposure: f32,
    /// Error that nobody sees.
    quiet: f32,
}

/// Two halves of a pixel's samples, and what the first surfaces look like.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PixelSums {
    pub(crate) halves: [[f32; 4]; 2],
    pub(crate) albedo: Vec3A,
    pub(crate) normal: Vec3A,
    pub(crate) depth: f32,
}

impl<'a, 'b> Shot<'a, 'b> {
    fn new(request: &RenderRequest<'_>, stage: &'b Stage<'a>) -> Self {
        let origin = stage.geometry.origin.as_vec3a();
        Self {
            stage,
            lens: Lens::new(
                &request.scene.camera,
                origin,
                request.width_px,
                request.height_px,
            ),
            limits: PathLimits {
                max_bounces: request.max_bounces,
                clamp: CLAMP * (-request.scene.exposure_ev).exp2(),
            },
            size_px: [request.width_px, request.height_px],
            samples: request.samples,
            seed: request.seed,
            exposure: request.scene.exposure_ev.exp2(),
            quiet: QUIET[usize::from(request.denoise)],
        }
    }

    fn expose(&self, observer: &dyn RenderObserver) -> Result<Noisy, RenderError> {
        let [width, height] = self.size_px;
        let columns = width.div_ceil(TILE_PX);
        let total = u64::from(columns) * u64::from(height.div_ceil(TILE_PX));
        let done = AtomicU64::new(0);
        observer.progress(0, total);
        let tiles = (0..total as u32)
            .into_par_iter()
            .map(|tile| {
                let corner = [tile % columns * TILE_PX, tile / columns * TILE_PX];
                let sums = self.expose_tile(corner, observer)?;
                observer.progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
                Ok((corner, sums))
            })
            .collect::<Result<Vec<_>, RenderError>>()?;
        let mut pixels = vec![PixelSums::default(); width as usize * height as usize];
        for ([left, top], sums) in tiles {
            let columns = TILE_PX.min(width - left) as usize;
            for (row, line) in sums.chunks(columns).enumerate() {
                let start = (top as usize + row) * width as usize + left as usize;
                pixels[start..start + columns].copy_from_slice(line);
            }
        }
        Ok(Noisy {
            width: width as usize,
            height: height as usize,
            exposure: self.exposure,
            pixels,
        })
    }

    /// A tile, block by block: a block takes samples until its noise can't be seen any more.
    fn expose_tile(
        &self,
        [left, top]: [u32; 2],
        observer: &dyn RenderObserver,
    ) -> Result<Vec<PixelSums>, RenderError> {
        let [width, height] = self.size_px;
        let (right, bottom) = ((left + TILE_PX).min(width), (top + TILE_PX).min(height));
        let columns = (right - left) as usize;
        let mut tile = vec![PixelSums::default(); columns * (bottom - top) as usize];
        for block_top in (top..bottom).step_by(BLOCK_PX as usize) {
            for block_left in (left..right).step_by(BLOCK_PX as usize) {
                let rows = block_top..(block_top + BLOCK_PX).min(bottom);
                let places: Vec<_> = rows
                    .flat_map(|y| {
                        (block_left..(block_left + BLOCK_PX).min(right)).map(move |x| [x, y])
                    })
                    .collect();
                for (place, sums) in places.iter().zip(self.expose_block(&places, observer)?) {
                    tile[(place[1] - top) as usize * columns + (place[0] - left) as usize] = sums;
                }
            }
        }
        Ok(tile)
    }

    fn expose_block(
        &self,
        places: &[[u32; 2]],
        observer: &dyn RenderObserver,
    ) -> Result<Vec<PixelSums>, RenderError> {
        let mut halves = vec![[PathSum::default(); 2]; places.len()];
        let (mut taken, mut wanted) = (0, FIRST_SAMPLES.min(self.samples));
        loop {
            for (place, halves) in places.iter().zip(&mut halves) {
                if observer.is_cancelled() {
                    return Err(RenderError::Cancelled);
                }
                self.sample_pixel(*place, taken..wanted, halves);
            }
            let pixels: Vec<_> = halves.iter().map(PixelSums::of).collect();
            if wanted == self.samples || self.is_quiet(&pixels) {
                return Ok(pixels);
            }
            (taken, wanted) = (wanted, (2 * wanted).min(self.samples));
        }
    }

    fn sample_pixel(&self, [x, y]: [u32; 2], samples: Range<u32>, halves: &mut [PathSum; 2]) {
        for sample in samples {
            let mut sampler = Sampler::new(self.seed, y * self.size_px[0] + x, sample);
            let [dx, dy] = sampler.pair().map(filter_offset_px);
            let direction = self
                .lens
                .direction(x as f32 + 0.5 + dx, y as f32 + 0.5 + dy);
            let ray = (self.lens.position, direction);
            halves[(sample & 1) as usize].add(&trace(self.stage, self.limits, ray, &mut sampler));
        }
    }

    /// Whether the halves of all pixels of a block differ by less than the eye can tell.
    fn is_quiet(&self, pixels: &[PixelSums]) -> bool {
        let mut squares = 0.0;
        for pixel in pixels {
            let [a, b] = pixel.halves.map(|half| {
                let [r, g, b, alpha] = half;
                let light = [r, g, b].map(|c| (c * self.exposure) / (1.0 + c * self.exposure));
                [light[0], light[1], light[2], alpha]
            });
            // Half their difference is the error of their mean.
            let worst = (0..4)
                .map(|c| 0.5 * (a[c] - b[c]).abs())
                .fold(0.0, f32::max);
            if worst > 4.0 * self.quiet {
                return false;
            }
            squares += worst * worst;
        }
        squares <= self.quiet * self.quiet * pixels.len() as f32
    }
}

impl PixelSums {
    fn of(halves: &[PathSum; 2]) -> Self {
        let [first, mut second] = *halves;
        if second.count == 0.0 {
            second = first;
        }
        let lit = [0, 1].map(|side| first.light.lit[side] + second.light.lit[side]);
        let total = first.count + second.count;
        Self {
            halves: [first.pixel(lit), second.pixel(lit)],
            albedo: (first.light.albedo + second.light.albedo) / total,
            normal: (first.light.normal + second.light.normal) / total,
            depth: (first.light.depth + second.light.depth) / total,
        }
    }
}

/// Sum of paths.
#[derive(Debug, Clone, Copy, Default)]
struct PathSum {
    light: PathLight,
    count: f32,
}

impl PathSum {
    fn add(&mut self, path: &PathLight) {
        let sum = &mut self.light;
        sum.color += path.color;
        sum.alpha += path.alpha;
        sum.catcher += path.catcher;
        sum.lit = [0, 1].map(|side| sum.lit[side] + path.lit[side]);
        sum.albedo += path.albedo;
        sum.normal += path.normal;
        sum.depth += path.depth;
        self.count += 1.0;
    }

    /// Mean of the paths; the floor's shadow becomes coverage. `lit` is the whole pixel's light on
    /// the floor: the unshadowed side hardly differs within a pixel.
    fn pixel(&self, lit: [f32; 2]) -> [f32; 4] {
        let color = self.light.color / self.count;
        let own = self.light.lit;
        let brightness = if own[1] > 0.0 {
            own[0] / own[1]
        } else if lit[1] > 0.0 {
            lit[0] / lit[1]
        } else {
            1.0
        };
        let shadow = self.light.catcher * (1.0 - brightness.clamp(0.0, 1.0));
        let alpha = ((self.light.alpha + shadow) / self.count).clamp(0.0, 1.0);
        [color.x, color.y, color.z, alpha]
    }
}
