//! Gives edges their ports, from the kinds of artifacts that ports carry.
//!
//! Old documents name no ports: step lists imply their edges by order, exports join whole nodes.
//! What fits in one way only is connected; the rest is kept under `legacy` and said in a note.

mod given;
mod order;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::draft::{Draft, Source};
use super::params;
use crate::suggest::quoted;
use crate::{
    ArtifactKind, Catalogue, Family, InputPort, NodeDefinition, NodeType, OutputPort, PortName,
    Purity, Severity,
};

/// Connects all nodes of a draft whose nodes have their types.
pub(super) fn connect(draft: &mut Draft, catalogue: &Catalogue) {
    let family = draft.family.unwrap_or(Family::CadFile);
    let definitions = catalogue
        .nodes
        .iter()
        .map(|node| (&node.node_type, node))
        .collect();
    let mut connector = Connector {
        draft,
        catalogue,
        definitions,
        family,
        targets: BTreeMap::new(),
        contested: BTreeSet::new(),
    };
    match connector.draft.links.take() {
        None => order::connect(&mut connector),
        Some(links) => given::connect(&mut connector, links),
    }
}

/// Pictures that a turntable gives beside its frames and its video: no old document means one of them.
const NEW_OUTPUTS: [&str; 2] = ["poster", "contact_sheet"];

/// The outputs that old documents know of.
fn known_of_old(definition: &NodeDefinition) -> impl Iterator<Item = &OutputPort> {
    let is_turntable = definition.node_type.as_str() == "render_turntable";
    let outputs = definition.contract.outputs.iter();
    outputs.filter(move |port| !is_turntable || !NEW_OUTPUTS.contains(&port.name.as_str()))
}

/// An output of a node in the draft.
type Output = (usize, PortName);

struct Connector<'a, 'd> {
    draft: &'d mut Draft,
    catalogue: &'a Catalogue,
    definitions: BTreeMap<&'a NodeType, &'a NodeDefinition>,
    family: Family,
    /// Targets of each node's edges.
    targets: BTreeMap<usize, Vec<usize>>,
    /// Inputs that more than one link could feed: they stay open.
    contested: BTreeSet<(usize, PortName)>,
}

impl<'a> Connector<'a, '_> {
    fn definition(&self, node: usize) -> Option<&'a NodeDefinition> {
        self.definitions
            .get(&self.draft.nodes[node].node_type)
            .copied()
    }

    fn add_edge(&mut self, (node, output): Output, to: usize, input: &PortName) {
        self.targets.entry(node).or_default().push(to);
        self.draft.edges.insert(
            (to, input.clone()),
            Source {
                node,
                output,
                legacy: None,
            },
        );
    }

    fn is_connected(&self, node: usize, input: &PortName) -> bool {
        self.draft.edges.contains_key(&(node, input.clone()))
    }

    /// The one node of the family that makes one of these kinds without touching the world.
    fn only_maker(&self, kinds: &[ArtifactKind]) -> Option<&'a NodeDefinition> {
        let mut makers = self.catalogue.nodes.iter().filter(|node| {
            node.families.contains(&self.family)
                && node.contract.purity != Purity::External
                && node
                    .contract
                    .outputs
                    .iter()
                    .any(|port| kinds.contains(&port.kind))
        });
        makers.next().filter(|_| makers.next().is_none())
    }

    /// Adds the one node that can feed an input, and says so.
    fn add_maker(&mut self, node: usize, input: &InputPort) -> Option<Output> {
        let maker = self.only_maker(&input.accepts)?;
        let mut outputs = maker.contract.outputs.iter();
        let output = outputs.find(|port| input.accepts.contains(&port.kind))?;
        let by = &self.draft.nodes[node].id;
        let why = format!("because `{by}` needs its {}", output.kind);
        self.add(maker, node, input, &why)
    }

    /// What an old render step did itself: the node that feeds an input of a node added in its place.
    fn stood_inside(&self, node: usize, input: &PortName) -> Option<&'a NodeDefinition> {
        let added = &self.draft.nodes[node];
        let inner = match (added.node_type.as_str(), input.as_str()) {
            ("compose_scene", "material_map") => "material_map_resolve",
            ("compose_scene", "scene_template") => "resolve_template",
            ("compose_scene", "bbox") => "glb_bbox",
            ("material_map_resolve", "material_map") => "auto_populate_materials",
            _ => return None,
        };
        let mut nodes = self.catalogue.nodes.iter();
        let inner = nodes.find(|node| node.node_type.as_str() == inner)?;
        (added.is_added && inner.families.contains(&self.family)).then_some(inner)
    }

    /// Adds such a node.
    fn add_inner(&mut self, node: usize, input: &InputPort) -> Option<Output> {
        let inner = self.stood_inside(node, &input.name)?;
        self.add(inner, node, input, "which the old render step did itself")
    }

    fn add(
        &mut self,
        maker: &NodeDefinition,
        node: usize,
        input: &InputPort,
        why: &str,
    ) -> Option<Output> {
        let mut outputs = maker.contract.outputs.iter();
        let output = outputs.find(|port| input.accepts.contains(&port.kind))?;
        let params = self.scene_params(node, &maker.node_type);
        let added = self.draft.add_node(&maker.node_type, params);
        self.draft.nodes[added].owner = Some(node);
        let words = (
            format!("`{}` is added, {why}", maker.node_type),
            String::new(),
        );
        self.draft
            .note(Severity::Info, "migration_node_added", words)
            .at(added);
        Some((added, output.name.clone()))
    }

    /// A node's values that belong to a node of another type which is added for it.
    fn scene_params(&mut self, node: usize, maker: &NodeType) -> Map<String, serde_json::Value> {
        let params = &mut self.draft.nodes[node].params;
        let names: Vec<String> = params
            .keys()
            .filter(|name| params::belongs_to(name, maker))
            .cloned()
            .collect();
        let taken = names
            .into_iter()
            .filter_map(|name| params.shift_remove_entry(&name));
        taken.collect()
    }

    /// Whether a node needs a scene of its own: its values for one, such as a camera angle, differ from those
    /// that an added node was made with, or one of the two is a turntable, whose scene has room to turn.
    fn wants_its_own(&self, maker: usize, node: usize) -> bool {
        let made_with = &self.draft.nodes[maker];
        if !made_with.is_added {
            return false;
        }
        let turns = |at: usize| self.draft.nodes[at].node_type.as_str() == "render_turntable";
        let made_for = made_with
            .owner
            .filter(|_| made_with.node_type.as_str() == "compose_scene");
        if made_for.is_some_and(|owner| turns(owner) != turns(node)) {
            return true;
        }
        let own = self.draft.nodes[node].params.iter();
        let wanted = own.filter(|(name, _)| params::belongs_to(name, &made_with.node_type));
        let wanted = wanted.map(|(name, value)| (name.clone(), value.clone()));
        made_with.params != wanted.collect::<Map<_, _>>()
    }

    /// Says that an input is left open, and what could feed it.
    fn leave_open(&mut self, node: usize, input: &InputPort, candidates: &[Output]) {
        let names: Vec<String> = candidates
            .iter()
            .take(6)
            .map(|(node, output)| format!("{}.{output}", self.draft.nodes[*node].id))
            .collect();
        let (message, fix) = if names.is_empty() {
            let kinds: Vec<&str> = input.accepts.iter().map(ArtifactKind::as_str).collect();
            let message = format!("nothing makes what input `{}` needs", input.name);
            (
                message,
                format!("connect an output of the kind {}", quoted(&kinds, "or")),
            )
        } else {
            let message = format!(
                "input `{}` could come from {}: the old document doesn't say which",
                input.name,
                quoted(&names, "or")
            );
            (message, "connect the one that is meant".to_owned())
        };
        let code = if names.is_empty() {
            "migration_open_input"
        } else {
            "migration_ambiguous_input"
        };
        self.draft
            .note(Severity::Error, code, (message, fix))
            .at(node)
            .at_port(&input.name);
    }
}
