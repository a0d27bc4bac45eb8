//! `thumbnail_save`: publishes a picture on the CAD file.

use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, Family, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{Draft, mirrors, output, required};
use crate::failure::parse_settings;
use crate::publish::{file_name, intend_to_publish};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// File name; {stem} is the CAD file's name, {ext} the picture's ending.
    #[schemars(title = "File name", length(min = 1, max = 200), extend("x-group" = "Publish"))]
    name_pattern: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name_pattern: "{stem}_thumbnail.{ext}".to_owned(),
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "thumbnail_save",
        label: "Save thumbnail",
        help: "Publishes the picture as the CAD file's thumbnail.",
        category: Category::Output,
        families: &[Family::CadFile],
        module: "publish.thumbnail",
        execution: ExecutionKind::Inline,
        purity: Purity::External,
        inputs: vec![required("image", &[ArtifactKind::IMAGE], "The thumbnail.")],
        outputs: vec![output(
            "media_asset",
            ArtifactKind::MEDIA_ASSET,
            "The published thumbnail.",
        )],
        context: &["cad_file", "publisher"],
        tools: &[],
        legacy: mirrors(
            "thumbnail_save",
            "Stores the thumbnail beside the CAD file's record.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct ThumbnailSave;

impl Executor for ThumbnailSave {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let image = context.input("image")?;
        let name = file_name(&settings.name_pattern, context, image)?;
        let record = intend_to_publish(context, image, name);
        Ok(NodeOutputs::from([(
            PortName::literal("media_asset"),
            record,
        )]))
    }
}
