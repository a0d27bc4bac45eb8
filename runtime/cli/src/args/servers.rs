//! What `hartomat agent`, `serve`, `token` and `servers` can be told.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use hartomat_schema::{Scope, TokenId};

#[derive(Subcommand)]
pub(crate) enum AgentCommand {
    /// Run the agent until it is stopped
    Run,
    /// Say whether an agent runs on this data folder
    Status,
    /// Stop the agent; what it runs goes on at its next start
    Stop,
}

#[derive(Args)]
pub(crate) struct ServeCommand {
    /// Address to listen on; port 0 lets the system choose
    #[arg(long, env = "HARTOMAT_SERVE_BIND", value_name = "ADDRESS:PORT")]
    pub(crate) bind: Option<std::net::SocketAddr>,
    /// Settings in TOML; the environment and arguments go before them
    #[arg(long, env = "HARTOMAT_SERVE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Certificate chain in PEM
    #[arg(long, env = "HARTOMAT_SERVE_TLS_CERTIFICATE", value_name = "FILE")]
    pub(crate) tls_certificate: Option<PathBuf>,
    /// Private key in PEM
    #[arg(long, env = "HARTOMAT_SERVE_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Name that clients may call this server by, such as `render.studio.lan:8787`; may be repeated
    #[arg(long = "allow-host", value_name = "HOST:PORT")]
    pub(crate) allow_host: Vec<String>,
    /// Runs at once
    #[arg(long, env = "HARTOMAT_SERVE_RUNS_AT_ONCE", value_name = "N")]
    pub(crate) runs_at_once: Option<usize>,
    /// The most runs that wait
    #[arg(long, env = "HARTOMAT_SERVE_QUEUE", value_name = "N")]
    pub(crate) queue: Option<usize>,
    /// Listen on the network without TLS: tokens can be read on the way
    #[arg(long)]
    pub(crate) plain_http: bool,
}

#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Make a token; it is printed once and never again
    Create {
        /// Whose it is
        name: String,
        /// What it allows: read, author, dispatch, rollout, admin
        #[arg(long, required = true, value_delimiter = ',')]
        scope: Vec<Scope>,
    },
    /// List tokens
    List,
    /// Take a token back
    Revoke {
        /// Its id
        id: TokenId,
    },
}

#[derive(Subcommand)]
pub(crate) enum ServersCommand {
    /// Give a server a name; its token is read from standard input, so that it shows nowhere
    Add {
        /// Its name
        name: String,
        /// Its address, such as `https://example.com:8787`
        address: String,
        /// Root certificates in PEM beside those of the system
        #[arg(long, value_name = "FILE")]
        root_certificates: Option<PathBuf>,
        /// Send the token although everybody on the way can read it
        #[arg(long)]
        plain_http: bool,
        /// Keep no token
        #[arg(long)]
        no_token: bool,
    },
    /// List named servers
    List,
    /// Forget a server and its token
    Remove {
        /// Its name
        name: String,
    },
}
