//! Any edit of any document, for the properties.

use std::collections::BTreeSet;
use std::sync::Arc;

use hartomat_document::{
    Alignment, Axis, Clip, ConnectionCheck, EdgeKey, Edit, FrameChange, FrameIndex, LooseEnd,
    NodeSizes, NoteIndex, Reroute, Selection,
};
use hartomat_schema::{Endpoint, NodeId, NodeType, Workflow};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use crate::support::{catalogue, kind};

/// Raw material of an edit; [`make`] makes one that suits the document.
#[derive(Debug, Clone)]
pub(crate) struct Seed {
    which: usize,
    at: [Index; 3],
    several: Vec<Index>,
    point: [f64; 2],
    flag: bool,
    text: String,
}

pub(crate) fn seed() -> impl Strategy<Value = Seed> {
    (
        0..38_usize,
        any::<[Index; 3]>(),
        prop::collection::vec(any::<Index>(), 0..5),
        [-4_000..4_000_i32, -4_000..4_000_i32],
        any::<bool>(),
        "\\PC{0,8}",
    )
        .prop_map(|(which, at, several, point, flag, text)| Seed {
            which,
            at,
            several,
            point: point.map(|number| f64::from(number) / 4.0),
            flag,
            text,
        })
}

struct Picker<'a> {
    workflow: &'a Workflow,
    seed: &'a Seed,
}

impl Picker<'_> {
    fn node(&self, which: usize) -> Option<NodeId> {
        let nodes = &self.workflow.nodes;
        (!nodes.is_empty()).then(|| nodes[self.seed.at[which].index(nodes.len())].id.clone())
    }

    fn nodes(&self) -> BTreeSet<NodeId> {
        let nodes = &self.workflow.nodes;
        let several = self.seed.several.iter().filter(|_| !nodes.is_empty());
        several
            .map(|index| nodes[index.index(nodes.len())].id.clone())
            .collect()
    }

    fn edge(&self) -> Option<EdgeKey> {
        let edges = &self.workflow.edges;
        (!edges.is_empty()).then(|| EdgeKey::of(&edges[self.seed.at[0].index(edges.len())]))
    }

    fn port(&self, which: usize, is_output: bool) -> Option<Endpoint> {
        let node = self.node(which)?;
        let catalogue = catalogue();
        let definition = catalogue.get(&self.workflow.node(&node)?.node_type)?;
        let contract = &definition.contract;
        let ports: Vec<_> = if is_output {
            contract.outputs.iter().map(|port| &port.name).collect()
        } else {
            contract.inputs.iter().map(|port| &port.name).collect()
        };
        if ports.is_empty() {
            return None;
        }
        let port = ports[self.seed.at[2].index(ports.len())].clone();
        Some(Endpoint { node, port })
    }

    /// An input that an output fits, when there is one and the seed wants it.
    fn fitting(&self, from: &Endpoint) -> Option<Endpoint> {
        let end = LooseEnd::Output(from.clone());
        let check = ConnectionCheck::new(self.workflow, catalogue(), end).ok()?;
        let nodes = self.workflow.nodes.iter().filter(|_| self.seed.flag);
        let fits = nodes.filter_map(|node| {
            let port = check.best_port(&node.id).ok()?;
            let node = node.id.clone();
            Some(Endpoint { node, port })
        });
        let fits: Vec<Endpoint> = fits.collect();
        fits.get(self.seed.at[1].index(fits.len().max(1))).cloned()
    }

    fn node_type(&self) -> NodeType {
        let catalogue = catalogue();
        let nodes = &catalogue.nodes;
        nodes[self.seed.at[1].index(nodes.len())].node_type.clone()
    }

    fn items(&self) -> Selection {
        let mut items = Selection::of_nodes(self.nodes());
        let all = Selection::all(self.workflow);
        if self.seed.flag {
            items.frames = all.frames.into_iter().take(2).collect();
            items.notes = all.notes.into_iter().skip(1).take(2).collect();
            items.edges = self.edge().into_iter().collect();
            items.reroutes = all.reroutes.into_iter().take(1).collect();
        }
        items
    }

    fn value(&self) -> Value {
        match self.seed.which % 5 {
            0 => json!(self.seed.point[0]),
            1 => json!(self.seed.text),
            2 => json!({"a": [1, {"b": self.seed.flag}], "c": -0.0}),
            3 => json!(self.seed.several.len()),
            _ => json!(null),
        }
    }

    fn pointer(&self) -> String {
        let node = self.node(0).and_then(|node| {
            let node = self.workflow.node(&node)?;
            let settings: Vec<&String> = node.settings.keys().collect();
            let setting = settings.get(self.seed.at[1].index(settings.len().max(1)))?;
            Some(format!("/{setting}"))
        });
        let names = ["/samples", "/width_px", "/overrides/0/a", "/new/b", "/x~1y"];
        node.filter(|_| self.seed.flag)
            .unwrap_or_else(|| names[self.seed.at[2].index(names.len())].to_owned())
    }

    fn sizes(&self) -> Arc<NodeSizes> {
        Arc::new(NodeSizes::estimated(self.workflow, catalogue()))
    }
}

/// The edit that a seed means for a document; none where the document has nothing for it.
pub(crate) fn make(seed: &Seed, workflow: &Workflow) -> Option<Edit> {
    let pick = Picker { workflow, seed };
    let (position, text) = (seed.point, seed.text.clone());
    Some(match seed.which {
        0 | 1 => Edit::AddNode {
            node_type: pick.node_type(),
            position,
            id: None,
        },
        2 => Edit::AddConnected {
            node_type: pick.node_type(),
            position,
            end: if seed.flag {
                LooseEnd::Output(pick.port(0, true)?)
            } else {
                LooseEnd::Input(pick.port(0, false)?)
            },
        },
        3 => Edit::AddOnEdge {
            node_type: pick.node_type(),
            position,
            edge: pick.edge()?,
        },
        4 => Edit::InsertOnEdge {
            node: pick.node(1)?,
            edge: pick.edge()?,
        },
        5 | 6 => Edit::Remove {
            items: pick.items(),
            reconnect: seed.flag,
        },
        7 => Edit::Detach {
            nodes: pick.nodes(),
        },
        8..=10 => {
            let from = pick.port(0, true)?;
            let to = pick.fitting(&from).or_else(|| pick.port(1, false))?;
            Edit::Connect { from, to }
        }
        11 => Edit::MoveEdge {
            edge: pick.edge()?,
            from: pick.port(0, true)?,
            to: pick.port(1, false)?,
        },
        12 => Edit::CutEdges {
            edges: pick.edge().into_iter().collect(),
        },
        13 => Edit::Mute {
            nodes: pick.nodes(),
            muted: seed.flag,
        },
        14 if seed.text.len().is_multiple_of(2) => Edit::Collapse {
            nodes: pick.nodes(),
            collapsed: seed.flag,
        },
        14 => Edit::Rename {
            node: pick.node(0)?,
            label: seed.flag.then_some(text),
        },
        15 | 16 => Edit::SetSetting {
            nodes: pick.nodes(),
            pointer: pick.pointer(),
            value: pick.value(),
        },
        17 => Edit::ResetSetting {
            nodes: pick.nodes(),
            pointer: pick.pointer(),
        },
        18 => Edit::RenameSetting {
            node: pick.node(0)?,
            from: pick.pointer().trim_start_matches('/').to_owned(),
            to: text,
        },
        19 => Edit::SwapType {
            nodes: pick.nodes(),
            node_type: pick.node_type(),
        },
        20 | 21 => Edit::Move {
            items: pick.items(),
            by: position,
        },
        _ => canvas(&pick)?,
    })
}

fn canvas(pick: &Picker<'_>) -> Option<Edit> {
    let (workflow, seed) = (pick.workflow, pick.seed);
    let (position, text, sizes) = (seed.point, seed.text.clone(), pick.sizes());
    Some(match seed.which {
        22 => Edit::Align {
            nodes: pick.nodes(),
            to: [Alignment::Left, Alignment::Middle, Alignment::Bottom][seed.at[0].index(3)],
            sizes,
        },
        23 => Edit::Distribute {
            nodes: pick.nodes(),
            along: Axis::Vertical,
            sizes,
        },
        24 => Edit::AutoLayout {
            nodes: seed.flag.then(|| pick.nodes()),
            sizes,
        },
        25 => Edit::Duplicate {
            items: pick.items(),
            by: position,
            with_inputs: seed.flag,
        },
        26 => Edit::Paste {
            clip: Arc::new(Clip::copy(workflow, &pick.items())),
            position,
            with_inputs: seed.flag,
        },
        27 => Edit::AddFrame {
            title: text,
            items: pick.items(),
            sizes,
        },
        28 => Edit::EditFrame {
            frame: FrameIndex(0),
            change: match seed.at[0].index(4) {
                0 => FrameChange::Title(text),
                1 => FrameChange::Color(Some("#1a2B3c".to_owned())),
                2 => FrameChange::Color(None),
                _ => FrameChange::Rect([position[0], position[1], -position[0], 4.0]),
            },
        },
        29 => Edit::JoinFrame {
            frame: FrameIndex(0),
            items: Selection::of_nodes(pick.nodes()),
            sizes,
        },
        30 => Edit::AddReroute {
            edge: pick.edge()?,
            index: seed.several.len(),
            position,
        },
        31 => Edit::MoveReroute {
            reroute: Reroute {
                edge: pick.edge()?,
                index: 0,
            },
            position,
        },
        32 => Edit::AddNote {
            text,
            position,
            size: seed.flag.then_some([120.5, 60.0]),
        },
        33 => Edit::EditNote {
            note: NoteIndex(0),
            text,
        },
        34 => Edit::ResizeNote {
            note: NoteIndex(0),
            position,
            size: [80.0, 40.0],
        },
        35 => Edit::SetBookmark {
            key: u8::try_from(seed.at[0].index(11)).unwrap(),
            center: position,
            zoom: 0.5,
        },
        36 => Edit::SetName(text),
        _ => Edit::SetDescription(format!("{text} {}", kind("notify"))),
    })
}
