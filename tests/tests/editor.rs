//! The editor with the runtime as a user has both: a window on one side, a real agent on the other.

#![allow(clippy::unwrap_used, reason = "test helpers may")]

#[path = "../../editor/app/tests/editor/window.rs"]
#[allow(dead_code, reason = "the editor's own tests use the rest of it")]
mod window;

#[path = "editor/agent.rs"]
mod agent;
#[path = "editor/catalogue.rs"]
mod catalogue;
#[path = "editor/compare.rs"]
mod compare;
#[path = "editor/runs.rs"]
mod runs;
#[path = "editor/studio.rs"]
mod studio;
#[path = "editor/support.rs"]
mod support;
