//! The link to the runtime. Everything slow happens on threads of its own and comes back as an
//! event; a frame only sends and polls.

mod agent;
mod ask;
mod compare;
mod connection;
mod connector;
mod keep;
mod last_run;
mod library;
mod local;
mod places;
mod plans;
mod runs;
mod studio;
mod swatch;
mod watch;
mod worker;

pub use agent::AgentConnector;
pub use ask::{Ask, BackendEvent, Checked, OpenedFile, SavedFile, TakenDraft, Ticket};
pub use compare::{CompareAsk, CompareEvent, PictureSource, ReadSide};
pub use connection::Connection;
pub use connector::{Connector, FixedConnector, HttpBackend, ServerConnector, TargetChange};
pub use last_run::{LastNodeRun, LastRun};
pub use library::Library;
pub use plans::{RerunPlan, RerunQuestion};
pub use runs::{FoundRun, RunProgress, RunsAsk, RunsEvent};
pub use studio::{StudioAsk, StudioEvent};
pub use worker::BackendWorker;
