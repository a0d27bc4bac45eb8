//! HTTP over the contract: one server for an agent on loopback and for a team on the network.

mod accept;
mod agent;
mod answer;
mod body;
mod call;
mod config;
mod error;
mod gate;
mod identity;
mod metrics;
mod operations;
mod outbox;
mod pages;
mod query;
mod router;
mod server;
mod session;
mod shape;
mod share;
mod stream;
mod tail;
mod tls;

pub use agent::{AgentLock, AgentOptions, RunningAgent, start_agent};
pub use config::{Limits, ServerConfig, TlsFiles};
pub use error::ServerError;
pub use outbox::OutboxSender;
pub use server::{RunningServer, ServerOptions, start};
