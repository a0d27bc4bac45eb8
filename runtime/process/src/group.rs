//! A child together with everything that it started, seen through `/proc`.
//!
//! A process belongs to the child when it is in its process group, descends from it, or carries the
//! child's mark in its environment. The mark finds those that forked twice and left the session.
//! Where there is no `/proc` the process group alone counts, and memory isn't watched.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Pid, Signal};

use crate::orphans::Owner;

/// The environment variable that carries the mark.
pub(crate) const MARK_VARIABLE: &str = "HARTOMAT_PROCESS_MARK";

static NEXT_MARK: AtomicU64 = AtomicU64::new(0);

/// A mark that no other child of this machine carries at the same time. It begins with its owner, where
/// that can be told.
pub(crate) fn new_mark() -> String {
    let number = NEXT_MARK.fetch_add(1, Ordering::Relaxed);
    match Owner::this_process() {
        Some(owner) => format!("{owner}-{number}"),
        None => format!("{}-{number}", std::process::id()),
    }
}

/// A line of `/proc/PID/stat`, as far as it matters.
pub(crate) struct Entry {
    parent: i32,
    group: i32,
    pub(crate) is_zombie: bool,
    /// When it was started, in ticks since the machine was.
    pub(crate) started: u64,
    resident_pages: u64,
}

/// The processes of one child.
pub(crate) struct Group {
    leader: Pid,
    mark: String,
}

impl Group {
    pub(crate) fn new(leader: Pid, mark: String) -> Self {
        Self { leader, mark }
    }

    /// Sends a signal to the process group. A group that is gone is fine.
    pub(crate) fn signal(&self, signal: Signal) {
        let _gone = rustix::process::kill_process_group(self.leader, signal);
    }

    /// Resident memory of the group and its descendants in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let table = process_table();
        let pages: u64 = self
            .family(&table)
            .iter()
            .map(|pid| table[pid].resident_pages)
            .sum();
        pages * rustix::param::page_size() as u64
    }

    /// Kills everything that belongs to the child but its leader; what is alive afterwards.
    pub(crate) fn sweep(&self) -> Vec<i32> {
        let mut left = Vec::new();
        for pause_ms in [0, 5, 20, 50, 100, 200, 400, 400, 400] {
            std::thread::sleep(std::time::Duration::from_millis(pause_ms));
            left = self.living();
            if left.is_empty() {
                break;
            }
            for pid in left.iter().filter_map(|pid| Pid::from_raw(*pid)) {
                let _gone = rustix::process::kill_process(pid, Signal::KILL);
            }
        }
        left
    }

    /// Processes of the child that run, its leader left out.
    pub(crate) fn living(&self) -> Vec<i32> {
        let table = process_table();
        let mut pids = self.family(&table);
        let needle = format!("{MARK_VARIABLE}={}\0", self.mark).into_bytes();
        for pid in table.keys() {
            if !pids.contains(pid) && carries_mark(*pid, &needle) {
                pids.push(*pid);
            }
        }
        pids.retain(|pid| *pid != self.leader.as_raw_nonzero().get() && !table[pid].is_zombie);
        pids
    }

    fn family(&self, table: &BTreeMap<i32, Entry>) -> Vec<i32> {
        let leader = self.leader.as_raw_nonzero().get();
        let belongs = |pid: &i32| {
            let mut current = *pid;
            for _generation in 0..64 {
                let Some(entry) = table.get(&current) else {
                    return false;
                };
                if current == leader || entry.group == leader {
                    return true;
                }
                current = entry.parent;
            }
            false
        };
        table.keys().copied().filter(belongs).collect()
    }
}

fn carries_mark(pid: i32, needle: &[u8]) -> bool {
    std::fs::read(format!("/proc/{pid}/environ")).is_ok_and(|environment| {
        environment
            .windows(needle.len())
            .any(|window| window == needle)
    })
}

pub(crate) fn process_table() -> BTreeMap<i32, Entry> {
    let Ok(directory) = std::fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    directory
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok())
        .filter_map(|pid| Some((pid, read_entry(pid)?)))
        .collect()
}

fn read_entry(pid: i32) -> Option<Entry> {
    entry_of(&std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// Reads a line of `/proc/PID/stat`.
pub(crate) fn entry_of(stat: &str) -> Option<Entry> {
    // The name in parentheses may hold anything, so fields are counted from its end.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    Some(Entry {
        is_zombie: *fields.first()? == "Z",
        parent: fields.get(1)?.parse().ok()?,
        group: fields.get(2)?.parse().ok()?,
        started: fields.get(19)?.parse().ok()?,
        resident_pages: fields.get(21)?.parse().ok()?,
    })
}
