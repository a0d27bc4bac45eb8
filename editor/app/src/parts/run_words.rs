//! Words, icons and colours for states of runs, verdicts and times.

use egui::Color32;
use hartomat_api::NodeDecisionKind;
use hartomat_schema::{NodeRunState, RunState, Verdict};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Palette, Severity, Status};

use crate::messages::text;

/// A run's state for people.
pub(crate) fn run_state_text(state: RunState) -> &'static str {
    match state {
        RunState::Queued => text("run_state.queued"),
        RunState::Running => text("run_state.running"),
        RunState::Succeeded => text("run_state.succeeded"),
        RunState::FellBack => text("run_state.fell_back"),
        RunState::Failed => text("run_state.failed"),
        RunState::Cancelled => text("run_state.cancelled"),
        RunState::Interrupted => text("run_state.interrupted"),
    }
}

/// A run's state as a status.
pub(crate) fn run_status(state: RunState) -> Status {
    match state {
        RunState::Queued => Status::Waiting,
        RunState::Running => Status::Running,
        RunState::Succeeded => Status::Succeeded,
        RunState::FellBack | RunState::Failed => Status::Failed,
        RunState::Cancelled | RunState::Interrupted => Status::Cancelled,
    }
}

/// A node run's state for people.
pub(crate) fn node_state_text(state: NodeRunState) -> &'static str {
    match state {
        NodeRunState::Waiting => text("node_state.waiting"),
        NodeRunState::Running => text("node_state.running"),
        NodeRunState::Succeeded => text("node_state.succeeded"),
        NodeRunState::Reused => text("node_state.reused"),
        NodeRunState::Failed => text("node_state.failed"),
        NodeRunState::Skipped => text("node_state.skipped"),
        NodeRunState::Cancelled => text("node_state.cancelled"),
    }
}

/// What a dry-run says of a node, for people.
pub(crate) fn decision_text(decision: NodeDecisionKind) -> (Status, &'static str) {
    match decision {
        NodeDecisionKind::Run => (Status::Waiting, text("plan.will_run")),
        NodeDecisionKind::Reuse => (Status::Reused, text("plan.cached")),
        NodeDecisionKind::Skip => (Status::Skipped, text("plan.left_out")),
    }
}

/// A verdict for people.
pub(crate) fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => text("verdict.pass"),
        Verdict::Warn => text("verdict.warn"),
        Verdict::Fail => text("verdict.fail"),
        Verdict::Inconclusive => text("verdict.inconclusive"),
    }
}

/// A verdict's icon: never colour alone.
pub(crate) fn verdict_icon(verdict: Verdict) -> Icon {
    match verdict {
        Verdict::Pass => Icon::Succeeded,
        Verdict::Warn => Icon::Warning,
        Verdict::Fail => Icon::Failed,
        Verdict::Inconclusive => Icon::Help,
    }
}

/// A verdict's colour.
pub(crate) fn verdict_color(palette: &Palette, verdict: Verdict) -> Color32 {
    match verdict {
        Verdict::Pass => palette.status(Status::Succeeded),
        Verdict::Warn => palette.severity(Severity::Warning),
        Verdict::Fail => palette.status(Status::Failed),
        Verdict::Inconclusive => palette.status(Status::Skipped),
    }
}

/// A time as people say it: `40 ms`, `0.4 s`, `12 s`, `3:05`.
pub(crate) fn time_text(millis: u64) -> String {
    let secs = millis as f64 / 1000.0;
    match secs {
        secs if secs < 0.1 => format!("{millis} ms"),
        secs if secs < 10.0 => format!("{secs:.1} s"),
        secs if secs < 60.0 => format!("{secs:.0} s"),
        secs => hartomat_ui::widgets::duration_text(secs),
    }
}

#[cfg(test)]
mod tests {
    use super::time_text;

    #[test]
    fn short_times_have_a_decimal_and_long_ones_read_as_on_a_clock() {
        assert_eq!(time_text(40), "40 ms");
        assert_eq!(time_text(430), "0.4 s");
        assert_eq!(time_text(12_400), "12 s");
        assert_eq!(time_text(185_000), "3:05");
    }
}
