//! `access.db`: who may ask a server for what, and who asked for what.
//!
//! Nothing in here reads or waits for `studio.db`: people are known, and what they ask for is noted,
//! while that file is damaged.

mod audit;
mod former;
mod tokens;

use std::collections::BTreeSet;
use std::path::Path;

use hartomat_schema::{Digest, Scope, TokenId};

use crate::body::{any_text, document, spelled};
use crate::database::{self, Database, Schema};
use crate::{OpenOptions, OpenReport, StoreError};

pub(crate) const SCHEMA: Schema = Schema {
    name: "hartomat access",
    application_id: 0x4861_4163,
    fresh: include_str!("sql/access.sql"),
    migrations: &[include_str!("sql/access-0001.sql")],
    documents: &[
        any_text("audit", "actor"),
        any_text("audit", "action"),
        any_text("audit", "target"),
        spelled::<TokenId>("api_token", "id"),
        any_text("api_token", "name"),
        spelled::<Digest>("api_token", "hash"),
        document::<BTreeSet<Scope>>("api_token", "scopes"),
    ],
    contradictions: |_connection| Ok(Vec::new()),
    repair: |_, _| Ok(Vec::new()),
};

/// The database of tokens and the audit list. Any number of threads and processes may use one file.
pub struct AccessDb {
    database: Database,
}

impl AccessDb {
    /// Opens or makes the file. Damage is repaired as far as it goes, and told in the report.
    pub fn open(
        path: impl AsRef<Path>,
        options: &OpenOptions,
    ) -> Result<(Self, OpenReport), StoreError> {
        let (database, report) = database::open(path.as_ref(), &SCHEMA, options)?;
        Ok((Self { database }, report))
    }

    /// Every defect that a thorough look finds; empty when all is well.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.database.check()
    }
}
