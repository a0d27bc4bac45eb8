//! The scheduler on small graphs of nodes made for the purpose, over a host that keeps all in memory.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect is to fail"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hartomat_engine::{
    Content, Executor, ExecutorSet, GraphOutcome, GraphRun, HostError, NewArtifact, NodeContext,
    NodeOutputs, ResourceLimits, RunHost, plan, plan_part,
};
use hartomat_schema::{
    Artifact, ArtifactKind, CacheEntry, CadFile, Catalogue, Digest, Drill, DrillBehaviour,
    ExecutionMode, Failure, FailureClass, FrozenRun, LogLevel, NodeDefinition, NodeId, NodeType,
    PortName, RunEvent, RunEventKind, RunId, RunRecord, Subject, Timestamp, Workflow, WorkflowId,
};
use serde_json::{Map, Value, json};

#[derive(Default)]
struct MemoryHost {
    record: Mutex<Option<RunRecord>>,
    events: Mutex<Vec<RunEventKind>>,
    artifacts: Mutex<BTreeMap<Digest, Vec<u8>>>,
    cache: Mutex<Vec<CacheEntry>>,
    cancel: AtomicBool,
}

impl RunHost for MemoryHost {
    fn append(&self, kind: RunEventKind) -> Result<(), HostError> {
        let mut events = self.events.lock().unwrap();
        events.push(kind.clone());
        let seq = events.len() as u64;
        let event = RunEvent {
            seq,
            at: Timestamp(seq as i64),
            kind,
        };
        self.record.lock().unwrap().as_mut().unwrap().apply(&event);
        Ok(())
    }
    fn log(&self, _node: &NodeId, _level: LogLevel, _text: &str) {}
    fn progress(&self, _node: &NodeId, _share: f64, _message: &str) {}
    fn is_cancel_requested(&self) -> bool {
        self.cancel.load(Ordering::SeqCst)
    }
    fn artifact_put(&self, new: &NewArtifact) -> Result<Artifact, HostError> {
        let Content::Bytes(bytes) = &new.content else {
            panic!("these nodes give bytes")
        };
        let digest = Digest::of(bytes);
        self.artifacts.lock().unwrap().insert(digest, bytes.clone());
        Ok(Artifact {
            kind: new.kind.clone(),
            digest,
            size_bytes: bytes.len() as u64,
            name: new.name.clone(),
            media_type: new.media_type.clone(),
            facts: new.facts.clone(),
        })
    }
    fn artifact_read(&self, digest: &Digest) -> Result<Vec<u8>, HostError> {
        Ok(self.artifacts.lock().unwrap()[digest].clone())
    }
    fn artifact_path(&self, _digest: &Digest) -> Result<PathBuf, HostError> {
        Ok(PathBuf::new())
    }
    fn artifact_is_intact(&self, digest: &Digest) -> bool {
        self.artifacts.lock().unwrap().contains_key(digest)
    }
    fn cache_get(&self, key: &Digest) -> Option<CacheEntry> {
        self.cache
            .lock()
            .unwrap()
            .iter()
            .rev()
            .find(|entry| entry.key == *key)
            .cloned()
    }
    fn cache_latest(&self, _workflow: &WorkflowId, node: &NodeId) -> Option<CacheEntry> {
        self.cache
            .lock()
            .unwrap()
            .iter()
            .rev()
            .find(|entry| entry.node == *node)
            .cloned()
    }
    fn cache_put(&self, entry: &CacheEntry) -> Result<(), HostError> {
        self.cache.lock().unwrap().push(entry.clone());
        Ok(())
    }
    fn scratch(&self, _node: &NodeId, _attempt: u32) -> Result<PathBuf, HostError> {
        Ok(PathBuf::new())
    }
}

/// `work`: writes its setting `text` and its input; `fail` and `flaky` do what they say.
struct Nodes {
    executed: Arc<AtomicU32>,
}

struct Work(Arc<AtomicU32>);

impl Executor for Work {
    fn execute(&self, context: &NodeContext) -> Result<NodeOutputs, Failure> {
        self.0.fetch_add(1, Ordering::SeqCst);
        let text = context.settings["text"].as_str().unwrap();
        let failure = |class| Failure {
            class,
            message: text.to_owned(),
            hint: String::new(),
        };
        match text {
            "bad" => return Err(failure(FailureClass::BadInput)),
            "flaky" if context.attempt == 1 => return Err(failure(FailureClass::Transient)),
            "stuck" if context.attempt == 1 => return Err(failure(FailureClass::Transient)),
            // Longer than a cancelled attempt is waited for.
            "stuck" => std::thread::sleep(Duration::from_secs(8)),
            "gone" => return Ok(NodeOutputs::new()),
            "wait" => {
                while !context.cancel.is_cancelled() {
                    std::thread::sleep(Duration::from_millis(2));
                }
            }
            _ => {}
        }
        let mut bytes = text.as_bytes().to_vec();
        if let Some(input) = context.optional_input("in") {
            bytes.extend(context.read(input)?);
        }
        let artifact = NewArtifact {
            kind: ArtifactKind::IMAGE,
            name: "work".to_owned(),
            media_type: "text/plain".to_owned(),
            content: Content::Bytes(bytes),
            facts: Map::new(),
        };
        Ok(NodeOutputs::from([(PortName::literal("out"), artifact)]))
    }
}

impl ExecutorSet for Nodes {
    fn get(&self, _node_type: &NodeType) -> Option<Arc<dyn Executor>> {
        Some(Arc::new(Work(self.executed.clone())))
    }
    fn check_output(
        &self,
        _definition: &NodeDefinition,
        _settings: &Map<String, Value>,
        _artifact: &Artifact,
        _file: &Path,
    ) -> Result<Map<String, Value>, Failure> {
        Ok(Map::new())
    }
}

fn catalogue() -> Catalogue {
    let definition = json!({
        "type": "work", "version": 1, "label": "Work", "help": "Works.", "category": "render",
        "families": ["cad_file"], "settings_schema": {"type": "object", "properties": {}},
        "contract": {
            "module": "test", "execution": "inline", "purity": "pure", "context": [], "tools": [],
            "inputs": [{"name": "in", "accepts": ["image"], "required": false, "help": "."}],
            "outputs": [{"name": "out", "kind": "image", "help": "."}],
        },
        "legacy": {"step": null, "description": "."}, "coverage": {"state": "executor"},
    });
    Catalogue::new(vec![serde_json::from_value(definition).unwrap()])
}

/// A chain of nodes `a`, `b`, … with these texts.
fn chain(texts: &[&str]) -> Workflow {
    let name = |index: usize| char::from(b'a' + u8::try_from(index).unwrap()).to_string();
    let nodes: Vec<Value> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| json!({"id": name(index), "type": "work", "version": 1, "settings": {"text": text}}))
        .collect();
    let edges: Vec<Value> = (1..texts.len())
        .map(|index| json!({
            "from": {"node": name(index - 1), "port": "out"}, "to": {"node": name(index), "port": "in"},
        }))
        .collect();
    let document = json!({
        "schema": "hartomat.workflow/1", "id": "w", "name": "w", "family": "cad_file",
        "contract": [{"kind": "image"}], "nodes": nodes, "edges": edges,
    });
    serde_json::from_value(document).unwrap()
}

struct Bench {
    host: Arc<MemoryHost>,
    executed: Arc<AtomicU32>,
}

impl Bench {
    fn new() -> Self {
        Self {
            host: Arc::default(),
            executed: Arc::default(),
        }
    }

    fn run(&self, workflow: &Workflow, change: impl FnOnce(&mut FrozenRun)) -> GraphOutcome {
        let catalogue = catalogue();
        let cad_file = CadFile {
            name: "x".into(),
            path: "/x".into(),
            digest: Digest::of(b"x"),
            size_bytes: 1,
        };
        let subject = Subject::CadFile {
            cad_file,
            preset: None,
        };
        let mut frozen = FrozenRun {
            id: RunId::literal("run"),
            definition_hash: workflow.definition_hash(),
            catalogue_etag: catalogue.etag,
            requested_mode: ExecutionMode::Graph,
            mode: ExecutionMode::Graph,
            mode_limits: Vec::new(),
            settings: hartomat_engine::effective_settings(workflow, &catalogue, &subject),
            tools: BTreeMap::new(),
            drill: None,
            golden: None,
            rerun_of: None,
            forced: BTreeSet::new(),
            targets: BTreeSet::new(),
            budget_secs: 60,
            at: Timestamp(0),
            workflow: workflow.clone(),
            subject,
        };
        change(&mut frozen);
        *self.host.record.lock().unwrap() = Some(RunRecord::new(&frozen));
        self.host.events.lock().unwrap().clear();
        self.executed.store(0, Ordering::SeqCst);
        GraphRun {
            plan: plan_part(workflow, &catalogue, &frozen.targets).unwrap(),
            frozen: Arc::new(frozen),
            executors: Arc::new(Nodes {
                executed: self.executed.clone(),
            }),
            host: self.host.clone(),
            limits: ResourceLimits::default(),
            on_thread_start: || {},
        }
        .execute()
        .unwrap()
    }

    fn states(&self) -> String {
        let record = self.host.record.lock().unwrap();
        let nodes = &record.as_ref().unwrap().nodes;
        nodes
            .iter()
            .map(|run| format!("{}:{} ", run.node, run.state.as_str()))
            .collect()
    }

    fn reason(&self, node: &'static str) -> String {
        let record = self.host.record.lock().unwrap();
        let run = record
            .as_ref()
            .unwrap()
            .node(&NodeId::literal(node))
            .unwrap();
        run.reason.clone().unwrap_or_default()
    }
}

#[test]
fn a_chain_succeeds_and_the_second_time_comes_from_the_cache() {
    let bench = Bench::new();
    let workflow = chain(&["1", "2", "3"]);
    assert!(matches!(
        bench.run(&workflow, |_| {}),
        GraphOutcome::Succeeded { .. }
    ));
    assert_eq!(bench.executed.load(Ordering::SeqCst), 3);
    bench.run(&workflow, |_| {});
    assert_eq!(bench.executed.load(Ordering::SeqCst), 0);
    assert_eq!(bench.states(), "a:reused b:reused c:reused ");
}

#[test]
fn only_what_a_change_reaches_runs_again_and_says_why() {
    let bench = Bench::new();
    bench.run(&chain(&["1", "2", "3"]), |_| {});
    bench.run(&chain(&["1", "other", "3"]), |_| {});
    assert_eq!(bench.states(), "a:reused b:succeeded c:succeeded ");
    assert_eq!(bench.reason("b"), "changed: setting text 2 → other");
    assert!(
        bench.reason("c").starts_with("changed: input in "),
        "{}",
        bench.reason("c")
    );
}

#[test]
fn a_damaged_artifact_is_made_again() {
    let bench = Bench::new();
    let workflow = chain(&["1", "2"]);
    bench.run(&workflow, |_| {});
    bench
        .host
        .artifacts
        .lock()
        .unwrap()
        .remove(&Digest::of(b"21"));
    bench.run(&workflow, |_| {});
    assert_eq!(bench.states(), "a:reused b:succeeded ");
    assert_eq!(bench.reason("b"), "its kept outputs are missing or damaged");
}

#[test]
fn forced_nodes_run_although_the_cache_has_them() {
    let bench = Bench::new();
    let workflow = chain(&["1", "2"]);
    bench.run(&workflow, |_| {});
    bench.run(&workflow, |frozen| {
        frozen.forced = BTreeSet::from([NodeId::literal("b")])
    });
    assert_eq!(bench.states(), "a:reused b:succeeded ");
}

#[test]
fn bad_input_ends_the_run_at_once_and_is_never_tried_again() {
    let bench = Bench::new();
    let outcome = bench.run(&chain(&["1", "bad", "3"]), |_| {});
    let GraphOutcome::Failed { node, failure, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(node, Some(NodeId::literal("b")));
    assert_eq!(failure.class, FailureClass::BadInput);
    assert_eq!(bench.executed.load(Ordering::SeqCst), 2);
    assert_eq!(bench.states(), "a:succeeded b:failed c:skipped ");
    assert_eq!(bench.reason("c"), "the run ended at `b`");
}

#[test]
fn a_failure_that_may_pass_is_tried_twice() {
    let bench = Bench::new();
    assert!(matches!(
        bench.run(&chain(&["flaky"]), |_| {}),
        GraphOutcome::Succeeded { .. }
    ));
    assert_eq!(bench.executed.load(Ordering::SeqCst), 2);
}

#[test]
fn an_output_that_is_not_delivered_breaks_the_contract() {
    let bench = Bench::new();
    let outcome = bench.run(&chain(&["gone"]), |_| {});
    let GraphOutcome::Failed { failure, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(failure.class, FailureClass::Contract);
}

#[test]
fn a_muted_node_takes_its_contract_artifact_with_it() {
    let bench = Bench::new();
    let mut workflow = chain(&["1"]);
    workflow.nodes[0].muted = true;
    let outcome = bench.run(&workflow, |_| {});
    let GraphOutcome::Failed {
        node: None,
        failure,
        ..
    } = outcome
    else {
        panic!("{outcome:?}")
    };
    assert!(
        failure.message.contains("asks for 1 × `image`"),
        "{}",
        failure.message
    );
}

#[test]
fn panics_and_hangs_cost_the_run_and_nothing_else() {
    let bench = Bench::new();
    let drill = |behaviour| {
        Some(Drill {
            node: NodeId::literal("a"),
            behaviour,
        })
    };
    let outcome = bench.run(&chain(&["1"]), |frozen| {
        frozen.drill = drill(DrillBehaviour::Panic)
    });
    let GraphOutcome::Failed { failure, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        failure.message.contains("panicked on purpose"),
        "{}",
        failure.message
    );
    let outcome = bench.run(&chain(&["1"]), |frozen| {
        frozen.drill = drill(DrillBehaviour::Hang);
        frozen.budget_secs = 0;
    });
    let GraphOutcome::Failed { failure, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(failure.class, FailureClass::TimedOut);
    let until = Instant::now() + Duration::from_secs(30);
    while Arc::strong_count(&bench.host) > 1 {
        assert!(Instant::now() < until, "what hung holds on to its run");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_second_attempt_that_is_given_up_is_journalled_as_the_second() {
    let bench = Bench::new();
    bench.run(&chain(&["stuck"]), |frozen| frozen.budget_secs = 1);
    let events = bench.host.events.lock().unwrap();
    let failed = events.iter().filter_map(|event| match event {
        RunEventKind::NodeFailed { attempt, .. } => Some(*attempt),
        _ => None,
    });
    assert_eq!(failed.collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_cancelled_run_stops_its_attempts() {
    let bench = Bench::new();
    bench.host.cancel.store(true, Ordering::SeqCst);
    let began = Instant::now();
    assert_eq!(
        bench.run(&chain(&["wait", "2"]), |_| {}),
        GraphOutcome::Cancelled
    );
    assert!(
        began.elapsed() < Duration::from_secs(60),
        "the attempt didn't hear of it"
    );
    assert_eq!(bench.states(), "a:cancelled b:skipped ");
}

#[test]
fn a_run_to_a_node_needs_what_leads_there_and_owes_no_contract() {
    let bench = Bench::new();
    let mut workflow = chain(&["1", "2", "bad", "4"]);
    workflow.contract[0].min_count = 9;
    let to_b = |frozen: &mut FrozenRun| frozen.targets = BTreeSet::from([NodeId::literal("b")]);
    let outcome = bench.run(&workflow, to_b);
    let GraphOutcome::Succeeded { outputs, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(outputs.len(), 2);
    assert_eq!(
        bench.states(),
        "a:succeeded b:succeeded c:skipped d:skipped "
    );
    assert_eq!(bench.reason("c"), "not needed for `b`");
    // What it made is in the cache for the whole run.
    assert!(matches!(
        bench.run(&workflow, |_| {}),
        GraphOutcome::Failed { .. }
    ));
    assert!(bench.states().starts_with("a:reused b:reused c:failed"));
}

#[test]
fn a_run_to_a_node_that_is_left_out_fails_with_the_reason() {
    let bench = Bench::new();
    let mut workflow = chain(&["1", "2"]);
    workflow.nodes[1].muted = true;
    let outcome = bench.run(&workflow, |frozen| {
        frozen.targets = BTreeSet::from([NodeId::literal("b")]);
    });
    let GraphOutcome::Failed { node, failure, .. } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(node, Some(NodeId::literal("b")));
    assert!(failure.message.contains("left out"), "{}", failure.message);
}

#[test]
fn equal_documents_give_equal_plans_whatever_the_order_of_edges() {
    let workflow = chain(&["1", "2", "3", "4"]);
    let mut shuffled = workflow.clone();
    shuffled.edges.reverse();
    let order = |workflow: &Workflow| {
        let plan = plan(workflow, &catalogue()).unwrap();
        plan.nodes
            .iter()
            .map(|planned| planned.node.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(order(&workflow), ["a", "b", "c", "d"]);
    assert_eq!(order(&workflow), order(&shuffled));
}
