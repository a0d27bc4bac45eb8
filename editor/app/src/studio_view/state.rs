//! What the editor knows of the studio. Changed by [`super::apply`] and [`super::came`] alone.

use std::collections::BTreeMap;

use egui::TextureHandle;
use hartomat_api::{
    ApiError, DispatchResolution, ImportReport, ImportRequest, OrderDetail, OrderEntry,
    OutputTypeEntry, RolloutStatus,
};
use hartomat_document::Miniature;
use hartomat_schema::{
    Diagnostic, ExecutionMode, Family, Gate, MediaAssetId, NotificationTarget, OrderId,
    OrderLineId, OutputType, OutputTypeId, RolloutScope, RunId, Workflow, WorkflowId,
};

use super::{AuditView, MigrationView, TargetEdit};
use crate::backend::Ticket;

/// A part of the studio's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StudioTab {
    /// Which mode is allowed where, and on which evidence.
    #[default]
    Rollout,
    /// How workflows are invoked for order lines.
    OutputTypes,
    /// Orders and their lines.
    Orders,
    /// How the mode and the settings of an order line come about.
    Resolution,
    /// Who decided and changed what.
    Audit,
    /// Old libraries in the present form.
    Migration,
}

impl StudioTab {
    /// All of them in the order shown.
    pub const ALL: [Self; 6] = [
        Self::Rollout,
        Self::OutputTypes,
        Self::Orders,
        Self::Resolution,
        Self::Audit,
        Self::Migration,
    ];
}

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Answer<T> {
    /// Not yet.
    #[default]
    Unasked,
    /// It is on its way; what was known before stays in view.
    Asked(Option<T>),
    /// It is here.
    Here(T),
    /// It couldn't be had.
    Failed(ApiError),
}

impl<T> Answer<T> {
    /// What is known of it.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Here(known) | Self::Asked(Some(known)) => Some(known),
            Self::Unasked | Self::Asked(None) | Self::Failed(_) => None,
        }
    }

    pub(super) fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Here(known) | Self::Asked(Some(known)) => Some(known),
            Self::Unasked | Self::Asked(None) | Self::Failed(_) => None,
        }
    }

    /// Why it couldn't be had.
    pub fn error(&self) -> Option<&ApiError> {
        match self {
            Self::Failed(err) => Some(err),
            _ => None,
        }
    }

    pub(super) fn ask(&mut self) {
        *self = Self::Asked(match std::mem::take(self) {
            Self::Here(known) => Some(known),
            Self::Asked(known) => known,
            Self::Unasked | Self::Failed(_) => None,
        });
    }

    pub(super) fn came(&mut self, answer: Result<T, ApiError>) {
        *self = match answer {
            Ok(known) => Self::Here(known),
            Err(err) => Self::Failed(err),
        };
    }
}

/// Which decision is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RolloutDraftKind {
    /// One step up.
    Promote,
    /// Down to this mode.
    RollBack(ExecutionMode),
    /// Another gate.
    Gate,
    /// The end of a pause.
    Resume,
}

/// What a small picture is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PictureOf {
    /// A media asset.
    Asset(MediaAssetId),
    /// What the graph made in a run.
    Run(RunId),
}

/// A decision that is being written.
#[derive(Debug, Clone, PartialEq)]
pub struct RolloutDraft {
    /// Of what.
    pub scope: RolloutScope,
    /// Which.
    pub kind: RolloutDraftKind,
    /// Why: for a rollback, and for a promotion although something is missing.
    pub reason: String,
    /// Whether a promotion is made although something is missing.
    pub is_exception: bool,
    /// How many days that stands.
    pub days: u32,
    /// The gate.
    pub gate: Gate,
    /// Of how many in a hundred dispatches the graph runs as a shadow.
    pub shadow_percent: u8,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

/// An output type that is being made.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeDraft {
    /// The family whose workflows are offered.
    pub family: Family,
    /// The workflow that the graph runs.
    pub workflow: Option<WorkflowId>,
    /// Name for people.
    pub name: String,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

impl Default for TypeDraft {
    fn default() -> Self {
        Self {
            family: Family::OrderLine,
            workflow: None,
            name: String::new(),
            is_sent: false,
            refused: None,
        }
    }
}

/// An output type with changes that nobody has saved.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeEdit {
    /// How it shall be.
    pub output_type: OutputType,
    /// What is wrong with that, as far as it can be told here.
    pub findings: Vec<Diagnostic>,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

/// A workflow that output types run, with its picture.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownWorkflow {
    /// The document as it is saved.
    pub workflow: Workflow,
    /// Its graph, small.
    pub miniature: Miniature,
}

/// How the mode and the settings of an order line come about.
#[derive(Debug, Default)]
pub struct Resolution {
    /// The line.
    pub line: Option<OrderLineId>,
    /// A document that nobody has saved, in place of the line's own workflow.
    pub document: Option<Box<Workflow>>,
    /// What the runtime says.
    pub found: Answer<DispatchResolution>,
    /// The question that it is to answer.
    pub(super) asked: Ticket,
}

/// A list of orders that is being taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderImport {
    /// Tells its answers from those of another list.
    pub ticket: Ticket,
    /// The list, once it is read.
    pub request: Option<Box<ImportRequest>>,
    /// What would come of it, once that is known.
    pub report: Answer<ImportReport>,
    /// Whether it is on its way for good.
    pub is_sent: bool,
}

/// Everything about the studio's side.
#[derive(Default)]
pub struct StudioState {
    /// The part that is shown over the whole window.
    pub open: Option<StudioTab>,
    /// What is allowed where.
    pub rollouts: Answer<Vec<RolloutStatus>>,
    /// The rollout that is looked at.
    pub selected: Option<RolloutScope>,
    /// The decision that is being written.
    pub draft: Option<RolloutDraft>,
    /// Output types.
    pub output_types: Answer<Vec<OutputTypeEntry>>,
    /// The output type that is looked at.
    pub shown_type: Option<OutputTypeId>,
    /// Changes that nobody has saved.
    pub type_edits: BTreeMap<OutputTypeId, TypeEdit>,
    /// The output type that is being made.
    pub type_draft: Option<TypeDraft>,
    /// Who is told outside of the studio.
    pub targets: Answer<Vec<NotificationTarget>>,
    /// The target that is being written.
    pub target_edit: Option<TargetEdit>,
    /// Why a target wasn't taken away.
    pub target_refused: Option<ApiError>,
    /// Workflows that output types run.
    pub workflows: BTreeMap<WorkflowId, Answer<KnownWorkflow>>,
    /// Orders.
    pub orders: Answer<Vec<OrderEntry>>,
    /// The order that is looked at.
    pub order: Option<OrderId>,
    /// Its lines.
    pub order_detail: Answer<OrderDetail>,
    /// A list of orders that is being taken in.
    pub import: Option<OrderImport>,
    /// Small pictures that were asked for: none while one is on its way, and then none where there is none.
    pub(super) pictures: BTreeMap<PictureOf, Option<Option<TextureHandle>>>,
    /// The run whose comparison is opened once it is read.
    pub(super) awaited_comparison: Option<RunId>,
    /// How an order line's mode and settings come about.
    pub resolution: Resolution,
    /// Who decided and changed what.
    pub audit: AuditView,
    /// A library that is being migrated.
    pub migration: MigrationView,
}

impl StudioState {
    /// The rollout that is looked at: the chosen one, else the first.
    pub fn shown(&self) -> Option<&RolloutStatus> {
        let all = self.rollouts.known()?;
        let chosen = self.selected.as_ref();
        let chosen = chosen.and_then(|it| all.iter().find(|status| status.rollout.scope == *it));
        chosen.or(all.first())
    }

    /// The output type that is looked at: the chosen one, else the first.
    pub fn shown_type(&self) -> Option<&OutputTypeEntry> {
        let all = self.output_types.known()?;
        let chosen = self.shown_type.as_ref();
        let chosen = chosen.and_then(|id| all.iter().find(|it| it.output_type.id == *id));
        chosen.or(all.first())
    }

    /// Whether a target has this name already.
    pub fn has_target(&self, id: &str) -> bool {
        let mut known = self.targets.known().into_iter().flatten();
        known.any(|it| it.id.as_str() == id)
    }

    /// A workflow with its picture, once it is here.
    pub fn workflow(&self, id: &WorkflowId) -> Option<&KnownWorkflow> {
        self.workflows.get(id)?.known()
    }

    /// A small picture, once it is there: texture and size in pixels. None also where nobody has asked for it.
    pub fn picture(&self, of: &PictureOf) -> Option<(egui::TextureId, egui::Vec2)> {
        let texture = self.pictures.get(of)?.as_ref()?.as_ref()?;
        Some((texture.id(), texture.size_vec2()))
    }

    /// Whether small pictures are on their way.
    pub(crate) fn awaits_pictures(&self) -> bool {
        self.pictures.values().any(Option::is_none)
    }

    /// Whether a small picture was asked for already.
    pub fn is_picture_asked(&self, of: &PictureOf) -> bool {
        self.pictures.contains_key(of)
    }

    /// A decision on the rollout that is looked at.
    pub fn draft_of(&self, kind: RolloutDraftKind) -> Option<RolloutDraft> {
        let shown = self.shown()?;
        Some(RolloutDraft {
            scope: shown.rollout.scope.clone(),
            kind,
            reason: String::new(),
            is_exception: false,
            days: hartomat_schema::USUAL_EXCEPTION_DAYS,
            gate: shown.rollout.gate.clone(),
            shadow_percent: shown.rollout.shadow_percent,
            is_sent: false,
            refused: None,
        })
    }
}
