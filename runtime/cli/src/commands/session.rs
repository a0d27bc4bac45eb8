//! The runtime that a command works with, opened when it is first needed: the studio in this process,
//! or a server.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hartomat_api::{AccessToken, ApiError, Backend, ErrorKind, HttpClient};
use hartomat_app::{DataDir, Studio, StudioOptions};
use hartomat_schema::RunId;

use super::outbox::send_waiting;
use super::run::plain;
use super::servers::known;
use crate::args::Arguments;

/// Variable of the environment with a server's token.
const TOKEN: &str = "HARTOMAT_TOKEN";

/// A command's surroundings.
pub(crate) struct Session {
    data_dir: PathBuf,
    server: Option<String>,
    studio: OnceLock<Arc<Studio>>,
    remote: OnceLock<Result<Arc<HttpClient>, ApiError>>,
}

impl Session {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        let usual = || DataDir::of_this_person().path().to_owned();
        let data_dir = arguments.data_dir.clone().unwrap_or_else(usual);
        Self {
            data_dir,
            server: arguments.server.clone().filter(|server| !server.is_empty()),
            studio: OnceLock::new(),
            remote: OnceLock::new(),
        }
    }

    /// The data folder.
    pub(crate) fn data_dir(&self) -> &PathBuf {
        &self.data_dir
    }

    /// The server that was named, if any.
    pub(crate) fn server(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// Where files of a server's run are saved when nobody says where.
    pub(crate) fn results_of(&self, run: &RunId) -> Option<Result<PathBuf, ApiError>> {
        self.server()?;
        let folder = self.data_dir.join("results");
        Some(plain(run.as_str()).map(|run| folder.join(run)))
    }

    /// The runtime: in this process, or a server's.
    pub(crate) fn backend(&self) -> Result<Arc<dyn Backend>, ApiError> {
        match self.server() {
            None => Ok(self.studio()?),
            Some(_) => Ok(self.remote()?),
        }
    }

    /// The server that was named, once it has answered. One that can't be reached is asked once.
    pub(crate) fn remote(&self) -> Result<Arc<HttpClient>, ApiError> {
        self.remote.get_or_init(|| self.reach()).clone()
    }

    fn reach(&self) -> Result<Arc<HttpClient>, ApiError> {
        let server = self.server().unwrap_or(hartomat_api::AGENT);
        let client = known(&self.data_dir).connect(server, token_of_environment()?)?;
        client.health()?;
        send_waiting(self, server);
        Ok(Arc::new(client))
    }

    /// The runtime, or this process where the server can't be reached: for what is known here too.
    pub(crate) fn nearest(&self) -> Result<Arc<dyn Backend>, ApiError> {
        match self.backend() {
            Err(err) if err.kind == ErrorKind::Unreachable => Ok(self.studio()?),
            other => other,
        }
    }

    /// The studio in this process; says on standard error what a person should know about how it
    /// opened.
    pub(crate) fn studio(&self) -> Result<Arc<Studio>, ApiError> {
        if let Some(studio) = self.studio.get() {
            return Ok(studio.clone());
        }
        let options = StudioOptions::in_process(DataDir::new(&self.data_dir));
        let studio = Studio::open(&options)?;
        for notice in studio.notices() {
            crate::progress::say(&format!("note: {notice}"));
        }
        Ok(self.studio.get_or_init(|| studio).clone())
    }
}

/// The token of the environment; an argument would show in the list of processes.
pub(crate) fn token_of_environment() -> Result<Option<AccessToken>, ApiError> {
    let token = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    token.map(|token| AccessToken::new(&token)).transpose()
}
