//! Names for screen readers, and the ring around what has the keyboard.

use egui::{Response, Stroke, StrokeKind, Ui, accesskit};

use crate::theme::Theme;

/// Gives a widget the name that screen readers say, where its own text says nothing or something else.
pub fn name(response: &Response, name: &str) {
    response.ctx.accesskit_node_builder(response.id, |node| {
        node.set_label(name);
        node.clear_labelled_by();
    });
}

/// Gives a widget the help that screen readers say after its name.
pub fn describe(response: &Response, help: &str) {
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_description(help));
}

/// Makes a dialog of what is drawn in here: screen readers say its name and stay inside.
pub fn mark_dialog(ui: &Ui, name: &str) {
    ui.ctx().accesskit_node_builder(ui.unique_id(), |node| {
        node.set_role(accesskit::Role::Dialog);
        node.set_label(name);
        node.set_modal();
    });
}

/// Paints a ring around a widget that has the keyboard.
pub fn focus_ring(ui: &Ui, response: &Response, corner_radius: u8) {
    if response.has_focus() {
        let stroke = Stroke::new(1.5, Theme::of(ui.ctx()).palette.accent_text);
        ui.painter()
            .rect_stroke(response.rect, corner_radius, stroke, StrokeKind::Inside);
    }
}
