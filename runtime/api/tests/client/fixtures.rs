//! What travels, made small; and clients that don't wait for long.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hartomat_api::{AccessToken, HttpClient, HttpOptions, RunDetail};
use hartomat_schema::{
    CadFile, Digest, ExecutionMode, FrozenRun, RunEvent, RunEventKind, RunId, RunRecord, RunState,
    Subject, Timestamp, Workflow,
};
use serde_json::json;

pub(crate) const TOKEN: &str = "t0ken-that-nobody-may-see";

pub(crate) fn options(address: &str) -> HttpOptions {
    let mut options = HttpOptions::new(address).token(AccessToken::new(TOKEN).unwrap());
    options.answer_timeout = Duration::from_secs(10);
    options.idle_timeout = Duration::from_secs(10);
    options.retry_budget = Duration::from_secs(10);
    options
}

pub(crate) fn client(address: &str) -> HttpClient {
    HttpClient::connect(options(address)).unwrap()
}

/// A client that doesn't try again.
pub(crate) fn impatient(address: &str) -> HttpClient {
    let mut options = options(address);
    options.retry_budget = Duration::ZERO;
    HttpClient::connect(options).unwrap()
}

pub(crate) fn run_id() -> RunId {
    RunId::literal("run-1")
}

pub(crate) fn workflow(name: &str) -> Workflow {
    serde_json::from_value(json!({
        "schema": "hartomat.workflow/1", "id": "w", "name": name, "family": "cad_file",
        "nodes": [], "edges": [],
    }))
    .unwrap()
}

fn frozen() -> FrozenRun {
    let workflow = workflow("Thumbnail");
    let cad_file = CadFile {
        name: "part.step".to_owned(),
        path: "/parts/part.step".to_owned(),
        digest: Digest::of(b"part"),
        size_bytes: 4,
    };
    FrozenRun {
        id: run_id(),
        definition_hash: workflow.definition_hash(),
        workflow,
        catalogue_etag: Digest::of(b"catalogue"),
        requested_mode: ExecutionMode::Graph,
        mode: ExecutionMode::Graph,
        mode_limits: Vec::new(),
        subject: Subject::CadFile {
            cad_file,
            preset: None,
        },
        settings: BTreeMap::new(),
        tools: BTreeMap::new(),
        drill: None,
        golden: None,
        rerun_of: None,
        forced: BTreeSet::new(),
        targets: BTreeSet::new(),
        budget_secs: 60,
        at: Timestamp(1),
    }
}

pub(crate) fn record(state: RunState) -> RunRecord {
    RunRecord {
        state,
        ..RunRecord::new(&frozen())
    }
}

pub(crate) fn detail(state: RunState) -> RunDetail {
    RunDetail {
        record: record(state),
        frozen: frozen(),
        legacy: None,
        evidence: None,
        reviews: Vec::new(),
        media_assets: Vec::new(),
        notifications: Vec::new(),
        messages: Vec::new(),
        files: BTreeMap::new(),
    }
}

pub(crate) fn event(seq: u64) -> RunEvent {
    RunEvent {
        seq,
        at: Timestamp(1000 + i64::try_from(seq).unwrap()),
        kind: RunEventKind::ControlStarted,
    }
}

/// Bytes without a pattern that a mistake could repeat.
pub(crate) fn bytes(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[1]
    };
    std::iter::repeat_with(next).take(count).collect()
}
