//! Nodes over time: a row for each, a bar for each try, with its reason or failure under the
//! pointer. A click goes to the node.

use std::collections::BTreeMap;

use egui::{Align2, Color32, Id, Rect, Sense, Ui, Vec2, pos2};
use hartomat_schema::NodeId;
use hartomat_ui::theme::{Palette, Status, Theme, regular, size};
use hartomat_ui::widgets::Header;

use crate::Context;
use crate::canvas::clipped;
use crate::command::Commands;
use crate::files::now;
use crate::messages::{count, text};
use crate::parts::{reveal, run_node_name, time_text};
use crate::runs::{Attempt, AttemptEnd, RunView, RunsCommand};
use crate::shell::sentence;

/// Height of a row.
const ROW: f32 = 20.0;
/// Width of the names.
const NAMES: f32 = 130.0;

pub(super) fn timeline_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let rows = rows(view);
    let note = count("runs.attempts", view.attempts.len());
    let header = Header::new(Id::new("run timeline"), text("runs.timeline"));
    let (_, is_open) = header.note(&note, palette.text_faint).ui(ui);
    if !is_open || rows.is_empty() {
        return;
    }
    let (begin, until) = span(view);
    let width = ui.available_width();
    let scale = (width - NAMES - 60.0).max(40.0) / (until - begin).max(1) as f32;
    for (node, attempts) in rows {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(width, ROW), Sense::hover());
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let line = Line {
            context,
            view,
            palette: &palette,
            rect,
            begin,
            scale,
        };
        line.name_ui(ui, node, commands);
        for attempt in attempts {
            line.bar_ui(ui, attempt, commands);
        }
    }
}

/// Tries by node, in the order of their beginning.
fn rows(view: &RunView) -> Vec<(Option<&NodeId>, Vec<&Attempt>)> {
    let mut order = Vec::new();
    let mut of: BTreeMap<Option<&NodeId>, Vec<&Attempt>> = BTreeMap::new();
    for attempt in &view.attempts {
        let node = attempt.node.as_ref();
        let attempts = of.entry(node).or_default();
        if attempts.is_empty() {
            order.push(node);
        }
        attempts.push(attempt);
    }
    let mut take = |node| of.remove(&node).map(|attempts| (node, attempts));
    order.into_iter().filter_map(&mut take).collect()
}

/// From when to when, in milliseconds.
fn span(view: &RunView) -> (i64, i64) {
    let begin = view
        .attempts
        .iter()
        .map(|attempt| attempt.started_at.0)
        .min();
    let begin = begin.unwrap_or(view.record.created_at.0);
    let ends = view.attempts.iter().map(|attempt| {
        let end = attempt.finished_at.unwrap_or_else(now);
        end.0
    });
    (begin, ends.max().unwrap_or(begin).max(begin + 1))
}

struct Line<'a> {
    context: &'a Context<'a>,
    view: &'a RunView,
    palette: &'a Palette,
    rect: Rect,
    begin: i64,
    scale: f32,
}

impl Line<'_> {
    fn name_ui(&self, ui: &Ui, node: Option<&NodeId>, commands: &mut Commands) {
        let name = self.name(node);
        let place = self.rect.with_max_x(self.rect.left() + NAMES);
        let id = ui.id().with(("timeline", node.map_or("", NodeId::as_str)));
        let response = ui.interact(place, id, Sense::click());
        hartomat_ui::widgets::name(&response, &name);
        let color = if response.hovered() {
            self.palette.accent_text
        } else {
            self.palette.text
        };
        let galley = clipped(
            ui.painter(),
            &name,
            regular(size::SMALL_TEXT),
            color,
            NAMES - 8.0,
        );
        let at = pos2(place.left(), place.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, color);
        if let (Some(node), true) = (node, response.clicked()) {
            reveal(node, commands);
        }
    }

    fn name(&self, node: Option<&NodeId>) -> String {
        match node {
            Some(id) => run_node_name(self.context, self.view, id),
            None => text("runs.control").to_owned(),
        }
    }

    fn bar_ui(&self, ui: &Ui, attempt: &Attempt, commands: &mut Commands) {
        let left = self.rect.left() + NAMES;
        let x = |at: i64| left + (at - self.begin) as f32 * self.scale;
        let end = attempt.finished_at.unwrap_or_else(now);
        let begin = x(attempt.started_at.0);
        let bar = Rect::from_min_max(
            pos2(begin, self.rect.top() + 4.0),
            pos2(x(end.0).max(begin + 3.0), self.rect.bottom() - 4.0),
        );
        let color = self.color(attempt.end);
        match attempt.end {
            // Nothing ran: a mark at the point in time.
            AttemptEnd::Reused | AttemptEnd::Skipped => {
                ui.painter().circle_filled(bar.left_center(), 4.0, color);
            }
            _ => {
                ui.painter().rect_filled(bar, 2, color);
            }
        }
        let took = end.millis_since(attempt.started_at);
        let label = match attempt.end {
            AttemptEnd::Reused => text("node_state.reused").to_owned(),
            AttemptEnd::Skipped => text("node_state.skipped").to_owned(),
            _ => time_text(took),
        };
        let at = pos2(bar.right() + 6.0, bar.center().y);
        let font = regular(size::SMALL_TEXT);
        ui.painter()
            .text(at, Align2::LEFT_CENTER, label, font, self.palette.text_weak);
        let id = ui.id().with((
            "attempt",
            attempt.node.as_ref().map_or("", NodeId::as_str),
            attempt.number,
            attempt.started_at.0,
        ));
        let response = ui.interact(bar.expand(3.0), id, Sense::click());
        hartomat_ui::widgets::name(&response, &self.spoken(attempt, took));
        hartomat_ui::widgets::focus_ring(ui, &response, 3);
        let response = response.on_hover_ui(|ui| self.hint_ui(ui, attempt));
        if response.clicked() {
            let number = Some(attempt.number).filter(|number| *number > 0);
            commands.runs(RunsCommand::ShowLog(attempt.node.clone(), number));
        }
    }

    /// What screen readers say of a try.
    fn spoken(&self, attempt: &Attempt, took: u64) -> String {
        let mut parts = vec![self.name(attempt.node.as_ref())];
        if attempt.number > 0 {
            parts.push(count("runs.attempt_number", attempt.number as usize));
        }
        parts.push(attempt_end_text(attempt.end).to_owned());
        parts.push(time_text(took));
        parts.join(", ")
    }

    fn hint_ui(&self, ui: &mut Ui, attempt: &Attempt) {
        ui.set_max_width(360.0);
        ui.strong(self.name(attempt.node.as_ref()));
        if attempt.number > 1 {
            ui.label(count("runs.attempt_number", attempt.number as usize));
        }
        if !attempt.reason.is_empty() {
            ui.label(sentence(&attempt.reason));
        }
        if let Some(failure) = &attempt.failure {
            ui.label(sentence(&failure.message));
            if !failure.hint.is_empty() {
                ui.weak(sentence(&failure.hint));
            }
        }
    }

    fn color(&self, end: AttemptEnd) -> Color32 {
        self.palette.status(match end {
            AttemptEnd::Running => Status::Running,
            AttemptEnd::Succeeded => Status::Succeeded,
            AttemptEnd::Reused => Status::Reused,
            AttemptEnd::Failed => Status::Failed,
            AttemptEnd::Skipped => Status::Skipped,
            AttemptEnd::Cancelled => Status::Cancelled,
        })
    }
}

fn attempt_end_text(end: AttemptEnd) -> &'static str {
    match end {
        AttemptEnd::Running => text("node_state.running"),
        AttemptEnd::Succeeded => text("node_state.succeeded"),
        AttemptEnd::Reused => text("node_state.reused"),
        AttemptEnd::Failed => text("node_state.failed"),
        AttemptEnd::Skipped => text("node_state.skipped"),
        AttemptEnd::Cancelled => text("node_state.cancelled"),
    }
}
