//! What comes with the product: sample CAD files, canonical workflows, sample output types.

use std::path::{Path, PathBuf};

use hartomat_schema::{
    ArtifactKind, ArtifactRequirement, ExecutionMode, Family, LegacyPreset, OutputType,
    OutputTypeId, Workflow, WorkflowId, digest_json,
};
use serde_json::{Map, json};

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
    std::fs::create_dir_all(folder.join("samples"))?;
    let partial = path.with_extension("partial");
    std::fs::write(&partial, content)?;
    std::fs::rename(&partial, &path)?;
    Ok(path)
}

/// The canonical workflows.
pub(crate) fn bundled_workflows() -> Vec<Workflow> {
    let parse = |text: &&str| serde_json::from_str(text).expect("bundled workflows are tested");
    WORKFLOWS.iter().map(parse).collect()
}

/// The output type of sample order lines: the canonical still, free for every mode.
pub(crate) fn sample_output_type(
    workflow: WorkflowId,
    [width_px, height_px]: [u32; 2],
    samples: u32,
) -> OutputType {
    let params = json!({ "width": width_px, "height": height_px, "samples": samples });
    let key = digest_json(&(&workflow, &params)).short();
    OutputType {
        id: OutputTypeId::new(format!("sample-still-{key}")).expect("a digest is a valid id"),
        name: "Sample still".to_owned(),
        family: Family::OrderLine,
        workflow,
        contract: vec![ArtifactRequirement {
            kind: ArtifactKind::IMAGE,
            min_count: 1,
            format: Some("png".to_owned()),
            extra: Map::new(),
        }],
        overrides: std::collections::BTreeMap::new(),
        legacy_preset: LegacyPreset {
            preset_type: "still".to_owned(),
            params: params.as_object().cloned().unwrap_or_default(),
            extra: Map::new(),
        },
        rollout: ExecutionMode::Graph,
        active: true,
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
            let mut findings = hartomat_schema::validate(&workflow, &catalogue);
            // Templates of what comes next are bundled before this edition can run them.
            findings.retain(|finding| finding.code != "disabled_node");
            assert!(findings.is_empty(), "{}: {findings:#?}", workflow.name);
        }
    }

    #[test]
    fn what_this_edition_cant_run_is_one_node_of_two_templates() {
        let catalogue = hartomat_nodes::catalogue();
        let mut disabled = Vec::new();
        for workflow in bundled_workflows() {
            let findings = hartomat_schema::validate(&workflow, &catalogue);
            let nodes = findings
                .iter()
                .filter(|finding| finding.code == "disabled_node");
            disabled.extend(nodes.map(|_| workflow.id.to_string()));
        }
        assert_eq!(disabled, ["turntable", "blend-export"]);
    }
}
