//! What the editor knows of the studio. Changed by [`super::apply`] and [`super::came`] alone.

use hartomat_api::{
    ApiError, ImportReport, ImportRequest, OrderDetail, OrderEntry, OutputTypeEntry, RolloutStatus,
};
use hartomat_schema::{ExecutionMode, Gate, OrderId, RolloutScope, WorkflowId};

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
}

impl StudioTab {
    /// All of them in the order shown.
    pub const ALL: [Self; 3] = [Self::Rollout, Self::OutputTypes, Self::Orders];
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TypeDraft {
    /// The workflow that the graph runs.
    pub workflow: Option<WorkflowId>,
    /// Name for people.
    pub name: String,
    /// Whether it is on its way.
    pub is_sent: bool,
    /// Why it wasn't taken.
    pub refused: Option<ApiError>,
}

/// A list of orders that is being taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderImport {
    /// The list.
    pub request: ImportRequest,
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
    /// The output type that is being made.
    pub type_draft: Option<TypeDraft>,
    /// Orders.
    pub orders: Answer<Vec<OrderEntry>>,
    /// The order that is looked at.
    pub order: Option<OrderId>,
    /// Its lines.
    pub order_detail: Answer<OrderDetail>,
    /// A list of orders that is being taken in.
    pub import: Option<OrderImport>,
}

impl StudioState {
    /// The rollout that is looked at: the chosen one, else the first.
    pub fn shown(&self) -> Option<&RolloutStatus> {
        let all = self.rollouts.known()?;
        let chosen = self.selected.as_ref();
        let chosen = chosen.and_then(|it| all.iter().find(|status| status.rollout.scope == *it));
        chosen.or(all.first())
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
