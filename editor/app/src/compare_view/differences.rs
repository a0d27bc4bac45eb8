//! What was set otherwise on the two sides: settings of nodes, versions of tools. Of control and
//! candidate, the control's settings are those that its preset means to migration.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_api::RunDetail;
use hartomat_schema::{
    Catalogue, FrozenRun, LegacyPreset, NodeId, NodeType, SettingOrigin, WorkflowId, migrate,
};
use serde_json::{Map, Value};

/// A setting that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingDifference {
    /// The node of the candidate, or else of the control.
    pub node: NodeId,
    /// Its definition.
    pub node_type: NodeType,
    /// The setting; empty where a whole node is on one side alone.
    pub setting: String,
    /// The values; none where a side hasn't got the setting.
    pub values: [Option<Value>; 2],
    /// Who set the candidate's.
    pub origin: Option<SettingOrigin>,
}

/// A tool and its version on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolVersions {
    /// The tool.
    pub tool: String,
    /// The versions; none where a side didn't use it.
    pub versions: [Option<String>; 2],
}

/// What was set otherwise.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance {
    /// Settings that differ.
    pub settings: Vec<SettingDifference>,
    /// Tools; those with two versions first.
    pub tools: Vec<ToolVersions>,
    /// Whether the control's settings are what its preset means to migration.
    pub is_migrated: bool,
}

/// Settings of nodes, as a side has them.
type Settings = BTreeMap<NodeId, (NodeType, Map<String, Value>)>;

/// What was set otherwise on both sides of a run.
pub(super) fn within(run: &RunDetail, catalogue: &Catalogue) -> Provenance {
    let candidate = settings_of(&run.frozen, catalogue);
    let legacy = run.legacy.as_ref();
    let control = legacy.and_then(|legacy| migrated(&legacy.preset, &candidate, catalogue));
    let is_migrated = control.is_some();
    let settings = control.map(|control| {
        // A preset says nothing of what a graph does beside it.
        let differences = differing(&control, &candidate, &run.frozen).into_iter();
        differences
            .filter(|found| !found.setting.is_empty())
            .collect()
    });
    let tools = run.frozen.tools.iter().map(|(tool, version)| ToolVersions {
        tool: tool.clone(),
        versions: [Some(version.clone()), Some(version.clone())],
    });
    Provenance {
        settings: settings.unwrap_or_default(),
        tools: tools.collect(),
        is_migrated,
    }
}

/// What was set otherwise in two runs.
pub(super) fn between(a: &FrozenRun, b: &FrozenRun, catalogue: &Catalogue) -> Provenance {
    let (from, to) = (settings_of(a, catalogue), settings_of(b, catalogue));
    let names: BTreeSet<&String> = a.tools.keys().chain(b.tools.keys()).collect();
    let tools = names.into_iter().map(|tool| ToolVersions {
        tool: tool.clone(),
        versions: [a.tools.get(tool).cloned(), b.tools.get(tool).cloned()],
    });
    let mut tools: Vec<ToolVersions> = tools.collect();
    tools.sort_by_key(|tool| tool.versions[0] == tool.versions[1]);
    Provenance {
        settings: differing(&from, &to, b),
        tools,
        is_migrated: false,
    }
}

fn settings_of(run: &FrozenRun, catalogue: &Catalogue) -> Settings {
    let nodes = run.workflow.nodes.iter();
    let settings = nodes.map(|node| {
        let effective = run.settings.get(&node.id);
        let own = effective.map_or(&node.settings, |effective| &effective.values);
        let values = with_defaults(&node.node_type, own, catalogue);
        (node.id.clone(), (node.node_type.clone(), values))
    });
    settings.collect()
}

fn with_defaults(
    node_type: &NodeType,
    own: &Map<String, Value>,
    catalogue: &Catalogue,
) -> Map<String, Value> {
    let definition = catalogue.get(node_type);
    let mut values = definition.map_or_else(Map::new, |found| found.default_settings());
    values.extend(own.clone());
    values
}

/// The settings of a preset, under the ids of the candidate's nodes of the same type. A type that
/// the candidate has several of is left out: which of them stands for legacy isn't known.
fn migrated(
    preset: &LegacyPreset,
    candidate: &Settings,
    catalogue: &Catalogue,
) -> Option<Settings> {
    let value = serde_json::to_value(preset).ok()?;
    let id = WorkflowId::new("preset").ok()?;
    let workflow = migrate(value, catalogue, id).ok()?.workflow;
    let nodes = workflow.nodes.iter();
    let settings = nodes.filter_map(|node| {
        let mut same = candidate
            .iter()
            .filter(|(_, (of, _))| *of == node.node_type);
        let (id, _) = same.next()?;
        let values = with_defaults(&node.node_type, &node.settings, catalogue);
        let is_only = same.next().is_none();
        is_only.then(|| (id.clone(), (node.node_type.clone(), values)))
    });
    Some(settings.collect())
}

fn differing(a: &Settings, b: &Settings, run: &FrozenRun) -> Vec<SettingDifference> {
    let nodes: BTreeSet<&NodeId> = a.keys().chain(b.keys()).collect();
    let mut found = Vec::new();
    for node in nodes {
        let sides = [a.get(node), b.get(node)];
        let origins = run.settings.get(node).map(|effective| &effective.origins);
        match sides {
            [Some((a_type, from)), Some((b_type, to))] if a_type == b_type => {
                let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
                for name in names {
                    if from.get(name) != to.get(name) {
                        found.push(SettingDifference {
                            node: node.clone(),
                            node_type: b_type.clone(),
                            setting: name.clone(),
                            values: [from.get(name).cloned(), to.get(name).cloned()],
                            origin: origins.and_then(|origins| origins.get(name)).copied(),
                        });
                    }
                }
            }
            _ => {
                let Some((node_type, _)) = sides[1].or(sides[0]) else {
                    continue;
                };
                let name = |side: Option<&(NodeType, Map<String, Value>)>| {
                    side.map(|(of, _)| Value::String(of.to_string()))
                };
                found.push(SettingDifference {
                    node: node.clone(),
                    node_type: node_type.clone(),
                    setting: String::new(),
                    values: sides.map(name),
                    origin: None,
                });
            }
        }
    }
    found
}
