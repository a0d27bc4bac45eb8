//! How far the run of the open workflow is, for the window's title.

use crate::state::State;

/// What stands before the workflow's name: how far its run is, or how it ended.
pub(crate) fn window_mark(state: &State) -> String {
    let Some(session) = &state.session else {
        return String::new();
    };
    let runs = &state.runs;
    let Some(view) = runs.view.as_ref().filter(|_| runs.is_of(session)) else {
        return String::new();
    };
    if view.is_live() {
        let percent = (view.progress() * 100.0).floor();
        return format!("{percent:.0} % · ");
    }
    String::new()
}
