//! The document model as its users meet it: edits, history, connections, clips, problems.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod arranging;
mod clips;
mod connections;
mod drafts;
mod editing;
mod history;
mod looking;
mod problems;
mod round_trip;
mod searching;
mod support;
mod what_edits;
