//! How the editor comes to a runtime: a fixed one, an agent of this machine, or a server.

use std::sync::Arc;

use hartomat_api::{AccessToken, ApiError, Backend, ErrorKind, KnownServers};
use hartomat_schema::TargetId;
use serde_json::Value;

/// Makes a link. Called again after the link was lost, since an agent that was started anew has
/// another address and another token.
pub trait Connector: Send + Sync + 'static {
    /// A runtime that may answer. May take as long as starting an agent takes.
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError>;

    /// What people call the server at the other end; none for the agent of this machine.
    fn name(&self) -> Option<String> {
        None
    }

    /// Changes who is told outside of the studio, where this machine has its data folder.
    fn change_target(&self, _change: &TargetChange) -> Result<(), ApiError> {
        let message = "a server's targets are set where its data folder lies";
        Err(ApiError::new(ErrorKind::Forbidden, message)
            .hint("use `hartomat notify` on that machine"))
    }
}

/// Something about a target outside of the studio.
#[derive(Debug, Clone)]
pub enum TargetChange {
    /// It shall be so; a new one where none has its name.
    Put(Value),
    /// It is taken away.
    Remove(TargetId),
}

impl TargetChange {
    /// The target's name; empty where it has none.
    pub fn id(&self) -> &str {
        match self {
            Self::Put(target) => target["id"].as_str().unwrap_or_default(),
            Self::Remove(id) => id.as_str(),
        }
    }
}

/// A runtime that is there already, as tests and a hosting program have it.
pub struct FixedConnector(pub Arc<dyn Backend>);

impl Connector for FixedConnector {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        Ok(self.0.clone())
    }
}

/// Makes a client of an address and a token.
pub type HttpBackend = fn(address: &str, token: &str) -> Result<Arc<dyn Backend>, ApiError>;

/// A server for a team, by its address or the name that a person gave it.
pub struct ServerConnector {
    servers: KnownServers,
    server: String,
    token: Option<AccessToken>,
}

impl ServerConnector {
    /// A server; the token that is kept for it is used where none is given.
    pub fn new(servers: KnownServers, server: &str, token: Option<AccessToken>) -> Self {
        Self {
            servers,
            server: server.to_owned(),
            token,
        }
    }
}

impl Connector for ServerConnector {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        let client = self.servers.connect(&self.server, self.token.clone())?;
        Ok(Arc::new(client))
    }

    fn name(&self) -> Option<String> {
        Some(self.server.clone())
    }
}
