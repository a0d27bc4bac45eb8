//! The store against real files and real SQLite.

#[path = "store/artifacts.rs"]
mod artifacts;
#[path = "store/fixtures.rs"]
mod fixtures;
#[path = "store/legacy.rs"]
mod legacy;
#[path = "store/studio.rs"]
mod studio;
