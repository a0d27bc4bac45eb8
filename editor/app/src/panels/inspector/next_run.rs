//! What the next run will do with the node, and why: known before anything runs.

use egui::{Frame, Margin, Ui};
use hartomat_schema::NodeId;
use hartomat_ui::theme::{Theme, radius, space};

use crate::Context;
use crate::parts::decision_ui;

pub(super) fn next_run_ui(ui: &mut Ui, context: &Context<'_>, node: &NodeId) {
    let Some(decision) = context.next_decision(node) else {
        return;
    };
    let palette = Theme::of(ui.ctx()).palette;
    Frame::new()
        .fill(palette.control)
        .corner_radius(radius::MEDIUM)
        .inner_margin(Margin::symmetric(space::M as i8, space::S as i8))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 1.0;
            decision_ui(ui, context, decision);
        });
}
