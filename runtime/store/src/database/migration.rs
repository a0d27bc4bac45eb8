//! Schema versions: a fresh schema, and the ordered steps that lead an old file to the same one.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::connection::header_number;
use super::{Fault, SalvagedTable};

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
    /// The columns whose text has a meaning, to tell damage from contents.
    pub(crate) documents: &'static [Document],
    /// Rows that contradict each other.
    pub(crate) contradictions: fn(&Connection) -> Result<Vec<String>, Fault>,
    /// Makes what could be salvaged consistent, and says what was done. It is told what came of each table.
    pub(crate) repair: Repair,
}

/// See [`Schema::repair`].
type Repair = fn(&Transaction<'_>, &[SalvagedTable]) -> Result<Vec<String>, Fault>;

/// A column whose text has a meaning.
pub(crate) struct Document {
    /// Its table.
    pub(crate) table: &'static str,
    /// The column.
    pub(crate) column: &'static str,
    /// Whether a text can be read as what the column holds.
    pub(crate) readable: fn(&str) -> bool,
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
        let named = self.named_version(connection)?;
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

    /// The version of a damaged file: what the contents say, else the header.
    pub(super) fn likely_version(&self, damaged: &Connection) -> Option<u32> {
        let named = self.named_version(damaged).ok().flatten();
        let header = header_number(damaged, "user_version").ok();
        [named, header]
            .into_iter()
            .flatten()
            .filter_map(|version| u32::try_from(version).ok())
            .find(|version| (1..=self.version()).contains(version))
    }

    fn named_version(&self, connection: &Connection) -> Result<Option<i64>, rusqlite::Error> {
        if !has_table(connection, "identity")? {
            return Ok(None);
        }
        let sql = "SELECT version FROM identity WHERE name = ?1";
        connection
            .query_row(sql, [self.name], |row| row.get(0))
            .optional()
    }

    /// Gives an empty file the schema of this version.
    pub(super) fn create_at(&self, tx: &Transaction<'_>, version: u32) -> Result<(), Fault> {
        tx.execute_batch(IDENTITY)?;
        tx.execute("INSERT INTO identity VALUES (?1, 0)", [self.name])?;
        if version == self.version() {
            tx.execute_batch(self.fresh)?;
        } else {
            for step in self.migrations.iter().take(version as usize) {
                tx.execute_batch(step)?;
            }
        }
        self.stamp(tx, version)
    }

    /// Gives an empty file the latest schema.
    pub(super) fn create(&self, connection: &mut Connection) -> Result<(), Fault> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        self.create_at(&tx, self.version())?;
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

pub(crate) fn has_table(connection: &Connection, name: &str) -> Result<bool, rusqlite::Error> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    connection.query_row(sql, [name], |row| {
        row.get::<_, i64>(0).map(|count| count > 0)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{OpenOptions, OpenReport, open};
    use super::*;
    use crate::StoreError;

    const FIRST: &str = "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY) STRICT;";
    const SECOND: &str =
        "ALTER TABLE thing ADD COLUMN size INTEGER; CREATE INDEX by_size ON thing (size);";

    const OLD: Schema = Schema {
        name: "test",
        application_id: 7,
        fresh: FIRST,
        migrations: &[FIRST],
        documents: &[],
        contradictions: |_connection| Ok(Vec::new()),
        repair: |_, _| Ok(Vec::new()),
    };
    const NEW: Schema = Schema {
        fresh: "CREATE TABLE thing (id TEXT NOT NULL PRIMARY KEY, size INTEGER) STRICT;
                CREATE INDEX by_size ON thing (size);",
        migrations: &[FIRST, SECOND],
        ..OLD
    };

    /// Tables, columns and indices, without their spelling, and triggers with theirs.
    fn shape(connection: &Connection) -> Vec<String> {
        let sql = "SELECT sqlite_schema.type, sqlite_schema.name, column.name, column.type, \"notnull\", pk
                   FROM sqlite_schema, pragma_table_xinfo(sqlite_schema.name) AS column
                   UNION ALL
                   SELECT 'index', sqlite_schema.name, column.name, tbl_name, column.seqno, 0
                   FROM sqlite_schema, pragma_index_xinfo(sqlite_schema.name) AS column
                   WHERE column.name IS NOT NULL
                   UNION ALL
                   SELECT type, name, sql, tbl_name, 0, 0 FROM sqlite_schema WHERE type = 'trigger'
                   ORDER BY 1, 2, 3";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let texts: Vec<String> = (0..4).map(|at| row.get(at)).collect::<Result<_, _>>()?;
            let numbers: [i64; 2] = [row.get(4)?, row.get(5)?];
            Ok(format!("{texts:?} {numbers:?}"))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn fresh_and_migrated(schema: &Schema) -> [Vec<String>; 2] {
        let (fresh, migrated) = (in_memory(), in_memory());
        fresh.execute_batch(schema.fresh).unwrap();
        for step in schema.migrations {
            migrated.execute_batch(step).unwrap();
        }
        [shape(&fresh), shape(&migrated)]
    }

    fn in_memory() -> Connection {
        Connection::open_in_memory().unwrap()
    }

    fn opened(path: &Path, schema: &Schema) -> Result<OpenReport, StoreError> {
        open(path, schema, &OpenOptions::default()).map(|(_, report)| report)
    }

    #[test]
    fn a_fresh_schema_equals_all_migrations() {
        let ours = [
            &crate::studio::SCHEMA,
            &crate::legacy::SCHEMA,
            &crate::access::SCHEMA,
        ];
        for schema in ours.into_iter().chain([&NEW]) {
            let [fresh, migrated] = fresh_and_migrated(schema);
            assert!(!fresh.is_empty());
            assert_eq!(fresh, migrated, "{}", schema.name);
        }
        let forgotten = Schema {
            migrations: &[FIRST],
            ..NEW
        };
        let [fresh, migrated] = fresh_and_migrated(&forgotten);
        assert_ne!(fresh, migrated, "a forgotten migration must show");
    }

    #[test]
    fn an_old_file_is_copied_and_migrated_and_a_newer_one_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        assert!(opened(&path, &OLD).unwrap().created);
        let raw = Connection::open(&path).unwrap();
        raw.execute("INSERT INTO thing VALUES ('kept')", [])
            .unwrap();
        raw.close().unwrap();
        let report = opened(&path, &NEW).unwrap();
        assert_eq!(report.migrated_from, Some(1));
        let count = "SELECT count(*) FROM thing WHERE id = 'kept'";
        let raw = Connection::open(&path).unwrap();
        assert_eq!(raw.query_row(count, [], |row| row.get::<_, i64>(0)), Ok(1));
        assert_eq!(OLD.content(&raw).ok(), Some(Content::Ours { version: 2 }));
        raw.close().unwrap();
        let backup = Connection::open(report.backup.unwrap()).unwrap();
        assert_eq!(
            OLD.content(&backup).ok(),
            Some(Content::Ours { version: 1 })
        );
        assert_eq!(
            backup.query_row(count, [], |row| row.get::<_, i64>(0)),
            Ok(1)
        );
        let refused = opened(&path, &OLD);
        assert!(
            matches!(
                refused,
                Err(StoreError::NewerSchema {
                    found: 2,
                    known: 1,
                    ..
                })
            ),
            "{refused:?}"
        );
        assert_eq!(opened(&path, &NEW).unwrap(), OpenReport::default());
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        opened(&path, &OLD).unwrap();
        let broken = Schema {
            migrations: &[FIRST, "CREATE TABLE other (id TEXT) STRICT; nonsense"],
            ..NEW
        };
        assert!(matches!(
            opened(&path, &broken),
            Err(StoreError::Database { .. })
        ));
        assert_eq!(opened(&path, &OLD).unwrap(), OpenReport::default());
    }

    #[test]
    fn an_old_damaged_file_is_salvaged_before_it_is_migrated() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        opened(&path, &OLD).unwrap();
        let raw = Connection::open(&path).unwrap();
        raw.execute("INSERT INTO thing VALUES ('kept')", [])
            .unwrap();
        raw.pragma_update(None, "user_version", 9).unwrap();
        raw.close().unwrap();
        let report = opened(&path, &NEW).unwrap();
        assert!(report.recovery.is_some());
        let raw = Connection::open(&path).unwrap();
        let count = "SELECT count(*) FROM thing WHERE id = 'kept'";
        assert_eq!(raw.query_row(count, [], |row| row.get::<_, i64>(0)), Ok(1));
        assert_eq!(NEW.content(&raw).ok(), Some(Content::Ours { version: 2 }));
    }

    #[test]
    fn a_file_that_is_gone_comes_back_from_a_backup_of_an_older_version() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        let (database, _) = open(&path, &OLD, &OpenOptions::default()).unwrap();
        database
            .write("filling", |tx| {
                Ok(tx.execute("INSERT INTO thing VALUES ('kept')", [])?)
            })
            .unwrap();
        database.backup().unwrap();
        drop(database);
        std::fs::remove_file(&path).unwrap();
        let repaired = Schema {
            repair: |_, salvaged| Ok(vec![format!("{} tables", salvaged.len())]),
            ..NEW
        };
        let report = opened(&path, &repaired).unwrap();
        assert_eq!(report.migrated_from, Some(1));
        let recovery = report.recovery.unwrap();
        assert!(recovery.restored_from.is_some());
        assert_eq!(recovery.notes, ["1 tables"], "repaired in the new version");
        let raw = Connection::open(&path).unwrap();
        let count = "SELECT count(*) FROM thing WHERE id = 'kept'";
        assert_eq!(raw.query_row(count, [], |row| row.get::<_, i64>(0)), Ok(1));
    }

    #[test]
    fn another_programs_database_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("test.db");
        let raw = Connection::open(&path).unwrap();
        raw.execute_batch("CREATE TABLE theirs (id TEXT)").unwrap();
        raw.close().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let refused = opened(&path, &OLD);
        assert!(
            matches!(refused, Err(StoreError::Refused { .. })),
            "{refused:?}"
        );
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}
