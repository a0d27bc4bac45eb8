//! Tokens and the audit list, and how they came out of `studio.db`.

use std::path::Path;

use hartomat_schema::{Digest, Scope, Timestamp, TokenId, TokenRecord};
use hartomat_store::{AccessDb, OpenOptions, StoreError, StudioDb};

use crate::fixtures::NOW;

fn open_access(dir: &Path) -> AccessDb {
    AccessDb::open(dir.join("access.db"), &OpenOptions::default())
        .unwrap()
        .0
}

fn token(id: &str, scopes: &[Scope]) -> TokenRecord {
    TokenRecord {
        id: TokenId::new(id).unwrap(),
        name: format!("the laptop of {id}"),
        scopes: scopes.iter().copied().collect(),
        created_at: NOW,
        last_used_at: None,
        revoked_at: None,
    }
}

#[test]
fn the_audit_list_only_grows() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_access(dir.path());
    let first = db.audit_begin("ada", "dispatch", "run-1", NOW).unwrap();
    let second = db.audit_begin("bob", "rollout", "stills", NOW).unwrap();
    db.audit_end(first, "done").unwrap();
    for seq in [first, 99] {
        let refused = db.audit_end(seq, "rewritten");
        assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    }
    let list = db.audit_list(None, 10).unwrap();
    let seen: Vec<_> = list
        .iter()
        .map(|entry| (entry.seq, entry.actor.as_str(), entry.outcome.as_deref()))
        .collect();
    assert_eq!(seen, [(second, "bob", None), (first, "ada", Some("done"))]);
    assert_eq!(db.audit_list(Some(second), 10).unwrap(), list[1..]);
    drop(db);
    let raw = rusqlite::Connection::open(dir.path().join("access.db")).unwrap();
    for sql in [
        "DELETE FROM audit",
        "UPDATE audit SET outcome = 'else' WHERE outcome IS NOT NULL",
        "UPDATE audit SET actor = 'nobody'",
        "UPDATE audit SET outcome = 'x', action = 'y' WHERE outcome IS NULL",
    ] {
        let refused = raw.execute(sql, []).unwrap_err().to_string();
        assert!(refused.contains("audit list"), "{sql}: {refused}");
    }
}

#[test]
fn tokens_are_found_by_digest_and_revoked_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_access(dir.path());
    let (one, hash) = (
        token("one", &[Scope::Read, Scope::Dispatch]),
        Digest::of(b"s"),
    );
    db.token_create(&one, &hash).unwrap();
    let same = db.token_create(&token("two", &[]), &hash);
    assert!(matches!(same, Err(StoreError::AlreadyExists { .. })));
    assert_eq!(db.token_by_hash(&hash).unwrap(), Some(one.clone()));
    assert_eq!(db.token_by_hash(&Digest::of(b"t")).unwrap(), None);
    db.token_used(&one.id, Timestamp(9)).unwrap();
    db.token_used(&one.id, Timestamp(5)).unwrap();
    assert!(db.token_revoke(&one.id, Timestamp(10)).unwrap());
    assert!(!db.token_revoke(&one.id, Timestamp(11)).unwrap());
    assert!(!db.token_revoke(&TokenId::literal("none"), NOW).unwrap());
    let revoked = TokenRecord {
        last_used_at: Some(Timestamp(9)),
        revoked_at: Some(Timestamp(10)),
        ..one
    };
    assert_eq!(db.token_list().unwrap(), [revoked]);
}

/// A `studio.db` as version 2 wrote it, with a token and two lines of the audit list.
fn make_version_2(path: &Path) {
    let raw = rusqlite::Connection::open(path).unwrap();
    for step in [
        include_str!("../../src/sql/studio-0001.sql"),
        include_str!("../../src/sql/studio-0002.sql"),
    ] {
        raw.execute_batch(step).unwrap();
    }
    raw.execute_batch(
        "CREATE TABLE identity (name TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL)
         STRICT, WITHOUT ROWID;
         INSERT INTO identity VALUES ('hartomat studio', 2);
         PRAGMA application_id = 0x48615374; PRAGMA user_version = 2;
         INSERT INTO audit VALUES (1, 5, 'ada', 'Dispatch', 'run-1', '202'),
                                  (2, 6, 'bob', 'WorkflowPut', 'w', NULL);",
    )
    .unwrap();
    let sql = "INSERT INTO api_token VALUES ('t1', 'ada', ?1, '[\"read\"]', 4, NULL, NULL)";
    raw.execute(sql, [Digest::of(b"s").to_string()]).unwrap();
    raw.close().unwrap();
}

#[test]
fn what_version_2_of_the_studio_kept_is_taken_over_once() {
    let dir = tempfile::tempdir().unwrap();
    let studio = dir.path().join("studio.db");
    let db = open_access(dir.path());
    db.take_over(&studio).unwrap();
    assert!(!studio.exists(), "a file that isn't there is not made");
    make_version_2(&studio);
    // A crash in between does it twice.
    for _ in 0..2 {
        db.take_over(&studio).unwrap();
        let found = db.token_by_hash(&Digest::of(b"s")).unwrap().unwrap();
        assert_eq!(
            (found.name.as_str(), found.created_at),
            ("ada", Timestamp(4))
        );
        let list = db.audit_list(None, 10).unwrap();
        let seen: Vec<_> = list
            .iter()
            .map(|entry| (entry.seq, entry.outcome.as_deref()))
            .collect();
        assert_eq!(seen, [(2, None), (1, Some("202"))]);
    }
    let (_, report) = StudioDb::open(&studio, &OpenOptions { check: true }).unwrap();
    assert_eq!((report.migrated_from, report.recovery), (Some(2), None));
    assert!(report.backup.is_some());
    db.take_over(&studio).unwrap();
    assert_eq!(db.audit_begin("ada", "Dispatch", "run-2", NOW).unwrap(), 3);
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
}
