//! `glb_bbox`: the product's bounding box in millimetres.

use hartomat_cad::bbox_of_glb;
use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, LogLevel, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::from_cad;
use crate::media::json_artifact;

#[derive(Serialize, Deserialize, JsonSchema, Default)]
#[serde(default)]
struct Settings {}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "glb_bbox",
        label: "Bounding box",
        help: "The bounding box in millimetres: that of the exact surfaces where the GLB carries it, else that of the mesh, marked as such.",
        category: Category::Cad,
        families: BOTH,
        module: "cad.bbox",
        execution: ExecutionKind::Inline,
        purity: Purity::Pure,
        inputs: vec![required("glb", &[ArtifactKind::GLB], "The tessellated assembly.")],
        outputs: vec![output("bbox", ArtifactKind::BBOX, "Smallest and largest corner.")],
        context: &[],
        tools: &["cad_kernel"],
        legacy: mirrors("glb_bbox", "Measures the mesh to place the camera."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct GlbBbox;

impl Executor for GlbBbox {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let glb = context.read(context.input("glb")?)?;
        let bbox = bbox_of_glb(&glb).map_err(|err| from_cad(&err))?;
        let [x, y, z] = bbox.size_mm();
        let basis = if bbox.exact { "exact" } else { "of the mesh" };
        context.log(
            LogLevel::Info,
            &format!("{x:.3} × {y:.3} × {z:.3} mm, {basis}"),
        );
        let artifact = json_artifact(ArtifactKind::BBOX, "bbox.json", &bbox);
        Ok(NodeOutputs::from([(PortName::literal("bbox"), artifact)]))
    }
}
