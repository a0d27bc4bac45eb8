//! Videos side by side: what they are, their frames in step, and the worst of them as pictures.

use std::io::Read;
use std::path::Path;

use hartomat_compare::{CompareOptions, compare_videos, video_curve};
use hartomat_render::{Ffmpeg, NoObserver, RenderError, video_container};
use hartomat_schema::{Comparison, Digest, SideFacts, SideProblem, VideoHeader};

use crate::compare_files::{Pictures, pictures};

/// Whether a file is a video that can be compared, by its first bytes.
pub(crate) fn is_video(path: &Path) -> bool {
    let mut start = [0; 12];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && video_container(&start).is_some()
}

/// Two videos that lie on this machine.
pub(crate) struct VideoPair<'a> {
    pub(crate) ffmpeg: &'a Ffmpeg,
    /// Control and candidate.
    pub(crate) files: [&'a Path; 2],
    pub(crate) digests: [Digest; 2],
}

impl VideoPair<'_> {
    /// Compares both frame by frame. What can't be read is a part of the answer.
    pub(crate) fn compare(&self, options: &CompareOptions) -> Comparison {
        let mut sides = [0, 1].map(|side| self.facts(side));
        let is_same = self.digests[0] == self.digests[1];
        if !is_same && sides.iter().all(|side| side.video.is_some()) {
            for (side, file) in sides.iter_mut().zip(self.files) {
                // Without it both are decoded, which proves as much.
                side.payload = self.ffmpeg.payload(file, &NoObserver).ok();
            }
        }
        let headers = sides.each_ref().map(|side| side.video.clone());
        let mut readers = None;
        let mut next = || {
            let readers = match &mut readers {
                Some(readers) => readers,
                None => readers.insert(self.readers(&headers)?),
            };
            let mut pair = [None, None];
            for (side, (reader, frame)) in readers.iter_mut().zip(&mut pair).enumerate() {
                let read = reader.next().transpose();
                *frame = read.map_err(|err| (side, problem(&err)))?;
            }
            Ok(match pair {
                [Some(control), Some(candidate)] => Some([control, candidate]),
                _ => None,
            })
        };
        let [control, candidate] = sides;
        compare_videos(control, candidate, &mut next, options)
    }

    fn readers(
        &self,
        headers: &[Option<VideoHeader>; 2],
    ) -> Result<[hartomat_render::VideoFrames<'static>; 2], (usize, SideProblem)> {
        let open = |side: usize| {
            let header = headers[side].as_ref();
            let header = header.expect("frames are asked for where both headers are known");
            let frames = self.ffmpeg.frames(self.files[side], header, &NoObserver);
            frames.map_err(|err| (side, problem(&err)))
        };
        Ok([open(0)?, open(1)?])
    }

    fn facts(&self, side: usize) -> SideFacts {
        let mut facts = SideFacts {
            size_bytes: self.files[side].metadata().map_or(0, |it| it.len()),
            file: Some(self.digests[side]),
            ..SideFacts::default()
        };
        match self.ffmpeg.probe(self.files[side], &NoObserver) {
            Ok(header) => facts.video = Some(header),
            Err(err) => facts.problem = Some(problem(&err)),
        }
        facts
    }

    /// The worst frame of both, and its difference.
    pub(crate) fn pictures(&self, comparison: &Comparison) -> Pictures {
        let measured = &comparison.measured;
        let Some(number) = video_curve(comparison).map(|curve| curve.worst) else {
            return Pictures::default();
        };
        let frame = |file: &Path, header: &Option<VideoHeader>| {
            let header = header.as_ref()?;
            self.ffmpeg.frame(file, header, number, &NoObserver).ok()
        };
        let control = frame(self.files[0], &measured.control.video);
        let candidate = frame(self.files[1], &measured.candidate.video);
        match control.zip(candidate) {
            Some((control, candidate)) => pictures(&control, &candidate),
            None => Pictures::default(),
        }
    }
}

/// A file that is no whole video is at fault; a missing tool proves nothing.
fn problem(err: &RenderError) -> SideProblem {
    match err {
        RenderError::Video { problem } => SideProblem::Unreadable {
            reason: problem.clone(),
        },
        other => SideProblem::Unsupported {
            reason: other.to_string(),
        },
    }
}
