//! A connection as we want it: durable commits, patient locks, and no trust in the file's contents.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::Fault;

/// SQLite's own waiting per try; [`super::patiently`] adds to it.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// What a write-ahead log is cut down to once it has been carried over, in bytes.
const JOURNAL_SIZE_LIMIT: i64 = 64 << 20;

/// Without URI names: a path that begins with `file:` is a path. Each connection has one user at a time.
const FLAGS: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE
    .union(OpenFlags::SQLITE_OPEN_CREATE)
    .union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens for reading and writing.
pub(super) fn connect(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, FLAGS)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_LIMIT)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Opens for reading. Not read-only to the file system: readers of a write-ahead log take locks too.
pub(super) fn connect_reader(path: &Path) -> Result<Connection, Fault> {
    let connection = connect(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// Opens to look at a file that may be damaged; closing it leaves file and write-ahead log as they are.
pub(crate) fn connect_to_inspect(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, FLAGS)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    Ok(connection)
}

/// Opens to fill or mend a file that nobody else has open. References are checked when it is in use.
pub(super) fn connect_to_build(path: &Path) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(path, FLAGS)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// A number in the file's header, such as `user_version`.
pub(super) fn header_number(connection: &Connection, name: &str) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}

/// What `integrity_check` or `quick_check` complains about.
pub(super) fn complaints(connection: &Connection, check: &str) -> Result<Vec<String>, Fault> {
    let mut statement = connection.prepare(&format!("PRAGMA {check}"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for row in rows {
        let line = row?;
        if line != "ok" {
            found.push(line);
        }
    }
    Ok(found)
}
