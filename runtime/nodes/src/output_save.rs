//! `output_save`: the one place where an order line's output is published.

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
    /// File name; {stem} is the CAD file's name, {product} and {line} are ids, {ext} the output's ending.
    #[schemars(title = "File name", length(min = 1, max = 200), extend("x-group" = "Publish"))]
    name_pattern: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name_pattern: "{stem}.{ext}".to_owned(),
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "output_save",
        label: "Save output",
        help: "Publishes the picture, video or Blender file on the order line. A shadow run only records that it would.",
        category: Category::Output,
        families: &[Family::OrderLine],
        module: "publish.output",
        execution: ExecutionKind::Inline,
        purity: Purity::External,
        inputs: vec![required(
            "output",
            &[ArtifactKind::IMAGE, ArtifactKind::VIDEO, ArtifactKind::BLEND],
            "What is published.",
        )],
        outputs: vec![output("media_asset", ArtifactKind::MEDIA_ASSET, "The published output.")],
        context: &["order_line", "publisher"],
        tools: &[],
        legacy: mirrors("output_save", "Stores the output as a media asset of the order line."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct OutputSave;

impl Executor for OutputSave {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let artifact = context.input("output")?;
        let name = file_name(&settings.name_pattern, context, artifact)?;
        let record = intend_to_publish(context, artifact, name);
        Ok(NodeOutputs::from([(
            PortName::literal("media_asset"),
            record,
        )]))
    }
}
