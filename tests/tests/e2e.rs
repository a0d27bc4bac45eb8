//! End to end: the command line as a user has it, on real STEP files, in a data folder of its own.

#![allow(clippy::unwrap_used, reason = "test helpers may")]

#[path = "e2e/studio.rs"]
mod studio;

#[path = "e2e/acceptance.rs"]
mod acceptance;
#[path = "e2e/blender.rs"]
mod blender;
#[path = "e2e/calibration.rs"]
mod calibration;
#[path = "e2e/care.rs"]
mod care;
#[path = "e2e/documents.rs"]
mod documents;
#[path = "e2e/fail_points.rs"]
mod fail_points;
#[path = "e2e/golden_cases.rs"]
mod golden_cases;
#[path = "e2e/golden_legacy.rs"]
mod golden_legacy;
#[path = "e2e/guide.rs"]
mod guide;
#[path = "e2e/isolation.rs"]
mod isolation;
#[path = "e2e/known_failures.rs"]
mod known_failures;
#[path = "e2e/manual.rs"]
mod manual;
#[path = "e2e/many_dispatches.rs"]
mod many_dispatches;
#[path = "e2e/modes.rs"]
mod modes;
#[path = "e2e/notifications.rs"]
mod notifications;
#[path = "e2e/order_runs.rs"]
mod order_runs;
#[path = "e2e/own_legacy.rs"]
mod own_legacy;
#[path = "e2e/proofs.rs"]
mod proofs;
#[path = "e2e/publishing.rs"]
mod publishing;
#[path = "e2e/recovery.rs"]
mod recovery;
#[path = "e2e/reports.rs"]
mod reports;
#[path = "e2e/rollout.rs"]
mod rollout;
#[path = "e2e/turntables.rs"]
mod turntables;
#[path = "e2e/verdicts.rs"]
mod verdicts;
