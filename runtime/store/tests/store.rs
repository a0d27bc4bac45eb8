//! The store against real files, real SQLite, killed processes, damaged files and full volumes.
#![expect(
    clippy::disallowed_methods,
    reason = "the tests kill processes of their own; supervision would be in the way"
)]
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do, by a panic"
)]

#[path = "store/access.rs"]
mod access;
#[path = "store/artifacts.rs"]
mod artifacts;
#[path = "store/care.rs"]
mod care;
#[path = "store/contention.rs"]
mod contention;
#[path = "store/damage.rs"]
mod damage;
#[path = "store/disk_full.rs"]
mod disk_full;
#[path = "store/fixtures.rs"]
mod fixtures;
#[path = "store/invariants.rs"]
mod invariants;
#[path = "store/kills.rs"]
mod kills;
#[path = "store/legacy.rs"]
mod legacy;
#[path = "store/names.rs"]
mod names;
#[path = "store/replay.rs"]
mod replay;
#[path = "store/reviews.rs"]
mod reviews;
#[path = "store/server.rs"]
mod server;
#[path = "../victim/story.rs"]
#[allow(dead_code, reason = "shared with the victim, which uses all of it")]
mod story;
#[path = "store/studio.rs"]
mod studio;
#[path = "store/syscalls.rs"]
mod syscalls;
#[path = "store/uploads.rs"]
mod uploads;
#[path = "store/versions.rs"]
mod versions;
