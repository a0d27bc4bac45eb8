//! Why a run failed or wasn't taken on: in plain words, with the node and the setting, and the way
//! there.

use egui::{Label, RichText, Ui};
use hartomat_document::node_name;
use hartomat_schema::{Diagnostic, FailureClass, NodeId};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Status, Theme, medium, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton};

use crate::canvas::CanvasCommand;
use crate::command::Commands;
use crate::context::Context;
use crate::messages::{count, text, text_with};
use crate::parts::{known_ui, place_text, setting_pointer};
use crate::runs::{Refused, RunView, RunsCommand, known_failure};
use crate::shell::{plain, sentence};
use crate::state::Session;

/// So many findings are shown; the others stand among the problems.
const FINDINGS: usize = 4;

pub(super) fn trouble_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    commands: &mut Commands,
) {
    if let Some(refused) = &context.runs.refused {
        refused_ui(ui, context, session, refused, commands);
        return;
    }
    if let Some(view) = context.runs.on_canvas(session) {
        failed_ui(ui, context, session, view, commands);
    }
}

fn refused_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    refused: &Refused,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.label(Icon::Error.rich().color(palette.severity(Severity::Error)));
        let title = RichText::new(text("run.refused")).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
        let why = RichText::new(plain(&refused.error)).color(palette.text);
        ui.add(Label::new(why).truncate());
        if refused.may_be_sent_again() {
            let again = TextButton::new(ButtonKind::Secondary, text("run.send_again"));
            let again = ui.add(again.icon(Icon::Retry));
            if again.on_hover_text(text("run.send_again_help")).clicked() {
                commands.runs(RunsCommand::SendAgain);
            }
        }
        let close = IconButton::new(Icon::Close, text("run.dismiss")).small();
        if ui.add(close).clicked() {
            commands.runs(RunsCommand::DismissRefused);
        }
    });
    let errors = refused
        .error
        .diagnostics
        .iter()
        .filter(|found| found.is_error());
    let errors: Vec<&Diagnostic> = errors.collect();
    for finding in errors.iter().take(FINDINGS) {
        finding_ui(ui, context, session, finding, commands);
    }
    if errors.len() > FINDINGS {
        ui.weak(count("run.more_findings", errors.len() - FINDINGS));
    }
    if let Some(known) = known_failure(&refused.error.message) {
        known_ui(ui, known);
    }
    for hint in &refused.error.hints {
        let hint = RichText::new(sentence(hint)).size(size::SMALL_TEXT);
        ui.label(hint.color(palette.text_weak));
    }
}

fn finding_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    finding: &Diagnostic,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.add_space(space::XXL);
        if let (Some(node), Some(label)) =
            (&finding.place.node, place_text(context, session, finding))
        {
            let go = TextButton::new(ButtonKind::Quiet, &label).icon(Icon::Locate);
            if ui.add(go).clicked() {
                let node = node.clone();
                let pointer = setting_pointer(&finding.place.pointer);
                commands.canvas(CanvasCommand::Reveal { node, pointer });
            }
        }
        let message = RichText::new(sentence(&finding.message)).color(palette.text);
        ui.add(Label::new(message).truncate());
        let fix = RichText::new(sentence(&finding.fix)).size(size::SMALL_TEXT);
        ui.add(Label::new(fix.color(palette.text_weak)).truncate());
    });
}

fn failed_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    session: &Session,
    view: &RunView,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some((node, failure)) = view.failure() else {
        return;
    };
    if failure.class == FailureClass::Cancelled {
        return;
    }
    ui.add_space(space::S);
    ui.horizontal(|ui| {
        ui.label(Icon::Failed.rich().color(palette.status(Status::Failed)));
        match node {
            Some(node) => {
                let name = name_of(context, session, &node.node);
                let label = text_with("run.node_failed", &[("node", &name)]);
                let go = TextButton::new(ButtonKind::Quiet, &label).icon(Icon::Locate);
                if ui.add(go).clicked() {
                    let node = node.node.clone();
                    commands.canvas(CanvasCommand::Reveal {
                        node,
                        pointer: None,
                    });
                }
            }
            None => {
                let title = RichText::new(text("run.control_failed")).font(medium(size::TEXT));
                ui.label(title.color(palette.text_strong));
            }
        }
        let why = sentence(&failure.message);
        let label = RichText::new(&why).color(palette.text);
        ui.add(Label::new(label).truncate()).on_hover_text(&why);
        if !failure.hint.is_empty() {
            let hint = RichText::new(sentence(&failure.hint)).size(size::SMALL_TEXT);
            ui.add(Label::new(hint.color(palette.text_weak)).truncate());
        }
    });
    if let Some(known) = view.known_failure() {
        known_ui(ui, known);
        ui.add_space(space::S);
    }
}

fn name_of(context: &Context<'_>, session: &Session, id: &NodeId) -> String {
    let node = session.document.workflow().node(id);
    let name = node.map(|node| node_name(node, context.catalogue));
    name.unwrap_or(id.as_str()).to_owned()
}
