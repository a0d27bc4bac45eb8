//! Takes what the runtime answered about the studio's side.

use hartomat_api::{ApiError, ImportReport, RolloutStatus};
use hartomat_schema::{AuditEntry, RolloutDecision, RolloutScope};

use super::apply::{ask, read};
use super::audit::PAGE;
use super::types::{check_edits, stored};
use super::{Answer, OrderImport, RolloutDraft, targets};
use crate::backend::{StudioAsk, StudioEvent, Ticket};
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
        StudioEvent::TargetChanged(change, changed) => targets::changed(state, &change, changed),
        StudioEvent::Orders(found) => {
            state.studio.orders.came(found);
            look_at_first_order(state);
        }
        StudioEvent::Order(id, found) => {
            if state.studio.order.as_ref() == Some(&id) {
                state.studio.order_detail.came(found.map(|detail| *detail));
            }
        }
        StudioEvent::Decided(scope, decided) => decided_came(state, &scope, decided),
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
        StudioEvent::Resolved(ticket, found) => {
            let resolution = &mut state.studio.resolution;
            if resolution.asked == ticket {
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
        StudioEvent::LibraryWritten(output, written) => {
            let wizard = &mut state.studio.migration;
            if wizard.output.as_ref() == Some(&output) {
                wizard.is_writing = false;
                wizard.written.extend(written);
            } else if let Some(err) = written.into_iter().find_map(|(_, it)| it.err()) {
                let title = text("migration.not_all_written");
                state.shell.notify_error(title, &err);
            }
        }
        StudioEvent::ImportTried(ticket, tried) => {
            let import = state.studio.import.as_mut();
            if let Some(import) = import.filter(|import| import.ticket == ticket) {
                import.report.came(tried.map(|(request, report)| {
                    import.request = Some(request);
                    report
                }));
            }
        }
        StudioEvent::Imported(ticket, report) => imported(state, ticket, report),
    }
}

/// A decision was made, or not.
fn decided_came(
    state: &mut State,
    scope: &RolloutScope,
    decided: Result<Box<RolloutStatus>, ApiError>,
) {
    let is_sent = |draft: &mut RolloutDraft| draft.is_sent && draft.scope == *scope;
    let draft = state.studio.draft.take_if(is_sent);
    match (decided, draft) {
        (Ok(status), _) => {
            if let Some(decision) = status.decisions.first() {
                let title = decision.sentence.clone();
                state.shell.notify(NoticeLevel::Good, title, Vec::new());
            }
            read(state);
        }
        (Err(err), Some(draft)) => {
            state.studio.draft = Some(RolloutDraft {
                is_sent: false,
                refused: Some(err),
                ..draft
            });
        }
        (Err(err), None) => state.shell.notify_error(text("rollout.not_decided"), &err),
    }
}

/// A list of orders was taken in, or not. The dialog may show another list by now.
fn imported(state: &mut State, ticket: Ticket, report: Result<ImportReport, ApiError>) {
    let is_of = |import: &mut OrderImport| import.ticket == ticket;
    let import = state.studio.import.take_if(is_of);
    match (report, import) {
        (Ok(report), _) if report.stored => {
            state.shell.worker().refresh_library();
            let title = text("studio.imported").to_owned();
            state.shell.notify(NoticeLevel::Good, title, Vec::new());
            read(state);
        }
        (report, Some(mut import)) => {
            import.is_sent = false;
            import.report.came(report);
            state.studio.import = Some(import);
        }
        (Err(err), None) => state.shell.notify_error(text("orders.not_taken_in"), &err),
        (Ok(_), None) => {}
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
        StudioEvent::TypePut(_, Ok(entry)) => stored(state, *entry),
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
    let has_more = |page: &[AuditEntry]| page.len() >= PAGE as usize;
    if before.is_none() {
        entries.came(found.map(|page| {
            let has_more = has_more(&page);
            (page, has_more)
        }));
        return;
    }
    // Where the list was read anew since, its end may be another.
    let known = entries.known();
    let known = known.filter(|(known, _)| known.last().map(|last| last.seq) == before);
    let Some((mut all, mut is_more)) = known.cloned() else {
        return;
    };
    match found {
        Ok(page) => {
            is_more = has_more(&page);
            all.extend(page);
        }
        Err(err) => state.shell.notify_error(text("audit.no_older"), &err),
    }
    state.studio.audit.entries = Answer::Here((all, is_more));
}

/// Something was heard of runs: a comparison that waits for its run is opened. It waits no longer where
/// the run can't be read, or another one was opened.
pub(crate) fn run_came(state: &mut State, ctx: &egui::Context) {
    let Some(awaited) = state.studio.awaited_comparison.take() else {
        return;
    };
    let runs = &state.runs;
    let view = runs.view.as_ref().filter(|view| *view.id() == awaited);
    if view.is_some_and(|view| view.detail.is_some()) {
        let command = CompareCommand::OpenRun;
        compare_view::apply(state, command, &mut Commands::default(), ctx);
        return;
    }
    let is_opening = runs.opening.as_ref() == Some(&awaited);
    if is_opening || view.is_some_and(|view| view.error.is_none()) {
        state.studio.awaited_comparison = Some(awaited);
        return;
    }
    let refused = view.map_or(&runs.open_error, |view| &view.error).clone();
    if let Some(err) = refused {
        let title = text("rollout.no_comparison");
        state.shell.notify_error(title, &err);
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
