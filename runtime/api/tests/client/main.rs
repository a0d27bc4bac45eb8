//! The client against a peer that drops, stalls, lies and refuses. A real server is met in the
//! end-to-end tests.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do, by a panic"
)]

mod downloads;
mod fixtures;
mod following;
mod peer;
mod requests;
mod trust;
mod uploads;
