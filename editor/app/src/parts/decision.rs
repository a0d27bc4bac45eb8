//! What a run would do with a node, and why.

use egui::{Label, RichText, Ui};
use hartomat_api::{DryRun, NodeDecision, NodeDecisionKind};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::status_badge_ui;

use super::{decision_text, time_text};
use crate::messages::{count, text, text_with};
use crate::shell::sentence;

/// What the next run will do with the node that is looked at.
pub(crate) fn decision_ui(ui: &mut Ui, decision: &NodeDecision) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let next = RichText::new(text("plan.next")).size(size::SMALL_TEXT);
        ui.label(next.color(palette.text_weak));
        let (status, word) = decision_text(decision.decision);
        status_badge_ui(ui, status, word);
        if let Some(millis) = decision.last_took_ms {
            let took = RichText::new(time_text(millis)).size(size::SMALL_TEXT);
            let took = ui.label(took.color(palette.text_faint));
            took.on_hover_text(text("plan.time"));
        }
    });
    why_ui(ui, decision);
}

/// A node among all of a plan.
pub(crate) fn decision_row_ui(ui: &mut Ui, name: &str, decision: &NodeDecision) {
    let (status, word) = decision_text(decision.decision);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        status_badge_ui(ui, status, word);
        ui.add(Label::new(name).truncate());
    });
    why_ui(ui, decision);
}

fn why_ui(ui: &mut Ui, decision: &NodeDecision) {
    let palette = Theme::of(ui.ctx()).palette;
    let why = RichText::new(sentence(&decision.reason)).size(size::SMALL_TEXT);
    ui.add(Label::new(why.color(palette.text_weak)).wrap());
}

/// What runs, what is reused and how long it takes, in one line.
pub(crate) fn plan_summary(plan: &DryRun) -> String {
    let of = |kind| {
        let nodes = plan.nodes.iter();
        nodes.filter(|node| node.decision == kind).count()
    };
    let mut parts = vec![
        count("plan.run", of(NodeDecisionKind::Run)),
        count("plan.reuse", of(NodeDecisionKind::Reuse)),
    ];
    let skipped = of(NodeDecisionKind::Skip);
    if skipped > 0 {
        parts.push(count("plan.skip", skipped));
    }
    if let Some(millis) = plan.expected_ms {
        parts.push(text_with("plan.takes", &[("time", &time_text(millis))]));
    }
    parts.join("  ·  ")
}
