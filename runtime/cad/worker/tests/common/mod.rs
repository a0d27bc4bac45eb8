//! What the worker's tests share: the pool under test and the sample files.

#![allow(dead_code, reason = "each test binary uses its own part of this")]

use std::path::PathBuf;
use std::time::Duration;

use hartomat_cad::{
    CadConfig, CadError, CadWorker, GlbOutput, GlbRequest, PartListOutput, PartListRequest,
    StepInput,
};
use hartomat_process::Cancel;

/// The samples, with what they were built from: parts, occurrences and box.
pub(crate) const SAMPLES: &[&str] = &[
    "ball_bearing.step",
    "flange_bracket.step",
    "gearbox.step",
    "pipe_fitting_inch.step",
];

pub(crate) fn config() -> CadConfig {
    CadConfig {
        worker: Some(env!("CARGO_BIN_EXE_hartomat-cad-worker").into()),
        workers: 1,
        ..CadConfig::default()
    }
}

pub(crate) fn worker() -> CadWorker {
    CadWorker::open(config()).unwrap()
}

pub(crate) fn sample(name: &str) -> StepInput {
    StepInput::new(
        PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../assets/samples"
        ))
        .join(name),
    )
}

pub(crate) fn part_list(cad: &CadWorker, input: &StepInput) -> Result<PartListOutput, CadError> {
    cad.part_list(
        input,
        &PartListRequest {
            mass_properties: true,
        },
        &Cancel::new(),
        &|_stage| {},
    )
}

pub(crate) fn glb(cad: &CadWorker, input: &StepInput) -> Result<GlbOutput, CadError> {
    cad.glb(input, &GlbRequest::default(), &Cancel::new(), &|_stage| {})
}

/// A pool that gives up early, for files that are meant to fail.
pub(crate) fn impatient() -> CadWorker {
    CadWorker::open(CadConfig {
        wall: Duration::from_secs(20),
        memory_bytes: 600 << 20,
        ..config()
    })
    .unwrap()
}
