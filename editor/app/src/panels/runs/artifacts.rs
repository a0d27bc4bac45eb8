//! What came out of the run: pictures as pictures, everything else by name, kind and size.

use egui::{Id, Label, RichText, Ui, Vec2};
use hartomat_schema::{Artifact, ArtifactKind, NodeId};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, TextButton, Thumbnail};

use crate::Context;
use crate::canvas::CanvasCommand;
use crate::command::Commands;
use crate::compare_view::CompareCommand;
use crate::messages::{count, text, text_with};
use crate::parts::kind_text;
use crate::runs::{RunView, RunsCommand};

/// Size of a picture.
const PICTURE: Vec2 = Vec2::new(132.0, 99.0);
/// So many are drawn; more is no overview.
const MOST: usize = 60;

pub(super) fn artifacts_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    view: &RunView,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let artifacts = view.artifacts();
    let note = count("runs.artifact_count", artifacts.len());
    let header = Header::new(Id::new("run artifacts"), text("runs.artifacts"));
    let (_, is_open) = header.note(&note, palette.text_faint).ui(ui);
    if !is_open || artifacts.is_empty() {
        return;
    }
    picked_ui(ui, context, commands);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(space::M);
        for (number, (node, artifact)) in artifacts.iter().take(MOST).enumerate() {
            ui.push_id(number, |ui| {
                artifact_ui(ui, context, *node, artifact, commands);
            });
        }
    });
}

/// That one of two pictures is chosen already.
fn picked_ui(ui: &mut Ui, context: &Context<'_>, commands: &mut Commands) {
    let Some(picked) = &context.compare.picked else {
        return;
    };
    ui.horizontal(|ui| {
        ui.label(Icon::Difference.rich());
        ui.label(text_with("runs.picked", &[("name", &picked.name)]));
        let cancel = TextButton::new(ButtonKind::Quiet, text("runs.pick_none"));
        if ui.add(cancel).clicked() {
            commands.compare(CompareCommand::PickNothing);
        }
    });
}

fn artifact_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    node: Option<&NodeId>,
    artifact: &Artifact,
    commands: &mut Commands,
) {
    let palette = Theme::of(ui.ctx()).palette;
    let is_picture =
        artifact.kind == ArtifactKind::IMAGE && artifact.media_type.starts_with("image/");
    ui.vertical(|ui| {
        ui.set_width(PICTURE.x);
        ui.spacing_mut().item_spacing.y = 1.0;
        let is_picked = context.compare.picked.as_ref() == Some(artifact);
        let picture = Thumbnail {
            picture: context.runs.preview(&artifact.digest),
            size: PICTURE,
            name: &artifact.name,
            is_selected: is_picked,
        };
        let frame = picture.ui(ui);
        // Only pictures in view are fetched.
        if is_picture
            && ui.is_rect_visible(frame.rect)
            && !context.runs.is_preview_asked(&artifact.digest)
        {
            commands.runs(RunsCommand::Preview(Box::new(artifact.clone())));
        }
        if frame.on_hover_text(artifact.digest.to_string()).clicked() {
            go(node, commands);
        }
        let side = if node.is_none() {
            text("runs.control")
        } else {
            kind_text(&artifact.kind)
        };
        let name = RichText::new(&artifact.name).size(size::SMALL_TEXT);
        ui.add(Label::new(name.color(palette.text)).truncate());
        let facts = format!("{side}  ·  {}", bytes_text(artifact.size_bytes));
        let facts = RichText::new(facts).size(size::SMALL_TEXT);
        ui.add(Label::new(facts.color(palette.text_weak)).truncate());
        let words = if context.compare.picked.is_some() && !is_picked {
            text("runs.compare_with_picked")
        } else {
            text("runs.pick")
        };
        if ui
            .link(RichText::new(words).size(size::SMALL_TEXT))
            .clicked()
        {
            commands.compare(CompareCommand::Pick(Box::new(artifact.clone())));
        }
    });
}

fn go(node: Option<&NodeId>, commands: &mut Commands) {
    if let Some(node) = node.cloned() {
        commands.canvas(CanvasCommand::Reveal {
            node,
            pointer: None,
        });
    }
}

/// A size as people say it.
fn bytes_text(bytes: u64) -> String {
    let size = bytes as f64;
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.0} kB", size / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", size / 1e6),
        _ => format!("{:.1} GB", size / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::bytes_text;

    #[test]
    fn sizes_have_the_unit_that_fits() {
        assert_eq!(bytes_text(999), "999 B");
        assert_eq!(bytes_text(15_400), "15 kB");
        assert_eq!(bytes_text(2_440_000), "2.4 MB");
    }
}
