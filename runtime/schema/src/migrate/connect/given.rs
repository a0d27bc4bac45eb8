//! Edges of exports: each joins two nodes, and the kinds of their ports say which ports it means.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Connector, Output};
use crate::migrate::draft::Link;
use crate::{InputPort, NodeDefinition, NodeType, PortName, Purity, Severity};

/// More candidates than this are not told apart by what lies between them.
const MAX_CANDIDATES: usize = 16;

/// Who feeds whom, by old links and new edges.
struct Flow(BTreeMap<usize, Vec<usize>>);

/// Connects what the links join, then what needs no telling.
pub(super) fn connect(connector: &mut Connector<'_, '_>, links: Vec<Link>) {
    let mut flow = Flow(BTreeMap::new());
    for link in &links {
        flow.0.entry(link.from).or_default().push(link.to);
    }
    let explicit = connector.draft.nodes.len();
    let mut adapters = BTreeMap::new();
    for link in links {
        connect_link(connector, &flow, &mut adapters, link);
    }
    for ((target, _), adapter) in adapters {
        flow.0.entry(adapter).or_default().push(target);
    }
    let mut node = 0;
    while node < connector.draft.nodes.len() {
        fill(connector, &flow, node, node >= explicit);
        node += 1;
    }
}

/// How two nodes could be joined.
enum Fit {
    /// In one way.
    One(PortName, PortName),
    /// In none.
    None,
    /// In several.
    Several,
}

fn fit(from: &NodeDefinition, to: &NodeDefinition) -> Fit {
    let mut pairs = from.contract.outputs.iter().flat_map(|output| {
        let inputs = to
            .contract
            .inputs
            .iter()
            .filter(|input| input.accepts.contains(&output.kind));
        inputs.map(|input| (output.name.clone(), input.name.clone()))
    });
    match (pairs.next(), pairs.next()) {
        (None, _) => Fit::None,
        (Some((output, input)), None) => Fit::One(output, input),
        (Some(_), Some(_)) => Fit::Several,
    }
}

type Adapters = BTreeMap<(usize, NodeType), usize>;

fn connect_link(
    connector: &mut Connector<'_, '_>,
    flow: &Flow,
    adapters: &mut Adapters,
    link: Link,
) {
    let ends = (
        connector.definition(link.from),
        connector.definition(link.to),
    );
    let (Some(from), Some(to)) = ends else {
        return keep(connector, link.legacy);
    };
    if link.from == link.to {
        return keep(connector, link.legacy);
    }
    match fit(from, to) {
        Fit::One(output, input) => {
            join(
                connector,
                flow,
                (link.from, output),
                link.to,
                &input,
                link.legacy,
            );
        }
        Fit::Several => ambiguous(connector, &link, "fits several ports"),
        Fit::None => match adapter(connector, adapters, from, to, link.to) {
            Some(adapter) => {
                let definition = connector
                    .definition(adapter)
                    .expect("adapters are of the catalogue");
                match fit(from, definition) {
                    Fit::One(output, input) => {
                        join(
                            connector,
                            flow,
                            (link.from, output),
                            adapter,
                            &input,
                            link.legacy,
                        );
                    }
                    _ => ambiguous(connector, &link, "fits several ports"),
                }
            }
            None => keep(connector, link.legacy),
        },
    }
}

/// Makes an edge. When the input has one, the source nearer to it wins: what passed through the
/// other on its way.
fn join(
    connector: &mut Connector<'_, '_>,
    flow: &Flow,
    source: Output,
    to: usize,
    input: &PortName,
    legacy: Value,
) {
    let key = (to, input.clone());
    if let Some(taken) = connector.draft.edges.get(&key).cloned() {
        if taken.node == source.0 || flow.reaches(source.0, taken.node) {
            return keep(connector, legacy);
        }
        if !flow.reaches(taken.node, source.0) {
            let link = Link {
                from: source.0,
                to,
                legacy,
            };
            return ambiguous(
                connector,
                &link,
                "leads to an input that already has an edge",
            );
        }
        if let Some(old) = taken.legacy {
            keep(connector, old);
        }
    }
    connector.add_edge(source, to, input);
    if let Some(edge) = connector.draft.edges.get_mut(&key) {
        edge.legacy = Some(legacy);
    }
}

/// The added node that turns what one node makes into what another takes, one per target.
fn adapter(
    connector: &mut Connector<'_, '_>,
    adapters: &mut Adapters,
    from: &NodeDefinition,
    to: &NodeDefinition,
    target: usize,
) -> Option<usize> {
    let mut fitting = connector.catalogue.nodes.iter().filter(|node| {
        node.families.contains(&connector.family)
            && node.contract.purity != Purity::External
            && !matches!(fit(from, node), Fit::None)
            && matches!(fit(node, to), Fit::One(..))
    });
    let definition = fitting.next().filter(|_| fitting.next().is_none())?;
    let node_type = &definition.node_type;
    if let Some(adapter) = adapters.get(&(target, node_type.clone())) {
        return Some(*adapter);
    }
    let is_there =
        |node: &crate::migrate::draft::DraftNode| !node.is_added && node.node_type == *node_type;
    let Fit::One(output, input) = fit(definition, to) else {
        return None;
    };
    if connector.draft.nodes.iter().any(is_there) || connector.is_connected(target, &input) {
        return None;
    }
    let params = connector.scene_params(target, node_type);
    let adapter = connector.draft.add_node(node_type, params);
    let message = format!("`{node_type}` is added: it stood between these nodes unseen");
    connector
        .draft
        .note(
            Severity::Info,
            "migration_node_added",
            (message, String::new()),
        )
        .at(adapter);
    connector.add_edge((adapter, output), target, &input);
    adapters.insert((target, node_type.clone()), adapter);
    Some(adapter)
}

/// Feeds the inputs that no link names: from the one node that can, or from one that is added.
fn fill(connector: &mut Connector<'_, '_>, flow: &Flow, node: usize, is_added: bool) {
    let Some(definition) = connector.definition(node) else {
        return;
    };
    for input in &definition.contract.inputs {
        if connector.is_connected(node, &input.name) || !(input.required || is_added) {
            continue;
        }
        let candidates = candidates(connector, flow, node, input);
        match candidates.as_slice() {
            [only] => {
                let (maker, output) = only.clone();
                let message = format!(
                    "input `{}` comes from `{}`, the only node that makes it",
                    input.name, connector.draft.nodes[maker].id
                );
                connector.add_edge((maker, output), node, &input.name);
                let words = (message, String::new());
                connector
                    .draft
                    .note(Severity::Info, "migration_edge_added", words)
                    .at(node)
                    .at_port(&input.name);
            }
            [] if input.required => match connector.add_maker(node, input) {
                Some(source) => connector.add_edge(source, node, &input.name),
                None => connector.leave_open(node, input, &[]),
            },
            [] => {}
            _ if input.required => connector.leave_open(node, input, &candidates),
            _ => {}
        }
    }
}

/// What could feed an input: not what waits for the node, and only the last of a chain.
fn candidates(
    connector: &Connector<'_, '_>,
    flow: &Flow,
    node: usize,
    input: &InputPort,
) -> Vec<Output> {
    let mut found = Vec::new();
    let edges = Flow::of(connector, flow);
    let waiting = edges.downstream(node);
    for (index, other) in connector.draft.nodes.iter().enumerate() {
        if other.is_muted || waiting.contains_key(&index) {
            continue;
        }
        let outputs = connector
            .definition(index)
            .into_iter()
            .flat_map(|found| &found.contract.outputs);
        let fits = outputs.filter(|port| input.accepts.contains(&port.kind));
        found.extend(fits.map(|port| (index, port.name.clone())));
        if found.len() > MAX_CANDIDATES {
            return found;
        }
    }
    let is_passed_on = |from: usize| {
        found
            .iter()
            .any(|(to, _)| *to != from && edges.reaches(from, *to))
    };
    let last: Vec<Output> = found
        .iter()
        .filter(|(from, _)| !is_passed_on(*from))
        .cloned()
        .collect();
    let upstream: Vec<Output> = last
        .iter()
        .filter(|(from, _)| flow.reaches(*from, node))
        .cloned()
        .collect();
    if upstream.len() == 1 { upstream } else { last }
}

impl Flow {
    /// The links together with the edges so far.
    fn of(connector: &Connector<'_, '_>, links: &Self) -> Self {
        let mut flow = links.0.clone();
        for ((to, _), source) in &connector.draft.edges {
            flow.entry(source.node).or_default().push(*to);
        }
        Self(flow)
    }

    /// All nodes that wait for this one, and itself.
    fn downstream(&self, start: usize) -> BTreeMap<usize, ()> {
        let mut seen = BTreeMap::from([(start, ())]);
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for next in self.0.get(&node).into_iter().flatten() {
                if seen.insert(*next, ()).is_none() {
                    open.push(*next);
                }
            }
        }
        seen
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        from != to && self.downstream(from).contains_key(&to)
    }
}

fn ambiguous(connector: &mut Connector<'_, '_>, link: &Link, why: &str) {
    let id = |node: usize| connector.draft.nodes[node].id.clone();
    let message = format!(
        "the edge from `{}` to `{}` {why}",
        id(link.from),
        id(link.to)
    );
    let fix = "connect the ports that are meant; the edge is kept under `legacy`".to_owned();
    let node = link.to;
    connector
        .draft
        .note(Severity::Error, "migration_ambiguous_edge", (message, fix))
        .at(node);
    keep(connector, link.legacy.clone());
}

/// Keeps an edge that has no ports in the document.
fn keep(connector: &mut Connector<'_, '_>, legacy: Value) {
    let kept = connector
        .draft
        .legacy
        .entry("edges")
        .or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(list) = kept {
        list.push(legacy);
    }
}
