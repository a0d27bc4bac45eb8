//! Takes what the runtime answered about the studio's side.

use hartomat_api::ApiError;
use hartomat_schema::{AuditEntry, RolloutDecision};

use super::apply::{ask, read};
use super::audit::PAGE;
use super::targets;
use super::types::check_edits;
use crate::backend::{StudioAsk, StudioEvent};
use crate::command::Commands;
use crate::compare_view::{self, CompareCommand};
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

/// Takes an answer.
pub(crate) fn came(state: &mut State, event: StudioEvent, ctx: &egui::Context) {
    match event {
        StudioEvent::Rollouts(found) => {
            let statuses = found.iter().flatten();
            let decisions = statuses.flat_map(|status| &status.decisions);
            let of_gates = decisions.filter(|it| it.by == RolloutDecision::GATE);
            state.studio.audit.of_gates = of_gates.cloned().collect();
            state.studio.rollouts.came(found);
        }
        StudioEvent::OutputTypes(found) => state.studio.output_types.came(found),
        StudioEvent::Targets(found) => state.studio.targets.came(found),
        StudioEvent::TargetChanged(changed) => targets::changed(state, changed),
        StudioEvent::Orders(found) => {
            state.studio.orders.came(found);
            look_at_first_order(state);
        }
        StudioEvent::Order(id, found) => {
            if state.studio.order.as_ref() == Some(&id) {
                state.studio.order_detail.came(found.map(|detail| *detail));
            }
        }
        StudioEvent::Decided(Ok(status)) => {
            state.studio.draft = None;
            if let Some(decision) = status.decisions.first() {
                let title = decision.sentence.clone();
                state.shell.notify(NoticeLevel::Good, title, Vec::new());
            }
            read(state);
        }
        StudioEvent::Decided(Err(err)) => {
            if let Some(draft) = &mut state.studio.draft {
                draft.is_sent = false;
                draft.refused = Some(err);
            }
        }
        event @ (StudioEvent::TypeCreated(_)
        | StudioEvent::TypePut(..)
        | StudioEvent::Workflow(..)) => type_came(state, event),
        StudioEvent::Picture(of, picture) => {
            let texture = picture.map(|picture| {
                let name = format!("{of:?}");
                ctx.load_texture(name, picture, egui::TextureOptions::LINEAR)
            });
            state.studio.pictures.insert(of, Some(texture));
        }
        StudioEvent::Resolved(line, found) => {
            let resolution = &mut state.studio.resolution;
            if resolution.line.as_ref() == Some(&line) {
                resolution.found.came(found.map(|found| *found));
            }
        }
        StudioEvent::Audit(before, found) => audit_came(state, before, found),
        StudioEvent::LibraryRead(folder, rows) => {
            let wizard = &mut state.studio.migration;
            if wizard.folder.as_ref() == Some(&folder) {
                wizard.came(rows);
            }
        }
        StudioEvent::LibraryWritten(written) => {
            let wizard = &mut state.studio.migration;
            wizard.is_writing = false;
            wizard.written.extend(written);
        }
        StudioEvent::Imported(report) => {
            let is_stored = report.as_ref().is_ok_and(|report| report.stored);
            if let Some(import) = &mut state.studio.import {
                import.is_sent = false;
                import.report.came(report);
            }
            if is_stored {
                state.studio.import = None;
                state.shell.worker().refresh_library();
                let title = text("studio.imported").to_owned();
                state.shell.notify(NoticeLevel::Good, title, Vec::new());
                read(state);
            }
        }
    }
}

/// Something about output types came.
fn type_came(state: &mut State, event: StudioEvent) {
    match event {
        StudioEvent::TypeCreated(Ok(made)) => {
            state.studio.type_draft = None;
            state.studio.shown_type = Some(made.output_type.id);
            ask(state, StudioAsk::OutputTypes);
        }
        StudioEvent::TypeCreated(Err(err)) => {
            if let Some(draft) = &mut state.studio.type_draft {
                draft.is_sent = false;
                draft.refused = Some(err);
            }
        }
        StudioEvent::TypePut(id, Ok(stored)) => {
            state.studio.type_edits.remove(&id);
            // What was saved stays in view while the list is read anew.
            let known = state.studio.output_types.known_mut().into_iter().flatten();
            let mut known = known.filter(|entry| entry.output_type.id == id);
            if let Some(entry) = known.next() {
                *entry = *stored;
            }
            let title = text("types.saved").to_owned();
            state.shell.notify(NoticeLevel::Good, title, Vec::new());
            ask(state, StudioAsk::OutputTypes);
            // Order lines and their modes are in the library.
            state.shell.worker().refresh_library();
        }
        StudioEvent::TypePut(id, Err(err)) => {
            if let Some(edit) = state.studio.type_edits.get_mut(&id) {
                edit.is_sent = false;
                edit.refused = Some(err);
            }
        }
        StudioEvent::Workflow(id, found) => {
            let known = state.studio.workflows.entry(id.clone()).or_default();
            known.came(found.map(|found| *found));
            check_edits(state, &id);
        }
        _ => {}
    }
}

/// A page of the audit list came.
fn audit_came(state: &mut State, before: Option<u64>, found: Result<Vec<AuditEntry>, ApiError>) {
    let entries = &mut state.studio.audit.entries;
    let known = match before {
        Some(_) => entries.known().map(|(known, _)| known.clone()),
        None => None,
    };
    entries.came(found.map(|page| {
        let has_more = page.len() >= PAGE as usize;
        let mut all = known.unwrap_or_default();
        all.extend(page);
        (all, has_more)
    }));
}

/// Something was heard of runs: a comparison that waits for its run is opened.
pub(crate) fn run_came(state: &mut State, ctx: &egui::Context) {
    let Some(awaited) = &state.studio.awaited_comparison else {
        return;
    };
    let view = state.runs.view.as_ref();
    if view.is_some_and(|view| view.id() == awaited && view.detail.is_some()) {
        state.studio.awaited_comparison = None;
        let command = CompareCommand::OpenRun;
        compare_view::apply(state, command, &mut Commands::default(), ctx);
    }
}

/// Somebody who comes to the orders sees one at once.
fn look_at_first_order(state: &mut State) {
    let first = state
        .studio
        .orders
        .known()
        .and_then(|orders| orders.first());
    if let (None, Some(first)) = (&state.studio.order, first) {
        let order = first.order.id.clone();
        state.studio.order = Some(order.clone());
        ask(state, StudioAsk::Order(order));
    }
}
