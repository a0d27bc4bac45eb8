//! Tests over whole documents: corpora, the validator, properties, the checked-in JSON Schema.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod corpus;
mod migrating;
mod properties;
mod schema_file;
mod support;
mod validator;
