//! What the end-to-end tests share: the programs as a user has them.

mod database;
mod program;

pub use database::close_audit_list;
pub use program::{hartomat, output, program, sample, spawn};
