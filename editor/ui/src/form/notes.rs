//! What stands under a field: diagnostics with their fixes, where its value comes from, and what the
//! form has to say of what was typed.

use egui::{Context, Id, RichText, Ui};

use super::change::FormAction;
use super::draw::Form;
use super::pointer::is_within;
use crate::icon::Icon;
use crate::theme::{Severity, Theme, radius, regular, size, space};
use crate::widgets::{ButtonKind, Marked, TextButton};

/// Notes of what a field has to say itself, kept until it is used again.
pub(super) fn say(ctx: &Context, field: Id, words: Option<String>) {
    let key = field.with("note");
    ctx.data_mut(|data| match words {
        Some(words) => {
            data.insert_temp(key, words);
        }
        None => data.remove::<String>(key),
    });
}

/// Draws what belongs under a field. `is_leaf` takes what lies within it, too.
pub(super) fn notes_ui(ui: &mut Ui, form: &mut Form<'_>, field: Id, pointer: &str, is_leaf: bool) {
    let note: Option<String> = ui.data(|data| data.get_temp(field.with("note")));
    if let Some(words) = note {
        message_ui(ui, &form.theme, Severity::Warning, &words, None);
    }
    let context = form.context;
    for (index, diagnostic) in context.diagnostics.iter().enumerate() {
        let is_here =
            diagnostic.pointer == pointer || (is_leaf && is_within(&diagnostic.pointer, pointer));
        if is_here && form.placed.insert(index) {
            diagnostic_ui(ui, form, index);
        }
    }
    for provenance in context.provenance {
        if provenance.pointer == pointer {
            provenance_ui(ui, form, pointer, &provenance.text);
        }
    }
}

/// Draws the diagnostics that no field took.
pub(super) fn unplaced_ui(ui: &mut Ui, form: &mut Form<'_>) {
    for index in 0..form.context.diagnostics.len() {
        if form.placed.insert(index) {
            diagnostic_ui(ui, form, index);
        }
    }
}

fn diagnostic_ui(ui: &mut Ui, form: &mut Form<'_>, index: usize) {
    let diagnostic = &form.context.diagnostics[index];
    let fix = diagnostic.fix.as_deref();
    if message_ui(
        ui,
        &form.theme,
        diagnostic.severity,
        &diagnostic.message,
        fix,
    ) {
        form.actions.push(FormAction::Fix { diagnostic: index });
    }
}

/// A message on its own background. `true` when its button was clicked.
fn message_ui(
    ui: &mut Ui,
    theme: &Theme,
    severity: Severity,
    words: &str,
    fix: Option<&str>,
) -> bool {
    let palette = &theme.palette;
    let color = palette.severity(severity);
    let icon = match severity {
        Severity::Info => Icon::Info,
        Severity::Warning => Icon::Warning,
        Severity::Error => Icon::Error,
    };
    let mut is_clicked = false;
    egui::Frame::new()
        .fill(palette.severity_soft(severity))
        .corner_radius(radius::SMALL)
        .inner_margin(egui::Margin::symmetric(7, 4))
        .show(ui, |ui| {
            let room = ui.available_width() - super::field::RESET_WIDTH;
            ui.set_width(room.max(60.0));
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                ui.label(icon.text(14.0).color(color));
                ui.vertical(|ui| {
                    let style = Marked {
                        font: regular(size::SMALL_TEXT + 0.5),
                        ..Marked::body(palette)
                    };
                    ui.label(style.layout(words, ui.available_width(), usize::MAX));
                    if let Some(fix) = fix {
                        let button = TextButton::new(ButtonKind::Secondary, fix).icon(Icon::Fix);
                        ui.add_space(space::XS);
                        is_clicked = ui.add(button).clicked();
                    }
                });
            });
        });
    is_clicked
}

fn provenance_ui(ui: &mut Ui, form: &mut Form<'_>, pointer: &str, words: &str) {
    let palette = form.theme.palette;
    ui.spacing_mut().button_padding.y = 1.0;
    ui.spacing_mut().interact_size.y = size::SMALL_TEXT + 4.0;
    let text = format!("{} {words}", Icon::Provenance.glyph());
    let text = RichText::new(text).size(size::SMALL_TEXT);
    let response = ui.add(egui::Button::new(text.color(palette.text_faint)).frame(false));
    crate::widgets::name(&response, words);
    if response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .clicked()
    {
        form.actions.push(FormAction::ShowProvenance {
            pointer: pointer.to_owned(),
        });
    }
}
