//! What becomes of videos from frame to frame of the window: the clock, the pixels, what is to be read.

use hartomat_api::{ApiError, ErrorKind};
use hartomat_compare::video_curve;
use hartomat_schema::{RungName, SideProblem, Verdict};

use super::Video;
use crate::backend::{CompareAsk, PictureSource};
use crate::compare_view::{HotSpot, OpenComparison};

/// Frames behind the one that is looked at that are read, too, while nothing plays.
const BEHIND: u64 = 2;

impl OpenComparison {
    /// Whether videos play at the moment.
    pub fn is_playing(&self) -> bool {
        self.video.as_ref().is_some_and(|video| video.is_playing)
    }

    /// Brings videos to where they are at this moment, and says what is to be read.
    pub(in crate::compare_view) fn follow_video(&mut self, ctx: &egui::Context) -> Vec<CompareAsk> {
        if self.video.is_none() {
            self.begin_video();
        }
        let Some(mut video) = self.video.take() else {
            return Vec::new();
        };
        let now = ctx.input(|input| input.time);
        // FLIP is measured while nothing plays: nobody waits for it.
        let is_drawn = self.tiles.missing() == 0 || self.is_perceived();
        if let Some(due) = video.play(now, is_drawn) {
            ctx.request_repaint_after_secs(due as f32);
        }
        if video.shown != Some(video.frame) && video.is_there(video.frame) {
            self.show_frame(&mut video);
        }
        let digests = self
            .sides()
            .map(|side| side.artifact.as_ref().map(|artifact| artifact.digest));
        let number = self.number;
        let wanted = video.take_on().into_iter().filter_map(|(frame, side)| {
            Some(CompareAsk::Frame {
                number,
                side,
                frame,
                digest: digests[side]?,
            })
        });
        let wanted = wanted.collect();
        self.video = Some(video);
        wanted
    }

    /// A comparison came: how much the frames differ is known now.
    pub(in crate::compare_view) fn measure_video(&mut self) {
        let curve = self.of_videos().and_then(video_curve);
        if let Some(video) = &mut self.video {
            video.curve = curve;
            let shown = video.shown.unwrap_or_default();
            self.hot_spots = self.spots_of(shown);
        }
    }

    /// The two pictures that FLIP is to be measured of; none while they aren't there.
    pub(in crate::compare_view) fn frame_sources(
        &self,
        video: &Video,
    ) -> Option<[PictureSource; 2]> {
        let shown = video.shown?;
        let source = |side: usize| {
            let of = self.sides()[side];
            let is_frame = of.is_video() && of.read().is_some();
            let digest = of.artifact.as_ref().filter(|_| is_frame)?.digest;
            Some(PictureSource::Frame(digest, video.frame_of(side, shown)))
        };
        Some([source(0)?, source(1)?])
    }

    /// Once enough is known of the videos that are beside each other.
    fn begin_video(&mut self) {
        let mut counts = [0; 2];
        let mut rate = None;
        for (side, count) in counts.iter_mut().enumerate() {
            let of = self.sides()[side];
            if !of.is_video() || matches!(of.pixels, Some(Err(_))) {
                continue;
            }
            if of.artifact.is_none() {
                return;
            }
            match self.length(side) {
                Some((frames, fps)) => {
                    *count = frames;
                    rate = rate.or(Some(fps));
                }
                None => match self.unknown(side) {
                    Some(err) => self.side_mut(side).pixels = Some(Err(err)),
                    // It is still being stored or measured.
                    None => return,
                },
            }
        }
        let Some(fps) = rate else {
            return;
        };
        let mut video = Video::new(counts, fps);
        let compared = self.of_videos();
        video.curve = compared.and_then(video_curve);
        // What doesn't pass is looked at where it is worst.
        let is_off = compared.is_some_and(|part| part.verdict != Verdict::Pass);
        let worst = video.curve.as_ref().filter(|_| is_off);
        if let Some(worst) = worst.map(|curve| curve.worst) {
            video.go_to(worst);
        }
        self.video = Some(video);
    }

    /// Frames, and frames per second, of a stored video.
    fn length(&self, side: usize) -> Option<(u64, f64)> {
        let artifact = self.sides()[side].artifact.as_ref()?;
        let facts = &artifact.facts;
        let told = || Some((facts.get("frames")?.as_u64()?, facts.get("fps")?.as_f64()?));
        let measured = || {
            let measured = &self.of_videos()?.measured;
            let sides = [&measured.control, &measured.candidate];
            let header = sides[side].video.as_ref()?;
            Some((header.frames, header.fps))
        };
        let length: Option<(u64, f64)> = measured().or_else(told);
        length.filter(|(frames, _)| *frames > 0)
    }

    /// Why the length of a video isn't known, once it never will be.
    fn unknown(&self, side: usize) -> Option<ApiError> {
        if let Some(err) = &self.unmeasured {
            return Some(err.clone());
        }
        let measured = &self.comparison.as_ref()?.measured;
        let sides = [&measured.control, &measured.candidate];
        let reason = match &sides[side].problem {
            Some(SideProblem::Unreadable { reason } | SideProblem::Unsupported { reason }) => {
                reason.clone()
            }
            _ => "it is no video that can be read".to_owned(),
        };
        Some(ApiError::new(ErrorKind::InvalidInput, reason))
    }

    fn show_frame(&mut self, video: &mut Video) {
        video.shown = Some(video.frame);
        for side in video.sides() {
            let read = video.frames.get(video.frame_of(side, video.frame), side);
            self.side_mut(side).pixels = read.map(|read| read.cloned().map_err(Clone::clone));
        }
        self.tiles.look += 1;
        self.counting = None;
        self.perceived = None;
        self.hot_spots = self.spots_of(video.frame);
        self.hot_spot = None;
        self.fit();
    }

    /// The places that the comparison names in a frame.
    fn spots_of(&self, frame: u64) -> Vec<HotSpot> {
        let Some(part) = self.of_videos() else {
            return Vec::new();
        };
        let frames = part.measured.video.iter().flat_map(|it| &it.frames);
        let Some(numbers) = frames.into_iter().find(|it| it.number == frame) else {
            return Vec::new();
        };
        let tile = numbers.flip.as_ref().and_then(|flip| flip.worst_tile_at);
        let pixel = numbers.max_at.map(|at| (at, RungName::Numeric));
        let tile = tile.map(|at| (at, RungName::Perceptual));
        let spot = |(region, rung)| HotSpot {
            region,
            rung,
            verdict: part.verdict,
        };
        tile.into_iter().chain(pixel).map(spot).collect()
    }
}

impl Video {
    /// Goes on where it plays; gives how long until the next frame is due, in seconds. Where frames or
    /// what is drawn of them come late, it waits rather than leaves one out.
    pub(super) fn play(&mut self, now: f64, is_drawn: bool) -> Option<f64> {
        let moved_at = *self.moved_at.get_or_insert(now);
        if !self.is_playing {
            return None;
        }
        let period = 1.0 / (self.fps * self.speed);
        let since = now - moved_at;
        if since < period {
            return Some(period - since);
        }
        let is_last = self.frame >= self.total();
        if is_last && !self.is_looping {
            self.is_playing = false;
            return None;
        }
        let next = if is_last { 1 } else { self.frame + 1 };
        if self.shown == Some(self.frame) && is_drawn && self.is_there(next) {
            self.frame = next;
            // In step with the clock, but nothing is caught up on after a wait.
            let is_late = since >= 2.0 * period;
            self.moved_at = Some(if is_late { now } else { moved_at + period });
        }
        Some(period.min(0.01))
    }

    /// Frames that are to be there, of each side: the one that is looked at, those that come next, a few before.
    /// Not more than there is room for, or one would push out the other without end.
    pub(super) fn wanted(&self) -> Vec<(u64, usize)> {
        let (total, ahead) = (self.total(), self.frames.ahead());
        let (frame, wraps) = (self.frame, self.is_looping);
        let next = (frame..=frame + ahead).filter_map(|it| match it {
            it if it <= total => Some(it),
            it if wraps => Some((it - 1) % total + 1),
            _ => None,
        });
        let behind = (1..=BEHIND).filter_map(|by| frame.checked_sub(by).filter(|it| *it > 0));
        let mut wanted = Vec::new();
        for frame in next.chain(behind.filter(|_| !self.is_playing)) {
            for side in self.sides() {
                let frame = (self.frame_of(side, frame), side);
                if wanted.len() < self.frames.room() && !wanted.contains(&frame) {
                    wanted.push(frame);
                }
            }
        }
        wanted
    }

    /// Frames that are to be read now.
    pub(super) fn take_on(&mut self) -> Vec<(u64, usize)> {
        let mut wanted = self.wanted();
        wanted.retain(|(frame, side)| self.frames.take_on(*frame, *side));
        wanted
    }
}
