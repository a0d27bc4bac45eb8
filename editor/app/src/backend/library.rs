//! What a backend serves to build workflows from, and its copy on disk for work without one.

use std::io;
use std::path::Path;
use std::sync::Arc;

use hartomat_api::{ApiError, Backend, BlendTemplateEntry, OrderLineEntry, WorkflowSummary};
use hartomat_schema::{Catalogue, Material, StudioScene, Workflow};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::files::write_atomically;

/// Everything that is served.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// Node definitions.
    pub catalogue: Arc<Catalogue>,
    /// Materials.
    pub materials: Vec<Material>,
    /// Studio scenes.
    pub studio_scenes: Vec<StudioScene>,
    /// The studio's `.blend` templates.
    pub blend_templates: Vec<BlendTemplateEntry>,
    /// Workflows to start from.
    pub templates: Vec<Workflow>,
    /// Order lines to try a workflow on.
    pub order_lines: Vec<OrderLineEntry>,
    /// Saved workflows.
    pub workflows: Vec<WorkflowSummary>,
}

impl Default for Library {
    fn default() -> Self {
        Self {
            catalogue: Arc::new(Catalogue::new(Vec::new())),
            materials: Vec::new(),
            studio_scenes: Vec::new(),
            blend_templates: Vec::new(),
            templates: Vec::new(),
            order_lines: Vec::new(),
            workflows: Vec::new(),
        }
    }
}

impl Library {
    /// Asks for all of it. Order lines and workflows may be missing where a database is broken;
    /// the rest is needed.
    pub fn fetch(backend: &dyn Backend) -> Result<Self, ApiError> {
        Ok(Self {
            catalogue: Arc::new(backend.catalogue()?),
            materials: backend.material_list()?,
            studio_scenes: backend.studio_scene_list()?,
            blend_templates: backend.blend_template_list().unwrap_or_default(),
            templates: backend.template_list()?,
            order_lines: backend.order_line_list().unwrap_or_default(),
            workflows: backend.workflow_list().unwrap_or_default(),
        })
    }

    /// The copy on disk; none where it is missing or of no use.
    pub fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let mut values: Map<String, Value> = serde_json::from_slice(&bytes).ok()?;
        Some(Self {
            catalogue: Arc::new(take(&mut values, "catalogue")?),
            materials: take(&mut values, "materials")?,
            studio_scenes: take(&mut values, "studio_scenes")?,
            blend_templates: take(&mut values, "blend_templates").unwrap_or_default(),
            templates: take(&mut values, "templates")?,
            order_lines: take(&mut values, "order_lines")?,
            workflows: take(&mut values, "workflows")?,
        })
    }

    /// Writes the copy.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let Self {
            catalogue,
            materials,
            studio_scenes,
            blend_templates,
            templates,
            order_lines,
            workflows,
        } = self;
        let values = json!({
            "catalogue": **catalogue,
            "materials": materials,
            "studio_scenes": studio_scenes,
            "blend_templates": blend_templates,
            "templates": templates,
            "order_lines": order_lines,
            "workflows": workflows,
        });
        write_atomically(path, values.to_string().as_bytes())
    }
}

fn take<T: DeserializeOwned>(values: &mut Map<String, Value>, key: &str) -> Option<T> {
    serde_json::from_value(values.shift_remove(key)?).ok()
}
