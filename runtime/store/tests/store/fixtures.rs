//! Small values of the schema's types.

use std::collections::BTreeMap;
use std::path::Path;

use hartomat_schema::{
    Artifact, ArtifactKind, CadFile, Digest, FrozenRun, LegacyRun, MediaAsset, MediaAssetId,
    Message, MessageId, MessageState, NodeId, Notification, NotificationId, Outputs, PortName,
    RunEventKind, RunId, Subject, TargetId, Timestamp, Workflow,
};
use hartomat_store::{LegacyDb, OpenOptions, StudioDb, current_process};
use serde_json::{Value, json};

/// A fixed point in time.
pub(crate) const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A cad_file workflow of these nodes.
pub(crate) fn workflow(id: &str, nodes: &[&str]) -> Workflow {
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|id| json!({"id": id, "type": "render_thumbnail", "version": 1, "settings": {"exposure": 0.1}, "position": [0.0, 0.5]}))
        .collect();
    serde_json::from_value(json!({
        "schema": "hartomat.workflow/1", "id": id, "name": "Thumbnails", "family": "cad_file",
        "nodes": nodes, "edges": [], "kept": {"by": "a later version"}
    }))
    .unwrap()
}

/// A dispatch of such a workflow.
pub(crate) fn frozen(run: &str, nodes: &[&str]) -> FrozenRun {
    let workflow = workflow("thumbnails", nodes);
    let mode = workflow.execution_mode;
    FrozenRun {
        id: run_id(run),
        definition_hash: workflow.definition_hash(),
        workflow,
        catalogue_etag: Digest::of(b"catalogue"),
        requested_mode: mode,
        mode,
        mode_limits: Vec::new(),
        subject: subject(),
        settings: BTreeMap::new(),
        tools: BTreeMap::from([("blender".to_owned(), "4.2.1".to_owned())]),
        drill: None,
        golden: None,
        rerun_of: None,
        forced: Default::default(),
        targets: Default::default(),
        budget_secs: 600,
        at: NOW,
    }
}

pub(crate) fn subject() -> Subject {
    Subject::CadFile {
        cad_file: CadFile {
            name: "bolt.step".to_owned(),
            path: "/cad/bolt.step".to_owned(),
            digest: Digest::of(b"bolt"),
            size_bytes: 4,
        },
        preset: None,
    }
}

pub(crate) fn legacy_run(run: &str) -> LegacyRun {
    LegacyRun {
        id: run_id(run),
        subject: subject(),
        preset: serde_json::from_value(json!({"type": "thumbnail", "params": {"size": 256}}))
            .unwrap(),
        state: hartomat_schema::LegacyRunState::Running,
        reason: None,
        started_at: NOW,
        finished_at: None,
        owner: current_process(),
    }
}

pub(crate) fn run_id(text: &str) -> RunId {
    RunId::new(text).unwrap()
}

pub(crate) fn node_id(text: &str) -> NodeId {
    NodeId::new(text).unwrap()
}

pub(crate) fn outputs(bytes: &[u8]) -> Outputs {
    let artifact = Artifact {
        kind: ArtifactKind::IMAGE,
        digest: Digest::of(bytes),
        size_bytes: bytes.len() as u64,
        name: "thumbnail.png".to_owned(),
        media_type: "image/png".to_owned(),
        facts: serde_json::from_value(json!({"width_px": 64, "mean": 0.3_f64 - 0.1_f64})).unwrap(),
    };
    Outputs::from([(PortName::literal("image"), artifact)])
}

pub(crate) fn started() -> RunEventKind {
    RunEventKind::Started {
        owner: current_process(),
    }
}

pub(crate) fn asset(key: &str, id: &str) -> MediaAsset {
    MediaAsset {
        id: MediaAssetId::new(id).unwrap(),
        publishing_key: key.to_owned(),
        target: "order_line/1".to_owned(),
        kind: ArtifactKind::IMAGE,
        name: "still.png".to_owned(),
        digest: Digest::of(key.as_bytes()),
        size_bytes: 3,
        path: "/media/still.png".to_owned(),
        run: run_id("run"),
        at: NOW,
    }
}

pub(crate) fn notification(key: &str, id: &str, assets: &[&str]) -> Notification {
    Notification {
        id: NotificationId::new(id).unwrap(),
        notifying_key: key.to_owned(),
        channel: "in_app".to_owned(),
        recipients: vec!["ada".to_owned()],
        subject: "your still is there".to_owned(),
        media_assets: assets
            .iter()
            .map(|id| MediaAssetId::new(*id).unwrap())
            .collect(),
        run: run_id("run"),
        at: NOW,
    }
}

/// A message of a notification; its key is its id.
pub(crate) fn message(key: &str, notification: &str) -> Message {
    Message {
        id: MessageId::new(key).unwrap(),
        message_key: key.to_owned(),
        target: TargetId::literal("shop"),
        channel: "webhook".to_owned(),
        notification: NotificationId::new(notification).unwrap(),
        run: run_id("run"),
        requested_by: vec!["ada".to_owned()],
        subject: "your still is there".to_owned(),
        media_assets: Vec::new(),
        state: MessageState::Waiting,
        attempts: 0,
        last_error: None,
        at: NOW,
        due_at: NOW,
        ended_at: None,
        owner: None,
    }
}

pub(crate) fn open_studio(dir: &Path) -> StudioDb {
    StudioDb::open(dir.join("studio.db"), &OpenOptions::default())
        .unwrap()
        .0
}

pub(crate) fn open_legacy(dir: &Path) -> LegacyDb {
    LegacyDb::open(dir.join("legacy.db"), &OpenOptions::default())
        .unwrap()
        .0
}
