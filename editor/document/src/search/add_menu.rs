//! What the add menu offers: the family's nodes that match, those first that bring the contract
//! nearer, each with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use hartomat_schema::{
    ArtifactKind, Catalogue, Category, Coverage, Node, NodeDefinition, NodeId, NodeType, PortName,
    Workflow,
};

use super::fuzzy::{FuzzyMatch, fuzzy};
use super::kept::Kept;
use super::progress::{Help, Progress, progress};
use crate::connect::{end_kinds, fitting_ports, is_in_family};
use crate::{EdgeKey, LooseEnd, PortSide, compatible_nodes, node_name};

/// Which nodes are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddFilter {
    /// All of the family.
    Any,
    /// Those that a loose end can be joined to.
    End(LooseEnd),
    /// Those that fit into the middle of an edge.
    Edge(EdgeKey),
    /// Those that these nodes can become: all of the family but their own.
    Swap(BTreeSet<NodeId>),
}

/// Why a node is offered first, or what is to be known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddReason {
    /// The graph has no beginning, and this is one.
    Begins,
    /// It makes a kind that the contract lacks.
    Delivers(ArtifactKind),
    /// It feeds a required input that nothing feeds: the node's name and the port.
    Feeds(String, PortName),
    /// It makes what is needed to make a kind that is lacking.
    LeadsTo(ArtifactKind),
    /// It takes what a node makes and nothing takes yet: the node's name, and what it makes.
    Takes(String, ArtifactKind),
    /// In place of the swapped nodes it keeps so many of their edges.
    Keeps {
        /// Edges that it keeps.
        kept: usize,
        /// Edges that there are.
        of: usize,
    },
    /// It can't run in this edition.
    Disabled(String),
}

impl fmt::Display for AddReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begins => write!(f, "brings the run's input"),
            Self::Delivers(kind) => write!(f, "delivers the missing {kind}"),
            Self::Feeds(node, port) => write!(f, "feeds {port} of {node}"),
            Self::LeadsTo(kind) => write!(f, "leads to the missing {kind}"),
            Self::Takes(node, kind) => write!(f, "takes {kind} of {node}"),
            Self::Keeps { kept, of } => write!(f, "keeps {kept} of {of} edges"),
            Self::Disabled(reason) => write!(f, "can't run in this edition: {reason}"),
        }
    }
}

/// A node that can be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion<'a> {
    /// Its definition.
    pub definition: &'a NodeDefinition,
    /// The port that a loose end would go to; for an edge, the input.
    pub port: Option<PortName>,
    /// Letters of the label that matched, counted in characters.
    pub matched: Vec<usize>,
    /// Why it is offered, or what is to be known.
    pub reason: Option<AddReason>,
    /// How well it fits; only the order means something.
    pub score: u32,
}

/// Nodes to add, best first. Without a query: those that bring the contract nearer, then those that take
/// what nothing takes yet, then the rest in palette order, then inputs that are there already, and last
/// those that can't run. For a swap, those first that keep the most.
pub fn add_menu<'a>(
    workflow: &Workflow,
    catalogue: &'a Catalogue,
    query: &str,
    filter: &AddFilter,
) -> Vec<Suggestion<'a>> {
    let progress = match filter {
        AddFilter::Swap(_) => BTreeMap::new(),
        _ => progress(workflow, catalogue),
    };
    let mut found: Vec<(u32, usize, Suggestion<'a>)> = fitting(workflow, catalogue, filter)
        .into_iter()
        .enumerate()
        .filter_map(|(place, (definition, port))| {
            let found = matches(query, definition)?;
            let helps = progress.get(&definition.node_type);
            let mut suggestion = Suggestion {
                definition,
                port,
                matched: found.positions,
                reason: reason(definition, helps, workflow, catalogue),
                score: found.score + weight(definition, helps, workflow),
            };
            if let AddFilter::Swap(nodes) = filter {
                let kept = Kept::by(workflow, catalogue, nodes, definition);
                if !matches!(definition.coverage, Coverage::Disabled { .. }) {
                    suggestion.score += kept.weight();
                }
                suggestion.reason = suggestion.reason.or(kept.reason());
            }
            Some((suggestion.score, place, suggestion))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    found
        .into_iter()
        .map(|(_, _, suggestion)| suggestion)
        .collect()
}

/// The family's definitions that pass the filter, in palette order, with the port to join.
fn fitting<'a>(
    workflow: &Workflow,
    catalogue: &'a Catalogue,
    filter: &AddFilter,
) -> Vec<(&'a NodeDefinition, Option<PortName>)> {
    match filter {
        AddFilter::Any => catalogue
            .nodes
            .iter()
            .filter(|node| is_in_family(node, workflow.family))
            .map(|node| (node, None))
            .collect(),
        AddFilter::End(end) => compatible_nodes(workflow, catalogue, end)
            .into_iter()
            .map(|fit| (fit.definition, Some(fit.port)))
            .collect(),
        AddFilter::Swap(nodes) => {
            let own: BTreeSet<&NodeType> = nodes
                .iter()
                .filter_map(|id| Some(&workflow.node(id)?.node_type))
                .collect();
            let nodes = catalogue.nodes.iter();
            nodes
                .filter(|node| is_in_family(node, workflow.family))
                .filter(|node| !own.contains(&node.node_type))
                .map(|node| (node, None))
                .collect()
        }
        AddFilter::Edge(edge) => {
            let target = LooseEnd::Input(edge.to.clone());
            let Ok(takes) = end_kinds(workflow, catalogue, &target) else {
                return Vec::new();
            };
            let source = LooseEnd::Output(edge.from.clone());
            compatible_nodes(workflow, catalogue, &source)
                .into_iter()
                .filter(|fit| !fitting_ports(fit.definition, PortSide::Output, &takes).is_empty())
                .map(|fit| (fit.definition, Some(fit.port)))
                .collect()
        }
    }
}

/// How a definition matches: by its label, or else by key, category or words of its help.
fn matches(query: &str, definition: &NodeDefinition) -> Option<FuzzyMatch> {
    let label = fuzzy(query, &definition.label);
    let spaced = |text: &str| text.replace('_', " ");
    let key = fuzzy(&spaced(query), &spaced(definition.node_type.as_str()));
    let category = fuzzy(query, &format!("{:?}", definition.category));
    let other = [(key, 9), (category, 4)]
        .into_iter()
        .filter_map(|(found, tenths)| Some(found?.score * tenths / 10))
        .max();
    let help = has_words(query, &definition.help).then_some(20);
    match (label, other.max(help)) {
        (Some(label), other) if other.is_none_or(|other| label.score >= other) => Some(label),
        (_, Some(score)) => Some(FuzzyMatch {
            score,
            positions: Vec::new(),
        }),
        (label, None) => label,
    }
}

/// Whether words of a text begin with all words of the query.
fn has_words(query: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let query = query.to_lowercase();
    query
        .split_whitespace()
        .all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

/// What help is worth: more than a few letters, less than a clearly better match.
fn weight(definition: &NodeDefinition, progress: Option<&Progress>, workflow: &Workflow) -> u32 {
    if matches!(definition.coverage, Coverage::Disabled { .. }) {
        return 0;
    }
    let is_there = |node: &Node| node.node_type == definition.node_type;
    if definition.category == Category::Input && workflow.nodes.iter().any(is_there) {
        return 1;
    }
    let help = progress.map_or(0, |progress| {
        let help = match progress.help {
            // No contract asks for it: less than all that one does ask for.
            Help::Takes(..) => return if progress.is_ready { 18 } else { 8 },
            Help::Begins | Help::Delivers(_) => 40,
            Help::Feeds(..) => 36,
            Help::LeadsTo(_) => 30,
        };
        help + if progress.is_ready { 40 } else { 0 }
    });
    10 + help
}

fn reason(
    definition: &NodeDefinition,
    progress: Option<&Progress>,
    workflow: &Workflow,
    catalogue: &Catalogue,
) -> Option<AddReason> {
    if let Coverage::Disabled { reason } = &definition.coverage {
        return Some(AddReason::Disabled(reason.clone()));
    }
    Some(match &progress?.help {
        Help::Begins => AddReason::Begins,
        Help::Delivers(kind) => AddReason::Delivers(kind.clone()),
        Help::LeadsTo(kind) => AddReason::LeadsTo(kind.clone()),
        Help::Feeds(id, port) => AddReason::Feeds(name_of(id, workflow, catalogue), port.clone()),
        Help::Takes(id, kind) => AddReason::Takes(name_of(id, workflow, catalogue), kind.clone()),
    })
}

fn name_of(id: &NodeId, workflow: &Workflow, catalogue: &Catalogue) -> String {
    let node = workflow.node(id);
    let name = node.map_or(id.as_str(), |node| node_name(node, catalogue));
    name.to_owned()
}
