//! Imported workflows in which no node covers another: old forms know nothing of how large nodes are.

use hartomat_document::Edit;
use hartomat_schema::{Catalogue, Workflow};

use crate::canvas::{Source, ViewModel, sizes_of};

/// Nodes that are closer than this, in points, are laid out anew.
const LEAST_GAP: f64 = 24.0;

/// The workflow, laid out where its nodes crowd.
pub(super) fn arranged(workflow: Workflow, catalogue: &Catalogue) -> Workflow {
    let source = Source {
        workflow: &workflow,
        catalogue,
        has_thumbnail: &|_| false,
    };
    let sizes = sizes_of(&ViewModel::new(&source, 0));
    let rects: Vec<_> = workflow
        .nodes
        .iter()
        .map(|node| sizes.rect(node).expanded(LEAST_GAP / 2.0))
        .collect();
    let mut numbered = rects.iter().enumerate();
    let is_crowded = numbered.any(|(number, rect)| {
        let mut others = rects[number + 1..].iter();
        others.any(|other| other.touches(*rect))
    });
    if !is_crowded {
        return workflow;
    }
    let layout = Edit::AutoLayout { nodes: None, sizes };
    layout.apply(&workflow, catalogue).unwrap_or(workflow)
}
