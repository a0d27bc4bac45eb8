//! Sets the candidate beside the control after a run, and keeps the comparison as an artifact.

use std::collections::BTreeMap;
use std::path::PathBuf;

use hartomat_compare::{CompareOptions, RunEvidence, SideInput, combine, compare_artifacts};
use hartomat_engine::{CandidateEnd, ControlEnd};
use hartomat_legacy::{LegacyResult, OWN_RENDERER};
use hartomat_schema::{
    Artifact, ArtifactKind, ArtifactRequirement, Comparison, Digest, Evidence, ExecutionMode,
    Intent, Lane, NoiseFloor, RenderFacts, RunEventKind, RunRecord, SideIntents, SideProblem,
    Subject, canonical_json,
};
use hartomat_store::StoreError;
use serde_json::{Map, Value};

use crate::accepted::{Again, accept};
use crate::fail_points::{Seam, reach};
use crate::noise_twin::noise_floor;
use crate::own_legacy::OWN_LEGACY;
use crate::sides::RunSides;
use crate::studio::GraphStore;
use crate::videos::VideoPair;

/// The largest output that is compared.
pub(crate) const MAX_OUTPUT_BYTES: u64 = 2 << 30;

/// What the candidate left for the comparison.
#[derive(Debug, Clone, Default)]
pub(crate) struct CandidateMade {
    pub(crate) output: Option<Artifact>,
    pub(crate) glb: Option<Artifact>,
    pub(crate) intents: Vec<Intent>,
}

/// Compares both sides and journals the verdict. A comparison that can't be made or kept is logged
/// and leaves the run without a verdict, which never counts as a pass.
pub(crate) fn judge_sides(sides: &RunSides<'_>, control: &ControlEnd, candidate: &CandidateEnd) {
    let Ok(graph) = &sides.graph else { return };
    if let Err(err) = reach(Seam::Comparison) {
        return sides.note(&format!("the comparison could not be made: {err}"));
    }
    let evidence = match gather(sides, &graph.store, control, candidate) {
        Ok(evidence) => evidence,
        Err(err) => {
            sides.note(&format!("the comparison could not be kept: {err}"));
            return;
        }
    };
    match graph.store.artifacts.put_bytes(&canonical_json(&evidence)) {
        Ok(stored) => {
            sides.journal(RunEventKind::Compared {
                verdict: evidence.comparison.verdict,
                sentence: evidence.comparison.sentence.clone(),
                comparison: stored.digest,
            });
        }
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
    let control_output = delivered.map(|result| (result.artifact.clone(), read_file(result)));
    if let Some((_, bytes)) = &control_output {
        store.artifacts.put_bytes(bytes)?;
    }
    let output = Pair {
        kind: control_output
            .as_ref()
            .map_or(ArtifactKind::IMAGE, |(artifact, _)| artifact.kind.clone()),
        control: control_output,
        candidate: stored(store, made.output.as_ref())?,
    };
    let glb = Pair {
        kind: ArtifactKind::GLB,
        control: delivered
            .and_then(|result| result.glb.as_ref())
            .map(|bytes| (glb_artifact(bytes), bytes.clone())),
        candidate: stored(store, made.glb.as_ref())?,
    };
    let comparable = *candidate == CandidateEnd::Succeeded && *control == ControlEnd::Delivered;
    let parts: Vec<Comparison> = if comparable {
        let lane = output.lane(&sides.frozen.tools);
        let control = output.control.as_ref().map(|(_, bytes)| bytes.as_slice());
        let calibrated = sides.studio.calibrated_floor(&sides.frozen);
        let floor = calibrated.as_ref().and_then(|it| it.floor);
        let run = RunRecord::new(&sides.frozen);
        let mut compared = match output.kind.as_str() {
            "blend" => output.judge_content(sides, store, &run),
            "video" => output.judge_video(sides, store, &run, (lane, floor))?,
            _ => {
                let measured = || noise_floor(sides, store, lane?, control?);
                output.judge(store, &run, lane, floor.or_else(measured))
            }
        };
        if let (Some(calibration), true) = (calibrated, lane.is_some_and(Lane::has_noise)) {
            let note = format!(
                "tolerances from the noise floor: {}",
                calibration.sentence()
            );
            compared.measured.notes.push(note);
        }
        // A studio's own program tells no geometry: then the output alone is compared.
        match glb.control {
            Some(_) => vec![compared, glb.judge(store, &run, None, None)],
            None => vec![compared],
        }
    } else {
        Vec::new()
    };
    let comparison = combine(RunEvidence {
        contract: output_contract(sides, &output.kind),
        control: output
            .control
            .iter()
            .map(|(artifact, _)| artifact.clone())
            .collect(),
        candidate: output
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
    let (difference, side_by_side) = output.pictures(sides, store, &comparison)?;
    Ok(Evidence {
        comparison,
        control: output.control.map(|(artifact, _)| artifact),
        candidate: output.candidate.map(|(artifact, _)| artifact),
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
        let options = self.options(lane, floor);
        let part = self.compare(&options);
        let again = Again {
            read: &Some,
            compare: &|sides, options| compare_bytes(&self.kind, sides, options),
        };
        self.accept(store, run, part, (&options, again))
    }

    /// Two Blender files by what they hold: their bytes carry dates, and differ each time.
    fn judge_content(
        &self,
        sides: &RunSides<'_>,
        store: &GraphStore,
        run: &RunRecord,
    ) -> Comparison {
        let blender = &sides.studio.services.blender;
        let dump = |side: &Option<(Artifact, Vec<u8>)>| {
            let (artifact, bytes) = side.as_ref()?;
            let content = blender.dump_blend(bytes);
            let content = content.map_err(|err| sides.note(&format!("{}: {err}", artifact.name)));
            Some((artifact.clone(), content.ok()?))
        };
        let content = Self {
            kind: ArtifactKind::SCENE,
            control: dump(&self.control),
            candidate: dump(&self.candidate),
        };
        let options = self.options(None, None);
        let mut part = content.compare(&options);
        part.kind = self.kind.clone();
        let again = Again {
            read: &|file| blender.dump_blend(&file).ok(),
            compare: &|sides, options| compare_bytes(&content.kind, sides, options),
        };
        content.accept(store, run, part, (&options, again))
    }

    /// Two videos frame by frame.
    fn judge_video(
        &self,
        sides: &RunSides<'_>,
        store: &GraphStore,
        run: &RunRecord,
        (lane, floor): (Option<Lane>, Option<NoiseFloor>),
    ) -> Result<Comparison, StoreError> {
        let options = self.options(lane, floor);
        let files = self.stored_files(store);
        let part = match self.videos(sides, &files) {
            Some(videos) => videos.compare(&options),
            None => self.compare(&options),
        };
        let again = Again {
            read: &Some,
            compare: &|files, options| {
                let digests = files.map(Digest::of);
                let [control, candidate] = digests.map(|digest| store.artifacts.path(&digest));
                match control.zip(candidate) {
                    Some((control, candidate)) => VideoPair {
                        ffmpeg: &sides.studio.services.ffmpeg,
                        files: [&control, &candidate],
                        digests,
                    }
                    .compare(options),
                    None => compare_bytes(&self.kind, files, options),
                }
            },
        };
        Ok(self.accept(store, run, part, (&options, again)))
    }

    /// Where both sides lie in the artifact store.
    fn stored_files(&self, store: &GraphStore) -> Option<[PathBuf; 2]> {
        let path = |side: &Option<(Artifact, Vec<u8>)>| {
            let (artifact, _) = side.as_ref()?;
            store.artifacts.path(&artifact.digest)
        };
        Some([path(&self.control)?, path(&self.candidate)?])
    }

    fn videos<'a>(
        &self,
        sides: &RunSides<'a>,
        files: &'a Option<[PathBuf; 2]>,
    ) -> Option<VideoPair<'a>> {
        let both = self.control.as_ref().zip(self.candidate.as_ref());
        let ((control, _), (candidate, _)) = both.filter(|_| self.kind == ArtifactKind::VIDEO)?;
        Some(VideoPair {
            ffmpeg: &sides.studio.services.ffmpeg,
            files: files.as_ref()?.each_ref().map(PathBuf::as_path),
            digests: [control.digest, candidate.digest],
        })
    }

    fn options(&self, lane: Option<Lane>, floor: Option<NoiseFloor>) -> CompareOptions {
        let name = self.control.as_ref().or(self.candidate.as_ref());
        CompareOptions {
            name: name
                .map(|(artifact, _)| artifact.name.clone())
                .unwrap_or_default(),
            lane,
            floor,
            control_digest: self.control.as_ref().map(|(artifact, _)| artifact.digest),
            candidate_digest: self.candidate.as_ref().map(|(artifact, _)| artifact.digest),
            ..CompareOptions::default()
        }
    }

    fn compare(&self, options: &CompareOptions) -> Comparison {
        let (control, candidate) = (input(self.control.as_ref()), input(self.candidate.as_ref()));
        compare_artifacts(&self.kind, control, candidate, options)
    }

    /// What people have accepted passes.
    fn accept(
        &self,
        store: &GraphStore,
        run: &RunRecord,
        part: Comparison,
        how: (&CompareOptions, Again<'_>),
    ) -> Comparison {
        match self.control.as_ref().zip(self.candidate.as_ref()) {
            Some(((_, control), (_, candidate))) => {
                accept(store, run, part, [control, candidate], how)
            }
            None => part,
        }
    }

    /// By what is known of how both sides were rendered; none for what is no picture.
    fn lane(&self, tools: &BTreeMap<String, String>) -> Option<Lane> {
        let (control, candidate) = self.control.as_ref().zip(self.candidate.as_ref())?;
        let facts = |artifact| render_facts(artifact, tools);
        [ArtifactKind::IMAGE, ArtifactKind::VIDEO]
            .contains(&self.kind)
            .then(|| Lane::infer(&facts(&control.0), &facts(&candidate.0)))
    }

    /// The difference picture and both sides beside each other, where both are pictures; of videos, of
    /// their worst frame.
    fn pictures(
        &self,
        sides: &RunSides<'_>,
        store: &GraphStore,
        comparison: &Comparison,
    ) -> Result<(Option<Artifact>, Option<Artifact>), StoreError> {
        let both = self.control.as_ref().zip(self.candidate.as_ref());
        let files = self.stored_files(store);
        let videos = self.videos(sides, &files).zip(comparison.parts.first());
        let pictures = match (both, videos) {
            (Some(_), Some((videos, part))) => videos.pictures(part),
            (Some(((_, control), (_, candidate))), None) if self.kind == ArtifactKind::IMAGE => {
                crate::compare_files::pictures(control, candidate)
            }
            _ => return Ok((None, None)),
        };
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

fn render_facts(artifact: &Artifact, tools: &BTreeMap<String, String>) -> RenderFacts {
    let renderer = artifact.facts.get("renderer").and_then(Value::as_str);
    let (renderer, tool) = match renderer {
        Some("blender") => ("blender", "blender"),
        Some(OWN_RENDERER) => (OWN_RENDERER, OWN_LEGACY),
        _ => ("embedded", "embedded_renderer"),
    };
    RenderFacts {
        renderer: Some(renderer.to_owned()),
        version: tools.get(tool).cloned(),
        device: artifact.facts.get("device").map_or_else(
            || Some("cpu".to_owned()),
            |device| device.as_str().map(str::to_owned),
        ),
        seed: artifact.facts.get("seed").and_then(Value::as_u64),
        denoised: artifact.facts.get("denoised") == Some(&Value::Bool(true)),
        lossy: artifact.media_type == "image/jpeg" || artifact.kind == ArtifactKind::VIDEO,
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

fn compare_bytes(kind: &ArtifactKind, sides: [&[u8]; 2], options: &CompareOptions) -> Comparison {
    let [control, candidate] = sides.map(SideInput::Bytes);
    compare_artifacts(kind, control, candidate, options)
}

/// What the output owes: the output type's contract, else the workflow's.
fn output_contract(sides: &RunSides<'_>, kind: &ArtifactKind) -> Vec<ArtifactRequirement> {
    let contract = match &sides.frozen.subject {
        Subject::OrderLine(line) => &line.output_type.contract,
        Subject::CadFile { .. } => &sides.frozen.workflow.contract,
    };
    contract
        .iter()
        .filter(|requirement| requirement.kind == *kind)
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
