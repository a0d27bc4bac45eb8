//! Output types, orders and rollout: from an import to the graph in charge, and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use hartomat_api::http::AuditQuery;
use hartomat_api::{
    Backend as _, DispatchRequest, ErrorKind, FileSource, ImportFormat, ImportOutcome,
    ImportRequest, OutputTypeDraft, RolloutStatus, RunDetail, SubjectSource, WorkflowSave,
    WorkflowSource,
};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{
    DecisionKind, ExecutionMode, FrozenRun, Gate, NodeType, OnBreak, OrderId, OrderLineId,
    OrderStatus, OutputType, OutputTypeId, RolloutAction, RolloutDecision, RolloutScope, RunId,
    RunState, Subject, Verdict, WorkflowId,
};
use hartomat_store::{OpenOptions, StudioDb};
use hartomat_tests::close_audit_list;
use serde_json::{Map, Value, json};

use crate::studio::sample;

const WORKFLOW: WorkflowId = WorkflowId::literal("canonical-still");

/// A studio with one output type of the canonical still, small enough to wait for.
struct Shop {
    studio: Arc<Studio>,
    output_type: OutputTypeId,
    folder: tempfile::TempDir,
}

impl Shop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = StudioOptions::in_process(DataDir::new(folder.path()));
        let studio = Studio::open(&options).unwrap();
        let draft = OutputTypeDraft {
            name: "Catalogue still".to_owned(),
            workflow: WORKFLOW,
        };
        let made = studio.output_type_create(&draft).unwrap();
        let mut output_type = made.output_type;
        let small = [("width", 64), ("height", 64), ("samples", 4)];
        for (name, value) in small {
            output_type
                .legacy_preset
                .params
                .insert(name.to_owned(), json!(value));
        }
        let settings = json!({ "width_px": 64, "height_px": 64, "samples": 4 });
        let settings: Map<String, Value> = serde_json::from_value(settings).unwrap();
        let still = NodeType::literal("render_still");
        output_type.overrides = BTreeMap::from([(still, settings)]);
        let stored = studio.output_type_put(&output_type).unwrap();
        assert!(stored.findings.is_empty(), "{:#?}", stored.findings);
        Self {
            studio,
            output_type: output_type.id,
            folder,
        }
    }

    fn scope(&self) -> RolloutScope {
        RolloutScope::OutputType(self.output_type.clone())
    }

    fn import(&self, rows: &str) -> hartomat_api::ImportReport {
        let request = ImportRequest {
            format: ImportFormat::Csv,
            text: format!("order,line,product,cad_file,output_type,requested_by\n{rows}"),
            dry_run: false,
            skip_refused: false,
        };
        self.studio.import(&request).unwrap()
    }

    /// A row of an order line on a bundled sample.
    fn row(&self, line: &str) -> String {
        let step = sample("flange_bracket.step");
        let (step, output_type) = (step.display(), &self.output_type);
        format!("A-1,{line},flange,{step},{output_type},ada\n")
    }

    /// Dispatches a line as the studio does: the saved workflow, asked for the graph.
    fn run(&self, line: &str) -> RunDetail {
        let request = DispatchRequest {
            mode: Some(ExecutionMode::Graph),
            ..DispatchRequest::new(
                WorkflowSource::Saved(WORKFLOW),
                SubjectSource::OrderLine(OrderLineId::new(line).unwrap()),
            )
        };
        self.studio.run_to_end(&request, &()).unwrap()
    }

    fn decide(&self, action: &RolloutAction) -> RolloutStatus {
        self.studio.rollout_decide(&self.scope(), action).unwrap()
    }

    fn promote(&self) -> RolloutStatus {
        self.decide(&RolloutAction::Promote { exception: None })
    }

    /// A gate that two passes open.
    fn easy_gate(&self, on_break: OnBreak) {
        self.decide(&RolloutAction::Configure {
            gate: Gate {
                golden: false,
                streak: 2,
                min_runs: 2,
                max_fallbacks: 0,
                on_break,
            },
            shadow_percent: 100,
        });
    }

    /// To the graph by evidence.
    fn in_charge(on_break: OnBreak) -> Self {
        let shop = Self::new();
        shop.import(&shop.row("A-1-1"));
        shop.easy_gate(on_break);
        shop.promote();
        for _ in 0..2 {
            let run = shop.run("A-1-1");
            let sentence = run.record.sentence.clone();
            assert_eq!(run.record.verdict, Some(Verdict::Pass), "{sentence:?}");
        }
        let status = shop.promote();
        assert_eq!(status.rollout.mode, ExecutionMode::Graph);
        shop
    }
}

#[test]
fn an_output_type_is_valid_at_once_and_begins_in_legacy_mode() {
    let shop = Shop::new();
    shop.import(&shop.row("A-1-1"));
    let run = shop.run("A-1-1");
    assert_eq!(run.record.mode, ExecutionMode::Legacy);
    assert_eq!(run.media_assets.len(), 1);
    let said: Vec<_> = run
        .frozen
        .mode_limits
        .iter()
        .map(|it| &it.sentence)
        .collect();
    assert_eq!(said[0], "the request asks for `graph`");
    assert!(said[1].contains("allows `legacy`"), "{said:?}");
    let entries = shop.studio.output_type_list().unwrap();
    assert_eq!((entries[0].order_lines, entries[0].in_flight), (1, 0));
    // Editing can't lift the mode.
    let mut lifted = entries[0].output_type.clone();
    lifted.rollout = ExecutionMode::Graph;
    let stored = shop.studio.output_type_put(&lifted).unwrap();
    assert_eq!(stored.output_type.rollout, ExecutionMode::Legacy);
    let mut wrong = lifted;
    wrong.contract[0].kind = hartomat_schema::ArtifactKind::VIDEO;
    let unknown = NodeType::literal("render_thumbnail");
    wrong.overrides.insert(unknown, Map::new());
    wrong.legacy_preset.preset_type = "hologram".to_owned();
    let refused = shop.studio.output_type_put(&wrong).unwrap_err();
    let places: Vec<_> = refused
        .diagnostics
        .iter()
        .map(|it| it.place.pointer.as_str())
        .collect();
    for place in ["/legacy_preset", "/overrides/render_thumbnail"] {
        assert!(places.contains(&place), "{places:?}");
    }
    assert!(
        places.iter().any(|place| place.starts_with("/contract")),
        "{places:?}"
    );
}

#[test]
fn a_list_of_orders_is_checked_row_by_row_and_taken_in_whole() {
    let shop = Shop::new();
    let broken = format!(
        "{}A-1,A-1-2,flange,,no_such_type,ada\nA-1,A-1-3,washer,,{},ada\n,A-1-4,flange,,{},ada\n{}",
        shop.row("A-1-1"),
        shop.output_type,
        shop.output_type,
        shop.row("A-1-1"),
    );
    let report = shop.import(&broken);
    assert!(!report.stored);
    let messages: Vec<_> = report
        .rows
        .iter()
        .map(|row| row.message.as_deref())
        .collect();
    assert_eq!(
        messages,
        [
            None,
            Some("output_type: there is no output type `no_such_type`"),
            Some("cad_file: product `washer` is new and needs its CAD file"),
            Some("order: is empty"),
            Some("line: `A-1-1` stands in an earlier row as well"),
        ]
    );
    assert!(
        shop.studio.order_list().unwrap().is_empty(),
        "all or nothing"
    );
    let rows = shop.row("A-1-1") + &shop.row("A-1-2");
    let report = shop.import(&rows);
    assert_eq!((report.stored, report.count(ImportOutcome::New)), (true, 2));
    assert_eq!(shop.import(&rows).count(ImportOutcome::Unchanged), 2);
    let order = OrderId::literal("A-1");
    // Alone and among all: how far it has come, of how many lines, and how many are delivered.
    let stands = || {
        let status = shop.studio.order_get(&order).unwrap().status;
        let listed = shop.studio.order_list().unwrap().remove(0);
        assert_eq!(listed.status, status);
        (status, listed.lines, listed.delivered)
    };
    assert_eq!(stands(), (OrderStatus::Open, 2, 0));
    shop.run("A-1-1");
    assert_eq!(stands(), (OrderStatus::InProgress, 2, 1));
    shop.run("A-1-2");
    assert_eq!(stands(), (OrderStatus::Delivered, 2, 2));
    let detail = shop.studio.order_get(&order).unwrap();
    assert_eq!(detail.status, OrderStatus::Delivered);
    assert!(detail.lines.iter().all(|line| line.media_assets.len() == 1));
    let told = shop.studio.notification_list().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0].recipients, ["ada"]);
}

#[test]
fn an_order_has_no_more_lines_than_are_read_together() {
    let shop = Shop::new();
    shop.import(&shop.row("A-1-0"));
    let rows =
        (1..=10_000).map(|line| format!("A-1,A-1-{line},flange,,{},ada\n", shop.output_type));
    let report = shop.import(&rows.collect::<String>());
    assert!(!report.stored);
    assert_eq!(report.count(ImportOutcome::Refused), 1);
    let last = report.rows.last().and_then(|row| row.message.as_deref());
    let last = last.unwrap_or_default();
    assert!(last.contains("`A-1` has 10000 lines"), "{last}");
}

#[test]
fn the_graph_takes_over_when_the_evidence_is_in_and_a_changed_definition_starts_anew() {
    let shop = Shop::new();
    shop.import(&shop.row("A-1-1"));
    shop.easy_gate(OnBreak::DemoteToShadow);
    assert_eq!(shop.promote().rollout.mode, ExecutionMode::Shadow);
    let promote = RolloutAction::Promote { exception: None };
    let held = shop.studio.rollout_decide(&shop.scope(), &promote);
    let held = held.unwrap_err();
    assert_eq!(held.kind, ErrorKind::Conflict);
    assert!(
        held.message.contains("0 of 2 shadow passes in a row"),
        "{held}"
    );
    for expected in [1, 2] {
        let run = shop.run("A-1-1");
        assert_eq!(run.record.mode, ExecutionMode::Shadow);
        let status = shop.studio.rollout_get(&shop.scope()).unwrap();
        assert_eq!(status.streak, expected);
    }
    let simulated = shop
        .studio
        .rollout_simulate(&shop.scope(), &Default::default());
    assert!(simulated.unwrap().now.open);
    let status = shop.promote();
    let sentence = &status.decisions[0].sentence;
    assert!(
        sentence.contains("2 of 2 shadow passes in a row"),
        "{sentence}"
    );
    let run = shop.run("A-1-1");
    assert_eq!(run.record.mode, ExecutionMode::Graph);
    assert_eq!(run.record.state, RunState::Succeeded);
    assert_eq!(run.media_assets.len(), 1);
    // Another definition is held at shadow; the same under another name is not.
    let mut workflow = shop.studio.workflow_get(&WORKFLOW).unwrap().workflow;
    workflow.name = "Still, renamed".to_owned();
    let mut save = WorkflowSave {
        workflow,
        expected_revision: 0,
        catalogue_etag: None,
    };
    shop.studio.workflow_put(&save).unwrap();
    assert_eq!(shop.run("A-1-1").record.mode, ExecutionMode::Graph);
    let scene = save.workflow.nodes.iter_mut();
    let scene = scene.into_iter().find(|it| it.id.as_str() == "scene");
    let turned = ("azimuth_deg".to_owned(), json!(91));
    scene.unwrap().settings.extend([turned]);
    save.expected_revision = 1;
    shop.studio.workflow_put(&save).unwrap();
    let run = shop.run("A-1-1");
    assert_eq!(run.record.mode, ExecutionMode::Shadow);
    let steps = &run.frozen.mode_limits;
    let held = steps
        .iter()
        .any(|step| step.sentence.contains("evidence starts anew"));
    assert!(held, "{steps:#?}");
    let status = shop.studio.rollout_get(&shop.scope()).unwrap();
    assert_eq!((status.streak, status.gate.open), (0, false));
}

#[test]
fn shadows_count_however_many_runs_of_legacy_alone_come_after_them() {
    let shop = Shop::new();
    shop.import(&shop.row("A-1-1"));
    shop.promote();
    let shadow = shop.run("A-1-1");
    assert_eq!(shadow.record.verdict, Some(Verdict::Pass));
    let database = shop.folder.path().join("studio.db");
    let (db, _) = StudioDb::open(database, &OpenOptions::default()).unwrap();
    for number in 0..1000 {
        let legacy = FrozenRun {
            id: RunId::new(format!("legacy-{number}")).unwrap(),
            mode: ExecutionMode::Legacy,
            ..shadow.frozen.clone()
        };
        db.run_insert(&legacy).unwrap();
    }
    let status = shop.studio.rollout_get(&shop.scope()).unwrap();
    assert_eq!((status.streak, status.in_flight), (1, 1000));
}

#[test]
fn a_graph_that_breaks_its_gate_is_demoted_and_legacy_has_delivered() {
    for (on_break, mode, kind) in [
        (
            OnBreak::DemoteToShadow,
            ExecutionMode::Shadow,
            DecisionKind::Demoted,
        ),
        (OnBreak::Pause, ExecutionMode::Graph, DecisionKind::Paused),
    ] {
        let shop = Shop::in_charge(on_break);
        // A rehearsed failure says nothing.
        let drill = DispatchRequest {
            mode: Some(ExecutionMode::Graph),
            drill: Some(hartomat_schema::Drill {
                node: hartomat_schema::NodeId::literal("still"),
                behaviour: hartomat_schema::DrillBehaviour::Fail,
            }),
            ..DispatchRequest::new(
                WorkflowSource::Saved(WORKFLOW),
                SubjectSource::OrderLine(OrderLineId::literal("A-1-1")),
            )
        };
        let rehearsed = shop.studio.run_to_end(&drill, &()).unwrap();
        assert_eq!(rehearsed.record.state, RunState::FellBack);
        let status = shop.studio.rollout_get(&shop.scope()).unwrap();
        assert_eq!(status.rollout.mode, ExecutionMode::Graph);
        // The graph can't load what legacy doesn't ask for.
        let entries = shop.studio.output_type_list().unwrap();
        let mut output_type = entries[0].output_type.clone();
        let template = NodeType::literal("resolve_template");
        let missing = Map::from_iter([("scene".to_owned(), json!("no_such_scene"))]);
        output_type.overrides.insert(template, missing);
        shop.studio.output_type_put(&output_type).unwrap();
        let run = shop.run("A-1-1");
        assert_eq!(run.record.state, RunState::FellBack, "{:?}", run.record);
        assert_eq!(run.media_assets.len(), 1, "legacy has delivered");
        let status = shop.studio.rollout_get(&shop.scope()).unwrap();
        assert_eq!(status.rollout.mode, mode);
        let decision = &status.decisions[0];
        assert_eq!(
            (decision.kind, decision.by.as_str()),
            (kind, RolloutDecision::GATE)
        );
        assert!(decision.sentence.contains(run.record.id.as_str()));
        let promote = RolloutAction::Promote { exception: None };
        let refused = shop.studio.rollout_decide(&shop.scope(), &promote);
        assert_eq!(refused.unwrap_err().kind, ErrorKind::Conflict);
    }
}

#[test]
fn rolling_back_needs_no_evidence_and_no_graph_database() {
    let shop = Shop::in_charge(OnBreak::DemoteToShadow);
    let Shop {
        studio,
        output_type,
        folder,
    } = shop;
    drop(studio);
    let database = folder.path().join("studio.db");
    std::fs::remove_file(&database).unwrap();
    std::fs::create_dir(&database).unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let shop = Shop {
        studio: Studio::open(&options).unwrap(),
        output_type,
        folder,
    };
    assert!(!shop.studio.info().unwrap().graph_ready);
    let status = shop.decide(&RolloutAction::RollBack {
        to: ExecutionMode::Legacy,
        reason: "The printer saw stripes".to_owned(),
    });
    assert_eq!(status.rollout.mode, ExecutionMode::Legacy);
    let sentence = &status.decisions[0].sentence;
    assert!(sentence.ends_with("from `graph` to `legacy`: The printer saw stripes"));
    let run = shop.run("A-1-1");
    assert_eq!(run.record.mode, ExecutionMode::Legacy);
    assert_eq!(run.record.state, RunState::Succeeded);
    let audit = shop.studio.audit_list(&AuditQuery::default()).unwrap();
    assert!(
        audit
            .iter()
            .any(|line| line.target.contains("rolls output type"))
    );
    // Nobody can tell whether there is such a workflow, and nobody has decided on it.
    let status = shop.studio.rollout_decide(&theirs(), &rehearsal());
    assert_eq!(status.unwrap().rollout.mode, ExecutionMode::Legacy);
}

#[test]
fn rolling_back_does_not_wait_for_the_audit_list() {
    let shop = Shop::new();
    shop.promote();
    close_audit_list(shop.folder.path());
    let status = shop.decide(&rehearsal());
    assert_eq!(status.rollout.mode, ExecutionMode::Legacy);
    assert_eq!(status.decisions[0].kind, DecisionKind::RolledBack);
    let promote = RolloutAction::Promote { exception: None };
    let unnoted = shop.studio.rollout_decide(&shop.scope(), &promote);
    assert_eq!(unnoted.unwrap_err().kind, ErrorKind::Internal);
    let unknown = shop.studio.rollout_decide(&theirs(), &rehearsal());
    assert_eq!(unknown.unwrap_err().kind, ErrorKind::NotFound);
}

#[test]
fn what_samples_run_as_never_becomes_an_output_type_of_the_studio() {
    let shop = Shop::new();
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest::new(
        WorkflowSource::Saved(WORKFLOW),
        SubjectSource::SampleOrderLine(FileSource::Path(step.clone())),
    );
    let subject = shop.studio.resolve(&request).unwrap().subject;
    let Subject::OrderLine(line) = subject else {
        panic!("{subject:?}")
    };
    let own = line.output_type;
    assert_eq!((own.internal, own.rollout), (true, ExecutionMode::Graph));
    let taken = OutputType {
        internal: false,
        ..own.clone()
    };
    let refused = shop.studio.output_type_put(&taken).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InvalidInput);
    assert!(refused.message.contains("samples"), "{refused}");
    let listed = shop.studio.output_type_list().unwrap();
    let hidden = OutputType {
        internal: true,
        ..listed[0].output_type.clone()
    };
    let refused = shop.studio.output_type_put(&hidden).unwrap_err();
    assert_eq!(refused.diagnostics[0].place.pointer, "/internal");
    assert_eq!(shop.studio.output_type_list().unwrap(), listed);
    let report = shop.import(&format!("A-1,A-1-1,flange,{step},{},ada\n", own.id));
    let message = report.rows[0].message.as_deref().unwrap_or_default();
    assert!(message.contains("samples"), "{message}");
}

/// A workflow that this studio hasn't.
fn theirs() -> RolloutScope {
    RolloutScope::Workflow(WorkflowId::literal("theirs"))
}

fn rehearsal() -> RolloutAction {
    RolloutAction::RollBack {
        to: ExecutionMode::Legacy,
        reason: "only a rehearsal".to_owned(),
    }
}
