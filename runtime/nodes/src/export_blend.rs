//! `export_blend`: a `.blend` file with everything packed. Defined, but not runnable yet.

use hartomat_schema::{
    ArtifactKind, Category, Coverage, ExecutionKind, Family, NodeDefinition, Purity,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::define::{Draft, mirrors, output, required};

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Settings {
    /// Puts textures and all other outside files into the Blender file.
    #[schemars(title = "Pack everything", extend("x-group" = "File"))]
    pack: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pack: true }
    }
}

pub(crate) fn definition() -> NodeDefinition {
    Draft {
        node_type: "export_blend",
        label: "Blender file",
        help: "Writes a Blender file that opens with everything packed.",
        category: Category::Render,
        families: &[Family::OrderLine],
        module: "blender.export",
        execution: ExecutionKind::Render,
        purity: Purity::Pure,
        inputs: vec![required(
            "scene",
            &[ArtifactKind::SCENE],
            "What is exported.",
        )],
        outputs: vec![output("blend", ArtifactKind::BLEND, "The Blender file.")],
        context: &["cad_file"],
        tools: &["blender"],
        legacy: mirrors(
            "export_blend",
            "Saves the scene that the still was rendered from.",
        ),
        coverage: Coverage::Disabled {
            reason: "this edition can't write Blender files yet".to_owned(),
        },
    }
    .with_settings::<Settings>()
}
