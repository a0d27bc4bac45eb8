//! The editor as people use it: through the accessibility tree, with the real document model, drafts
//! and files, against a backend in memory.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do, by a panic"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests kill an editor of their own; supervision would be in the way"
)]

mod add_menu;
mod agent;
mod arrange;
mod canvas;
mod clipboard;
mod compare;
mod dialogs;
mod drafts;
mod fixtures;
mod harness;
mod inspector;
mod keys;
mod kills;
mod launchers;
mod logs;
mod pictures;
mod pointer;
mod preferences;
mod problems;
mod real_runs;
mod run_list;
mod saving;
mod sizes;
#[path = "../../../ui/tests/all/snapshot.rs"]
mod snapshot;
mod start;
#[path = "../../victim/story.rs"]
mod story;
mod window;
mod windows;
