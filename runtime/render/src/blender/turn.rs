//! A turn in one job: the worker builds the scene once and tells of each frame as soon as it is there.
//!
//! A frame is read, checked and handed over while the next one renders, so that a job that ends in the
//! middle has lost one frame alone.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use hartomat_process::Cancel;
use serde_json::{Value, json};

use super::light_file;
use super::worker::{Job, Pool, Told};
use crate::RenderError;
use crate::backend::{RenderObserver, RenderRequest, TakeFrame, TurnFrame};
use crate::picture::{Look, Picture};

/// Renders frames; `fields` say what the scene is.
pub(super) fn render(
    pool: &Pool,
    job: &Job,
    (request, frames): (&RenderRequest<'_>, &[TurnFrame]),
    mut fields: Vec<(String, Value)>,
    observer: &dyn RenderObserver,
    take: TakeFrame<'_>,
) -> Result<(), RenderError> {
    let asked = frames.iter().map(|frame| {
        json!({
            "number": frame.number,
            "degrees": frame.degrees,
            "seed": super::blender_seed(frame.seed),
            "output": job.path(&file_name(frame)),
        })
    });
    fields.push(("frames".to_owned(), asked.collect()));
    let watch = Watch {
        observer,
        per_frame: pool.wall(),
        since: Mutex::new(None),
    };
    let mut waiting = frames.iter();
    let mut failure = None;
    if let Some(first) = frames.first() {
        observer.frame_begins(first.number, first.of);
    }
    let mut hear = |told: Option<Told>, cancel: &Cancel| {
        let Some(told) = told else {
            watch.starts_again();
            return;
        };
        if failure.is_some() || !told.contains_key("frame") {
            return;
        }
        watch.starts_again();
        let taken = next_frame(&mut waiting, &told).and_then(|frame| {
            let picture = read_frame(pool, job, request, frame, &told)?;
            take(frame, picture)
        });
        match (taken, waiting.as_slice().first()) {
            (Ok(()), Some(next)) => observer.frame_begins(next.number, next.of),
            (Ok(()), None) => {}
            (Err(err), _) => {
                failure = Some(err);
                cancel.cancel();
            }
        }
    };
    let count = u32::try_from(frames.len()).unwrap_or(u32::MAX);
    let wall = pool.wall().saturating_mul(count.max(1));
    let ended = job.converse(pool, fields, wall, &watch, &mut hear);
    match (failure, ended) {
        (Some(err), _) => Err(err),
        (None, Err(RenderError::Cancelled)) if !observer.is_cancelled() && watch.is_late() => {
            let reason = format!("took longer than {} s for a frame", pool.wall().as_secs());
            Err(RenderError::BlenderFailed { reason })
        }
        (None, Err(err)) => Err(err),
        (None, Ok(_reply)) => match waiting.next() {
            None => Ok(()),
            Some(frame) => Err(RenderError::BlenderFailed {
                reason: format!("said that it was done and left out frame {}", frame.number),
            }),
        },
    }
}

fn file_name(frame: &TurnFrame) -> String {
    format!("{:05}.exr", frame.number)
}

/// The frame that is told of, which must be the next one.
fn next_frame<'a>(
    waiting: &mut std::slice::Iter<'a, TurnFrame>,
    told: &Told,
) -> Result<&'a TurnFrame, RenderError> {
    let number = told.get("frame").and_then(Value::as_u64);
    let next = waiting.next();
    next.filter(|frame| number == Some(frame.number.into()))
        .ok_or_else(|| RenderError::BlenderFailed {
            reason: "told of a frame out of turn".to_owned(),
        })
}

/// Reads a frame, and removes its file.
fn read_frame(
    pool: &Pool,
    job: &Job,
    request: &RenderRequest<'_>,
    frame: &TurnFrame,
    told: &Told,
) -> Result<Picture, RenderError> {
    let name = file_name(frame);
    let bytes = job.read(&name, told, pool.output_bytes())?;
    // What can't be removed goes with the job's folder.
    let _left = std::fs::remove_file(job.path(&name));
    Ok(Picture {
        width_px: request.width_px,
        height_px: request.height_px,
        pixels: light_file::read(&bytes, request.width_px, request.height_px)?,
        denoised: told.get("denoised") == Some(&Value::Bool(true)),
        look: Look::of(request.scene),
    })
}

/// Passes on what is observed, and stops a worker that takes too long for one frame.
struct Watch<'a> {
    observer: &'a dyn RenderObserver,
    per_frame: Duration,
    /// None while the process has other work.
    since: Mutex<Option<Instant>>,
}

impl Watch<'_> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.since
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn starts_again(&self) {
        *self.lock() = Some(Instant::now());
    }

    fn is_late(&self) -> bool {
        self.lock()
            .is_some_and(|since| since.elapsed() >= self.per_frame)
    }
}

impl RenderObserver for Watch<'_> {
    fn progress(&self, done: u64, total: u64) {
        self.observer.progress(done, total);
    }

    fn is_cancelled(&self) -> bool {
        self.observer.is_cancelled() || self.is_late()
    }
}
