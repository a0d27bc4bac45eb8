//! Brings in what threads have to say about a comparison, and asks for what somebody looks at.

use std::sync::Arc;

use hartomat_api::ApiError;

use super::painter::{CountOrder, Made};
use super::{
    CompareMode, Measure, OpenComparison, Perceived, SidePanel, hot_spots, report, review,
};
use crate::backend::{Ask, CompareAsk, CompareEvent, PictureSource, ReadSide};
use crate::state::State;

/// Tiles that become textures in one frame.
const TILES_A_FRAME: usize = 12;

/// The same of videos, whose pictures are small: both sides of a frame change together.
const TILES_OF_VIDEO: usize = 64;

/// A thread has something to say.
pub(crate) fn came(state: &mut State, event: CompareEvent) {
    match event {
        CompareEvent::Read { number, side, read } => {
            let Some(open) = of(state, number) else {
                return;
            };
            let of = open.side_mut(side);
            match read.map(|read| *read) {
                Ok(ReadSide { artifact, pixels }) => {
                    of.artifact = Some(artifact);
                    of.pixels = pixels;
                }
                Err(err) => of.pixels = Some(Err(err)),
            }
            open.tiles.look += 1;
            open.histogram = None;
            open.counting = None;
            open.fit();
        }
        CompareEvent::Measured(number, measured) => {
            let Some(open) = of(state, number) else {
                return;
            };
            match measured {
                Ok(comparison) => open.comparison = Some(*comparison),
                Err(err) => open.unmeasured = Some(err),
            }
            open.hot_spots = open.of_pictures().map(hot_spots).unwrap_or_default();
            open.measure_video();
        }
        CompareEvent::Frame {
            number,
            side,
            frame,
            read,
        } => {
            if let Some(video) = of(state, number).and_then(|open| open.video.as_mut()) {
                video.came(frame, side, read);
            }
        }
        CompareEvent::Perceived(number, frame, perceived) => {
            if let Some(open) = of(state, number) {
                open.perceived_came(frame, perceived);
            }
        }
        CompareEvent::Reviews(number, reviews) => review::came(state, number, reviews),
        CompareEvent::Reviewed(number, added) => review::added(state, number, added),
        CompareEvent::Revoked(number, revoked) => review::revoked(state, number, revoked),
        CompareEvent::ReportSaved(path, saved) => report::saved(state, &path, saved),
        CompareEvent::Run(run, detail) => {
            if let Some(chooser) = &mut state.compare.chooser
                && chooser.run.as_ref() == Some(&run)
            {
                chooser.detail = Some(detail.map(Arc::from));
            }
        }
    }
}

fn of(state: &mut State, number: u64) -> Option<&mut OpenComparison> {
    let open = state.compare.open.as_mut();
    open.filter(|open| open.number == number)
}

/// What was made is shown, a few tiles in each frame, and what is looked at is asked for.
pub(crate) fn follow(state: &mut State, ctx: &egui::Context) {
    let Some(open) = &mut state.compare.open else {
        return;
    };
    for ask in open.follow_video(ctx) {
        state.shell.ask(Ask::Compare(ask));
    }
    let at_most = match open.video {
        Some(_) => TILES_OF_VIDEO,
        None => TILES_A_FRAME,
    };
    let made = open.painter.poll(at_most);
    if made.len() == at_most {
        ctx.request_repaint();
    }
    for made in made {
        match made {
            Made::Tile {
                key,
                made_for,
                picture,
            } => open.tiles.came(ctx, key, made_for, picture),
            Made::Counted { counted, look, .. } => open.histogram = Some((counted, look)),
        }
    }
    open.count_values();
    if let Some(ask) = open.ask_perceived() {
        state.shell.ask(Ask::Compare(ask));
    }
}

impl OpenComparison {
    /// Values are counted while somebody looks at how often they occur.
    fn count_values(&mut self) {
        let sides = self.sides();
        let is_pending = sides
            .iter()
            .any(|side| side.is_picture() && side.pixels.is_none());
        let has_any = sides.iter().any(|side| side.read().is_some());
        if self.panel != SidePanel::Histogram || is_pending || !has_any || self.is_playing() {
            return;
        }
        let look = self.look;
        let is_same = |of: &super::Look| of.exposure == look.exposure && of.channel == look.channel;
        if self.counting.as_ref().is_some_and(is_same) {
            return;
        }
        self.counting = Some(look);
        let sides = self.sides().map(|side| side.read().cloned());
        self.painter.count(CountOrder { sides, look });
    }

    /// Whether the heat map shows FLIP.
    pub(super) fn is_perceived(&self) -> bool {
        self.mode == CompareMode::Difference && self.look.measure == Measure::Perceived
    }

    /// FLIP is measured when somebody wants to see it: it takes longer than all else. One question is on its
    /// way at most, however many frames are looked at meanwhile: others want answers, too.
    pub(super) fn ask_perceived(&mut self) -> Option<CompareAsk> {
        let is_known = self.perceived.is_some() || self.is_perceiving;
        let is_read = self.sides().iter().all(|side| side.read().is_some());
        if !self.is_perceived() || is_known || !is_read || self.is_playing() {
            return None;
        }
        let sources = match &self.video {
            Some(video) => self.frame_sources(video)?,
            None => {
                let [a, b] = self.sides().map(|side| side.source.clone());
                [PictureSource::Whole(a?), PictureSource::Whole(b?)]
            }
        };
        self.is_perceiving = true;
        Some(CompareAsk::Perceive {
            number: self.number,
            frame: self.shown_frame(),
            sources: Box::new(sources),
        })
    }

    /// FLIP was measured. Of a frame that isn't shown any more it is left alone: the present one is asked for next.
    pub(super) fn perceived_came(
        &mut self,
        frame: Option<u64>,
        perceived: Result<Option<Arc<Perceived>>, ApiError>,
    ) {
        self.is_perceiving = false;
        if self.shown_frame() == frame {
            self.perceived = Some(perceived);
            self.tiles.look += 1;
        }
    }

    fn shown_frame(&self) -> Option<u64> {
        self.video.as_ref().and_then(|video| video.shown)
    }
}
