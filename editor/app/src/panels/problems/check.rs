//! Preflight and dry-run: what they are about, the two buttons, and what they found.

use egui::{RichText, ScrollArea, Ui};
use hartomat_api::CheckReport;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, Marked, TextButton};

use super::plan::plan_ui;
use crate::Context;
use crate::backend::Checked;
use crate::command::{Action, Commands};
use crate::messages::{count, text};
use crate::parts::{diagnostic_ui, subject_ui};
use crate::shell::{CheckKind, plain};
use crate::state::Session;

pub(super) fn check_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    commands: &mut Commands,
) {
    egui::Frame::new()
        .inner_margin(space::M as i8)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::M;
            let family = session.document.workflow().family;
            ui.horizontal(|ui| {
                ui.label(text("checks.on"));
                subject_ui(ui, ("check subject", 300.0), context, family, commands);
            });
            ui.horizontal(|ui| buttons_ui(ui, context, commands));
            ScrollArea::vertical()
                .id_salt("check result")
                .auto_shrink([false, false])
                .show(ui, |ui| result_ui(ui, context, session));
        });
}

fn buttons_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let checks = context.shell.checks();
    let is_ready = checks.subject.is_some() && checks.running.is_none();
    ui.add_enabled_ui(is_ready, |ui| {
        let why = text("checks.needs_subject");
        let preflight = TextButton::new(ButtonKind::Secondary, text("checks.preflight"));
        let preflight = ui.add(preflight.icon(Icon::Preflight));
        let preflight = preflight.on_hover_text(text("checks.preflight_help"));
        if preflight.on_disabled_hover_text(why).clicked() {
            commands.run(Action::Preflight);
        }
        let dry_run = TextButton::new(ButtonKind::Secondary, text("checks.dry_run"));
        let dry_run = ui.add(dry_run.icon(Icon::DryRun));
        let dry_run = dry_run.on_hover_text(text("checks.dry_run_help"));
        if dry_run.on_disabled_hover_text(why).clicked() {
            commands.run(Action::DryRun);
        }
    });
    if let Some((_, kind)) = checks.running {
        ui.spinner();
        ui.label(match kind {
            CheckKind::Preflight => text("checks.preflight_runs"),
            CheckKind::DryRun => text("checks.dry_run_runs"),
        });
    }
}

fn result_ui(ui: &mut Ui, context: &Context<'_>, session: &Session) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some((revision, result)) = &context.shell.checks().result else {
        let is_running = context.shell.checks().running.is_some();
        if !is_running {
            ui.label(RichText::new(text("checks.empty")).font(medium(size::TEXT)));
            ui.label(RichText::new(text("checks.empty_help")).color(palette.text_weak));
        }
        return;
    };
    if *revision != session.document.revision() {
        ui.horizontal(|ui| {
            ui.label(Icon::Info.rich().color(palette.severity(Severity::Info)));
            let outdated = RichText::new(text("checks.outdated")).size(size::SMALL_TEXT);
            ui.label(outdated.color(palette.text_weak));
        });
    }
    match result {
        Ok(checked) => match &**checked {
            Checked::Preflight(report) => {
                report_ui(ui, report);
                tools_ui(ui, report);
            }
            Checked::DryRun(plan) => {
                report_ui(ui, &plan.report);
                plan_ui(ui, context, session, plan);
                tools_ui(ui, &plan.report);
            }
        },
        Err(err) => {
            headline_ui(ui, Icon::Failed, Status::Failed, text("checks.failed"));
            ui.label(plain(err));
            for hint in &err.hints {
                ui.label(RichText::new(crate::shell::sentence(hint)).color(palette.text_weak));
            }
            for diagnostic in &err.diagnostics {
                diagnostic_ui(ui, diagnostic);
            }
        }
    }
}

fn report_ui(ui: &mut Ui, report: &CheckReport) {
    let errors = report
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .count();
    if report.is_clean() {
        headline_ui(ui, Icon::Succeeded, Status::Succeeded, text("checks.clean"));
    } else {
        let title = count("checks.stops", errors);
        headline_ui(ui, Icon::Failed, Status::Failed, &title);
    }
    for diagnostic in &report.diagnostics {
        diagnostic_ui(ui, diagnostic);
    }
}

/// What the machine has that decides results: folded, since few ask for it.
fn tools_ui(ui: &mut Ui, report: &CheckReport) {
    if report.tools.is_empty() {
        return;
    }
    let palette = Theme::of(ui.ctx()).palette;
    let id = egui::Id::new("check tools");
    let (_, is_open) = Header::new(id, text("checks.tools"))
        .quiet()
        .folded()
        .ui(ui);
    if !is_open {
        return;
    }
    for (tool, version) in &report.tools {
        let row = format!("{}: {version}", tool.replace('_', " "));
        let room = ui.available_width();
        let row = Marked::quiet(&palette).layout(&row, room, usize::MAX);
        ui.add(egui::Label::new(row).wrap());
    }
}

fn headline_ui(ui: &mut Ui, icon: Icon, status: Status, title: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.label(icon.text(18.0).color(palette.status(status)));
        let title = RichText::new(title).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
    });
}
