//! What the window asks about comparisons, and how that is answered.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, CompareRequest, ErrorKind, ReportFormat, ReviewQuery, ReviewRequest,
    RunDetail,
};
use hartomat_compare::{perceived_map, sniff_kind};
use hartomat_process::write_atomically;
use hartomat_schema::{
    Artifact, ArtifactKind, Comparison, Digest, Review, ReviewId, RunId, StoredFile,
};
use serde_json::Map;

use super::last_run::bytes;
use crate::compare_view::{CompareSource, Perceived, Pixels, is_video_file};

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
    /// A frame of a stored video.
    Frame {
        /// The comparison.
        number: u64,
        /// 0 or 1.
        side: usize,
        /// Which video.
        digest: Digest,
        /// Its number, from 1.
        frame: u64,
    },
    /// FLIP pixel by pixel.
    Perceive {
        /// The comparison.
        number: u64,
        /// The frame of videos that it is of.
        frame: Option<u64>,
        /// The sides.
        sources: Box<[PictureSource; 2]>,
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

/// Where a picture comes from.
#[derive(Debug, Clone)]
pub enum PictureSource {
    /// All of a file.
    Whole(CompareSource),
    /// A frame of a stored video, from 1.
    Frame(Digest, u64),
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
    /// A frame of a video.
    Frame {
        /// The comparison.
        number: u64,
        /// 0 or 1.
        side: usize,
        /// Its number, from 1.
        frame: u64,
        /// Its pixels.
        read: Result<Arc<Pixels>, ApiError>,
    },
    /// FLIP pixel by pixel, of videos at this frame; none where the sides can't be set against each other.
    Perceived(u64, Option<u64>, Result<Option<Arc<Perceived>>, ApiError>),
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
        CompareAsk::Frame {
            number,
            side,
            digest,
            frame,
        } => CompareEvent::Frame {
            number,
            side,
            frame,
            read: backend()
                .and_then(|backend| backend.artifact_frame(&digest, frame))
                .and_then(|bytes| decode(&bytes)),
        },
        CompareAsk::Perceive {
            number,
            frame,
            sources,
        } => CompareEvent::Perceived(number, frame, perceive(backend, &sources)),
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
    if let CompareSource::File(path) = source
        && is_video_file(path)
    {
        let file = backend()?.file_put(path, &|_, _| {})?;
        return Ok(video(&file));
    }
    let bytes = read(backend, source)?;
    let artifact = match source {
        CompareSource::Artifact(artifact, _) => (**artifact).clone(),
        CompareSource::File(_) => as_artifact(source.name(), &bytes),
    };
    let is_picture = artifact.media_type.starts_with("image/");
    let pixels = is_picture.then(|| decode(&bytes));
    Ok(ReadSide { artifact, pixels })
}

fn decode(bytes: &[u8]) -> Result<Arc<Pixels>, ApiError> {
    let pixels = Pixels::decode(bytes).map(Arc::new);
    pixels.map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))
}

/// A video of this machine, which the runtime has now: it takes videos apart.
fn video(file: &StoredFile) -> ReadSide {
    let is_webm = file.name.to_ascii_lowercase().ends_with("webm");
    let artifact = Artifact {
        kind: ArtifactKind::VIDEO,
        digest: file.digest,
        size_bytes: file.size_bytes,
        name: file.name.clone(),
        media_type: if is_webm { "video/webm" } else { "video/mp4" }.to_owned(),
        facts: Map::new(),
    };
    ReadSide {
        artifact,
        pixels: None,
    }
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
    [a, b]: &[PictureSource; 2],
) -> Result<Option<Arc<Perceived>>, ApiError> {
    let picture = |source: &PictureSource| match source {
        PictureSource::Whole(source) => read(&backend, source),
        PictureSource::Frame(digest, frame) => backend()?.artifact_frame(digest, *frame),
    };
    let (a, b) = (picture(a)?, picture(b)?);
    let map = perceived_map(&a, &b)
        .map_err(|err| ApiError::from_source(ErrorKind::InvalidInput, &err))?;
    Ok(map.and_then(Perceived::new).map(Arc::new))
}
