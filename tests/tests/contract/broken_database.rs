//! A server whose graph database is broken: people are still known, and legacy delivers.

use std::fs;
use std::path::Path;

use hartomat_api::http::AuditQuery;
use hartomat_api::{Backend as _, ErrorKind, OutputTypeDraft, RunDetail};
use hartomat_schema::{ExecutionMode, RolloutAction, RolloutScope, RunState, Side, WorkflowId};

use crate::support::{ALL, Heard, Served, quick_still, request};

fn delivered_by_legacy(detail: &RunDetail) {
    assert_eq!(detail.record.state, RunState::Succeeded, "{detail:?}");
    assert_eq!(detail.record.delivered_by, Some(Side::Control));
}

#[test]
fn legacy_is_dispatched_over_the_network_where_the_database_can_not_be_opened() {
    let mut served = Served::start();
    let client = served.client(ALL);
    let workflow = quick_still(&client);
    served.terminate();
    let database = served.folder().join("data/studio.db");
    fs::remove_file(&database).unwrap();
    // A folder in its place can be neither opened nor repaired.
    fs::create_dir(&database).unwrap();
    served.begin();
    assert!(!client.info().unwrap().graph_ready);
    for mode in [ExecutionMode::Legacy, ExecutionMode::Shadow] {
        let ended = client.run_to_end(&request(workflow.clone(), mode), &Heard::default());
        delivered_by_legacy(&ended.unwrap());
    }
    let mut twice = request(workflow, ExecutionMode::Legacy);
    twice.idempotency_key = Some("once".to_owned());
    let first = client.dispatch(&twice).unwrap();
    assert_eq!(client.dispatch(&twice).unwrap().id, first.id);
    twice.mode = Some(ExecutionMode::Shadow);
    let reused = client.dispatch(&twice).unwrap_err();
    assert_eq!(reused.kind, ErrorKind::Conflict, "{reused:?}");
    let audit = client.audit_list(&AuditQuery::default()).unwrap();
    let dispatches = audit.iter().filter(|line| line.action == "Dispatch");
    assert_eq!(dispatches.count(), 5);
}

#[test]
fn legacy_delivers_when_the_database_breaks_under_a_running_server() {
    let served = Served::start();
    let client = served.client(ALL);
    let workflow = quick_still(&client);
    let before = request(workflow.clone(), ExecutionMode::Shadow);
    delivered_by_legacy(&client.run_to_end(&before, &Heard::default()).unwrap());
    break_in_place(&served.folder().join("data"));
    for mode in [ExecutionMode::Legacy, ExecutionMode::Shadow] {
        let ended = client.run_to_end(&request(workflow.clone(), mode), &Heard::default());
        delivered_by_legacy(&ended.unwrap());
    }
    let info = client.info().unwrap();
    assert!(!info.graph_ready);
    assert!(
        info.notices
            .iter()
            .any(|notice| notice.contains("studio.db is damaged"))
    );
}

#[test]
fn a_rollback_does_not_wait_for_the_audit_list() {
    let served = Served::start();
    let client = served.client(ALL);
    let draft = OutputTypeDraft {
        name: "Catalogue still".to_owned(),
        workflow: WorkflowId::literal("canonical-still"),
    };
    let made = client.output_type_create(&draft).unwrap().output_type;
    let scope = RolloutScope::OutputType(made.id);
    let promote = RolloutAction::Promote { exception: None };
    client.rollout_decide(&scope, &promote).unwrap();
    hartomat_tests::close_audit_list(&served.folder().join("data"));
    let back = RolloutAction::RollBack {
        to: ExecutionMode::Legacy,
        reason: "the printer saw stripes".to_owned(),
    };
    let status = client.rollout_decide(&scope, &back).unwrap();
    assert_eq!(status.rollout.mode, ExecutionMode::Legacy);
    let unnoted = client.output_type_create(&draft);
    assert_eq!(unnoted.unwrap_err().kind, ErrorKind::Internal);
}

/// Writes nonsense over the database and its log, while somebody has them open.
fn break_in_place(data: &Path) {
    for name in ["studio.db", "studio.db-wal"] {
        let path = data.join(name);
        let size = fs::metadata(&path).unwrap().len();
        let nonsense = vec![0x5a; usize::try_from(size).unwrap()];
        let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        std::io::Write::write_all(&mut file, &nonsense).unwrap();
    }
}
