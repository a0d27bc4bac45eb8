//! Which artifacts the database speaks of. Whatever is spelled like a digest counts, in every column whose
//! text has a meaning, so that no new kind of record can be forgotten.

use std::collections::BTreeSet;

use hartomat_schema::Digest;

use super::{SCHEMA, StudioDb};
use crate::StoreError;

impl StudioDb {
    /// Every digest that the database speaks of anywhere. Reads all of it.
    pub fn digests_in_use(&self) -> Result<BTreeSet<Digest>, StoreError> {
        self.database.digests(SCHEMA.documents)
    }
}
