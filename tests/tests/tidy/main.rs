//! Tests of the repository itself: a rule that a program can check is one that nobody has to remember.
//!
//! Each test lists every place that breaks its rule. Where a rule has exceptions, they stand in a table
//! beside the test, each with its reason, and an exception that nothing needs any more fails as well.

mod dependencies;
mod documents;
mod files;
mod layers;
mod messages;
mod powers;
mod repo;
mod rust_file;
mod serialization;
mod spdx;
mod text;
mod toolbox;
mod words;
