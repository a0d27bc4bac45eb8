//! `hartomat preflight`, `hartomat dry-run` and `hartomat resolve`.

use std::fmt::Write as _;

use hartomat_api::{ApiError, CheckReport, NodeDecisionKind};
use hartomat_schema::SettingOrigin;

use super::Session;
use super::request::request_of;
use crate::args::RunCommand;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::text::{diagnostics_text, millis};

pub(crate) fn preflight(session: &Session, command: &RunCommand) -> Result<Outcome, ApiError> {
    let request = request_of(session, command)?;
    let report = session.backend()?.preflight(&request)?;
    Ok(Outcome::with(
        exit_of(&report),
        report_text(&report),
        &report,
    ))
}

pub(crate) fn dry_run(session: &Session, command: &RunCommand) -> Result<Outcome, ApiError> {
    let request = request_of(session, command)?;
    let dry = session.backend()?.dry_run(&request)?;
    let mut text = report_text(&dry.report);
    let _ = writeln!(text, "mode     {}", dry.mode);
    for node in &dry.nodes {
        let (sign, does) = match node.decision {
            NodeDecisionKind::Run => ("▸", "runs"),
            NodeDecisionKind::Reuse => ("↺", "reused"),
            NodeDecisionKind::Skip => ("–", "left out"),
        };
        let took = node
            .last_took_ms
            .filter(|_| node.decision == NodeDecisionKind::Run);
        let took = took
            .map(|took| format!(", {} the last time", millis(took)))
            .unwrap_or_default();
        let artifacts = node.artifacts.join(", ");
        let _ = writeln!(
            text,
            "  {sign} {:<14} {does:<9} → {artifacts:<26} {}{took}",
            node.node, node.reason
        );
    }
    match dry.expected_ms {
        Some(0) if !dry.nodes.is_empty() => {
            text.push_str("takes    no time: everything is reused\n")
        }
        Some(expected) if !dry.nodes.is_empty() => {
            let _ = writeln!(text, "takes    about {} for the graph", millis(expected));
        }
        _ => {}
    }
    Ok(Outcome::with(exit_of(&dry.report), text, &dry))
}

pub(crate) fn resolve(session: &Session, command: &RunCommand) -> Result<Outcome, ApiError> {
    let request = request_of(session, command)?;
    let resolved = session.backend()?.resolve(&request)?;
    let mut text = format!("mode     {}\n", resolved.mode.mode);
    for step in &resolved.mode.limits {
        let _ = writeln!(text, "  {:<8} {}", step.mode, step.sentence);
    }
    text.push_str("settings\n");
    for (node, settings) in &resolved.settings {
        for (name, value) in &settings.values {
            let origin = settings.origins.get(name).copied().map_or("", words);
            let _ = writeln!(
                text,
                "  {:<36} {value:<24} {origin}",
                format!("{node}.{name}")
            );
        }
    }
    Ok(Outcome::ok(text, &resolved))
}

/// Who set a value.
fn words(origin: SettingOrigin) -> &'static str {
    match origin {
        SettingOrigin::Default => "default",
        SettingOrigin::Workflow => "workflow",
        SettingOrigin::OutputType => "output type",
        SettingOrigin::OrderLine => "order line",
    }
}

fn exit_of(report: &CheckReport) -> Exit {
    let errors = || {
        report
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
    };
    if errors().any(|diagnostic| diagnostic.code != "tool_missing") {
        Exit::InvalidInput
    } else if errors().next().is_some() {
        Exit::EnvironmentMissing
    } else {
        Exit::Ok
    }
}

fn report_text(report: &CheckReport) -> String {
    let mut text = diagnostics_text(&report.diagnostics);
    for (tool, version) in &report.tools {
        let _ = writeln!(text, "tool     {tool}: {version}");
    }
    if report.is_clean() {
        text.push_str("ready    a run can begin\n");
    }
    text
}
