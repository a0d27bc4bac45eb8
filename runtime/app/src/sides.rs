//! Both sides of a run as the execution modes need them, and what they leave for the comparison.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hartomat_api::{ApiError, RunObserver};
use hartomat_cad::Cancel;
use hartomat_engine::{CandidateEnd, CandidateRole, ControlEnd, GraphOutcome, Sides};
use hartomat_legacy::{LegacyError, LegacyLedger, LegacyLine, LegacyMonitor, LegacyResult};
use hartomat_nodes::Services;
use hartomat_schema::{
    Artifact, ArtifactKind, Failure, FailureClass, FrozenRun, Intent, LegacyPreset, LegacyRun,
    LegacyRunState, LogLevel, LogLine, Message, NodeId, Notification, Outputs, RunEventKind, RunId,
    Side, Subject,
};

use crate::Studio;
use crate::delivery::Publisher;
use crate::evidence::{CandidateMade, judge_sides};
use crate::graph_side::GraphSide;
use crate::host::now;
use crate::ledger::DbLedger;
use crate::library::thumbnail_preset;

/// One run in the making.
pub(crate) struct RunSides<'a> {
    pub(crate) studio: &'a Studio,
    pub(crate) graph: Result<GraphSide<'a>, ApiError>,
    pub(crate) frozen: Arc<FrozenRun>,
    pub(crate) cad_path: PathBuf,
    pub(crate) observer: Arc<dyn RunObserver>,
    pub(crate) cancel: Cancel,
    pub(crate) control: RefCell<Option<Result<LegacyResult, Failure>>>,
    pub(crate) made: RefCell<CandidateMade>,
}

impl RunSides<'_> {
    /// Journals what happens where the graph's database is there; legacy goes on without it, whatever
    /// that database does. Whether it was journalled.
    pub(crate) fn journal(&self, kind: RunEventKind) -> bool {
        let Ok(graph) = &self.graph else { return false };
        let journalled = catch_unwind(AssertUnwindSafe(|| graph.host().journal(kind)));
        matches!(journalled, Ok(Ok(())))
    }

    /// Why legacy failed; none where it didn't.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let control = self.control.borrow();
        control.as_ref()?.as_ref().err().cloned()
    }

    /// Writes to the run's log, on the side of the graph.
    pub(crate) fn note(&self, text: &str) {
        if let Ok(graph) = &self.graph {
            let line = LogLine {
                seq: 0,
                at: now(),
                side: Side::Candidate,
                node: None,
                level: LogLevel::Warning,
                text: text.to_owned(),
            };
            self.observer.log(&line);
            // The run's outcome doesn't hang on its log.
            let _ = graph.store.db.log_append(&self.frozen.id, vec![line]);
        }
    }

    /// What goes out of the studio with these notifications. Targets that can't be read are noted in the
    /// run's log, and nobody outside is told.
    fn messages_of(&self, notifications: &[Notification]) -> Vec<Message> {
        let made = self.studio.messages_of(&self.frozen.subject, notifications);
        made.unwrap_or_else(|err| {
            self.note(&format!(
                "nobody outside of the studio is told: {}",
                err.message
            ));
            Vec::new()
        })
    }

    /// The legacy pipeline with these tools, and this run of it.
    pub(crate) fn legacy(&self, services: &Services) -> (LegacyLine, LegacyRun) {
        let ledger = Arc::new(DbLedger {
            studio: self.studio.shared(),
            observer: self.observer.clone(),
        });
        let (id, subject) = (&self.frozen.id, &self.frozen.subject);
        let studio = self.studio;
        studio.legacy_line(services, ledger, &self.cad_path, (id, subject))
    }

    fn run_legacy(&self) -> Result<LegacyResult, LegacyError> {
        let (line, run) = self.legacy(&self.studio.services);
        line.run(&run, &self.cancel, &Monitor(self.observer.as_ref()))
    }

    fn deliver_candidate(&self, graph: &GraphSide<'_>, intents: &[Intent]) -> CandidateEnd {
        let publisher = Publisher {
            db: self.studio.legacy.clone(),
            artifacts: graph.store.artifacts.clone(),
            media: self.studio.data.media(),
            messages: &|notifications| self.messages_of(notifications),
        };
        match publisher.deliver(&self.frozen.id, intents) {
            Ok(media_assets) => {
                self.journal(RunEventKind::Delivered {
                    side: Side::Candidate,
                    media_assets,
                });
                self.studio.wake_courier();
                CandidateEnd::Succeeded
            }
            Err(err) => CandidateEnd::Failed(format!("publishing failed: {err}")),
        }
    }
}

impl Sides for RunSides<'_> {
    fn control(&self) -> ControlEnd {
        self.journal(RunEventKind::ControlStarted);
        let result = self.run_legacy();
        let (outputs, failure, end) = match &result {
            Ok(delivered) => (
                vec![delivered.artifact.clone()],
                None,
                ControlEnd::Delivered,
            ),
            Err(LegacyError::Cancelled) => (Vec::new(), None, ControlEnd::Cancelled),
            Err(err) => {
                let failure = legacy_failure(err);
                let end = ControlEnd::Failed(failure.message.clone());
                (Vec::new(), Some(failure), end)
            }
        };
        self.journal(RunEventKind::ControlFinished { outputs, failure });
        if let Ok(delivered) = &result {
            let media_assets = delivered.media_assets.clone();
            self.journal(RunEventKind::Delivered {
                side: Side::Control,
                media_assets,
            });
            self.studio.wake_courier();
        }
        self.control
            .replace(Some(result.map_err(|err| legacy_failure(&err))));
        end
    }

    fn candidate(&self, role: CandidateRole) -> CandidateEnd {
        let graph = match &self.graph {
            Ok(graph) => graph,
            Err(err) => return CandidateEnd::Failed(err.message.clone()),
        };
        match graph.run(&self.cad_path, role) {
            Ok(GraphOutcome::Succeeded { outputs, intents }) => {
                let end = match role {
                    CandidateRole::Authority => self.deliver_candidate(graph, &intents),
                    CandidateRole::Observer | CandidateRole::Trial => CandidateEnd::Succeeded,
                };
                self.made.replace(CandidateMade::of(&outputs, intents));
                end
            }
            Ok(GraphOutcome::Failed {
                node,
                failure,
                outputs,
            }) => {
                self.made.replace(CandidateMade::of(&outputs, Vec::new()));
                let place = node
                    .map(|node| format!("node `{node}`: "))
                    .unwrap_or_default();
                CandidateEnd::Failed(format!("{place}{}", failure.message))
            }
            Ok(GraphOutcome::Cancelled) => CandidateEnd::Cancelled,
            Err(err) => CandidateEnd::Failed(first_finding(&err)),
        }
    }

    fn fell_back(&self, reason: &str) {
        self.journal(RunEventKind::FellBack {
            reason: reason.to_owned(),
        });
    }

    fn compare(&self, control: &ControlEnd, candidate: &CandidateEnd) {
        judge_sides(self, control, candidate);
    }
}

impl Studio {
    /// The legacy pipeline with these tools, and a run of it.
    pub(crate) fn legacy_line(
        &self,
        services: &Services,
        ledger: Arc<dyn LegacyLedger>,
        cad_file: &Path,
        (id, subject): (&RunId, &Subject),
    ) -> (LegacyLine, LegacyRun) {
        let line = LegacyLine {
            cad: services.cad.clone(),
            renderer: services.embedded.clone(),
            blender: services.blender.clone(),
            ffmpeg: services.ffmpeg.clone(),
            materials: services.materials.clone(),
            scenes: services.scenes.clone(),
            ledger,
            outputs: self.data.media(),
            cad_file: cad_file.to_owned(),
            own: self.own_legacy(),
            scratch: self.scratch_of(id),
        };
        let run = LegacyRun {
            id: id.clone(),
            subject: subject.clone(),
            preset: preset_of(subject),
            state: LegacyRunState::Running,
            reason: None,
            started_at: now(),
            finished_at: None,
            owner: hartomat_store::current_process(),
        };
        (line, run)
    }
}

fn first_finding(err: &ApiError) -> String {
    match err
        .diagnostics
        .iter()
        .find(|diagnostic| diagnostic.is_error())
    {
        Some(diagnostic) => format!("{}: {diagnostic}", err.message),
        None => err.message.clone(),
    }
}

/// What legacy is asked for: the output type's preset, or the thumbnail of a CAD file.
pub(crate) fn preset_of(subject: &Subject) -> LegacyPreset {
    match subject {
        Subject::CadFile { preset, .. } => match preset {
            Some(preset) => (**preset).clone(),
            None => thumbnail_preset(),
        },
        Subject::OrderLine(line) => line.output_type.legacy_preset.clone(),
    }
}

fn legacy_failure(err: &LegacyError) -> Failure {
    let class = match err {
        LegacyError::Cancelled => FailureClass::Cancelled,
        err if err.is_environment() => FailureClass::Environment,
        err if err.is_invalid_input() => FailureClass::BadInput,
        _ => FailureClass::Internal,
    };
    let source = std::error::Error::source(err).map(|source| format!(": {source}"));
    Failure {
        class,
        message: format!("{err}{}", source.unwrap_or_default()),
        hint: String::new(),
    }
}

impl CandidateMade {
    /// The output that would be published, or the last video, picture or Blender file; and the geometry.
    fn of(outputs: &BTreeMap<NodeId, Outputs>, intents: Vec<Intent>) -> Self {
        let all: Vec<&Artifact> = outputs.values().flat_map(Outputs::values).collect();
        let published = intents.iter().find_map(|intent| match intent {
            Intent::Publish { digest, .. } => Some(*digest),
            Intent::Notify { .. } => None,
        });
        let of_kind =
            |kind: &ArtifactKind| all.iter().rev().find(|artifact| artifact.kind == *kind);
        let output = published
            .and_then(|digest| all.iter().find(|artifact| artifact.digest == digest))
            .or_else(|| of_kind(&ArtifactKind::VIDEO))
            .or_else(|| of_kind(&ArtifactKind::IMAGE))
            .or_else(|| of_kind(&ArtifactKind::BLEND));
        Self {
            output: output.map(|artifact| (*artifact).clone()),
            glb: of_kind(&ArtifactKind::GLB).map(|artifact| (*artifact).clone()),
            intents,
        }
    }
}

struct Monitor<'a>(&'a dyn RunObserver);

impl LegacyMonitor for Monitor<'_> {
    fn progress(&self, share: f64, message: &str) {
        self.0.progress(Side::Control, None, share, message);
    }
}
