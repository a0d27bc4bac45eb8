//! Execution modes: who delivers, who is watched, and what happens when the graph fails.
//!
//! In shadow mode the control has delivered before the candidate begins, so nothing that the
//! candidate does can delay or fail it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hartomat_schema::{ExecutionMode, RunState, Side};

/// How the control ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlEnd {
    /// It delivered.
    Delivered,
    /// It failed, with the reason.
    Failed(String),
    /// It was cancelled.
    Cancelled,
}

/// How the candidate ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CandidateEnd {
    /// All outputs there and their contract met.
    Succeeded,
    /// It failed, hung or panicked, with the reason.
    Failed(String),
    /// It was cancelled.
    Cancelled,
}

/// What the graph runs for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CandidateRole {
    /// It delivers.
    Authority,
    /// It is watched beside legacy and can deliver nothing.
    Observer,
    /// Its author tries a part of it: it can deliver nothing, and is judged by nobody.
    Trial,
}

/// The two sides of a run, as the modes need them.
pub trait Sides {
    /// Runs the legacy pipeline, which delivers by itself.
    fn control(&self) -> ControlEnd;

    /// Runs the graph. Only an authority has the capability to deliver.
    fn candidate(&self, role: CandidateRole) -> CandidateEnd;

    /// Journals that legacy takes the graph's place.
    fn fell_back(&self, reason: &str);

    /// Compares what both sides made; a candidate that failed makes it inconclusive.
    fn compare(&self, control: &ControlEnd, candidate: &CandidateEnd);
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeOutcome {
    /// State of the run.
    pub state: RunState,
    /// The side that delivered.
    pub delivered_by: Option<Side>,
    /// Why it isn't simply a success.
    pub reason: Option<String>,
}

/// Runs both sides as the mode asks.
pub fn run_in_mode(mode: ExecutionMode, sides: &dyn Sides) -> ModeOutcome {
    match mode {
        ExecutionMode::Legacy => outcome_of_control(&contained_control(sides)),
        ExecutionMode::Shadow => shadow(sides),
        ExecutionMode::Graph => graph(sides),
    }
}

/// Runs the graph to some of its nodes, on trial: nobody delivers, no legacy takes its place, and
/// nothing is compared.
pub fn run_on_trial(sides: &dyn Sides) -> ModeOutcome {
    let (state, reason) = match contained(|| sides.candidate(CandidateRole::Trial)) {
        CandidateEnd::Succeeded => (RunState::Succeeded, None),
        CandidateEnd::Failed(reason) => (RunState::Failed, Some(reason)),
        CandidateEnd::Cancelled => (RunState::Cancelled, None),
    };
    ModeOutcome {
        state,
        delivered_by: None,
        reason,
    }
}

fn shadow(sides: &dyn Sides) -> ModeOutcome {
    let control = contained_control(sides);
    if control == ControlEnd::Cancelled {
        return outcome_of_control(&control);
    }
    let candidate = contained(|| sides.candidate(CandidateRole::Observer));
    compare(sides, &control, &candidate);
    outcome_of_control(&control)
}

fn graph(sides: &dyn Sides) -> ModeOutcome {
    let candidate = contained(|| sides.candidate(CandidateRole::Authority));
    let reason = match &candidate {
        CandidateEnd::Succeeded => {
            return ModeOutcome {
                state: RunState::Succeeded,
                delivered_by: Some(Side::Candidate),
                reason: None,
            };
        }
        CandidateEnd::Cancelled => {
            return ModeOutcome {
                state: RunState::Cancelled,
                delivered_by: None,
                reason: None,
            };
        }
        CandidateEnd::Failed(reason) => reason.clone(),
    };
    sides.fell_back(&reason);
    let control = contained_control(sides);
    compare(sides, &control, &candidate);
    match control {
        ControlEnd::Delivered => ModeOutcome {
            state: RunState::FellBack,
            delivered_by: Some(Side::Control),
            reason: Some(reason),
        },
        ControlEnd::Failed(legacy) => ModeOutcome {
            state: RunState::Failed,
            delivered_by: None,
            reason: Some(format!("graph: {reason}; legacy: {legacy}")),
        },
        ControlEnd::Cancelled => outcome_of_control(&control),
    }
}

/// A comparison that panics must not take a delivery with it; the run has no verdict then.
fn compare(sides: &dyn Sides, control: &ControlEnd, candidate: &CandidateEnd) {
    let _ = catch_unwind(AssertUnwindSafe(|| sides.compare(control, candidate)));
}

fn contained_control(sides: &dyn Sides) -> ControlEnd {
    catch_unwind(AssertUnwindSafe(|| sides.control()))
        .unwrap_or_else(|_| ControlEnd::Failed("the legacy pipeline panicked".to_owned()))
}

fn contained(candidate: impl FnOnce() -> CandidateEnd) -> CandidateEnd {
    catch_unwind(AssertUnwindSafe(candidate))
        .unwrap_or_else(|_| CandidateEnd::Failed("the graph runtime panicked".to_owned()))
}

fn outcome_of_control(control: &ControlEnd) -> ModeOutcome {
    let (state, delivered_by, reason) = match control {
        ControlEnd::Delivered => (RunState::Succeeded, Some(Side::Control), None),
        ControlEnd::Failed(reason) => (RunState::Failed, None, Some(reason.clone())),
        ControlEnd::Cancelled => (RunState::Cancelled, None, None),
    };
    ModeOutcome {
        state,
        delivered_by,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    struct Trace {
        control: ControlEnd,
        candidate: Option<CandidateEnd>,
        calls: RefCell<Vec<String>>,
    }

    impl Sides for Trace {
        fn control(&self) -> ControlEnd {
            self.calls.borrow_mut().push("control".to_owned());
            self.control.clone()
        }

        fn candidate(&self, role: CandidateRole) -> CandidateEnd {
            self.calls.borrow_mut().push(format!("candidate {role:?}"));
            self.candidate.clone().expect("a candidate that panics")
        }

        fn fell_back(&self, reason: &str) {
            self.calls.borrow_mut().push(format!("fell back: {reason}"));
        }

        fn compare(&self, _control: &ControlEnd, candidate: &CandidateEnd) {
            self.calls
                .borrow_mut()
                .push(format!("compare {candidate:?}"));
        }
    }

    fn check(
        mode: ExecutionMode,
        control: ControlEnd,
        candidate: Option<CandidateEnd>,
        state: RunState,
        calls: &[&str],
    ) {
        let trace = Trace {
            control,
            candidate,
            calls: RefCell::default(),
        };
        assert_eq!(run_in_mode(mode, &trace).state, state, "{mode}");
        assert_eq!(*trace.calls.borrow(), calls, "{mode}");
    }

    #[test]
    fn each_mode_asks_the_right_sides_in_the_right_order() {
        use CandidateEnd::Succeeded;
        use ControlEnd::{Cancelled, Delivered};
        use ExecutionMode::{Graph, Legacy, Shadow};
        let failed = || Some(CandidateEnd::Failed("no".to_owned()));
        check(Legacy, Delivered, None, RunState::Succeeded, &["control"]);
        let calls = ["control", "candidate Observer", "compare Succeeded"];
        check(
            Shadow,
            Delivered,
            Some(Succeeded),
            RunState::Succeeded,
            &calls,
        );
        let calls = ["control", "candidate Observer", "compare Failed(\"no\")"];
        check(Shadow, Delivered, failed(), RunState::Succeeded, &calls);
        check(Shadow, Cancelled, None, RunState::Cancelled, &["control"]);
        let calls = ["candidate Authority"];
        check(
            Graph,
            Delivered,
            Some(Succeeded),
            RunState::Succeeded,
            &calls,
        );
        let calls = [
            "candidate Authority",
            "fell back: no",
            "control",
            "compare Failed(\"no\")",
        ];
        check(Graph, Delivered, failed(), RunState::FellBack, &calls);
        check(
            Graph,
            ControlEnd::Failed("too".to_owned()),
            failed(),
            RunState::Failed,
            &calls,
        );
    }

    #[test]
    fn a_trial_asks_nobody_but_the_graph() {
        for (candidate, state) in [
            (Some(CandidateEnd::Succeeded), RunState::Succeeded),
            (
                Some(CandidateEnd::Failed("no".to_owned())),
                RunState::Failed,
            ),
            (Some(CandidateEnd::Cancelled), RunState::Cancelled),
            (None, RunState::Failed),
        ] {
            let trace = Trace {
                control: ControlEnd::Delivered,
                candidate,
                calls: RefCell::default(),
            };
            let outcome = run_on_trial(&trace);
            assert_eq!((outcome.state, outcome.delivered_by), (state, None));
            assert_eq!(*trace.calls.borrow(), ["candidate Trial"]);
        }
    }

    #[test]
    fn a_candidate_that_panics_fails_alone() {
        let calls = [
            "control",
            "candidate Observer",
            "compare Failed(\"the graph runtime panicked\")",
        ];
        check(
            ExecutionMode::Shadow,
            ControlEnd::Delivered,
            None,
            RunState::Succeeded,
            &calls,
        );
    }
}
