//! Edges of exports: each joins two nodes, and the kinds of their ports say which ports it means.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde_json::Value;

use super::{Connector, Output, known_of_old};
use crate::migrate::draft::Link;
use crate::{InputPort, NodeDefinition, NodeType, PortName, Purity, Severity};

/// More candidates than this are not told apart by what lies between them.
const MAX_CANDIDATES: usize = 16;

/// Steps of all walks together; hostile documents end here.
const MAX_STEPS: usize = 20_000_000;

/// Connects what the links join, then what needs no telling.
pub(super) fn connect(connector: &mut Connector<'_, '_>, links: Vec<Link>) {
    let mut flow = Flow {
        links: BTreeMap::new(),
        steps: Cell::new(0),
    };
    for link in &links {
        flow.links.entry(link.from).or_default().push(link.to);
    }
    let explicit = connector.draft.nodes.len();
    let mut adapters = BTreeMap::new();
    for link in links {
        connect_link(connector, &flow, &mut adapters, link);
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
    let mut pairs = known_of_old(from).flat_map(|output| {
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
                        let (to, input) = inside(connector, adapters, from, (adapter, input));
                        join(
                            connector,
                            flow,
                            (link.from, output),
                            to,
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

/// The input that a link into an added node means: another node's, where one stood before it.
fn inside(
    connector: &mut Connector<'_, '_>,
    adapters: &mut Adapters,
    from: &NodeDefinition,
    (node, name): (usize, PortName),
) -> (usize, PortName) {
    let outer = connector.definition(node);
    let port = outer.and_then(|it| it.contract.inputs.iter().find(|port| port.name == name));
    let inner = connector.stood_inside(node, &name);
    let (Some(port), Some(inner)) = (port, inner.filter(|it| it.node_type != from.node_type))
    else {
        return (node, name);
    };
    let Fit::One(_, input) = fit(from, inner) else {
        return (node, name);
    };
    let key = (node, inner.node_type.clone());
    if let Some(there) = adapters.get(&key) {
        return (*there, input);
    }
    let Some((added, output)) = connector.add_inner(node, port) else {
        return (node, name);
    };
    connector.add_edge((added, output), node, &name);
    adapters.insert(key, added);
    (added, input)
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
    if connector.contested.contains(&key) {
        return keep(connector, legacy);
    }
    if let Some(taken) = connector.draft.edges.get(&key).cloned() {
        if taken.node == source.0 || flow.reaches(connector, source.0, taken.node) {
            return keep(connector, legacy);
        }
        connector.draft.edges.remove(&key);
        if let Some(old) = taken.legacy {
            keep(connector, old);
        }
        if !flow.reaches(connector, taken.node, source.0) {
            connector.contested.insert(key);
            let link = Link {
                from: source.0,
                to,
                legacy,
            };
            return ambiguous(
                connector,
                &link,
                "leads to an input that another edge leads to",
            );
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
    connector.draft.nodes[adapter].owner = Some(target);
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
        let is_contested = connector.contested.contains(&(node, input.name.clone()));
        let is_wanted = input.required || is_added;
        if is_contested || !is_wanted || connector.is_connected(node, &input.name) {
            continue;
        }
        let mut candidates = candidates(connector, flow, node, input);
        if let Some(inner) = connector.stood_inside(node, &input.name) {
            let nodes = &connector.draft.nodes;
            candidates.retain(|(maker, _)| nodes[*maker].node_type == inner.node_type);
        }
        candidates.retain(|(maker, _)| !connector.wants_its_own(*maker, node));
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
            [] => {
                if let Some(source) = connector.add_inner(node, input) {
                    connector.add_edge(source, node, &input.name);
                }
            }
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
    for (index, other) in connector.draft.nodes.iter().enumerate() {
        if other.is_muted || index == node {
            continue;
        }
        let definition = connector.definition(index);
        let outputs = definition.into_iter().flat_map(known_of_old);
        let fits = outputs.filter(|port| input.accepts.contains(&port.kind));
        found.extend(fits.map(|port| (index, port.name.clone())));
        if found.len() > MAX_CANDIDATES {
            return found;
        }
    }
    if found.is_empty() {
        return found;
    }
    let waiting = flow.downstream(connector, node);
    found.retain(|(index, _)| !waiting[*index]);
    let reached: Vec<Vec<bool>> = found
        .iter()
        .map(|(from, _)| flow.downstream(connector, *from))
        .collect();
    let is_passed_on = |at: usize| {
        let others = found.iter().filter(|(other, _)| *other != found[at].0);
        others.into_iter().any(|(other, _)| reached[at][*other])
    };
    let last: Vec<usize> = (0..found.len()).filter(|at| !is_passed_on(*at)).collect();
    let upstream: Vec<usize> = last
        .iter()
        .copied()
        .filter(|at| reached[*at][node])
        .collect();
    let chosen = if upstream.len() == 1 { upstream } else { last };
    chosen.into_iter().map(|at| found[at].clone()).collect()
}

/// Who feeds whom, by old links; edges so far count as well.
struct Flow {
    links: BTreeMap<usize, Vec<usize>>,
    steps: Cell<usize>,
}

impl Flow {
    /// All nodes that wait for this one, and itself, by index.
    fn downstream(&self, connector: &Connector<'_, '_>, start: usize) -> Vec<bool> {
        let mut seen = vec![false; connector.draft.nodes.len()];
        seen[start] = true;
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            let links = self.links.get(&node).into_iter().flatten();
            let edges = connector.targets.get(&node).into_iter().flatten();
            for next in links.chain(edges) {
                self.steps.set(self.steps.get() + 1);
                if !seen[*next] && self.steps.get() < MAX_STEPS {
                    seen[*next] = true;
                    open.push(*next);
                }
            }
        }
        seen
    }

    fn reaches(&self, connector: &Connector<'_, '_>, from: usize, to: usize) -> bool {
        from != to && self.downstream(connector, from)[to]
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
