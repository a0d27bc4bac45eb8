//! Noise floors of output types: the newest of each.

use hartomat_schema::{Calibration, OutputTypeId};
use rusqlite::{OptionalExtension, params};

use super::StudioDb;
use crate::StoreError;
use crate::body::{decode, encode};

impl StudioDb {
    /// Keeps a calibration, in place of the output type's earlier one.
    pub fn calibration_put(&self, calibration: &Calibration) -> Result<(), StoreError> {
        let doing = format!("storing the noise floor of {}", calibration.output_type);
        let body = encode(&doing, calibration)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO calibration (output_type, body) VALUES (?1, ?2)
                       ON CONFLICT (output_type) DO UPDATE SET body = ?2";
            tx.prepare_cached(sql)?
                .execute(params![calibration.output_type.as_str(), body])?;
            Ok(())
        })
    }

    /// An output type's calibration.
    pub fn calibration_get(&self, id: &OutputTypeId) -> Result<Option<Calibration>, StoreError> {
        self.database.read("reading a noise floor", |tx| {
            let sql = "SELECT body FROM calibration WHERE output_type = ?1";
            let text: Option<String> = tx
                .prepare_cached(sql)?
                .query_row([id.as_str()], |row| row.get(0))
                .optional()?;
            Ok(text
                .map(|text| decode("a noise floor", &text))
                .transpose()?)
        })
    }
}
