//! Named views of the list: a few that everybody has, and those that a person has saved.

use std::collections::BTreeMap;

use hartomat_schema::{ExecutionMode, RunState, Verdict};

use super::{RunFilter, RunPeriod};
use crate::messages::text;
use crate::shell::{self, PreferenceChange, ShellCommand};
use crate::state::State;

/// Letters of a view's name.
const LONGEST: usize = 60;
/// Views that a person can save.
const MOST: usize = 40;

/// Views that everybody has, with their names.
pub(crate) fn built_in() -> [(&'static str, RunFilter); 6] {
    let all = RunFilter::default;
    [
        (text("views.all"), all()),
        (text("views.inbox"), RunFilter::inbox()),
        (
            text("views.under_way"),
            RunFilter {
                states: vec![RunState::Queued, RunState::Running],
                ..all()
            },
        ),
        (
            text("views.failed"),
            RunFilter {
                states: vec![RunState::Failed],
                period: Some(RunPeriod::Week),
                ..all()
            },
        ),
        (
            text("views.fell_back"),
            RunFilter {
                fell_back: Some(true),
                ..all()
            },
        ),
        (
            text("views.differ"),
            RunFilter {
                mode: Some(ExecutionMode::Shadow),
                verdict: Some(Verdict::Fail),
                ..all()
            },
        ),
    ]
}

/// Keeps what is listed now under a name; one of this name gives way.
pub(super) fn save(state: &mut State, name: &str, ctx: &egui::Context) {
    let name: String = name.trim().chars().take(LONGEST).collect();
    if name.is_empty() {
        return;
    }
    let mut views = state.shell.preferences().run_views.clone();
    if views.len() >= MOST && !views.contains_key(&name) {
        return;
    }
    views.insert(name, state.runs.list.filter.clone());
    prefer(state, views, ctx);
}

/// Forgets a view.
pub(super) fn forget(state: &mut State, name: &str, ctx: &egui::Context) {
    let mut views = state.shell.preferences().run_views.clone();
    views.remove(name);
    prefer(state, views, ctx);
}

fn prefer(state: &mut State, views: BTreeMap<String, RunFilter>, ctx: &egui::Context) {
    let change = PreferenceChange::RunViews(views);
    shell::apply(state, ShellCommand::Prefer(change), ctx);
}
