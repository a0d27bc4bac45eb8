//! A whole shadow run: contract, the comparisons of its artifacts, and intents, in one verdict.

use std::collections::BTreeMap;

use hartomat_schema::{
    Artifact, ArtifactKind, ArtifactRequirement, Comparison, ContractFinding, Lane, Measured,
    SideIntents, SideProblem, Verdict,
};

use crate::assemble::{TOOL_VERSION, absent};
use crate::intents::compare_intents;
use crate::judge::{RUN, judge_run};
use crate::options::{CompareOptions, SideInput};
use crate::still::compare_images;
use crate::{compare_data, compare_glb, compare_stl};

/// All that a shadow run left to be judged.
#[derive(Debug, Clone, Default)]
pub struct RunEvidence {
    /// What the output type or workflow must deliver.
    pub contract: Vec<ArtifactRequirement>,
    /// What the control delivered.
    pub control: Vec<Artifact>,
    /// What the candidate delivered.
    pub candidate: Vec<Artifact>,
    /// Why there is no control, where there is none.
    pub control_problem: Option<SideProblem>,
    /// Why there is no candidate: cancelled, timed out, fell back to legacy.
    pub candidate_problem: Option<SideProblem>,
    /// The artifacts' comparisons.
    pub parts: Vec<Comparison>,
    /// What each side published or would have published, and whom it told.
    pub intents: SideIntents,
}

/// Judges a whole run: the contract first, then the worst artifact, then the intents.
pub fn combine(evidence: RunEvidence) -> Comparison {
    let mut measured = Measured::default();
    measured.control.problem = evidence.control_problem;
    measured.candidate.problem = evidence.candidate_problem;
    if measured.control.problem.is_none() && measured.candidate.problem.is_none() {
        measured.contract =
            contract_findings(&evidence.contract, &evidence.control, &evidence.candidate);
        let numbers = compare_intents(&evidence.intents);
        if numbers.reordered {
            measured
                .notes
                .push("the same intents came in another order".to_owned());
        }
        measured.intents = Some(numbers);
    }
    let judgement = judge_run(&measured, &evidence.parts);
    let first = evidence.parts.first();
    Comparison {
        name: String::new(),
        kind: ArtifactKind::new(RUN),
        verdict: judgement.verdict,
        sentence: judgement.sentence,
        rungs: judgement.rungs,
        lane: first.map_or(Lane::default(), |part| part.lane),
        measured,
        thresholds: first
            .map(|part| part.thresholds.clone())
            .unwrap_or_default(),
        floor: None,
        accepted: None,
        parts: evidence.parts,
        tool_version: TOOL_VERSION.to_owned(),
    }
}

fn contract_findings(
    contract: &[ArtifactRequirement],
    control: &[Artifact],
    candidate: &[Artifact],
) -> Vec<ContractFinding> {
    let mut findings = Vec::new();
    for requirement in contract {
        let fits = |artifact: &&Artifact| fits(requirement, artifact);
        let [from, to] = [control, candidate].map(|side| side.iter().filter(fits).count());
        if to < requirement.min_count as usize {
            let format = requirement
                .format
                .as_deref()
                .map(|text| format!(" ({text})"));
            findings.push(ContractFinding {
                what: format!(
                    "deliveries of the {}{}, of which the contract asks for {},",
                    requirement.kind,
                    format.unwrap_or_default(),
                    requirement.min_count
                ),
                control: from.to_string(),
                candidate: to.to_string(),
                verdict: Verdict::Fail,
            });
        }
    }
    let count = |side: &[Artifact]| {
        let mut counts = BTreeMap::new();
        for artifact in side {
            *counts.entry(artifact.kind.clone()).or_insert(0_u64) += 1;
        }
        counts
    };
    let (from, to) = (count(control), count(candidate));
    let kinds: std::collections::BTreeSet<&ArtifactKind> = from.keys().chain(to.keys()).collect();
    for kind in kinds {
        let [from, to] = [&from, &to].map(|counts| counts.get(kind).copied().unwrap_or(0));
        if from != to {
            findings.push(ContractFinding {
                what: format!("numbers of {kind} artifacts"),
                control: from.to_string(),
                candidate: to.to_string(),
                verdict: if to < from {
                    Verdict::Fail
                } else {
                    Verdict::Warn
                },
            });
        }
    }
    findings
}

fn fits(requirement: &ArtifactRequirement, artifact: &Artifact) -> bool {
    artifact.kind == requirement.kind
        && requirement.format.as_deref().is_none_or(|format| {
            artifact.media_type.ends_with(&format!("/{format}"))
                || artifact.name.ends_with(&format!(".{format}"))
        })
}

/// Compares two artifacts of a kind. What nothing here can read is judged by its bytes: equal
/// passes, different is inconclusive.
pub fn compare_artifacts(
    kind: &ArtifactKind,
    control: SideInput<'_>,
    candidate: SideInput<'_>,
    options: &CompareOptions,
) -> Comparison {
    let (control, candidate) = match (control, candidate) {
        (SideInput::Bytes(control), SideInput::Bytes(candidate)) => (control, candidate),
        (control, candidate) => {
            let problem = |side| match side {
                SideInput::Absent(problem) => Some(problem),
                SideInput::Bytes(_) => None,
            };
            return absent(kind.clone(), problem(control), problem(candidate), options);
        }
    };
    let compare = match kind.as_str() {
        "image" => compare_images,
        "glb" => compare_glb,
        "stl" => compare_stl,
        "part_list" | "material_map" | "bbox" | "scene" | "scene_template" | "order_line" => {
            compare_data
        }
        _ => crate::opaque::compare_opaque,
    };
    let mut comparison = compare(control, candidate, options);
    comparison.kind = kind.clone();
    comparison
}

/// The kind of a file by its first bytes: `image`, `glb`, `stl`, JSON as `part_list`, else none.
pub fn sniff_kind(bytes: &[u8]) -> Option<ArtifactKind> {
    let float = bytes.starts_with(&[0x76, 0x2f, 0x31, 0x01]);
    let webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if bytes.starts_with(b"\x89PNG") || bytes.starts_with(&[0xff, 0xd8, 0xff]) || float || webp {
        return Some(ArtifactKind::IMAGE);
    }
    if bytes.starts_with(b"glTF") {
        return Some(ArtifactKind::GLB);
    }
    if crate::mesh::is_stl(bytes) {
        return Some(ArtifactKind::STL);
    }
    let text = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(text, Some(b'{' | b'[')).then_some(ArtifactKind::PART_LIST)
}

/// Compares two files by what their first bytes say they are.
pub fn compare_files(control: &[u8], candidate: &[u8], options: &CompareOptions) -> Comparison {
    let kind = sniff_kind(control).or_else(|| sniff_kind(candidate));
    let kind = kind.unwrap_or_else(|| ArtifactKind::new("file"));
    compare_artifacts(&kind, control.into(), candidate.into(), options)
}
