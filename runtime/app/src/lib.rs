//! The use cases: the runtime in this process, behind [`hartomat_api::Backend`].

mod backend;
mod cad_report;
mod checks;
mod compare_files;
mod delivery;
mod dispatch;
mod error;
mod evidence;
mod freeze;
mod graph_side;
mod host;
mod layout;
mod ledger;
mod library;
mod noise_twin;
mod recovery;
mod sides;
mod studio;
mod subject;
mod tools;

pub use hartomat_nodes::catalogue;
pub use layout::DataDir;
pub use library::bundled_sample;
pub use studio::{Studio, StudioOptions};
