//! Orders: how far they have come, which follows from their lines, and dispatching what is open.

use std::collections::BTreeSet;

use hartomat_api::{ApiError, ErrorKind, OrderDetail, OrderEntry, OrderLineDetail};
use hartomat_schema::{
    MediaAsset, Order, OrderId, OrderLine, OrderStatus, Product, RunRecord, RunState,
};
use hartomat_store::{MediaAssetFilter, RunFilter};

use crate::Studio;
use crate::error::from_store;

/// Lines of an order that are read.
const MAX_LINES: usize = 10_000;

impl Studio {
    pub(crate) fn products(&self) -> Result<Vec<Product>, ApiError> {
        self.legacy.product_list().map_err(|err| from_store(&err))
    }

    /// Orders, without those of samples alone: nobody has ordered them. By their ids they are found.
    pub(crate) fn orders(&self) -> Result<Vec<OrderEntry>, ApiError> {
        let orders = self.legacy.order_list().map_err(|err| from_store(&err))?;
        let types = self.legacy.output_type_list();
        let types = types.map_err(|err| from_store(&err))?;
        let samples: BTreeSet<_> = types
            .into_iter()
            .filter(|it| it.internal)
            .map(|it| it.id)
            .collect();
        let is_sample = |it: &OrderLineDetail| samples.contains(&it.line.output_type);
        let read = orders
            .into_iter()
            .map(|order| Ok((self.lines_of(&order.id)?, order)));
        let read: Vec<_> = read.collect::<Result<_, ApiError>>()?;
        read.into_iter()
            .filter(|(lines, _)| lines.is_empty() || !lines.iter().all(is_sample))
            .map(|(lines, order)| {
                let statuses = lines.iter().map(|line| line.status);
                let delivered = statuses.clone().filter(|it| *it == OrderStatus::Delivered);
                Ok(OrderEntry {
                    status: OrderStatus::of_lines(statuses.clone()),
                    lines: lines.len() as u64,
                    delivered: delivered.count() as u64,
                    order,
                })
            })
            .collect()
    }

    pub(crate) fn order_detail(&self, id: &OrderId) -> Result<OrderDetail, ApiError> {
        let order = self.legacy.order_get(id).map_err(|err| from_store(&err))?;
        let order: Order = order.ok_or_else(|| {
            ApiError::new(ErrorKind::NotFound, format!("there is no order `{id}`"))
                .hint("`hartomat orders list` shows the orders")
        })?;
        let lines = self.lines_of(id)?;
        Ok(OrderDetail {
            status: OrderStatus::of_lines(lines.iter().map(|line| line.status)),
            order,
            lines,
        })
    }

    fn lines_of(&self, order: &OrderId) -> Result<Vec<OrderLineDetail>, ApiError> {
        let lines = self.legacy.order_lines_of(order, MAX_LINES);
        let lines = lines.map_err(|err| from_store(&err))?;
        lines
            .into_iter()
            .map(|line| self.line_detail(line))
            .collect()
    }

    fn line_detail(&self, line: OrderLine) -> Result<OrderLineDetail, ApiError> {
        let target = format!("order_line/{}", line.id);
        let filter = MediaAssetFilter {
            target: Some(target.clone()),
            ..MediaAssetFilter::default()
        };
        let media_assets = self.legacy.media_asset_list(&filter);
        let media_assets = media_assets.map_err(|err| from_store(&err))?;
        let last_run = self.last_run_of(target);
        Ok(OrderLineDetail {
            status: status(&media_assets, last_run.as_ref()),
            verdict: last_run.as_ref().and_then(|run| run.verdict),
            last_run: last_run.map(|run| (run.id, run.state)),
            media_assets,
            line,
        })
    }

    /// The newest run on a target; none where the graph's database can't be read.
    fn last_run_of(&self, target: String) -> Option<RunRecord> {
        let filter = RunFilter {
            target: Some(target),
            partial: Some(false),
            limit: Some(1),
            ..RunFilter::default()
        };
        let found = self.graph().ok()?.db.run_list(&filter).ok()?;
        found.into_iter().next()
    }
}

fn status(media_assets: &[MediaAsset], last_run: Option<&RunRecord>) -> OrderStatus {
    match last_run.map(|run| run.state) {
        Some(state) if !state.is_final() => OrderStatus::InProgress,
        _ if !media_assets.is_empty() => OrderStatus::Delivered,
        Some(RunState::Interrupted) => OrderStatus::InProgress,
        Some(RunState::Cancelled) | None => OrderStatus::Open,
        Some(_) => OrderStatus::Failed,
    }
}
