//! Takes what the runtime answered about the studio's side.

use super::apply::{ask, read};
use crate::backend::{StudioAsk, StudioEvent};
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

/// Takes an answer.
pub(crate) fn came(state: &mut State, event: StudioEvent) {
    match event {
        StudioEvent::Rollouts(found) => state.studio.rollouts.came(found),
        StudioEvent::OutputTypes(found) => state.studio.output_types.came(found),
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
        StudioEvent::TypeCreated(Ok(_)) => {
            state.studio.type_draft = None;
            ask(state, StudioAsk::OutputTypes);
        }
        StudioEvent::TypeCreated(Err(err)) => {
            if let Some(draft) = &mut state.studio.type_draft {
                draft.is_sent = false;
                draft.refused = Some(err);
            }
        }
        StudioEvent::TypePut(Ok(_)) => ask(state, StudioAsk::OutputTypes),
        StudioEvent::TypePut(Err(err)) => {
            let title = text("studio.type_refused").to_owned();
            let found = err.diagnostics.iter().map(|found| found.message.clone());
            let details = std::iter::once(err.message.clone()).chain(found).collect();
            state.shell.notify(NoticeLevel::Error, title, details);
        }
        StudioEvent::Imported(report) => {
            let is_stored = report.as_ref().is_ok_and(|report| report.stored);
            if let Some(import) = &mut state.studio.import {
                import.is_sent = false;
                import.report.came(report);
            }
            if is_stored {
                state.studio.import = None;
                let title = text("studio.imported").to_owned();
                state.shell.notify(NoticeLevel::Good, title, Vec::new());
                read(state);
            }
        }
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
