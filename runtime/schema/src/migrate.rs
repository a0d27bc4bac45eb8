//! Migration of older documents to the present form. No information is lost.

use serde_json::Value;

/// A form that workflows had before `hartomat.workflow/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LegacyForm {
    /// `{"type": "still", "params": {…}}`.
    Preset,
    /// `{"steps": [{"step": "blender_still", "params": {…}}]}`, edges implied by order.
    StepList,
    /// A node-editor export: `nodes[].data.{step,params,label}` and edges without ports.
    EditorExport,
}

impl LegacyForm {
    /// Recognises a form by what a document without `schema` holds.
    pub(crate) fn detect(
        has_type: bool,
        has_steps: bool,
        first_node: Option<&Value>,
    ) -> Option<Self> {
        if has_steps {
            Some(Self::StepList)
        } else if first_node.is_some_and(|node| node.get("data").is_some_and(Value::is_object)) {
            Some(Self::EditorExport)
        } else {
            has_type.then_some(Self::Preset)
        }
    }
}
