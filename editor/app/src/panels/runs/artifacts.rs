//! What came out of the run: pictures as pictures, everything else by name, kind and size.

use egui::{Align, Align2, Id, Label, Rect, RichText, Ui, Vec2};
use hartomat_schema::{Artifact, ArtifactKind, Digest, NodeId};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, radius, size, space};
use hartomat_ui::widgets::{ButtonKind, Header, IconButton, TextButton, Thumbnail};

use crate::Context;
use crate::command::Commands;
use crate::compare_view::CompareCommand;
use crate::messages::{count, text, text_with};
use crate::parts::{kind_text, reveal};
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
    let is_shown = context.runs.shown_artifact == Some(artifact.digest);
    let tile = ui.vertical(|ui| {
        ui.set_width(PICTURE.x);
        ui.spacing_mut().item_spacing.y = 1.0;
        picture_ui(ui, context, (node, artifact), is_shown, commands);
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
        tools_ui(ui, context, node, artifact, commands);
    });
    if is_shown {
        bring_into_view(ui, tile.response.rect, &artifact.digest);
    }
}

/// Scrolls to what was asked for, once.
fn bring_into_view(ui: &Ui, rect: Rect, digest: &Digest) {
    let key = Id::new("shown artifact");
    let before: Option<Digest> = ui.data(|data| data.get_temp(key));
    if before != Some(*digest) {
        ui.scroll_to_rect(rect, Some(Align::Center));
        ui.data_mut(|data| data.insert_temp(key, *digest));
    }
}

fn is_picture(artifact: &Artifact) -> bool {
    artifact.kind == ArtifactKind::IMAGE && artifact.media_type.starts_with("image/")
}

fn picture_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    (node, artifact): (Option<&NodeId>, &Artifact),
    is_shown: bool,
    commands: &mut Commands,
) {
    let is_picked = context.compare.picked.as_ref() == Some(artifact);
    let picture = Thumbnail {
        picture: context.runs.preview(&artifact.digest),
        size: PICTURE,
        name: &artifact.name,
        is_selected: is_picked || is_shown,
    };
    let frame = picture.ui(ui);
    let is_picture = is_picture(artifact);
    if !is_picture {
        kind_sign(ui, frame.rect, artifact);
    }
    // Only pictures in view are fetched.
    if is_picture
        && ui.is_rect_visible(frame.rect)
        && !context.runs.is_preview_asked(&artifact.digest)
    {
        commands.runs(RunsCommand::Preview(Box::new(artifact.clone())));
    }
    let frame = frame.on_hover_ui(|ui| {
        ui.set_max_width(360.0);
        ui.label(kind_text(&artifact.kind));
        for (name, value) in &artifact.facts {
            ui.weak(format!("{name}: {value}"));
        }
        ui.weak(artifact.digest.to_string());
    });
    if let (Some(node), true) = (node, frame.clicked()) {
        reveal(node, commands);
    }
}

/// What stands for files that are no pictures.
fn kind_sign(ui: &Ui, rect: Rect, artifact: &Artifact) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.painter()
        .rect_filled(rect.shrink(2.0), radius::LARGE, palette.canvas);
    let glyph = kind_icon(&artifact.kind).glyph();
    let (font, color) = (Icon::font(26.0), palette.text_weak);
    let middle = rect.center();
    ui.painter()
        .text(middle, Align2::CENTER_CENTER, glyph, font, color);
}

fn kind_icon(kind: &ArtifactKind) -> Icon {
    let icons = [
        (ArtifactKind::STEP_FILE, Icon::Cad),
        (ArtifactKind::GLB, Icon::Cad),
        (ArtifactKind::STL, Icon::Cad),
        (ArtifactKind::ORDER_LINE, Icon::Tag),
        (ArtifactKind::PART_LIST, Icon::List),
        (ArtifactKind::BBOX, Icon::Bounds),
        (ArtifactKind::MATERIAL_MAP, Icon::Material),
        (ArtifactKind::SCENE_TEMPLATE, Icon::Scene),
        (ArtifactKind::SCENE, Icon::Scene),
        (ArtifactKind::IMAGE, Icon::Image),
    ];
    let found = icons.into_iter().find(|(of, _)| of == kind);
    found.map_or(Icon::File, |(_, icon)| icon)
}

/// Open, save, log, compare.
fn tools_ui(
    ui: &mut Ui,
    context: &Context<'_>,
    node: Option<&NodeId>,
    artifact: &Artifact,
    commands: &mut Commands,
) {
    let with = |words: &'static str| text_with(words, &[("name", &artifact.name)]);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let open = with("runs.open_outside");
        if ui
            .add(IconButton::new(Icon::External, &open).small())
            .clicked()
        {
            commands.runs(RunsCommand::OpenOutside(Box::new(artifact.clone())));
        }
        let save = with("runs.save_artifact");
        if ui.add(IconButton::new(Icon::Save, &save).small()).clicked() {
            commands.runs(RunsCommand::AskSave(Box::new(artifact.clone())));
        }
        let log = with("runs.log_of_artifact");
        if ui.add(IconButton::new(Icon::Text, &log).small()).clicked() {
            commands.runs(RunsCommand::ShowLog(node.cloned(), None));
        }
        if !is_picture(artifact) {
            return;
        }
        let picked = &context.compare.picked;
        let is_picked = picked.as_ref() == Some(artifact);
        let words = if picked.is_some() && !is_picked {
            with("runs.compare_with_picked")
        } else {
            with("runs.pick")
        };
        let compare = IconButton::new(Icon::Difference, &words).small();
        if ui.add(compare.on(is_picked)).clicked() {
            commands.compare(CompareCommand::Pick(Box::new(artifact.clone())));
        }
    });
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
