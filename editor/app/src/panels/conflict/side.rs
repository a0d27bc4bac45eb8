//! One version: a picture with what changed in it, and the changes in words.

use egui::{Rect, RichText, ScrollArea, Sense, Ui, Vec2};
use hartomat_document::{Difference, Miniature, NodeSizes, node_name};
use hartomat_schema::{Catalogue, NodeId, Workflow};
use hartomat_ui::theme::{Severity, Status, Theme, medium, radius, size, space};
use hartomat_ui::widgets::{ButtonKind, TextButton};
use std::sync::Arc;

use crate::Context;
use crate::messages::{count, text};
use crate::parts::{Names, miniature_in, setting_title};
use crate::shell::ConflictChoice;

/// Height of a picture in points.
const PICTURE: f32 = 150.0;
/// Height of the list of changes.
const LIST: f32 = 150.0;
/// Changes that are listed.
const MOST: usize = 40;

/// One version of a workflow.
pub(super) struct Side<'a> {
    pub(super) title: &'a str,
    pub(super) workflow: Option<&'a Arc<Workflow>>,
    /// What it changed.
    pub(super) difference: Option<&'a Difference>,
    pub(super) caption: &'a str,
    /// Said in place of a version that isn't there.
    pub(super) missing: &'a str,
    /// Versions in which removed nodes have their names.
    pub(super) others: &'a [&'a Workflow],
    /// The way on with this version: what it means, what its button says, and its help.
    pub(super) choice: Option<(ConflictChoice, &'a str, &'a str)>,
}

/// Puts changes into words.
type Words = fn(&Difference, &Names<'_>) -> Vec<String>;

impl Side<'_> {
    /// Draws it; the choice, where its button was clicked.
    pub(super) fn ui(
        &self,
        ui: &mut Ui,
        context: &Context<'_>,
        words: Words,
    ) -> Option<ConflictChoice> {
        let theme = Theme::of(ui.ctx());
        let palette = &theme.palette;
        let title = RichText::new(self.title).font(medium(size::TEXT));
        ui.label(title.color(palette.text_strong));
        let room = Vec2::new(ui.available_width(), PICTURE);
        let (frame, response) = ui.allocate_exact_size(room, Sense::hover());
        hartomat_ui::widgets::name(&response, self.title);
        ui.painter()
            .rect_filled(frame, radius::MEDIUM, palette.canvas);
        let Some(workflow) = self.workflow else {
            ui.label(RichText::new(self.missing).color(palette.text_weak));
            return None;
        };
        self.picture_in(ui, frame, workflow, context.catalogue);
        if let Some(difference) = self.difference {
            self.changes_ui(ui, context, words, (workflow, difference));
        }
        let (choice, label, help) = self.choice?;
        ui.add_space(space::M);
        let button = ui.add(TextButton::new(ButtonKind::Secondary, label));
        button.on_hover_text(help).clicked().then_some(choice)
    }

    fn changes_ui(
        &self,
        ui: &mut Ui,
        context: &Context<'_>,
        words: Words,
        (workflow, difference): (&Arc<Workflow>, &Difference),
    ) {
        let palette = Theme::of(ui.ctx()).palette;
        ui.add_space(space::S);
        let caption = RichText::new(self.caption).size(size::SMALL_TEXT);
        ui.label(caption.color(palette.text_faint));
        let mut versions: Vec<&Workflow> = vec![workflow];
        versions.extend(self.others);
        let names = Names {
            node: &|id| name_of(id, &versions, context.catalogue),
            setting: &|id, name| setting_title(id, name, &versions, context.catalogue),
        };
        let lines = words(difference, &names);
        ScrollArea::vertical()
            .id_salt(self.title)
            .max_height(LIST)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                if lines.is_empty() {
                    ui.label(text("conflict.no_changes"));
                }
                for line in lines.iter().take(MOST) {
                    ui.add(egui::Label::new(line).wrap());
                }
                if lines.len() > MOST {
                    ui.label(count("conflict.more", lines.len() - MOST));
                }
            });
    }

    fn picture_in(&self, ui: &Ui, frame: Rect, workflow: &Workflow, catalogue: &Catalogue) {
        let palette = Theme::of(ui.ctx()).palette;
        let sizes = NodeSizes::estimated(workflow, catalogue);
        let miniature = Miniature::new(workflow, catalogue, &sizes);
        let painter = ui.painter().with_clip_rect(frame);
        miniature_in(&painter, frame, &miniature, &palette, |node| {
            let difference = self.difference?;
            if difference.nodes_added.contains(&node.id) {
                return Some(palette.status(Status::Succeeded));
            }
            let is_changed = difference.nodes_changed.contains_key(&node.id);
            is_changed.then(|| palette.severity(Severity::Warning))
        });
    }
}

/// What people call a node in one of these versions.
pub(super) fn name_of(id: &NodeId, workflows: &[&Workflow], catalogue: &Catalogue) -> String {
    let node = workflows.iter().find_map(|workflow| workflow.node(id));
    node.map_or(id.as_str(), |node| node_name(node, catalogue))
        .to_owned()
}
