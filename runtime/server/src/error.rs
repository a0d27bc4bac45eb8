//! Why a server can't start.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use hartomat_api::{AgentAddress, ApiError};

/// Why a server can't start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is taken, or isn't this machine's.
    #[error("can't listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// A file can't be read or written.
    #[error("{doing} `{}`", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A configuration file is wrong.
    #[error("the configuration `{}` is wrong", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
    /// The certificate or its key is of no use.
    #[error("the TLS certificate `{}` and its key can't be used: {reason}", path.display())]
    Certificate {
        /// The certificate's file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A server on the network without TLS would show every token to whoever listens.
    #[error("{0} can be reached from the network, and without TLS tokens can be read on the way")]
    Plain(SocketAddr),
    /// An agent runs on this data folder already.
    #[error("an agent runs on this data folder already")]
    AlreadyRuns(Option<AgentAddress>),
    /// The system gives no threads or no random bytes.
    #[error("{doing}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl ServerError {
    /// A failure of the system.
    pub(crate) fn system(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::System {
            doing,
            source: source.into(),
        }
    }
}

impl From<ApiError> for ServerError {
    fn from(err: ApiError) -> Self {
        Self::system("making a token", err)
    }
}
