//! How a child ended.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use crate::Spool;

/// The signal that a process gets for a file beyond its limit, on every platform we run on.
const SIGXFSZ: i32 = 25;

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ended by itself with this code; 0 means success.
    Exited(i32),
    /// A signal ended it that we didn't send, such as 11 for a segmentation fault.
    Signalled(i32),
    /// It was stopped after this wall time.
    TimedOut(Duration),
    /// It was stopped because its group held more than this many bytes of memory.
    OutOfMemory(u64),
    /// It wrote a file, or a reply, beyond its limit.
    OutputTooLarge,
    /// It was stopped because somebody cancelled.
    Cancelled,
}

impl End {
    pub(crate) fn of(status: ExitStatus) -> Self {
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exited(code),
            (None, Some(SIGXFSZ)) => Self::OutputTooLarge,
            (None, signal) => Self::Signalled(signal.unwrap_or(0)),
        }
    }

    /// Whether the child ended by itself with code 0.
    pub fn is_success(self) -> bool {
        self == Self::Exited(0)
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(code) => write!(f, "ended with code {code}"),
            Self::Signalled(6) => write!(f, "aborted"),
            Self::Signalled(9) => write!(f, "was killed"),
            Self::Signalled(11) => write!(f, "crashed with a segmentation fault"),
            Self::Signalled(signal) => write!(f, "was ended by signal {signal}"),
            Self::TimedOut(limit) => write!(f, "took longer than {} s", limit.as_secs_f64()),
            Self::OutOfMemory(limit) => write!(f, "needed more than {} MiB of memory", limit >> 20),
            Self::OutputTooLarge => write!(f, "wrote more than it may"),
            Self::Cancelled => write!(f, "was cancelled"),
        }
    }
}

/// A child's end and what is known of its life.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// What it said.
    pub spool: Spool,
    /// How long it ran.
    pub wall: Duration,
    /// Largest resident memory of the group that was seen, in bytes; 0 for children too quick to measure.
    pub peak_memory_bytes: u64,
    /// Processes of the child that survived every attempt to stop them; empty unless the system is in trouble.
    pub survivors: Vec<i32>,
}
