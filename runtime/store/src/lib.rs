//! Where everything is kept: artifacts by content; graph runs, legacy runs, and who may ask for them,
//! in a database each.
//!
//! Only this crate writes SQL. File before record: an artifact is safely on disk before any row
//! names it, so a crash can leave a file without a row but never a row without its file.

mod access;
mod artifacts;
mod body;
mod database;
mod error;
mod file_system;
mod legacy;
mod log_text;
mod process_identity;
mod studio;

pub use access::AccessDb;
pub use artifacts::{ArtifactStore, ScrubReport, Stored, UploadProgress, Verification};
pub use database::{OpenOptions, OpenReport, Recovery, SalvagedTable};
pub use error::StoreError;
pub use legacy::{
    Delivery, LegacyDb, LegacyLogFilter, MediaAssetFilter, MessageFilter, NotificationFilter,
    OrderedLine,
};
pub use process_identity::{current_process, is_alive};
pub use studio::{
    DispatchKey, Inserted, LogFilter, ReviewFilter, RunFilter, RunRebuild, SavedWorkflow, StudioDb,
};
