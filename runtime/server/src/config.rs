//! A server's configuration: a TOML file, over which its caller lays the environment and arguments.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::ServerError;

/// Where a team's server listens unless somebody says otherwise.
const USUAL_BIND: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);

/// A certificate chain and its key, both in PEM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// The chain, the server's own certificate first.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// What a server takes at most.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address.
    pub connections_per_address: usize,
    /// Clients at once that follow events.
    pub event_clients: usize,
    /// Requests per second and token; short bursts of twice as many pass.
    pub requests_per_second: u32,
    /// Requests with a wrong token per minute and address.
    pub failed_logins_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            connections_per_address: 2_500,
            event_clients: 4_096,
            requests_per_second: 1_000,
            failed_logins_per_minute: 600,
        }
    }
}

/// A server's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Where it listens; port 0 lets the system choose.
    pub bind: SocketAddr,
    /// Certificate and key; without them it speaks plain HTTP.
    pub tls: Option<TlsFiles>,
    /// Whether plain HTTP is right although the network can reach it, as behind a proxy with TLS.
    pub plain_http: bool,
    /// Further names, with their port, that clients call it by.
    pub allow_hosts: Vec<String>,
    /// Runs at once.
    pub runs_at_once: usize,
    /// The most runs that wait.
    pub queue: usize,
    /// What it takes at most.
    pub limits: Limits,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            bind: USUAL_BIND,
            tls: None,
            plain_http: false,
            allow_hosts: Vec::new(),
            runs_at_once: 1,
            queue: 10_000,
            limits: Limits::default(),
        }
    }
}

impl ServerConfig {
    /// Reads a TOML file. What it leaves out is as usual; a key that means nothing is refused.
    pub fn read(path: &Path) -> Result<Self, ServerError> {
        let text = std::fs::read_to_string(path).map_err(|source| ServerError::File {
            doing: "can't read the configuration",
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|err| ServerError::Config {
            path: path.to_owned(),
            source: Box::new(err),
        })
    }

    /// Refuses what would show tokens to the network.
    pub(crate) fn check(&self) -> Result<(), ServerError> {
        let is_private = self.bind.ip().is_loopback() || self.tls.is_some() || self.plain_http;
        match is_private {
            true => Ok(()),
            false => Err(ServerError::Plain(self.bind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ServerConfig, ServerError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.toml");
        std::fs::write(&path, text).unwrap();
        ServerConfig::read(&path)
    }

    #[test]
    fn a_file_says_some_and_the_rest_is_as_usual() {
        let text = r#"
            bind = "0.0.0.0:9000"
            allow_hosts = ["render.studio.lan:9000"]
            tls = { certificate = "/etc/hartomat/chain.pem", key = "/etc/hartomat/key.pem" }
            [limits]
            event_clients = 12
        "#;
        let config = read(text).unwrap();
        assert_eq!(config.bind.port(), 9000);
        assert_eq!(config.limits.event_clients, 12);
        assert_eq!(config.limits.connections, Limits::default().connections);
        assert_eq!(config.queue, 10_000);
        assert!(config.check().is_ok());
    }

    #[test]
    fn a_key_that_means_nothing_is_refused_with_its_place() {
        let err = read("bind = \"127.0.0.1:1\"\nslot = 4\n").unwrap_err();
        let text = std::error::Error::source(&err).unwrap().to_string();
        assert!(text.contains("line 2") && text.contains("slot"), "{text}");
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_asked_for() {
        assert!(ServerConfig::default().check().is_ok());
        let open = ServerConfig {
            bind: "0.0.0.0:8787".parse().unwrap(),
            ..ServerConfig::default()
        };
        assert!(matches!(open.check(), Err(ServerError::Plain(_))));
        let asked = ServerConfig {
            plain_http: true,
            ..open
        };
        assert!(asked.check().is_ok());
    }
}
