//! The run that is looked at: how it went, what it is made of, what can be done with it.

use egui::{Id, Label, Margin, RichText, ScrollArea, Ui};
use hartomat_api::RunDetail;
use hartomat_schema::RunState;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, medium, semibold, size, space};
use hartomat_ui::widgets::{
    ButtonKind, EmptyState, Header, IconButton, TextButton, badge_ui, status_badge_ui,
};

use super::artifacts::artifacts_ui;
use super::looked::reviews_ui;
use super::settings::settings_ui;
use super::timeline::timeline_ui;
use crate::Context;
use crate::command::{Action, Commands};
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{
    ago, known_ui, mode_text, run_node_name, run_state_text, run_status, time_text, verdict_color,
    verdict_icon, verdict_text,
};
use crate::runs::{RunView, RunsCommand};
use crate::shell::{plain, sentence};

pub(super) fn detail_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    if let Some(err) = &context.runs.open_error {
        EmptyState {
            icon: Icon::Error,
            title: text("runs.cannot_open"),
            text: &plain(err),
            button: None,
        }
        .ui(ui);
        return;
    }
    let Some(view) = &context.runs.view else {
        if context.runs.opening.is_some() {
            ui.centered_and_justified(|ui| ui.spinner());
            return;
        }
        EmptyState {
            icon: Icon::History,
            title: text("runs.choose"),
            text: text("runs.choose_help"),
            button: None,
        }
        .ui(ui);
        return;
    };
    ScrollArea::vertical()
        .id_salt(("run detail", view.id().as_str()))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let margin = Margin::symmetric(space::L as i8, space::M as i8);
            egui::Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = space::S;
                head_ui(ui, context, view, commands);
                ui.add_space(space::S);
                timeline_ui(ui, context, view, commands);
                artifacts_ui(ui, context, view, commands);
                if let Some(detail) = &view.detail {
                    settings_ui(ui, context, view, detail, commands);
                    facts_ui(ui, view, detail, commands);
                }
            });
        });
}

fn head_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let record = &view.record;
    ui.horizontal(|ui| {
        let name = RichText::new(&record.workflow_name).font(semibold(15.0));
        ui.add(Label::new(name.color(palette.text_strong)).truncate());
        status_badge_ui(ui, run_status(record.state), run_state_text(record.state));
        badge_ui(ui, mode_text(record.mode), palette.text_weak);
        if record.is_partial() {
            let trial = badge_ui(ui, text("runs.on_trial"), palette.accent_text);
            trial.on_hover_text(text("runs.on_trial_help"));
        }
        if let Some(verdict) = record.verdict {
            let words = format!(
                "{} {}",
                verdict_icon(verdict).glyph(),
                verdict_text(verdict)
            );
            badge_ui(ui, &words, verdict_color(&palette, verdict));
        }
    });
    let elapsed = time_text(view.elapsed_ms(now()));
    let mut parts = vec![
        record.cad_file.clone(),
        ago(record.created_at, now()),
        elapsed,
    ];
    if record.interruptions > 0 {
        parts.push(count("runs.interruptions", record.interruptions as usize));
    }
    let facts = RichText::new(parts.join("  ·  ")).size(size::SMALL_TEXT);
    ui.label(facts.color(palette.text_weak));
    let sentences = [&record.sentence, &record.fallback, &record.reason];
    let failed = view.failure().map(|(_, failure)| &failure.message);
    let untold = sentences.into_iter().flatten();
    for why in untold.filter(|why| Some(*why) != failed) {
        ui.add(Label::new(RichText::new(sentence(why)).color(palette.text)).wrap());
    }
    failure_ui(ui, context, view, commands);
    reviews_ui(ui, view);
    if let Some((since, _)) = &view.stale {
        let secs = (now().millis_since(*since) / 1000).to_string();
        let words = text_with("run.last_event", &[("secs", &secs)]);
        ui.label(RichText::new(words).color(palette.severity(Severity::Warning)));
    }
    ui.horizontal_wrapped(|ui| buttons_ui(ui, context, view, commands));
}

/// What failed, the way there, the likely cause, and what helps.
fn failure_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    if let Some((node, failure)) = view.failure() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            ui.label(Icon::Failed.rich().color(palette.status(Status::Failed)));
            let name = match node {
                Some(node) => run_node_name(context, view, &node.node),
                None => text("runs.control").to_owned(),
            };
            let link = ui.link(RichText::new(name).font(medium(size::TEXT)));
            if link.on_hover_text(text("runs.show_its_log")).clicked() {
                let node = node.map(|node| node.node.clone());
                commands.runs(RunsCommand::ShowLog(node, None));
            }
            let why = RichText::new(sentence(&failure.message)).color(palette.text);
            ui.add(Label::new(why).wrap());
        });
    }
    if let Some(known) = view.known_failure() {
        known_ui(ui, known);
    }
}

fn buttons_ui(ui: &mut Ui, context: &Context<'_>, view: &RunView, commands: &mut Commands) {
    ui.spacing_mut().item_spacing.x = space::S;
    let quiet = |words| TextButton::new(ButtonKind::Secondary, words);
    if view.is_live() {
        let stop = quiet(text("run.cancel")).icon(Icon::Stop);
        let is_possible = !view.is_stopping && !view.record.cancel_requested;
        if ui.add_enabled(is_possible, stop).clicked() {
            commands.runs(RunsCommand::Cancel(view.id().clone()));
        }
    } else {
        let again = quiet(text("runs.rerun")).icon(Icon::Retry);
        if ui.add_enabled(view.detail.is_some(), again).clicked() {
            commands.runs(RunsCommand::AskRerun);
        }
        let looked = quiet(text("looked.button")).icon(Icon::Check);
        let needs_it = view.record.asks_for_a_look();
        if needs_it && ui.add(looked).on_hover_text(text("looked.help")).clicked() {
            commands.runs(RunsCommand::AskLooked);
        }
    }
    let has_evidence = view
        .detail
        .as_ref()
        .is_some_and(|detail| detail.evidence.is_some());
    if has_evidence
        && ui
            .add(quiet(text("run.compare")).icon(Icon::Difference))
            .clicked()
    {
        commands.run(Action::Compare);
    }
    if view
        .detail
        .as_ref()
        .is_some_and(|detail| detail.ran_graph())
    {
        let is_shown = context.is_read_only();
        let words = if is_shown {
            text("run.back_to_document")
        } else {
            text("runs.show_graph")
        };
        if ui.add(quiet(words).icon(Icon::Graph)).clicked() {
            commands.runs(RunsCommand::ShowGraph(!is_shown));
        }
    }
    if ui
        .add(quiet(text("runs.show_log")).icon(Icon::Text))
        .clicked()
    {
        commands.run(Action::ToggleLog);
    }
}

fn facts_ui(ui: &mut Ui, view: &RunView, detail: &RunDetail, commands: &mut Commands) {
    let palette = Theme::of(ui.ctx()).palette;
    let header = Header::new(Id::new("run facts"), text("runs.facts")).folded();
    let (_, is_open) = header.ui(ui);
    if !is_open {
        return;
    }
    let frozen = &detail.frozen;
    let mut rows = vec![
        (text("runs.id").to_owned(), view.id().to_string()),
        (
            text("runs.definition").to_owned(),
            frozen.definition_hash.to_string(),
        ),
        (text("runs.of").to_owned(), view.record.target.clone()),
        (
            text("runs.budget").to_owned(),
            time_text(frozen.budget_secs * 1000),
        ),
    ];
    if frozen.requested_mode != frozen.mode {
        let asked = mode_text(frozen.requested_mode);
        rows.push((text("runs.asked_mode").to_owned(), asked.to_owned()));
    }
    if let Some(earlier) = &frozen.rerun_of {
        rows.push((text("runs.rerun_of").to_owned(), earlier.to_string()));
    }
    for (tool, version) in &frozen.tools {
        rows.push((tool.clone(), version.clone()));
    }
    for asset in &detail.media_assets {
        rows.push((text("runs.published").to_owned(), asset.id.to_string()));
    }
    if view.record.state == RunState::FellBack {
        rows.push((
            text("runs.delivered_by").to_owned(),
            text("runs.legacy").to_owned(),
        ));
    }
    egui::Grid::new("run facts").num_columns(3).show(ui, |ui| {
        for (name, value) in rows {
            ui.label(
                RichText::new(name)
                    .size(size::SMALL_TEXT)
                    .color(palette.text_weak),
            );
            let shown = RichText::new(&value)
                .size(size::SMALL_TEXT)
                .color(palette.text);
            ui.add(Label::new(shown).truncate());
            let copy = IconButton::new(Icon::Copy, text("runs.copy")).small();
            if ui.add(copy).clicked() {
                commands.runs(RunsCommand::CopyText(value));
            }
            ui.end_row();
        }
    });
}
