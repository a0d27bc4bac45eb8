//! Products, output types and order lines: put, get, list.

use hartomat_schema::{OrderLine, OrderLineId, OutputType, OutputTypeId, Product, ProductId};
use rusqlite::{OptionalExtension, params};
use serde::de::DeserializeOwned;

use super::LegacyDb;
use crate::StoreError;
use crate::body::{decode, encode};

impl LegacyDb {
    /// Stores a product, in place of the one with this id.
    pub fn product_put(&self, product: &Product) -> Result<(), StoreError> {
        let doing = format!("storing product {}", product.id);
        let body = encode(&doing, product)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO product (id, body) VALUES (?1, ?2)
                       ON CONFLICT (id) DO UPDATE SET body = ?2";
            tx.prepare_cached(sql)?
                .execute(params![product.id.as_str(), body])?;
            Ok(())
        })
    }

    /// A product by id.
    pub fn product_get(&self, id: &ProductId) -> Result<Option<Product>, StoreError> {
        self.record_get("SELECT body FROM product WHERE id = ?1", id.as_str())
    }

    /// All products in the order of their ids.
    pub fn product_list(&self) -> Result<Vec<Product>, StoreError> {
        self.record_list("SELECT body FROM product ORDER BY id")
    }

    /// Stores an output type, in place of the one with this id.
    pub fn output_type_put(&self, output_type: &OutputType) -> Result<(), StoreError> {
        let doing = format!("storing output type {}", output_type.id);
        let body = encode(&doing, output_type)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO output_type (id, body) VALUES (?1, ?2)
                       ON CONFLICT (id) DO UPDATE SET body = ?2";
            tx.prepare_cached(sql)?
                .execute(params![output_type.id.as_str(), body])?;
            Ok(())
        })
    }

    /// An output type by id.
    pub fn output_type_get(&self, id: &OutputTypeId) -> Result<Option<OutputType>, StoreError> {
        self.record_get("SELECT body FROM output_type WHERE id = ?1", id.as_str())
    }

    /// All output types in the order of their ids.
    pub fn output_type_list(&self) -> Result<Vec<OutputType>, StoreError> {
        self.record_list("SELECT body FROM output_type ORDER BY id")
    }

    /// Stores an order line, in place of the one with this id. Its product and output type come first.
    pub fn order_line_put(&self, line: &OrderLine) -> Result<(), StoreError> {
        let doing = format!("storing order line {}", line.id);
        let body = encode(&doing, line)?;
        self.database.write(&doing, |tx| {
            let sql = "INSERT INTO order_line (id, product, output_type, body)
                       VALUES (?1, ?2, ?3, ?4)
                       ON CONFLICT (id) DO UPDATE SET product = ?2, output_type = ?3, body = ?4";
            tx.prepare_cached(sql)?.execute(params![
                line.id.as_str(),
                line.product.as_str(),
                line.output_type.as_str(),
                body
            ])?;
            Ok(())
        })
    }

    /// An order line by id.
    pub fn order_line_get(&self, id: &OrderLineId) -> Result<Option<OrderLine>, StoreError> {
        self.record_get("SELECT body FROM order_line WHERE id = ?1", id.as_str())
    }

    /// All order lines in the order of their ids.
    pub fn order_line_list(&self) -> Result<Vec<OrderLine>, StoreError> {
        self.record_list("SELECT body FROM order_line ORDER BY id")
    }

    fn record_get<T: DeserializeOwned>(
        &self,
        sql: &str,
        id: &str,
    ) -> Result<Option<T>, StoreError> {
        self.database.read(&format!("reading {id}"), |tx| {
            let text: Option<String> = tx
                .prepare_cached(sql)?
                .query_row([id], |row| row.get(0))
                .optional()?;
            Ok(text.map(|text| decode(id, &text)).transpose()?)
        })
    }

    fn record_list<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, StoreError> {
        self.database.read("listing records", |tx| {
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a record", &row?)?)).collect()
        })
    }
}
