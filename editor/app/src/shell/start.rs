//! What the start screen offers: recent workflows, templates, drafts that were left behind.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use hartomat_document::{Miniature, NodeSizes};
use hartomat_schema::{Catalogue, Coverage, Family, Timestamp, Workflow, WorkflowId};

use super::ShellState;
use crate::backend::{Ask, Library};
use crate::messages::{said, served};
use crate::preferences::{RecentOrigin, RecentWorkflow};

/// A recent workflow with its picture.
#[derive(Debug, Clone, PartialEq)]
pub struct RecentTile {
    /// The workflow.
    pub recent: RecentWorkflow,
    /// Its picture, once it was read.
    pub miniature: Option<Miniature>,
}

/// A workflow to start from.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplateTile {
    /// Its id among the templates.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its family.
    pub family: Family,
    /// Its picture.
    pub miniature: Miniature,
    /// Why it can't run as it is, each reason once.
    pub obstacles: Vec<Obstacle>,
}

/// Why a workflow can't run as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The node's name.
    pub node: String,
    /// What the catalogue says of it.
    pub reason: String,
}

impl std::fmt::Display for Obstacle {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{}: {}", self.node, self.reason)
    }
}

/// A draft that no living window owns.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundDraft {
    /// Where it lies.
    pub path: PathBuf,
    /// The workflow's name; none where the draft can't be read.
    pub name: Option<String>,
    /// The workflow's family.
    pub family: Option<Family>,
    /// When it was changed last.
    pub changed_at: Option<Timestamp>,
    /// The name of its last change.
    pub last_change: Option<String>,
    /// Its picture.
    pub miniature: Miniature,
    /// Number of nodes.
    pub nodes: usize,
}

/// What the start screen offers.
#[derive(Debug, Default)]
pub struct Start {
    pub(super) templates: Vec<TemplateTile>,
    pub(super) pictures: BTreeMap<RecentOrigin, Miniature>,
    pub(super) drafts: Vec<FoundDraft>,
}

impl Start {
    /// Workflows to start from.
    pub fn templates(&self) -> &[TemplateTile] {
        &self.templates
    }

    /// Drafts that were left behind, the newest first.
    pub fn drafts(&self) -> &[FoundDraft] {
        &self.drafts
    }
}

impl ShellState {
    /// Recent workflows with what is known of their pictures.
    pub fn recent_tiles(&self) -> impl Iterator<Item = RecentTile> {
        self.preferences.recent.iter().map(|recent| RecentTile {
            recent: recent.clone(),
            miniature: self.start.pictures.get(&recent.origin).cloned(),
        })
    }

    /// Looks for pictures and drafts again.
    pub(super) fn refresh_start(&mut self) {
        self.start.templates = templates(&self.library);
        let catalogue = Arc::clone(&self.library.catalogue);
        let folder = self.folder.recent();
        let copies = self.preferences.recent.iter();
        let copies = copies.map(|recent| (recent.origin.clone(), recent.copy_path(&folder)));
        let copies = copies.collect();
        self.worker
            .ask(Ask::ReadPictures(copies, catalogue.clone()));
        self.worker
            .ask(Ask::ReadDrafts(self.drafts.clone(), catalogue));
    }
}

fn templates(library: &Library) -> Vec<TemplateTile> {
    let templates = library.templates.iter();
    templates
        .map(|template| TemplateTile {
            id: template.id.clone(),
            name: said(&template.name).into_owned(),
            description: said(&template.description).into_owned(),
            family: template.family,
            miniature: picture(template, &library.catalogue),
            obstacles: obstacles(template, &library.catalogue),
        })
        .collect()
}

fn picture(workflow: &Workflow, catalogue: &Catalogue) -> Miniature {
    Miniature::new(
        workflow,
        catalogue,
        &NodeSizes::estimated(workflow, catalogue),
    )
}

/// Why nodes of a workflow can't run, each reason once.
fn obstacles(workflow: &Workflow, catalogue: &Catalogue) -> Vec<Obstacle> {
    let mut reasons = Vec::new();
    for node in workflow.nodes.iter().filter(|node| !node.muted) {
        if let Some(definition) = catalogue.get(&node.node_type)
            && let Coverage::Disabled { reason } = &definition.coverage
        {
            let obstacle = Obstacle {
                node: served(&definition.label).to_owned(),
                reason: served(reason).to_owned(),
            };
            if !reasons.contains(&obstacle) {
                reasons.push(obstacle);
            }
        }
    }
    reasons
}
