//! The rows of the list. Only those in view are laid out, however many runs there are; older pages
//! are asked for shortly before they are needed.

use egui::{Align, Id, Label, Layout, Margin, RichText, Ui};
use hartomat_schema::{RunState, Timestamp};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Status, Theme, medium, size, space};
use hartomat_ui::widgets::{EmptyState, VirtualList, status_icon};

use super::filters::filters_ui;
use crate::Context;
use crate::command::{Command, Commands};
use crate::files::now;
use crate::messages::{count, text, text_with};
use crate::parts::{
    ago, mode_text, run_state_text, run_status, time_text, verdict_color, verdict_icon,
    verdict_text,
};
use crate::runs::{AHEAD, RunFilter, RunList, RunRow, RunsCommand};
use crate::shell::{ShellCommand, plain};

/// The element of the list.
const LIST: &str = "runs list";
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
    let mut of_rows = Vec::new();
    let rows = VirtualList::new(Id::new(LIST), text("runs.list"), list.len());
    let answer = rows.row_height(ROW).selected(selected).show(
        ui,
        |index| {
            list.row(index)
                .map(|row| row_name(row, list.folded(index).0, now))
                .unwrap_or_default()
        },
        |ui, index| {
            last = last.max(index);
            if let Some(row) = list.row(index) {
                let folded = list.folded(index);
                if list.is_under_another(index) {
                    ui.add_space(space::XL);
                }
                if let Some(command) = row_ui(ui, row, folded, now) {
                    of_rows.push(command);
                }
            }
        },
    );
    of_rows.extend(selected.and_then(|index| fold_by_key(ui, list, index)));
    for command in of_rows {
        commands.runs(command);
    }
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
    stale_ui(&mut foot, context, commands);
    rows
}

/// That what is listed is old, since when, and a way to try again.
fn stale_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some((since, why)) = &context.runs.feed_stale else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(hartomat_ui::theme::Severity::Warning);
    let since = context.runs.heard_at.unwrap_or(*since);
    let secs = (now().millis_since(since) / 1000).to_string();
    let words = text_with("run.last_event", &[("secs", &secs)]);
    ui.label(Icon::Disconnected.text(13.0).color(color));
    let words = RichText::new(words).size(size::SMALL_TEXT);
    ui.label(words.color(color)).on_hover_text(why);
    let again = RichText::new(text("runs.try_again")).size(size::SMALL_TEXT);
    if ui.link(again).clicked() {
        commands.push(Command::Shell(ShellCommand::Reconnect));
    }
    ui.ctx()
        .request_repaint_after(std::time::Duration::from_secs(1));
}

/// The arrow keys to the side fold and unfold, while the list has the focus.
fn fold_by_key(ui: &Ui, list: &RunList, index: usize) -> Option<RunsCommand> {
    let has_focus = ui.memory(|memory| memory.has_focus(Id::new(LIST)));
    let (count, is_unfolded) = list.folded(index);
    let wanted = ui.input(|input| match () {
        () if input.key_pressed(egui::Key::ArrowRight) => Some(true),
        () if input.key_pressed(egui::Key::ArrowLeft) => Some(false),
        () => None,
    })?;
    let row = list.row(index)?;
    let is_due = has_focus && count > 0 && wanted != is_unfolded;
    is_due.then(|| RunsCommand::Unfold(row.id.clone(), wanted))
}

fn nothing_ui(ui: &mut Ui, context: &Context<'_>) {
    let list = &context.runs.list;
    let (title, help) = match () {
        () if !context.shell.connection().is_up() && !list.is_read => {
            (text("runs.no_link"), text("runs.no_link_help"))
        }
        () if list.is_asking() => (text("runs.reading"), text("runs.reading_help")),
        () if list.filter == RunFilter::inbox() => {
            (text("runs.inbox_empty"), text("runs.inbox_empty_help"))
        }
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
fn row_name(row: &RunRow, folded: usize, now: Timestamp) -> String {
    let mut parts = vec![
        row.name.as_str(),
        run_state_text(row.state),
        mode_text(row.mode),
    ];
    if let Some(verdict) = row.verdict {
        parts.push(verdict_text(verdict));
    }
    if row.is_partial {
        parts.push(text("runs.on_trial"));
    }
    let when = ago(row.created_at, now);
    parts.push(&when);
    let earlier = count("runs.earlier", folded);
    if folded > 0 {
        parts.push(&earlier);
    }
    parts.join(", ")
}

fn row_ui(
    ui: &mut Ui,
    row: &RunRow,
    (folded, is_unfolded): (usize, bool),
    now: Timestamp,
) -> Option<RunsCommand> {
    let mut asked = None;
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
        if folded > 0 && fold_ui(ui, folded, is_unfolded) {
            asked = Some(RunsCommand::Unfold(row.id.clone(), !is_unfolded));
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
    asked
}

/// How many earlier runs are folded under this one; a click shows or hides them.
fn fold_ui(ui: &mut Ui, folded: usize, is_unfolded: bool) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let caret = if is_unfolded {
        Icon::Unfolded
    } else {
        Icon::Folded
    };
    let words = format!("{} {}×", caret.glyph(), folded + 1);
    let words = RichText::new(words).size(size::SMALL_TEXT);
    let button = egui::Button::new(words.color(palette.text_weak)).small();
    let button = ui.add(button.fill(palette.control));
    let name = count("runs.earlier", folded);
    hartomat_ui::widgets::name(&button, &name);
    button.on_hover_text(name).clicked()
}

fn facts(row: &RunRow) -> String {
    let mut parts = vec![mode_text(row.mode).to_owned(), row.cad_file.clone()];
    if row.is_partial {
        parts.push(text("runs.on_trial").to_owned());
    }
    if row.state == RunState::Running {
        parts.push(format!("{}/{}", row.done, row.nodes));
    }
    parts.join("  ·  ")
}
