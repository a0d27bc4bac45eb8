//! The findings of the one validator, worst first. A click goes to the place.

use egui::{Align, Id, Layout, RichText, Ui};
use hartomat_document::Selection;
use hartomat_schema::Diagnostic;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, EmptyState, Header, ListRow, Marked, TextButton, name};

use crate::Context;
use crate::canvas::{CanvasCommand, SelectMode};
use crate::command::{Command, Commands};
use crate::messages::{count, text, text_with};
use crate::parts::{fix_text, icon_of, place_text, setting_pointer, severity_of};
use crate::shell::sentence;
use crate::state::Session;

/// Rows that what is wrong may take, and what would mend it.
const MOST_ROWS: usize = 2;
/// Space above and below the texts of a row, together.
const AROUND: f32 = 14.0;
/// What a row has beside its texts: the icon, and the button of a fix.
const ICON: f32 = size::ICON + space::M;
const BUTTON: f32 = 84.0;

pub(super) fn list_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    commands: &mut Commands,
) {
    let problems = &session.problems;
    if problems.is_empty() {
        EmptyState {
            icon: Icon::Checks,
            title: text("problems.none"),
            text: text("problems.none_help"),
            button: None,
        }
        .ui(ui);
        return;
    }
    let palette = Theme::of(ui.ctx()).palette;
    egui::ScrollArea::vertical()
        .id_salt("problems")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            // The bar beside the rows, not over them.
            ui.set_max_width(ui.available_width() - space::M);
            for (severity, key) in [
                (hartomat_schema::Severity::Error, "problems.errors"),
                (hartomat_schema::Severity::Warning, "problems.warnings"),
                (hartomat_schema::Severity::Info, "problems.infos"),
            ] {
                let of_it = problems.iter().filter(|found| found.severity == severity);
                let of_it: Vec<&Diagnostic> = of_it.collect();
                if of_it.is_empty() {
                    continue;
                }
                let title = count(key, of_it.len());
                let header = Header::new(Id::new(("problems", key)), &title).quiet();
                let (_, is_open) = header.ui(ui);
                if is_open {
                    for problem in of_it {
                        problem_ui(ui, context, session, problem, commands);
                    }
                }
            }
            ui.add_space(space::M);
            ui.horizontal(|ui| {
                ui.add_space(space::M);
                let hint = RichText::new(text("problems.live")).size(size::SMALL_TEXT);
                ui.label(hint.color(palette.text_faint));
            });
        });
}

fn problem_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    problem: &Diagnostic,
    commands: &mut Commands,
) {
    let theme = Theme::of(ui.ctx());
    let palette = &theme.palette;
    let place = place_text(context, session, problem);
    let message = sentence(&problem.message);
    let row_name = match &place {
        Some(place) => format!("{message} – {place}"),
        None => message.clone(),
    };
    let fix = session.fix_of(problem, context.catalogue);
    let mut is_fixed = false;
    let button = if fix.is_some() { BUTTON } else { 0.0 };
    let room = ui.available_width() - 2.0 * space::M - ICON - button;
    let layout = |ui: &Ui, job| ui.painter().layout_job(job);
    let message = layout(ui, Marked::body(palette).layout(&message, room, MOST_ROWS));
    let second = second_line(problem, place.as_deref());
    let second = layout(ui, Marked::quiet(palette).layout(&second, room, MOST_ROWS));
    let height = message.size().y + second.size().y + AROUND;
    let row = ListRow::new(&row_name).height(height).show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let severity = severity_of(problem);
        let icon = icon_of(severity).text(size::ICON);
        ui.label(icon.color(palette.severity(severity)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(fix) = &fix {
                let button = TextButton::new(ButtonKind::Secondary, text("problems.fix"));
                let button = ui.add(button.icon(Icon::Fix));
                let how = fix_text(&fix.label);
                name(&button, &text_with("problems.fix_by", &[("how", &how)]));
                is_fixed = button.on_hover_text(how).clicked();
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                ui.add_space(AROUND / 2.0 - 1.0);
                ui.label(message);
                ui.label(second);
            });
        });
    });
    if let Some(fix) = fix.filter(|_| is_fixed) {
        commands.edit(fix.edit.clone());
    } else if row.clicked() {
        reveal(problem, commands);
    }
    row.on_hover_ui(|ui| {
        ui.set_max_width(420.0);
        crate::parts::diagnostic_ui(ui, problem);
    });
}

fn second_line(problem: &Diagnostic, place: Option<&str>) -> String {
    let fix = sentence(&problem.fix);
    match place {
        Some(place) if fix.is_empty() => place.to_owned(),
        Some(place) => format!("{place}  ·  {fix}"),
        None => fix,
    }
}

/// Goes to the node and the field; to the workflow's own settings where it concerns no node.
fn reveal(problem: &Diagnostic, commands: &mut Commands) {
    match &problem.place.node {
        Some(node) => commands.push(Command::Canvas(CanvasCommand::Reveal {
            node: node.clone(),
            pointer: setting_pointer(&problem.place.pointer),
        })),
        None => commands.push(Command::Canvas(CanvasCommand::Select(
            Selection::default(),
            SelectMode::Replace,
        ))),
    }
}
