//! `occ_glb_export`: tessellates the CAD file and writes GLB.

use std::sync::Arc;

use hartomat_cad::{CadWorker, GlbRequest};
use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, LogLevel, NodeDefinition, PortName,
    Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{from_cad, parse_settings};
use crate::media::{bytes_artifact, stem};
use crate::services::CadCall;

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// How far the mesh may leave the true surface, as a share of the product's diagonal. Smaller is smoother and larger in bytes.
    #[schemars(title = "Deflection", range(min = 0.001, max = 5.0), extend("x-unit" = "%", "x-group" = "Tessellation"))]
    deflection_percent: f64,
    /// Largest angle between neighbouring facets. Smaller is rounder.
    #[schemars(title = "Angle", range(min = 1.0, max = 60.0), extend("x-unit" = "°", "x-group" = "Tessellation"))]
    angle_deg: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            deflection_percent: 0.03,
            angle_deg: 12.0,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "occ_glb_export",
        label: "GLB",
        help: "Tessellates the CAD file and writes binary glTF: one mesh per distinct part, with instances, names and colours.",
        category: Category::Cad,
        families: BOTH,
        module: "cad.glb",
        execution: ExecutionKind::CadWorker,
        purity: Purity::Pure,
        inputs: vec![required("step_file", &[ArtifactKind::STEP_FILE], "The CAD file.")],
        outputs: vec![output("glb", ArtifactKind::GLB, "The tessellated assembly.")],
        context: &["cad_file"],
        tools: &["cad_kernel"],
        legacy: mirrors("occ_glb_export", "Writes the GLB that the render scripts import, at 0.03 % and 12°."),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct OccGlbExport(pub(crate) Arc<CadWorker>);

impl Executor for OccGlbExport {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let call = CadCall::new(context)?;
        let request = GlbRequest {
            deflection_percent: settings.deflection_percent,
            angle_deg: settings.angle_deg,
        };
        let glb = self
            .0
            .glb(&call.step, &request, &call.cancel, &call.progress)
            .map_err(|err| from_cad(&err))?;
        for warning in &glb.warnings {
            context.log(LogLevel::Warning, warning);
        }
        let name = format!("{}.glb", stem(&context.subject.cad_file().name));
        let mut artifact = bytes_artifact(ArtifactKind::GLB, name, "model/gltf-binary", glb.bytes);
        artifact
            .facts
            .insert("triangles".to_owned(), json!(glb.triangle_count));
        Ok(NodeOutputs::from([(PortName::literal("glb"), artifact)]))
    }
}
