//! Single frames of stored videos and turntables, for whoever looks at one: decoded when first asked for,
//! the latest kept.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_render::{Ffmpeg, NoObserver, RenderError};
use hartomat_schema::{Digest, FrameList, VideoHeader};

use crate::Studio;
use crate::error::from_store;
use crate::videos::is_video;

/// Bytes of kept frames.
const MOST_BYTES: usize = 128 << 20;
/// Frames that are decoded together where somebody goes through a video.
const IN_A_GO: u64 = 12;
/// Videos whose header is remembered.
const MOST_VIDEOS: usize = 64;
/// The largest list of frames.
const MOST_LIST_BYTES: u64 = 16 << 20;

/// Frames as PNG, the latest in front.
#[derive(Default)]
pub(crate) struct Frames(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    frames: VecDeque<((Digest, u64), Vec<u8>)>,
    bytes: usize,
    headers: VecDeque<(Digest, VideoHeader)>,
}

impl Studio {
    /// Frame `number`, from 1, of a stored video or list of frames.
    pub(crate) fn frame(&self, digest: &Digest, number: u64) -> Result<Vec<u8>, ApiError> {
        let artifacts = self.artifacts()?;
        let path = artifacts.path(digest).ok_or_else(|| {
            let message = format!("nothing is stored under {digest}");
            ApiError::new(ErrorKind::NotFound, message)
        })?;
        if is_video(&path) {
            let ffmpeg = &self.services.ffmpeg;
            return self.frames.of_video(ffmpeg, (digest, &path), number);
        }
        let size = path.metadata().map_or(0, |it| it.len());
        let list = (size <= MOST_LIST_BYTES)
            .then(|| artifacts.read(digest, MOST_LIST_BYTES).ok())
            .flatten()
            .and_then(|bytes| serde_json::from_slice::<FrameList>(&bytes).ok())
            .ok_or_else(|| {
                let message = format!("{digest} is neither a video nor a list of frames");
                ApiError::new(ErrorKind::InvalidInput, message)
            })?;
        let index = usize::try_from(number)
            .ok()
            .and_then(|it| it.checked_sub(1));
        let frame = index.and_then(|index| list.frames.get(index));
        let frame = frame.ok_or_else(|| no_frame(number, list.frames.len() as u64))?;
        artifacts
            .read(&frame.digest, MOST_BYTES as u64)
            .map_err(|err| from_store(&err))
    }
}

fn no_frame(number: u64, frames: u64) -> ApiError {
    let message = format!("there is no frame {number}: the frames are 1 to {frames}");
    ApiError::new(ErrorKind::NotFound, message)
}

impl Frames {
    /// One is decoded at a time.
    fn of_video(
        &self,
        ffmpeg: &Ffmpeg,
        (digest, path): (&Digest, &Path),
        number: u64,
    ) -> Result<Vec<u8>, ApiError> {
        let mut kept = self.lock();
        if let Some(png) = kept.take((*digest, number)) {
            return Ok(png);
        }
        let header = match kept.header(digest) {
            Some(header) => header,
            None => {
                let header = ffmpeg
                    .probe(path, &NoObserver)
                    .map_err(|err| failed(&err))?;
                kept.headers.push_front((*digest, header.clone()));
                kept.headers.truncate(MOST_VIDEOS);
                header
            }
        };
        if number == 0 || number > header.frames {
            return Err(no_frame(number, header.frames));
        }
        // ffmpeg decodes from the start: whoever has the frame before wants those after, too.
        let is_next = number > 1 && kept.has((*digest, number - 1));
        let count = if is_next { IN_A_GO } else { 1 };
        let pngs = ffmpeg
            .frames_from(path, &header, (number, count), &NoObserver)
            .map_err(|err| failed(&err))?;
        for (png, number) in pngs.into_iter().zip(number..) {
            if !kept.has((*digest, number)) {
                kept.keep((*digest, number), png);
            }
        }
        kept.take((*digest, number))
            .ok_or_else(|| no_frame(number, header.frames))
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(err: &RenderError) -> ApiError {
    match err {
        RenderError::Video { .. } => ApiError::new(ErrorKind::InvalidInput, err.to_string()),
        RenderError::FfmpegMissing { .. } => {
            ApiError::new(ErrorKind::EnvironmentMissing, err.to_string())
                .hint(hartomat_render::FFMPEG_HINT)
        }
        other => ApiError::from_source(ErrorKind::Internal, other),
    }
}

impl Kept {
    /// A kept frame, which becomes the latest.
    fn take(&mut self, key: (Digest, u64)) -> Option<Vec<u8>> {
        let at = self.frames.iter().position(|(known, _)| *known == key)?;
        let entry = self.frames.remove(at)?;
        let png = entry.1.clone();
        self.frames.push_front(entry);
        Some(png)
    }

    fn has(&self, key: (Digest, u64)) -> bool {
        self.frames.iter().any(|(known, _)| *known == key)
    }

    fn keep(&mut self, key: (Digest, u64), png: Vec<u8>) {
        self.bytes += png.len();
        self.frames.push_front((key, png));
        while self.bytes > MOST_BYTES {
            let Some((_key, png)) = self.frames.pop_back() else {
                break;
            };
            self.bytes -= png.len();
        }
    }

    fn header(&self, digest: &Digest) -> Option<VideoHeader> {
        let found = self.headers.iter().find(|(known, _)| known == digest);
        found.map(|(_, header)| header.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_frames_are_kept_within_bounds() {
        let mut kept = Kept::default();
        let digest = Digest::of(b"video");
        for number in 1..=3 {
            kept.keep((digest, number), vec![0; MOST_BYTES / 2]);
        }
        assert!(kept.take((digest, 1)).is_none());
        assert!(kept.take((digest, 2)).is_some());
        kept.keep((digest, 4), vec![0; MOST_BYTES / 2]);
        assert!(kept.take((digest, 3)).is_none(), "2 was asked for since");
        assert!(kept.take((digest, 2)).is_some());
        assert_eq!(kept.bytes, MOST_BYTES);
    }
}
