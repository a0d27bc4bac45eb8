//! The contract over HTTP: [`HttpClient`] does what [`crate::Backend`] says with a server's routes.
//!
//! Nothing here may show the token: not in an error, not in an address, not in `Debug`.

mod answer;
mod background;
mod call;
mod connection;
mod download;
mod events;
mod follow;
mod options;
mod partial_file;
mod remote;
mod retries;
mod upload;

pub use connection::HttpClient;
pub use options::{AccessToken, HttpOptions};
