//! Automatic layout in layers from left to right.
//!
//! Made of the graph and the order of its nodes in the document, never of where they stand: laying
//! out twice changes nothing the second time. The upper left corner stays; nodes that aren't asked
//! for don't move, and what is laid out goes below those that it would cover.

mod layers;
mod order;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::{NodeId, Workflow};

use super::decorate::with_margin;
use crate::{FrameIndex, NodeSizes, Rect, Selection};
use layers::Layers;

/// Between layers, in points: room for edges.
const LAYER_GAP: f64 = 72.0;
/// Between nodes of a layer.
const ROW_GAP: f64 = 28.0;
/// Between parts that don't hang together.
const PART_GAP: f64 = 64.0;
/// Nodes without edges that stand side by side.
const LONERS_PER_ROW: usize = 6;

/// Lays nodes out, all of them when none are named. Reroute points of edges among them go: the
/// layout makes them pointless. Frames that held nothing else are drawn around their nodes again.
pub(super) fn layout(workflow: &mut Workflow, nodes: Option<&BTreeSet<NodeId>>, sizes: &NodeSizes) {
    let mut chosen: Vec<usize> = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, node) in workflow.nodes.iter().enumerate() {
        if nodes.is_none_or(|nodes| nodes.contains(&node.id)) && seen.insert(node.id.clone()) {
            chosen.push(index);
        }
    }
    let rect = |index: usize| sizes.rect(&workflow.nodes[index]);
    let Some(before) = Rect::around(chosen.iter().map(|index| rect(*index))) else {
        return;
    };
    let frames = framed(workflow, &seen, sizes);
    let mut placed = place(workflow, &chosen, sizes);
    let others: Vec<Rect> = (0..workflow.nodes.len())
        .filter(|index| chosen.binary_search(index).is_err())
        .map(rect)
        .collect();
    settle(&mut placed, [before.x, before.y], &others);
    for (index, rect) in chosen.iter().zip(&placed) {
        workflow.nodes[*index].position = [rect.x, rect.y];
    }
    for edge in &mut workflow.edges {
        if seen.contains(&edge.from.node) && seen.contains(&edge.to.node) {
            edge.via.clear();
        }
    }
    for (frame, content) in frames {
        let rects = content
            .iter()
            .filter_map(|id| Some(sizes.rect(workflow.node(id)?)));
        if let Some(bounds) = Rect::around(rects) {
            workflow.frames[frame].rect = with_margin(bounds).into();
        }
    }
}

/// Frames that hold nothing but nodes that are laid out, with these.
fn framed(
    workflow: &Workflow,
    nodes: &BTreeSet<NodeId>,
    sizes: &NodeSizes,
) -> Vec<(usize, BTreeSet<NodeId>)> {
    let content = |index: usize| {
        let frame = Selection {
            frames: BTreeSet::from([FrameIndex(index)]),
            ..Selection::default()
        };
        let content = frame.with_frame_content(workflow, sizes);
        let is_ours = content.notes.is_empty()
            && content.frames.len() == 1
            && !content.nodes.is_empty()
            && content.nodes.is_subset(nodes);
        is_ours.then_some((index, content.nodes))
    };
    (0..workflow.frames.len()).filter_map(content).collect()
}

/// Rectangles of the chosen nodes from the origin on, part below part.
fn place(workflow: &Workflow, chosen: &[usize], sizes: &NodeSizes) -> Vec<Rect> {
    let size: Vec<[f64; 2]> = chosen
        .iter()
        .map(|index| sizes.size(&workflow.nodes[*index].id))
        .collect();
    let links = links(workflow, chosen);
    let mut placed = vec![Rect::default(); chosen.len()];
    let mut top = 0.0;
    let (loners, parts) = parts(chosen.len(), &links);
    for part in parts {
        let rects = place_part(&part, &links, &size);
        top = stack(&mut placed, &part, &rects, top);
    }
    for row in loners.chunks(LONERS_PER_ROW) {
        let mut x = 0.0;
        let rects: Vec<Rect> = row
            .iter()
            .map(|node| {
                let rect = Rect::new([x, 0.0], size[*node]);
                x = rect.right() + LAYER_GAP;
                rect
            })
            .collect();
        top = stack(&mut placed, row, &rects, top);
    }
    placed
}

/// Puts the rectangles of a part below `top`; returns where the next part begins.
fn stack(placed: &mut [Rect], part: &[usize], rects: &[Rect], top: f64) -> f64 {
    let bounds = Rect::around(rects.iter().copied()).unwrap_or_default();
    for (node, rect) in part.iter().zip(rects) {
        placed[*node] = Rect {
            x: rect.x - bounds.x,
            y: rect.y - bounds.y + top,
            ..*rect
        };
    }
    top + bounds.height + PART_GAP
}

/// Edges among the chosen nodes, by place in `chosen`, each pair once, in order.
fn links(workflow: &Workflow, chosen: &[usize]) -> Vec<(usize, usize)> {
    let place: BTreeMap<&NodeId, usize> = chosen
        .iter()
        .enumerate()
        .map(|(place, index)| (&workflow.nodes[*index].id, place))
        .collect();
    let mut links: Vec<(usize, usize)> = workflow
        .edges
        .iter()
        .filter_map(|edge| Some((*place.get(&edge.from.node)?, *place.get(&edge.to.node)?)))
        .filter(|(from, to)| from != to)
        .collect();
    links.sort_unstable();
    links.dedup();
    links
}

/// Nodes without edges, and the parts that hang together, each in order.
fn parts(count: usize, links: &[(usize, usize)]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut near = vec![Vec::new(); count];
    for (from, to) in links {
        near[*from].push(*to);
        near[*to].push(*from);
    }
    let mut is_seen = vec![false; count];
    let (mut loners, mut parts) = (Vec::new(), Vec::new());
    for start in 0..count {
        if near[start].is_empty() {
            loners.push(start);
        }
        if is_seen[start] || near[start].is_empty() {
            continue;
        }
        is_seen[start] = true;
        let mut part = vec![start];
        let mut at = 0;
        while at < part.len() {
            for next in &near[part[at]] {
                if !std::mem::replace(&mut is_seen[*next], true) {
                    part.push(*next);
                }
            }
            at += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    (loners, parts)
}

/// Rectangles of a part's nodes, in the part's order.
fn place_part(part: &[usize], links: &[(usize, usize)], size: &[[f64; 2]]) -> Vec<Rect> {
    let place = |node: usize| part.binary_search(&node).ok();
    let own: Vec<(usize, usize)> = links
        .iter()
        .filter_map(|(from, to)| Some((place(*from)?, place(*to)?)))
        .collect();
    let heights: Vec<f64> = part.iter().map(|node| size[*node][1]).collect();
    let mut layers = Layers::new(&heights, &own);
    order::untangle(&mut layers);
    let tops = rows::tops(&layers, ROW_GAP);
    let mut x = 0.0;
    let mut rects = vec![Rect::default(); part.len()];
    for layer in &layers.layers {
        let nodes = layer.iter().filter(|item| **item < part.len());
        let width = nodes
            .clone()
            .map(|item| size[part[*item]][0])
            .fold(0.0, f64::max);
        for item in nodes {
            rects[*item] = Rect::new([x, tops[*item].round()], size[part[*item]]);
        }
        x += width + LAYER_GAP;
    }
    rects
}

/// Moves what was placed to its corner, and on downwards until it covers none of the others.
fn settle(placed: &mut [Rect], corner: [f64; 2], others: &[Rect]) {
    let bounds = Rect::around(placed.iter().copied()).unwrap_or_default();
    let (dx, mut dy) = (corner[0] - bounds.x, corner[1] - bounds.y);
    let moved = |rect: &Rect, dy: f64| Rect {
        x: rect.x + dx,
        y: rect.y + dy,
        ..*rect
    };
    let all = moved(&bounds, 0.0);
    let mut near: Vec<&Rect> = others
        .iter()
        .filter(|other| other.x <= all.right() && all.x <= other.right())
        .collect();
    near.sort_by(|a, b| a.bottom().total_cmp(&b.bottom()));
    for other in near {
        let covers = placed
            .iter()
            .any(|rect| moved(rect, dy).expanded(ROW_GAP / 4.0).touches(*other));
        if covers {
            dy = dy.max(other.bottom() + ROW_GAP - bounds.y);
        }
    }
    for rect in placed {
        *rect = moved(rect, dy);
    }
}
