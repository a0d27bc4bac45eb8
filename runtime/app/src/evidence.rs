//! Sets the candidate beside the control after a run, and keeps the comparison as an artifact.

use hartomat_compare::{CompareOptions, RunEvidence, SideInput, combine, compare_artifacts};
use hartomat_engine::{CandidateEnd, ControlEnd};
use hartomat_legacy::LegacyResult;
use hartomat_schema::{
    Artifact, ArtifactKind, ArtifactRequirement, Comparison, Digest, Evidence, ExecutionMode,
    Intent, Lane, NoiseFloor, RenderFacts, RunEventKind, RunRecord, SideIntents, SideProblem,
    Subject, canonical_json,
};
use hartomat_store::StoreError;
use serde_json::{Map, Value};

use crate::accepted::accept;
use crate::noise_twin::noise_floor;
use crate::sides::RunSides;
use crate::studio::GraphStore;

/// The largest output that is compared.
pub(crate) const MAX_OUTPUT_BYTES: u64 = 2 << 30;

/// What the candidate left for the comparison.
#[derive(Debug, Clone, Default)]
pub(crate) struct CandidateMade {
    pub(crate) image: Option<Artifact>,
    pub(crate) glb: Option<Artifact>,
    pub(crate) intents: Vec<Intent>,
}

/// Compares both sides and journals the verdict. A comparison that can't be made or kept is logged
/// and leaves the run without a verdict, which never counts as a pass.
pub(crate) fn judge_sides(sides: &RunSides<'_>, control: &ControlEnd, candidate: &CandidateEnd) {
    let Ok(graph) = &sides.graph else { return };
    let evidence = match gather(sides, &graph.store, control, candidate) {
        Ok(evidence) => evidence,
        Err(err) => {
            sides.note(&format!("the comparison could not be kept: {err}"));
            return;
        }
    };
    match graph.store.artifacts.put_bytes(&canonical_json(&evidence)) {
        Ok(stored) => sides.journal(RunEventKind::Compared {
            verdict: evidence.comparison.verdict,
            sentence: evidence.comparison.sentence.clone(),
            comparison: stored.digest,
        }),
        Err(err) => sides.note(&format!("the comparison could not be kept: {err}")),
    }
}

fn gather(
    sides: &RunSides<'_>,
    store: &GraphStore,
    control: &ControlEnd,
    candidate: &CandidateEnd,
) -> Result<Evidence, StoreError> {
    let delivered = sides.control.borrow();
    let delivered = delivered.as_ref().and_then(|result| result.as_ref().ok());
    let made = sides.made.borrow();
    let image = Pair {
        kind: ArtifactKind::IMAGE,
        control: delivered.map(|result| (result.artifact.clone(), read_file(result))),
        candidate: stored(store, made.image.as_ref())?,
    };
    let glb = Pair {
        kind: ArtifactKind::GLB,
        control: delivered.map(|result| (glb_artifact(&result.glb), result.glb.clone())),
        candidate: stored(store, made.glb.as_ref())?,
    };
    let comparable = *candidate == CandidateEnd::Succeeded && *control == ControlEnd::Delivered;
    let parts: Vec<Comparison> = if comparable {
        let lane = image.lane(sides.frozen.tools.get("embedded_renderer"));
        let control = image.control.as_ref().map(|(_, bytes)| bytes.as_slice());
        let floor = lane
            .zip(control)
            .and_then(|(lane, control)| noise_floor(sides, store, lane, control));
        let run = RunRecord::new(&sides.frozen);
        let judged = |pair: &Pair, lane, floor| pair.judge(store, &run, lane, floor);
        vec![judged(&image, lane, floor), judged(&glb, None, None)]
    } else {
        Vec::new()
    };
    let comparison = combine(RunEvidence {
        contract: picture_contract(sides),
        control: image
            .control
            .iter()
            .map(|(artifact, _)| artifact.clone())
            .collect(),
        candidate: image
            .candidate
            .iter()
            .map(|(artifact, _)| artifact.clone())
            .collect(),
        control_problem: control_problem(control),
        candidate_problem: candidate_problem(sides, candidate),
        parts,
        intents: SideIntents {
            control: delivered
                .map(|result| result.intents.clone())
                .unwrap_or_default(),
            candidate: made.intents.clone(),
        },
    });
    let (difference, side_by_side) = image.pictures(store)?;
    if let Some((_, bytes)) = &image.control {
        store.artifacts.put_bytes(bytes)?;
    }
    Ok(Evidence {
        comparison,
        control: image.control.map(|(artifact, _)| artifact),
        candidate: image.candidate.map(|(artifact, _)| artifact),
        difference,
        side_by_side,
    })
}

/// The same artifact of both sides.
struct Pair {
    kind: ArtifactKind,
    control: Option<(Artifact, Vec<u8>)>,
    candidate: Option<(Artifact, Vec<u8>)>,
}

impl Pair {
    /// Compares both sides, and lets what people have accepted pass.
    fn judge(
        &self,
        store: &GraphStore,
        run: &RunRecord,
        lane: Option<Lane>,
        floor: Option<NoiseFloor>,
    ) -> Comparison {
        let name = self.control.as_ref().or(self.candidate.as_ref());
        let options = CompareOptions {
            name: name
                .map(|(artifact, _)| artifact.name.clone())
                .unwrap_or_default(),
            lane,
            floor,
            control_digest: self.control.as_ref().map(|(artifact, _)| artifact.digest),
            candidate_digest: self.candidate.as_ref().map(|(artifact, _)| artifact.digest),
            ..CompareOptions::default()
        };
        let (control, candidate) = (input(self.control.as_ref()), input(self.candidate.as_ref()));
        let part = compare_artifacts(&self.kind, control.clone(), candidate.clone(), &options);
        match (control, candidate) {
            (SideInput::Bytes(control), SideInput::Bytes(candidate)) => {
                accept(store, run, part, [control, candidate], &options)
            }
            _ => part,
        }
    }

    /// By what is known of how both sides were rendered; none for what is no picture.
    fn lane(&self, version: Option<&String>) -> Option<Lane> {
        let (control, candidate) = self.control.as_ref().zip(self.candidate.as_ref())?;
        let facts = |artifact| render_facts(artifact, version);
        (self.kind == ArtifactKind::IMAGE)
            .then(|| Lane::infer(&facts(&control.0), &facts(&candidate.0)))
    }

    /// The difference picture and both sides beside each other, where both are pictures.
    fn pictures(
        &self,
        store: &GraphStore,
    ) -> Result<(Option<Artifact>, Option<Artifact>), StoreError> {
        let Some(((_, control), (_, candidate))) =
            self.control.as_ref().zip(self.candidate.as_ref())
        else {
            return Ok((None, None));
        };
        let pictures = crate::compare_files::pictures(control, candidate);
        let keep = |name: &str, png: Option<Vec<u8>>| -> Result<Option<Artifact>, StoreError> {
            let Some(png) = png else { return Ok(None) };
            let stored = store.artifacts.put_bytes(&png)?;
            Ok(Some(Artifact {
                kind: ArtifactKind::IMAGE,
                digest: stored.digest,
                size_bytes: stored.size_bytes,
                name: name.to_owned(),
                media_type: "image/png".to_owned(),
                facts: Map::new(),
            }))
        };
        Ok((
            keep("difference.png", pictures.difference)?,
            keep("side_by_side.png", pictures.side_by_side)?,
        ))
    }
}

fn render_facts(artifact: &Artifact, version: Option<&String>) -> RenderFacts {
    RenderFacts {
        renderer: Some("embedded".to_owned()),
        version: version.cloned(),
        device: Some("cpu".to_owned()),
        seed: artifact.facts.get("seed").and_then(Value::as_u64),
        denoised: artifact.facts.get("denoised") == Some(&Value::Bool(true)),
        lossy: artifact.media_type == "image/jpeg",
        float_samples: artifact.media_type == "image/x-exr",
    }
}

fn input(side: Option<&(Artifact, Vec<u8>)>) -> SideInput<'_> {
    match side {
        Some((_, bytes)) => SideInput::Bytes(bytes),
        None => SideInput::Absent(SideProblem::Missing {
            reason: String::new(),
        }),
    }
}

/// What the picture owes: the output type's contract, else the workflow's.
fn picture_contract(sides: &RunSides<'_>) -> Vec<ArtifactRequirement> {
    let contract = match &sides.frozen.subject {
        Subject::OrderLine(line) => &line.output_type.contract,
        Subject::CadFile { .. } => &sides.frozen.workflow.contract,
    };
    contract
        .iter()
        .filter(|requirement| requirement.kind == ArtifactKind::IMAGE)
        .cloned()
        .collect()
}

fn control_problem(control: &ControlEnd) -> Option<SideProblem> {
    match control {
        ControlEnd::Delivered => None,
        ControlEnd::Failed(reason) => Some(SideProblem::Missing {
            reason: reason.clone(),
        }),
        ControlEnd::Cancelled => Some(SideProblem::Missing {
            reason: "the run was cancelled".to_owned(),
        }),
    }
}

fn candidate_problem(sides: &RunSides<'_>, candidate: &CandidateEnd) -> Option<SideProblem> {
    match candidate {
        CandidateEnd::Succeeded => None,
        CandidateEnd::Failed(reason) if sides.frozen.mode == ExecutionMode::Graph => {
            Some(SideProblem::FellBack {
                reason: reason.clone(),
            })
        }
        CandidateEnd::Failed(reason) => Some(SideProblem::Missing {
            reason: reason.clone(),
        }),
        CandidateEnd::Cancelled => Some(SideProblem::Missing {
            reason: "the run was cancelled".to_owned(),
        }),
    }
}

/// What legacy delivered, as it lies there; a file that is gone compares as an empty one.
fn read_file(result: &LegacyResult) -> Vec<u8> {
    std::fs::read(&result.file).unwrap_or_default()
}

fn stored(
    store: &GraphStore,
    artifact: Option<&Artifact>,
) -> Result<Option<(Artifact, Vec<u8>)>, StoreError> {
    let Some(artifact) = artifact else {
        return Ok(None);
    };
    Ok(Some((
        artifact.clone(),
        store.artifacts.read(&artifact.digest, MAX_OUTPUT_BYTES)?,
    )))
}

fn glb_artifact(bytes: &[u8]) -> Artifact {
    Artifact {
        kind: ArtifactKind::GLB,
        digest: Digest::of(bytes),
        size_bytes: bytes.len() as u64,
        name: "geometry.glb".to_owned(),
        media_type: "model/gltf-binary".to_owned(),
        facts: Map::new(),
    }
}
