//! What panels can ask about the studio.

use std::path::PathBuf;

use hartomat_schema::{OrderId, OutputType, RolloutScope, RunId};

use super::{RolloutDraft, StudioTab, TypeDraft};

/// Something about output types, orders and rollouts.
#[derive(Debug, Clone)]
pub enum StudioCommand {
    /// Show this part of it, over the whole window.
    Open(StudioTab),
    /// Back to what was there before.
    Close,
    /// Read everything anew.
    Reload,
    /// Look at a rollout.
    Select(RolloutScope),
    /// Ask before a decision is made; it says this now.
    Draft(Box<RolloutDraft>),
    /// Decide as the draft says.
    Decide,
    /// Don't.
    DismissDraft,
    /// Ask for a new output type; it says this now.
    DraftType(TypeDraft),
    /// Make it.
    CreateType,
    /// Don't.
    DismissType,
    /// Change an output type.
    PutType(Box<OutputType>),
    /// Look at an order.
    SelectOrder(OrderId),
    /// Ask for a list of orders to take in.
    AskImport,
    /// Say what would come of this list.
    TryImport(PathBuf),
    /// Take the list in that was tried.
    Import,
    /// Don't.
    DismissImport,
    /// Leave this view and look at a run.
    ShowRun(RunId),
}
