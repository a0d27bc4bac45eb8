//! At start: runs whose process is gone are marked as interrupted, and their leftovers swept. A
//! server lets those that were in a queue go on.

use std::path::Path;
use std::time::Duration;

use hartomat_schema::{LegacyRunState, RunEventKind, RunId, RunRecord, RunState};
use hartomat_store::{ArtifactStore, RunFilter, current_process, is_alive};

use crate::Studio;
use crate::host::now;
use crate::studio::GraphStore;

/// A run that was interrupted so often doesn't go on by itself: it may be what ends the server.
const MOST_INTERRUPTIONS: u32 = 50;
/// An upload that nobody has gone on with for so long is given up.
pub(crate) const UPLOAD_AGE: Duration = Duration::from_secs(24 * 3600);
/// A folder of a run that no record tells of may be a moment old; one of this age is nobody's.
const SCRATCH_AGE: Duration = Duration::from_secs(24 * 3600);

impl Studio {
    /// Marks what earlier processes left unfinished. Failures here must not keep the studio from opening.
    pub(crate) fn recover(&self) {
        self.recover_legacy();
        self.recover_graph();
        self.recover_messages();
        self.sweep_scratch();
        // What killed processes left of their workers' files.
        hartomat_process::sweep_scratch(&std::env::temp_dir());
        if self.is_server() {
            self.take_up_again();
        }
    }

    /// Whether a server lets this interrupted run go on without being asked.
    pub(crate) fn takes_up_again(record: &RunRecord) -> bool {
        record.priority.is_some() && record.interruptions < MOST_INTERRUPTIONS
    }

    /// Lets runs of an earlier server wait in this one's queue.
    fn take_up_again(&self) {
        let Ok(graph) = self.graph() else { return };
        let mut filter = RunFilter {
            states: vec![RunState::Interrupted, RunState::Queued],
            limit: Some(1000),
            ..RunFilter::default()
        };
        let mut found = Vec::new();
        while let Ok(page) = graph.db.run_list(&filter) {
            let Some(last) = page.last() else { break };
            filter.before = Some(last.id.clone());
            found.extend(page);
        }
        // Oldest first, as they were dispatched.
        for record in found.into_iter().rev().filter(Self::takes_up_again) {
            if record.owner.as_ref().is_some_and(is_alive) {
                continue;
            }
            if record.cancel_requested {
                // What can't be journalled now waits for the next start.
                let _ = self.finish_cancelled(graph, &record.id);
                continue;
            }
            let priority = record.priority.unwrap_or_default();
            let owner = current_process();
            let queued = RunEventKind::Queued { owner, priority };
            if self.append_after(graph, &record, queued).is_ok() {
                self.queue.push(record.id, priority);
            }
        }
        self.begin_waiting();
    }

    fn recover_legacy(&self) {
        let Ok(unfinished) = self.legacy.legacy_run_unfinished() else {
            return;
        };
        for run in unfinished.into_iter().filter(|run| !is_alive(&run.owner)) {
            let reason = Some("its process ended before it did".to_owned());
            let _ =
                self.legacy
                    .legacy_run_finish(&run.id, LegacyRunState::Interrupted, reason, now());
            let _ = std::fs::remove_dir_all(self.scratch_of(&run.id));
        }
    }

    fn recover_graph(&self) {
        let Ok(graph) = self.graph() else { return };
        let Ok(unfinished) = graph.db.run_unfinished() else {
            return;
        };
        for run in unfinished {
            if run.owner.as_ref().is_some_and(is_alive) {
                continue;
            }
            if run.state == RunState::Queued && Self::takes_up_again(&run) {
                // It waits for the next server.
                continue;
            }
            let under_way: Vec<&str> = run
                .nodes
                .iter()
                .filter(|node| node.state == hartomat_schema::NodeRunState::Running)
                .map(|node| node.node.as_str())
                .collect();
            let reason = match under_way.as_slice() {
                [] => "its process ended before it did".to_owned(),
                nodes => format!(
                    "its process ended while `{}` was running",
                    nodes.join("`, `")
                ),
            };
            // Another process may recover at the same time: only the first to write counts.
            let _ = graph.db.run_append_after(
                &run.id,
                run.last_seq,
                RunEventKind::Interrupted { reason },
                now(),
            );
            let _ = std::fs::remove_dir_all(self.scratch_of(&run.id));
            let _ = ArtifactStore::sweep_exports(self.data.media().join(run.id.as_str()));
        }
        let _ = graph.artifacts.sweep_tmp();
        let _ = graph.artifacts.sweep_uploads(UPLOAD_AGE);
    }

    /// Removes folders of runs that nobody is at work on: of killed runs that no journal knew, and what
    /// a node that was given up wrote after its run had ended.
    fn sweep_scratch(&self) {
        // Without the journal nobody can tell them from those of runs under way.
        let Ok(graph) = self.graph() else { return };
        let folders = std::fs::read_dir(self.data.scratch());
        for folder in folders.into_iter().flatten().flatten() {
            let name = folder.file_name().into_string().unwrap_or_default();
            let Ok(run) = RunId::new(name) else { continue };
            if self.is_abandoned(graph, &run, &folder.path()) {
                let _ = std::fs::remove_dir_all(folder.path());
            }
        }
    }

    fn is_abandoned(&self, graph: &GraphStore, run: &RunId, folder: &Path) -> bool {
        let (Ok(record), Ok(legacy)) = (graph.db.run_get(run), self.legacy.legacy_run_get(run))
        else {
            return false;
        };
        let is_under_way = legacy
            .is_some_and(|it| it.state == LegacyRunState::Running && is_alive(&it.owner))
            || record
                .as_ref()
                .and_then(|it| it.owner.as_ref())
                .is_some_and(is_alive);
        // An interrupted run may go on in this moment.
        let has_ended =
            record.is_some_and(|it| it.state.is_final() && it.state != RunState::Interrupted);
        !is_under_way && (has_ended || is_old(folder))
    }
}

fn is_old(folder: &Path) -> bool {
    let changed = std::fs::metadata(folder).and_then(|data| data.modified());
    changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > SCRATCH_AGE))
}
