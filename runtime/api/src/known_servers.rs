//! Servers that a person has given names, and their tokens: in the system's keyring, or, where there
//! is none, in a file that its user alone can read.

use std::collections::BTreeMap;
use std::io::{ErrorKind as IoErrorKind, Write as _};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{AccessToken, AgentAddress, ApiError, ErrorKind, HttpClient, HttpOptions};

/// What the agent of the data folder is called.
pub const AGENT: &str = "agent";

/// Names and addresses.
const SERVERS: &str = "servers.json";
/// Tokens by address, where there is no keyring.
const TOKENS: &str = "server-tokens.json";
/// What entries are filed under in the keyring.
const SERVICE: &str = "HartOMat Studio";
/// Tokens are kept in the file alone where this is set, as on machines whose keyring asks a person.
const NO_KEYRING: &str = "HARTOMAT_NO_KEYRING";
/// The longest name.
const MAX_NAME: usize = 64;

/// A server that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownServer {
    /// What the person calls it.
    pub name: String,
    /// Its address.
    pub address: String,
    /// A PEM file with root certificates beside those of the operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_certificates: Option<PathBuf>,
    /// Whether its token may cross a network where everybody on the way can read it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain_http: bool,
}

/// Where a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPlace {
    /// In the system's keyring.
    Keyring,
    /// In a file that its user alone can read.
    File,
}

/// The named servers of a data folder.
#[derive(Debug, Clone)]
pub struct KnownServers {
    data_dir: PathBuf,
    uses_keyring: bool,
}

impl KnownServers {
    /// Those of a data folder.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            uses_keyring: true,
        }
    }

    /// The same, without the keyring where the environment says so.
    pub fn from_environment(data_dir: impl Into<PathBuf>) -> Self {
        let known = Self::new(data_dir);
        match std::env::var_os(NO_KEYRING) {
            Some(_) => known.without_keyring(),
            None => known,
        }
    }

    /// The same with tokens in the file alone.
    #[must_use]
    pub fn without_keyring(mut self) -> Self {
        self.uses_keyring = false;
        self
    }

    /// All of them by name.
    pub fn list(&self) -> Result<Vec<KnownServer>, ApiError> {
        Ok(self.read::<Vec<KnownServer>>(SERVERS)?.unwrap_or_default())
    }

    /// One by its name or address.
    pub fn find(&self, server: &str) -> Result<Option<KnownServer>, ApiError> {
        let mut servers = self.list()?.into_iter();
        Ok(servers.find(|known| known.name == server || same(&known.address, server)))
    }

    /// Adds one, or changes the one of that name.
    pub fn put(&self, server: KnownServer) -> Result<(), ApiError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let name = &server.name;
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(is_plain) || name == AGENT
        {
            let message = format!("`{name}` can't be a server's name");
            return Err(ApiError::new(ErrorKind::InvalidInput, message)
                .hint("use letters, digits, `-`, `_` and `.`; `agent` is taken"));
        }
        // An address that nobody can connect to is refused here and not at the first run.
        HttpClient::connect(HttpOptions::new(&server.address))?;
        let mut servers = self.list()?;
        servers.retain(|known| known.name != server.name);
        servers.push(server);
        servers.sort_by(|one, other| one.name.cmp(&other.name));
        self.write(SERVERS, &servers)
    }

    /// Forgets one and its token; whether there was one.
    pub fn remove(&self, name: &str) -> Result<bool, ApiError> {
        let mut servers = self.list()?;
        let Some(at) = servers.iter().position(|known| known.name == name) else {
            return Ok(false);
        };
        let gone = servers.remove(at);
        self.write(SERVERS, &servers)?;
        // Another name of the same server goes on with the token.
        if !servers
            .iter()
            .any(|known| same(&known.address, &gone.address))
        {
            self.token_remove(&gone.address)?;
        }
        Ok(true)
    }

    /// Keeps a server's token, and says where.
    pub fn token_put(&self, address: &str, token: &AccessToken) -> Result<TokenPlace, ApiError> {
        let address = plain(address);
        let mut tokens = self.tokens()?;
        let kept = self
            .keyring(address)
            .map(|entry| entry.set_password(token.reveal()));
        if let Some(Ok(())) = kept {
            if tokens.remove(address).is_some() {
                self.write(TOKENS, &tokens)?;
            }
            return Ok(TokenPlace::Keyring);
        }
        tokens.insert(address.to_owned(), token.reveal().to_owned());
        self.write(TOKENS, &tokens)?;
        Ok(TokenPlace::File)
    }

    /// A server's token, where one is kept.
    pub fn token(&self, address: &str) -> Result<Option<AccessToken>, ApiError> {
        let address = plain(address);
        // What stands in the file is newer: it is there only where the keyring couldn't take it.
        let kept = match self.tokens()?.remove(address) {
            Some(token) => Some(token),
            None => self
                .keyring(address)
                .and_then(|entry| entry.get_password().ok()),
        };
        kept.map(|token| AccessToken::new(&token)).transpose()
    }

    fn token_remove(&self, address: &str) -> Result<(), ApiError> {
        let address = plain(address);
        if let Some(entry) = self.keyring(address) {
            // It may never have been there.
            let _ = entry.delete_credential();
        }
        let mut tokens = self.tokens()?;
        match tokens.remove(address) {
            Some(_) => self.write(TOKENS, &tokens),
            None => Ok(()),
        }
    }

    /// A client of a server: by its name, by its address, or [`AGENT`]. `token` goes before the one
    /// that is kept.
    pub fn connect(
        &self,
        server: &str,
        token: Option<AccessToken>,
    ) -> Result<HttpClient, ApiError> {
        HttpClient::connect(self.options(server, token)?)
    }

    /// How to reach a server.
    pub fn options(
        &self,
        server: &str,
        token: Option<AccessToken>,
    ) -> Result<HttpOptions, ApiError> {
        if server == AGENT {
            return self.agent();
        }
        let known = self.find(server)?;
        if known.is_none() && !server.contains("://") {
            let message = format!("there is no server `{server}`");
            return Err(ApiError::new(ErrorKind::InvalidInput, message)
                .hint("name an address, or add it with `hartomat servers add`"));
        }
        let address = known
            .as_ref()
            .map_or(server, |known| known.address.as_str());
        let token = match token {
            Some(token) => Some(token),
            None => self.token(address)?,
        };
        let mut options = HttpOptions::new(address);
        options.plain_http = known.as_ref().is_some_and(|known| known.plain_http);
        options.root_certificates = known.and_then(|known| known.root_certificates);
        options.token = token;
        Ok(options)
    }

    fn agent(&self) -> Result<HttpOptions, ApiError> {
        let agent = AgentAddress::read(&self.data_dir)?;
        let agent = agent.filter(|_| AgentAddress::is_alive(&self.data_dir));
        let agent = agent.ok_or_else(|| {
            let message = format!("no agent runs on `{}`", self.data_dir.display());
            ApiError::new(ErrorKind::Unreachable, message)
                .hint("start it with `hartomat agent run`")
        })?;
        let token = AccessToken::new(&agent.token)?;
        Ok(HttpOptions::new(agent.address).token(token))
    }

    fn keyring(&self, address: &str) -> Option<keyring::Entry> {
        let entry = || keyring::Entry::new(SERVICE, address).ok();
        self.uses_keyring.then(entry).flatten()
    }

    fn tokens(&self) -> Result<BTreeMap<String, String>, ApiError> {
        Ok(self.read(TOKENS)?.unwrap_or_default())
    }

    fn read<T: DeserializeOwned>(&self, file: &str) -> Result<Option<T>, ApiError> {
        let path = self.data_dir.join(file);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(err) if err.kind() == IoErrorKind::NotFound => return Ok(None),
            Err(err) => return Err(failed("read", &path, &err)),
        };
        // Its position alone is told: the text may hold tokens.
        serde_json::from_slice(&text).map(Some).map_err(|err| {
            let (line, column) = (err.line(), err.column());
            let message = format!(
                "`{}` is damaged at line {line}, column {column}",
                path.display()
            );
            ApiError::new(ErrorKind::InvalidInput, message).hint("mend it or remove it")
        })
    }

    /// Writes a file whole or not at all, for its user alone from the first byte on.
    fn write<T: Serialize>(&self, file: &str, value: &T) -> Result<(), ApiError> {
        let path = self.data_dir.join(file);
        let text = serde_json::to_vec_pretty(value)
            .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        let write = || {
            std::fs::create_dir_all(&self.data_dir)?;
            let mut file = tempfile::NamedTempFile::new_in(&self.data_dir)?;
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|err| err.error)?;
            Ok(())
        };
        write().map_err(|err| failed("write", &path, &err))
    }
}

/// An address as it is filed: without the slash that some write behind it.
fn plain(address: &str) -> &str {
    address.trim_end_matches('/')
}

fn same(one: &str, other: &str) -> bool {
    plain(one).eq_ignore_ascii_case(plain(other))
}

fn failed(doing: &str, path: &Path, err: &std::io::Error) -> ApiError {
    let message = format!("can't {doing} `{}`: {err}", path.display());
    ApiError::new(ErrorKind::Internal, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(name: &str, address: &str) -> KnownServer {
        KnownServer {
            name: name.to_owned(),
            address: address.to_owned(),
            root_certificates: None,
            plain_http: false,
        }
    }

    #[test]
    fn servers_are_found_by_name_and_address_with_their_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::new(folder.path()).without_keyring();
        assert!(known.options("studio", None).is_err());
        known.put(server("studio", "https://example.com")).unwrap();
        known.put(server("attic", "http://127.0.0.1:9/")).unwrap();
        let names = |known: &KnownServers| known.list().unwrap().into_iter().map(|it| it.name);
        assert_eq!(names(&known).collect::<Vec<_>>(), ["attic", "studio"]);
        let token = AccessToken::new("hm_secret").unwrap();
        let place = known.token_put("http://127.0.0.1:9", &token).unwrap();
        assert_eq!(place, TokenPlace::File);
        for asked in ["attic", "http://127.0.0.1:9", "HTTP://127.0.0.1:9/"] {
            let options = known.options(asked, None).unwrap();
            assert_eq!(options.token, Some(token.clone()), "{asked}");
        }
        let other = AccessToken::new("hm_other").unwrap();
        let options = known.options("attic", Some(other.clone())).unwrap();
        assert_eq!(options.token, Some(other));
        assert_eq!(known.options("studio", None).unwrap().token, None);
        known.put(server("loft", "http://127.0.0.1:9")).unwrap();
        assert!(known.remove("loft").unwrap());
        assert!(known.token("http://127.0.0.1:9").unwrap().is_some());
        assert!(known.remove("attic").unwrap() && !known.remove("attic").unwrap());
        assert_eq!(known.token("http://127.0.0.1:9").unwrap(), None);
    }

    #[test]
    fn a_token_crosses_a_network_in_the_open_only_where_somebody_said_so() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::new(folder.path()).without_keyring();
        let token = || Some(AccessToken::new("hm_secret").unwrap());
        for address in [
            "http://127.0.0.1:9",
            "http://localhost:9",
            "http://[::1]:9",
            "https://example.com",
        ] {
            assert!(known.connect(address, token()).is_ok(), "{address}");
        }
        let refused = known.connect("http://example.com", token()).unwrap_err();
        assert!(
            format!("{refused:?}").contains("--plain-http"),
            "{refused:?}"
        );
        assert!(!format!("{refused:?}").contains("secret"), "{refused:?}");
        assert!(known.connect("http://example.com", None).is_ok());
        let plain_http = true;
        let open = KnownServer {
            plain_http,
            ..server("open", "http://example.com")
        };
        known.put(open).unwrap();
        assert!(known.connect("http://example.com", token()).is_ok());
    }

    #[test]
    fn names_that_mean_something_else_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::new(folder.path()).without_keyring();
        for name in ["", "agent", "a b", "a/b", "a:b"] {
            assert!(known.put(server(name, "http://127.0.0.1:9")).is_err());
        }
        assert!(known.put(server("a", "example.com")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_of_tokens_is_its_users_alone_and_damage_shows_no_token() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let known = KnownServers::new(folder.path()).without_keyring();
        let token = AccessToken::new("hm_secret").unwrap();
        known.token_put("http://127.0.0.1:9", &token).unwrap();
        let path = folder.path().join(TOKENS);
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::write(&path, "{\"http://127.0.0.1:9\": \"hm_secret\", 7}").unwrap();
        let err = known.token("http://127.0.0.1:9").unwrap_err();
        assert!(!format!("{err:?}").contains("secret"), "{err:?}");
    }
}
