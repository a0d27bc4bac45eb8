//! Takes over whatever can be read of a damaged database, row by row.
//!
//! A row counts only when its document can be read as what it should be. A table that breaks off is
//! read from its other end as well.

use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params_from_iter};

use super::migration::{Document, has_table};
use super::{Fault, SalvagedTable, Schema};

/// A table as it is to be filled.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

/// What reading a table once came to.
#[derive(Default)]
struct Pass {
    rows: u64,
    /// Rows that are there but can't be read or taken.
    refused: u64,
    /// The table could not be read to its end.
    broke_off: bool,
}

/// Copies every readable row of `source` that `target` hasn't got yet.
pub(super) fn take_over(
    source: &Connection,
    target: &Transaction<'_>,
    schema: &Schema,
) -> Result<Vec<SalvagedTable>, Fault> {
    let tables = tables(target)?;
    tables
        .iter()
        .map(|table| salvage(source, target, schema, table))
        .collect()
}

/// Fills tables that could not be read to their end with rows of a sound backup.
pub(super) fn fill_gaps(
    backup: &Connection,
    target: &Transaction<'_>,
    schema: &Schema,
    salvaged: &mut [SalvagedTable],
) -> Result<(), Fault> {
    for table in tables(target)? {
        if let Some(entry) = salvaged
            .iter_mut()
            .find(|entry| entry.table == table.name && !entry.complete)
        {
            entry.restored = copy(backup, target, schema, &table, "ASC")?.rows;
        }
    }
    Ok(())
}

/// Documents that can't be read as what they should be, table by table. A file of an older version
/// may lack tables.
pub(super) fn unreadable(
    connection: &Connection,
    schema: &Schema,
    version: u32,
) -> Result<Vec<String>, Fault> {
    let mut found = Vec::new();
    for document in schema.documents {
        let Document { table, column, .. } = document;
        if version < schema.version() && !has_table(connection, table)? {
            continue;
        }
        let mut statement = connection.prepare(&format!("SELECT {column} FROM {table}"))?;
        let mut rows = statement.query([])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            let readable = row.get_ref(0)?.as_str().is_ok_and(document.readable);
            count += u64::from(!readable);
        }
        if count > 0 {
            found.push(format!("{count} rows of {table} can't be read"));
        }
    }
    Ok(found)
}

fn salvage(
    source: &Connection,
    target: &Transaction<'_>,
    schema: &Schema,
    table: &Table,
) -> Result<SalvagedTable, Fault> {
    let forward = copy(source, target, schema, table, "ASC")?;
    let mut rows = forward.rows;
    if forward.broke_off {
        rows += copy(source, target, schema, table, "DESC")?.rows;
    }
    Ok(SalvagedTable {
        table: table.name.clone(),
        rows,
        complete: !forward.broke_off && forward.refused == 0,
        restored: 0,
    })
}

fn copy(
    source: &Connection,
    target: &Transaction<'_>,
    schema: &Schema,
    table: &Table,
    order: &str,
) -> Result<Pass, Fault> {
    let mut pass = Pass::default();
    let mut insert = target.prepare(&table.insert())?;
    let documents: Vec<_> = schema
        .documents
        .iter()
        .filter(|document| document.table == table.name)
        .collect();
    let Ok(mut statement) = source.prepare(&table.select(order)) else {
        pass.broke_off = true;
        return Ok(pass);
    };
    let Ok(mut rows) = statement.query([]) else {
        pass.broke_off = true;
        return Ok(pass);
    };
    loop {
        match rows.next() {
            Ok(Some(row)) => match table.values(row, &documents) {
                Some(values) => match insert.execute(params_from_iter(values)) {
                    Ok(inserted) => pass.rows += inserted as u64,
                    Err(err) if is_constraint(&err) => pass.refused += 1,
                    Err(err) => return Err(err.into()),
                },
                None => pass.refused += 1,
            },
            Ok(None) => return Ok(pass),
            Err(_unreadable) => {
                pass.broke_off = true;
                return Ok(pass);
            }
        }
    }
}

/// The tables to fill, but for the one that names schema and version.
fn tables(connection: &Connection) -> Result<Vec<Table>, Fault> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'identity' ORDER BY rowid";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get::<_, String>(0))?;
    names.map(|name| table(connection, name?)).collect()
}

fn table(connection: &Connection, name: String) -> Result<Table, Fault> {
    let mut table = Table {
        name,
        columns: Vec::new(),
        key: Vec::new(),
    };
    let mut statement =
        connection.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
    let mut rows = statement.query([&table.name])?;
    while let Some(row) = rows.next()? {
        let column: String = row.get(0)?;
        if row.get::<_, i64>(1)? > 0 {
            table.key.push(column.clone());
        }
        table.columns.push(column);
    }
    Ok(table)
}

impl Table {
    fn select(&self, order: &str) -> String {
        let key: Vec<_> = self
            .key
            .iter()
            .map(|column| format!("{column} {order}"))
            .collect();
        let (columns, key) = (self.columns.join(", "), key.join(", "));
        format!("SELECT {columns} FROM {} ORDER BY {key}", self.name)
    }

    fn insert(&self) -> String {
        let places = vec!["?"; self.columns.len()].join(", ");
        let columns = self.columns.join(", ");
        format!(
            "INSERT OR IGNORE INTO {} ({columns}) VALUES ({places})",
            self.name
        )
    }

    /// A row's values, unless a text isn't one or a document says nothing.
    fn values(&self, row: &rusqlite::Row<'_>, documents: &[&Document]) -> Option<Vec<Value>> {
        let values: Vec<Value> = (0..self.columns.len())
            .map(|index| row.get(index).ok())
            .collect::<Option<_>>()?;
        let readable = documents.iter().all(|document| {
            let index = self.columns.iter().position(|name| name == document.column);
            matches!(index.map(|index| &values[index]), Some(Value::Text(text)) if (document.readable)(text))
        });
        readable.then_some(values)
    }
}

fn is_constraint(err: &rusqlite::Error) -> bool {
    err.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}
