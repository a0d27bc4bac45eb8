//! Every node: its definition and its executor, one file each, one table.
//!
//! To add a node, write its file and add a line to `table.rs`; nothing else in the product changes.

mod define;
mod failure;
mod media;
mod output_check;
mod publish;
mod services;
mod table;

mod auto_populate_materials;
mod compose_scene;
mod export_blend;
mod glb_bbox;
mod image_transform;
mod material_map_resolve;
mod notify;
mod occ_glb_export;
mod occ_object_extract;
mod order_line_setup;
mod output_save;
mod render_still;
mod render_thumbnail;
mod render_turntable;
mod resolve_step_path;
mod resolve_template;
mod stl_cache_generate;
mod thumbnail_save;
mod turn_frames;

pub use services::Services;
pub use table::{NodeExecutors, catalogue};
