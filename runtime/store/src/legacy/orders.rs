//! Orders with their lines, and whole imports of them.

use hartomat_schema::{Order, OrderId, OrderLine, Product};
use rusqlite::{Transaction, params};

use super::LegacyDb;
use super::records::{order_line_into, product_into};
use crate::StoreError;
use crate::body::{decode, encode, page};
use crate::database::Fault;

impl LegacyDb {
    /// Stores an order, in place of the one with this id.
    pub fn order_put(&self, order: &Order) -> Result<(), StoreError> {
        let doing = format!("storing order {}", order.id);
        self.database.write(&doing, |tx| order_into(tx, order))
    }

    /// An order by id.
    pub fn order_get(&self, id: &OrderId) -> Result<Option<Order>, StoreError> {
        self.record_get("SELECT body FROM studio_order WHERE id = ?1", id.as_str())
    }

    /// All orders in the order of their ids.
    pub fn order_list(&self) -> Result<Vec<Order>, StoreError> {
        self.record_list("SELECT body FROM studio_order ORDER BY id")
    }

    /// Lines of an order in the order of their ids, at most `limit` (and 10 000).
    pub fn order_lines_of(
        &self,
        order: &OrderId,
        limit: usize,
    ) -> Result<Vec<OrderLine>, StoreError> {
        self.database.read("listing an order's lines", |tx| {
            let sql = "SELECT body FROM order_line WHERE studio_order = ?1 ORDER BY id LIMIT ?2";
            let mut statement = tx.prepare_cached(sql)?;
            let values = params![order.as_str(), page(Some(limit), limit, 10_000)];
            let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("an order line", &row?)?))
                .collect()
        })
    }

    /// How many order lines ask for an output type.
    pub fn order_lines_of_output_type(&self, output_type: &str) -> Result<u64, StoreError> {
        self.database.read("counting order lines", |tx| {
            let sql = "SELECT count(*) FROM order_line WHERE output_type = ?1";
            Ok(tx
                .prepare_cached(sql)?
                .query_row([output_type], |row| row.get(0))?)
        })
    }

    /// Stores products, orders and lines, all or none of them.
    pub fn import(
        &self,
        products: &[Product],
        orders: &[Order],
        lines: &[OrderLine],
    ) -> Result<(), StoreError> {
        self.database.write("importing", |tx| {
            products
                .iter()
                .try_for_each(|product| product_into(tx, product))?;
            orders.iter().try_for_each(|order| order_into(tx, order))?;
            lines.iter().try_for_each(|line| order_line_into(tx, line))
        })
    }
}

fn order_into(tx: &Transaction<'_>, order: &Order) -> Result<(), Fault> {
    let sql = "INSERT INTO studio_order (id, body) VALUES (?1, ?2)
               ON CONFLICT (id) DO UPDATE SET body = ?2";
    let body = encode("an order", order)?;
    tx.prepare_cached(sql)?
        .execute(params![order.id.as_str(), body])?;
    Ok(())
}
