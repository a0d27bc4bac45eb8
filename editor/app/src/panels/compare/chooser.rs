//! Which other artifact a side is to have: one of any run, or a file.

use egui::{Id, Label, RichText, ScrollArea, Ui};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, Dialog, ListRow, TextButton};

use super::sources::side_text;
use crate::Context;
use crate::command::Commands;
use crate::compare_view::{CompareCommand, CompareSource, SideChooser, artifacts_of};
use crate::files::now;
use crate::messages::{text, text_with};
use crate::parts::{ago, kind_text, mode_text};
use crate::runs::RunRow;
use crate::shell::plain;

/// So many runs are offered.
const MOST_RUNS: usize = 200;
/// Height of both lists.
const HEIGHT: f32 = 320.0;

pub(super) fn chooser_ui(ctx: &egui::Context, context: &Context<'_>, commands: &mut Commands) {
    let (Some(chooser), Some(open)) = (&context.compare.chooser, &context.compare.open) else {
        return;
    };
    let values = [("side", side_text(open, chooser.side))];
    let title = text_with("compare.choose", &values);
    let id = Id::new("compare chooser");
    let dialog = Dialog::new(id, &title, text("compare.choose_done"), "");
    let answer = dialog.width(720.0).show(ctx, |ui| {
        let file = TextButton::new(ButtonKind::Secondary, text("compare.a_file"));
        if ui.add(file.icon(Icon::Open)).clicked() {
            commands.compare(CompareCommand::AskFile(chooser.side));
            commands.compare(CompareCommand::Choose(None));
        }
        ui.add_space(space::M);
        ui.columns(2, |columns| {
            runs_ui(&mut columns[0], context, chooser, commands);
            artifacts_ui(&mut columns[1], chooser, commands);
        });
    });
    if answer.is_some() {
        commands.compare(CompareCommand::Choose(None));
    }
}

fn title_ui(ui: &mut Ui, words: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let title = RichText::new(words).font(medium(size::SMALL_TEXT));
    ui.label(title.color(palette.text_weak));
}

fn runs_ui(ui: &mut Ui, context: &Context<'_>, chooser: &SideChooser, commands: &mut Commands) {
    title_ui(ui, text("compare.a_run"));
    ScrollArea::vertical()
        .id_salt("compare chooser runs")
        .max_height(HEIGHT)
        .min_scrolled_height(HEIGHT)
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let list = &context.runs.list;
            if list.is_empty() {
                ui.label(text("compare.no_runs"));
            }
            for run in (0..list.len().min(MOST_RUNS)).filter_map(|index| list.row(index)) {
                let is_chosen = chooser.run.as_ref() == Some(&run.id);
                if run_ui(ui, run, is_chosen) {
                    commands.compare(CompareCommand::ChooseFrom(run.id.clone()));
                }
            }
        });
}

fn run_ui(ui: &mut Ui, run: &RunRow, is_chosen: bool) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let when = ago(run.created_at, now());
    let name = format!("{}, {}, {when}", run.name, run.cad_file);
    let row = ListRow::new(&name).height(40.0).selected(is_chosen);
    let response = row.show(ui, |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.add_space(3.0);
            let title = RichText::new(&run.name).font(medium(size::TEXT));
            ui.add(Label::new(title.color(palette.text_strong)).truncate());
            let facts = format!("{}  ·  {}  ·  {when}", run.cad_file, mode_text(run.mode));
            let facts = RichText::new(facts).size(size::SMALL_TEXT);
            ui.add(Label::new(facts.color(palette.text_weak)).truncate());
        });
    });
    response.clicked()
}

fn artifacts_ui(ui: &mut Ui, chooser: &SideChooser, commands: &mut Commands) {
    title_ui(ui, text("compare.an_artifact"));
    ScrollArea::vertical()
        .id_salt("compare chooser artifacts")
        .max_height(HEIGHT)
        .min_scrolled_height(HEIGHT)
        .auto_shrink([false, false])
        .show(ui, |ui| match (&chooser.run, &chooser.detail) {
            (None, _) => {
                ui.label(text("compare.choose_run"));
            }
            (Some(_), None) => {
                ui.spinner();
            }
            (_, Some(Err(err))) => {
                ui.add(Label::new(plain(err)).wrap());
            }
            (_, Some(Ok(run))) => {
                let control = run.record.control_outputs.len();
                for (index, artifact) in artifacts_of(run).enumerate() {
                    let side = if index < control {
                        text("compare.control")
                    } else {
                        kind_text(&artifact.kind)
                    };
                    let name = format!("{}, {side}", artifact.name);
                    let palette = Theme::of(ui.ctx()).palette;
                    let response = ListRow::new(&name).height(40.0).show(ui, |ui| {
                        ui.vertical(|ui| {
                            ui.spacing_mut().item_spacing.y = 0.0;
                            ui.add_space(3.0);
                            let title = RichText::new(&artifact.name).font(medium(size::TEXT));
                            ui.add(Label::new(title.color(palette.text_strong)).truncate());
                            let side = RichText::new(side).size(size::SMALL_TEXT);
                            ui.label(side.color(palette.text_weak));
                        });
                    });
                    if response.clicked() {
                        let source =
                            CompareSource::Artifact(Box::new(artifact.clone()), Some(run.clone()));
                        commands.compare(CompareCommand::Replace(chooser.side, Box::new(source)));
                    }
                }
            }
        });
}
