//! The outbox: dispatches that wait on this machine until their server can be reached, and are then
//! made once, however often they are sent.

use std::sync::Arc;

use hartomat_api::{ApiError, Backend, DispatchRequest, ErrorKind, FileSource};
use hartomat_schema::{OutboxEntry, RunRecord, StoredFile};

use crate::Studio;
use crate::error::from_store;
use crate::host::now;

/// Gives the runtime of a server.
pub type Connect<'a> = &'a dyn Fn(&str) -> Result<Arc<dyn Backend>, ApiError>;

/// What became of an entry of the outbox.
#[derive(Debug)]
pub struct Sent {
    /// The entry as it was.
    pub entry: OutboxEntry,
    /// The server's run, or why there is none yet.
    pub run: Result<RunRecord, ApiError>,
}

impl Studio {
    /// Puts a dispatch into the outbox, with the files that it needs. It keeps its idempotency key,
    /// so that an answer that was lost on the way makes no second run.
    pub fn outbox_put(
        &self,
        server: &str,
        request: &DispatchRequest,
        summary: &str,
    ) -> Result<OutboxEntry, ApiError> {
        let Some(key) = request.idempotency_key.clone() else {
            let message = "a dispatch without a key can't wait: it might be made twice";
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        };
        let mut request = request.clone();
        let files = match request.subject.file_mut() {
            None => Vec::new(),
            Some(source) => {
                let file = self.keep(source)?;
                *source = FileSource::Stored(file.clone());
                vec![file]
            }
        };
        let request = serde_json::to_value(&request)
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        let entry = OutboxEntry {
            key,
            server: server.to_owned(),
            request,
            summary: summary.to_owned(),
            files,
            created_at: now(),
            attempts: 0,
            last_error: None,
            refused: false,
            run: None,
        };
        self.graph()?
            .db
            .outbox_put(&entry)
            .map_err(|err| from_store(&err))?;
        Ok(entry)
    }

    /// A file as it is now, whatever becomes of the one that was named.
    fn keep(&self, source: &FileSource) -> Result<StoredFile, ApiError> {
        match source {
            FileSource::Path(path) => self.put_file(path.as_ref(), &|_, _| {}),
            FileSource::Stored(file) => Ok(file.clone()),
        }
    }

    /// What is in the outbox, first put first; also what was sent and not yet cleared away.
    pub fn outbox_list(&self) -> Result<Vec<OutboxEntry>, ApiError> {
        self.graph()?
            .db
            .outbox_list()
            .map_err(|err| from_store(&err))
    }

    /// Takes a dispatch out; whether it was there.
    pub fn outbox_discard(&self, key: &str) -> Result<bool, ApiError> {
        self.graph()?
            .db
            .outbox_remove(key)
            .map_err(|err| from_store(&err))
    }

    /// Sends what waits for this server, or for any, and says what became of each. A server that
    /// can't be reached is asked once; what a server has refused is sent again only when it is named.
    pub fn outbox_send(
        &self,
        server: Option<&str>,
        connect: Connect<'_>,
    ) -> Result<Vec<Sent>, ApiError> {
        let mut sent: Vec<Sent> = Vec::new();
        for entry in self.outbox_list()? {
            let is_meant = server.is_none_or(|server| server == entry.server);
            let is_down = sent.iter().any(|other| {
                let kind = other.run.as_ref().map_err(|err| err.kind);
                other.entry.server == entry.server && matches!(kind, Err(ErrorKind::Unreachable))
            });
            let is_settled = entry.run.is_some() || (entry.refused && server.is_none());
            if is_settled || !is_meant || is_down {
                continue;
            }
            let run = self.send(&entry, connect);
            self.note_sent(&entry, &run)?;
            sent.push(Sent { entry, run });
        }
        Ok(sent)
    }

    fn send(&self, entry: &OutboxEntry, connect: Connect<'_>) -> Result<RunRecord, ApiError> {
        let request: DispatchRequest = serde_json::from_value(entry.request.clone())
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        let backend = connect(&entry.server)?;
        for file in &entry.files {
            backend.file_put(&self.stored_path(file)?, &|_, _| {})?;
        }
        backend.dispatch(&request)
    }

    fn note_sent(
        &self,
        entry: &OutboxEntry,
        run: &Result<RunRecord, ApiError>,
    ) -> Result<(), ApiError> {
        let db = &self.graph()?.db;
        let noted = match run {
            Ok(record) => db.outbox_sent(&entry.key, &record.id),
            Err(err) => {
                let is_passing = matches!(
                    err.kind,
                    ErrorKind::Unreachable | ErrorKind::Busy | ErrorKind::Internal
                );
                db.outbox_failed(&entry.key, &err.message, !is_passing)
            }
        };
        noted.map_err(|err| from_store(&err))
    }
}
