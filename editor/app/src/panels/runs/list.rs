//! The rows of the list. Only those in view are laid out, however many runs there are; older pages
//! are asked for shortly before they are needed.

use egui::{Align, Id, Label, Layout, Margin, RichText, Ui};
use hartomat_schema::{RunState, Timestamp};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Status, Theme, medium, size, space};
use hartomat_ui::widgets::{EmptyState, VirtualList, status_icon};

use super::filters::filters_ui;
use crate::Context;
use crate::command::Commands;
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{
    ago, mode_text, run_state_text, run_status, time_text, verdict_color, verdict_icon,
    verdict_text,
};
use crate::runs::{AHEAD, RunRow, RunsCommand};
use crate::shell::plain;

/// Height of a row: two lines.
const ROW: f32 = 42.0;
/// While words are searched for, no more runs than this are read unasked.
const SEARCHED_UNASKED: usize = 2000;

pub(super) fn list_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let margin = Margin {
        left: 8,
        right: 6,
        top: 6,
        bottom: 4,
    };
    egui::Frame::new().inner_margin(margin).show(ui, |ui| {
        filters_ui(ui, context, commands);
        ui.add_space(space::S);
        rows_ui(ui, context, commands);
    });
}

fn rows_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let list = &context.runs.list;
    if let Some(err) = &list.error
        && list.is_empty()
    {
        let state = EmptyState {
            icon: Icon::Disconnected,
            title: text("runs.unread"),
            text: &plain(err),
            button: Some(text("runs.reload")),
        };
        if state.ui(ui) {
            commands.runs(RunsCommand::Reload);
        }
        return;
    }
    if list.is_empty() && !list.has_more() {
        nothing_ui(ui, context);
        return;
    }
    let rows = foot_ui(ui, context, commands);
    let builder = egui::UiBuilder::new().max_rect(rows);
    let ui = &mut ui.new_child(builder);
    let looked_at = context.runs.view.as_ref().map(|view| view.id());
    let looked_at = context.runs.opening.as_ref().or(looked_at);
    let selected = looked_at.and_then(|run| list.position(run));
    let now = now();
    let mut last = 0;
    let rows = VirtualList::new(Id::new("runs list"), text("runs.list"), list.len());
    let answer = rows.row_height(ROW).selected(selected).show(
        ui,
        |index| {
            list.row(index)
                .map(|row| row_name(row, now))
                .unwrap_or_default()
        },
        |ui, index| {
            last = last.max(index);
            if let Some(row) = list.row(index) {
                row_ui(ui, row, now);
            }
        },
    );
    let chosen = answer.selected.or(answer.activated);
    if let Some(row) = chosen.and_then(|index| list.row(index))
        && looked_at != Some(&row.id)
    {
        commands.runs(RunsCommand::Open(row.id.clone()));
    }
    let may_read = list.filter.text.is_empty() || list.read_count() < SEARCHED_UNASKED;
    if last + AHEAD >= list.len() && may_read && list.error.is_none() {
        more(context, commands);
    }
}

fn more(context: &Context<'_>, commands: &mut Commands) {
    let list = &context.runs.list;
    if list.has_more() && !list.is_asking() && context.shell.connection().is_up() {
        commands.runs(RunsCommand::More);
    }
}

/// How many there are, below the list. Says what is left for the list.
fn foot_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) -> egui::Rect {
    let list = &context.runs.list;
    let palette = Theme::of(ui.ctx()).palette;
    let height = 20.0;
    let rest = ui.available_rect_before_wrap();
    let (rows, foot) = rest.split_top_bottom_at_y(rest.bottom() - height);
    let builder = egui::UiBuilder::new()
        .max_rect(foot)
        .layout(Layout::left_to_right(Align::Center));
    let mut foot = ui.new_child(builder);
    let small = |words: String| RichText::new(words).size(size::SMALL_TEXT);
    let words = if list.filter.text.is_empty() {
        count("runs.read", list.len())
    } else {
        let read = list.read_count().to_string();
        text_with(
            "runs.found",
            &[("found", &list.len().to_string()), ("read", &read)],
        )
    };
    foot.label(small(words).color(palette.text_faint));
    if list.is_asking() {
        foot.add(egui::Spinner::new().size(12.0));
    } else if list.has_more() {
        let more = RichText::new(text("runs.more")).size(size::SMALL_TEXT);
        if foot.link(more).clicked() {
            commands.runs(RunsCommand::More);
        }
    }
    if let Some((since, _)) = stale(context) {
        let secs = (now().millis_since(since) / 1000).to_string();
        let words = text_with("run.last_event", &[("secs", &secs)]);
        let color = palette.severity(hartomat_ui::theme::Severity::Warning);
        foot.label(small(words).color(color));
    }
    rows
}

/// Since when nothing is heard of the runtime.
fn stale<'a>(context: &Context<'a>) -> Option<(Timestamp, &'a hartomat_api::ApiError)> {
    match context.shell.connection() {
        crate::backend::Connection::Down {
            stale_since: Some(since),
            error,
            ..
        } => Some((*since, &**error)),
        _ => None,
    }
}

fn nothing_ui(ui: &mut Ui, context: &Context<'_>) {
    let list = &context.runs.list;
    let (title, help) = match () {
        () if !context.shell.connection().is_up() && !list.is_read => {
            (text("runs.no_link"), text("runs.no_link_help"))
        }
        () if list.is_asking() => (text("runs.reading"), text("runs.reading_help")),
        () if list.filter.is_empty() => (text("runs.none"), text("runs.none_help")),
        () => (text("runs.none_found"), text("runs.none_found_help")),
    };
    EmptyState {
        icon: Icon::Run,
        title,
        text: help,
        button: None,
    }
    .ui(ui);
}

/// What screen readers say of a row.
fn row_name(row: &RunRow, now: Timestamp) -> String {
    let mut parts = vec![
        row.name.as_str(),
        run_state_text(row.state),
        mode_text(row.mode),
    ];
    if let Some(verdict) = row.verdict {
        parts.push(verdict_text(verdict));
    }
    let when = ago(row.created_at, now);
    parts.push(&when);
    parts.join(", ")
}

fn row_ui(ui: &mut Ui, row: &RunRow, now: Timestamp) {
    let palette = Theme::of(ui.ctx()).palette;
    let status = run_status(row.state);
    let icon = status_icon(status).text(18.0).color(palette.status(status));
    ui.label(icon).on_hover_text(run_state_text(row.state));
    ui.add_space(space::XS);
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        ui.with_layout(Layout::top_down(Align::Max), |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.set_width(92.0);
            ui.add_space(5.0);
            let small = |words: String| RichText::new(words).size(size::SMALL_TEXT);
            let when = small(ago(row.created_at, now)).color(palette.text_weak);
            ui.add(Label::new(when).truncate());
            let until = row.finished_at.unwrap_or(now);
            let took = small(time_text(until.millis_since(row.created_at)));
            ui.label(took.color(palette.text_faint));
        });
        if let Some(verdict) = row.verdict {
            let icon = verdict_icon(verdict).text(16.0);
            let icon = ui.label(icon.color(verdict_color(&palette, verdict)));
            icon.on_hover_text(verdict_text(verdict));
        }
        ui.with_layout(Layout::top_down(Align::Min), |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add_space(4.0);
            let name = RichText::new(&row.name).font(medium(size::TEXT));
            ui.add(Label::new(name.color(palette.text_strong)).truncate());
            let facts = RichText::new(facts(row)).size(size::SMALL_TEXT);
            ui.add(Label::new(facts.color(palette.text_weak)).truncate());
        });
    });
    if status == Status::Running {
        let rect = ui.max_rect();
        let share = row.done as f32 / row.nodes.max(1) as f32;
        let bar = rect.with_min_y(rect.bottom() - 3.0);
        let bar = bar.with_max_x(bar.left() + bar.width() * share);
        ui.painter().rect_filled(bar, 1, palette.status(status));
    }
}

fn facts(row: &RunRow) -> String {
    let mut parts = vec![mode_text(row.mode).to_owned(), row.cad_file.clone()];
    if row.state == RunState::Running {
        parts.push(format!("{}/{}", row.done, row.nodes));
    }
    parts.join("  ·  ")
}
