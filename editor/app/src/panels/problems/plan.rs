//! What a run would do, node by node: run, reuse or leave out, why, what comes out, how long.

use egui::{Align, Layout, RichText, Ui};
use hartomat_api::{DryRun, NodeDecision, NodeDecisionKind};
use hartomat_document::node_name;
use hartomat_schema::{ArtifactKind, ExecutionMode};
use hartomat_ui::theme::{Status, Theme, size, space};
use hartomat_ui::widgets::status_badge_ui;

use crate::Context;
use crate::messages::{count, text, text_with};
use crate::parts::{kind_text, mode_text};
use crate::shell::sentence;
use crate::state::Session;

pub(super) fn plan_ui(ui: &mut Ui, context: &Context<'_>, session: &Session, plan: &DryRun) {
    summary_ui(ui, plan);
    mode_ui(ui, session.document.workflow().execution_mode, plan.mode);
    ui.add_space(space::S);
    for decision in &plan.nodes {
        decision_ui(ui, context, session, decision);
    }
}

fn summary_ui(ui: &mut Ui, plan: &DryRun) {
    let palette = Theme::of(ui.ctx()).palette;
    let of = |kind| {
        plan.nodes
            .iter()
            .filter(|node| node.decision == kind)
            .count()
    };
    let mut parts = vec![
        count("plan.run", of(NodeDecisionKind::Run)),
        count("plan.reuse", of(NodeDecisionKind::Reuse)),
        count("plan.skip", of(NodeDecisionKind::Skip)),
        text_with("plan.mode", &[("mode", mode_text(plan.mode))]),
    ];
    parts.push(match plan.expected_ms {
        Some(millis) => text_with("plan.takes", &[("time", &duration(millis))]),
        None => text("plan.unknown_time").to_owned(),
    });
    ui.label(RichText::new(parts.join("  ·  ")).color(palette.text));
    let artifacts: Vec<String> = plan
        .nodes
        .iter()
        .filter(|node| node.decision != NodeDecisionKind::Skip)
        .flat_map(|node| &node.artifacts)
        .map(|kind| kind_text(&ArtifactKind::new(kind.as_str())).to_owned())
        .collect();
    if !artifacts.is_empty() {
        let list = text_with("plan.artifacts", &[("list", &artifacts.join(", "))]);
        ui.label(RichText::new(list).color(palette.text_weak));
    }
}

/// What the mode makes of the plan, where that isn't what the author may think.
fn mode_ui(ui: &mut Ui, asked: ExecutionMode, effective: ExecutionMode) {
    let note = match (asked, effective) {
        (_, ExecutionMode::Legacy) => text("plan.rollout_is_legacy"),
        (ExecutionMode::Legacy, _) => text("plan.asks_for_legacy"),
        _ => return,
    };
    let palette = Theme::of(ui.ctx()).palette;
    ui.add(egui::Label::new(RichText::new(note).color(palette.text_weak)).wrap());
}

fn decision_ui(ui: &mut Ui, context: &Context<'_>, session: &Session, decision: &NodeDecision) {
    let palette = Theme::of(ui.ctx()).palette;
    let node = session.document.workflow().node(&decision.node);
    let name = node.map_or(decision.node.as_str(), |node| {
        node_name(node, context.catalogue)
    });
    let (status, word) = match decision.decision {
        NodeDecisionKind::Run => (Status::Waiting, text("plan.will_run")),
        NodeDecisionKind::Reuse => (Status::Reused, text("plan.cached")),
        NodeDecisionKind::Skip => (Status::Skipped, text("plan.left_out")),
    };
    let small = |text: &str| RichText::new(text).size(size::SMALL_TEXT);
    ui.horizontal(|ui| {
        ui.label(name);
        status_badge_ui(ui, status, word);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(millis) = decision.last_took_ms {
                let took = ui.label(small(&duration(millis)).color(palette.text_weak));
                took.on_hover_text(text("plan.time"));
            }
        });
    });
    let why = small(&sentence(&decision.reason)).color(palette.text_weak);
    ui.add(egui::Label::new(why).wrap());
    ui.add_space(space::XS);
}

/// A time as people say it: `0.4 s`, `12 s`, `3:05`.
fn duration(millis: u64) -> String {
    let secs = millis as f64 / 1000.0;
    match secs {
        secs if secs < 10.0 => format!("{secs:.1} s"),
        secs if secs < 60.0 => format!("{secs:.0} s"),
        secs => hartomat_ui::widgets::duration_text(secs),
    }
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn short_times_have_a_decimal_and_long_ones_read_as_on_a_clock() {
        assert_eq!(duration(430), "0.4 s");
        assert_eq!(duration(12_400), "12 s");
        assert_eq!(duration(185_000), "3:05");
    }
}
