//! The legacy pipeline's ledger: runs, media assets and notifications, behind a trait.

use std::path::PathBuf;

use hartomat_schema::{Intent, LegacyRun, LegacyRunState, LogLevel, MediaAsset, MediaAssetId};

/// The ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("legacy ledger: {action}")]
pub struct LedgerError {
    /// What was being done.
    pub action: String,
    /// Why it failed.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// An output that is ready to be published and told of.
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyDelivery {
    /// What is published and who is told, in order.
    pub intents: Vec<Intent>,
    /// The published file; its name is the media asset's.
    pub file: PathBuf,
}

/// Where the legacy pipeline keeps its books.
pub trait LegacyLedger: Send + Sync {
    /// What was delivered for this run before, when its process ended after the delivery.
    fn delivered(&self, run: &LegacyRun) -> Result<Vec<MediaAsset>, LedgerError>;

    /// Notes that a run began, or begins again after an interruption.
    fn run_started(&self, run: &LegacyRun) -> Result<(), LedgerError>;

    /// Writes to the run's log.
    fn log(&self, run: &LegacyRun, level: LogLevel, text: &str);

    /// Publishes and tells, all or nothing, once per run however often it is called.
    fn deliver(
        &self,
        run: &LegacyRun,
        delivery: &LegacyDelivery,
    ) -> Result<Vec<MediaAssetId>, LedgerError>;

    /// Notes how a run ended.
    fn run_finished(
        &self,
        run: &LegacyRun,
        state: LegacyRunState,
        reason: Option<&str>,
    ) -> Result<(), LedgerError>;
}
