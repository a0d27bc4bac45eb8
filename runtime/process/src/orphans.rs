//! Children whose owner was killed: their mark says whose they were, so that a later process ends them.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::sync::Once;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::group::{MARK_VARIABLE, entry_of, process_table};

/// Who starts children: a process, told apart from a later one of the same number, and from those of
/// containers, which count from 1 again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Owner {
    pid_namespace: u64,
    pid: i32,
    /// In ticks since the machine was started.
    started: u64,
}

impl Owner {
    /// This process; none where there is no `/proc`.
    pub(crate) fn this_process() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        Some(Self {
            pid_namespace: fs::metadata("/proc/self/ns/pid").ok()?.ino(),
            pid: rustix::process::getpid().as_raw_nonzero().get(),
            started: entry_of(&stat)?.started,
        })
    }

    /// Whose mark it is; none where it doesn't say.
    fn of_mark(mark: &str) -> Option<Self> {
        let mut parts = mark.split('-').map(|part| part.parse::<u64>().ok());
        let mut next = || parts.next().flatten();
        let owner = Self {
            pid_namespace: next()?,
            pid: i32::try_from(next()?).ok()?,
            started: next()?,
        };
        let _number = next()?;
        Some(owner)
    }

    /// Whether it is known to have ended. Whoever sees things from another namespace knows nothing.
    fn has_ended(&self, seen_by: &Self) -> bool {
        if self.pid_namespace != seen_by.pid_namespace {
            return false;
        }
        match fs::read_to_string(format!("/proc/{}/stat", self.pid)) {
            Ok(stat) => {
                entry_of(&stat).is_some_and(|now| now.is_zombie || now.started != self.started)
            }
            Err(err) => err.kind() == ErrorKind::NotFound,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.pid_namespace, self.pid, self.started)
    }
}

/// Ends what killed owners left, when this process is about to start its first child.
pub(crate) fn end_orphans_once() {
    static ENDED: Once = Once::new();
    ENDED.call_once(end_orphans);
}

fn end_orphans() {
    let Some(this) = Owner::this_process() else {
        return;
    };
    // More than once: who is about to be killed may start another meanwhile.
    for pause_ms in [0, 5, 20, 50] {
        std::thread::sleep(Duration::from_millis(pause_ms));
        let table = process_table();
        let is_orphan = |pid: &i32| {
            *pid != this.pid && owner_of(*pid).is_some_and(|owner| owner.has_ended(&this))
        };
        let orphans: Vec<i32> = table.into_keys().filter(is_orphan).collect();
        if orphans.is_empty() {
            return;
        }
        for pid in orphans.into_iter().filter_map(Pid::from_raw) {
            let _gone = rustix::process::kill_process(pid, Signal::KILL);
        }
    }
}

/// Whose child a process is, by the mark in its environment.
fn owner_of(pid: i32) -> Option<Owner> {
    let environment = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let mut marks = environment.split(|byte| *byte == 0).filter_map(|variable| {
        let value = variable.strip_prefix(MARK_VARIABLE.as_bytes())?;
        std::str::from_utf8(value.strip_prefix(b"=")?).ok()
    });
    Owner::of_mark(marks.next()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::new_mark;

    #[test]
    fn an_owner_is_known_by_its_mark_and_told_from_others() {
        let this = Owner::this_process().unwrap();
        let owner = Owner::of_mark(&new_mark()).unwrap();
        assert_eq!(owner, this);
        assert!(!owner.has_ended(&this));
        let earlier = Owner {
            started: this.started - 1,
            ..this
        };
        assert!(earlier.has_ended(&this), "its number was given anew");
        let elsewhere = Owner {
            pid_namespace: this.pid_namespace + 1,
            ..earlier
        };
        assert!(!elsewhere.has_ended(&this), "a container's is not ours");
        for unknown in ["", "12-0", "1-2-3", "a-1-2-3"] {
            assert_eq!(Owner::of_mark(unknown), None, "{unknown}");
        }
    }
}
