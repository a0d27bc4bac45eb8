//! Opens comparisons: of the sides of a run, of two artifacts, of two files, or of one of each.

use std::path::PathBuf;

use hartomat_schema::Artifact;

use super::apply::close;
use super::painter::Painter;
use super::review::{apply as apply_review, masks_of};
use super::{
    CompareMode, CompareSource, Look, Masks, OpenComparison, PictureSide, Provenance,
    ReviewCommand, SidePanel, Tiles, differences, hot_spots,
};
use crate::backend::{Ask, CompareAsk};
use crate::files::now;
use crate::state::State;

/// Control and candidate of the run that is looked at.
pub(super) fn open_run(state: &mut State, ctx: &egui::Context) {
    let view = state.runs.view.as_ref();
    let Some(run) = view.and_then(|view| view.detail.clone()) else {
        return;
    };
    let Some(evidence) = &run.evidence else {
        return;
    };
    let source = |artifact: &Option<Artifact>| {
        let artifact = artifact.clone().map(Box::new);
        artifact.map(|artifact| CompareSource::Artifact(artifact, Some(run.clone())))
    };
    let sides = [source(&evidence.control), source(&evidence.candidate)];
    let mut opened = new(number(state), sides, ctx);
    opened.title.clone_from(&run.record.workflow_name);
    opened.comparison = Some(evidence.comparison.clone());
    opened.verdict = run.record.verdict;
    opened.provenance = Some(differences::within(&run, &state.catalogue));
    opened.reviews.clone_from(&run.reviews);
    // What stands was drawn on these very pictures.
    let standing = run.reviews.iter().find(|review| review.stands_at(now()));
    opened.masks.all = standing.map(masks_of).unwrap_or_default();
    opened.run = Some(run);
    show(state, opened);
    apply_review(state, ReviewCommand::Reload);
}

/// Two that a person chose.
pub(super) fn open_pair(state: &mut State, sources: [CompareSource; 2], ctx: &egui::Context) {
    let mut opened = new(number(state), sources.clone().map(Some), ctx);
    opened.title = opened.sides().map(PictureSide::name).join("  ·  ");
    opened.provenance = provenance(state, &sources);
    let number = opened.number;
    show(state, opened);
    let sources = Box::new(sources);
    let ask = CompareAsk::Measure { number, sources };
    state.shell.ask(Ask::Compare(ask));
}

fn provenance(state: &State, sources: &[CompareSource; 2]) -> Option<Provenance> {
    let [a, b] = [sources[0].run()?, sources[1].run()?];
    let is_same = a.record.id == b.record.id;
    Some(if is_same {
        differences::within(a, &state.catalogue)
    } else {
        differences::between(&a.frozen, &b.frozen, &state.catalogue)
    })
}

/// The first one is kept; the second one opens both.
pub(super) fn pick(state: &mut State, artifact: Artifact, ctx: &egui::Context) {
    let view = state.runs.view.as_ref();
    let of = view.and_then(|view| view.detail.clone());
    match state.compare.picked.take() {
        Some(first) if first.digest != artifact.digest => {
            let sources = [
                CompareSource::Artifact(Box::new(first), state.compare.picked_of.take()),
                CompareSource::Artifact(Box::new(artifact), of),
            ];
            open_pair(state, sources, ctx);
        }
        Some(_) => {}
        None => {
            state.compare.picked = Some(artifact);
            state.compare.picked_of = of;
        }
    }
}

/// Two files are set beside each other; one takes the place of the candidate.
pub(super) fn dropped(state: &mut State, paths: Vec<PathBuf>, ctx: &egui::Context) {
    let mut files = paths.into_iter().map(CompareSource::File);
    match (files.next(), files.next()) {
        (Some(first), Some(second)) => open_pair(state, [first, second], ctx),
        (Some(only), None) => replace(state, 1, only, ctx),
        _ => {}
    }
}

/// A side has this now.
pub(super) fn replace(state: &mut State, side: usize, source: CompareSource, ctx: &egui::Context) {
    let Some(open) = &state.compare.open else {
        return;
    };
    let kept = open.sides()[1 - side.min(1)].source.clone();
    let Some(kept) = kept else {
        return;
    };
    let sources = if side == 0 {
        [source, kept]
    } else {
        [kept, source]
    };
    reopen(state, sources, ctx);
}

/// The two sides change places.
pub(super) fn swap(state: &mut State, ctx: &egui::Context) {
    let Some(open) = &state.compare.open else {
        return;
    };
    if let [Some(a), Some(b)] = open.sides().map(|side| side.source.clone()) {
        reopen(state, [b, a], ctx);
    }
}

/// Others take the place of those that are open, and are looked at in the same way.
fn reopen(state: &mut State, sources: [CompareSource; 2], ctx: &egui::Context) {
    let before = state.compare.open.as_ref();
    let before = before.map(|open| (open.mode, open.look, open.panel));
    open_pair(state, sources, ctx);
    if let (Some((mode, look, panel)), Some(open)) = (before, &mut state.compare.open) {
        open.mode = mode;
        open.look = look;
        open.panel = panel;
    }
}

/// Another one: answers to those before are left alone.
fn number(state: &mut State) -> u64 {
    state.compare.opened += 1;
    state.compare.opened
}

pub(super) fn new(
    number: u64,
    sides: [Option<CompareSource>; 2],
    ctx: &egui::Context,
) -> OpenComparison {
    let [control, candidate] = sides.map(PictureSide::new);
    OpenComparison {
        number,
        title: String::new(),
        run: None,
        control,
        candidate,
        comparison: None,
        unmeasured: None,
        verdict: None,
        provenance: None,
        mode: CompareMode::default(),
        look: Look::default(),
        panel: SidePanel::default(),
        video: None,
        view: None,
        is_fitted: true,
        share: 0.5,
        blinks: true,
        is_flipped: false,
        hot_spots: Vec::new(),
        hot_spot: None,
        tiles: Tiles::default(),
        perceived: None,
        is_perceiving: false,
        histogram: None,
        counting: None,
        masks: Masks::default(),
        reviews: Vec::new(),
        reviews_unread: None,
        draft: None,
        stage: egui::Vec2::ZERO,
        painter: Painter::start(ctx),
    }
}

/// Puts it on screen, and asks for what its sides hold.
fn show(state: &mut State, mut opened: OpenComparison) {
    close(&mut state.compare);
    opened.hot_spots = opened.of_pictures().map(hot_spots).unwrap_or_default();
    if let Some(digests) = opened.digests() {
        let kept = state.compare.kept_masks.get(&digests);
        if let Some(kept) = kept.filter(|kept| !kept.all.is_empty()) {
            opened.masks = kept.clone();
        }
    }
    let number = opened.number;
    for (side, of) in opened.sides().into_iter().enumerate() {
        // Frames of stored videos come one by one.
        let is_read = of.is_picture() && !(of.is_video() && of.artifact.is_some());
        if let Some(source) = of.source.clone().filter(|_| is_read) {
            let source = Box::new(source);
            let ask = CompareAsk::Read {
                number,
                side,
                source,
            };
            state.shell.ask(Ask::Compare(ask));
        }
    }
    state.compare.open = Some(opened);
}
