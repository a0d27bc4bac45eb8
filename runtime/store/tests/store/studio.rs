//! Runs, events, logs, cache entries and workflows go in and come out.

use hartomat_schema::{
    ArtifactKind, CacheEntry, Digest, Family, GoldenCase, GoldenCaseId, GoldenExpectation,
    GoldenFile, GoldenResult, LogLevel, LogLine, RunEventKind, RunState, Side, Verdict, WorkflowId,
};
use hartomat_store::{LogFilter, OpenOptions, RunFilter, SavedWorkflow, StoreError, StudioDb};
use serde_json::{Value, json};

use crate::fixtures::{NOW, frozen, node_id, open_studio, outputs, run_id, started, workflow};

#[test]
fn a_run_is_the_sum_of_its_events() {
    let dir = tempfile::tempdir().unwrap();
    let run = run_id("run");
    {
        let db = open_studio(dir.path());
        db.run_insert(&frozen("run", &["a", "b"])).unwrap();
        let again = db.run_insert(&frozen("run", &["a"]));
        assert!(
            matches!(again, Err(StoreError::AlreadyExists { .. })),
            "{again:?}"
        );
        db.run_append(&run, started(), NOW).unwrap();
        let event = db.run_append(
            &run,
            RunEventKind::NodeSucceeded {
                node: node_id("a"),
                attempt: 1,
                key: Digest::of(b"key"),
                outputs: outputs(b"picture"),
            },
            NOW,
        );
        assert_eq!(event.unwrap().seq, 2);
        assert_eq!(db.run_unfinished().unwrap().len(), 1);
    }
    let (db, report) =
        StudioDb::open(dir.path().join("studio.db"), &OpenOptions::default()).unwrap();
    assert_eq!(report, Default::default());
    assert_eq!(
        db.run_frozen(&run).unwrap().unwrap(),
        frozen("run", &["a", "b"])
    );
    let record = db.run_get(&run).unwrap().unwrap();
    assert_eq!(record.state, RunState::Running);
    assert_eq!(
        record.node(&node_id("a")).unwrap().outputs,
        outputs(b"picture")
    );
    let rebuilt = db.run_rebuild(&run).unwrap();
    assert!(rebuilt.agrees);
    assert_eq!(rebuilt.record, record);
    let events = db.run_events(&run, 1, 10).unwrap();
    assert_eq!(
        events.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [2]
    );
    assert_eq!(db.run_events(&run, u64::MAX, 10).unwrap(), []);
    let unknown = db.run_append(&run_id("other"), started(), NOW);
    assert!(
        matches!(unknown, Err(StoreError::NotFound { .. })),
        "{unknown:?}"
    );
    assert_eq!(db.check().unwrap(), Vec::<String>::new());
}

#[test]
fn of_two_that_take_over_a_run_one_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let run = run_id("run");
    db.run_insert(&frozen("run", &["a"])).unwrap();
    db.run_append_after(&run, 0, started(), NOW).unwrap();
    let second = db.run_append_after(&run, 0, started(), NOW);
    assert!(
        matches!(
            second,
            Err(StoreError::Conflict {
                expected: 0,
                found: 1,
                ..
            })
        ),
        "{second:?}"
    );
    assert_eq!(db.run_events(&run, 0, 10).unwrap().len(), 1);
}

#[test]
fn runs_are_listed_newest_first_page_by_page() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    for number in 0..5 {
        db.run_insert(&frozen(&format!("run-{number}"), &["a"]))
            .unwrap();
    }
    let compared = RunEventKind::Compared {
        verdict: Verdict::Warn,
        sentence: "a difference".to_owned(),
        comparison: Digest::of(b"comparison"),
    };
    db.run_append(&run_id("run-3"), compared, NOW).unwrap();
    db.run_append(&run_id("run-2"), started(), NOW).unwrap();
    let ids = |filter: RunFilter| -> Vec<String> {
        let runs = db.run_list(&filter).unwrap();
        runs.iter().map(|run| run.id.to_string()).collect()
    };
    let page = RunFilter {
        limit: Some(2),
        ..RunFilter::default()
    };
    assert_eq!(ids(page.clone()), ["run-4", "run-3"]);
    assert_eq!(
        ids(RunFilter {
            before: Some(run_id("run-3")),
            ..page
        }),
        ["run-2", "run-1"]
    );
    assert_eq!(
        ids(RunFilter {
            compared: true,
            ..RunFilter::default()
        }),
        ["run-3"]
    );
    let states = vec![RunState::Running, RunState::Failed];
    assert_eq!(
        ids(RunFilter {
            states,
            ..RunFilter::default()
        }),
        ["run-2"]
    );
    let everything = RunFilter {
        mode: Some(hartomat_schema::ExecutionMode::Legacy),
        workflow: Some(WorkflowId::literal("thumbnails")),
        definition_hash: Some(frozen("x", &["a"]).definition_hash),
        target: Some(frozen("x", &["a"]).subject.target()),
        verdict: Some(Verdict::Warn),
        ..RunFilter::default()
    };
    assert_eq!(ids(everything.clone()), ["run-3"]);
    let other = Some(WorkflowId::literal("others"));
    assert!(
        ids(RunFilter {
            workflow: other,
            ..everything
        })
        .is_empty()
    );
}

#[test]
fn logs_are_numbered_and_filtered() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let run = run_id("run");
    let line = |side, node: Option<&str>, text: &str| LogLine {
        seq: 0,
        at: NOW,
        side,
        node: node.map(node_id),
        level: LogLevel::Info,
        text: text.to_owned(),
    };
    let unknown = db.log_append(&run, vec![]);
    assert!(
        matches!(unknown, Err(StoreError::NotFound { .. })),
        "{unknown:?}"
    );
    db.run_insert(&frozen("run", &["a"])).unwrap();
    let lines = vec![
        line(Side::Control, None, "legacy speaks"),
        line(Side::Candidate, Some("a"), "a begins"),
    ];
    assert_eq!(db.log_append(&run, lines).unwrap(), 2);
    assert_eq!(
        db.log_append(&run, vec![line(Side::Candidate, Some("b"), "b\0begins")])
            .unwrap(),
        3
    );
    let texts = |filter| -> Vec<(u64, String)> {
        let lines = db.log_read(&run, &filter).unwrap();
        lines
            .into_iter()
            .map(|line| (line.seq, line.text))
            .collect()
    };
    let node = Some(node_id("a"));
    assert_eq!(
        texts(LogFilter {
            node,
            ..LogFilter::default()
        }),
        [(2, "a begins".to_owned())]
    );
    let side = Some(Side::Candidate);
    assert_eq!(
        texts(LogFilter {
            side,
            after: 2,
            ..LogFilter::default()
        }),
        [(3, "b\0begins".to_owned())]
    );
    assert_eq!(
        texts(LogFilter {
            limit: Some(1),
            ..LogFilter::default()
        })
        .len(),
        1
    );
}

#[test]
fn the_cache_remembers_by_key_and_by_node() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let entry = |key: &[u8]| CacheEntry {
        key: Digest::of(key),
        parts: [("version".to_owned(), json!(1.5))].into(),
        outputs: outputs(key),
        run: run_id("run"),
        workflow: WorkflowId::literal("thumbnails"),
        node: node_id("a"),
    };
    let (first, second) = (entry(b"first"), entry(b"second"));
    db.cache_put(&first).unwrap();
    db.cache_put(&second).unwrap();
    assert_eq!(db.cache_get(&first.key).unwrap().as_ref(), Some(&first));
    let latest = || db.cache_latest(&first.workflow, &first.node).unwrap();
    assert_eq!(latest(), Some(second));
    db.cache_put(&first).unwrap();
    assert_eq!(latest(), Some(first.clone()));
}

#[test]
fn saving_on_an_old_revision_names_both() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let mut workflow = workflow("w", &["a"]);
    assert_eq!(db.workflow_put(&workflow, 0).unwrap(), 1);
    workflow.name = "Renamed".to_owned();
    assert_eq!(db.workflow_put(&workflow, 1).unwrap(), 2);
    let stale = db.workflow_put(&workflow, 1);
    assert!(
        matches!(
            stale,
            Err(StoreError::Conflict {
                expected: 1,
                found: 2,
                ..
            })
        ),
        "{stale:?}"
    );
    let saved = SavedWorkflow {
        revision: 2,
        workflow: workflow.clone(),
    };
    assert_eq!(db.workflow_get(&workflow.id).unwrap(), Some(saved.clone()));
    assert_eq!(db.workflow_list().unwrap(), [saved]);
    assert!(db.workflow_remove(&workflow.id, 1).is_err());
    db.workflow_remove(&workflow.id, 2).unwrap();
    assert_eq!(db.workflow_get(&workflow.id).unwrap(), None);
}

#[test]
fn what_could_not_be_read_back_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let mut deep = Value::Null;
    for _ in 0..200 {
        deep = json!([deep]);
    }
    let mut workflow = workflow("w", &["a"]);
    workflow.extra.insert("deep".to_owned(), deep);
    let refused = db.workflow_put(&workflow, 0);
    assert!(
        matches!(refused, Err(StoreError::Refused { .. })),
        "{refused:?}"
    );
    assert_eq!(db.workflow_list().unwrap(), []);
}

#[test]
fn a_changed_golden_case_has_no_results() {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    let mut case = GoldenCase {
        id: GoldenCaseId::literal("bolt"),
        name: "Bolt".to_owned(),
        family: Family::CadFile,
        output: ArtifactKind::IMAGE,
        cad_file: GoldenFile::Bundled("bolt.step".to_owned()),
        materials: Default::default(),
        preset: Default::default(),
        expect: GoldenExpectation::Delivers,
    };
    let result = |id: &GoldenCaseId| GoldenResult {
        case: id.clone(),
        workflow: WorkflowId::literal("w"),
        definition_hash: Digest::of(b"w"),
        run: run_id("run"),
        at: NOW,
        checks: Vec::new(),
    };
    let listed = || db.golden_result_list(&Digest::of(b"w")).unwrap();
    let other = result(&GoldenCaseId::literal("other"));
    db.golden_result_put(&other).unwrap();
    // As of a bundled case of this id, in whose place the studio puts its own.
    db.golden_result_put(&result(&case.id)).unwrap();
    db.golden_case_put(&case).unwrap();
    assert_eq!(listed(), std::slice::from_ref(&other));
    db.golden_result_put(&result(&case.id)).unwrap();
    db.golden_case_put(&case).unwrap();
    assert_eq!(listed().len(), 2, "it is the same case");
    case.cad_file = GoldenFile::Bundled("nut.step".to_owned());
    db.golden_case_put(&case).unwrap();
    assert_eq!(listed(), [other]);
}
