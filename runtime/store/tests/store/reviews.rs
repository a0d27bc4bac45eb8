//! Reviews stand in the journal of their run, and in a table that a damaged file gets back from there.

use hartomat_schema::{
    AcceptedOutput, ArtifactKind, Digest, Review, ReviewDecision, ReviewId, ReviewScope,
    RunEventKind, RunId, RunState, Timestamp, Verdict,
};
use hartomat_store::{OpenOptions, ReviewFilter, RunFilter, StoreError, StudioDb};

use crate::fixtures::{NOW, frozen, open_studio, run_id, started};

fn review(id: &str, run: &str) -> Review {
    Review {
        id: ReviewId::new(id).unwrap(),
        run: run_id(run),
        output: "thumbnail.png".to_owned(),
        decision: ReviewDecision::Accept,
        scope: ReviewScope::Case,
        reason: format!("as asked for by {id}"),
        expires_at: Some(NOW.plus_days(90)),
        reviewer: "ada".to_owned(),
        at: NOW,
        accepted: Some(AcceptedOutput {
            kind: ArtifactKind::IMAGE,
            digest: Digest::of(id.as_bytes()),
        }),
        revoked: None,
    }
}

/// A run that was found to differ and has ended.
fn failing(db: &StudioDb, run: &str, repeats: Option<&str>) {
    let mut dispatched = frozen(run, &["a"]);
    dispatched.rerun_of = repeats.map(run_id);
    db.run_insert(&dispatched).unwrap();
    let compared = RunEventKind::Compared {
        verdict: Verdict::Fail,
        sentence: "numeric: 3 % of the pixels differ".to_owned(),
        comparison: Digest::of(b"comparison"),
    };
    for kind in [started(), compared, finished(RunState::Succeeded)] {
        db.run_append(&run_id(run), kind, NOW).unwrap();
    }
}

fn finished(state: RunState) -> RunEventKind {
    RunEventKind::Finished {
        state,
        reason: None,
    }
}

fn unresolved(db: &StudioDb) -> Vec<RunId> {
    let filter = RunFilter {
        unresolved: true,
        ..RunFilter::default()
    };
    let runs = db.run_list(&filter).unwrap();
    runs.into_iter().map(|run| run.id).collect()
}

fn ids(db: &StudioDb, filter: &ReviewFilter) -> Vec<String> {
    let reviews = db.review_list(filter).unwrap();
    reviews.iter().map(|review| review.id.to_string()).collect()
}

#[test]
fn a_review_is_journalled_once_and_taken_back_once() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    failing(&db, "run", None);
    assert_eq!(unresolved(&db), [run_id("run")]);
    let first = db.review_add(&review("one", "run")).unwrap();
    let again = Review {
        id: ReviewId::literal("two"),
        at: NOW.plus_days(1),
        ..review("one", "run")
    };
    assert_eq!(db.review_add(&again).unwrap(), first);
    let record = db.run_get(&run_id("run")).unwrap().unwrap();
    assert_eq!((record.last_seq, record.reviews.len()), (4, 1));
    assert!(unresolved(&db).is_empty());
    let revoked = db.review_revoke(&first.id, "grace", NOW).unwrap();
    assert_eq!(revoked.revoked.as_ref().unwrap().by, "grace");
    let twice = db
        .review_revoke(&first.id, "ada", NOW.plus_days(2))
        .unwrap();
    assert_eq!(twice, revoked);
    assert_eq!(unresolved(&db), [run_id("run")]);
    assert!(db.run_rebuild(&run_id("run")).unwrap().agrees);
    // What was taken back can be said again.
    assert_eq!(db.review_add(&again).unwrap().id, again.id);
    let nowhere = db.review_add(&review("three", "nowhere"));
    assert!(
        matches!(nowhere, Err(StoreError::NotFound { .. })),
        "{nowhere:?}"
    );
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
}

#[test]
fn reviews_are_listed_newest_first_and_by_what_stands() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    failing(&db, "run", None);
    failing(&db, "other", None);
    let short = Review {
        expires_at: Some(NOW.plus_days(1)),
        ..review("short", "other")
    };
    for made in [review("one", "run"), short, review("two", "run")] {
        db.review_add(&made).unwrap();
    }
    db.review_revoke(&ReviewId::literal("one"), "ada", NOW)
        .unwrap();
    let all = ReviewFilter::default();
    assert_eq!(ids(&db, &all), ["two", "short", "one"]);
    let standing = |at: Timestamp| ReviewFilter {
        standing_at: Some(at),
        ..ReviewFilter::default()
    };
    assert_eq!(ids(&db, &standing(NOW)), ["two", "short"]);
    assert_eq!(ids(&db, &standing(NOW.plus_days(1))), ["two"]);
    let of_run = ReviewFilter {
        run: Some(run_id("run")),
        ..ReviewFilter::default()
    };
    assert_eq!(ids(&db, &of_run), ["two", "one"]);
    let page = ReviewFilter {
        limit: Some(1),
        before: Some(ReviewId::literal("two")),
        ..ReviewFilter::default()
    };
    assert_eq!(ids(&db, &page), ["short"]);
}

#[test]
fn a_rerun_takes_the_place_of_what_it_repeats_when_it_has_ended() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    failing(&db, "first", None);
    let mut second = frozen("second", &["a"]);
    second.rerun_of = Some(run_id("first"));
    db.run_insert(&second).unwrap();
    assert_eq!(unresolved(&db), [run_id("first")], "it has only begun");
    let cancelled = finished(RunState::Cancelled);
    db.run_append(&run_id("second"), cancelled, NOW).unwrap();
    assert_eq!(unresolved(&db), [run_id("first")], "it came to nothing");
    let mut trial = frozen("trial", &["a"]);
    trial.rerun_of = Some(run_id("first"));
    trial.targets = [crate::fixtures::node_id("a")].into();
    db.run_insert(&trial).unwrap();
    let failed = finished(RunState::Failed);
    db.run_append(&run_id("trial"), failed, NOW).unwrap();
    assert_eq!(
        unresolved(&db),
        [run_id("first")],
        "a trial is nobody's successor"
    );
    failing(&db, "third", Some("first"));
    assert_eq!(unresolved(&db), [run_id("third")]);
    // Not even a review that is taken back brings it up again.
    db.review_add(&review("one", "first")).unwrap();
    db.review_revoke(&ReviewId::literal("one"), "ada", NOW)
        .unwrap();
    assert_eq!(unresolved(&db), [run_id("third")]);
}

#[test]
fn lost_rows_come_back_from_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    failing(&db, "run", None);
    for id in ["one", "two"] {
        db.review_add(&review(id, "run")).unwrap();
    }
    db.review_revoke(&ReviewId::literal("one"), "ada", NOW)
        .unwrap();
    let before = db.review_list(&ReviewFilter::default()).unwrap();
    drop(db);
    let path = dir.path().join("studio.db");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute("DELETE FROM review", []).unwrap();
    raw.close().unwrap();
    let (db, report) = StudioDb::open(&path, &OpenOptions { check: true }).unwrap();
    assert!(report.recovery.is_some(), "{report:?}");
    assert_eq!(db.review_list(&ReviewFilter::default()).unwrap(), before);
    assert!(db.run_rebuild(&run_id("run")).unwrap().agrees);
}
