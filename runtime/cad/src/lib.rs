//! CAD files: read STEP, write GLB and STL, measure. Lengths in millimetres and Z up, but in GLB files.
//!
//! The CAD kernel runs in worker processes that [`CadWorker`] starts; nothing in this crate links it.
//! A file that crashes, hangs or eats memory costs one worker and comes back as a [`CadError`].

mod client;
mod config;
mod error;
mod glb_read;
mod glb_write;
mod input;
mod mesh;
mod part21;
mod place;
pub mod protocol;
mod requests;
mod stl;

pub use client::CadWorker;
pub use config::CadConfig;
pub use error::{CadError, Stage};
pub use glb_read::{GlbFacts, bbox_of_glb, glb_facts};
pub use glb_write::{GlbModel, write_glb};
pub use hartomat_process::Cancel;
pub use input::StepInput;
pub use mesh::{MeshSurface, PartMesh};
pub use part21::{StepHeader, Unresolved, check_step};
pub use place::Matrix;
pub use requests::{
    GlbOutput, GlbRequest, PartListOutput, PartListRequest, StlOutput, StlQuality, StlRequest,
};
pub use stl::write_stl;
