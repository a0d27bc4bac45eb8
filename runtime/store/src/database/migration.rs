//! Schema versions: a fresh schema, and the ordered steps that lead an old file to the same one.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::Fault;
use super::connection::header_number;

/// What a database file holds. The version is the number of migrations.
pub(crate) struct Schema {
    /// Name for messages.
    pub(crate) name: &'static str,
    /// Marks the file as ours, in SQLite's header.
    pub(crate) application_id: i32,
    /// The whole schema at its latest version.
    pub(crate) fresh: &'static str,
    /// `migrations[n]` leads from version n to n + 1.
    pub(crate) migrations: &'static [&'static str],
}

/// What a file says about itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing at all.
    Empty,
    /// One of ours.
    Ours {
        /// Schema version.
        version: u32,
    },
    /// A database of another program.
    Foreign,
    /// One of ours whose header doesn't fit its contents.
    Contradictory {
        /// What doesn't fit.
        found: String,
    },
}

/// Version and name are kept twice, in the header and in this table, so that damage to one shows.
const IDENTITY: &str = "CREATE TABLE identity (
  name TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

impl Schema {
    pub(super) fn version(&self) -> u32 {
        u32::try_from(self.migrations.len()).expect("there are few migrations")
    }

    pub(super) fn content(&self, connection: &Connection) -> Result<Content, Fault> {
        let application = header_number(connection, "application_id")?;
        let version = header_number(connection, "user_version")?;
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 && application == 0 && version == 0 {
            return Ok(Content::Empty);
        }
        let named: Option<i64> = if has_table(connection, "identity")? {
            let sql = "SELECT version FROM identity WHERE name = ?1";
            connection
                .query_row(sql, [self.name], |row| row.get(0))
                .optional()?
        } else {
            None
        };
        let marked = application == i64::from(self.application_id);
        Ok(match named {
            Some(named) if marked && named == version && version >= 1 => Content::Ours {
                version: u32::try_from(version).unwrap_or(u32::MAX),
            },
            None if !marked => Content::Foreign,
            _ => Content::Contradictory {
                found: format!(
                    "the header says application {application:#x} version {version}, \
                     the contents say version {named:?}"
                ),
            },
        })
    }

    /// Gives an empty file the latest schema.
    pub(super) fn create(&self, connection: &mut Connection) -> Result<(), Fault> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(IDENTITY)?;
        tx.execute("INSERT INTO identity VALUES (?1, 0)", [self.name])?;
        tx.execute_batch(self.fresh)?;
        self.stamp(&tx, self.version())?;
        Ok(tx.commit()?)
    }

    /// Leads a file from an older version to the latest, all or nothing.
    pub(super) fn migrate(&self, connection: &mut Connection, from: u32) -> Result<(), Fault> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for step in self.migrations.iter().skip(from as usize) {
            tx.execute_batch(step)?;
        }
        self.stamp(&tx, self.version())?;
        Ok(tx.commit()?)
    }

    fn stamp(&self, connection: &Connection, version: u32) -> Result<(), Fault> {
        connection.pragma_update(None, "application_id", self.application_id)?;
        connection.pragma_update(None, "user_version", version)?;
        let sql = "UPDATE identity SET version = ?2 WHERE name = ?1";
        connection.execute(sql, (self.name, version))?;
        Ok(())
    }
}

fn has_table(connection: &Connection, name: &str) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    connection.query_row(sql, [name], |row| {
        row.get::<_, i64>(0).map(|count| count > 0)
    })
}
