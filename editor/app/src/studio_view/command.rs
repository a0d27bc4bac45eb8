//! What panels can ask about the studio.

use std::path::PathBuf;

use hartomat_schema::{
    MediaAsset, NodeType, OrderId, OrderLineId, OutputType, OutputTypeId, RolloutScope, RunId,
    TargetId, Workflow, WorkflowId,
};

use super::{AuditFilter, AuditFormat, RolloutDraft, StudioTab, TargetEdit, TypeDraft};

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
    /// Look at an output type.
    SelectType(OutputTypeId),
    /// An output type shall be so; nothing is saved yet.
    EditType(Box<OutputType>),
    /// Save what was changed of it.
    SaveType(OutputTypeId),
    /// Forget what was changed of it.
    DiscardType(OutputTypeId),
    /// A file was chosen for a setting that an output type sets, by the setting's pointer.
    OverrideFile(OutputTypeId, NodeType, String, PathBuf),
    /// Ask for a workflow and its picture, unless it is known.
    WantWorkflow(WorkflowId),
    /// A target outside of the studio is written; it says this now.
    EditTarget(Box<TargetEdit>),
    /// Save it.
    SaveTarget,
    /// Don't.
    DismissTarget,
    /// Take a target away.
    RemoveTarget(TargetId),
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
    /// Set the sides of a run beside each other.
    ShowComparison(RunId),
    /// Ask for a small picture of a media asset.
    WantPicture(Box<MediaAsset>),
    /// Ask for a small picture of what the graph made in a run.
    WantRunPicture(RunId),
    /// How the mode and the settings of an order line come about; with a document that nobody has
    /// saved, or with the line's own workflow.
    Resolve(OrderLineId, Option<Box<Workflow>>),
    /// Show these lines of the audit list.
    FilterAudit(AuditFilter),
    /// Read older lines of it.
    OlderAudit,
    /// Ask where to write the lines that are shown to.
    AskAuditFile(AuditFormat),
    /// Write them.
    WriteAudit(AuditFormat, PathBuf),
    /// Ask for the folder of an old library.
    AskLibrary,
    /// Read an old library. Nothing is written.
    ReadLibrary(PathBuf),
    /// Look at a document of it.
    SelectDocument(PathBuf),
    /// A document shall be written, or not.
    ChooseDocument(PathBuf, bool),
    /// Ask for the folder that is written to.
    AskMigrationOutput,
    /// Write there.
    SetMigrationOutput(PathBuf),
    /// Write what was chosen. The originals stay as they are.
    WriteLibrary,
    /// Another library.
    ForgetLibrary,
    /// Leave this view and open a workflow that was written.
    OpenWritten(PathBuf),
}
