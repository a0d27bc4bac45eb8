//! Chains of nodes that make one kind of artifact of another.

use std::collections::{BTreeMap, VecDeque};

use hartomat_schema::{ArtifactKind, Catalogue, Family, NodeType};

use super::{is_enabled, is_in_family};

/// The longest chain that is still an answer to "what do I put between these two?".
const LONGEST: usize = 4;

/// The shortest chain of a family's nodes that leads from a kind to one of the wanted ones, in
/// order; of equally short ones the first in palette order. Empty where there is none.
pub(crate) fn adapters(
    catalogue: &Catalogue,
    family: Family,
    from: &ArtifactKind,
    wanted: &[ArtifactKind],
) -> Vec<NodeType> {
    let nodes: Vec<_> = catalogue
        .nodes
        .iter()
        .filter(|node| is_in_family(node, family) && is_enabled(node))
        .collect();
    let mut chains: BTreeMap<&ArtifactKind, Vec<NodeType>> = BTreeMap::from([(from, Vec::new())]);
    let mut open = VecDeque::from([from]);
    while let Some(kind) = open.pop_front() {
        let chain = chains[kind].clone();
        if !chain.is_empty() && wanted.contains(kind) {
            return chain;
        }
        if chain.len() == LONGEST {
            continue;
        }
        for node in &nodes {
            let inputs = &node.contract.inputs;
            if !inputs.iter().any(|port| port.accepts.contains(kind)) {
                continue;
            }
            for output in &node.contract.outputs {
                if chains.contains_key(&output.kind) {
                    continue;
                }
                let mut longer = chain.clone();
                longer.push(node.node_type.clone());
                chains.insert(&output.kind, longer);
                open.push_back(&output.kind);
            }
        }
    }
    Vec::new()
}
