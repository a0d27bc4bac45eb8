//! The suite: everything that the contract says, asked of each runtime in the same words. Over HTTP the
//! server's own figures say at the end which routes were answered; one that wasn't fails the test.

use std::sync::Mutex;

use hartomat_api::http::{AuditQuery, Operation, routes};
use hartomat_api::{
    ApiError, Backend, BackendKind, CalibrationRequest, CompareRequest, DispatchRequest, ErrorKind,
    FileSource, GoldenRequest, HttpClient, ImportFormat, ImportOutcome, ImportRequest, LogQuery,
    NodeDecisionKind, OutputTypeDraft, Report, ReportFormat, RerunDefinition, RerunRequest,
    RerunScope, ReviewQuery, ReviewRequest, RunQuery, SimulationRequest, SubjectSource,
    WorkflowSave, WorkflowSource,
};
use hartomat_app::{DataDir, QueueOptions, Studio, StudioOptions};
use hartomat_schema::{
    CalibrationState, Digest, Drill, DrillBehaviour, ExecutionMode, GoldenCaseId, Mask, MessageId,
    NodeId, NodeRunState, OrderId, OrderLineId, OrderStatus, OutputTypeId, Region, ReviewDecision,
    ReviewId, ReviewScope, RolloutAction, RolloutScope, RunId, RunState, Verdict, WorkflowId,
};
use hartomat_server::{ServerConfig, ServerOptions, start};

use crate::support::{ALL, Heard, Served, client, quick_still, request, sample, still};

#[test]
fn in_this_process() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    everything(studio.as_ref(), folder.path());
}

#[test]
fn over_loopback() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::open(&StudioOptions {
        data: DataDir::new(folder.path().join("data")),
        kind: BackendKind::Server,
        queue: QueueOptions::default(),
    })
    .unwrap();
    let scopes = hartomat_schema::Scope::ALL.into();
    let (_, token) = studio.token_create("tester", &scopes).unwrap();
    let options = ServerOptions {
        kind: BackendKind::Server,
        config: ServerConfig {
            bind: "127.0.0.1:0".parse().unwrap(),
            ..ServerConfig::default()
        },
        token: None,
    };
    let server = start(studio, options).unwrap();
    let client = client(&server.url(), &token);
    everything(&client, folder.path());
    every_route_was_answered(&client);
}

#[test]
fn over_tcp_to_another_process() {
    let served = Served::start();
    let client = served.client(ALL);
    everything(&client, served.folder());
    every_route_was_answered(&client);
}

fn everything(backend: &dyn Backend, folder: &std::path::Path) {
    libraries(backend);
    workflows(backend);
    checks(backend);
    let run = a_run(backend);
    lists_and_logs(backend, &run);
    reports(backend, &run);
    again(backend, &run);
    ends(backend);
    to_a_node(backend);
    reviews(backend);
    feed(backend);
    files(backend, folder);
    orders(backend);
    messages_and_noise(backend);
    rollouts(backend);
}

/// Output types and orders: made, imported, resolved, run.
fn orders(backend: &dyn Backend) {
    let step = backend.file_put(&sample("flange_bracket.step"), &|_, _| {});
    let step = step.unwrap().digest;
    let draft = OutputTypeDraft {
        name: "Catalogue still".to_owned(),
        workflow: WorkflowId::literal("canonical-still"),
    };
    let made = backend.output_type_create(&draft).unwrap();
    assert_eq!(made.output_type.id.as_str(), "catalogue_still");
    assert_eq!(made.output_type.rollout, ExecutionMode::Legacy);
    let mut output_type = made.output_type;
    output_type.active = false;
    assert!(
        !backend
            .output_type_put(&output_type)
            .unwrap()
            .output_type
            .active
    );
    output_type.active = true;
    for (name, value) in [("width", 32), ("height", 32), ("samples", 1)] {
        let params = &mut output_type.legacy_preset.params;
        params.insert(name.to_owned(), value.into());
    }
    backend.output_type_put(&output_type).unwrap();
    output_type.contract.clear();
    is(
        ErrorKind::InvalidInput,
        backend.output_type_put(&output_type),
    );
    let list = backend.output_type_list().unwrap();
    assert_eq!(list.len(), 1, "those of samples are in no list");
    let mut import = ImportRequest {
        format: ImportFormat::Json,
        text: serde_json::json!([{
            "order": "A-1", "line": "A-1-1", "product": "flange", "cad_file": step,
            "output_type": "catalogue_still", "materials": { "*": "brass" },
        }])
        .to_string(),
        dry_run: true,
        skip_refused: false,
    };
    let told = backend.import(&import).unwrap();
    assert_eq!(
        (told.stored, told.rows[0].outcome),
        (false, ImportOutcome::New)
    );
    assert!(backend.order_list().unwrap().is_empty());
    import.dry_run = false;
    assert!(backend.import(&import).unwrap().stored);
    let products = backend.product_list().unwrap();
    let flange = products
        .iter()
        .find(|product| product.id.as_str() == "flange");
    assert_eq!(flange.unwrap().cad_file, step.to_string());
    let subject = SubjectSource::OrderLine(OrderLineId::literal("A-1-1"));
    let workflow = WorkflowSource::Saved(WorkflowId::literal("canonical-still"));
    let asked = DispatchRequest {
        mode: Some(ExecutionMode::Graph),
        ..DispatchRequest::new(workflow, subject)
    };
    let resolved = backend.resolve(&asked).unwrap();
    assert_eq!(resolved.mode.mode, ExecutionMode::Legacy);
    assert!(resolved.mode.limits.len() >= 2 && !resolved.settings.is_empty());
    let run = backend.run_to_end(&asked, &()).unwrap();
    assert_eq!(run.record.mode, ExecutionMode::Legacy);
    let order = OrderId::literal("A-1");
    let detail = backend.order_get(&order).unwrap();
    assert_eq!(detail.status, OrderStatus::Delivered);
    assert_eq!(backend.order_list().unwrap()[0].delivered, 1);
    let told = backend.notification_list().unwrap();
    assert_eq!(told[0].run, run.record.id);
    is(
        ErrorKind::NotFound,
        backend.order_get(&OrderId::literal("B")),
    );
}

/// Messages out of the studio, of which there are none, and an output type's noise floor.
fn messages_and_noise(backend: &dyn Backend) {
    assert!(backend.notification_target_list().unwrap().is_empty());
    assert!(backend.message_list().unwrap().is_empty());
    let nobody = MessageId::literal("nobody");
    is(ErrorKind::NotFound, backend.message_retry(&nobody));
    let output_type = OutputTypeId::literal("catalogue_still");
    let once = CalibrationRequest {
        times: 1,
        order_line: None,
    };
    let begun = backend.calibrate(&output_type, &once).unwrap();
    assert_eq!(begun.state, CalibrationState::Running);
    let listed = backend.output_type_list().unwrap().remove(0).calibration;
    assert_eq!(listed.map(|it| it.at), Some(begun.at));
    let other = OutputTypeId::literal("nobody");
    is(ErrorKind::NotFound, backend.calibrate(&other, &once));
}

/// Golden cases, and decisions about who may be in charge.
fn rollouts(backend: &dyn Backend) {
    let scope: RolloutScope = "output_type:catalogue_still".parse().unwrap();
    let listed = backend.rollout_list().unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].rollout.scope, scope);
    let promote = RolloutAction::Promote { exception: None };
    let status = backend.rollout_decide(&scope, &promote).unwrap();
    assert_eq!(status.rollout.mode, ExecutionMode::Shadow);
    is(
        ErrorKind::Conflict,
        backend.rollout_decide(&scope, &promote),
    );
    let simulated = backend.rollout_simulate(&scope, &SimulationRequest::default());
    assert!(!simulated.unwrap().now.open);
    let back = RolloutAction::RollBack {
        to: ExecutionMode::Legacy,
        reason: "only a rehearsal".to_owned(),
    };
    let status = backend.rollout_decide(&scope, &back).unwrap();
    assert_eq!(backend.rollout_get(&scope).unwrap(), status);
    assert_eq!(status.decisions.len(), 2);
    let unknown = "output_type:nobody".parse().unwrap();
    is(ErrorKind::NotFound, backend.rollout_get(&unknown));
    let mut case = backend.golden_case_list().unwrap().remove(0);
    case.id = GoldenCaseId::literal("of_our_own");
    backend.golden_case_put(&case).unwrap();
    let workflow = WorkflowId::literal("canonical-still");
    let record = backend
        .golden_dispatch(&GoldenRequest {
            workflow: workflow.clone(),
            case: case.id.clone(),
            output_type: None,
        })
        .unwrap();
    let detail = backend.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.record.golden.as_ref(), Some(&case.id));
    let report = backend.golden_report(&workflow).unwrap();
    assert!(report.cases.contains(&case));
}

fn libraries(backend: &dyn Backend) {
    let info = backend.info().unwrap();
    assert!(info.graph_ready);
    let catalogue = backend.catalogue().unwrap();
    assert_eq!(catalogue.etag, info.catalogue_etag);
    assert_eq!(
        backend.catalogue().unwrap(),
        catalogue,
        "also the second time"
    );
    assert!(catalogue.nodes.len() >= 18);
    assert!(backend.material_list().unwrap().len() >= 30);
    let swatch = backend.material_swatch("steel_brushed").unwrap();
    assert_eq!(
        swatch[16..24],
        [0, 0, 0, 128, 0, 0, 0, 128],
        "width, height"
    );
    assert_eq!(backend.material_swatch("steel_brushed").unwrap(), swatch);
    is(ErrorKind::NotFound, backend.material_swatch("no/such"));
    assert!(!backend.studio_scene_list().unwrap().is_empty());
    assert!(backend.blend_template_list().unwrap().is_empty());
    assert!(backend.template_list().unwrap().len() >= 2);
}

fn workflows(backend: &dyn Backend) {
    let mut workflow = quick_still(backend);
    workflow.id = WorkflowId::new("mine").unwrap();
    workflow.extra.insert("studio".to_owned(), "kept".into());
    let save = |workflow: &hartomat_schema::Workflow, expected_revision| {
        backend.workflow_put(&WorkflowSave {
            workflow: workflow.clone(),
            expected_revision,
            catalogue_etag: Some(Digest::of(b"an older catalogue")),
        })
    };
    let saved = save(&workflow, 0).unwrap();
    assert_eq!(saved.revision, 1);
    assert!(
        !saved.remarks.is_empty(),
        "an older catalogue is remarked on"
    );
    assert_eq!(
        backend.workflow_get(&workflow.id).unwrap().workflow,
        workflow
    );
    let mine = workflow.clone();
    "Theirs".clone_into(&mut workflow.name);
    save(&workflow, 1).unwrap();
    let refused = save(&mine, 1).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    let conflict = refused.conflict.expect("both versions come back");
    assert_eq!(conflict.yours.workflow, mine);
    let current = conflict.current.expect("it is there");
    assert_eq!((current.revision, current.workflow), (2, workflow.clone()));
    let listed = backend.workflow_list().unwrap();
    assert!(
        listed
            .iter()
            .any(|it| it.id == workflow.id && it.revision == 2)
    );
    is(
        ErrorKind::Conflict,
        backend.workflow_remove(&workflow.id, 1),
    );
    backend.workflow_remove(&workflow.id, 2).unwrap();
    is(ErrorKind::NotFound, backend.workflow_get(&workflow.id));
    let mut foreign = quick_still(backend);
    let thumbnail = foreign
        .nodes
        .iter_mut()
        .find(|node| node.id.as_str() == "still");
    let stranger = hartomat_schema::NodeType::new("render_thumbnail").unwrap();
    thumbnail.unwrap().node_type = stranger;
    let refused = save(&foreign, 0).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InvalidInput);
    assert!(
        refused
            .diagnostics
            .iter()
            .any(|it| it.code == "wrong_family")
    );
}

fn checks(backend: &dyn Backend) {
    let mut workflow = quick_still(backend);
    assert!(backend.validate(&workflow).unwrap().is_empty());
    workflow.edges.pop();
    let findings = backend.validate(&workflow).unwrap();
    assert!(findings.iter().any(hartomat_schema::Diagnostic::is_error));
    let fine = request(quick_still(backend), ExecutionMode::Graph);
    let report = backend.preflight(&fine).unwrap();
    assert!(report.is_clean(), "{:?}", report.diagnostics);
    let dry = backend.dry_run(&fine).unwrap();
    assert_eq!(dry.nodes.len(), quick_still(backend).nodes.len());
}

fn a_run(backend: &dyn Backend) -> RunId {
    let shadow = DispatchRequest {
        idempotency_key: Some("once".to_owned()),
        ..request(quick_still(backend), ExecutionMode::Shadow)
    };
    let heard = Heard::default();
    let detail = backend.run_to_end(&shadow, &heard).unwrap();
    assert_eq!(detail.record.state, RunState::Succeeded);
    assert_eq!(detail.record.verdict, Some(Verdict::Pass));
    assert_eq!(heard.assert_gap_free(), detail.record.last_seq);
    assert_eq!(detail.media_assets.len(), 1);
    let run = detail.record.id;
    // The same key is the same run; for another request it is refused.
    assert_eq!(backend.dispatch(&shadow).unwrap().id, run);
    let other = DispatchRequest {
        budget_secs: Some(7),
        ..shadow
    };
    is(ErrorKind::Conflict, backend.dispatch(&other));
    let page = backend.run_events(&run, 2, 3).unwrap();
    let numbers: Vec<u64> = page.events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, [3, 4, 5]);
    assert_eq!(page.last_seq, detail.record.last_seq);
    is(ErrorKind::NotFound, backend.run_events(&nobody(), 0, 1));
    run
}

fn lists_and_logs(backend: &dyn Backend, run: &RunId) {
    let query = RunQuery {
        states: vec![RunState::Succeeded],
        mode: Some(ExecutionMode::Shadow),
        verdict: Some(Verdict::Pass),
        limit: Some(1),
        ..RunQuery::default()
    };
    let page = backend.run_list(&query).unwrap();
    assert_eq!(page.runs.len(), 1);
    assert_eq!(page.runs[0].id, *run);
    let next = RunQuery {
        before: page.next,
        ..query
    };
    assert!(backend.run_list(&next).unwrap().runs.is_empty());
    let failed = RunQuery {
        states: vec![RunState::Failed],
        ..RunQuery::default()
    };
    assert!(backend.run_list(&failed).unwrap().runs.is_empty());
    let all = backend.run_logs(run, &LogQuery::default()).unwrap();
    assert!(all.lines.len() > 3);
    let mut paged = Vec::new();
    let mut query = LogQuery {
        limit: Some(2),
        ..LogQuery::default()
    };
    loop {
        let page = backend.run_logs(run, &query).unwrap();
        if page.lines.is_empty() {
            break;
        }
        paged.extend(page.lines);
        query.after = page.next;
    }
    assert_eq!(paged, all.lines);
    is(
        ErrorKind::NotFound,
        backend.run_logs(&nobody(), &LogQuery::default()),
    );
    let feed = backend.feed(0, 10_000).unwrap();
    assert!(feed.entries.is_sorted_by_key(|entry| entry.ord));
    assert_eq!(feed.entries.last().map(|entry| entry.ord), Some(feed.last));
    assert!(feed.entries.iter().any(|entry| entry.run == *run));
    assert!(backend.feed(feed.last, 10).unwrap().entries.is_empty());
    let lines = backend.order_line_list().unwrap();
    assert!(!lines.is_empty(), "the sample's order line is there");
}

fn again(backend: &dyn Backend, run: &RunId) {
    let from = NodeId::new("scene").unwrap();
    let request = RerunRequest {
        scope: RerunScope::From(from),
        ..RerunRequest::new(run.clone())
    };
    let record = backend.rerun(&request).unwrap();
    let detail = backend.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.frozen.rerun_of.as_ref(), Some(run));
    let state = |node: &str| {
        let node = NodeId::new(node).unwrap();
        detail.record.node(&node).map(|run| run.state)
    };
    assert_eq!(state("glb"), Some(NodeRunState::Reused));
    assert_eq!(state("still"), Some(NodeRunState::Succeeded));
    let mut draft = quick_still(backend);
    "A draft".clone_into(&mut draft.name);
    let drafted = RerunRequest {
        definition: RerunDefinition::Draft(Box::new(draft)),
        ..RerunRequest::new(run.clone())
    };
    let record = backend.rerun(&drafted).unwrap();
    let detail = backend.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.record.workflow_name, "A draft");
    is(
        ErrorKind::NotFound,
        backend.rerun(&RerunRequest::new(nobody())),
    );
}

/// A run that fails and falls back, one that is cancelled, and what can't be begun at all.
fn ends(backend: &dyn Backend) {
    let drilled = DispatchRequest {
        drill: Some(Drill {
            node: NodeId::new("still").unwrap(),
            behaviour: DrillBehaviour::Fail,
        }),
        ..request(quick_still(backend), ExecutionMode::Graph)
    };
    let detail = backend.run_to_end(&drilled, &()).unwrap();
    assert_eq!(detail.record.state, RunState::FellBack);
    let failed = RerunRequest {
        scope: RerunScope::Failed,
        ..RerunRequest::new(detail.record.id.clone())
    };
    let record = backend.rerun(&failed).unwrap();
    let mended = backend.follow_to_end(&record, &()).unwrap();
    assert_eq!(
        mended.record.state,
        RunState::Succeeded,
        "the drill was of that run alone"
    );
    let slow = request(still(backend, 512, 4096), ExecutionMode::Graph);
    backend.queue_pause(true).unwrap();
    let record = backend.dispatch(&slow).unwrap();
    let info = backend.info().unwrap();
    assert!(info.is_paused);
    if info.kind != BackendKind::InProcess {
        assert_eq!((info.queued, info.running), (1, 0), "it is held back");
    }
    backend.queue_pause(false).unwrap();
    assert!(!backend.info().unwrap().is_paused);
    backend.run_cancel(&record.id).unwrap();
    let detail = backend.follow_to_end(&record, &()).unwrap();
    assert_eq!(detail.record.state, RunState::Cancelled);
    is(ErrorKind::Conflict, backend.run_cancel(&record.id));
    is(ErrorKind::Conflict, backend.resume(&record.id));
    is(ErrorKind::NotFound, backend.run_cancel(&nobody()));
    let nowhere = DispatchRequest::new(
        WorkflowSource::Saved(WorkflowId::new("nowhere").unwrap()),
        SubjectSource::OrderLine(hartomat_schema::OrderLineId::new("nowhere").unwrap()),
    );
    is(ErrorKind::NotFound, backend.dispatch(&nowhere));
}

/// A run to a node delivers nothing, and doesn't mind what the rest of the workflow looks like.
fn to_a_node(backend: &dyn Backend) {
    let mut workflow = quick_still(backend);
    // Without this edge the whole can't run.
    workflow
        .edges
        .retain(|edge| edge.to.node.as_str() != "save");
    let whole = request(workflow.clone(), ExecutionMode::Shadow);
    is(ErrorKind::InvalidInput, backend.dispatch(&whole));
    let target = |node: &str| [NodeId::new(node).unwrap()].into();
    let trial = DispatchRequest {
        targets: target("scene"),
        ..whole.clone()
    };
    let dry = backend.dry_run(&trial).unwrap();
    assert!(dry.report.is_clean(), "{:?}", dry.report.diagnostics);
    assert_eq!(dry.mode, ExecutionMode::Graph);
    let decision = |node: &str| {
        dry.nodes
            .iter()
            .find(|it| it.node.as_str() == node)
            .unwrap()
    };
    assert_eq!(decision("still").decision, NodeDecisionKind::Skip);
    assert_eq!(decision("still").reason, "not needed for `scene`");
    assert_ne!(decision("scene").decision, NodeDecisionKind::Skip);
    let detail = backend.run_to_end(&trial, &()).unwrap();
    let record = &detail.record;
    assert_eq!(record.state, RunState::Succeeded, "{:?}", record.reason);
    assert_eq!((record.delivered_by, record.verdict), (None, None));
    assert_eq!(record.targets, trial.targets);
    assert!(detail.media_assets.is_empty() && detail.notifications.is_empty());
    assert!(detail.legacy.is_none());
    assert!(
        detail.files.contains_key("scene.scene"),
        "{:?}",
        detail.files.keys()
    );
    // To the end, where publishing is: still nothing is published.
    let to_the_end = DispatchRequest {
        targets: target("tell"),
        ..request(quick_still(backend), ExecutionMode::Graph)
    };
    let detail = backend.run_to_end(&to_the_end, &()).unwrap();
    assert_eq!(detail.record.state, RunState::Succeeded);
    assert!(detail.media_assets.is_empty() && detail.notifications.is_empty());
    assert!(
        !detail.record.intents.is_empty(),
        "what it would have done is said"
    );
    let trials = RunQuery {
        partial: Some(true),
        ..RunQuery::default()
    };
    assert_eq!(backend.run_list(&trials).unwrap().runs.len(), 2);
    // A drilled failure: nobody takes the graph's place.
    let failing = DispatchRequest {
        drill: Some(Drill {
            node: NodeId::new("scene").unwrap(),
            behaviour: DrillBehaviour::Fail,
        }),
        ..trial
    };
    let failed = backend.run_to_end(&failing, &()).unwrap().record;
    assert_eq!(
        (failed.state, failed.delivered_by),
        (RunState::Failed, None)
    );
    assert!(failed.fallback.is_none());
    let unknown = DispatchRequest {
        targets: target("scena"),
        ..whole
    };
    let refused = backend.dispatch(&unknown).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::InvalidInput);
    assert_eq!(refused.diagnostics[0].code, "unknown_target");
    assert_eq!(refused.diagnostics[0].fix, "did you mean `scene`?");
    let report = backend.preflight(&unknown).unwrap();
    assert_eq!(report.diagnostics[0].code, "unknown_target");
}

/// A difference is accepted and rejected, and who has said so is told wherever the run is.
fn reviews(backend: &dyn Backend) {
    let mut workflow = quick_still(backend);
    workflow.id = WorkflowId::new("reviewed").unwrap();
    let scene = workflow
        .nodes
        .iter_mut()
        .find(|node| node.id.as_str() == "scene");
    let settings = &mut scene.unwrap().settings;
    settings.insert("azimuth_deg".to_owned(), 90.into());
    let shadow = request(workflow.clone(), ExecutionMode::Shadow);
    let detail = backend.run_to_end(&shadow, &()).unwrap();
    assert_eq!(detail.record.verdict, Some(Verdict::Fail));
    let run = detail.record.id.clone();
    let unresolved = RunQuery {
        unresolved: true,
        workflow: Some(workflow.id.clone()),
        ..RunQuery::default()
    };
    let listed = || -> Vec<RunId> {
        let runs = backend.run_list(&unresolved).unwrap().runs;
        runs.into_iter().map(|run| run.id).collect()
    };
    assert_eq!(listed(), std::slice::from_ref(&run));
    let accept = ReviewRequest {
        run: run.clone(),
        output: "flange_bracket.png".to_owned(),
        decision: ReviewDecision::Accept,
        scope: ReviewScope::Case,
        reason: "the camera goes round on purpose".to_owned(),
        expires_at: Some(detail.record.created_at.plus_days(90)),
    };
    refused_reviews(backend, &accept);
    let review = backend.review_add(&accept).unwrap();
    assert_eq!(backend.review_add(&accept).unwrap(), review, "asked twice");
    let after = backend.run_get(&run).unwrap();
    assert_eq!(after.record.reviews, [review.mark()]);
    assert_eq!(after.reviews, std::slice::from_ref(&review));
    assert_eq!(
        after.record.verdict,
        Some(Verdict::Fail),
        "no verdict changes"
    );
    assert!(listed().is_empty());
    let of_run = ReviewQuery {
        run: Some(run.clone()),
        standing: true,
        ..ReviewQuery::default()
    };
    let standing = backend.review_list(&of_run).unwrap().reviews;
    assert_eq!(standing, std::slice::from_ref(&review));
    let revoked = backend.review_revoke(&review.id).unwrap();
    assert!(revoked.revoked.is_some());
    assert_eq!(backend.review_revoke(&review.id).unwrap(), revoked);
    assert!(backend.review_list(&of_run).unwrap().reviews.is_empty());
    assert_eq!(
        listed(),
        std::slice::from_ref(&run),
        "nobody has reviewed it any more"
    );
    is(
        ErrorKind::NotFound,
        backend.review_revoke(&ReviewId::new("nobody").unwrap()),
    );
    // A rerun that has ended takes its place.
    let rerun = backend.rerun(&RerunRequest::new(run.clone())).unwrap();
    let rerun = backend.follow_to_end(&rerun, &()).unwrap().record;
    assert_eq!(listed(), std::slice::from_ref(&rerun.id));
    assert_eq!(rerun.rerun_of, Some(run.clone()));
    let reruns = RunQuery {
        rerun_of: Some(run),
        output_type: rerun.output_type.clone(),
        since: Some(rerun.created_at),
        ..RunQuery::default()
    };
    let found = backend.run_list(&reruns).unwrap().runs;
    assert_eq!(found, std::slice::from_ref(&rerun));
    let before = RunQuery {
        since: None,
        until: Some(rerun.created_at),
        ..reruns
    };
    assert!(backend.run_list(&before).unwrap().runs.is_empty());
    let reject = ReviewRequest {
        run: rerun.id,
        decision: ReviewDecision::Reject,
        expires_at: None,
        ..accept
    };
    backend.review_add(&reject).unwrap();
    assert!(listed().is_empty());
}

/// A run comes as one file, in each format.
fn reports(backend: &dyn Backend, run: &RunId) {
    let report = |format| backend.run_report(run, format).unwrap();
    let page = report(ReportFormat::Html);
    assert!(page.starts_with(b"<!doctype html>"));
    assert_eq!(report(ReportFormat::Html), page, "the same bytes each time");
    assert!(report(ReportFormat::Xml).starts_with(b"<?xml"));
    let json: Report = serde_json::from_slice(&report(ReportFormat::Json)).unwrap();
    assert_eq!(json.schema, Report::SCHEMA);
    assert_eq!(json.run.expect("it is of a run").record.id, *run);
    is(
        ErrorKind::NotFound,
        backend.run_report(&nobody(), ReportFormat::Json),
    );
}

fn refused_reviews(backend: &dyn Backend, fine: &ReviewRequest) {
    let mask = Mask::Rect(Region {
        x_px: 60,
        y_px: 0,
        width_px: 5,
        height_px: 9,
    });
    let wrong = ReviewRequest {
        reason: " ".to_owned(),
        expires_at: None,
        scope: ReviewScope::Region(vec![mask]),
        ..fine.clone()
    };
    let err = backend.review_add(&wrong).unwrap_err();
    let pointers: Vec<_> = err
        .diagnostics
        .iter()
        .map(|it| it.place.pointer.as_str())
        .collect();
    assert_eq!(
        pointers,
        ["/reason", "/expires_at", "/scope/region/0"],
        "{err}"
    );
    let change = |change: &dyn Fn(&mut ReviewRequest)| {
        let mut request = fine.clone();
        change(&mut request);
        backend.review_add(&request)
    };
    is(ErrorKind::NotFound, change(&|it| it.run = nobody()));
    is(
        ErrorKind::InvalidInput,
        change(&|it| it.output = "other.png".to_owned()),
    );
    is(
        ErrorKind::InvalidInput,
        change(&|it| it.output = "geometry.glb".to_owned()),
    );
    is(
        ErrorKind::InvalidInput,
        change(&|it| it.output = "run".to_owned()),
    );
}

/// All runs are followed from a number on, each event once.
fn feed(backend: &dyn Backend) {
    let last = backend.feed(0, 1).unwrap().last;
    let heard = FeedHeard::up_to(last);
    backend.feed_follow(0, &heard).unwrap();
    assert_eq!(heard.numbers(), (1..=last).collect::<Vec<_>>());
    let later = FeedHeard::up_to(last + 3);
    std::thread::scope(|scope| {
        scope.spawn(|| backend.feed_follow(last, &later).unwrap());
        let quick = request(quick_still(backend), ExecutionMode::Legacy);
        backend.run_to_end(&quick, &()).unwrap();
    });
    assert_eq!(later.numbers(), [last + 1, last + 2, last + 3]);
}

fn files(backend: &dyn Backend, folder: &std::path::Path) {
    let step = sample("ball_bearing.step");
    let stored = backend.file_put(&step, &|_, _| {}).unwrap();
    assert_eq!(stored.name, "ball_bearing.step");
    let sent = std::sync::Mutex::new(Vec::new());
    backend
        .file_put(&step, &|done, all| sent.lock().unwrap().push((done, all)))
        .unwrap();
    assert_eq!(
        sent.lock().unwrap().last(),
        Some(&(stored.size_bytes, stored.size_bytes))
    );
    backend.cad_file_put(&stored).unwrap();
    assert!(backend.cad_file_list().unwrap().contains(&stored));
    let source = FileSource::Stored(stored.clone());
    let report = backend.cad_info(&source, false).unwrap();
    assert!(report.parts.parts.len() > 1 && report.triangles > 100);
    assert!(backend.cad_glb(&source).unwrap().starts_with(b"glTF"));
    assert!(backend.cad_stl(&source, false).unwrap().len() > 84);
    let saved = folder.join("saved.step");
    backend
        .artifact_save(&stored.digest, &saved, &|_, _| {})
        .unwrap();
    assert_eq!(
        std::fs::read(&saved).unwrap(),
        std::fs::read(&step).unwrap()
    );
    is(
        ErrorKind::NotFound,
        backend.artifact_save(&Digest::of(b"never"), &folder.join("never"), &|_, _| {}),
    );
    assert!(!folder.join("never").exists());
    let text = folder.join("no.step");
    std::fs::write(&text, "not a STEP file").unwrap();
    let text = backend.file_put(&text, &|_, _| {}).unwrap();
    is(ErrorKind::InvalidInput, backend.cad_file_put(&text));
    video_frames(backend, folder, &stored.digest);
    media_assets(backend, folder);
}

/// Frames of a stored video, and what has none.
fn video_frames(backend: &dyn Backend, folder: &std::path::Path, step: &Digest) {
    let swatches = ["brass", "steel", "pa_black"].map(|key| {
        let path = folder.join(format!("{key}.png"));
        std::fs::write(&path, backend.material_swatch(key).unwrap()).unwrap();
        path
    });
    let video = folder.join("swatches.mp4");
    let request = hartomat_render::VideoRequest {
        frames: &swatches,
        width_px: 128,
        height_px: 128,
        fps: 3,
        codec: hartomat_render::VideoCodec::H264,
        crf: 18,
    };
    let ffmpeg = hartomat_render::Ffmpeg::new(hartomat_render::FfmpegConfig::default());
    ffmpeg
        .encode(&request, &video, &hartomat_render::NoObserver)
        .unwrap();
    let video = backend.file_put(&video, &|_, _| {}).unwrap().digest;
    let frame = |number| backend.artifact_frame(&video, number);
    let (first, second) = (frame(1).unwrap(), frame(2).unwrap());
    assert_eq!(first[16..24], [0, 0, 0, 128, 0, 0, 0, 128], "width, height");
    assert_ne!(first, second);
    assert_eq!(frame(1).unwrap(), first, "also the second time");
    is(ErrorKind::NotFound, frame(0));
    is(ErrorKind::NotFound, frame(4));
    is(
        ErrorKind::NotFound,
        backend.artifact_frame(&Digest::of(b"never"), 1),
    );
    is(ErrorKind::InvalidInput, backend.artifact_frame(step, 1));
}

fn media_assets(backend: &dyn Backend, folder: &std::path::Path) {
    let page = backend.run_list(&RunQuery::default()).unwrap();
    let details = page
        .runs
        .iter()
        .map(|run| backend.run_get(&run.id).unwrap());
    let assets: Vec<_> = details.flat_map(|detail| detail.media_assets).collect();
    let (first, second) = (folder.join("first.png"), folder.join("second.png"));
    backend.media_asset_save(&assets[0].id, &first).unwrap();
    backend.media_asset_save(&assets[1].id, &second).unwrap();
    let bytes = std::fs::read(&first).unwrap();
    assert_eq!(Digest::of(&bytes), assets[0].digest);
    let file = |path: &std::path::Path| FileSource::Path(path.to_string_lossy().into_owned());
    let compared = backend
        .compare(&CompareRequest {
            control: file(&first),
            candidate: file(&second),
            deterministic: true,
            with_pictures: true,
        })
        .unwrap();
    assert_eq!(compared.comparison.verdict, Verdict::Pass);
    let side_by_side = compared.side_by_side.expect("they are pictures");
    assert!(side_by_side.starts_with(b"\x89PNG"));
}

fn nobody() -> RunId {
    RunId::new("nobody").unwrap()
}

fn is<T: std::fmt::Debug>(kind: ErrorKind, result: Result<T, ApiError>) {
    let err = result.unwrap_err();
    assert_eq!(err.kind, kind, "{err:?}");
    assert!(!err.message.is_empty());
}

/// Holds the server's figures against its routes.
fn every_route_was_answered(client: &HttpClient) {
    for_clients_alone(client);
    let figures = client.metrics().unwrap();
    let answered = |operation: Operation| {
        let name = format!("operation=\"{operation:?}\"");
        figures.lines().any(|line| {
            line.starts_with("hartomat_requests_total{")
                && line.contains(&name)
                && (line.contains("status=\"2") || line.contains("status=\"304"))
        })
    };
    let missing: Vec<_> = routes()
        .iter()
        .map(|route| route.operation)
        .filter(|operation| !answered(*operation) && !NEEDS_MORE.contains(operation))
        .collect();
    assert!(missing.is_empty(), "no test asks for {missing:?}");
}

/// What other tests ask for: an agent's end, an interrupted run, an upload given up, a message that wasn't
/// taken, and what browsers alone ask for.
const NEEDS_MORE: &[Operation] = &[
    Operation::ShutDown,
    Operation::RunResume,
    Operation::UploadRemove,
    Operation::MessageRetry,
    Operation::SessionStart,
    Operation::SessionGet,
    Operation::SessionEnd,
    Operation::SignInCode,
    Operation::RunComparison,
    Operation::ShareCreate,
    Operation::ShareKeyRotate,
];

/// Routes that the trait has no use for.
fn for_clients_alone(client: &HttpClient) {
    assert_eq!(client.health().unwrap().status, "ok");
    let audit = client.audit_list(&AuditQuery::default()).unwrap();
    assert!(audit.iter().any(|line| line.action == "Dispatch"
        && line.actor.starts_with("tester")
        && line.outcome.as_deref() == Some("202")));
    // Asked twice, so that the first answer is in the figures of the second.
    assert!(client.metrics().unwrap().contains("hartomat_runs_running"));
    let document = client.openapi().unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let told = |action: &str| {
        let line = audit.iter().find(|line| line.action == action);
        line.map(|line| line.target.clone()).unwrap_or_default()
    };
    let added = told("ReviewAdd");
    assert!(added.contains("rejects `flange_bracket.png`"), "{added}");
    assert!(
        added.ends_with("the camera goes round on purpose"),
        "{added}"
    );
    let revoked = told("ReviewRevoke");
    assert!(revoked.contains("tester takes back"), "{revoked}");
}

/// Follows all runs until it has heard of an event with this number.
struct FeedHeard {
    last: u64,
    numbers: Mutex<Vec<u64>>,
}

impl FeedHeard {
    fn up_to(last: u64) -> Self {
        let numbers = Mutex::default();
        Self { last, numbers }
    }

    fn numbers(&self) -> Vec<u64> {
        self.numbers.lock().unwrap().clone()
    }
}

impl hartomat_api::FeedObserver for FeedHeard {
    fn entry(&self, entry: &hartomat_schema::FeedEntry) {
        self.numbers.lock().unwrap().push(entry.ord);
    }

    fn wants_more(&self) -> bool {
        self.numbers().last().is_none_or(|last| *last < self.last)
    }
}
