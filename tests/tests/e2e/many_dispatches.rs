//! Dispatches from many sides while somebody promotes and rolls back: every run keeps the one mode that
//! it was frozen with.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use hartomat_api::{
    ApiError, Backend as _, BackendKind, DispatchRequest, ImportFormat, ImportRequest,
    OutputTypeDraft, RolloutStatus, SubjectSource, WorkflowSource,
};
use hartomat_app::{DataDir, QueueOptions, Studio, StudioOptions};
use hartomat_schema::{
    ExecutionMode, Gate, NodeType, OnBreak, OrderLineId, RolloutAction, RolloutScope, RunRecord,
    RunState, Side, WorkflowId,
};
use serde_json::json;

use crate::studio::sample;

const WORKFLOW: WorkflowId = WorkflowId::literal("canonical-still");
/// How many dispatch at once.
const SIDES: usize = 8;

/// A studio with a queue, and an order line whose stills have 16 pixels.
struct Tiny {
    studio: Arc<Studio>,
    scope: RolloutScope,
    _folder: tempfile::TempDir,
}

impl Tiny {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let studio = Studio::open(&StudioOptions {
            data: DataDir::new(folder.path()),
            kind: BackendKind::Agent,
            queue: QueueOptions {
                runs_at_once: 3,
                capacity: 10_000,
            },
        })
        .unwrap();
        let draft = OutputTypeDraft {
            name: "Tiny".to_owned(),
            workflow: WORKFLOW,
        };
        let mut tiny = studio.output_type_create(&draft).unwrap().output_type;
        let params = &mut tiny.legacy_preset.params;
        for (name, value) in [("width", 16), ("height", 16), ("samples", 1)] {
            params.insert(name.to_owned(), json!(value));
        }
        let small = json!({ "width_px": 16, "height_px": 16, "samples": 1 });
        let still = NodeType::literal("render_still");
        tiny.overrides
            .insert(still, small.as_object().cloned().unwrap());
        studio.output_type_put(&tiny).unwrap();
        let step = sample("flange_bracket.step");
        let rows = json!([{ "order": "A", "line": "A-1", "product": "flange", "cad_file": step,
                            "output_type": tiny.id, "requested_by": "ada" }]);
        let import = ImportRequest {
            format: ImportFormat::Json,
            text: rows.to_string(),
            dry_run: false,
            skip_refused: false,
        };
        assert!(studio.import(&import).unwrap().stored);
        let scope = RolloutScope::OutputType(tiny.id);
        Self {
            studio,
            scope,
            _folder: folder,
        }
    }

    fn request() -> DispatchRequest {
        DispatchRequest {
            mode: Some(ExecutionMode::Graph),
            ..DispatchRequest::new(
                WorkflowSource::Saved(WORKFLOW),
                SubjectSource::OrderLine(OrderLineId::literal("A-1")),
            )
        }
    }

    fn dispatch(&self) -> RunRecord {
        self.studio.dispatch(&Self::request()).unwrap()
    }

    fn decide(&self, action: &RolloutAction) -> Result<RolloutStatus, ApiError> {
        self.studio.rollout_decide(&self.scope, action)
    }

    /// One shadow pass opens the gate to the graph.
    fn open_the_gate(&self) {
        let gate = Gate {
            golden: false,
            streak: 1,
            min_runs: 1,
            max_fallbacks: 1000,
            on_break: OnBreak::Pause,
        };
        let configure = RolloutAction::Configure {
            gate,
            shadow_percent: 100,
        };
        self.decide(&configure).unwrap();
        self.decide(&RolloutAction::Promote { exception: None })
            .unwrap();
        let first = self.studio.run_to_end(&Self::request(), &()).unwrap();
        assert_eq!(first.record.mode, ExecutionMode::Shadow);
    }

    /// Promotes and rolls back at random while `goes_on`; gives the number of decisions.
    fn decide_at_random(&self, goes_on: &dyn Fn() -> bool) -> usize {
        let (mut seed, mut decided) = (7u64, 0);
        while goes_on() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if (seed >> 33) % 3 > 0 {
                // It may be at the top already: then nothing changes.
                let _ = self.decide(&RolloutAction::Promote { exception: None });
            } else {
                let back = RolloutAction::RollBack {
                    to: ExecutionMode::Legacy,
                    reason: "a rehearsal".to_owned(),
                };
                self.decide(&back).unwrap();
                // Effective at once, whoever else dispatches meanwhile: nobody else decides.
                assert_eq!(self.dispatch().mode, ExecutionMode::Legacy);
            }
            decided += 1;
            thread::sleep(Duration::from_millis(2));
        }
        decided
    }

    /// What became of a dispatch: its mode, and the key of what it published.
    fn check(&self, record: &RunRecord) -> (ExecutionMode, String) {
        self.studio.run_follow(&record.id, 0, &()).unwrap();
        let run = self.studio.run_get(&record.id).unwrap();
        let at = format!(
            "{} {:?} {:?}",
            record.mode, run.record.state, run.record.reason
        );
        assert_eq!([run.record.mode, run.frozen.mode], [record.mode; 2]);
        assert_eq!(run.record.state, RunState::Succeeded, "{at}");
        let (side, has_legacy) = match record.mode {
            ExecutionMode::Graph => (Side::Candidate, false),
            _ => (Side::Control, true),
        };
        assert_eq!(run.record.delivered_by, Some(side), "{at}");
        assert_eq!(run.legacy.is_some(), has_legacy, "{at}");
        // One of each, whichever side made it: nothing comes from a shadow beside it.
        assert_eq!(
            [run.media_assets.len(), run.notifications.len()],
            [1, 1],
            "{at}"
        );
        (record.mode, run.media_assets[0].publishing_key.clone())
    }
}

#[test]
fn every_dispatch_keeps_its_mode_while_modes_change() {
    let count = match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => 1000,
        None => 24,
    };
    let tiny = Tiny::new();
    tiny.open_the_gate();
    let made = AtomicUsize::new(0);
    let goes_on = || made.load(Ordering::SeqCst) < count;
    let dispatch = || {
        let mut records = Vec::new();
        while made.fetch_add(1, Ordering::SeqCst) < count {
            records.push(tiny.dispatch());
            // Lets the one who decides have a turn.
            thread::sleep(Duration::from_millis(1));
        }
        records
    };
    let (records, decided) = thread::scope(|threads| {
        let sides: Vec<_> = (0..SIDES).map(|_| threads.spawn(dispatch)).collect();
        let decided = tiny.decide_at_random(&goes_on);
        let records = sides.into_iter().flat_map(|side| side.join().unwrap());
        (records.collect::<Vec<_>>(), decided)
    });
    assert_eq!(records.len(), count);
    let (mut modes, mut assets) = (BTreeSet::new(), BTreeSet::new());
    for record in &records {
        let (mode, asset) = tiny.check(record);
        modes.insert(mode);
        assert!(assets.insert(asset), "published twice: {}", record.id);
    }
    eprintln!("{count} dispatches, {decided} decisions, modes {modes:?}");
    assert!(modes.len() > 1, "{modes:?}");
    tiny.studio.shut_down();
}
