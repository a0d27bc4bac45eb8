//! The use cases: the runtime in this process, behind [`hartomat_api::Backend`].

mod accepted;
mod access;
mod backend;
mod cad_report;
mod calibration;
mod care;
mod checks;
mod compare_files;
mod delivery;
mod dispatch;
mod error;
mod evidence;
mod execute;
pub mod fail_points;
mod files;
mod follow;
mod frames;
mod freeze;
mod golden;
mod graph_side;
mod host;
mod hub;
mod import;
mod layout;
mod ledger;
mod library;
mod messages;
mod noise_twin;
mod orders;
mod outbox;
mod output_types;
mod own_legacy;
mod prove;
mod queue;
mod recovery;
mod render_checks;
mod report;
mod reviews;
mod rollouts;
mod share_key;
mod sides;
mod studio;
mod subject;
mod swatches;
mod templates;
mod tools;
mod unjournalled;
mod videos;
mod workflows;

pub use access::{LOCAL_ACTOR, new_secret, token_digest};
pub use hartomat_nodes::catalogue;
pub use host::now;
pub use hub::RunWatcher;
pub use layout::DataDir;
pub use library::bundled_sample;
pub use messages::{
    notification_settings, put_notification_target, remove_notification_target,
    set_notification_settings, try_target,
};
pub use outbox::{Connect, Sent};
pub use own_legacy::{own_legacy, set_own_legacy, unset_own_legacy};
pub use prove::{Proof, ProvenCase};
pub use queue::QueueOptions;
pub use report::{ComparedPictures, comparison_report, golden_report_file};
pub use studio::{Counts, Studio, StudioOptions};
pub use tools::{how_to_get, missing_reason};
