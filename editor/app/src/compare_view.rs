//! Two pictures beside each other: control and candidate of a shadow run, or any two. Pictures are
//! read and cut into tiles beside the window; a frame draws tiles that are there.

mod apply;
mod command;
mod heat;
mod hot_spot;
mod look;
mod painter;
mod pixels;
mod state;
mod tiles;
mod view;

pub use command::CompareCommand;
pub use hot_spot::{HotSpot, hot_spots};
pub use look::{Channel, Look};
pub use pixels::{Pixels, PixelsError};
pub use state::{CompareMode, CompareState, OpenComparison, PictureSide};
pub use tiles::{Layer, TILE, TileKey, Tiles};
pub use view::PictureView;

pub(crate) use apply::{apply, follow, pixels_came};
pub(crate) use heat::heat;
