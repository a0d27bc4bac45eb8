//! What the window asks about comparisons, and how that is answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, CompareRequest, ErrorKind, ReportFormat, ReviewQuery, ReviewRequest,
    RunDetail,
};
use hartomat_compare::{perceived_map, sniff_kind};
use hartomat_schema::{Artifact, ArtifactKind, Comparison, Digest, Review, ReviewId, RunId};
use serde_json::Map;

use super::last_run::bytes;
use crate::compare_view::{CompareSource, Perceived, Pixels};
use crate::files::write_atomically;

/// The largest file that is read.
const MOST_BYTES: u64 = 2 << 30;
/// Reviews of a run that are read.
const REVIEWS: u32 = 200;

/// A question about a comparison. Numbers say of which.
#[derive(Debug, Clone)]
pub enum CompareAsk {
    /// What a side holds, and its pixels.
    Read {
        /// The comparison.
        number: u64,
        /// 0 or 1.
        side: usize,
        /// Where it comes from.
        source: Box<CompareSource>,
    },
    /// Measure and judge two sides.
    Measure {
        /// The comparison.
        number: u64,
        /// The sides.
        sources: Box<[CompareSource; 2]>,
    },
    /// FLIP pixel by pixel.
    Perceive {
        /// The comparison.
        number: u64,
        /// The sides.
        sources: Box<[CompareSource; 2]>,
    },
    /// A run, to choose from its artifacts.
    Run(RunId),
    /// Save a report of a run to a file.
    Report(RunId, ReportFormat, PathBuf),
    /// What people said of a run.
    Reviews(u64, RunId),
    /// Say something of a difference.
    Review(u64, Box<ReviewRequest>),
    /// Take a review back.
    Revoke(u64, ReviewId),
}

/// What a side holds.
#[derive(Debug, Clone)]
pub struct ReadSide {
    /// What it is.
    pub artifact: Artifact,
    /// Its pixels, where it is a picture.
    pub pixels: Option<Result<Arc<Pixels>, ApiError>>,
}

/// Something that a thread has to say about a comparison.
#[derive(Debug, Clone)]
pub enum CompareEvent {
    /// What a side holds.
    Read {
        /// The comparison.
        number: u64,
        /// 0 or 1.
        side: usize,
        /// What was read.
        read: Result<Box<ReadSide>, ApiError>,
    },
    /// What was measured.
    Measured(u64, Result<Box<Comparison>, ApiError>),
    /// FLIP pixel by pixel; none where the sides can't be set against each other.
    Perceived(u64, Result<Option<Arc<Perceived>>, ApiError>),
    /// A run.
    Run(RunId, Result<Box<RunDetail>, ApiError>),
    /// A report was saved, or not.
    ReportSaved(PathBuf, Result<(), ApiError>),
    /// What people said of a run, newest first.
    Reviews(u64, Result<Vec<Review>, ApiError>),
    /// A review was taken, or not.
    Reviewed(u64, Result<Box<Review>, ApiError>),
    /// A review was taken back, or not.
    Revoked(u64, Result<Box<Review>, ApiError>),
}

type Link = Result<Arc<dyn Backend>, ApiError>;

/// Answers a question. Files of this machine are read without a runtime.
pub(super) fn answer(backend: impl Fn() -> Link, ask: CompareAsk) -> CompareEvent {
    match ask {
        CompareAsk::Read {
            number,
            side,
            source,
        } => CompareEvent::Read {
            number,
            side,
            read: read_side(backend, &source).map(Box::new),
        },
        CompareAsk::Measure { number, sources } => {
            let measured = backend().and_then(|backend| measure(&*backend, &sources));
            CompareEvent::Measured(number, measured.map(Box::new))
        }
        CompareAsk::Perceive { number, sources } => {
            CompareEvent::Perceived(number, perceive(backend, &sources))
        }
        CompareAsk::Run(run) => {
            let detail = backend().and_then(|backend| backend.run_get(&run));
            CompareEvent::Run(run, detail.map(Box::new))
        }
        CompareAsk::Report(run, format, path) => {
            let report = backend().and_then(|backend| backend.run_report(&run, format));
            let saved = report.and_then(|report| {
                write_atomically(&path, &report).map_err(|err| {
                    let message = format!("can't write {}: {err}", path.display());
                    ApiError::new(ErrorKind::Internal, message)
                })
            });
            CompareEvent::ReportSaved(path, saved)
        }
        CompareAsk::Reviews(number, run) => {
            let query = ReviewQuery {
                run: Some(run),
                limit: Some(REVIEWS),
                ..ReviewQuery::default()
            };
            let page = backend().and_then(|backend| backend.review_list(&query));
            CompareEvent::Reviews(number, page.map(|page| page.reviews))
        }
        CompareAsk::Review(number, request) => {
            let added = backend().and_then(|backend| backend.review_add(&request));
            CompareEvent::Reviewed(number, added.map(Box::new))
        }
        CompareAsk::Revoke(number, id) => {
            let revoked = backend().and_then(|backend| backend.review_revoke(&id));
            CompareEvent::Revoked(number, revoked.map(Box::new))
        }
    }
}

fn read_side(backend: impl Fn() -> Link, source: &CompareSource) -> Result<ReadSide, ApiError> {
    let bytes = read(backend, source)?;
    let artifact = match source {
        CompareSource::Artifact(artifact, _) => (**artifact).clone(),
        CompareSource::File(_) => as_artifact(source.name(), &bytes),
    };
    let is_picture = artifact.media_type.starts_with("image/");
    let pixels = is_picture.then(|| {
        let pixels = Pixels::decode(&bytes).map(Arc::new);
        pixels.map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))
    });
    Ok(ReadSide { artifact, pixels })
}

/// What a file is, by its first bytes.
fn as_artifact(name: String, bytes: &[u8]) -> Artifact {
    let kind = sniff_kind(bytes).unwrap_or_else(|| ArtifactKind::new("file"));
    let picture = image::guess_format(bytes).ok();
    let media_type = match picture {
        Some(format) => format.to_mime_type(),
        None if kind == ArtifactKind::GLB => "model/gltf-binary",
        None if kind == ArtifactKind::STL => "model/stl",
        None => "application/octet-stream",
    };
    Artifact {
        kind,
        digest: Digest::of(bytes),
        size_bytes: bytes.len() as u64,
        name,
        media_type: media_type.to_owned(),
        facts: Map::new(),
    }
}

fn read(backend: impl Fn() -> Link, source: &CompareSource) -> Result<Vec<u8>, ApiError> {
    match source {
        CompareSource::Artifact(artifact, _) => {
            let found = bytes(&*backend()?, artifact);
            found.ok_or_else(|| {
                let message = format!("the file of {} can't be fetched", artifact.name);
                ApiError::new(ErrorKind::NotFound, message)
            })
        }
        CompareSource::File(path) => read_file(path),
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, ApiError> {
    let cannot = |err: std::io::Error| {
        let message = format!("can't read {}: {err}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    };
    let size = std::fs::metadata(path).map_err(cannot)?.len();
    if size > MOST_BYTES {
        let message = format!("{} is larger than {} MB", path.display(), MOST_BYTES >> 20);
        return Err(ApiError::new(ErrorKind::InvalidInput, message));
    }
    std::fs::read(path).map_err(cannot)
}

fn measure(backend: &dyn Backend, sources: &[CompareSource; 2]) -> Result<Comparison, ApiError> {
    let [control, candidate] = [0, 1].map(|side: usize| sources[side].for_runtime());
    let request = CompareRequest {
        control,
        candidate,
        deterministic: true,
        with_pictures: false,
    };
    backend.compare(&request).map(|files| files.comparison)
}

fn perceive(
    backend: impl Fn() -> Link,
    [a, b]: &[CompareSource; 2],
) -> Result<Option<Arc<Perceived>>, ApiError> {
    let (a, b) = (read(&backend, a)?, read(&backend, b)?);
    let map = perceived_map(&a, &b)
        .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
    Ok(map.and_then(Perceived::new).map(Arc::new))
}
