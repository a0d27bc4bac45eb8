//! What the evidence says: counts of runs in, conditions with their figures out.

use super::{
    Gate, GateChange, GateCondition, GateConditionName, GateException, GateReport, GateSimulation,
};
use crate::{ExecutionMode, NodeRunState, RunId, RunRecord, RunState, Timestamp, Verdict};

/// What a run says for or against a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRun {
    /// The run.
    pub run: RunId,
    /// When it was dispatched.
    pub at: Timestamp,
    /// Its mode.
    pub mode: ExecutionMode,
    /// Its verdict, where it was compared.
    pub verdict: Option<Verdict>,
    /// Whether a person has looked at it.
    pub reviewed: bool,
    /// Whether the graph failed, also where legacy took its place.
    pub candidate_failed: bool,
    /// Whether legacy failed.
    pub control_failed: bool,
    /// Whether legacy took the graph's place.
    pub fell_back: bool,
}

impl EvidenceRun {
    /// What a run says; none where it says nothing: it has not come to its end, or was cancelled, or was
    /// on trial, or had a failure rehearsed, or was a golden case.
    pub fn of(run: &RunRecord) -> Option<Self> {
        let has_come_to_its_end = matches!(
            run.state,
            RunState::Succeeded | RunState::FellBack | RunState::Failed
        );
        if !has_come_to_its_end || run.is_partial() || run.drill || run.golden.is_some() {
            return None;
        }
        let has_graph = run.mode != ExecutionMode::Legacy;
        let has_worked = |state| matches!(state, NodeRunState::Succeeded | NodeRunState::Reused);
        let failed = |state| state == NodeRunState::Failed;
        let candidate_failed = run.fallback.is_some()
            || run.nodes.iter().any(|node| failed(node.state))
            || !run.nodes.iter().any(|node| has_worked(node.state));
        Some(Self {
            run: run.id.clone(),
            at: run.created_at,
            mode: run.mode,
            verdict: run.verdict,
            reviewed: !run.reviews.is_empty(),
            candidate_failed: has_graph && candidate_failed,
            control_failed: run.control_failure.is_some(),
            fell_back: run.fallback.is_some(),
        })
    }
}

/// What golden cases came to on a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GoldenEvidence {
    /// Cases that passed when they ran last.
    pub passed: u32,
    /// Cases that ran.
    pub cases: u32,
}

/// Counts over runs of one definition, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GateTally {
    streak: u32,
    unreviewed: u32,
    candidate: Failures,
    control: Failures,
    fallbacks: u32,
}

/// How often something failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Failures {
    failed: u32,
    runs: u32,
}

impl GateTally {
    /// Counts over these runs, oldest first.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a EvidenceRun>) -> Self {
        let mut tally = Self::default();
        runs.into_iter().for_each(|run| tally.add(run));
        tally
    }

    /// Counts one more run, which came after the others.
    pub fn add(&mut self, run: &EvidenceRun) {
        if run.mode == ExecutionMode::Legacy {
            self.control.add(run.control_failed);
            return;
        }
        self.candidate.add(run.candidate_failed);
        if run.mode == ExecutionMode::Shadow {
            self.control.add(run.control_failed);
        }
        self.fallbacks += u32::from(run.fell_back);
        match run.verdict {
            Some(Verdict::Pass) => self.streak += 1,
            // A graph in charge that did its work is compared with nothing, and says nothing here.
            None if run.mode == ExecutionMode::Graph && !run.candidate_failed => {}
            _ => self.streak = 0,
        }
        let differs = run.verdict.is_some_and(|verdict| verdict != Verdict::Pass);
        self.unreviewed += u32::from(differs && !run.reviewed);
    }

    /// Shadow passes in a row up to now.
    pub fn streak(&self) -> u32 {
        self.streak
    }

    /// How the gate stands on these counts. `exception` is one that stands.
    pub fn judge(
        &self,
        gate: &Gate,
        golden: GoldenEvidence,
        exception: Option<&GateException>,
    ) -> GateReport {
        let conditions: Vec<_> = GateConditionName::ALL
            .into_iter()
            .map(|name| {
                let (met, sentence) = self.condition(name, gate, golden);
                let excepted = exception.is_some_and(|it| it.conditions.contains(&name));
                GateCondition {
                    name,
                    met,
                    excepted: excepted && !met,
                    sentence,
                }
            })
            .collect();
        let missing: Vec<_> = conditions
            .iter()
            .filter(|condition| !condition.met && !condition.excepted)
            .map(|condition| condition.sentence.as_str())
            .collect();
        let sentence = match missing.as_slice() {
            [] => "The evidence is in.".to_owned(),
            missing => format!("Held: {}.", missing.join("; ")),
        };
        GateReport {
            definition_hash: None,
            open: missing.is_empty(),
            sentence,
            conditions,
        }
    }

    fn condition(
        &self,
        name: GateConditionName,
        gate: &Gate,
        golden: GoldenEvidence,
    ) -> (bool, String) {
        match name {
            GateConditionName::Golden => match (gate.golden, golden) {
                (false, _) => (true, "golden cases are not asked for".to_owned()),
                (true, GoldenEvidence { cases: 0, .. }) => (
                    false,
                    "no golden case has run on this definition".to_owned(),
                ),
                (true, GoldenEvidence { passed, cases }) => (
                    passed == cases,
                    format!("{passed} of {cases} golden cases pass"),
                ),
            },
            GateConditionName::Streak => (
                self.streak >= gate.streak,
                format!(
                    "{} of {} shadow passes in a row",
                    self.streak.min(gate.streak),
                    gate.streak
                ),
            ),
            GateConditionName::Reviewed => match self.unreviewed {
                0 => (true, "every difference was looked at".to_owned()),
                1 => (false, "1 difference was not looked at".to_owned()),
                count => (false, format!("{count} differences were not looked at")),
            },
            GateConditionName::ErrorRate => self.error_rate(gate.min_runs),
            GateConditionName::Fallbacks => (
                self.fallbacks <= gate.max_fallbacks,
                format!(
                    "{} fallbacks, at most {} allowed",
                    self.fallbacks, gate.max_fallbacks
                ),
            ),
        }
    }

    /// The candidate may fail no more often than legacy, over enough runs.
    fn error_rate(&self, min_runs: u32) -> (bool, String) {
        let (candidate, control) = (self.candidate, self.control);
        if candidate.runs < min_runs {
            return (
                false,
                format!(
                    "{} of {min_runs} runs that its error rate needs",
                    candidate.runs
                ),
            );
        }
        let above = u64::from(candidate.failed) * u64::from(control.runs.max(1))
            > u64::from(control.failed) * u64::from(candidate.runs);
        let sentence = format!(
            "the graph failed {} (95 % sure: below {:.1} %), legacy {}",
            candidate.words(),
            candidate.upper_limit() * 100.0,
            control.words(),
        );
        (!above, sentence)
    }
}

impl Failures {
    fn add(&mut self, failed: bool) {
        self.runs += 1;
        self.failed += u32::from(failed);
    }

    fn words(self) -> String {
        format!("{} of {} times", self.failed, self.runs)
    }

    /// The end of the Wilson score interval that 95 in 100 true rates lie below (one-sided, z = 1.645).
    /// Source: Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    fn upper_limit(self) -> f64 {
        const Z: f64 = 1.645;
        if self.runs == 0 {
            return 1.0;
        }
        let runs = f64::from(self.runs);
        let rate = f64::from(self.failed) / runs;
        let middle = rate + Z * Z / (2.0 * runs);
        let spread = Z * (rate * (1.0 - rate) / runs + Z * Z / (4.0 * runs * runs)).sqrt();
        ((middle + spread) / (1.0 + Z * Z / runs)).min(1.0)
    }
}

impl GateSimulation {
    /// What a gate would have done on these runs, oldest first. Golden cases count as they are now.
    pub fn of(gate: &Gate, runs: &[EvidenceRun], golden: GoldenEvidence) -> Self {
        let mut tally = GateTally::default();
        let mut changes: Vec<GateChange> = Vec::new();
        let mut open = false;
        for run in runs {
            tally.add(run);
            let report = tally.judge(gate, golden, None);
            if report.open != open {
                open = report.open;
                changes.push(GateChange {
                    run: run.run.clone(),
                    at: run.at,
                    open,
                    sentence: report.sentence,
                });
            }
        }
        let now = tally.judge(gate, golden, None);
        let closings = changes.iter().filter(|change| !change.open).count();
        let sentence = match changes.first() {
            None => format!("On {} past runs it would never have opened.", runs.len()),
            Some(first) => format!(
                "On {} past runs it would have opened first on {}, closed {closings} times, and now be {}.",
                runs.len(),
                first.at.date(),
                if now.open { "open" } else { "closed" },
            ),
        };
        Self {
            runs: runs.len() as u64,
            changes,
            now,
            sentence,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const PASSED: GoldenEvidence = GoldenEvidence {
        passed: 7,
        cases: 7,
    };

    fn shadow(number: usize, verdict: Verdict) -> EvidenceRun {
        EvidenceRun {
            run: RunId::new(format!("run-{number}")).unwrap(),
            at: Timestamp(0),
            mode: ExecutionMode::Shadow,
            verdict: Some(verdict),
            reviewed: false,
            candidate_failed: false,
            control_failed: false,
            fell_back: false,
        }
    }

    fn passes(count: usize) -> Vec<EvidenceRun> {
        (0..count).map(|n| shadow(n, Verdict::Pass)).collect()
    }

    fn gate() -> Gate {
        Gate {
            streak: 3,
            min_runs: 3,
            ..Gate::default()
        }
    }

    fn missing(runs: &[EvidenceRun], golden: GoldenEvidence) -> Vec<GateConditionName> {
        let report = GateTally::of(runs).judge(&gate(), golden, None);
        let unmet = report.conditions.iter().filter(|condition| !condition.met);
        let unmet: Vec<_> = unmet.map(|condition| condition.name).collect();
        assert_eq!(report.open, unmet.is_empty());
        unmet
    }

    #[test]
    fn a_gate_opens_when_all_the_evidence_is_in() {
        use GateConditionName::{ErrorRate, Golden, Streak};
        assert_eq!(missing(&passes(3), PASSED), []);
        assert_eq!(missing(&passes(2), PASSED), [Streak, ErrorRate]);
        assert_eq!(missing(&passes(3), GoldenEvidence::default()), [Golden]);
        let one_failed = GoldenEvidence {
            passed: 6,
            cases: 7,
        };
        assert_eq!(missing(&passes(3), one_failed), [Golden]);
    }

    #[test]
    fn a_difference_breaks_the_streak_also_when_somebody_accepts_it() {
        use GateConditionName::{Reviewed, Streak};
        let mut runs = passes(5);
        runs.push(shadow(5, Verdict::Warn));
        assert_eq!(missing(&runs, PASSED), [Streak, Reviewed]);
        runs[5].reviewed = true;
        assert_eq!(missing(&runs, PASSED), [Streak]);
        runs.extend(passes(3));
        assert_eq!(missing(&runs, PASSED), []);
    }

    #[test]
    fn a_candidate_may_fail_no_more_often_than_legacy() {
        use GateConditionName::ErrorRate;
        let failed = |candidate_failed, control_failed| EvidenceRun {
            verdict: Some(Verdict::Inconclusive),
            reviewed: true,
            candidate_failed,
            control_failed,
            ..shadow(0, Verdict::Pass)
        };
        let with = |first: EvidenceRun| [vec![first], passes(20)].concat();
        assert_eq!(missing(&with(failed(true, false)), PASSED), [ErrorRate]);
        assert_eq!(missing(&with(failed(true, true)), PASSED), []);
        assert_eq!(missing(&with(failed(false, true)), PASSED), []);
    }

    #[test]
    fn fallbacks_count_while_the_graph_is_in_charge() {
        use GateConditionName::{ErrorRate, Fallbacks, Reviewed, Streak};
        let in_charge = EvidenceRun {
            mode: ExecutionMode::Graph,
            verdict: None,
            ..shadow(9, Verdict::Pass)
        };
        let mut runs = passes(3);
        runs.push(in_charge.clone());
        assert_eq!(missing(&runs, PASSED), [], "a delivery is no evidence");
        runs.push(EvidenceRun {
            verdict: Some(Verdict::Inconclusive),
            candidate_failed: true,
            fell_back: true,
            ..in_charge
        });
        assert_eq!(
            missing(&runs, PASSED),
            [Streak, Reviewed, ErrorRate, Fallbacks]
        );
    }

    #[test]
    fn an_exception_opens_the_gate_and_says_so() {
        let exception = GateException {
            conditions: BTreeSet::from([GateConditionName::Golden]),
            reason: "the fixtures are on their way".to_owned(),
            expires_at: Timestamp(1),
        };
        let judged =
            GateTally::of(&passes(3)).judge(&gate(), GoldenEvidence::default(), Some(&exception));
        assert!(judged.open);
        assert!(judged.conditions[0].excepted && !judged.conditions[0].met);
    }

    #[test]
    fn a_simulation_tells_when_it_would_have_opened_and_closed() {
        let mut runs = passes(4);
        runs.push(shadow(4, Verdict::Fail));
        runs.extend((5..7).map(|n| shadow(n, Verdict::Pass)));
        let simulated = GateSimulation::of(&gate(), &runs, PASSED);
        let changes: Vec<_> = simulated
            .changes
            .iter()
            .map(|change| (change.run.as_str(), change.open))
            .collect();
        assert_eq!(changes, [("run-2", true), ("run-4", false)]);
        assert!(!simulated.now.open);
        assert!(
            simulated.sentence.contains("closed 1 times"),
            "{}",
            simulated.sentence
        );
        let never = GateSimulation::of(&gate(), &passes(2), PASSED);
        assert!(never.sentence.contains("never"), "{}", never.sentence);
    }

    #[test]
    fn no_failure_in_few_runs_proves_little() {
        let limit = |failed, runs| Failures { failed, runs }.upper_limit();
        // Wilson's figures for 0 of 20 and 0 of 300 at z = 1.645.
        assert!((limit(0, 20) - 0.119_2).abs() < 0.000_1, "{}", limit(0, 20));
        assert!((limit(0, 300) - 0.008_9).abs() < 0.000_1);
        assert!((limit(0, 0) - 1.0).abs() < f64::EPSILON);
        assert!(limit(5, 20) > 0.25);
    }
}
