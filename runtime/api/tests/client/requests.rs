//! Requests: asked again when they are lost, never done twice, refused plainly.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hartomat_api::{
    ApiError, Backend, CalibrationRequest, DispatchRequest, ErrorKind, FileSource, GoldenRequest,
    HttpClient, OutputTypeDraft, RerunRequest, RunQuery, SavedWorkflow, SubjectSource,
    WorkflowSave, WorkflowSource,
};
use hartomat_schema::{
    Catalogue, Digest, ExecutionMode, GoldenCaseId, MessageId, OutputTypeId, RolloutAction,
    RolloutScope, RunId, RunState, StoredFile, WorkflowId,
};
use serde_json::{Value, json};

use crate::fixtures::{TOKEN, client, detail, impatient, options, record, run_id, workflow};
use crate::peer::{Line, Peer};

fn busy(mut line: Line, wait: &str) {
    line.answer(503, &[("retry-after", wait)], b"");
}

fn stored_request() -> DispatchRequest {
    let file = StoredFile::new(Digest::of(b"part"), 4, "part.step");
    DispatchRequest::new(
        WorkflowSource::Saved(WorkflowId::literal("w")),
        SubjectSource::CadFile(FileSource::Stored(file)),
    )
}

fn saved(revision: u64, name: &str) -> SavedWorkflow {
    SavedWorkflow {
        revision,
        workflow: workflow(name),
        remarks: Vec::new(),
    }
}

#[test]
fn a_request_names_who_asks_and_waits_for_a_server_that_is_busy() {
    let peer = Peer::start(|_, number, mut line| match number {
        1 => busy(line, "0"),
        2 => line.answer(429, &[("retry-after", "0")], b""),
        // Cut without a word.
        3 => drop(line),
        _ => line.json(200, &json!([])),
    });
    assert_eq!(client(&peer.address()).material_list().unwrap(), []);
    assert_eq!(peer.heard(), ["GET /v1/materials"; 4]);
    let bearer = format!("Bearer {TOKEN}");
    assert!(
        peer.seen()
            .iter()
            .all(|seen| seen.header("authorization") == Some(&bearer))
    );
    assert!(
        peer.seen()[0]
            .header("user-agent")
            .unwrap()
            .starts_with("hartomat/")
    );
}

#[test]
fn a_server_that_asks_for_more_time_than_there_is_is_not_waited_for() {
    let peer = Peer::start(|_, _, line| busy(line, "3600"));
    let mut options = options(&peer.address());
    options.retry_budget = Duration::from_secs(5);
    let err = HttpClient::connect(options)
        .unwrap()
        .material_list()
        .unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert_eq!(peer.heard().len(), 1);
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_unreachable_and_where_it_should_be() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let err = impatient(&address).info().unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert!(err.message.contains("can't connect"), "{err}");
    assert!(
        err.hints.iter().any(|hint| hint.contains(&address)),
        "{err:?}"
    );
    assert!(!format!("{err:?}").contains(TOKEN));
}

#[test]
fn a_half_open_link_is_given_up() {
    let peer = Peer::start(|_, _, mut line| {
        line.head(
            200,
            &[
                ("content-type", "application/json"),
                ("content-length", "9"),
            ],
        );
        line.write(b"[");
        line.hang();
    });
    let mut options = options(&peer.address());
    options.answer_timeout = Duration::from_millis(200);
    options.retry_budget = Duration::ZERO;
    let err = HttpClient::connect(options)
        .unwrap()
        .material_list()
        .unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert!(err.message.contains("took too long"), "{err}");
}

#[test]
fn redirects_are_not_followed_so_that_a_token_goes_nowhere_else() {
    let other = Peer::start(|_, _, mut line| line.json(200, &json!([])));
    let elsewhere = format!("{}/v1/materials", other.address());
    let peer =
        Peer::start(move |_, _, mut line| line.answer(307, &[("location", &elsewhere)], b""));
    let err = client(&peer.address()).material_list().unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert_eq!(peer.heard().len(), 1);
    assert_eq!(other.heard().len(), 0);
}

#[test]
fn an_answer_that_ends_early_is_asked_for_again_and_one_without_end_is_not_read() {
    let peer = Peer::start(|_, number, mut line| {
        if number == 1 {
            line.head(
                200,
                &[
                    ("content-type", "application/json"),
                    ("content-length", "100"),
                ],
            );
            line.write(b"[");
        } else {
            line.json(200, &json!([]));
        }
    });
    assert_eq!(client(&peer.address()).material_list().unwrap(), []);

    let peer = Peer::start(|_, _, mut line| {
        line.head(
            200,
            &[
                ("content-type", "application/json"),
                ("content-length", "9999999999"),
            ],
        );
        line.hang();
    });
    let err = client(&peer.address()).material_list().unwrap_err();
    assert_eq!(err.kind, ErrorKind::TooLarge, "{err}");
}

#[test]
fn what_is_no_server_of_ours_is_called_so() {
    let peer = Peer::start(|_, _, mut line| {
        line.answer(200, &[("content-type", "text/html")], b"<h1>Sign in</h1>");
    });
    let err = client(&peer.address()).material_list().unwrap_err();
    assert_eq!(err.kind, ErrorKind::Unreachable);
    assert!(err.message.contains("no server of HartOMat"), "{err}");
}

#[test]
fn errors_arrive_as_the_server_said_them_or_by_their_status() {
    let said = ApiError::new(ErrorKind::EnvironmentMissing, "no Blender").hint("install it");
    let expected = said.clone();
    let peer = Peer::start(move |_, number, mut line| match number {
        1 => line.json(424, &said),
        _ => line.answer(403, &[], b"nginx says no"),
    });
    let client = client(&peer.address());
    assert_eq!(client.material_list().unwrap_err(), expected);
    assert_eq!(
        client.material_list().unwrap_err().kind,
        ErrorKind::Forbidden
    );
    assert_eq!(peer.heard().len(), 2, "neither is asked again");
}

#[test]
fn a_dispatch_whose_answer_was_lost_is_sent_again_under_the_same_key() {
    let peer = Peer::start(|_, number, mut line| match number {
        1 => drop(line),
        _ => line.json(202, &record(RunState::Queued)),
    });
    let client = client(&peer.address());
    assert_eq!(
        client.dispatch(&stored_request()).unwrap(),
        record(RunState::Queued)
    );
    let keyed = DispatchRequest {
        idempotency_key: Some("mine-7".to_owned()),
        ..stored_request()
    };
    client.dispatch(&keyed).unwrap();
    client.rerun(&RerunRequest::new(run_id())).unwrap();
    let keys: Vec<_> = peer
        .seen()
        .iter()
        .map(|seen| seen.header("idempotency-key").unwrap().to_owned())
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert!(keys[0].len() >= 32, "{keys:?}");
    assert_eq!(keys[2], "mine-7");
    assert!(keys[3] != keys[0] && keys[3].len() >= 32, "{keys:?}");
    for (seen, key) in peer.seen().iter().zip(&keys).take(3) {
        let body: Value = serde_json::from_slice(&seen.body).unwrap();
        assert_eq!(body["idempotency_key"], **key);
    }
    let body: Value = serde_json::from_slice(&peer.seen()[3].body).unwrap();
    assert!(body.get("idempotency_key").is_none(), "{body}");

    for bad in ["", "zwölf", "a b", &"x".repeat(129)] {
        let request = DispatchRequest {
            idempotency_key: Some(bad.to_owned()),
            ..stored_request()
        };
        assert_eq!(
            client.dispatch(&request).unwrap_err().kind,
            ErrorKind::InvalidInput
        );
    }
}

#[test]
fn a_save_whose_answer_was_lost_does_not_conflict_with_itself() {
    let save = WorkflowSave {
        workflow: workflow("Mine"),
        expected_revision: 3,
        catalogue_etag: None,
    };
    let run = |current: SavedWorkflow, lose_first: bool| {
        let peer =
            Peer::start(
                move |seen, number, mut line| match (seen.method.as_str(), number) {
                    ("PUT", 1) if lose_first => drop(line),
                    ("PUT", _) => {
                        line.json(409, &ApiError::new(ErrorKind::Conflict, "saved since"))
                    }
                    _ => line.json(200, &current),
                },
            );
        client(&peer.address()).workflow_put(&save)
    };
    assert_eq!(run(saved(4, "Mine"), true).unwrap(), saved(4, "Mine"));
    for (current, lose_first) in [
        (saved(4, "Somebody else's"), true),
        (saved(5, "Mine"), true),
        (saved(4, "Mine"), false),
    ] {
        let err = run(current, lose_first).unwrap_err();
        assert_eq!(
            (err.kind, &*err.message),
            (ErrorKind::Conflict, "saved since")
        );
    }
}

#[test]
fn what_was_done_although_its_answer_was_lost_counts_as_done() {
    let peer = Peer::start(|seen, number, mut line| match (&*seen.what(), number) {
        ("DELETE /v1/workflows/w", 1)
        | ("POST /v1/runs/run-1/cancel" | "POST /v1/runs/run-1/resume", 1) => drop(line),
        ("DELETE /v1/workflows/w", _) => {
            line.json(404, &ApiError::new(ErrorKind::NotFound, "gone"));
        }
        ("GET /v1/runs/run-1", 1) => line.json(200, &detail(RunState::Cancelled)),
        ("GET /v1/runs/run-1", _) => line.json(200, &detail(RunState::Running)),
        _ => line.json(409, &ApiError::new(ErrorKind::Conflict, "not now")),
    });
    let client = client(&peer.address());
    client
        .workflow_remove(&WorkflowId::literal("w"), 2)
        .unwrap();
    assert_eq!(peer.seen()[1].query("revision"), Some("2"));
    client.run_cancel(&run_id()).unwrap();
    assert_eq!(client.resume(&run_id()).unwrap().state, RunState::Running);
    // Nothing was lost this time.
    assert_eq!(
        client.run_cancel(&run_id()).unwrap_err().kind,
        ErrorKind::Conflict
    );
    let gone = client
        .workflow_remove(&WorkflowId::literal("w"), 2)
        .unwrap_err();
    assert_eq!(gone.kind, ErrorKind::NotFound);
}

#[test]
fn what_would_be_done_twice_is_not_asked_again_once_it_may_have_been_done() {
    let peer = Peer::start(|_, number, mut line| match number {
        1 => busy(line, "0"),
        2 => line.answer(504, &[], b""),
        _ => line.json(403, &ApiError::new(ErrorKind::Forbidden, "asked again")),
    });
    let client = client(&peer.address());
    let decide = |workflow, action: &RolloutAction| {
        let scope = RolloutScope::Workflow(WorkflowId::literal(workflow));
        client.rollout_decide(&scope, action).unwrap_err()
    };
    let draft = OutputTypeDraft {
        name: "Still".to_owned(),
        workflow: WorkflowId::literal("w"),
    };
    let golden = GoldenRequest {
        workflow: WorkflowId::literal("w"),
        case: GoldenCaseId::literal("still"),
        output_type: None,
    };
    for err in [
        decide("up", &RolloutAction::Promote { exception: None }),
        client.output_type_create(&draft).unwrap_err(),
        client.golden_dispatch(&golden).unwrap_err(),
    ] {
        assert_eq!(err.kind, ErrorKind::Internal, "{err}");
        let mut hints = err.hints.iter();
        assert!(
            hints.any(|hint| hint.contains("may have been done")),
            "{err:?}"
        );
    }
    assert_eq!(peer.heard().len(), 6);
    // Down twice is down once.
    let down = RolloutAction::RollBack {
        to: ExecutionMode::Legacy,
        reason: "it is wrong".to_owned(),
    };
    assert_eq!(decide("down", &down).message, "asked again");
}

#[test]
fn a_calibration_and_a_message_whose_answers_were_lost_do_not_conflict_with_themselves() {
    let calibration = json!({
        "output_type": "shop", "of": Digest::of(b"of"), "cad_file": "part.step", "times": 3,
        "done": 1, "state": "running", "floor": null, "reason": null, "at": 1,
    });
    let entry = json!({
        "output_type": {
            "id": "shop", "name": "Shop", "family": "cad_file", "workflow": "w", "contract": [],
            "legacy_preset": { "type": "thumbnail" }, "rollout": "legacy", "active": true,
        },
        "order_lines": 0, "in_flight": 0, "findings": [], "calibration": calibration,
    });
    let message = json!({
        "id": "m", "message_key": "k", "target": "desk", "channel": "desktop", "notification": "n",
        "run": "run-1", "requested_by": [], "subject": "Shop", "media_assets": [], "state": "sent",
        "attempts": 1, "last_error": null, "at": 1, "due_at": 1, "ended_at": 2,
    });
    let (shop, id) = (OutputTypeId::literal("shop"), MessageId::literal("m"));
    let peer = Peer::start(move |seen, number, mut line| {
        match (seen.method.as_str(), seen.target.as_str()) {
            ("GET", "/v1/output-types") => line.json(200, &json!([entry])),
            ("GET", _) => line.json(200, &json!([message])),
            _ if number == 1 => drop(line),
            _ => line.json(409, &ApiError::new(ErrorKind::Conflict, "under way")),
        }
    });
    let client = client(&peer.address());
    let request = CalibrationRequest {
        times: 3,
        order_line: None,
    };
    assert_eq!(client.calibrate(&shop, &request).unwrap().done, 1);
    assert_eq!(client.message_retry(&id).unwrap().subject, "Shop");
    // Nothing was lost this time.
    let refused = client.calibrate(&shop, &request).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
    let refused = client.message_retry(&id).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::Conflict);
}

#[test]
fn the_catalogue_crosses_once_until_it_changes() {
    let catalogues = Arc::new(Mutex::new(Catalogue::new(Vec::new())));
    let served = catalogues.clone();
    let peer = Peer::start(move |seen, _, mut line| {
        let catalogue = served.lock().unwrap().clone();
        let etag = format!("\"{}\"", catalogue.etag);
        if seen.header("if-none-match") == Some(&etag) {
            return line.answer(304, &[("etag", &etag)], b"");
        }
        let body = serde_json::to_vec(&catalogue).unwrap();
        line.answer(
            200,
            &[("etag", &etag), ("content-type", "application/json")],
            &body,
        );
    });
    let client = client(&peer.address());
    let first = client.catalogue().unwrap();
    assert_eq!(client.catalogue().unwrap(), first);
    let changed = Catalogue {
        etag: Digest::of(b"another"),
        ..first.clone()
    };
    catalogues.lock().unwrap().clone_from(&changed);
    assert_eq!(client.catalogue().unwrap(), changed);
    let asked: Vec<_> = peer
        .seen()
        .iter()
        .map(|seen| seen.header("if-none-match").map(str::to_owned))
        .collect();
    let etag = Some(format!("\"{}\"", first.etag));
    assert_eq!(asked, [None, etag.clone(), etag]);
}

#[test]
fn ids_and_queries_reach_the_server_as_they_are() {
    let peer = Peer::start(|_, _, mut line| {
        line.json(404, &ApiError::new(ErrorKind::NotFound, "no"));
    });
    let client = client(&peer.address());
    client
        .run_get(&RunId::new("a b/../ü?x#y").unwrap())
        .unwrap_err();
    let query = RunQuery {
        states: vec![RunState::Failed, RunState::FellBack],
        before: Some(run_id()),
        limit: Some(7),
        ..RunQuery::default()
    };
    client.run_list(&query).unwrap_err();
    let seen = peer.seen();
    assert_eq!(seen[0].target, "/v1/runs/a%20b%2F..%2F%C3%BC%3Fx%23y");
    assert_eq!(seen[1].query("states"), Some("failed%2Cfell_back"));
    assert_eq!(seen[1].query("before"), Some("run-1"));
    assert_eq!(seen[1].query("limit"), Some("7"));
    assert_eq!(seen[1].query("mode"), None);
    // Two dots would become another route on the way.
    let err = client
        .workflow_remove(&WorkflowId::literal(".."), 1)
        .unwrap_err();
    assert_eq!(err.kind, ErrorKind::NotFound);
    assert_eq!(peer.seen().len(), 2);
}

#[test]
fn health_is_asked_once_and_metrics_are_text() {
    let peer = Peer::start(|seen, number, mut line| match (&*seen.target, number) {
        ("/v1/health", 1) => drop(line),
        ("/v1/health", _) => line.json(200, &json!({ "status": "ok" })),
        _ => line.answer(200, &[("content-type", "text/plain")], b"runs_total 3\n"),
    });
    let client = client(&peer.address());
    assert_eq!(client.health().unwrap_err().kind, ErrorKind::Unreachable);
    assert_eq!(client.health().unwrap().status, "ok");
    assert_eq!(client.metrics().unwrap(), "runs_total 3\n");
    assert_eq!(client.address(), peer.address());
    assert!(!format!("{client:?}").contains(TOKEN));
}

#[test]
fn a_client_is_used_by_many_threads_at_once() {
    let peer = Peer::start(|_, _, mut line| line.json(200, &json!([])));
    let client = client(&peer.address());
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..4).for_each(|_| assert!(client.material_list().is_ok())));
        }
    });
    assert_eq!(peer.heard().len(), 32);
}

#[test]
fn a_client_works_and_goes_on_a_thread_of_somebody_else_s_runtime() {
    let peer = Peer::start(|_, _, mut line| line.json(200, &json!([])));
    let address = peer.address();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = client(&address);
        for _ in 0..100 {
            assert!(client.material_list().is_ok());
        }
    });
    assert_eq!(peer.heard().len(), 100);
}
