//! What no value can be derived from: new ids and the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use hartomat_schema::{Timestamp, WorkflowId};

/// An id that no other workflow has.
pub fn new_workflow_id() -> WorkflowId {
    WorkflowId::new(uuid::Uuid::now_v7().to_string()).expect("a UUID is a valid id")
}

/// A key that no other request has.
pub fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The time of day.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.map_or(0, |since| since.as_millis());
    Timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}
