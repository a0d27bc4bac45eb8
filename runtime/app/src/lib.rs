//! The use cases: the runtime in this process, behind [`hartomat_api::Backend`].

mod access;
mod backend;
mod cad_report;
mod checks;
mod compare_files;
mod delivery;
mod dispatch;
mod error;
mod evidence;
mod execute;
mod files;
mod follow;
mod freeze;
mod graph_side;
mod host;
mod hub;
mod layout;
mod ledger;
mod library;
mod noise_twin;
mod outbox;
mod queue;
mod recovery;
mod sides;
mod studio;
mod subject;
mod tools;
mod workflows;

pub use access::{LOCAL_ACTOR, new_secret};
pub use hartomat_nodes::catalogue;
pub use hub::RunWatcher;
pub use layout::DataDir;
pub use library::bundled_sample;
pub use outbox::{Connect, Sent};
pub use queue::QueueOptions;
pub use studio::{Counts, Studio, StudioOptions};
