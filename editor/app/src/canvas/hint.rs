//! What a resting pointer is told of a node: why it will run, or how it fared.

use egui::{Label, PopupAnchor, RichText, Ui};
use hartomat_api::NodeDecision;
use hartomat_schema::NodeId;
use hartomat_ui::theme::{Theme, size};
use hartomat_ui::widgets::status_badge_ui;

use crate::canvas::draw::Canvas;
use crate::canvas::input;
use crate::context::{Context, Reason};
use crate::parts::decision_ui;
use crate::shell::sentence;

/// How long the pointer rests before it is told, in seconds.
const REST: f32 = 0.35;

/// Draws the hint at the pointer.
pub(super) fn hint_ui(ui: &Ui, canvas: &Canvas<'_>) {
    if canvas.session.canvas.gesture.is_some() || canvas.session.canvas.context_menu.is_some() {
        return;
    }
    let Some(pointer) = input::pointer_on_canvas(ui, canvas.frame.canvas) else {
        return;
    };
    let hit = canvas.hit_test();
    let Some(node) = hit.node(pointer).map(|node| node.id.clone()) else {
        return;
    };
    let found = canvas.context.node_reason(&node);
    let next = canvas.context.next_decision(&node);
    if found.is_none() && next.is_none() {
        return;
    }
    let rested = ui.input(|input| input.pointer.time_since_last_movement());
    if rested < REST {
        ui.ctx().request_repaint_after_secs(REST - rested + 0.01);
        return;
    }
    tooltip_ui(ui, canvas.context, &node, (found.as_ref(), next));
}

fn tooltip_ui(
    ui: &Ui,
    context: &Context<'_>,
    node: &NodeId,
    (found, next): (Option<&Reason>, Option<&NodeDecision>),
) {
    let id = ui.id().with(("node hint", node.as_str()));
    let layer = ui.layer_id();
    let tip = egui::Tooltip::always_open(ui.ctx().clone(), layer, id, PopupAnchor::Pointer);
    tip.gap(14.0).show(|ui| {
        let palette = Theme::of(ui.ctx()).palette;
        ui.set_max_width(340.0);
        if let Some(found) = found {
            status_badge_ui(ui, found.status, found.title);
            for why in &found.why {
                let why = RichText::new(sentence(why)).size(size::SMALL_TEXT + 0.5);
                ui.add(Label::new(why.color(palette.text)).wrap());
            }
        }
        if let Some(next) = next {
            decision_ui(ui, context, next);
        }
    });
}
