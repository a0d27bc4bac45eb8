//! What a run would do with a node, and why.

use egui::{Label, RichText, Ui, Vec2};
use hartomat_api::{DryRun, NodeDecision, NodeDecisionKind};
use hartomat_document::node_name;
use hartomat_schema::{Catalogue, NodeId, Timestamp, Workflow};
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{Marked, status_badge_ui};

use super::{decision_text, time_text};
use crate::context::Context;
use crate::messages::{count, text, text_with, with_names};
use crate::shell::sentence;

/// Height of a row.
const ROW: f32 = 19.0;
/// Width of the badge and of the name in a row.
const COLUMNS: [f32; 2] = [78.0, 130.0];

/// What the next run will do with the node that is looked at.
pub(crate) fn decision_ui(ui: &mut Ui, context: &Context<'_>, decision: &NodeDecision) {
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
    let workflow = context.session.map(|session| session.document.workflow());
    why_ui(
        ui,
        &named(
            &decision.reason,
            context.catalogue,
            workflow.map(|of| &**of),
        ),
    );
}

/// A node of a workflow among all of a plan.
pub(crate) fn decision_row_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    workflow: &Workflow,
    decision: &NodeDecision,
) {
    let node = workflow.node(&decision.node);
    let name = node.map_or(decision.node.as_str(), |node| {
        node_name(node, context.catalogue)
    });
    let (status, word) = decision_text(decision.decision);
    let why = sentence(&named(&decision.reason, context.catalogue, Some(workflow)));
    let palette = Theme::of(ui.ctx()).palette;
    let column = |ui: &mut Ui, width: f32, content: &mut dyn FnMut(&mut Ui)| {
        ui.allocate_ui(Vec2::new(width, ROW), |ui| {
            ui.set_width(width);
            content(ui);
        });
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        column(ui, COLUMNS[0], &mut |ui| {
            status_badge_ui(ui, status, word);
        });
        column(ui, COLUMNS[1], &mut |ui| {
            ui.add(Label::new(name).truncate());
        });
        let why = RichText::new(&why).size(size::SMALL_TEXT);
        let label = Label::new(why.clone().color(palette.text_weak)).truncate();
        ui.add(label).on_hover_text(why);
    });
}

/// A reason with nodes by the names that people gave them: the runtime names them by their ids.
pub(crate) fn named(reason: &str, catalogue: &Catalogue, workflow: Option<&Workflow>) -> String {
    with_names(&with_times(reason), |name| {
        let node = workflow?.node(&NodeId::new(name).ok()?)?;
        Some(node_name(node, catalogue).to_owned())
    })
}

/// Runs by when they were dispatched, which their ids begin with.
fn with_times(reason: &str) -> String {
    let Some((before, id)) = reason.rsplit_once("since run ") else {
        return reason.to_owned();
    };
    let begin: String = id.chars().filter(|c| *c != '-').take(12).collect();
    match i64::from_str_radix(&begin, 16) {
        Ok(millis) if id.len() == 36 => {
            let at = Timestamp(millis);
            let when = format!("{} {} UTC", at.date(), at.clock());
            format!("{before}since run {when}")
        }
        _ => reason.to_owned(),
    }
}

fn why_ui(ui: &mut Ui, reason: &str) {
    let palette = Theme::of(ui.ctx()).palette;
    let room = ui.available_width();
    let why = Marked::quiet(&palette).layout(&sentence(reason), room, usize::MAX);
    ui.add(Label::new(why).wrap());
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

#[cfg(test)]
mod tests {
    use super::with_times;

    #[test]
    fn runs_are_told_by_their_time() {
        let reason = "settings are unchanged since run 01a1f4a1-c6d5-7000-8000-000000000000";
        let told = with_times(reason);
        assert!(
            told.starts_with("settings are unchanged since run 20"),
            "{told}"
        );
        assert!(told.ends_with(" UTC"), "{told}");
        assert_eq!(with_times("changed: samples"), "changed: samples");
    }
}
