//! What differs between a state and the one before it, as JSON. Nodes and edges that both share are
//! named by their place in the one before.

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_schema::{Edge, Node, Workflow, read::limits};
use serde_json::{Map, Value, json};

use super::SharedState;

impl SharedState {
    /// What leads from another state to this one.
    pub(in crate::history) fn delta(&self, before: &Self) -> Map<String, Value> {
        let mut delta = Map::new();
        if !Arc::ptr_eq(&self.rest, &before.rest) {
            delta.insert("rest".to_owned(), json!(*self.rest));
        }
        if !Arc::ptr_eq(&self.nodes, &before.nodes) {
            let nodes = items(&before.nodes, &self.nodes, |node: &Node| json!(node));
            delta.insert("nodes".to_owned(), nodes);
        }
        if !Arc::ptr_eq(&self.edges, &before.edges) {
            let edges = items(&before.edges, &self.edges, |edge: &Edge| json!(edge));
            delta.insert("edges".to_owned(), edges);
        }
        delta
    }

    /// The document that such a difference makes of this state; none where it makes no sense.
    pub(in crate::history) fn with_delta(&self, delta: &Map<String, Value>) -> Option<Workflow> {
        let rest = match delta.get("rest") {
            Some(rest) => serde_json::from_value(rest.clone()).ok()?,
            None => Workflow::clone(&self.rest),
        };
        let read_node = |value: &Value| serde_json::from_value(value.clone()).ok();
        let read_edge = |value: &Value| serde_json::from_value(value.clone()).ok();
        Some(Workflow {
            nodes: rebuilt(&self.nodes, delta.get("nodes"), limits::NODES, read_node)?,
            edges: rebuilt(&self.edges, delta.get("edges"), limits::EDGES, read_edge)?,
            ..rest
        })
    }
}

/// Items in order: `[start, count]` for those that stand so in the state before, else the item.
fn items<T>(before: &[Arc<T>], now: &[Arc<T>], write: fn(&T) -> Value) -> Value {
    let places: BTreeMap<*const T, usize> = before
        .iter()
        .enumerate()
        .map(|(place, item)| (Arc::as_ptr(item), place))
        .collect();
    let mut written = Vec::new();
    let mut run: Option<(usize, usize)> = None;
    for item in now {
        let place = places.get(&Arc::as_ptr(item)).copied();
        run = match (run, place) {
            (Some((start, count)), Some(place)) if start + count == place => {
                Some((start, count + 1))
            }
            (run, place) => {
                written.extend(run.map(|(start, count)| json!([start, count])));
                if place.is_none() {
                    written.push(write(item));
                }
                place.map(|place| (place, 1))
            }
        };
    }
    written.extend(run.map(|(start, count)| json!([start, count])));
    Value::Array(written)
}

fn rebuilt<T: Clone>(
    before: &[Arc<T>],
    written: Option<&Value>,
    most: usize,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<Vec<T>> {
    let own = |items: &[Arc<T>]| items.iter().map(|item| T::clone(item)).collect::<Vec<T>>();
    let Some(written) = written else {
        return Some(own(before));
    };
    let mut items = Vec::new();
    for part in written.as_array()? {
        match part.as_array().map(Vec::as_slice) {
            Some([start, count]) => {
                let start = usize::try_from(start.as_u64()?).ok()?;
                let end = start.checked_add(usize::try_from(count.as_u64()?).ok()?)?;
                items.extend(own(before.get(start..end)?));
            }
            Some(_) => return None,
            None => items.push(read(part)?),
        }
        if items.len() > most {
            return None;
        }
    }
    Some(items)
}
