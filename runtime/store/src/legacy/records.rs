//! Products, output types and order lines: put, get, list.

use hartomat_schema::{
    OrderId, OrderLine, OrderLineId, OutputType, OutputTypeId, Product, ProductId,
};
use rusqlite::{OptionalExtension, Transaction, params};
use serde::de::DeserializeOwned;

use super::LegacyDb;
use crate::StoreError;
use crate::body::{decode, encode};
use crate::database::Fault;

impl LegacyDb {
    /// Stores a product, in place of the one with this id.
    pub fn product_put(&self, product: &Product) -> Result<(), StoreError> {
        let doing = format!("storing product {}", product.id);
        self.database.write(&doing, |tx| product_into(tx, product))
    }

    /// A product by id.
    pub fn product_get(&self, id: &ProductId) -> Result<Option<Product>, StoreError> {
        self.record_get("SELECT body FROM product WHERE id = ?1", id.as_str())
    }

    /// All products in the order of their ids.
    pub fn product_list(&self) -> Result<Vec<Product>, StoreError> {
        self.record_list("SELECT body FROM product ORDER BY id")
    }

    /// Stores an output type, in place of the one with this id. The mode that an earlier one is allowed
    /// stays: it changes by decisions alone. One of samples and golden cases, which are allowed every
    /// mode, never becomes one of the others.
    pub fn output_type_put(&self, output_type: &OutputType) -> Result<OutputType, StoreError> {
        let doing = format!("storing output type {}", output_type.id);
        self.database.write(&doing, |tx| {
            let mut output_type = output_type.clone();
            if let Some(earlier) = output_type_in(tx, &output_type.id)? {
                if earlier.internal && !output_type.internal {
                    let what = format!("output type {}", output_type.id);
                    let why = "it is for samples and golden cases alone; choose another id";
                    return Err(StoreError::refused(what, why).into());
                }
                output_type.rollout = earlier.rollout;
            }
            let body = encode(&doing, &output_type)?;
            let sql = "INSERT INTO output_type (id, body) VALUES (?1, ?2)
                       ON CONFLICT (id) DO UPDATE SET body = ?2";
            tx.prepare_cached(sql)?
                .execute(params![output_type.id.as_str(), body])?;
            Ok(output_type)
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
        self.database.write(&doing, |tx| order_line_into(tx, line))
    }

    /// An order line by id.
    pub fn order_line_get(&self, id: &OrderLineId) -> Result<Option<OrderLine>, StoreError> {
        self.record_get("SELECT body FROM order_line WHERE id = ?1", id.as_str())
    }

    /// All order lines in the order of their ids.
    pub fn order_line_list(&self) -> Result<Vec<OrderLine>, StoreError> {
        self.record_list("SELECT body FROM order_line ORDER BY id")
    }

    pub(super) fn record_get<T: DeserializeOwned>(
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

    pub(super) fn record_list<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, StoreError> {
        self.database.read("listing records", |tx| {
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a record", &row?)?)).collect()
        })
    }
}

/// An output type by id.
pub(super) fn output_type_in(
    tx: &Transaction<'_>,
    id: &OutputTypeId,
) -> Result<Option<OutputType>, Fault> {
    let text: Option<String> = tx
        .prepare_cached("SELECT body FROM output_type WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(text
        .map(|text| decode("an output type", &text))
        .transpose()?)
}

pub(super) fn product_into(tx: &Transaction<'_>, product: &Product) -> Result<(), Fault> {
    let sql = "INSERT INTO product (id, body) VALUES (?1, ?2)
               ON CONFLICT (id) DO UPDATE SET body = ?2";
    let body = encode("a product", product)?;
    tx.prepare_cached(sql)?
        .execute(params![product.id.as_str(), body])?;
    Ok(())
}

pub(super) fn order_line_into(tx: &Transaction<'_>, line: &OrderLine) -> Result<(), Fault> {
    let sql = "INSERT INTO order_line (id, product, output_type, studio_order, body)
               VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (id) DO UPDATE
               SET product = ?2, output_type = ?3, studio_order = ?4, body = ?5";
    tx.prepare_cached(sql)?.execute(params![
        line.id.as_str(),
        line.product.as_str(),
        line.output_type.as_str(),
        line.order.as_ref().map(OrderId::as_str),
        encode("an order line", line)?
    ])?;
    Ok(())
}
