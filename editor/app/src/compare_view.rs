//! Two sides beside each other: control and candidate of a shadow run, or any two artifacts or
//! files. Pictures are read, cut into tiles and counted beside the window; a frame draws tiles that
//! are there.

mod apply;
mod came;
mod command;
mod delta_e;
mod differences;
mod heat;
mod histogram;
mod hot_spot;
mod look;
mod mask;
mod open;
mod paint;
mod painter;
mod perceived;
mod pixels;
mod report;
mod review;
mod source;
mod state;
mod tiles;
mod video;
mod view;

pub use command::CompareCommand;
pub use delta_e::delta_e_2000;
pub use differences::{Provenance, SettingDifference, ToolVersions};
pub use histogram::{Counts, Histogram, SideCounts};
pub use hot_spot::{HotSpot, hot_spots};
pub use look::{Channel, Look, Measure};
pub use mask::{Mask, MaskCommand, MaskTool, Masks};
pub use perceived::Perceived;
pub use pixels::{Pixels, PixelsError};
pub use review::{ReviewCommand, ReviewDraft, ReviewReach};
pub use source::CompareSource;
pub use state::{CompareMode, CompareState, OpenComparison, PictureSide, SideChooser, SidePanel};
pub use tiles::{Layer, TILE, TileKey, Tiles};
pub use video::{SPEEDS, Video, VideoCommand};
pub use view::PictureView;

pub(crate) use apply::apply;
pub(crate) use came::{came, follow};
pub(crate) use heat::{difference_at, heat};
pub(crate) use review::expiry;
pub(crate) use source::{artifacts_of, is_picture_file, is_video_file};
