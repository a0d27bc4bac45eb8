//! Effective settings: default < workflow < output type < order line, with who set each value.

use std::collections::BTreeMap;

use hartomat_schema::{
    Catalogue, EffectiveSettings, Node, NodeId, SettingOrigin, SettingOverrides, Subject, Workflow,
};
use serde_json::{Map, Value};

/// Every node's settings after overrides.
pub fn effective_settings(
    workflow: &Workflow,
    catalogue: &Catalogue,
    subject: &Subject,
) -> BTreeMap<NodeId, EffectiveSettings> {
    let nodes = workflow.nodes.iter();
    nodes
        .map(|node| (node.id.clone(), settings_of(node, catalogue, subject)))
        .collect()
}

fn settings_of(node: &Node, catalogue: &Catalogue, subject: &Subject) -> EffectiveSettings {
    let mut settings = EffectiveSettings::default();
    if let Some(definition) = catalogue.get(&node.node_type) {
        set(
            &mut settings,
            &definition.default_settings(),
            SettingOrigin::Default,
        );
    }
    set(&mut settings, &node.settings, SettingOrigin::Workflow);
    if let Subject::OrderLine(line) = subject {
        override_with(
            &mut settings,
            node,
            &line.output_type.overrides,
            SettingOrigin::OutputType,
        );
        override_with(
            &mut settings,
            node,
            &line.order_line.overrides,
            SettingOrigin::OrderLine,
        );
    }
    settings
}

fn override_with(
    settings: &mut EffectiveSettings,
    node: &Node,
    overrides: &SettingOverrides,
    origin: SettingOrigin,
) {
    if let Some(values) = overrides.get(&node.node_type) {
        set(settings, values, origin);
    }
}

fn set(settings: &mut EffectiveSettings, values: &Map<String, Value>, origin: SettingOrigin) {
    for (name, value) in values {
        settings.values.insert(name.clone(), value.clone());
        settings.origins.insert(name.clone(), origin);
    }
}
