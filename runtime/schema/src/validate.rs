//! The one validator: canvas, command line and server all ask here, and get the same answer.
//!
//! Checks structure and contract of a graph; never stops at the first finding, never panics, and
//! takes time in proportion to the workflow. What needs the world (Blender, disk, the CAD file) is
//! checked elsewhere.

mod contract;
mod cycle;
mod definition;
mod edge;
mod graph;
mod input;
mod node;
mod output_type;
mod part;
mod setting;

pub use definition::check_definition;
pub use output_type::validate_output_type;
pub use part::validate_part;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::read::limits;
use crate::{Catalogue, Diagnostic, Edge, Endpoint, Family, NodeDefinition, NodeType, Workflow};
use graph::Graph;
use setting::SettingsCheck;

/// A validator for one catalogue: each settings schema is compiled once.
#[derive(Debug)]
pub struct WorkflowValidator {
    catalogue: Catalogue,
    settings: BTreeMap<NodeType, SettingsCheck>,
}

/// Checks a workflow against a catalogue. To check often, keep a [`WorkflowValidator`].
///
/// With a catalogue whose settings schemas can't be used, the diagnostics are about those.
pub fn validate(workflow: &Workflow, catalogue: &Catalogue) -> Vec<Diagnostic> {
    match WorkflowValidator::new(catalogue) {
        Ok(validator) => validator.validate(workflow),
        Err(diagnostics) => diagnostics,
    }
}

impl WorkflowValidator {
    /// Compiles the catalogue's settings schemas. Fails when one is unsafe or wrong, or when two
    /// definitions share a key; pointers are within the catalogue.
    pub fn new(catalogue: &Catalogue) -> Result<Self, Vec<Diagnostic>> {
        let mut settings = BTreeMap::new();
        let mut found = Vec::new();
        for (index, definition) in catalogue.nodes.iter().enumerate() {
            let pointer = format!("/nodes/{index}");
            match SettingsCheck::new(definition) {
                Ok(check) => {
                    if settings
                        .insert(definition.node_type.clone(), check)
                        .is_some()
                    {
                        let message =
                            format!("two definitions have the key `{}`", definition.node_type);
                        let fix = "keep one of them";
                        found.push(Diagnostic::error(
                            "duplicate_definition",
                            pointer,
                            message,
                            fix,
                        ));
                    }
                }
                Err(diagnostics) => found.extend(diagnostics.into_iter().map(|mut diagnostic| {
                    let place = &mut diagnostic.place;
                    place.pointer = format!("{pointer}/settings_schema{}", place.pointer);
                    diagnostic.message =
                        format!("`{}`: {}", definition.node_type, diagnostic.message);
                    diagnostic
                })),
            }
        }
        if found.is_empty() {
            Ok(Self {
                catalogue: catalogue.clone(),
                settings,
            })
        } else {
            Err(found)
        }
    }

    /// The catalogue that it checks against.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Everything that is wrong with a workflow, in document order: nodes, edges, contract.
    pub fn validate(&self, workflow: &Workflow) -> Vec<Diagnostic> {
        let graph = Graph::new(workflow, &self.catalogue);
        let mut found = node::check(&graph, self);
        found.extend(edge::check(&graph));
        found.extend(cycle::check(&graph));
        found.extend(input::check(&graph));
        found.extend(contract::check(&graph));
        if found.len() > limits::DIAGNOSTICS {
            found.sort_by_key(|diagnostic| diagnostic.severity);
            let severity = found[limits::DIAGNOSTICS].severity;
            found.truncate(limits::DIAGNOSTICS);
            found.push(Diagnostic {
                severity,
                ..limits::more_findings()
            });
        }
        found
    }

    /// What is wrong with settings of a node type, as a node, an output type or an order line has
    /// them: names it doesn't know (a warning) and values that don't fit. Empty for unknown types.
    pub fn check_settings(
        &self,
        node_type: &NodeType,
        settings: &Map<String, Value>,
        pointer: &str,
    ) -> Vec<Diagnostic> {
        self.settings
            .get(node_type)
            .map_or_else(Vec::new, |check| check.check(settings, pointer))
    }

    /// Why these ports can't be joined; empty when they can. An edge that the input already has
    /// would be replaced, so it is no reason.
    pub fn check_connection(
        &self,
        workflow: &Workflow,
        from: &Endpoint,
        to: &Endpoint,
    ) -> Vec<Diagnostic> {
        let mut joined = workflow.clone();
        joined.edges.retain(|edge| edge.to != *to);
        let index = joined.edges.len();
        joined.edges.push(Edge {
            from: from.clone(),
            to: to.clone(),
            via: Vec::new(),
            extra: Map::new(),
        });
        let graph = Graph::new(&joined, &self.catalogue);
        let mut found = edge::check_one(&graph, index);
        if found.is_empty() && !cycle::check(&Graph::new(workflow, &self.catalogue)).is_empty() {
            return found;
        }
        found.extend(cycle::check(&graph));
        found
    }

    /// Why a node of this type can't be in a workflow of this family; `None` when it can.
    pub fn check_addition(&self, family: Family, node_type: &NodeType) -> Option<Diagnostic> {
        match self.catalogue.get(node_type) {
            None => Some(node::unknown_type(
                node_type,
                &self.catalogue,
                family,
                "/nodes",
            )),
            Some(definition) => node::wrong_family(definition, family, "/nodes"),
        }
    }
}

/// Whether a family's workflows may hold a node.
fn is_in_family(definition: &NodeDefinition, family: Family) -> bool {
    definition.families.contains(&family)
}
