//! A finding as people read it: an icon, what is wrong, where, and what would mend it.

use egui::{Label, Ui};
use hartomat_schema::Diagnostic;
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, size, space};
use hartomat_ui::widgets::Marked;

use crate::shell::sentence;

/// How bad a finding is, in colours.
pub(crate) fn severity_of(diagnostic: &Diagnostic) -> Severity {
    match diagnostic.severity {
        hartomat_schema::Severity::Error => Severity::Error,
        hartomat_schema::Severity::Warning => Severity::Warning,
        hartomat_schema::Severity::Info => Severity::Info,
    }
}

/// The icon of a severity.
pub(crate) fn icon_of(severity: Severity) -> Icon {
    match severity {
        Severity::Error => Icon::Error,
        Severity::Warning => Icon::Warning,
        Severity::Info => Icon::Info,
    }
}

/// Draws a finding in full, over as many lines as it takes.
pub(crate) fn diagnostic_ui(ui: &mut Ui, diagnostic: &Diagnostic) {
    let theme = Theme::of(ui.ctx());
    let palette = &theme.palette;
    let severity = severity_of(diagnostic);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let icon = icon_of(severity).text(size::ICON);
        ui.label(icon.color(palette.severity(severity)));
        ui.vertical(|ui| {
            ui.set_max_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::XS;
            let room = ui.available_width();
            let message =
                Marked::body(palette).layout(&sentence(&diagnostic.message), room, usize::MAX);
            ui.add(Label::new(message).wrap());
            let fix = sentence(&diagnostic.fix);
            if !fix.is_empty() {
                let fix = Marked::quiet(palette).layout(&fix, room, usize::MAX);
                ui.add(Label::new(fix).wrap());
            }
        });
    });
}
