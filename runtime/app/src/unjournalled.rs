//! Runs that the graph's broken database can't keep: legacy delivers all the same, and this process
//! knows of them while it lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hartomat_api::RunDetail;
use hartomat_schema::{Digest, RunId, RunRecord};
use hartomat_store::DispatchKey;

/// The runs, and the keys that they were dispatched with.
#[derive(Default)]
pub(crate) struct Unjournalled(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// With what became of them, once they have ended.
    runs: BTreeMap<RunId, Option<RunDetail>>,
    /// By actor and key.
    keys: BTreeMap<(String, String), (Digest, RunRecord)>,
}

impl Unjournalled {
    /// A run begins.
    pub(crate) fn begin(&self, key: Option<DispatchKey>, record: &RunRecord) {
        let mut known = self.lock();
        known.runs.insert(record.id.clone(), None);
        if let Some(key) = key {
            let made = (key.request, record.clone());
            known.keys.insert((key.actor, key.key), made);
        }
    }

    /// A run has ended.
    pub(crate) fn end(&self, run: &RunId, detail: RunDetail) {
        self.lock().runs.insert(run.clone(), Some(detail));
    }

    /// Whether a run has ended; none where it is no such run.
    pub(crate) fn has_ended(&self, run: &RunId) -> Option<bool> {
        self.lock().runs.get(run).map(Option::is_some)
    }

    /// What became of a run.
    pub(crate) fn detail(&self, run: &RunId) -> Option<RunDetail> {
        self.lock().runs.get(run).cloned().flatten()
    }

    /// The request and the run that were made with this key.
    pub(crate) fn made_with(&self, key: &DispatchKey) -> Option<(Digest, RunRecord)> {
        let place = (key.actor.clone(), key.key.clone());
        self.lock().keys.get(&place).cloned()
    }

    /// Runs that go on.
    pub(crate) fn under_way(&self) -> usize {
        let known = self.lock();
        known.runs.values().filter(|ended| ended.is_none()).count()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
