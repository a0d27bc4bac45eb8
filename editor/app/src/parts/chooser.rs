//! Names for choosers: what is chosen is their value, not their name.

use egui::Response;

/// Says to screen readers what a chooser is for, and what is chosen.
pub(crate) fn name_chooser(response: &Response, name: &str, chosen: &str) {
    hartomat_ui::widgets::name(response, name);
    response
        .ctx
        .accesskit_node_builder(response.id, |node| node.set_value(chosen));
}
