//! Who decided and changed what, when, and why: newest first, to be filtered, paged and taken along.

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui, Vec2};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, Marked, TextButton, badge_ui, name, search_box_ui};

use super::answer::known_ui;
use crate::Context;
use crate::command::Commands;
use crate::messages::{count_with, text};
use crate::parts::Chooser;
use crate::studio_view::{
    Answer, AuditFilter, AuditFormat, AuditKind, AuditLine, AuditView, StudioCommand,
};

/// Widths of the columns for the time, the person and the kind.
const COLUMNS: [f32; 3] = [132.0, 96.0, 118.0];
/// Height of a row.
const ROW: f32 = 26.0;

pub(super) fn audit_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let view = &context.studio.audit;
    let Some((_, has_more)) = known_ui(ui, &view.entries) else {
        return;
    };
    let all = view.lines();
    let shown: Vec<_> = all.iter().filter(|it| view.filter.takes(it)).collect();
    egui::Frame::NONE.inner_margin(12).show(ui, |ui| {
        tools_ui(ui, view, &all, commands);
        ui.add_space(space::S);
        let values = [("all", all.len().to_string())];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let palette = Theme::of(ui.ctx()).palette;
        let words = RichText::new(count_with("audit.shown", shown.len(), &values));
        ui.label(words.size(size::SMALL_TEXT).color(palette.text_weak));
        ui.add_space(space::S);
        ScrollArea::vertical()
            .id_salt("audit")
            .auto_shrink([false, false])
            .show_rows(ui, ROW, shown.len() + 1, |ui, rows| {
                for index in rows {
                    match shown.get(index) {
                        Some(line) => line_ui(ui, line),
                        None => end_ui(ui, view, *has_more, commands),
                    }
                }
            });
    });
}

fn tools_ui(ui: &mut Ui, view: &AuditView, all: &[AuditLine], commands: &mut Commands) {
    let mut filter = view.filter.clone();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for (format, words) in [
                (AuditFormat::Json, text("audit.save_json")),
                (AuditFormat::Csv, text("audit.save_csv")),
            ] {
                let save = TextButton::new(ButtonKind::Secondary, words).icon(Icon::Export);
                if ui.add(save).clicked() {
                    commands.studio(StudioCommand::AskAuditFile(format));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                kind_ui(ui, &mut filter);
                who_ui(ui, &mut filter, all);
                search_box_ui(
                    ui,
                    &mut filter.text,
                    text("audit.search"),
                    text("open.clear"),
                );
            });
        });
    });
    if filter != view.filter {
        commands.studio(StudioCommand::FilterAudit(filter));
    }
}

fn kind_ui(ui: &mut Ui, filter: &mut AuditFilter) {
    let chooser = Chooser {
        salt: "kind of change",
        name: text("audit.kind"),
        chosen: filter.kind.map_or(text("audit.all_kinds"), kind_text),
        width: 150.0,
    };
    chooser.show(ui, |ui| {
        let kinds = std::iter::once(None).chain(AuditKind::ALL.map(Some));
        for kind in kinds {
            let words = kind.map_or(text("audit.all_kinds"), kind_text);
            if ui.selectable_label(filter.kind == kind, words).clicked() {
                filter.kind = kind;
            }
        }
    });
}

fn who_ui(ui: &mut Ui, filter: &mut AuditFilter, all: &[AuditLine]) {
    let chosen = filter.who.clone();
    let chooser = Chooser {
        salt: "who changed it",
        name: text("audit.who"),
        chosen: chosen.as_deref().unwrap_or(text("audit.all_people")),
        width: 150.0,
    };
    chooser.show(ui, |ui| {
        let people: std::collections::BTreeSet<&str> =
            all.iter().map(|line| line.who.as_str()).collect();
        let is_all = filter.who.is_none();
        if ui
            .selectable_label(is_all, text("audit.all_people"))
            .clicked()
        {
            filter.who = None;
        }
        for who in people {
            let is_chosen = filter.who.as_deref() == Some(who);
            if ui.selectable_label(is_chosen, who).clicked() {
                filter.who = Some(who.to_owned());
            }
        }
    });
}

fn line_ui(ui: &mut Ui, line: &AuditLine) {
    let palette = Theme::of(ui.ctx()).palette;
    let room = Vec2::new(ui.available_width(), ROW);
    let row = ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let cell = |ui: &mut Ui, width: f32, words: &str| {
            ui.allocate_ui(Vec2::new(width, ROW), |ui| {
                ui.set_width(width);
                let words = RichText::new(words).size(size::SMALL_TEXT);
                ui.add(Label::new(words.color(palette.text_weak)).truncate());
            });
        };
        let (icon, color, outcome) = match (&line.outcome, line.is_done()) {
            (_, true) => (
                Icon::Succeeded,
                palette.status(Status::Succeeded),
                text("audit.done"),
            ),
            (Some(_), false) => (
                Icon::Failed,
                palette.status(Status::Failed),
                text("audit.refused"),
            ),
            (None, _) => (
                Icon::Warning,
                palette.severity(Severity::Warning),
                text("audit.unknown"),
            ),
        };
        let mark = ui.label(icon.text(15.0).color(color));
        name(&mark, outcome);
        mark.on_hover_text(outcome);
        cell(
            ui,
            COLUMNS[0],
            &format!("{} {}", line.at.date(), line.at.clock()),
        );
        cell(ui, COLUMNS[1], &line.who);
        ui.allocate_ui(Vec2::new(COLUMNS[2], ROW), |ui| {
            ui.set_width(COLUMNS[2]);
            badge_ui(ui, kind_text(line.kind), kind_color(ui, line.kind));
        });
        let words = line.said();
        let job = Marked::body(&palette).layout(&words, ui.available_width(), 1);
        ui.add(Label::new(job));
    });
    let address = match line.target.as_str() {
        "" => line.action.clone(),
        target => format!("{}  ·  {target}", line.action),
    };
    let whole = format!("{}\n{address}", line.said().replace('`', ""));
    row.response.on_hover_text(whole);
}

fn kind_text(kind: AuditKind) -> &'static str {
    match kind {
        AuditKind::Rollout => text("audit.rollout"),
        AuditKind::Review => text("audit.review"),
        AuditKind::Authoring => text("audit.authoring"),
        AuditKind::Run => text("audit.run"),
        AuditKind::Order => text("audit.orders"),
        AuditKind::Other => text("audit.rest"),
    }
}

fn kind_color(ui: &Ui, kind: AuditKind) -> egui::Color32 {
    let palette = Theme::of(ui.ctx()).palette;
    match kind {
        AuditKind::Rollout => palette.status(Status::Running),
        AuditKind::Review => palette.severity(Severity::Warning),
        AuditKind::Authoring => palette.accent_text,
        AuditKind::Run => palette.status(Status::Succeeded),
        AuditKind::Order => palette.status(Status::Waiting),
        AuditKind::Other => palette.status(Status::Skipped),
    }
}

/// What stands below the last line: older ones, or that there are none.
fn end_ui(ui: &mut Ui, view: &AuditView, has_more: bool, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    if !has_more {
        let words = RichText::new(text("audit.end")).size(size::SMALL_TEXT);
        ui.label(words.color(palette.text_faint));
        return;
    }
    let older = TextButton::new(ButtonKind::Secondary, text("audit.older"));
    let is_coming = matches!(view.entries, Answer::Asked(_));
    if ui.add_enabled(!is_coming, older).clicked() {
        commands.studio(StudioCommand::OlderAudit);
    }
}
