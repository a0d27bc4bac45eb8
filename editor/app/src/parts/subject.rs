//! What checks and runs are about: an order line, a sample order line on a CAD file, or a CAD file.

use egui::Ui;
use hartomat_schema::Family;
use hartomat_ui::Icon;
use hartomat_ui::widgets::IconButton;
use std::path::Path;

use super::Chooser;
use crate::Context;
use crate::command::{Command, Commands};
use crate::messages::{text, text_with};
use crate::shell::{ShellCommand, SubjectChoice};

/// Draws the chooser in a row.
pub(crate) fn subject_ui(
    ui: &mut Ui,
    (salt, widest): (&str, f32),
    context: &Context<'_>,
    family: Family,
    commands: &mut Commands,
) {
    let chosen = context.shell.subject();
    let mut choose = |choice| commands.push(Command::Shell(choice));
    let label = chosen.map_or_else(
        || text("checks.choose_subject").to_owned(),
        |subject| subject_text(context, subject),
    );
    let chooser = Chooser {
        salt,
        name: text("checks.subject"),
        chosen: &label,
        width: (ui.available_width() - 64.0).clamp(120.0, widest),
    };
    chooser.show(ui, |ui| {
        if family == Family::OrderLine {
            let lines = context.shell.library().order_lines.iter();
            // Samples have a choice of their own, and look alike here.
            for line in lines.filter(|line| !line.id.as_str().starts_with("sample-")) {
                let subject = SubjectChoice::OrderLine(line.id.clone());
                let is_chosen = chosen == Some(&subject);
                let shown = subject_text(context, &subject);
                if ui.selectable_label(is_chosen, shown).clicked() {
                    choose(ShellCommand::SetSubject(subject));
                }
            }
            if context.shell.library().order_lines.is_empty() {
                ui.weak(text("checks.no_order_lines"));
            }
            ui.separator();
        }
        let label = match family {
            Family::OrderLine => text("checks.sample_on_file"),
            Family::CadFile => text("checks.choose_file"),
        };
        if ui.selectable_label(false, label).clicked() {
            choose(ShellCommand::AskSubjectFile);
        }
        let sample = match family {
            Family::OrderLine => text("checks.sample_on_bundled"),
            Family::CadFile => text("checks.bundled_sample"),
        };
        if ui.selectable_label(false, sample).clicked() {
            choose(ShellCommand::SubjectSample);
        }
    });
    let file = IconButton::new(Icon::Open, text("checks.choose_file"));
    if ui.add(file).clicked() {
        choose(ShellCommand::AskSubjectFile);
    }
}

fn subject_text(context: &Context<'_>, subject: &SubjectChoice) -> String {
    match subject {
        SubjectChoice::CadFile(path) => file_name(path),
        SubjectChoice::SampleOrderLine(path) => {
            text_with("checks.sample_on", &[("name", &file_name(path))])
        }
        SubjectChoice::OrderLine(id) => {
            let lines = &context.shell.library().order_lines;
            let line = lines.iter().find(|line| line.id == *id);
            line.map_or(id.to_string(), |line| {
                format!("{} – {}", line.product, line.output_type)
            })
        }
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}
