//! Supervised child processes: limits, time-outs, cancelling, draining. The only place that spawns. And
//! [`write_atomically`], for files that a crash must not tear.
//!
//! Whoever starts a program goes through [`run`] (once, to the end), [`WarmChild`] (a program that
//! answers requests line by line) or [`WarmPool`] (several of those); only what goes on when its
//! starter ends, an agent or a window, goes through [`start_detached`] or [`start_watched`]. Each other child leads a process
//! group of its own, gets an environment made from an allow-list, and never outlives its call
//! together with anything that it started. Where this process itself is killed, the next one on the
//! machine that starts a child ends what was left.

mod atomic;
mod cancel;
mod detached;
mod error;
mod group;
mod launch;
mod lines;
mod orphans;
mod outcome;
mod pool;
mod run;
mod scratch;
mod spool;
mod supervise;
mod warm;

pub use atomic::{make_folder, write_atomically};
pub use cancel::Cancel;
pub use detached::{start_detached, start_watched};
pub use error::{ProcessError, RequestError};
pub use launch::{Feed, Input, Launch, Limits, Output};
pub use outcome::{End, Outcome};
pub use pool::{PoolLease, WarmPool};
pub use run::{run, run_with};
pub use scratch::{Scratch, sweep_scratch};
pub use spool::{Line, Spool, Stream};
pub use warm::{RequestLimits, WarmChild};
