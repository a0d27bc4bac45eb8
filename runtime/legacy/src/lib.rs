//! The fixed legacy pipeline: straight-line, free of graph code, with its own defaults and ledger.
//!
//! It renders what order lines and CAD files have always got. Nothing here knows that a graph exists,
//! and nothing that a graph does may change what happens here; golden traces pin its behaviour. A
//! studio's own program may take its place for presets that it is set for.

mod defaults;
mod error;
mod ledger;
mod line;
mod own;
mod own_check;
mod own_run;
mod paint;
mod reader;
mod turn;
mod video_file;

pub use defaults::{
    LegacyCamera, LegacyLook, LegacyMaterials, LegacyMesh, LegacyNotice, LegacyOutput,
    LegacyRenderer, LegacySettings, LegacyTurn, settings_of,
};
pub use error::LegacyError;
pub use ledger::{LedgerError, LegacyDelivery, LegacyLedger};
pub use line::{FRAMES_FOLDER, LegacyLine, LegacyMonitor, LegacyResult, OWN_RENDERER};
pub use own::{OwnLegacy, check_preset};
