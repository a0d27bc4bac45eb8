//! What a node is, from its definition: help, what does the work, and what legacy does in its place.

use egui::{Grid, RichText, Ui};
use hartomat_schema::{ExecutionKind, NodeDefinition, Purity};
use hartomat_ui::theme::{Theme, size, space};

use crate::messages::text;

pub(super) fn about_ui(ui: &mut Ui, definition: &NodeDefinition) {
    let palette = Theme::of(ui.ctx()).palette;
    ui.spacing_mut().item_spacing.y = space::S;
    let contract = &definition.contract;
    let work = match contract.execution {
        ExecutionKind::Inline => text("about.inline"),
        ExecutionKind::CadWorker => text("about.cad_worker"),
        ExecutionKind::Render => text("about.render"),
    };
    let purity = match contract.purity {
        Purity::Pure => text("about.pure"),
        Purity::Impure => text("about.impure"),
        Purity::External => text("about.external"),
    };
    let legacy = match &definition.legacy.step {
        Some(key) => format!("{key}: {}", definition.legacy.description),
        None => definition.legacy.description.clone(),
    };
    let type_and_version = format!("{} · {}", definition.node_type, definition.version);
    let tools = contract.tools.join(", ");
    let facts = [
        (text("about.type"), type_and_version.as_str()),
        (text("about.work"), work),
        (text("about.cache"), purity),
        (text("about.tools"), tools.as_str()),
        (text("about.legacy"), legacy.as_str()),
    ];
    Grid::new("about")
        .num_columns(2)
        .spacing([space::L, space::S])
        .show(ui, |ui| {
            for (title, value) in facts.into_iter().filter(|(_, value)| !value.is_empty()) {
                let title = RichText::new(title).size(size::SMALL_TEXT);
                ui.label(title.color(palette.text_faint));
                let value = RichText::new(value).size(size::SMALL_TEXT);
                ui.add(egui::Label::new(value.color(palette.text_weak)).wrap());
                ui.end_row();
            }
        });
}
