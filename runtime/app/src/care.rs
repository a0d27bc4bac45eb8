//! Care for a studio that lives long: copies of the databases, from which a damaged one is restored, and
//! stored files hashed again bit by bit.
//!
//! Nothing is ever deleted here but uploads that were given up: no row says which stored files a person
//! still has in mind.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use hartomat_api::ApiError;
use hartomat_schema::Digest;

use crate::Studio;
use crate::error::from_store;
use crate::host::now;

/// A backup of this age is made again. Rounds are an hour apart, and each takes a while.
const BACKUP_AGE: Duration = Duration::from_secs(50 * 60);
/// So many rounds hash all of the stored files again: a hundredth of them a day.
const ROUNDS: u64 = 100 * 24;

/// How far the care has come, and what went wrong.
pub(crate) struct Care {
    /// Held by whoever is at it.
    turn: Mutex<Scrub>,
    /// By what it is about.
    notices: Mutex<BTreeMap<&'static str, String>>,
}

/// How far hashing again has come.
struct Scrub {
    next: Option<Digest>,
    corrupt: usize,
}

impl Default for Care {
    fn default() -> Self {
        // Anywhere: a studio that is often closed gets everywhere all the same.
        let scrub = Scrub {
            next: Some(Digest::of(&now().0.to_le_bytes())),
            corrupt: 0,
        };
        Self {
            turn: Mutex::new(scrub),
            notices: Mutex::default(),
        }
    }
}

impl Care {
    /// What a person should know, in sentences.
    pub(crate) fn notices(&self) -> Vec<String> {
        self.lock_notices().values().cloned().collect()
    }

    /// Notes how it went: what went well is no longer told.
    fn note(&self, what: &'static str, problem: Option<String>) {
        let mut notices = self.lock_notices();
        match problem {
            Some(problem) => notices.insert(what, problem),
            None => notices.remove(what),
        };
    }

    fn lock_notices(&self) -> MutexGuard<'_, BTreeMap<&'static str, String>> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Studio {
    /// Begins a round of care on a thread of its own, after everything else on the machine.
    pub fn begin_care(&self) {
        let studio = self.shared();
        let work = move || {
            crate::studio::lower_priority();
            studio.take_care();
        };
        // Without a thread it is done an hour later.
        let _ = std::thread::Builder::new()
            .name("care".to_owned())
            .spawn(work);
    }

    /// One round: forgets uploads that were given up, copies the databases where the last copies are an
    /// hour old, and hashes some of the stored files again. Does nothing while another round goes on.
    pub fn take_care(&self) {
        let mut scrub = match self.care.turn.try_lock() {
            Ok(scrub) => scrub,
            Err(TryLockError::Poisoned(scrub)) => scrub.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        self.sweep_uploads();
        self.back_up();
        if !self.is_closing.load(std::sync::atomic::Ordering::SeqCst) {
            self.scrub(&mut scrub);
        }
    }

    fn back_up(&self) {
        let is_due = |age: Option<Duration>| age.is_none_or(|age| age >= BACKUP_AGE);
        let note = |file: &'static str, result: Result<(), ApiError>| {
            let problem = result.err();
            let problem = problem.map(|err| format!("{file} has no new backup: {}", err.message));
            self.care.note(file, problem);
        };
        if is_due(self.legacy.backup_age()) {
            let made = self.legacy.backup().map(drop);
            note("legacy.db", made.map_err(|err| from_store(&err)));
        }
        // Where the graph is off, that is said already.
        if let Ok(graph) = self.graph()
            && is_due(graph.db.backup_age())
        {
            let made = graph.db.backup().map(drop);
            note("studio.db", made.map_err(|err| from_store(&err)));
        }
    }

    fn scrub(&self, scrub: &mut Scrub) {
        let Ok(artifacts) = self.artifacts() else {
            return;
        };
        let hashed = artifacts.list().and_then(|stored| {
            let bytes: u64 = stored.iter().map(|it| it.size_bytes).sum();
            artifacts.scrub(scrub.next, bytes / ROUNDS)
        });
        // What can't be read now is read an hour later.
        let Ok(report) = hashed else { return };
        scrub.next = report.next;
        scrub.corrupt += report.corrupt.len();
        let problem = (scrub.corrupt > 0).then(|| {
            let folder = self.data.artifacts().join("corrupt");
            format!(
                "stored files that were damaged on the disk lie in {} now: {}; runs make them again",
                folder.display(),
                scrub.corrupt
            )
        });
        self.care.note("artifacts", problem);
    }
}
