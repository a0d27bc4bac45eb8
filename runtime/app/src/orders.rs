//! Orders: how far they have come, which follows from their lines, and dispatching what is open.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_api::{ApiError, ErrorKind, OrderDetail, OrderEntry, OrderLineDetail};
use hartomat_schema::{Order, OrderId, OrderLine, OrderStatus, Product, RunRecord, RunState};
use hartomat_store::{MediaAssetFilter, OrderedLine, RunFilter};

use crate::Studio;
use crate::error::from_store;

/// How the lines of an order stand.
#[derive(Default)]
struct Standing {
    statuses: Vec<OrderStatus>,
    /// Lines that are no samples, which nobody has ordered.
    ordered: usize,
}

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
        let lines = self.legacy.ordered_lines();
        let lines = lines.map_err(|err| from_store(&err))?;
        let states = self.last_states(&lines);
        let mut found: BTreeMap<OrderId, Standing> = BTreeMap::new();
        for (line, state) in lines.into_iter().zip(states) {
            let standing = found.entry(line.order).or_default();
            standing.statuses.push(status(line.is_delivered, state));
            standing.ordered += usize::from(!samples.contains(&line.output_type));
        }
        let entries = orders.into_iter().filter_map(|order| {
            let Standing { statuses, ordered } = found.remove(&order.id).unwrap_or_default();
            let delivered = statuses.iter().filter(|it| **it == OrderStatus::Delivered);
            (statuses.is_empty() || ordered > 0).then(|| OrderEntry {
                status: OrderStatus::of_lines(statuses.iter().copied()),
                lines: statuses.len() as u64,
                delivered: delivered.count() as u64,
                order,
            })
        });
        Ok(entries.collect())
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
        let lines = self.legacy.order_lines_of(order);
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
            status: status(
                !media_assets.is_empty(),
                last_run.as_ref().map(|run| run.state),
            ),
            verdict: last_run.as_ref().and_then(|run| run.verdict),
            last_run: last_run.map(|run| (run.id, run.state)),
            media_assets,
            line,
        })
    }

    /// State of the newest run on each line; none where the graph's database can't be read.
    fn last_states(&self, lines: &[OrderedLine]) -> Vec<Option<RunState>> {
        let targets = lines.iter().map(|it| format!("order_line/{}", it.line));
        let targets: Vec<_> = targets.collect();
        let states = self.graph().ok();
        let states = states.and_then(|graph| graph.db.last_states(&targets).ok());
        states.unwrap_or_else(|| vec![None; targets.len()])
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

fn status(is_delivered: bool, last_run: Option<RunState>) -> OrderStatus {
    match last_run {
        Some(state) if !state.is_final() => OrderStatus::InProgress,
        _ if is_delivered => OrderStatus::Delivered,
        Some(RunState::Interrupted) => OrderStatus::InProgress,
        Some(RunState::Cancelled) | None => OrderStatus::Open,
        Some(_) => OrderStatus::Failed,
    }
}
