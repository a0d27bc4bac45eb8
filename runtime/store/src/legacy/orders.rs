//! Orders with their lines, and whole imports of them.

use hartomat_schema::{Order, OrderId, OrderLine, OrderLineId, OutputTypeId, Product};
use rusqlite::{Transaction, params};

use super::LegacyDb;
use super::records::{order_line_into, product_into};
use crate::StoreError;
use crate::body::{decode, encode, parse};
use crate::database::Fault;

/// A line of an order, and whether something is published for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderedLine {
    /// The order.
    pub order: OrderId,
    /// The line.
    pub line: OrderLineId,
    /// What it asks for.
    pub output_type: OutputTypeId,
    /// Whether there is a media asset of it.
    pub is_delivered: bool,
}

impl LegacyDb {
    /// An order by id.
    pub fn order_get(&self, id: &OrderId) -> Result<Option<Order>, StoreError> {
        self.record_get("SELECT body FROM studio_order WHERE id = ?1", id.as_str())
    }

    /// All orders in the order of their ids.
    pub fn order_list(&self) -> Result<Vec<Order>, StoreError> {
        self.record_list("SELECT body FROM studio_order ORDER BY id")
    }

    /// Lines of an order in the order of their ids.
    pub fn order_lines_of(&self, order: &OrderId) -> Result<Vec<OrderLine>, StoreError> {
        self.database.read("listing an order's lines", |tx| {
            let sql = "SELECT body FROM order_line WHERE studio_order = ?1 ORDER BY id";
            let mut statement = tx.prepare_cached(sql)?;
            let rows = statement.query_map([order.as_str()], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("an order line", &row?)?))
                .collect()
        })
    }

    /// How many lines an order has.
    pub fn order_line_count(&self, order: &OrderId) -> Result<u64, StoreError> {
        self.database.read("counting an order's lines", |tx| {
            let sql = "SELECT count(*) FROM order_line WHERE studio_order = ?1";
            Ok(tx
                .prepare_cached(sql)?
                .query_row([order.as_str()], |row| row.get(0))?)
        })
    }

    /// Every line of every order, without what is in it.
    pub fn ordered_lines(&self) -> Result<Vec<OrderedLine>, StoreError> {
        self.database
            .read_apart("listing the lines of orders", |tx| {
                let sql = "SELECT studio_order, id, output_type, EXISTS
                         (SELECT 1 FROM media_asset WHERE target = 'order_line/' || order_line.id)
                       FROM order_line WHERE studio_order IS NOT NULL";
                let mut statement = tx.prepare(sql)?;
                let rows = statement.query_map([], |row| {
                    let text = |column: usize| row.get::<_, String>(column);
                    Ok((text(0)?, text(1)?, text(2)?, row.get::<_, bool>(3)?))
                })?;
                rows.map(|row| {
                    let (order, line, output_type, is_delivered) = row?;
                    Ok(OrderedLine {
                        order: parse("an order line", &order)?,
                        line: parse("an order line", &line)?,
                        output_type: parse("an order line", &output_type)?,
                        is_delivered,
                    })
                })
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
