//! What comes with the product: sample CAD files, canonical workflows, sample output types.

use std::path::{Path, PathBuf};

use hartomat_process::write_atomically;
use hartomat_schema::{
    ArtifactKind, ArtifactRequirement, ExecutionMode, Family, LegacyPreset, OutputType,
    OutputTypeId, Workflow, WorkflowId, digest_json,
};
use serde_json::Map;

/// The sample CAD file that a smoke run takes where none is named: file name and content.
const SAMPLE: (&str, &[u8]) = (
    "ball_bearing.step",
    include_bytes!("../../../assets/samples/ball_bearing.step"),
);

const WORKFLOWS: &[&str] = &[
    include_str!("../../../assets/workflows/canonical_still.json"),
    include_str!("../../../assets/workflows/cad_thumbnail.json"),
    include_str!("../../../assets/workflows/turntable.json"),
    include_str!("../../../assets/workflows/blend_export.json"),
];

/// Writes the bundled sample below `folder`, unless it is there, and gives its path.
pub fn bundled_sample(folder: &Path) -> std::io::Result<PathBuf> {
    let (name, content) = SAMPLE;
    let path = folder.join("samples").join(name);
    if std::fs::read(&path).is_ok_and(|there| there == content) {
        return Ok(path);
    }
    write_atomically(&path, content)?;
    Ok(path)
}

/// The canonical workflows.
pub(crate) fn bundled_workflows() -> Vec<Workflow> {
    let parse = |text: &&str| serde_json::from_str(text).expect("bundled workflows are tested");
    WORKFLOWS.iter().map(parse).collect()
}

/// What a sample order line's legacy preset is asked for.
pub(crate) struct SamplePreset {
    /// `still`, `turntable` or `blend`.
    pub(crate) preset_type: &'static str,
    pub(crate) params: Map<String, serde_json::Value>,
}

impl SamplePreset {
    pub(crate) fn into_preset(self) -> LegacyPreset {
        LegacyPreset {
            preset_type: self.preset_type.to_owned(),
            params: self.params,
            extra: Map::new(),
        }
    }
}

/// The output type of sample order lines: what the canonical workflow makes, free for every mode.
pub(crate) fn sample_output_type(workflow: WorkflowId, preset: SamplePreset) -> OutputType {
    let SamplePreset {
        preset_type,
        params,
    } = preset;
    let key = digest_json(&(&workflow, &params)).short();
    let (name, kind, format) = match preset_type {
        "blend" => ("Sample Blender file", ArtifactKind::BLEND, "blend"),
        "turntable" => {
            let is_webm = params.get("codec").and_then(serde_json::Value::as_str) == Some("vp9");
            let format = if is_webm { "webm" } else { "mp4" };
            ("Sample turntable", ArtifactKind::VIDEO, format)
        }
        _ => ("Sample still", ArtifactKind::IMAGE, "png"),
    };
    OutputType {
        id: OutputTypeId::new(format!("sample-{preset_type}-{key}"))
            .expect("a digest is a valid id"),
        name: name.to_owned(),
        family: Family::OrderLine,
        workflow,
        contract: vec![ArtifactRequirement {
            kind,
            min_count: 1,
            format: Some(format.to_owned()),
            extra: Map::new(),
        }],
        overrides: std::collections::BTreeMap::new(),
        legacy_preset: LegacyPreset {
            preset_type: preset_type.to_owned(),
            params,
            extra: Map::new(),
        },
        rollout: ExecutionMode::Graph,
        active: true,
        internal: true,
    }
}

/// What legacy runs for a CAD file.
pub(crate) fn thumbnail_preset() -> LegacyPreset {
    LegacyPreset {
        preset_type: "thumbnail".to_owned(),
        params: Map::new(),
        extra: Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_workflows_are_valid() {
        let catalogue = hartomat_nodes::catalogue();
        for text in WORKFLOWS {
            let read = hartomat_schema::read_workflow(text.as_bytes()).unwrap();
            let hartomat_schema::ReadWorkflow::Current(workflow) = read else {
                panic!("{text}")
            };
            let findings = hartomat_schema::validate(&workflow, &catalogue);
            assert!(findings.is_empty(), "{}: {findings:#?}", workflow.name);
        }
    }
}
