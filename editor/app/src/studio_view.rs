//! The studio's side: what each output type is allowed and on which evidence, output types, orders.
//! Everything is asked of the runtime; here is what came back and what is being decided.

mod apply;
mod audit;
mod came;
mod command;
mod migration;
mod state;
mod targets;
#[cfg(test)]
mod tests;
mod types;

pub use audit::{AuditFilter, AuditFormat, AuditKind, AuditLine, AuditView};
pub use command::StudioCommand;
pub use migration::{MigrationRow, MigrationView};
pub use state::{
    Answer, KnownWorkflow, OrderImport, PictureOf, Resolution, RolloutDraft, RolloutDraftKind,
    StudioState, StudioTab, TypeDraft, TypeEdit,
};
pub use targets::{Hears, TargetEdit};

pub(crate) use apply::{apply, dropped, file_chosen, library_came};
pub(crate) use audit::PAGE as AUDIT_PAGE;
pub(crate) use came::{came, run_came};
