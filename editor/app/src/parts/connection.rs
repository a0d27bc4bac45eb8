//! How the link to the runtime is, as a line of text.

use egui::{RichText, Ui};
use hartomat_api::BackendKind;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton, color_dot_ui};

use super::ago;
use crate::backend::Connection;
use crate::files::now;
use crate::messages::{text, text_with};
use crate::shell::{ShellState, plain};

/// Draws the link, in a layout of either direction; `true` when it shall be tried again.
pub(crate) fn connection_ui(ui: &mut Ui, shell: &ShellState) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    ui.spacing_mut().item_spacing.x = space::S;
    let small = |text: &str| RichText::new(text).size(size::SMALL_TEXT);
    match shell.connection() {
        Connection::Connecting => {
            ui.spinner();
            ui.label(small(text("connection.connecting")).color(palette.text_weak));
            false
        }
        Connection::Up(info) => {
            let label = text_with("connection.up", &[("where", kind_text(Some(info.kind)))]);
            let shown = ui.label(small(&label).color(palette.text_weak));
            color_dot_ui(
                ui,
                palette.status(Status::Succeeded),
                text("connection.connected"),
            );
            shown.on_hover_ui(|ui| {
                ui.label(text_with(
                    "connection.version",
                    &[("version", &info.version)],
                ));
                for (tool, version) in &info.tools {
                    ui.label(format!("{tool} {version}"));
                }
                for notice in &info.notices {
                    ui.label(notice);
                }
            });
            false
        }
        Connection::Down {
            stale_since,
            error,
            kind,
        } => {
            let retry = TextButton::new(ButtonKind::Quiet, text("connection.retry"));
            let is_retried = ui.add(retry.icon(Icon::Retry)).clicked();
            let label = match stale_since {
                Some(since) => text_with(
                    "connection.stale",
                    &[("where", kind_text(*kind)), ("when", &ago(*since, now()))],
                ),
                None => text("connection.down").to_owned(),
            };
            let shown = ui.label(small(&label).color(palette.severity(Severity::Warning)));
            ui.label(
                Icon::Disconnected
                    .rich()
                    .color(palette.severity(Severity::Warning)),
            );
            shown.on_hover_ui(|ui| {
                ui.set_max_width(320.0);
                ui.label(text("connection.offline_help"));
                ui.label(plain(error));
                for hint in &error.hints {
                    ui.label(hint);
                }
            });
            is_retried
        }
    }
}

fn kind_text(kind: Option<BackendKind>) -> &'static str {
    match kind {
        Some(BackendKind::InProcess) => text("connection.in_process"),
        Some(BackendKind::Agent) => text("connection.agent"),
        Some(BackendKind::Server) => text("connection.server"),
        None => text("connection.runtime"),
    }
}
