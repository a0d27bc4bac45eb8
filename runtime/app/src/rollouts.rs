//! Rollout: what is allowed where, the evidence, and decisions by people and by the gate.
//!
//! Reading and lowering a mode need `legacy.db` alone, so that rolling back works with a broken graph.

use hartomat_api::{ApiError, ErrorKind, RolloutStatus, SimulationRequest};
use hartomat_schema::{
    DecisionKind, Diagnostic, EvidenceRun, ExecutionMode, GateException, GateReport,
    GateSimulation, GateTally, GoldenEvidence, MAX_EXCEPTION_DAYS, ModeRequest, OnBreak, Rollout,
    RolloutAction, RolloutDecision, RolloutScope, RunId, RunRecord, Subject, Timestamp, Verdict,
    VerdictMark, Workflow, WorkflowId, resolve_mode,
};
use hartomat_store::RunFilter;

use crate::Studio;
use crate::access::LOCAL_ACTOR;
use crate::error::from_store;
use crate::host::now;

/// Runs of a definition that count as its evidence: so many with the graph, and so many of legacy alone.
const EVIDENCE_RUNS: usize = 1000;
/// Verdicts and decisions that a status shows.
const SHOWN_VERDICTS: usize = 12;
const SHOWN_DECISIONS: usize = 20;
/// Characters of a reason.
const MAX_REASON: usize = 1000;

/// What a gate is judged by.
struct RolloutEvidence {
    workflow: Option<Workflow>,
    /// Newest first.
    runs: Vec<RunRecord>,
    golden: GoldenEvidence,
}

impl RolloutEvidence {
    /// What the runs say, oldest first.
    fn of_runs(&self) -> Vec<EvidenceRun> {
        self.runs.iter().rev().filter_map(EvidenceRun::of).collect()
    }

    fn judge(&self, rollout: &Rollout, at: Timestamp) -> GateReport {
        let exception = rollout.exception.as_ref().filter(|it| at < it.expires_at);
        let tally = GateTally::of(&self.of_runs());
        let report = tally.judge(&rollout.gate, self.golden, exception);
        GateReport {
            definition_hash: self.workflow.as_ref().map(Workflow::definition_hash),
            ..report
        }
    }
}

impl Studio {
    /// Everybody who has a say on the mode of a run of this.
    pub(crate) fn rollouts_for(
        &self,
        subject: &Subject,
        workflow: &Workflow,
    ) -> Result<Vec<Rollout>, ApiError> {
        let of_type = subject.output_type().cloned().map(RolloutScope::OutputType);
        let scopes = of_type
            .into_iter()
            .chain([RolloutScope::Workflow(workflow.id.clone())]);
        let found = scopes.map(|scope| self.legacy.rollout_get(&scope));
        let found = found.filter_map(Result::transpose);
        found
            .collect::<Result<_, _>>()
            .map_err(|err| from_store(&err))
    }

    pub(crate) fn rollouts(&self) -> Result<Vec<RolloutStatus>, ApiError> {
        let rollouts = self.legacy.rollout_list().map_err(|err| from_store(&err))?;
        rollouts
            .into_iter()
            .map(|rollout| self.status_of(rollout))
            .collect()
    }

    pub(crate) fn rollout_status(&self, scope: &RolloutScope) -> Result<RolloutStatus, ApiError> {
        self.status_of(self.find_rollout(scope)?)
    }

    /// Decides for somebody. Whoever lets them ask notes it in the audit list.
    pub fn rollout_decide_as(
        &self,
        by: &str,
        scope: &RolloutScope,
        action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError> {
        check_action(action)?;
        let (seen, after, decision) = match action {
            RolloutAction::RollBack { to, reason } => {
                return self.roll_back(by, scope, *to, reason);
            }
            RolloutAction::Promote { exception } => {
                let seen = self.find_rollout(scope)?;
                let (after, decision) = self.promotion(by, &seen, exception.clone())?;
                (seen, after, decision)
            }
            RolloutAction::Configure {
                gate,
                shadow_percent,
            } => {
                let seen = self.find_rollout(scope)?;
                let after = Rollout {
                    gate: gate.clone(),
                    shadow_percent: *shadow_percent,
                    ..seen.clone()
                };
                let sentence = format!(
                    "{by} sets the gate of {}: {} shadow passes in a row over {} runs at least, \
                     at most {} fallbacks, {shadow_percent} of 100 dispatches shadowed",
                    scope.words(),
                    gate.streak,
                    gate.min_runs,
                    gate.max_fallbacks,
                );
                let kind = DecisionKind::Configured;
                let decision = decision(by, &seen, &after, kind, sentence);
                (seen, after, decision)
            }
            RolloutAction::Resume => {
                let seen = self.find_rollout(scope)?;
                let after = Rollout {
                    paused: None,
                    ..seen.clone()
                };
                let sentence = format!("{by} lets {} be promoted again", scope.words());
                let kind = DecisionKind::Configured;
                let decision = decision(by, &seen, &after, kind, sentence);
                (seen, after, decision)
            }
        };
        let decided = self.legacy.rollout_decide(scope, |current| {
            (*current == seen).then(|| (after.clone(), decision.clone()))
        });
        let now_is = decided.map_err(|err| from_store(&err))?;
        if now_is != after {
            let message = format!("somebody else has just decided on {}", scope.words());
            return Err(ApiError::new(ErrorKind::Conflict, message).hint("look at it again"));
        }
        self.rollout_status(scope)
    }

    /// What a decision means, in a sentence for the audit list.
    pub fn rollout_sentence(by: &str, scope: &RolloutScope, action: &RolloutAction) -> String {
        let of = scope.words();
        match action {
            RolloutAction::Promote { exception: None } => format!("{by} promotes {of}"),
            RolloutAction::Promote {
                exception: Some(exception),
            } => format!("{by} promotes {of} with an exception: {}", exception.reason),
            RolloutAction::RollBack { to, reason } => {
                format!("{by} rolls {of} back to `{to}`: {reason}")
            }
            RolloutAction::Configure { .. } => format!("{by} changes the gate of {of}"),
            RolloutAction::Resume => format!("{by} lets {of} be promoted again"),
        }
    }

    /// The same for this process. Rolling back doesn't wait for the audit list to be writable: the
    /// decision itself is kept beside the rollout.
    pub(crate) fn decide_here(
        &self,
        scope: &RolloutScope,
        action: &RolloutAction,
    ) -> Result<RolloutStatus, ApiError> {
        let decide = || self.rollout_decide_as(LOCAL_ACTOR, scope, action);
        let sentence = Self::rollout_sentence(LOCAL_ACTOR, scope, action);
        let noted = self.audit_begin(LOCAL_ACTOR, "RolloutDecide", &sentence);
        match (noted, action) {
            (Err(_), RolloutAction::RollBack { .. }) => decide(),
            (noted, _) => self.audited(noted?, decide),
        }
    }

    pub(crate) fn simulate_gate(
        &self,
        scope: &RolloutScope,
        request: &SimulationRequest,
    ) -> Result<GateSimulation, ApiError> {
        let rollout = self.find_rollout(scope)?;
        let evidence = self.rollout_evidence(&rollout)?;
        let gate = request.gate.as_ref().unwrap_or(&rollout.gate);
        Ok(GateSimulation::of(
            gate,
            &evidence.of_runs(),
            evidence.golden,
        ))
    }

    /// Looks at a run that comes to its end, and takes down what breaks its gate. Gives what was
    /// decided, in sentences. Nothing of it can fail the run.
    pub(crate) fn watch_gates(&self, run: &RunId) -> Vec<String> {
        let record = self.graph().and_then(|graph| self.record(graph, run));
        let Ok(record) = record else {
            return Vec::new();
        };
        if record.fallback.is_none() || record.drill || record.is_partial() {
            return Vec::new();
        }
        let of_type = record.output_type.clone().map(RolloutScope::OutputType);
        let of_workflow = RolloutScope::Workflow(record.workflow.clone());
        let scopes = of_type.into_iter().chain([of_workflow]);
        scopes
            .filter_map(|scope| self.break_gate(&scope, &record))
            .collect()
    }

    fn break_gate(&self, scope: &RolloutScope, record: &RunRecord) -> Option<String> {
        let rollout = self.legacy.rollout_get(scope).ok()??;
        // What nobody has promoted has no gate to break.
        let promoted = rollout.definition_hash?;
        if rollout.mode != ExecutionMode::Graph || promoted != record.definition_hash {
            return None;
        }
        let evidence = self.rollout_evidence(&rollout).ok()?;
        let report = evidence.judge(&rollout, now());
        let since = rollout.since.unwrap_or_default();
        let earlier = evidence
            .of_runs()
            .into_iter()
            .filter(|run| run.run != record.id);
        let earlier = earlier.filter(|run| run.fell_back && run.at >= since);
        let fallbacks = earlier.count() + 1;
        if fallbacks <= rollout.gate.max_fallbacks as usize {
            return None;
        }
        let why = record.fallback.as_deref().unwrap_or_default();
        let change = |current: &Rollout| {
            if current.mode != ExecutionMode::Graph {
                return None;
            }
            let (mode, kind, does) = match current.gate.on_break {
                OnBreak::Pause => (
                    ExecutionMode::Graph,
                    DecisionKind::Paused,
                    "stays in charge, and nothing is promoted until somebody has looked",
                ),
                OnBreak::DemoteToShadow => (
                    ExecutionMode::Shadow,
                    DecisionKind::Demoted,
                    "is demoted to `shadow`",
                ),
                OnBreak::DemoteToLegacy => (
                    ExecutionMode::Legacy,
                    DecisionKind::Demoted,
                    "is demoted to `legacy`",
                ),
            };
            let sentence = format!(
                "{} {does}: {fallbacks} fallbacks since it was promoted, at most {} are allowed; \
                 the last is run {}: {why}",
                scope.words(),
                current.gate.max_fallbacks,
                record.id,
            );
            if current.paused.as_deref() == Some(sentence.as_str()) {
                return None;
            }
            let after = Rollout {
                mode,
                paused: Some(sentence.clone()),
                since: (mode != current.mode).then(now).or(current.since),
                definition_hash: current
                    .definition_hash
                    .filter(|_| mode == ExecutionMode::Graph),
                exception: current
                    .exception
                    .clone()
                    .filter(|_| mode == ExecutionMode::Graph),
                ..current.clone()
            };
            let by = RolloutDecision::GATE;
            let mut decided = decision(by, current, &after, kind, sentence);
            decided.gate = Some(report.clone());
            Some((after, decided))
        };
        let after = self.legacy.rollout_decide(scope, change).ok()?;
        after.paused
    }

    /// One step up, if the gate is open or an exception stands for what is missing.
    fn promotion(
        &self,
        by: &str,
        seen: &Rollout,
        exception: Option<GateException>,
    ) -> Result<(Rollout, RolloutDecision), ApiError> {
        let of = seen.scope.words();
        let Some(to) = seen.next() else {
            let message = format!("{of} is at `graph` already");
            return Err(ApiError::new(ErrorKind::Conflict, message));
        };
        if let Some(paused) = &seen.paused {
            let message = format!("{of} is paused: {paused}");
            return Err(ApiError::new(ErrorKind::Conflict, message)
                .hint("look at what happened, then resume it"));
        }
        let mut after = Rollout {
            mode: to,
            since: Some(now()),
            ..seen.clone()
        };
        let mut report = None;
        let mut sentence = format!("{by} promotes {of} to `{to}`");
        if to == ExecutionMode::Graph {
            after.exception.clone_from(&exception);
            let evidence = self.rollout_evidence(seen)?;
            let judged = evidence.judge(&after, now());
            if !judged.open {
                let message = format!("{of} can't be promoted to `graph` yet. {}", judged.sentence);
                return Err(ApiError::new(ErrorKind::Conflict, message)
                    .hint("gather what is missing, or promote with an exception that has an end"));
            }
            after.definition_hash = judged.definition_hash;
            let met = judged.conditions.iter().filter(|it| it.met);
            let met: Vec<_> = met.map(|it| it.sentence.as_str()).collect();
            sentence = format!("{sentence}: {}", met.join("; "));
            if let Some(exception) = &exception {
                let names: Vec<_> = exception.conditions.iter().map(|it| it.as_str()).collect();
                let end = exception.expires_at.date();
                sentence = format!(
                    "{sentence}; except for {} until {end}: {}",
                    names.join(", "),
                    exception.reason
                );
            }
            report = Some(judged);
        }
        let mut decision = decision(by, seen, &after, DecisionKind::Promoted, sentence);
        decision.gate = report;
        Ok((after, decision))
    }

    /// Down at once: whatever the rollout is at that moment, and whatever the graph's database says.
    fn roll_back(
        &self,
        by: &str,
        scope: &RolloutScope,
        to: ExecutionMode,
        reason: &str,
    ) -> Result<RolloutStatus, ApiError> {
        self.check_is_something(scope)?;
        let decided = self.legacy.rollout_decide(scope, |current| {
            if current.mode <= to {
                return None;
            }
            let after = Rollout {
                mode: to,
                definition_hash: None,
                exception: None,
                since: Some(now()),
                ..current.clone()
            };
            let of = scope.words();
            let sentence = format!(
                "{by} rolls {of} back from `{}` to `{to}`: {}",
                current.mode,
                reason.trim()
            );
            let kind = DecisionKind::RolledBack;
            let decision = decision(by, current, &after, kind, sentence);
            Some((after, decision))
        });
        let rollout = decided.map_err(|err| from_store(&err))?;
        self.status_of(rollout)
    }

    /// Refuses a workflow that isn't there. Where workflows can't be read nobody knows, and a rollback
    /// goes on.
    fn check_is_something(&self, scope: &RolloutScope) -> Result<(), ApiError> {
        let RolloutScope::Workflow(id) = scope else {
            return Ok(());
        };
        let decided = self.legacy.rollout_get(scope);
        let can_look = self.graph().is_ok_and(|it| it.db.workflow_get(id).is_ok());
        if can_look && matches!(decided, Ok(None)) {
            self.find_workflow(id)?;
        }
        Ok(())
    }

    fn find_rollout(&self, scope: &RolloutScope) -> Result<Rollout, ApiError> {
        let found = self.legacy.rollout_get(scope);
        let found = found.map_err(|err| from_store(&err))?;
        match (found, scope) {
            (Some(rollout), _) => Ok(rollout),
            (None, RolloutScope::Workflow(id)) => {
                self.find_workflow(id)?;
                Ok(Rollout::new(scope.clone(), ExecutionMode::Graph))
            }
            (None, RolloutScope::OutputType(_)) => {
                let message = format!("there is no {}", scope.words());
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .hint("`hartomat output-types list` shows them"))
            }
        }
    }

    fn workflow_of(&self, scope: &RolloutScope) -> Result<(String, WorkflowId), ApiError> {
        match scope {
            RolloutScope::Workflow(id) => {
                let name = self.find_workflow(id).map(|it| it.workflow.name);
                Ok((name.unwrap_or_else(|_| id.to_string()), id.clone()))
            }
            RolloutScope::OutputType(id) => {
                let found = self.legacy.output_type_get(id);
                let found = found.map_err(|err| from_store(&err))?.ok_or_else(|| {
                    ApiError::new(
                        ErrorKind::NotFound,
                        format!("there is no {}", scope.words()),
                    )
                })?;
                Ok((found.name, found.workflow))
            }
        }
    }

    /// What is known of the present definition. Fails where the graph's database is broken.
    fn rollout_evidence(&self, rollout: &Rollout) -> Result<RolloutEvidence, ApiError> {
        let (_, id) = self.workflow_of(&rollout.scope)?;
        let graph = self.graph()?;
        let Ok(saved) = self.find_workflow(&id) else {
            return Ok(RolloutEvidence {
                workflow: None,
                runs: Vec::new(),
                golden: GoldenEvidence::default(),
            });
        };
        let definition_hash = saved.workflow.definition_hash();
        let output_type = match &rollout.scope {
            RolloutScope::OutputType(id) => Some(id.clone()),
            RolloutScope::Workflow(_) => None,
        };
        let filter = RunFilter {
            workflow: Some(id),
            definition_hash: Some(definition_hash),
            output_type,
            partial: Some(false),
            limit: Some(EVIDENCE_RUNS),
            ..RunFilter::default()
        };
        // However few runs have a shadow, those of legacy alone don't push them out.
        let of_legacy = RunFilter {
            mode: Some(ExecutionMode::Legacy),
            ..filter.clone()
        };
        let with_graph = RunFilter {
            with_graph: true,
            ..filter
        };
        let [with_graph, of_legacy] = [with_graph, of_legacy].map(|it| graph.db.run_list(&it));
        let store = |err| from_store(&err);
        Ok(RolloutEvidence {
            runs: merged(with_graph.map_err(store)?, of_legacy.map_err(store)?),
            golden: self.golden_evidence(&saved.workflow.id),
            workflow: Some(saved.workflow),
        })
    }

    fn status_of(&self, rollout: Rollout) -> Result<RolloutStatus, ApiError> {
        let (name, workflow) = self.workflow_of(&rollout.scope)?;
        let at = now();
        let evidence = self.rollout_evidence(&rollout);
        let (gate, runs, saved) = match &evidence {
            Ok(evidence) => (
                evidence.judge(&rollout, at),
                evidence.runs.as_slice(),
                evidence.workflow.as_ref(),
            ),
            Err(err) => (no_evidence(err), [].as_slice(), None),
        };
        let resolution = saved.map(|saved| {
            let asked = ModeRequest {
                mode: saved.execution_mode,
                by: &format!("workflow `{}`", saved.name),
                definition_hash: saved.definition_hash(),
                run: None,
                at,
            };
            let of_workflow = RolloutScope::Workflow(workflow.clone());
            let mut says = vec![rollout.clone()];
            if rollout.scope != of_workflow {
                says.extend(self.legacy.rollout_get(&of_workflow).ok().flatten());
            }
            resolve_mode(&asked, &says)
        });
        let decisions =
            self.legacy
                .rollout_decision_list(Some(&rollout.scope), None, SHOWN_DECISIONS);
        Ok(RolloutStatus {
            name,
            workflow,
            next: rollout.next(),
            gate,
            streak: evidence
                .as_ref()
                .map_or(0, |evidence| GateTally::of(&evidence.of_runs()).streak()),
            recent: recent(runs),
            in_flight: runs.iter().filter(|run| !run.state.is_final()).count() as u64,
            resolution,
            decisions: decisions.map_err(|err| from_store(&err))?,
            rollout,
        })
    }
}

/// One list of two, all newest first. Each keeps its own order, whatever the clock has done.
fn merged(one: Vec<RunRecord>, other: Vec<RunRecord>) -> Vec<RunRecord> {
    let mut one = one.into_iter().peekable();
    let mut other = other.into_iter().peekable();
    let mut all = Vec::new();
    while let (Some(first), Some(second)) = (one.peek(), other.peek()) {
        let is_first = first.created_at >= second.created_at;
        all.extend(if is_first { one.next() } else { other.next() });
    }
    all.extend(one.chain(other));
    all
}

fn recent(runs: &[RunRecord]) -> Vec<VerdictMark> {
    let mark = |run: &RunRecord| {
        let verdict = run.verdict?;
        Some(VerdictMark {
            run: run.id.clone(),
            at: run.created_at,
            verdict,
            reviewed: verdict != Verdict::Pass && !run.reviews.is_empty(),
            sentence: run.sentence.clone().unwrap_or_default(),
        })
    };
    runs.iter().filter_map(mark).take(SHOWN_VERDICTS).collect()
}

fn no_evidence(err: &ApiError) -> GateReport {
    GateReport {
        definition_hash: None,
        conditions: Vec::new(),
        open: false,
        sentence: format!("Held: the evidence can't be read: {}.", err.message),
    }
}

fn decision(
    by: &str,
    from: &Rollout,
    to: &Rollout,
    kind: DecisionKind,
    sentence: String,
) -> RolloutDecision {
    RolloutDecision {
        seq: 0,
        scope: from.scope.clone(),
        at: now(),
        by: by.to_owned(),
        kind,
        from: from.mode,
        to: to.mode,
        sentence,
        gate: None,
    }
}

/// What is wrong with an action, whatever the rollout.
fn check_action(action: &RolloutAction) -> Result<(), ApiError> {
    let mut findings = Vec::new();
    let mut finding = |pointer: &str, message: String, fix: &str| {
        findings.push(Diagnostic::error("rollout", pointer, message, fix));
    };
    let reason_problem = |reason: &str| {
        let characters = reason.chars().count();
        if reason.trim().is_empty() {
            Some("it needs a reason".to_owned())
        } else if characters > MAX_REASON {
            Some(format!(
                "a reason has at most {MAX_REASON} characters, this one has {characters}"
            ))
        } else {
            let is_bad = |c: char| c.is_control() && c != '\n';
            reason
                .chars()
                .any(is_bad)
                .then(|| "a reason can't contain control characters".to_owned())
        }
    };
    match action {
        RolloutAction::RollBack { to, reason } => {
            if let Some(problem) = reason_problem(reason) {
                finding("/reason", problem, "say why in a sentence");
            }
            if *to == ExecutionMode::Graph {
                let message = "there is nothing above `graph` to roll back from".to_owned();
                finding("/to", message, "choose `legacy` or `shadow`");
            }
        }
        RolloutAction::Promote {
            exception: Some(exception),
        } => {
            if let Some(problem) = reason_problem(&exception.reason) {
                finding("/exception/reason", problem, "say why in a sentence");
            }
            if exception.conditions.is_empty() {
                let message = "an exception names the conditions that it is of".to_owned();
                finding("/exception/conditions", message, "name at least one");
            }
            let latest = now().plus_days(MAX_EXCEPTION_DAYS);
            if exception.expires_at <= now() || exception.expires_at > latest {
                let message =
                    format!("an exception ends in the future, {MAX_EXCEPTION_DAYS} days at most");
                finding("/exception/expires_at", message, "choose a nearer date");
            }
        }
        RolloutAction::Configure {
            gate,
            shadow_percent,
        } => {
            if !(1..=1000).contains(&gate.streak) || !(1..=1000).contains(&gate.min_runs) {
                let message = "a streak and a number of runs are 1 to 1000".to_owned();
                finding("/gate", message, "choose a number in between");
            }
            if !(1..=100).contains(shadow_percent) {
                let message = "a share of dispatches is 1 to 100 of 100".to_owned();
                finding("/shadow_percent", message, "choose a number in between");
            }
        }
        RolloutAction::Promote { exception: None } | RolloutAction::Resume => {}
    }
    match findings.is_empty() {
        true => Ok(()),
        false => Err(ApiError::invalid("the decision", findings)),
    }
}
