//! The editor of the artifact contract: which kinds must come out, how many, in which format.

use std::collections::BTreeSet;

use egui::{Align, DragValue, Id, Layout, Ui};
use hartomat_schema::{ArtifactKind, ArtifactRequirement, Catalogue, Family};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Theme, size, space};
use hartomat_ui::widgets::{ButtonKind, IconButton, TextButton, color_dot_ui, name};

use super::{Chooser, TextField, kind_text};
use crate::messages::{text, text_with};

/// Formats that files of these kinds come in.
const FORMATS: &[(&str, &[&str])] = &[
    ("image", &["png", "png16", "jpeg", "webp", "exr"]),
    ("video", &["mp4", "webm"]),
];

/// Shares of a row that the format and the least count have.
const FORMAT: f32 = 0.31;
const LEAST: f32 = 0.17;

/// Draws it; the contract once it has changed.
pub(crate) fn contract_ui(
    ui: &mut Ui,
    catalogue: &Catalogue,
    family: Family,
    contract: &[ArtifactRequirement],
) -> Option<Vec<ArtifactRequirement>> {
    let kinds = kinds(catalogue, family, contract);
    let mut after = contract.to_vec();
    let mut removed = None;
    for (index, requirement) in after.iter_mut().enumerate() {
        ui.push_id(index, |ui| {
            if requirement_ui(ui, requirement, &kinds) {
                removed = Some(index);
            }
        });
    }
    if let Some(index) = removed {
        after.remove(index);
    }
    ui.add_space(space::S);
    let add = TextButton::new(ButtonKind::Secondary, text("contract.add")).icon(Icon::Add);
    if ui.add_enabled(!kinds.is_empty(), add).clicked() {
        let is_free = |kind: &&ArtifactKind| after.iter().all(|part| part.kind != **kind);
        if let Some(kind) = kinds.iter().find(is_free).or(kinds.first()) {
            after.push(ArtifactRequirement {
                kind: kind.clone(),
                min_count: 1,
                format: None,
                extra: serde_json::Map::new(),
            });
        }
    }
    (after != contract).then_some(after)
}

/// Kinds that nodes of this family can give; those of the contract stay in the list.
fn kinds(
    catalogue: &Catalogue,
    family: Family,
    contract: &[ArtifactRequirement],
) -> Vec<ArtifactKind> {
    let definitions = catalogue.nodes.iter();
    let of_family = definitions.filter(|node| node.families.contains(&family));
    let outputs = of_family.flat_map(|node| &node.contract.outputs);
    let given: BTreeSet<&ArtifactKind> = outputs
        .map(|port| &port.kind)
        .chain(contract.iter().map(|part| &part.kind))
        .collect();
    // In the order in which people think of them, then what a newer catalogue brings.
    let known = ArtifactKind::ALL
        .iter()
        .rev()
        .filter(|kind| given.contains(kind));
    let unknown = given
        .iter()
        .filter(|kind| !ArtifactKind::ALL.contains(kind));
    known
        .cloned()
        .chain(unknown.map(|kind| (*kind).clone()))
        .collect()
}

/// Draws one; `true` when it shall go.
fn requirement_ui(
    ui: &mut Ui,
    requirement: &mut ArtifactRequirement,
    kinds: &[ArtifactKind],
) -> bool {
    let palette = Theme::of(ui.ctx()).palette;
    let shown = kind_text(&requirement.kind).to_owned();
    let remove = text_with("contract.remove", &[("kind", &shown)]);
    let row = egui::vec2(ui.available_width(), size::CONTROL);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let is_removed = ui
            .add(IconButton::new(Icon::Delete, &remove).small())
            .clicked();
        // A dot, and gaps between four things.
        let room = ui.available_width() - 12.0 - 4.0 * space::S;
        format_ui(ui, requirement, room * FORMAT);
        let least = DragValue::new(&mut requirement.min_count)
            .range(1..=999)
            .prefix("≥ ");
        let least = ui.add_sized([room * LEAST, size::CONTROL], least);
        name(&least, text("contract.min_count"));
        least.on_hover_text(text("contract.min_count_help"));
        let chooser = Chooser {
            salt: "kind",
            name: text("contract.kind"),
            chosen: &shown,
            width: room * (1.0 - FORMAT - LEAST),
        };
        chooser.show(ui, |ui| {
            for kind in kinds {
                let is_chosen = *kind == requirement.kind;
                if ui.selectable_label(is_chosen, kind_text(kind)).clicked() {
                    requirement.kind = kind.clone();
                }
            }
        });
        color_dot_ui(ui, palette.artifact_kind(requirement.kind.as_str()), &shown);
        is_removed
    })
    .inner
}

fn format_ui(ui: &mut Ui, requirement: &mut ArtifactRequirement, width: f32) {
    let known = FORMATS
        .iter()
        .find(|(kind, _)| *kind == requirement.kind.as_str());
    let Some((_, formats)) = known else {
        if requirement.format.is_some() {
            ui.allocate_ui(egui::vec2(width, size::CONTROL), |ui| {
                unknown_format_ui(ui, requirement)
            });
        } else {
            ui.allocate_space(egui::vec2(width, size::CONTROL));
        }
        return;
    };
    let shown = requirement.format.clone();
    let shown = shown.unwrap_or_else(|| text("contract.any_format").to_owned());
    let chooser = Chooser {
        salt: "format",
        name: text("contract.format"),
        chosen: &shown,
        width,
    };
    chooser.show(ui, |ui| {
        let mut choice = |ui: &mut Ui, format: Option<&str>, label: &str| {
            let is_chosen = requirement.format.as_deref() == format;
            if ui.selectable_label(is_chosen, label).clicked() {
                requirement.format = format.map(str::to_owned);
            }
        };
        choice(ui, None, text("contract.any_format"));
        for format in *formats {
            choice(ui, Some(format), format);
        }
    });
}

/// A format of a kind that this editor knows no formats of.
fn unknown_format_ui(ui: &mut Ui, requirement: &mut ArtifactRequirement) {
    let field = TextField {
        name: text("contract.format"),
        hint: text("contract.any_format"),
        rows: 1,
    };
    let current = requirement.format.clone().unwrap_or_default();
    if let Some(format) = field.ui(ui, Id::new(("format", requirement.kind.as_str())), &current) {
        requirement.format = Some(format).filter(|format| !format.is_empty());
    }
}
