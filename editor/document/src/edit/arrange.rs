//! Nodes on one line, and nodes at equal gaps.

use std::collections::BTreeSet;

use hartomat_schema::{NodeId, Workflow};

use super::nodes::each;
use super::{Alignment, Axis, EditError};
use crate::{NodeSizes, Rect};

/// Puts nodes on one line. One node is on it already.
pub(super) fn align(
    workflow: &mut Workflow,
    nodes: &BTreeSet<NodeId>,
    to: Alignment,
    sizes: &NodeSizes,
) -> Result<(), EditError> {
    let Some(bounds) = Rect::around(rects(workflow, nodes, sizes)) else {
        return Ok(());
    };
    each(workflow, nodes, |node| {
        let [width, height] = sizes.size(&node.id);
        let [center_x, center_y] = bounds.center();
        let [x, y] = &mut node.position;
        match to {
            Alignment::Left => *x = bounds.x,
            Alignment::Center => *x = center_x - width / 2.0,
            Alignment::Right => *x = bounds.right() - width,
            Alignment::Top => *y = bounds.y,
            Alignment::Middle => *y = center_y - height / 2.0,
            Alignment::Bottom => *y = bounds.bottom() - height,
        }
        Ok(())
    })
}

/// Makes gaps equal. Nodes keep their order, the first and the last one their place.
pub(super) fn distribute(
    workflow: &mut Workflow,
    nodes: &BTreeSet<NodeId>,
    along: Axis,
    sizes: &NodeSizes,
) -> Result<(), EditError> {
    let axis = match along {
        Axis::Horizontal => 0,
        Axis::Vertical => 1,
    };
    // Checks that all of them are there.
    let mut row: Vec<(f64, f64, NodeId)> = Vec::new();
    each(workflow, nodes, |node| {
        let size = sizes.size(&node.id)[axis];
        row.push((node.position[axis], size, node.id.clone()));
        Ok(())
    })?;
    row.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.2.cmp(&b.2)));
    let ([first, .., last], true) = (row.as_slice(), row.len() > 2) else {
        return Ok(());
    };
    let (start, end) = (first.0, last.0 + last.1);
    let filled: f64 = row.iter().map(|(_, size, _)| size).sum();
    let gaps = f64::from(u32::try_from(row.len() - 1).unwrap_or(u32::MAX));
    let gap = (end - start - filled) / gaps;
    let mut at = start;
    for (index, (_, size, id)) in row.iter().enumerate() {
        if index > 0 && index + 1 < row.len() {
            let node = BTreeSet::from([id.clone()]);
            each(workflow, &node, |node| {
                node.position[axis] = at;
                Ok(())
            })?;
        }
        at += size + gap;
    }
    Ok(())
}

fn rects<'a>(
    workflow: &'a Workflow,
    nodes: &'a BTreeSet<NodeId>,
    sizes: &'a NodeSizes,
) -> impl Iterator<Item = Rect> + 'a {
    let nodes = workflow
        .nodes
        .iter()
        .filter(|node| nodes.contains(&node.id));
    nodes.map(|node| sizes.rect(node))
}
