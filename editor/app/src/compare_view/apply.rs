//! Carries out what is asked of a comparison, and brings in pixels and tiles.

use std::sync::Arc;

use egui::pos2;
use hartomat_api::ApiError;
use hartomat_schema::{Artifact, Comparison, Digest, Verdict};

use super::painter::{Order, Painter};
use super::{
    CompareCommand, CompareMode, Look, OpenComparison, PictureSide, PictureView, Pixels, TileKey,
    Tiles, hot_spots,
};
use crate::backend::{Ask, RunsAsk};
use crate::state::State;

/// Tiles that become textures in one frame.
const TILES_A_FRAME: usize = 12;

/// Carries a command out.
pub(crate) fn apply(state: &mut State, command: CompareCommand, ctx: &egui::Context) {
    match command {
        CompareCommand::OpenRun => open_run(state),
        CompareCommand::Pick(artifact) => pick(state, *artifact),
        CompareCommand::PickNothing => state.compare.picked = None,
        CompareCommand::Close => state.compare.open = None,
        other => {
            if let Some(open) = &mut state.compare.open {
                open.change(other, ctx);
            }
        }
    }
}

fn open_run(state: &mut State) {
    let Some(view) = &state.runs.view else {
        return;
    };
    let Some(evidence) = view
        .detail
        .as_ref()
        .and_then(|detail| detail.evidence.as_ref())
    else {
        return;
    };
    let title = view.record.workflow_name.clone();
    let comparison = evidence.comparison.clone();
    let verdict = view.record.verdict;
    let sides = (evidence.control.clone(), evidence.candidate.clone());
    open(state, title, sides, Some((comparison, verdict)));
}

/// The first picture is kept; the second one opens both.
fn pick(state: &mut State, artifact: Artifact) {
    match state.compare.picked.take() {
        Some(first) if first.digest != artifact.digest => {
            let title = format!("{} · {}", first.name, artifact.name);
            open(state, title, (Some(first), Some(artifact)), None);
        }
        Some(_) => {}
        None => state.compare.picked = Some(artifact),
    }
}

fn open(
    state: &mut State,
    title: String,
    (control, candidate): (Option<Artifact>, Option<Artifact>),
    judged: Option<(Comparison, Option<Verdict>)>,
) {
    let (comparison, verdict) = match judged {
        Some((comparison, verdict)) => (Some(comparison), verdict),
        None => (None, None),
    };
    let mut opened = OpenComparison {
        title,
        control: PictureSide::new(control),
        candidate: PictureSide::new(candidate),
        comparison,
        verdict,
        mode: CompareMode::default(),
        look: Look::default(),
        view: None,
        share: 0.5,
        blinks: true,
        is_flipped: false,
        hot_spots: Vec::new(),
        hot_spot: None,
        tiles: Tiles::default(),
        stage: egui::Vec2::ZERO,
        painter: Painter::start(),
    };
    opened.hot_spots = opened.of_pictures().map(hot_spots).unwrap_or_default();
    for side in [&opened.control, &opened.candidate] {
        if let Some(artifact) = side.artifact.clone().filter(|_| side.is_picture()) {
            let ask = RunsAsk::Pixels(Box::new(artifact));
            state.shell.ask(Ask::Runs(ask));
        }
    }
    state.compare.open = Some(opened);
}

/// Pixels have come, or don't.
pub(crate) fn pixels_came(
    state: &mut State,
    digest: Digest,
    pixels: Result<Arc<Pixels>, ApiError>,
) {
    let Some(open) = &mut state.compare.open else {
        return;
    };
    for side in [&mut open.control, &mut open.candidate] {
        if side
            .artifact
            .as_ref()
            .is_some_and(|artifact| artifact.digest == digest)
        {
            side.pixels = Some(pixels.clone());
        }
    }
    open.tiles.look += 1;
    open.tiles.forget_asked();
    open.fit_once();
}

/// Tiles that were made become textures, a few in each frame.
pub(crate) fn follow(state: &mut State, ctx: &egui::Context) {
    let Some(open) = &mut state.compare.open else {
        return;
    };
    let made = open.painter.poll(TILES_A_FRAME);
    if made.len() == TILES_A_FRAME {
        ctx.request_repaint();
    }
    for tile in made {
        open.tiles.came(ctx, tile.key, tile.made_for, tile.picture);
    }
}

impl OpenComparison {
    fn change(&mut self, command: CompareCommand, ctx: &egui::Context) {
        match command {
            CompareCommand::Mode(mode) => {
                self.mode = mode;
                self.is_flipped = false;
            }
            CompareCommand::Look(look) => {
                if self.look != look {
                    self.look = look;
                    self.tiles.look += 1;
                    self.tiles.forget_asked();
                }
            }
            CompareCommand::View(view) => self.view = Some(view),
            CompareCommand::Fit => {
                self.view = None;
                self.fit_once();
            }
            CompareCommand::Resized(stage) => {
                self.stage = stage;
                self.fit_once();
            }
            CompareCommand::Share(share) => self.share = share.clamp(0.0, 1.0),
            CompareCommand::BlinkByItself(blinks) => self.blinks = blinks,
            CompareCommand::Flip => {
                self.blinks = false;
                self.is_flipped = !self.is_flipped;
            }
            CompareCommand::HotSpot(is_forward) => self.step(is_forward),
            CompareCommand::GoTo(index) => self.go_to(index),
            CompareCommand::Want(keys) => self.want(keys, ctx),
            CompareCommand::OpenRun
            | CompareCommand::Pick(_)
            | CompareCommand::PickNothing
            | CompareCommand::Close => {}
        }
    }

    fn fit_once(&mut self) {
        if self.view.is_none()
            && self.stage.min_elem() > 1.0
            && let Some(size) = self.size()
        {
            self.view = Some(PictureView::fit(size, self.stage));
        }
    }

    fn step(&mut self, is_forward: bool) {
        let count = self.hot_spots.len();
        if count == 0 {
            return;
        }
        let next = match (self.hot_spot, is_forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        self.go_to(next);
    }

    fn go_to(&mut self, index: usize) {
        let Some(spot) = self.hot_spots.get(index) else {
            return;
        };
        self.hot_spot = Some(index);
        let [x, y] = spot.region.center();
        let side = spot.region.width_px.max(spot.region.height_px).max(48) as f32;
        let room = self.stage.min_elem().max(100.0);
        self.view = Some(PictureView {
            center: pos2(x as f32, y as f32),
            zoom: (room * 0.3 / side).clamp(0.5, 12.0),
        });
    }

    fn want(&mut self, keys: Vec<TileKey>, ctx: &egui::Context) {
        for key in keys {
            if self.tiles.is_known(&key) {
                continue;
            }
            self.tiles.ask(key);
            self.painter.order(Order {
                key,
                control: self.control.read().cloned(),
                candidate: self.candidate.read().cloned(),
                look: self.look,
                made_for: self.tiles.look,
                wake: ctx.clone(),
            });
        }
    }
}
