//! Tests of the whole crate: bytes in, verdicts out.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests may panic like the tests"
)]

mod flip_oracle;
mod geometry;
mod hostile;
mod pictures;
mod run;
mod stills;
mod support;
