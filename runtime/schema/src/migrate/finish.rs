//! From a draft to a document: contract, places on the canvas, and what is kept.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::{
    ArtifactKind, ArtifactRequirement, Catalogue, Diagnostic, Edge, Endpoint, ExecutionMode,
    Family, Node, NodeDefinition, NodeId, WORKFLOW_SCHEMA, Workflow, WorkflowId,
};

/// Space between nodes on the canvas, in points.
const COLUMN: f64 = 260.0;
const ROW: f64 = 150.0;

/// Builds the document.
pub(super) fn finish(
    mut draft: Draft,
    catalogue: &Catalogue,
    id: WorkflowId,
) -> (Workflow, Vec<Diagnostic>) {
    let contract = contract(&draft, catalogue);
    let positions = positions(&draft);
    let ids: Vec<NodeId> = draft.nodes.iter().map(|node| node.id.clone()).collect();
    let mut legacy = Map::from_iter([(
        "form".to_owned(),
        Value::String(draft.form.as_str().to_owned()),
    )]);
    legacy.extend(std::mem::take(&mut draft.legacy));
    note_places(&mut legacy, std::mem::take(&mut draft.placed), &draft.taken);
    for index in 0..draft.nodes.len() {
        let owner = draft.nodes[index].owner.map(|owner| ids[owner].clone());
        let node = &mut draft.nodes[index];
        let has_values = !node.placed.is_empty() || node.legacy.contains_key("params");
        if let Some(owner) = owner.filter(|_| has_values) {
            node.legacy
                .insert("owner".to_owned(), Value::String(owner.to_string()));
        }
        let (placed, taken) = (
            std::mem::take(&mut node.placed),
            std::mem::take(&mut node.taken),
        );
        note_places(&mut node.legacy, placed, &taken);
    }
    let nodes = draft
        .nodes
        .into_iter()
        .zip(positions)
        .map(|(node, position)| Node {
            id: node.id,
            version: catalogue
                .get(&node.node_type)
                .map_or(1, |definition| definition.version),
            node_type: node.node_type,
            label: node.label,
            muted: node.is_muted,
            settings: node.settings,
            position,
            extra: kept(node.legacy),
        });
    let edges = draft.edges.into_iter().map(|((to, input), source)| Edge {
        from: Endpoint {
            node: ids[source.node].clone(),
            port: source.output,
        },
        to: Endpoint {
            node: ids[to].clone(),
            port: input,
        },
        via: Vec::new(),
        extra: source.legacy.map_or_else(Map::new, |legacy| {
            Map::from_iter([("legacy".to_owned(), legacy)])
        }),
    });
    let name = if draft.name.trim().is_empty() {
        "Migrated workflow".to_owned()
    } else {
        draft.name
    };
    let workflow = Workflow {
        schema: WORKFLOW_SCHEMA.to_owned(),
        id,
        name,
        description: draft.description,
        family: draft.family.unwrap_or(Family::CadFile),
        execution_mode: ExecutionMode::Legacy,
        contract,
        nodes: nodes.collect(),
        edges: edges.collect(),
        frames: Vec::new(),
        notes: Vec::new(),
        bookmarks: Vec::new(),
        extra: kept(legacy),
    };
    let notes = draft
        .notes
        .into_iter()
        .map(|note| note.into_diagnostic(&ids))
        .collect();
    (workflow, notes)
}

/// Where values of the old form are now, so that it can be made again.
fn note_places(legacy: &mut Map<String, Value>, placed: Map<String, Value>, taken: &[&str]) {
    if !placed.is_empty() {
        legacy.insert("placed".to_owned(), Value::Object(placed));
    }
    if !taken.is_empty() {
        let taken = taken.iter().map(|key| Value::from(*key));
        legacy.insert("taken".to_owned(), taken.collect());
    }
}

fn kept(legacy: Map<String, Value>) -> Map<String, Value> {
    if legacy.is_empty() {
        return Map::new();
    }
    Map::from_iter([("legacy".to_owned(), Value::Object(legacy))])
}

/// What is published, and files that nobody takes further: that is what the old form delivered.
fn contract(draft: &Draft, catalogue: &Catalogue) -> Vec<ArtifactRequirement> {
    let mut delivered: BTreeMap<usize, ArtifactRequirement> = BTreeMap::new();
    let mut deliver = |kind: &ArtifactKind, format: Option<String>| {
        let order = ArtifactKind::ALL
            .iter()
            .position(|known| known == kind)
            .unwrap_or(usize::MAX);
        let part = delivered
            .entry(order)
            .or_insert_with(|| ArtifactRequirement {
                kind: kind.clone(),
                min_count: 0,
                format: format.clone(),
                extra: Map::new(),
            });
        part.min_count += 1;
        if part.format != format {
            part.format = None;
        }
    };
    let definition = |index: usize| catalogue.get(&draft.nodes[index].node_type);
    for ((to, _), source) in &draft.edges {
        let is_published = definition(*to).is_some_and(|node| {
            node.contract
                .outputs
                .iter()
                .any(|port| port.kind == ArtifactKind::MEDIA_ASSET)
        });
        if is_published
            && !draft.nodes[*to].is_muted
            && let Some(maker) = definition(source.node)
            && let Some(port) = maker.output(&source.output)
        {
            deliver(&port.kind, format_of(draft, source.node, maker));
        }
    }
    for (index, node) in draft
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| !node.is_muted)
    {
        let is_used = draft.edges.values().any(|source| source.node == index);
        let is_stl = definition(index).is_some_and(|node| {
            node.contract
                .outputs
                .iter()
                .any(|port| port.kind == ArtifactKind::STL)
        });
        if is_stl && !is_used && !node.is_added {
            deliver(&ArtifactKind::STL, None);
        }
    }
    delivered.into_values().collect()
}

/// The file format that a node's settings fix.
fn format_of(draft: &Draft, index: usize, definition: &NodeDefinition) -> Option<String> {
    let setting = crate::settings_schema::Setting::find(&definition.settings_schema, "format")?;
    let value = draft.nodes[index]
        .settings
        .get("format")
        .or_else(|| setting.default())?;
    let format = value.as_str()?;
    let format = if format == "png16" { "png" } else { format };
    (!matches!(format, "auto" | "keep" | "same")).then(|| format.to_owned())
}

/// Old places where there are any; else columns by how far a node is from the beginning.
fn positions(draft: &Draft) -> Vec<[f64; 2]> {
    let depths = depths(draft);
    let mut rows: BTreeMap<usize, f64> = BTreeMap::new();
    let has_places = draft.nodes.iter().any(|node| node.position.is_some());
    let lowest = draft
        .nodes
        .iter()
        .filter_map(|node| node.position)
        .map(|place| place[1]);
    let lowest = lowest.fold(0.0, f64::max);
    let nodes = draft.nodes.iter().zip(depths);
    nodes
        .map(|(node, depth)| {
            node.position.unwrap_or_else(|| {
                let row = rows.entry(depth).or_insert(0.0);
                let top = if has_places { lowest + ROW } else { 0.0 };
                let place = [depth as f64 * COLUMN, top + *row * ROW];
                *row += 1.0;
                place
            })
        })
        .collect()
}

/// The longest way from a node without inputs; nodes in cycles stay where the walk finds them.
fn depths(draft: &Draft) -> Vec<usize> {
    let mut depths = vec![0; draft.nodes.len()];
    let mut waiting = vec![0; draft.nodes.len()];
    let mut targets: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for ((to, _), source) in &draft.edges {
        waiting[*to] += 1;
        targets.entry(source.node).or_default().push(*to);
    }
    let mut ready: Vec<usize> = (0..waiting.len())
        .filter(|index| waiting[*index] == 0)
        .collect();
    while let Some(index) = ready.pop() {
        for target in targets.get(&index).into_iter().flatten() {
            depths[*target] = depths[*target].max(depths[index] + 1);
            waiting[*target] -= 1;
            if waiting[*target] == 0 {
                ready.push(*target);
            }
        }
    }
    depths
}
