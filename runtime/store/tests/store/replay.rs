//! Any journal adds up to the stored record.

use std::sync::LazyLock;

use hartomat_schema::{
    Digest, Failure, FailureClass, Intent, RunEventKind, RunState, Side, Timestamp, Verdict,
};
use hartomat_store::StudioDb;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fixtures::{frozen, node_id, open_studio, outputs, run_id, started};

/// The workflow has the first two.
const NODES: [&str; 3] = ["a", "b", "nowhere"];

fn failure() -> impl Strategy<Value = Failure> {
    let classes = vec![
        FailureClass::BadInput,
        FailureClass::Cancelled,
        FailureClass::TimedOut,
    ];
    (select(classes), ".{0,12}").prop_map(|(class, message)| Failure {
        class,
        message,
        hint: String::new(),
    })
}

fn node_event() -> impl Strategy<Value = RunEventKind> {
    (
        0..5,
        select(NODES.as_slice()),
        1..4_u32,
        failure(),
        any::<bool>(),
    )
        .prop_map(|(kind, node, attempt, failure, will_retry)| {
            let (node, reason) = (node_id(node), failure.message.clone());
            let (key, outputs) = (Digest::of(&[1]), outputs(reason.as_bytes()));
            match kind {
                0 => RunEventKind::NodeStarted {
                    node,
                    attempt,
                    reason,
                },
                1 => RunEventKind::NodeReused {
                    node,
                    key,
                    outputs,
                    reason,
                },
                2 => RunEventKind::NodeSucceeded {
                    node,
                    attempt,
                    key,
                    outputs,
                },
                3 => RunEventKind::NodeFailed {
                    node,
                    attempt,
                    failure,
                    will_retry,
                },
                _ => RunEventKind::NodeSkipped { node, reason },
            }
        })
}

fn run_event() -> impl Strategy<Value = RunEventKind> {
    let states = vec![RunState::Succeeded, RunState::FellBack, RunState::Cancelled];
    let verdicts = vec![Verdict::Pass, Verdict::Inconclusive];
    (
        0..10,
        ".{0,12}",
        select(states),
        select(verdicts),
        proptest::option::of(failure()),
    )
        .prop_map(|(kind, text, state, verdict, failure)| match kind {
            0 => started(),
            1 => RunEventKind::ControlStarted,
            2 => RunEventKind::ControlFinished {
                outputs: outputs(text.as_bytes()).into_values().collect(),
                failure,
            },
            3 => RunEventKind::IntentRecorded {
                node: node_id("a"),
                intent: Intent::Notify {
                    channel: "in_app".to_owned(),
                    recipients: vec![text],
                    subject: String::new(),
                },
            },
            4 => RunEventKind::Delivered {
                side: Side::Control,
                media_assets: Vec::new(),
            },
            5 => RunEventKind::FellBack { reason: text },
            6 => RunEventKind::Compared {
                verdict,
                sentence: text,
                comparison: Digest::of(&[2]),
            },
            7 => RunEventKind::CancelRequested,
            8 => RunEventKind::Interrupted { reason: text },
            _ => RunEventKind::Finished {
                state,
                reason: Some(text),
            },
        })
}

static DB: LazyLock<(tempfile::TempDir, StudioDb)> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let db = open_studio(dir.path());
    (dir, db)
});

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_journal_adds_up_to_the_record(
        name in "[a-z]{24}",
        events in vec((prop_oneof![node_event(), run_event()], any::<i64>()), 0..16),
    ) {
        let (db, run) = (&DB.1, run_id(&name));
        let mut known = db.run_insert(&frozen(&name, &["a", "b"])).unwrap();
        for (kind, at) in &events {
            let event = db.run_append(&run, kind.clone(), Timestamp(*at)).unwrap();
            known.apply(&event);
        }
        let stored = db.run_get(&run).unwrap().unwrap();
        prop_assert_eq!(&stored, &known);
        prop_assert_eq!(stored.last_seq, events.len() as u64);
        let rebuilt = db.run_rebuild(&run).unwrap();
        prop_assert!(rebuilt.agrees);
        prop_assert_eq!(rebuilt.record, stored);
    }

    #[test]
    fn events_about_unknown_nodes_only_count(name in "[A-Z]{24}", event in node_event()) {
        let (db, run) = (&DB.1, run_id(&name));
        let mut before = db.run_insert(&frozen(&name, &["else"])).unwrap();
        db.run_append(&run, event, Timestamp(1)).unwrap();
        before.last_seq = 1;
        prop_assert_eq!(db.run_get(&run).unwrap().unwrap(), before);
        prop_assert!(db.run_rebuild(&run).unwrap().agrees);
    }
}
