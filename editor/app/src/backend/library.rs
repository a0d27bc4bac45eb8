//! What a backend serves to build workflows from, and its copy on disk for work without one.

use std::io;
use std::path::Path;
use std::sync::Arc;

use hartomat_api::{
    ApiError, Backend, BlendTemplateEntry, ErrorKind, OrderLineEntry, WorkflowSummary,
};
use hartomat_process::write_atomically;
use hartomat_schema::{Catalogue, Material, StudioScene, Workflow};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

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
    /// Asks for all of it, and says whether all of it came. Order lines, workflows and `.blend`
    /// templates stay as they were known while they can't be read; the rest is needed.
    pub fn fetch(backend: &dyn Backend, known: &Self) -> Result<(Self, bool), ApiError> {
        let mut is_whole = true;
        let library = Self {
            catalogue: Arc::new(backend.catalogue()?),
            materials: backend.material_list()?,
            studio_scenes: backend.studio_scene_list()?,
            blend_templates: list(
                backend.blend_template_list(),
                &known.blend_templates,
                &mut is_whole,
            ),
            templates: backend.template_list()?,
            order_lines: list(backend.order_line_list(), &known.order_lines, &mut is_whole),
            workflows: list(backend.workflow_list(), &known.workflows, &mut is_whole),
        };
        Ok((library, is_whole))
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

/// A list, or what was known of it where another attempt may bring it. One that isn't for whoever asks
/// is empty.
fn list<T: Clone>(read: Result<Vec<T>, ApiError>, known: &[T], is_whole: &mut bool) -> Vec<T> {
    read.unwrap_or_else(|err| match err.kind {
        ErrorKind::Unreachable | ErrorKind::Busy | ErrorKind::Internal => {
            *is_whole = false;
            known.to_vec()
        }
        _ => Vec::new(),
    })
}

fn take<T: DeserializeOwned>(values: &mut Map<String, Value>, key: &str) -> Option<T> {
    serde_json::from_value(values.shift_remove(key)?).ok()
}
