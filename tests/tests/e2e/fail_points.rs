//! The graph's side broken on purpose at each of its seams: legacy delivers all the same.

use std::sync::Arc;

use hartomat_api::{Backend as _, ErrorKind, LogQuery, RunDetail};
use hartomat_app::fail_points::{Fault, Seam, break_at};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::{ExecutionMode, RunState, Side, Verdict};

use crate::studio::still;

fn run(studio: &Arc<Studio>, mode: ExecutionMode) -> RunDetail {
    studio.run_to_end(&still(studio, mode, 16, 1), &()).unwrap()
}

#[test]
fn legacy_delivers_whatever_breaks_on_the_graphs_side() {
    // Shadow runs have delivered before the graph begins; they are in the long version.
    let modes: &[ExecutionMode] = match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => &[ExecutionMode::Graph, ExecutionMode::Shadow],
        None => &[ExecutionMode::Graph],
    };
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    for &mode in modes {
        for seam in Seam::ALL {
            for fault in [Fault::Fail, Fault::Panic] {
                if (seam, fault) == (Seam::Database, Fault::Panic) {
                    // Reading a database gives errors; it doesn't panic.
                    continue;
                }
                break_at(Some((seam, fault)));
                let ended = run(&studio, mode);
                break_at(None);
                let record = &ended.record;
                let at = format!(
                    "{mode} {seam:?} {fault:?}: {:?} {:?}",
                    record.state, record.reason
                );
                // A comparison that breaks has nobody to harm: the graph has delivered by then.
                let by = match (mode, seam) {
                    (ExecutionMode::Graph, Seam::Comparison) => Side::Candidate,
                    _ => Side::Control,
                };
                assert_eq!(record.delivered_by, Some(by), "{at}");
                assert!(
                    matches!(record.state, RunState::Succeeded | RunState::FellBack),
                    "{at}"
                );
                assert_eq!(ended.media_assets.len(), 1, "{at}");
                assert_eq!(ended.notifications.len(), 1, "{at}");
                assert_ne!(record.verdict, Some(Verdict::Pass), "{at}");
            }
        }
    }
    let well = run(&studio, ExecutionMode::Graph);
    assert_eq!(well.record.delivered_by, Some(Side::Candidate));
}

#[test]
fn a_run_without_a_journal_can_be_cancelled_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions::in_process(DataDir::new(folder.path()));
    let studio = Studio::open(&options).unwrap();
    let broken = Some((Seam::Database, Fault::Fail));
    break_at(broken);
    let record = studio
        .dispatch(&still(&studio, ExecutionMode::Legacy, 512, 4096))
        .unwrap();
    break_at(None);
    // The database is back, and knows nothing of the run.
    studio.run_cancel(&record.id).unwrap();
    let ended = studio.follow_to_end(&record, &()).unwrap();
    assert_eq!(ended.record.state, RunState::Cancelled);
    let again = studio.run_cancel(&record.id).unwrap_err();
    assert_eq!(again.kind, ErrorKind::Conflict, "{again:?}");
    break_at(broken);
    let page = studio.run_logs(&record.id, &LogQuery::default());
    assert!(!page.unwrap().lines.is_empty());
    break_at(None);
}
