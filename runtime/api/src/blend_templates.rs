//! The studio's `.blend` templates, as those who choose from them see them.

use hartomat_schema::BlendTemplate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A template, and what is known of it. Looking into one takes Blender seconds, so that only checks do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlendTemplateEntry {
    /// The file, and whether its scripts are trusted.
    pub template: BlendTemplate,
    /// What keeps it from being a stage, in words; none while no check has looked into it.
    pub problems: Option<Vec<String>>,
    /// What it does without, in words.
    #[serde(default)]
    pub remarks: Vec<String>,
}
