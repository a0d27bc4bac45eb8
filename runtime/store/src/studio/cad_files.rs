//! CAD files that were sent here: what lies in the artifact store, under the names that people know.

use hartomat_schema::{Digest, StoredFile, Timestamp};
use rusqlite::{Row, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{page, parse, sql_number};
use crate::database::Fault;

impl StudioDb {
    /// Remembers a CAD file; one that was there gets the new name and time. The file itself comes first.
    pub fn cad_file_put(&self, file: &StoredFile, at: Timestamp) -> Result<(), StoreError> {
        let doing = format!("storing CAD file {}", file.digest);
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO cad_file (digest, name, size_bytes, at) VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (digest) DO UPDATE SET name = ?2, size_bytes = ?3, at = ?4";
            tx.prepare_cached(sql)?.execute(params![
                file.digest.to_string(),
                file.name,
                sql_number(file.size_bytes),
                at.0
            ])?;
            Ok(())
        })
    }

    /// A CAD file by digest.
    pub fn cad_file_get(&self, digest: &Digest) -> Result<Option<StoredFile>, StoreError> {
        self.database.read("reading a CAD file", |tx| {
            let sql = "SELECT digest, name, size_bytes FROM cad_file WHERE digest = ?1";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query([digest.to_string()])?;
            rows.next()?.map(stored_file).transpose()
        })
    }

    /// CAD files, the last sent first, at most `limit` (and 1000).
    pub fn cad_file_list(&self, limit: usize) -> Result<Vec<StoredFile>, StoreError> {
        self.database.read("listing CAD files", |tx| {
            let sql = "SELECT digest, name, size_bytes FROM cad_file
                       ORDER BY at DESC, digest LIMIT ?1";
            let mut statement = tx.prepare_cached(sql)?;
            let mut rows = statement.query([page(Some(limit), limit, 1000)])?;
            let mut files = Vec::new();
            while let Some(row) = rows.next()? {
                files.push(stored_file(row)?);
            }
            Ok(files)
        })
    }
}

fn stored_file(row: &Row<'_>) -> Result<StoredFile, Fault> {
    let digest = parse("a CAD file", &row.get::<_, String>(0)?)?;
    let name: String = row.get(1)?;
    Ok(StoredFile::new(digest, row.get(2)?, &name))
}
