//! Moving things, and reroute points.

use hartomat_schema::Workflow;

use super::EditError;
use super::nodes::each;
use crate::{EdgeKey, FrameIndex, NoteIndex, Reroute, Selection};

/// Moves things by a distance.
pub(super) fn shift(
    workflow: &mut Workflow,
    items: &Selection,
    by: [f64; 2],
) -> Result<(), EditError> {
    each(workflow, &items.nodes, |node| add(&mut node.position, by))?;
    for FrameIndex(index) in &items.frames {
        let frame = workflow.frames.get_mut(*index);
        let rect = &mut frame.ok_or(EditError::NoSuchFrame)?.rect;
        let mut corner = [rect[0], rect[1]];
        add(&mut corner, by)?;
        rect[..2].copy_from_slice(&corner);
    }
    for NoteIndex(index) in &items.notes {
        let note = workflow.notes.get_mut(*index);
        add(&mut note.ok_or(EditError::NoSuchNote)?.position, by)?;
    }
    for edge in workflow
        .edges
        .iter_mut()
        .filter(|edge| !edge.via.is_empty())
    {
        let goes_along =
            items.nodes.contains(&edge.from.node) && items.nodes.contains(&edge.to.node);
        let key = EdgeKey::of(edge);
        for (index, point) in edge.via.iter_mut().enumerate() {
            let own = Reroute {
                edge: key.clone(),
                index,
            };
            if goes_along || items.reroutes.contains(&own) {
                add(point, by)?;
            }
        }
    }
    Ok(())
}

fn add(point: &mut [f64; 2], by: [f64; 2]) -> Result<(), EditError> {
    let moved = [point[0] + by[0], point[1] + by[1]];
    if moved.iter().any(|number| !number.is_finite()) {
        return Err(EditError::NotFinite);
    }
    *point = moved;
    Ok(())
}

/// Adds a reroute point to an edge.
pub(super) fn add_reroute(
    workflow: &mut Workflow,
    key: &EdgeKey,
    index: usize,
    position: [f64; 2],
) -> Result<(), EditError> {
    let edge = workflow.edges.iter_mut().find(|edge| key.is(edge));
    let via = &mut edge.ok_or(EditError::NoSuchEdge)?.via;
    via.insert(index.min(via.len()), position);
    Ok(())
}

/// Moves a reroute point to a place.
pub(super) fn move_reroute(
    workflow: &mut Workflow,
    reroute: &Reroute,
    position: [f64; 2],
) -> Result<(), EditError> {
    let edge = workflow.edges.iter_mut().find(|edge| reroute.edge.is(edge));
    let via = &mut edge.ok_or(EditError::NoSuchEdge)?.via;
    let point = via.get_mut(reroute.index);
    *point.ok_or(EditError::NoSuchReroute)? = position;
    Ok(())
}
