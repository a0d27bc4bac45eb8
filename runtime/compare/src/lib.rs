//! Sets a candidate beside its control: bytes in, numbers and a verdict out.
//!
//! No I/O and no clock; threads only through rayon, and never in a way that changes a number. A side
//! that can't be read is part of the answer, never an error or a panic.

mod accepted;
mod assemble;
mod data;
mod error;
mod flip;
mod intents;
mod judge;
mod mesh;
mod metadata;
mod opaque;
mod options;
mod picture;
mod run;
mod still;
mod video;

pub use accepted::{Acceptance, AcceptedEvidence, CompareAgain, compared_size, with_acceptances};
pub use data::compare_data;
pub use error::ReadError;
pub use intents::compare_intents;
pub use judge::{CurvePoint, Judgement, VideoCurve, judge, judge_again, judge_run, video_curve};
pub use mesh::{MOST_TRIANGLES, compare_glb, compare_stl};
pub use options::{CompareOptions, FlipResolution, SideInput};
pub use picture::{
    DifferenceMeasure, DifferenceStyle, PerceivedMap, difference_picture, perceived_map,
    side_by_side,
};
pub use run::{RunEvidence, combine, compare_artifacts, compare_files, sniff_kind};
pub use still::{LONGEST_SIDE_PX, MOST_DECODED_BYTES, compare_images};
pub use video::{BrokenSide, FramePair, NextPair, compare_videos};
