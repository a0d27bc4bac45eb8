//! The noise floor of an output type, measured by rendering with legacy alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Digest, NoiseFloor, OutputTypeId, Timestamp};

/// How far a calibration has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalibrationState {
    /// Legacy renders.
    Running,
    /// The floor is there.
    Done,
    /// There is none; the reason says why.
    Failed,
}

/// Legacy against itself: what differs between renders with other seeds is noise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Calibration {
    /// The output type.
    pub output_type: OutputTypeId,
    /// Digest of all that decides the noise: legacy preset and tools. Under another the floor is not
    /// used.
    pub of: Digest,
    /// Name of the CAD file that was rendered.
    pub cad_file: String,
    /// How many renders are compared with the first.
    pub times: u32,
    /// How many of them are there.
    pub done: u32,
    /// How far it has come.
    pub state: CalibrationState,
    /// The largest of each number over all pairs.
    pub floor: Option<NoiseFloor>,
    /// Why there is none.
    pub reason: Option<String>,
    /// When it began.
    pub at: Timestamp,
}

impl Calibration {
    /// The most renders that are compared with the first.
    pub const MAX_TIMES: u32 = 32;

    /// What it came to, in a sentence.
    pub fn sentence(&self) -> String {
        let times = self.times;
        match (self.state, &self.floor) {
            (CalibrationState::Running, _) => {
                format!("legacy renders, {} of {times} so far", self.done)
            }
            (CalibrationState::Done, Some(floor)) => format!(
                "FLIP mean {:.5}, p99 {:.4}, worst tile {:.4}; from legacy against itself, \
                 {times} times on {}, {}",
                floor.flip_mean,
                floor.flip_p99,
                floor.flip_worst_tile,
                self.cad_file,
                self.at.date()
            ),
            (_, _) => {
                let why = self.reason.as_deref().unwrap_or("no reason is known");
                format!("no noise floor: {why}")
            }
        }
    }
}
