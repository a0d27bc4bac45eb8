//! Runs a workflow's graph: plan, cache keys, scheduling, cancellation, execution modes.
//!
//! The engine knows no concrete node: what a node does comes in through [`ExecutorSet`], and what it
//! reads and journals goes through [`RunHost`]. A failed node is an outcome, never an `Err` of the run.

mod cache_key;
mod cancel;
mod contract;
mod executor;
mod graph_run;
mod host;
mod modes;
mod plan;
mod preview;
mod settings;

pub use cache_key::{cache_key, explain_difference, key_parts};
pub use cancel::Cancellation;
pub use contract::{UnmetContract, unmet_requirements};
pub use executor::{Content, Executor, ExecutorSet, NewArtifact, NodeContext, NodeOutputs};
pub use graph_run::{GraphOutcome, GraphRun, ResourceLimits};
pub use host::{HostError, RunHost};
pub use modes::{
    CandidateEnd, CandidateRole, ControlEnd, ModeOutcome, Sides, run_in_mode, run_on_trial,
};
pub use plan::{Plan, PlannedNode, UnneededNode, plan, plan_part};
pub use preview::{Decision, DecisionKind, preview};
pub use settings::effective_settings;
