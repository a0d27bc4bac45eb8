//! Tests of the whole crate: bytes in, verdicts out.

mod flip_oracle;
mod geometry;
mod hostile;
mod pictures;
mod run;
mod stills;
mod support;
