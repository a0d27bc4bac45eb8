//! Workflows of any size: chains like the canonical still, side by side.

use hartomat_schema::{
    Catalogue, Edge, Endpoint, Family, Node, NodeDefinition, NodeId, NodeType, PortName, Workflow,
};
use serde_json::{Map, Value};

/// Node types of a chain, each fed by those before it.
const CHAIN: &[&str] = &[
    "order_line_setup",
    "occ_object_extract",
    "occ_glb_export",
    "auto_populate_materials",
    "material_map_resolve",
    "resolve_template",
    "glb_bbox",
    "compose_scene",
    "render_still",
    "output_save",
    "notify",
];

/// The catalogue as the runtime serves it.
pub(crate) fn catalogue() -> Catalogue {
    let text = include_str!("../../tests/editor/catalogue.json");
    serde_json::from_str(text).expect("it is checked in")
}

/// A workflow of so many nodes, in rows of chains.
pub(crate) fn workflow(count: usize, catalogue: &Catalogue) -> Workflow {
    let mut workflow: Workflow = serde_json::from_value(serde_json::json!({
        "schema": "hartomat.workflow/1", "id": "measured", "name": "Measured",
        "family": Family::OrderLine, "nodes": [], "edges": []
    }))
    .expect("it is a workflow");
    let chains = count.div_ceil(CHAIN.len());
    // As wide as a screen: a chain is some twelve times as long as it is high.
    let columns = (chains as f64 * 1.7 / 12.4).sqrt().round().max(1.0) as usize;
    let rows = chains.div_ceil(columns);
    for number in 0..count {
        let (chain, link) = (number / CHAIN.len(), number % CHAIN.len());
        let (column, row) = (chain / rows, chain % rows);
        let x = (column * (CHAIN.len() + 1) + link) as f64 * 260.0;
        let y = row as f64 * 230.0 + if link % 2 == 0 { 0.0 } else { 60.0 };
        workflow.nodes.push(node(number, CHAIN[link], [x, y]));
    }
    for number in 0..count {
        let first = number - number % CHAIN.len();
        feed(&mut workflow, catalogue, first, number);
    }
    workflow
}

fn id(number: usize) -> NodeId {
    NodeId::new(format!("node_{number}")).expect("it is an id")
}

fn node(number: usize, node_type: &str, position: [f64; 2]) -> Node {
    let mut settings = Map::new();
    if node_type == "render_still" {
        settings.insert("samples".to_owned(), Value::from(number % 512 + 1));
        settings.insert("width_px".to_owned(), Value::from(2_048));
    }
    Node {
        id: id(number),
        node_type: NodeType::new(node_type).expect("it is a type"),
        version: 1,
        label: None,
        muted: false,
        settings,
        position,
        extra: Map::new(),
    }
}

/// Joins each input of a node to the nearest output of its chain that fits.
fn feed(workflow: &mut Workflow, catalogue: &Catalogue, first: usize, number: usize) {
    let definition = |number: usize| catalogue.get(&workflow.nodes[number].node_type);
    let Some(target) = definition(number) else {
        return;
    };
    let mut edges = Vec::new();
    for input in &target.contract.inputs {
        let source = (first..number).rev().find_map(|source| {
            let outputs = &definition(source)?.contract.outputs;
            let output = outputs
                .iter()
                .find(|port| input.accepts.contains(&port.kind))?;
            Some((source, output.name.clone()))
        });
        if let Some((source, port)) = source {
            edges.push(edge((source, port), (number, input.name.clone())));
        }
    }
    workflow.edges.extend(edges);
}

fn edge(from: (usize, PortName), to: (usize, PortName)) -> Edge {
    let end = |(node, port)| Endpoint {
        node: id(node),
        port,
    };
    Edge {
        from: end(from),
        to: end(to),
        via: Vec::new(),
        extra: Map::new(),
    }
}

/// A node's definition.
pub(crate) fn definition<'a>(catalogue: &'a Catalogue, node: &Node) -> &'a NodeDefinition {
    catalogue
        .get(&node.node_type)
        .expect("chains are of known nodes")
}
