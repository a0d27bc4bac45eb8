//! At start: runs whose process is gone are marked as interrupted, and their leftovers swept.

use hartomat_schema::{LegacyRunState, RunEventKind, RunState};
use hartomat_store::is_alive;

use crate::Studio;
use crate::host::now;

impl Studio {
    /// Marks what earlier processes left unfinished. Failures here must not keep the studio from opening.
    pub(crate) fn recover(&self) {
        self.recover_legacy();
        self.recover_graph();
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
            if run.state == RunState::Queued && now().millis_since(run.created_at) < 60_000 {
                // Another process is about to take it on.
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
        }
        let _ = graph.artifacts.sweep_tmp();
    }
}
