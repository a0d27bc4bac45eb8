//! `stl_cache_generate`: binary STL in two qualities, reused by content.

use std::sync::Arc;

use hartomat_cad::{CadWorker, StlQuality, StlRequest};
use hartomat_engine::{Executor, NodeContext, NodeOutputs};
use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Failure, NodeDefinition, PortName, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{BOTH, Draft, mirrors, output, required};
use crate::failure::{from_cad, parse_settings};
use crate::media::{bytes_artifact, stem};
use crate::services::CadCall;

#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Quality {
    Low,
    High,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Low is for previews, high for manufacture and close-ups.
    #[schemars(title = "Quality", extend("x-labels" = {"low": "Low", "high": "High"}, "x-group" = "Tessellation"))]
    quality: Quality,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quality: Quality::Low,
        }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "stl_cache_generate",
        label: "STL",
        help: "Binary STL in low or high quality, kept by content and reused.",
        category: Category::Cad,
        families: BOTH,
        module: "cad.stl",
        execution: ExecutionKind::CadWorker,
        purity: Purity::Pure,
        inputs: vec![required(
            "step_file",
            &[ArtifactKind::STEP_FILE],
            "The CAD file.",
        )],
        outputs: vec![output(
            "stl",
            ArtifactKind::STL,
            "The whole assembly as triangles, in millimetres.",
        )],
        context: &["cad_file"],
        tools: &["cad_kernel"],
        legacy: mirrors(
            "stl_cache_generate",
            "Writes `low` and `high` STL files beside the CAD file and reuses them by name.",
        ),
        coverage: Coverage::Executor,
    }
    .with_settings::<Settings>()
}

pub(crate) struct StlCacheGenerate(pub(crate) Arc<CadWorker>);

impl Executor for StlCacheGenerate {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        let settings: Settings = parse_settings(&context.settings)?;
        let call = CadCall::new(context)?;
        let quality = match settings.quality {
            Quality::Low => StlQuality::Low,
            Quality::High => StlQuality::High,
        };
        let stl = self
            .0
            .stl(
                &call.step,
                &StlRequest { quality },
                &call.cancel,
                &call.progress,
            )
            .map_err(|err| from_cad(&err))?;
        let name = format!("{}.stl", stem(&context.subject.cad_file().name));
        let artifact = bytes_artifact(ArtifactKind::STL, name, "model/stl", stl.bytes);
        Ok(NodeOutputs::from([(PortName::literal("stl"), artifact)]))
    }
}
