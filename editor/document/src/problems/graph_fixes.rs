//! Fixes of edges, inputs and the contract.

use std::collections::BTreeSet;

use hartomat_schema::{ArtifactRequirement, Endpoint, NodeDefinition, NodeId, PortName};
use serde_json::Value;

use super::fixes::{Scene, nearest};
use super::{Fix, FixLabel};
use crate::connect::{adapters, definition, is_enabled, is_in_family};
use crate::names::clip;
use crate::{EdgeKey, Edit, Links, LooseEnd, NodeSizes, Reach, Rect, can_connect, node_name};

/// Fixes of one kind that are offered.
const MOST: usize = 3;
/// Beside the graph, for a new node.
const BESIDE: f64 = 80.0;

/// The port that fits and is named most like it, or the only one that fits; or no edge.
pub(super) fn unknown_port(scene: &Scene<'_>) -> Vec<Fix> {
    let Some(edge) = scene.edge() else {
        return Vec::new();
    };
    let is_source = scene.diagnostic.place.pointer.ends_with("/from/port");
    let end = if is_source { &edge.from } else { &edge.to };
    let known = definition(scene.workflow, scene.catalogue, &end.node);
    let contract = known.map(|definition| &definition.contract);
    let names: Vec<PortName> = match contract {
        Err(_) => Vec::new(),
        Ok(contract) if is_source => ports(&contract.outputs, |port| &port.name),
        Ok(contract) => ports(&contract.inputs, |port| &port.name),
    };
    let with = |port: &PortName| {
        let port = Endpoint {
            node: end.node.clone(),
            port: port.clone(),
        };
        if is_source {
            (port, edge.to.clone())
        } else {
            (edge.from.clone(), port)
        }
    };
    let free = |port: &PortName| {
        is_source
            || !scene
                .workflow
                .edges
                .iter()
                .any(|edge| edge.to == with(port).1)
    };
    let fitting: Vec<PortName> = names
        .into_iter()
        .filter(|port| free(port))
        .filter(|port| {
            let (from, to) = with(port);
            can_connect(scene.workflow, scene.catalogue, &from, &to).is_ok()
        })
        .collect();
    let near = nearest(end.port.as_str(), fitting.iter().map(PortName::as_str));
    let port =
        fitting
            .iter()
            .find(|port| Some(port.as_str()) == near)
            .or(match fitting.as_slice() {
                [only] => Some(only),
                _ => None,
            });
    let rename = port.map(|port| {
        let (from, to) = with(port);
        Fix {
            label: FixLabel::new("fix_connect_to_port", port.as_str(), ""),
            edit: Edit::MoveEdge {
                edge: edge.clone(),
                from,
                to,
            },
        }
    });
    rename.into_iter().chain(scene.remove_edge()).collect()
}

fn ports<T>(ports: &[T], name: fn(&T) -> &PortName) -> Vec<PortName> {
    ports.iter().map(|port| name(port).clone()).collect()
}

/// Nodes that make the one of the other, between them; or no edge.
pub(super) fn kind_mismatch(scene: &Scene<'_>) -> Vec<Fix> {
    let Some(edge) = scene.edge() else {
        return Vec::new();
    };
    let chain = (|| {
        let source = definition(scene.workflow, scene.catalogue, &edge.from.node).ok()?;
        let target = definition(scene.workflow, scene.catalogue, &edge.to.node).ok()?;
        let gives = &source.output(&edge.from.port)?.kind;
        let takes = &target.input(&edge.to.port)?.accepts;
        let chain = adapters(scene.catalogue, scene.workflow.family, gives, takes);
        (!chain.is_empty()).then_some(chain)
    })();
    let between = chain.map(|node_types| {
        let names: Vec<String> = node_types
            .iter()
            .filter_map(|node| Some(clip(&scene.catalogue.get(node)?.label)))
            .collect();
        let edits = vec![
            Edit::CutEdges {
                edges: BTreeSet::from([edge.clone()]),
            },
            Edit::AddBetween {
                node_types,
                from: edge.from.clone(),
                to: edge.to.clone(),
            },
        ];
        let label = FixLabel::new("fix_put_between", names.join(" and "), "");
        Fix {
            edit: Edit::All {
                name: label.to_string(),
                edits,
            },
            label,
        }
    });
    between.into_iter().chain(scene.remove_edge()).collect()
}

/// Every edge by which the node waits for itself.
pub(super) fn cycle(scene: &Scene<'_>) -> Vec<Fix> {
    let Some(node) = scene.node() else {
        return Vec::new();
    };
    let links = Links::new(scene.workflow);
    let behind = links.reach([&node.id], Reach::Downstream);
    let edges: BTreeSet<EdgeKey> = links
        .incoming(&node.id)
        .iter()
        .filter(|edge| behind.contains(&edge.from.node))
        .map(|edge| EdgeKey::of(edge))
        .collect();
    let label = match edges.first() {
        Some(edge) if edges.len() == 1 => FixLabel::new(
            "fix_remove_edge_between",
            scene.name(&edge.from.node),
            scene.name(&node.id),
        ),
        Some(_) => FixLabel::new(
            "fix_remove_edges_of_circles",
            scene.name(&node.id),
            edges.len().to_string(),
        ),
        None => return Vec::new(),
    };
    vec![Fix {
        label,
        edit: Edit::CutEdges { edges },
    }]
}

/// What is there and fits, nearest first; then nodes that make it. Or its source unmuted.
pub(super) fn missing_input(scene: &Scene<'_>) -> Vec<Fix> {
    let place = &scene.diagnostic.place;
    let (Some(node), Some(port)) = (&place.node, &place.port) else {
        return Vec::new();
    };
    let to = Endpoint {
        node: node.clone(),
        port: port.clone(),
    };
    let mut edges = scene.workflow.edges.iter();
    if let Some(edge) = edges.find(|edge| edge.to == to) {
        return vec![scene.mute(&edge.from.node, false), scene.mute(node, true)];
    }
    let mut fixes = connections(scene, &to);
    fixes.extend(makers_for(scene, &to));
    fixes
}

/// Connections to outputs that are there, by distance on the canvas.
fn connections(scene: &Scene<'_>, to: &Endpoint) -> Vec<Fix> {
    let Some(target) = scene.workflow.node(&to.node) else {
        return Vec::new();
    };
    let Ok(check) =
        crate::ConnectionCheck::new(scene.workflow, scene.catalogue, LooseEnd::Input(to.clone()))
    else {
        return Vec::new();
    };
    let distance = |position: [f64; 2]| {
        let [x, y] = target.position;
        (x - position[0]).abs() + (y - position[1]).abs()
    };
    let mut found: Vec<(f64, Fix)> = Vec::new();
    for source in scene.workflow.nodes.iter().filter(|node| !node.muted) {
        let Some(definition) = scene.catalogue.get(&source.node_type) else {
            continue;
        };
        for output in &definition.contract.outputs {
            let from = Endpoint {
                node: source.id.clone(),
                port: output.name.clone(),
            };
            if check.check(&from).is_ok() {
                let name = scene.name(&source.id);
                let label = FixLabel::new("fix_connect", name, output.name.as_str());
                let edit = Edit::Connect {
                    from,
                    to: to.clone(),
                };
                found.push((distance(source.position), Fix { label, edit }));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = found.into_iter().take(MOST);
    nearest.map(|(_, fix)| fix).collect()
}

/// New nodes that feed an input, left of its node.
fn makers_for(scene: &Scene<'_>, to: &Endpoint) -> Vec<Fix> {
    let Some(target) = scene.workflow.node(&to.node) else {
        return Vec::new();
    };
    let Ok(target_definition) = definition(scene.workflow, scene.catalogue, &to.node) else {
        return Vec::new();
    };
    let Some(input) = target_definition.input(&to.port) else {
        return Vec::new();
    };
    let makes = |definition: &&NodeDefinition| {
        let mut outputs = definition.contract.outputs.iter();
        outputs.any(|port| input.accepts.contains(&port.kind))
    };
    let [x, y] = target.position;
    let makers = offered(scene).filter(makes).take(MOST);
    let fix = |definition: &NodeDefinition| Fix {
        label: FixLabel::new("fix_add_and_connect", clip(&definition.label), ""),
        edit: Edit::AddConnected {
            node_type: definition.node_type.clone(),
            position: [x - 240.0, y],
            end: LooseEnd::Input(to.clone()),
        },
    };
    makers.map(fix).collect()
}

/// The family's definitions that can run.
fn offered<'a>(scene: &Scene<'a>) -> impl Iterator<Item = &'a NodeDefinition> {
    let family = scene.workflow.family;
    let nodes = scene.catalogue.nodes.iter();
    nodes.filter(move |node| is_in_family(node, family) && is_enabled(node))
}

/// The node that the family's graphs begin with.
pub(super) fn beginning(scene: &Scene<'_>) -> Vec<Fix> {
    let inputs =
        offered(scene).filter(|definition| definition.category == hartomat_schema::Category::Input);
    let position = match bounds(scene) {
        Some(bounds) => [bounds.x - 240.0, bounds.y],
        None => [0.0, 0.0],
    };
    inputs
        .take(MOST)
        .map(|definition| add(definition, position, 1))
        .collect()
}

fn bounds(scene: &Scene<'_>) -> Option<Rect> {
    let sizes = NodeSizes::estimated(scene.workflow, scene.catalogue);
    Rect::around(scene.workflow.nodes.iter().map(|node| sizes.rect(node)))
}

fn add(definition: &NodeDefinition, [x, y]: [f64; 2], count: usize) -> Fix {
    let label = clip(&definition.label);
    let one = |index: usize| {
        let down = f64::from(u32::try_from(index).unwrap_or(0));
        Edit::AddNode {
            node_type: definition.node_type.clone(),
            position: [x, y + 160.0 * down],
            id: None,
        }
    };
    if count == 1 {
        let edit = one(0);
        let label = FixLabel::new("fix_add", label, "");
        return Fix { label, edit };
    }
    let label = FixLabel::new("fix_add_several", label, count.to_string());
    Fix {
        edit: Edit::All {
            name: label.to_string(),
            edits: (0..count).map(one).collect(),
        },
        label,
    }
}

/// Muted nodes that make it, or new ones, or a contract without it.
pub(super) fn missing_artifact(scene: &Scene<'_>) -> Vec<Fix> {
    let Some((index, part)) = requirement(scene) else {
        return Vec::new();
    };
    let outputs = |node: &hartomat_schema::Node| {
        let definition = scene.catalogue.get(&node.node_type);
        let outputs = definition.map_or(&[][..], |definition| &definition.contract.outputs);
        outputs.iter().filter(|port| port.kind == part.kind).count()
    };
    let nodes = scene.workflow.nodes.iter();
    let made: usize = nodes.clone().filter(|node| !node.muted).map(outputs).sum();
    let wanted = usize::try_from(part.min_count).unwrap_or(usize::MAX);
    let lacking = wanted.saturating_sub(made);
    let mut fixes: Vec<Fix> = nodes
        .filter(|node| node.muted && outputs(node) >= lacking)
        .take(MOST)
        .map(|node| scene.mute(&node.id, false))
        .collect();
    let makes = |definition: &&NodeDefinition| {
        let mut outputs = definition.contract.outputs.iter();
        outputs.any(|port| port.kind == part.kind)
    };
    if lacking <= MOST {
        let position = bounds(scene).map_or([0.0; 2], |at| [at.right() + BESIDE, at.y]);
        let makers = offered(scene).filter(makes).take(MOST);
        fixes.extend(makers.map(|definition| add(definition, position, lacking)));
    }
    let mut contract = scene.workflow.contract.clone();
    contract.remove(index);
    fixes.push(Fix {
        label: FixLabel::new("fix_shorten_contract", clip(part.kind.as_str()), ""),
        edit: Edit::SetContract(contract),
    });
    fixes
}

/// The part of the contract that the finding points to.
fn requirement<'a>(scene: &Scene<'a>) -> Option<(usize, &'a ArtifactRequirement)> {
    let pointer = super::parts(&scene.diagnostic.place.pointer);
    let ["contract", at, ..] = pointer.as_slice() else {
        return None;
    };
    let at = at.parse().ok()?;
    Some((at, scene.workflow.contract.get(at)?))
}

/// The node's format as the contract has it, or the contract's as the node has it.
pub(super) fn contract_format(scene: &Scene<'_>) -> Vec<Fix> {
    let (Some((index, part)), Some(node)) =
        (requirement(scene), scene.diagnostic.place.node.as_ref())
    else {
        return Vec::new();
    };
    let Some(wanted) = &part.format else {
        return Vec::new();
    };
    let mut fixes = set_format(scene, node, wanted);
    let mut contract = scene.workflow.contract.clone();
    contract[index].format = None;
    fixes.push(Fix {
        label: FixLabel::new("fix_any_format", "", ""),
        edit: Edit::SetContract(contract),
    });
    fixes
}

fn set_format(scene: &Scene<'_>, id: &NodeId, wanted: &str) -> Vec<Fix> {
    let format = |node: &NodeId| {
        let definition = definition(scene.workflow, scene.catalogue, node).ok()?;
        hartomat_schema::settings_schema::Setting::find(&definition.settings_schema, "format")
    };
    let choice = format(id).and_then(|setting| {
        let choices = setting.choices()?;
        let same = |choice: &&Value| {
            let choice = choice.as_str().unwrap_or_default();
            choice.eq_ignore_ascii_case(wanted)
                || (choice == "jpeg" && wanted.eq_ignore_ascii_case("jpg"))
        };
        choices.iter().find(same).cloned()
    });
    let Some(choice) = choice else {
        return Vec::new();
    };
    let node = scene.workflow.node(id);
    let name = node.map_or(id.as_str(), |node| node_name(node, scene.catalogue));
    vec![Fix {
        label: FixLabel::new("fix_set_format", clip(name), clip(wanted)),
        edit: Edit::set_setting(id.clone(), "/format", choice),
    }]
}
