//! Tokens and the audit list lay in `studio.db` up to its version 2.

use std::path::Path;

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::AccessDb;
use crate::StoreError;
use crate::database::{Fault, connect_to_inspect, has_table, patiently};

/// The tables with their columns.
const TABLES: [(&str, &str); 2] = [
    ("audit", "seq, at, actor, action, target, outcome"),
    (
        "api_token",
        "id, name, hash, scopes, created_at, last_used_at, revoked_at",
    ),
];

impl AccessDb {
    /// Takes over what a `studio.db` of version 2 holds, as often as it is called; later versions hold
    /// nothing. To be called before that file is opened, which brings it to the latest version.
    pub fn take_over(&self, studio: &Path) -> Result<(), StoreError> {
        if !studio.exists() {
            return Ok(());
        }
        for (table, columns) in TABLES {
            let doing = format!("taking over {table} from {}", studio.display());
            let rows = patiently(&doing, studio, || read(studio, table, columns))?;
            if rows.is_empty() {
                continue;
            }
            let places = vec!["?"; columns.split(',').count()].join(", ");
            let sql = format!("INSERT OR IGNORE INTO {table} ({columns}) VALUES ({places})");
            self.database.write(&doing, |tx| {
                let mut insert = tx.prepare(&sql)?;
                for row in &rows {
                    insert.execute(params_from_iter(row))?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

fn read(studio: &Path, table: &str, columns: &str) -> Result<Vec<Vec<Value>>, Fault> {
    let connection = connect_to_inspect(studio)?;
    if !has_table(&connection, table)? {
        return Ok(Vec::new());
    }
    let mut statement = connection.prepare(&format!("SELECT {columns} FROM {table}"))?;
    let count = statement.column_count();
    let rows = statement.query_map([], |row| (0..count).map(|at| row.get(at)).collect())?;
    Ok(rows.collect::<Result<_, _>>()?)
}
