//! How the editor comes to a runtime: a fixed one, an agent of this machine, or a server.

use std::sync::Arc;

use hartomat_api::{ApiError, Backend};

/// Makes a link. Called again after the link was lost, since an agent that was started anew has
/// another address and another token.
pub trait Connector: Send + Sync + 'static {
    /// A runtime that may answer. May take as long as starting an agent takes.
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError>;
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

/// A server for a team.
pub struct ServerConnector {
    address: String,
    token: String,
    client: HttpBackend,
}

impl ServerConnector {
    /// The server at this address, for whoever this token names.
    pub fn new(address: impl Into<String>, token: impl Into<String>, client: HttpBackend) -> Self {
        Self {
            address: address.into(),
            token: token.into(),
            client,
        }
    }
}

impl Connector for ServerConnector {
    fn connect(&self) -> Result<Arc<dyn Backend>, ApiError> {
        (self.client)(&self.address, &self.token)
    }
}
