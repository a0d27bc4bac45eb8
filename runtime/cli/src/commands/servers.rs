//! `hartomat servers`: names for servers, and their tokens.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::Path;

use hartomat_api::{
    AccessToken, ApiError, ErrorKind, HttpClient, HttpOptions, KnownServer, KnownServers,
    TokenPlace,
};
use serde_json::json;

use super::Session;
use crate::args::ServersCommand;
use crate::outcome::Outcome;

/// The most bytes that are read as a token.
const MAX_TOKEN_BYTES: u64 = 8 << 10;

/// The named servers of a data folder.
pub(crate) fn known(data_dir: &Path) -> KnownServers {
    KnownServers::from_environment(data_dir)
}

pub(crate) fn servers(session: &Session, command: &ServersCommand) -> Result<Outcome, ApiError> {
    let known = known(session.data_dir());
    match command {
        ServersCommand::Add {
            name,
            address,
            root_certificates,
            plain_http,
            no_token,
        } => {
            let token = match no_token {
                true => None,
                false => Some(read_token()?),
            };
            let server = KnownServer {
                name: name.clone(),
                address: address.clone(),
                root_certificates: root_certificates.clone(),
                plain_http: *plain_http,
            };
            // A token that can't be used is refused before anything is kept.
            let mut options = HttpOptions::new(address);
            options.plain_http = *plain_http;
            options.token = token.clone();
            HttpClient::connect(options)?;
            known.put(server.clone())?;
            let place = token.map(|token| known.token_put(address, &token));
            let kept = match place.transpose()? {
                None => "no token is kept",
                Some(TokenPlace::Keyring) => "its token is in the system's keyring",
                Some(TokenPlace::File) => {
                    "there is no keyring: its token is in a file for you alone"
                }
            };
            Ok(Outcome::ok(
                format!("{name} is {address}; {kept}\n"),
                &server,
            ))
        }
        ServersCommand::List => {
            let servers = known.list()?;
            let mut text = String::new();
            for server in &servers {
                let _ = writeln!(text, "{:<16} {}", server.name, server.address);
            }
            if servers.is_empty() {
                text.push_str("no servers yet; `hartomat servers add NAME ADDRESS` adds one\n");
            }
            Ok(Outcome::ok(text, &servers))
        }
        ServersCommand::Remove { name } => match known.remove(name)? {
            true => Ok(Outcome::ok(format!("{name} is forgotten\n"), &json!(name))),
            false => {
                let message = format!("there is no server `{name}`");
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .hint("`hartomat servers list` shows the servers"))
            }
        },
    }
}

/// A token from standard input: an argument would show in the list of processes.
fn read_token() -> Result<AccessToken, ApiError> {
    if io::stdin().is_terminal() {
        crate::progress::say("paste the token, then Enter and Ctrl-D:");
    }
    let mut text = String::new();
    io::stdin()
        .lock()
        .take(MAX_TOKEN_BYTES)
        .read_to_string(&mut text)
        .map_err(|err| {
            ApiError::new(
                ErrorKind::InvalidInput,
                format!("can't read the token: {err}"),
            )
        })?;
    AccessToken::new(&text)
}
