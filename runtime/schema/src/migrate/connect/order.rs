//! Edges implied by order: an input is fed by the latest step before it that makes its kind.

use std::collections::BTreeSet;

use super::{Connector, Output, known_of_old};
use crate::{ArtifactKind, InputPort};

/// What the steps so far have made, in order, and what of it has been used.
#[derive(Default)]
struct Made {
    outputs: Vec<(Output, ArtifactKind)>,
    used: BTreeSet<Output>,
}

/// Connects the nodes in their order. Muted ones get inputs and feed nobody.
pub(super) fn connect(connector: &mut Connector<'_, '_>) {
    let mut made = Made::default();
    for node in 0..connector.draft.nodes.len() {
        connect_node(connector, &mut made, node);
    }
}

fn connect_node(connector: &mut Connector<'_, '_>, made: &mut Made, node: usize) {
    let Some(definition) = connector.definition(node) else {
        return;
    };
    for input in &definition.contract.inputs {
        let candidates = candidates(connector, made, node, input);
        let source = match candidates.as_slice() {
            [only] => Some(only.clone()),
            [] => {
                let added = match input.required {
                    true => connector.add_maker(node, input),
                    false => connector.add_inner(node, input),
                };
                added.inspect(|(added, _)| connect_node(connector, made, *added))
            }
            _ => {
                connector.leave_open(node, input, &candidates);
                continue;
            }
        };
        match source {
            Some(source) => {
                // A muted node takes nothing away.
                if !connector.draft.nodes[node].is_muted {
                    made.used.insert(source.clone());
                }
                connector.add_edge(source, node, &input.name);
            }
            None if input.required => connector.leave_open(node, input, &[]),
            None => {}
        }
    }
    if !connector.draft.nodes[node].is_muted {
        let outputs = known_of_old(definition);
        made.outputs
            .extend(outputs.map(|port| ((node, port.name.clone()), port.kind.clone())));
    }
}

/// What may feed an input: for one kind its latest maker, for several kinds all that is unused.
fn candidates(
    connector: &Connector<'_, '_>,
    made: &Made,
    node: usize,
    input: &InputPort,
) -> Vec<Output> {
    let fits = made
        .outputs
        .iter()
        .rev()
        .filter(|(_, kind)| input.accepts.contains(kind));
    if input.accepts.len() > 1 {
        let unused = fits.filter(|(output, _)| !made.used.contains(output));
        return unused.map(|(output, _)| output.clone()).take(16).collect();
    }
    let latest = fits.map(|(output, _)| output.clone()).next();
    let inner = connector.stood_inside(node, &input.name);
    let latest = latest.filter(|(maker, _)| {
        inner.is_none_or(|inner| connector.draft.nodes[*maker].node_type == inner.node_type)
    });
    latest
        .filter(|(maker, _)| !connector.wants_its_own(*maker, node))
        .into_iter()
        .collect()
}
