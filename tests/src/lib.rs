//! What the end-to-end tests share: the programs as a user has them.

mod program;

pub use program::{hartomat, output, program, sample, spawn};
