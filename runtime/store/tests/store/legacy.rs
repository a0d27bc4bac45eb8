//! The legacy file: records, runs, and deliveries that happen once.

use std::fs;

use hartomat_schema::{
    DecisionKind, ExecutionMode, LegacyRunState, LogLevel, LogLine, Message, MessageState,
    OrderLine, OutputType, OutputTypeId, ProcessIdentity, Product, Rollout, RolloutDecision,
    RolloutScope, Side, Timestamp,
};
use hartomat_store::{
    LegacyDb, LegacyLogFilter, MediaAssetFilter, MessageFilter, NotificationFilter, OpenOptions,
    StoreError,
};
use serde_json::json;

use crate::fixtures::{NOW, asset, legacy_run, message, notification, open_legacy};

#[test]
fn products_output_types_and_order_lines_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let product: Product =
        serde_json::from_value(json!({"id": "p", "name": "Bolt", "cad_file": "/cad/bolt.step"}))
            .unwrap();
    let output_type: OutputType = serde_json::from_value(json!({
        "id": "still", "name": "Still", "family": "order_line", "workflow": "w", "contract": [],
        "legacy_preset": {"type": "still", "params": {}, "kept": 1}, "rollout": "legacy", "active": true
    }))
    .unwrap();
    let line: OrderLine = serde_json::from_value(json!({
        "id": "1", "product": "p", "output_type": "still", "requested_by": "ada",
        "overrides": {"render_still": {"samples": 16}}
    }))
    .unwrap();
    let early = db.order_line_put(&line);
    assert!(
        matches!(early, Err(StoreError::Refused { .. })),
        "{early:?}"
    );
    db.product_put(&product).unwrap();
    db.output_type_put(&output_type).unwrap();
    db.order_line_put(&line).unwrap();
    db.product_put(&product).unwrap();
    assert_eq!(
        db.product_get(&product.id).unwrap().as_ref(),
        Some(&product)
    );
    assert_eq!(
        db.output_type_get(&output_type.id).unwrap().as_ref(),
        Some(&output_type)
    );
    assert_eq!(db.order_line_get(&line.id).unwrap().as_ref(), Some(&line));
    assert_eq!(db.product_list().unwrap(), [product]);
    assert_eq!(db.output_type_list().unwrap(), [output_type]);
    assert_eq!(db.order_line_list().unwrap(), [line]);
}

#[test]
fn no_graph_delivers_by_a_backup_that_may_be_older_than_a_rollback() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    for (id, mode) in [("a", "graph"), ("b", "legacy"), ("sample", "graph")] {
        db.output_type_put(&output_type(id, mode)).unwrap();
    }
    db.backup().unwrap();
    drop(db);
    fs::write(dir.path().join("legacy.db"), vec![0x5a; 40_000]).unwrap();
    let (db, report) =
        LegacyDb::open(dir.path().join("legacy.db"), &OpenOptions::default()).unwrap();
    let notes = report.recovery.unwrap().notes;
    assert!(
        notes
            .iter()
            .any(|it| it.contains("output type `a` is back in shadow")),
        "{notes:?}"
    );
    assert_eq!(modes(&db), ["shadow", "legacy", "graph"]);
}

/// The rollback is in the damaged log, and there is no backup.
#[test]
fn no_graph_delivers_where_a_rollback_may_be_among_lost_commits() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("legacy.db");
    let log = dir.path().join("legacy.db-wal");
    let db = open_legacy(dir.path());
    db.output_type_put(&output_type("a", "graph")).unwrap();
    drop(db);
    let db = open_legacy(dir.path());
    let scope = RolloutScope::OutputType(OutputTypeId::literal("a"));
    let rolled_back = db.rollout_decide(&scope, |current| {
        let after = Rollout {
            mode: ExecutionMode::Legacy,
            ..current.clone()
        };
        let decision = RolloutDecision {
            seq: 0,
            scope: scope.clone(),
            at: NOW,
            by: "ada".to_owned(),
            kind: DecisionKind::RolledBack,
            from: current.mode,
            to: after.mode,
            sentence: "too dark".to_owned(),
            gate: None,
        };
        Some((after, decision))
    });
    rolled_back.unwrap();
    assert_eq!(modes(&db), ["legacy"]);
    for key in ["m1", "m2"] {
        db.media_asset_publish(&asset(key, key)).unwrap();
    }
    let killed = (fs::read(&path).unwrap(), fs::read(&log).unwrap());
    drop(db);
    let (file, mut frames) = killed;
    // In the page of the first frame.
    frames[100] ^= 1;
    fs::write(&path, file).unwrap();
    fs::write(&log, frames).unwrap();
    let (db, report) = LegacyDb::open(&path, &OpenOptions::default()).unwrap();
    let recovery = report.recovery.unwrap();
    assert!(recovery.tables.iter().all(|table| table.restored == 0));
    assert_eq!(modes(&db), ["shadow"]);
    let notes = recovery.notes;
    for said in ["output type `a` is back in shadow", "roll them back"] {
        assert!(notes.iter().any(|it| it.contains(said)), "{notes:?}");
    }
}

fn output_type(id: &str, mode: &str) -> OutputType {
    serde_json::from_value(json!({
        "id": id, "name": id, "family": "order_line", "workflow": "w", "contract": [],
        "legacy_preset": {"type": "still", "params": {}}, "rollout": mode, "active": true,
        "internal": id == "sample",
    }))
    .unwrap()
}

fn modes(db: &LegacyDb) -> Vec<String> {
    let output_types = db.output_type_list().unwrap().into_iter();
    output_types
        .map(|it| it.rollout.as_str().to_owned())
        .collect()
}

#[test]
fn a_legacy_run_ends_once() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let run = legacy_run("one");
    db.legacy_run_insert(&run).unwrap();
    db.legacy_run_insert(&legacy_run("two")).unwrap();
    assert_eq!(db.legacy_run_get(&run.id).unwrap(), Some(run.clone()));
    let line = LogLine {
        seq: 0,
        at: NOW,
        side: Side::Control,
        node: None,
        level: LogLevel::Warning,
        text: "no material for `Bolt`".to_owned(),
    };
    assert_eq!(
        db.legacy_log_append(&run.id, vec![line.clone()]).unwrap(),
        1
    );
    let log = db
        .legacy_log_read(&run.id, &LegacyLogFilter::default())
        .unwrap();
    assert_eq!(log, [LogLine { seq: 1, ..line }]);
    let ended = db
        .legacy_run_finish(&run.id, LegacyRunState::Succeeded, None, NOW)
        .unwrap();
    assert_eq!(ended.finished_at, Some(NOW));
    let again = db.legacy_run_finish(&run.id, LegacyRunState::Failed, None, NOW);
    assert!(
        matches!(again, Err(StoreError::Refused { .. })),
        "{again:?}"
    );
    assert_eq!(db.legacy_run_unfinished().unwrap(), [legacy_run("two")]);
    assert_eq!(db.legacy_run_get(&run.id).unwrap(), Some(ended));
}

#[test]
fn a_legacy_run_begins_again_unless_it_runs_or_has_succeeded() {
    use LegacyRunState::{Cancelled, Failed, Interrupted, Succeeded};
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let run = legacy_run("one");
    db.legacy_run_insert(&run).unwrap();
    for state in [Interrupted, Cancelled, Failed] {
        db.legacy_run_finish(&run.id, state, Some("why".to_owned()), NOW)
            .unwrap();
        db.legacy_run_insert(&run).unwrap();
        assert_eq!(db.legacy_run_get(&run.id).unwrap(), Some(run.clone()));
    }
    let refused = |again| matches!(again, Err(StoreError::Refused { .. }));
    assert!(refused(db.legacy_run_insert(&run)), "it runs");
    db.legacy_run_finish(&run.id, Succeeded, None, NOW).unwrap();
    assert!(refused(db.legacy_run_insert(&run)), "it has succeeded");
}

#[test]
fn delivering_twice_delivers_once() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let first = db
        .deliver(
            &[asset("key", "m1")],
            &[notification("told", "n1", &["m1"])],
            &[message("first", "n1")],
        )
        .unwrap();
    assert!(first.media_assets[0].1 && first.notifications[0].1);
    let again = db
        .deliver(
            &[asset("key", "m2"), asset("other", "m3")],
            &[
                notification("told", "n2", &["m2"]),
                notification("more", "n3", &["m2", "m3"]),
            ],
            &[message("again", "n1"), message("more", "n3")],
        )
        .unwrap();
    assert_eq!(again.media_assets[0], (asset("key", "m1"), false));
    assert_eq!(
        again.notifications[0],
        (notification("told", "n1", &["m1"]), false)
    );
    assert_eq!(
        again.notifications[1],
        (notification("more", "n3", &["m1", "m3"]), true)
    );
    assert_eq!(
        db.media_asset_publish(&asset("key", "m4")).unwrap(),
        (asset("key", "m1"), false)
    );
    let assets = db.media_asset_list(&MediaAssetFilter::default()).unwrap();
    assert_eq!(assets, [asset("other", "m3"), asset("key", "m1")]);
    let elsewhere = MediaAssetFilter {
        target: Some("order_line/2".to_owned()),
        ..Default::default()
    };
    assert_eq!(db.media_asset_list(&elsewhere).unwrap(), []);
    assert_eq!(
        db.media_asset_get(&assets[0].id).unwrap().as_ref(),
        Some(&assets[0])
    );
    assert_eq!(
        db.notification_list(&NotificationFilter::default())
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn half_a_delivery_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    db.media_asset_publish(&asset("key", "taken")).unwrap();
    let clash = db.deliver(&[asset("new", "m1"), asset("newer", "taken")], &[], &[]);
    assert!(
        matches!(clash, Err(StoreError::AlreadyExists { .. })),
        "{clash:?}"
    );
    assert_eq!(
        db.media_asset_list(&MediaAssetFilter::default())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn legacy_works_without_the_graph_side() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("studio.db"),
        b"not a database at all, only some text",
    )
    .unwrap();
    let path = dir.path().join("legacy.db");
    let (db, report) = LegacyDb::open(&path, &OpenOptions::default()).unwrap();
    assert!(report.created);
    db.legacy_run_insert(&legacy_run("one")).unwrap();
    assert!(db.media_asset_publish(&asset("key", "m")).unwrap().1);
}

#[test]
fn a_message_is_made_with_its_notification_and_one_process_gets_it() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let told = [notification("told", "n1", &["m1"])];
    let messages = [message("first", "n1"), message("of_another", "n2")];
    for _ in 0..2 {
        db.deliver(&[asset("key", "m1")], &told, &messages).unwrap();
    }
    let listed = db.message_list(&MessageFilter::default()).unwrap();
    assert_eq!(listed.len(), 1, "{listed:#?}");
    assert_eq!(listed[0].media_assets, told[0].media_assets);
    let us = hartomat_store::current_process();
    assert_eq!(db.message_claim(Timestamp(NOW.0 - 1), &us).unwrap(), None);
    assert_eq!(db.message_due().unwrap(), Some(NOW));
    let mut taken = db.message_claim(NOW, &us).unwrap().unwrap();
    assert_eq!(taken.state, MessageState::Sending);
    assert_eq!(db.message_claim(NOW, &us).unwrap(), None);
    taken.state = MessageState::Waiting;
    taken.due_at = Timestamp(NOW.0 + 5);
    db.message_put(&taken).unwrap();
    assert_eq!(db.message_due().unwrap(), Some(taken.due_at));
    assert_eq!(db.message_get(&taken.id).unwrap(), Some(taken));
    assert!(db.message_put(&message("nobody", "n9")).is_err());
}

#[test]
fn a_message_that_somebody_else_is_at_work_on_stays_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_legacy(dir.path());
    let told = [notification("told", "n1", &[])];
    db.deliver(&[], &told, &[message("first", "n1")]).unwrap();
    let waiting_again = |message: &Message| Message {
        state: MessageState::Waiting,
        owner: None,
        ..message.clone()
    };
    let gone = ProcessIdentity {
        pid: 1,
        started: 1,
        boot: "an earlier one".to_owned(),
    };
    let left = db.message_claim(NOW, &gone).unwrap().unwrap();
    let recovered = waiting_again(&left);
    assert!(db.message_replace(&left, &recovered).unwrap());
    let us = hartomat_store::current_process();
    let taken = db.message_claim(NOW, &us).unwrap().unwrap();
    // As a second process that looked before the first one took it, and as a retry that came between.
    for before in [left, recovered] {
        let after = waiting_again(&before);
        assert!(!db.message_replace(&before, &after).unwrap());
    }
    assert_eq!(db.message_get(&taken.id).unwrap(), Some(taken));
    let nobody = message("nobody", "n9");
    assert!(!db.message_replace(&nobody, &nobody).unwrap());
}
