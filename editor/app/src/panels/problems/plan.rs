//! What a run would do, node by node: run, reuse or leave out, why, what comes out, how long.

use egui::{Align, Layout, RichText, Ui};
use hartomat_api::{DryRun, NodeDecision, NodeDecisionKind};
use hartomat_document::node_name;
use hartomat_schema::{ArtifactKind, ExecutionMode};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{Marked, status_badge_ui};

use crate::Context;
use crate::messages::{count, text, text_with};
use crate::parts::{decision_text, kind_text, mode_text, named, time_text};
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
        Some(millis) => text_with("plan.takes", &[("time", &time_text(millis))]),
        None => text("plan.unknown_time").to_owned(),
    });
    ui.label(RichText::new(parts.join("  ·  ")).color(palette.text));
    let artifacts = artifacts(plan);
    if !artifacts.is_empty() {
        let list = text_with("plan.artifacts", &[("list", &artifacts.join(", "))]);
        ui.label(RichText::new(list).color(palette.text_weak));
    }
}

/// What comes out, each kind once and with how many where there are several.
fn artifacts(plan: &DryRun) -> Vec<String> {
    let nodes = plan.nodes.iter();
    let made = nodes.filter(|node| node.decision != NodeDecisionKind::Skip);
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for kind in made.flat_map(|node| &node.artifacts) {
        match kinds.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind, 1)),
        }
    }
    let words = kinds.into_iter().map(|(kind, count)| {
        let kind = ArtifactKind::new(kind);
        match count {
            1 => kind_text(&kind).to_owned(),
            count => format!("{count} × {}", kind_text(&kind)),
        }
    });
    words.collect()
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
    let (status, word) = decision_text(decision.decision);
    let small = |text: &str| RichText::new(text).size(size::SMALL_TEXT);
    ui.horizontal(|ui| {
        ui.label(name);
        status_badge_ui(ui, status, word);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some(millis) = decision.last_took_ms {
                let took = ui.label(small(&time_text(millis)).color(palette.text_weak));
                took.on_hover_text(text("plan.time"));
            }
        });
    });
    let workflow = session.document.workflow();
    let why = named(&decision.reason, context.catalogue, Some(workflow));
    let room = ui.available_width();
    let why = Marked::quiet(&palette).layout(&sentence(&why), room, usize::MAX);
    ui.add(egui::Label::new(why).wrap());
    ui.add_space(space::XS);
}
