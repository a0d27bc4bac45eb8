//! The legacy pipeline's ledger over the legacy database.

use std::path::Path;
use std::sync::Arc;

use hartomat_api::RunObserver;
use hartomat_legacy::{LedgerError, LegacyDelivery, LegacyLedger};
use hartomat_schema::{
    LegacyRun, LegacyRunState, LogLevel, LogLine, MediaAsset, MediaAssetId, Side,
};
use hartomat_store::{MediaAssetFilter, StoreError};

use crate::Studio;
use crate::delivery::records_of;
use crate::host::now;

/// The ledger of one run.
pub(crate) struct DbLedger {
    pub(crate) studio: Arc<Studio>,
    pub(crate) observer: Arc<dyn RunObserver>,
}

impl LegacyLedger for DbLedger {
    fn delivered(&self, run: &LegacyRun) -> Result<Vec<MediaAsset>, LedgerError> {
        let filter = MediaAssetFilter {
            run: Some(run.id.clone()),
            ..MediaAssetFilter::default()
        };
        self.studio
            .legacy
            .media_asset_list(&filter)
            .map_err(|err| ledger_error("looking for an earlier delivery", err))
    }

    fn run_started(&self, run: &LegacyRun) -> Result<(), LedgerError> {
        self.studio
            .legacy
            .legacy_run_insert(run)
            .map_err(|err| ledger_error("noting the run", err))
    }

    fn log(&self, run: &LegacyRun, level: LogLevel, text: &str) {
        let text = text
            .chars()
            .filter(|c| !c.is_control())
            .take(8_192)
            .collect();
        let line = LogLine {
            seq: 0,
            at: now(),
            side: Side::Control,
            node: None,
            level,
            text,
        };
        self.observer.log(&line);
        // A log line that can't be written must not stop a delivery.
        let _ = self.studio.legacy.legacy_log_append(&run.id, vec![line]);
    }

    fn deliver(
        &self,
        run: &LegacyRun,
        delivery: &LegacyDelivery,
    ) -> Result<Vec<MediaAssetId>, LedgerError> {
        let folder = delivery.file.parent().unwrap_or(Path::new("."));
        let (assets, notifications) = records_of(&run.id, &delivery.intents, folder);
        let messages = self.studio.messages_of(&run.subject, &notifications);
        let messages = messages.unwrap_or_else(|err| {
            let text = format!("nobody outside of the studio is told: {}", err.message);
            self.log(run, LogLevel::Warning, &text);
            Vec::new()
        });
        let delivered = self
            .studio
            .legacy
            .deliver(&assets, &notifications, &messages)
            .map_err(|err| ledger_error("publishing the output", err))?;
        Ok(delivered
            .media_assets
            .into_iter()
            .map(|(asset, _)| asset.id)
            .collect())
    }

    fn run_finished(
        &self,
        run: &LegacyRun,
        state: LegacyRunState,
        reason: Option<&str>,
    ) -> Result<(), LedgerError> {
        self.studio
            .legacy
            .legacy_run_finish(&run.id, state, reason.map(str::to_owned), now())
            .map(|_| ())
            .map_err(|err| ledger_error("noting how the run ended", err))
    }
}

fn ledger_error(action: &str, err: StoreError) -> LedgerError {
    LedgerError {
        action: action.to_owned(),
        source: Box::new(err),
    }
}
