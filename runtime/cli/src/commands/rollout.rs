//! `hartomat rollout`: who may be in charge where, and why.

use std::fmt::Write as _;

use hartomat_api::{ApiError, RolloutStatus, SimulationRequest};
use hartomat_schema::{
    GateException, GateReport, RolloutAction, RolloutDecision, RolloutScope, Timestamp,
};

use super::Session;
use crate::args::{Promote, RolloutCommand};
use crate::outcome::Outcome;

pub(crate) fn rollout(session: &Session, command: RolloutCommand) -> Result<Outcome, ApiError> {
    match command {
        RolloutCommand::List => list(session),
        RolloutCommand::Show { scope } => {
            let status = session.backend()?.rollout_get(&scope)?;
            Ok(Outcome::ok(text(&status), &status))
        }
        RolloutCommand::Promote(promote) => {
            let scope = promote.scope.clone();
            let exception = exception_of(promote);
            decide(session, &scope, &RolloutAction::Promote { exception })
        }
        RolloutCommand::Rollback { scope, to, reason } => {
            let to = to.into();
            decide(session, &scope, &RolloutAction::RollBack { to, reason })
        }
        RolloutCommand::Gate {
            scope,
            gate,
            shadow_percent,
        } => {
            let rollout = session.backend()?.rollout_get(&scope)?.rollout;
            let action = RolloutAction::Configure {
                gate: gate.over(rollout.gate),
                shadow_percent: shadow_percent.unwrap_or(rollout.shadow_percent),
            };
            decide(session, &scope, &action)
        }
        RolloutCommand::Simulate { scope, gate } => {
            let backend = session.backend()?;
            let present = backend.rollout_get(&scope)?.rollout.gate;
            let request = SimulationRequest {
                gate: Some(gate.over(present)),
            };
            let simulated = backend.rollout_simulate(&scope, &request)?;
            let mut text = String::new();
            for change in &simulated.changes {
                let does = if change.open { "opens" } else { "closes" };
                let _ = writeln!(
                    text,
                    "{}  {does} after run {}: {}",
                    change.at.date(),
                    change.run,
                    change.sentence
                );
            }
            let _ = writeln!(text, "{}", simulated.sentence);
            Ok(Outcome::ok(text, &simulated))
        }
        RolloutCommand::Resume { scope } => decide(session, &scope, &RolloutAction::Resume),
    }
}

fn exception_of(promote: Promote) -> Option<GateException> {
    let today = Timestamp(jiff::Timestamp::now().as_millisecond());
    promote.reason.map(|reason| GateException {
        conditions: promote.except.into_iter().map(Into::into).collect(),
        reason,
        expires_at: today.plus_days(promote.expires_days),
    })
}

/// Decides, and says what was decided.
fn decide(
    session: &Session,
    scope: &RolloutScope,
    action: &RolloutAction,
) -> Result<Outcome, ApiError> {
    let status = session.backend()?.rollout_decide(scope, action)?;
    let mut text = String::new();
    if let Some(decision) = status.decisions.first() {
        let _ = writeln!(text, "{}", decision.sentence);
    }
    let _ = writeln!(text, "{}", standing(&status));
    Ok(Outcome::ok(text, &status))
}

fn list(session: &Session) -> Result<Outcome, ApiError> {
    let statuses = session.backend()?.rollout_list()?;
    let mut text = String::new();
    for status in &statuses {
        let next = match status.next {
            Some(next) if status.gate.open => format!("ready for `{next}`"),
            Some(_) => status.gate.sentence.clone(),
            None => "in charge".to_owned(),
        };
        let _ = writeln!(
            text,
            "{:<8} streak {:<4} {}  {next}",
            status.rollout.mode, status.streak, status.rollout.scope,
        );
    }
    if statuses.is_empty() {
        text.push_str("no output type yet: `hartomat output-types add` makes one\n");
    }
    Ok(Outcome::ok(text, &statuses))
}

/// The mode now, in one line.
fn standing(status: &RolloutStatus) -> String {
    let in_flight = match status.in_flight {
        0 => String::new(),
        1 => "; 1 run in flight keeps its mode".to_owned(),
        count => format!("; {count} runs in flight keep their mode"),
    };
    format!(
        "{}: allowed `{}`{in_flight}",
        status.name, status.rollout.mode
    )
}

/// A rollout for people.
fn text(status: &RolloutStatus) -> String {
    let mut text = format!("{}\n", standing(status));
    if let Some(paused) = &status.rollout.paused {
        let _ = writeln!(text, "paused: {paused}");
    }
    if let Some(resolution) = &status.resolution {
        let _ = writeln!(text, "\nmode of the next dispatch: {}", resolution.mode);
        for step in &resolution.limits {
            let _ = writeln!(text, "  {:<8} {}", step.mode, step.sentence);
        }
    }
    let _ = writeln!(text, "\n{}", gate_text(&status.gate));
    if !status.recent.is_empty() {
        text.push_str("last comparisons\n");
    }
    for mark in &status.recent {
        let reviewed = if mark.reviewed { ", looked at" } else { "" };
        let _ = writeln!(
            text,
            "  {}  {:<12} {}{reviewed}  {}",
            mark.at.date(),
            mark.verdict,
            mark.run,
            mark.sentence
        );
    }
    if !status.decisions.is_empty() {
        text.push_str("decisions\n");
    }
    for decision in &status.decisions {
        let _ = writeln!(text, "  {}", line(decision));
    }
    text
}

fn gate_text(gate: &GateReport) -> String {
    let mut text = format!("gate: {}\n", gate.sentence);
    for condition in &gate.conditions {
        let mark = match (condition.met, condition.excepted) {
            (true, _) => "met",
            (false, true) => "excepted",
            (false, false) => "missing",
        };
        let _ = writeln!(text, "  {mark:<8} {}", condition.sentence);
    }
    text
}

fn line(decision: &RolloutDecision) -> String {
    format!("{}  {}", decision.at.date(), decision.sentence)
}
