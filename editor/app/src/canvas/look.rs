//! The theme in terms of the canvas: what colour and icon a node, a port or an edge has.

use egui::Color32;
use hartomat_schema::{ArtifactKind, Category};
use hartomat_ui::theme::{Palette, Severity, Status};
use hartomat_ui::{Icon, Theme};

/// Colours of the canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// All colours.
    pub palette: Palette,
}

/// What stands on a node beside its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// The worst that the validator says of it.
    Problem(Severity),
    /// How its last run went.
    Run(Status),
}

impl Look {
    /// The look of a context.
    pub fn of(ctx: &egui::Context) -> Self {
        Self {
            palette: Theme::of(ctx).palette,
        }
    }

    /// A category's colour; that of quiet text for definitions that aren't known.
    pub fn category(&self, category: Option<Category>) -> Color32 {
        category.map_or(self.palette.text_faint, |found| {
            self.palette.category(category_key(found))
        })
    }

    /// An artifact kind's colour.
    pub fn kind(&self, kind: Option<&ArtifactKind>) -> Color32 {
        kind.map_or(self.palette.text_faint, |found| {
            self.palette.artifact_kind(found.as_str())
        })
    }

    /// The header of a node.
    pub fn header(&self, category: Option<Category>) -> Color32 {
        self.palette.tint(self.category(category))
    }

    /// A mark's colour.
    pub fn mark(&self, mark: Mark) -> Color32 {
        match mark {
            Mark::Problem(severity) => self.palette.severity(severity),
            Mark::Run(status) => self.palette.status(status),
        }
    }

    /// What is left out of runs stands back.
    pub fn muted(&self, color: Color32) -> Color32 {
        self.palette.canvas.lerp_to_gamma(color, 0.45)
    }
}

/// A mark's icon.
pub(crate) fn mark_icon(mark: Mark) -> Icon {
    match mark {
        Mark::Problem(Severity::Error) => Icon::Error,
        Mark::Problem(Severity::Warning) => Icon::Warning,
        Mark::Problem(Severity::Info) => Icon::Info,
        Mark::Run(Status::Waiting) => Icon::Waiting,
        Mark::Run(Status::Running) => Icon::Running,
        Mark::Run(Status::Succeeded) => Icon::Succeeded,
        Mark::Run(Status::Reused) => Icon::Reused,
        Mark::Run(Status::Failed) => Icon::Failed,
        Mark::Run(Status::Skipped) => Icon::Skipped,
        Mark::Run(Status::Cancelled) => Icon::Cancelled,
    }
}

/// A category's key in documents, messages and the theme.
pub fn category_key(category: Category) -> &'static str {
    match category {
        Category::Input => "input",
        Category::Cad => "cad",
        Category::Material => "material",
        Category::Scene => "scene",
        Category::Render => "render",
        Category::Output => "output",
    }
}

/// A category's icon.
pub fn category_icon(category: Option<Category>) -> Icon {
    match category {
        Some(Category::Input) => Icon::Input,
        Some(Category::Cad) => Icon::Cad,
        Some(Category::Material) => Icon::Material,
        Some(Category::Scene) => Icon::Scene,
        Some(Category::Render) => Icon::Camera,
        Some(Category::Output) => Icon::Output,
        None => Icon::Help,
    }
}
