//! Carries out what is asked of a comparison.

use egui::{Pos2, Vec2, pos2};

use super::painter::Order;
use super::{
    CompareCommand, CompareState, Mask, MaskCommand, OpenComparison, PictureView, SideChooser,
    TileKey, open, report, review,
};
use crate::backend::{Ask, CompareAsk};
use crate::canvas::CanvasCommand;
use crate::command::{Command, Commands};
use crate::files::FileQuestion;
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

/// Carries a command out.
pub(crate) fn apply(
    state: &mut State,
    command: CompareCommand,
    commands: &mut Commands,
    ctx: &egui::Context,
) {
    match command {
        CompareCommand::OpenRun => open::open_run(state, ctx),
        CompareCommand::Open(sources) => open::open_pair(state, *sources, ctx),
        CompareCommand::AskFiles => state.shell.ask_file(FileQuestion::CompareFirst),
        CompareCommand::Pick(artifact) => open::pick(state, *artifact, ctx),
        CompareCommand::PickNothing => state.compare.picked = None,
        CompareCommand::Dropped(paths) => open::dropped(state, paths, ctx),
        CompareCommand::Close => close(&mut state.compare),
        CompareCommand::Choose(side) => {
            state.compare.chooser = side.map(|side| SideChooser {
                side,
                run: None,
                detail: None,
            });
        }
        CompareCommand::ChooseFrom(run) => {
            if let Some(chooser) = &mut state.compare.chooser {
                chooser.run = Some(run.clone());
                chooser.detail = None;
                state.shell.ask(Ask::Compare(CompareAsk::Run(run)));
            }
        }
        CompareCommand::AskFile(side) => state.shell.ask_file(FileQuestion::CompareSide(side)),
        CompareCommand::Replace(side, source) => open::replace(state, side, *source, ctx),
        CompareCommand::Swap => open::swap(state, ctx),
        CompareCommand::ShowNode(node, setting) => {
            close(&mut state.compare);
            let pointer = (!setting.is_empty()).then(|| format!("/{setting}"));
            commands.push(Command::Canvas(CanvasCommand::Reveal { node, pointer }));
        }
        CompareCommand::CopySummary => {
            if let Some(open) = &state.compare.open {
                ctx.copy_text(report::summary(open));
                let title = text("report.copied").to_owned();
                state.shell.notify(NoticeLevel::Good, title, Vec::new());
            }
        }
        CompareCommand::AskReport(format) => report::ask(state, format),
        CompareCommand::SaveReport(format, path) => report::save(state, format, path),
        CompareCommand::Review(command) => review::apply(state, command),
        CompareCommand::Keys(are_shown) => state.compare.has_keys = are_shown,
        other => {
            if let Some(open) = &mut state.compare.open {
                open.change(other);
            }
        }
    }
}

/// What was drawn on the pictures is kept for when they are opened again.
pub(super) fn close(compare: &mut CompareState) {
    if let Some(open) = compare.open.take()
        && let Some(digests) = open.digests()
    {
        let mut masks = open.masks;
        masks.tool = None;
        masks.selected = None;
        compare.kept_masks.insert(digests, masks);
    }
    compare.chooser = None;
    compare.has_keys = false;
}

impl OpenComparison {
    fn change(&mut self, command: CompareCommand) {
        match command {
            CompareCommand::Mode(mode) => {
                self.mode = mode;
                self.is_flipped = false;
            }
            CompareCommand::Panel(panel) => self.panel = panel,
            CompareCommand::Look(look) => {
                let has_changed = self.look != look;
                self.look = look;
                self.tiles.look += u64::from(has_changed);
            }
            CompareCommand::View(view) => self.see(view),
            CompareCommand::Zoom(factor) => {
                if let Some(view) = self.view {
                    self.see(view.closer(factor));
                }
            }
            CompareCommand::Pan(by) => {
                if let Some(view) = self.view {
                    self.see(view.panned(by));
                }
            }
            CompareCommand::Fit => {
                self.is_fitted = true;
                self.fit();
            }
            CompareCommand::Resized(stage) => {
                self.stage = stage;
                self.fit();
            }
            CompareCommand::Share(share) => self.share = share.clamp(0.0, 1.0),
            CompareCommand::BlinkByItself(blinks) => self.blinks = blinks,
            CompareCommand::Flip => {
                self.blinks = false;
                self.is_flipped = !self.is_flipped;
            }
            CompareCommand::HotSpot(is_forward) => self.step(is_forward),
            CompareCommand::GoTo(index) => self.go_to(index),
            CompareCommand::Want(keys) => self.want(keys),
            CompareCommand::Video(command) => {
                if let Some(video) = &mut self.video {
                    video.apply(command);
                }
            }
            CompareCommand::Mask(MaskCommand::AddHere) => {
                if let Some(mask) = self.mask_here() {
                    self.masks.apply(MaskCommand::Add(mask));
                }
            }
            CompareCommand::Mask(command) => self.masks.apply(command),
            _ => {}
        }
    }

    /// Shows all of the pictures, unless somebody looks at a part of them.
    pub(super) fn fit(&mut self) {
        if (self.is_fitted || self.view.is_none())
            && self.stage.min_elem() > 1.0
            && let Some(size) = self.size()
        {
            self.view = Some(PictureView::fit(size, self.stage));
        }
    }

    fn see(&mut self, view: PictureView) {
        self.is_fitted = false;
        self.view = Some(view);
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
        self.see(PictureView {
            center: pos2(x as f32, y as f32),
            zoom: (room * 0.3 / side).clamp(0.5, 12.0),
        });
    }

    fn want(&mut self, keys: Vec<TileKey>) {
        let perceived = match &self.perceived {
            Some(Ok(perceived)) => perceived.clone(),
            _ => None,
        };
        let orders = keys.into_iter().map(|key| Order {
            key,
            control: self.control.read().cloned(),
            candidate: self.candidate.read().cloned(),
            perceived: perceived.clone(),
            look: self.look,
            made_for: self.tiles.look,
        });
        self.painter.want(orders.collect());
    }

    /// A rectangle in the middle of what is looked at.
    fn mask_here(&self) -> Option<Mask> {
        let view = self.view?;
        let size = self.size()?;
        let side = (self.stage.min_elem() / view.zoom / 4.0).clamp(4.0, size.min_elem().max(4.0));
        let half = Vec2::splat(side / 2.0);
        let center = view.center.clamp(Pos2::ZERO, size.to_pos2());
        Mask::rectangle(center - half, center + half)
    }
}
