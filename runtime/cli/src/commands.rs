//! One file per command group.

pub(crate) mod access;
pub(crate) mod cad;
pub(crate) mod compare;
pub(crate) mod doctor;
pub(crate) mod files;
pub(crate) mod golden;
pub(crate) mod legacy;
pub(crate) mod manual;
pub(crate) mod migrate;
pub(crate) mod nodes;
pub(crate) mod notify;
pub(crate) mod orders;
pub(crate) mod outbox;
pub(crate) mod plan;
pub(crate) mod request;
pub(crate) mod review;
pub(crate) mod rollout;
pub(crate) mod run;
pub(crate) mod runs;
pub(crate) mod server;
pub(crate) mod servers;
pub(crate) mod session;
pub(crate) mod smoke;
pub(crate) mod templates;
pub(crate) mod workflow;

pub(crate) use session::Session;

use std::fmt::Write as _;

use serde_json::json;

use crate::exit;
use crate::outcome::Outcome;

/// The table of exit codes.
pub(crate) fn exit_codes() -> Outcome {
    let mut text = String::new();
    for (_, code, key, meaning) in exit::TABLE {
        let _ = writeln!(text, "{code}  {key:<20} {meaning}");
    }
    let rows: Vec<_> = exit::TABLE
        .iter()
        .map(|(_, code, key, meaning)| json!({ "code": code, "key": key, "meaning": meaning }))
        .collect();
    Outcome::ok(text, &rows)
}
