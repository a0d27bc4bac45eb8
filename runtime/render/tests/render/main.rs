//! The renderer from the outside: small scenes whose right answer is known.

mod blender;
mod blender_lies;
mod blender_pool;
mod energy;
mod files;
mod gate;
mod hostile;
mod pictures;
mod support;
mod templates;
mod turns;
mod videos;
