//! Which artifacts the database speaks of. Whatever is spelled like a digest counts, so that no new kind
//! of record can be forgotten.

use std::collections::BTreeSet;

use hartomat_schema::Digest;

use super::StudioDb;
use crate::StoreError;

impl StudioDb {
    /// Every digest in any record, frozen run, event, cache entry, workflow, CAD file and outbox entry.
    /// Reads all of the database.
    pub fn digests_in_use(&self) -> Result<BTreeSet<Digest>, StoreError> {
        self.database.digests(&[
            ("run", "record"),
            ("frozen_run", "body"),
            ("run_event", "body"),
            ("cache_entry", "body"),
            ("workflow", "body"),
            ("cad_file", "digest"),
            ("outbox", "body"),
        ])
    }
}
