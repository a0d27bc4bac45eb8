//! Two sides that are no pictures: of models a table of what was added, removed and changed; of
//! anything else sizes and hashes.

use egui::{Grid, Label, Margin, RichText, ScrollArea, Ui};
use hartomat_schema::{Comparison, GeometryDifference, GeometryFacts, GeometryNumbers};
use hartomat_ui::Icon;
use hartomat_ui::theme::{Severity, Theme, medium, mono, semibold, size, space};
use hartomat_ui::widgets::EmptyState;

use super::ladder::number_text;
use super::sources::side_text;
use crate::compare_view::OpenComparison;
use crate::messages::{count, text, text_with};
use crate::shell::{plain, sentence};

pub(super) fn models_ui(ui: &mut Ui, open: &OpenComparison) {
    if open.comparison.is_none() && open.unmeasured.is_none() {
        ui.centered_and_justified(|ui| ui.spinner());
        return;
    }
    ScrollArea::vertical()
        .id_salt("compare models")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let margin = Margin::symmetric(28, 22);
            egui::Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_max_width(900.0);
                ui.spacing_mut().item_spacing.y = space::M;
                match open.of_models() {
                    Some(part) => geometry_ui(ui, open, part),
                    None => others_ui(ui, open),
                }
            });
        });
}

fn geometry_ui(ui: &mut Ui, open: &OpenComparison, part: &Comparison) {
    let palette = Theme::of(ui.ctx()).palette;
    let Some(numbers) = &part.measured.geometry else {
        return;
    };
    let title = RichText::new(text("model.title")).font(semibold(size::HEADING));
    ui.label(title.color(palette.text_strong));
    let summary = if numbers.difference_count == 0 && numbers.equal_triangles {
        text("model.equal").to_owned()
    } else {
        let share = format!("{:.1}", 100.0 * numbers.shared_triangles);
        text_with("model.shared", &[("share", &share)])
    };
    ui.add(Label::new(RichText::new(summary).color(palette.text)).wrap());
    facts_ui(ui, open, numbers);
    ui.add_space(space::M);
    changes_ui(ui, numbers);
}

fn facts_ui(ui: &mut Ui, open: &OpenComparison, numbers: &GeometryNumbers) {
    let palette = Theme::of(ui.ctx()).palette;
    let both = [&numbers.control, &numbers.candidate];
    let whole = |value: u64| value.to_string();
    let mut rows = vec![
        (text("model.parts"), both.map(|of| whole(of.parts))),
        (text("model.triangles"), both.map(|of| whole(of.triangles))),
        (text("model.box"), both.map(box_text)),
        (text("model.area"), both.map(|of| number_text(of.area))),
        (text("model.volume"), both.map(|of| number_text(of.volume))),
    ];
    if both.iter().any(|of| of.exact_bbox.is_some()) {
        rows.insert(3, (text("model.exact_box"), both.map(exact_text)));
    }
    let frame = egui::Frame::new().fill(palette.raised).corner_radius(8);
    frame
        .inner_margin(Margin::symmetric(16, 12))
        .show(ui, |ui| {
            let grid = Grid::new("compare model facts").num_columns(3);
            grid.spacing([28.0, 7.0]).show(ui, |ui| {
                ui.label("");
                for side in 0..2 {
                    let words = RichText::new(side_text(open, side)).font(medium(size::SMALL_TEXT));
                    ui.label(words.color(palette.text_weak));
                }
                ui.end_row();
                for (name, values) in rows {
                    ui.label(RichText::new(name).color(palette.text));
                    let differs = values[0] != values[1];
                    for (side, value) in values.iter().enumerate() {
                        let color = if differs && side == 1 {
                            palette.severity(Severity::Warning)
                        } else {
                            palette.text_strong
                        };
                        ui.label(RichText::new(value).font(mono(size::TEXT)).color(color));
                    }
                    ui.end_row();
                }
            });
        });
}

fn box_text(facts: &GeometryFacts) -> String {
    let extent = [0, 1, 2].map(|axis: usize| facts.bbox_max[axis] - facts.bbox_min[axis]);
    extent.map(number_text).join(" × ")
}

fn exact_text(facts: &GeometryFacts) -> String {
    let Some(exact) = facts.exact_bbox else {
        return "–".to_owned();
    };
    let extent = [0, 1, 2].map(|axis: usize| exact.max_mm[axis] - exact.min_mm[axis]);
    format!("{} mm", extent.map(number_text).join(" × "))
}

fn changes_ui(ui: &mut Ui, numbers: &GeometryNumbers) {
    let of = |suits: fn(&str) -> bool| {
        let found = numbers.differences.iter();
        found
            .filter(move |found| suits(&found.code))
            .collect::<Vec<_>>()
    };
    let groups = [
        (
            Icon::Add,
            text("model.added"),
            of(|code| code == "part_added"),
        ),
        (
            Icon::Remove,
            text("model.removed"),
            of(|code| code == "part_missing"),
        ),
        (
            Icon::Difference,
            text("model.changed"),
            of(|code| !["part_added", "part_missing"].contains(&code)),
        ),
    ];
    for (icon, title, found) in groups {
        group_ui(ui, icon, title, &found);
    }
    let listed = numbers.differences.len() as u64;
    if numbers.difference_count > listed {
        let rest = usize::try_from(numbers.difference_count - listed).unwrap_or(usize::MAX);
        let palette = Theme::of(ui.ctx()).palette;
        let words = RichText::new(count("model.more", rest)).size(size::SMALL_TEXT);
        ui.label(words.color(palette.text_weak));
    }
}

fn group_ui(ui: &mut Ui, icon: Icon, title: &str, found: &[&GeometryDifference]) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.horizontal(|ui| {
        ui.label(icon.text(15.0).color(palette.text_weak));
        let title = RichText::new(title).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
        let number = RichText::new(found.len().to_string()).size(size::SMALL_TEXT);
        ui.label(number.color(palette.text_faint));
    });
    if found.is_empty() {
        let nothing = RichText::new(text("compare.nothing")).size(size::SMALL_TEXT);
        ui.horizontal(|ui| {
            ui.add_space(24.0);
            ui.label(nothing.color(palette.text_faint));
        });
        return;
    }
    let frame = egui::Frame::new().fill(palette.raised).corner_radius(8);
    frame
        .inner_margin(Margin::symmetric(16, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            let grid = Grid::new(("compare model changes", title)).num_columns(4);
            grid.spacing([20.0, 6.0]).show(ui, |ui| {
                for difference in found {
                    let name = RichText::new(&difference.name).font(medium(size::TEXT));
                    ui.label(name.color(palette.text_strong));
                    let what = RichText::new(code_text(&difference.code)).size(size::SMALL_TEXT);
                    ui.label(what.color(palette.text_weak));
                    let magnitude = difference.magnitude.map_or(String::new(), number_text);
                    ui.label(RichText::new(magnitude).font(mono(size::SMALL_TEXT)));
                    let words =
                        RichText::new(sentence(&difference.sentence)).size(size::SMALL_TEXT);
                    ui.add(Label::new(words.color(palette.text)).truncate());
                    ui.end_row();
                }
            });
        });
}

fn code_text(code: &str) -> &str {
    match code {
        "part_added" => text("model.part_added"),
        "part_missing" => text("model.part_missing"),
        "part_moved" => text("model.part_moved"),
        "mesh_changed" => text("model.mesh_changed"),
        "material_changed" => text("model.material_changed"),
        "material_assigned" => text("model.material_assigned"),
        "normals_changed" => text("model.normals_changed"),
        "tree_changed" => text("model.tree_changed"),
        "bbox_changed" => text("model.bbox_changed"),
        other => other,
    }
}

/// What nothing here looks into: sizes and hashes, and what these say.
fn others_ui(ui: &mut Ui, open: &OpenComparison) {
    let palette = Theme::of(ui.ctx()).palette;
    if let Some(err) = &open.unmeasured
        && open.sides().iter().any(|side| side.artifact.is_none())
    {
        EmptyState {
            icon: Icon::Error,
            title: text("compare.unmeasured"),
            text: &plain(err),
            button: None,
        }
        .ui(ui);
        return;
    }
    let digests = open
        .sides()
        .map(|side| side.artifact.as_ref().map(|of| of.digest));
    let (title, help) = if digests[0].is_some() && digests[0] == digests[1] {
        (text("model.same_file"), text("model.same_file_help"))
    } else {
        (text("model.other_file"), text("model.other_file_help"))
    };
    let title = RichText::new(title).font(semibold(size::HEADING));
    ui.label(title.color(palette.text_strong));
    ui.add(Label::new(RichText::new(help).color(palette.text)).wrap());
    let frame = egui::Frame::new().fill(palette.raised).corner_radius(8);
    frame
        .inner_margin(Margin::symmetric(16, 12))
        .show(ui, |ui| {
            let grid = Grid::new("compare file facts").num_columns(4);
            grid.spacing([24.0, 7.0]).show(ui, |ui| {
                for (side, of) in open.sides().into_iter().enumerate() {
                    let name = RichText::new(side_text(open, side)).font(medium(size::SMALL_TEXT));
                    ui.label(name.color(palette.text_weak));
                    ui.label(RichText::new(of.name()).color(palette.text_strong));
                    if let Some(artifact) = &of.artifact {
                        let bytes = artifact.size_bytes.to_string();
                        ui.label(text_with("compare.bytes", &[("bytes", &bytes)]));
                        let digest = artifact.digest.to_string();
                        ui.label(RichText::new(digest).font(mono(size::SMALL_TEXT)));
                    }
                    ui.end_row();
                }
            });
        });
}
