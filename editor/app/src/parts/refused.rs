//! Why something wasn't taken or couldn't be had, line by line.

use egui::{Label, RichText, Ui};
use hartomat_api::ApiError;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme};

use crate::shell::{plain, sentence};

/// Every finding with its fix; where there is none, the reason and what would help.
pub(crate) fn refused_ui(ui: &mut Ui, err: &ApiError) {
    let palette = Theme::of(ui.ctx()).palette;
    let color = palette.severity(Severity::Error);
    let findings = err.diagnostics.iter();
    let findings = findings.flat_map(|it| [sentence(&it.message), sentence(&it.fix)]);
    let findings = findings.filter(|line| !line.is_empty());
    let hints = err.hints.iter().map(|hint| sentence(hint));
    let lines: Vec<String> = match err.diagnostics.is_empty() {
        true => std::iter::once(plain(err)).chain(hints).collect(),
        false => findings.collect(),
    };
    for line in lines {
        ui.horizontal_top(|ui| {
            ui.label(Icon::Error.text(14.0).color(color));
            ui.add(Label::new(RichText::new(line).color(color)).wrap());
        });
    }
}
