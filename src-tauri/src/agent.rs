//! The agent of the data folder: hosted in this process, or another program's that was first. Either way
//! the shell is its client over loopback, as the editor is.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use hartomat_api::{
    AGENT, AgentAddress, ApiError, BackendKind, ErrorKind, HttpClient, KnownServers,
};
use hartomat_app::{DataDir, QueueOptions, Studio, StudioOptions};
use hartomat_server::{AgentLock, AgentOptions, Limits, OutboxSender, ServerError, start_agent};

/// How long another program's agent may take to start.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked for meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The link to the agent.
#[derive(Clone)]
pub(crate) struct Link {
    /// What speaks to it.
    pub(crate) client: Arc<HttpClient>,
    /// Whether it lives in this process, and ends with it.
    pub(crate) is_hosted: bool,
}

/// The agent of a data folder that may be changed.
pub(crate) struct Agent {
    state: Mutex<State>,
}

struct State {
    data_dir: PathBuf,
    link: Option<Link>,
    hosted: Option<Hosted>,
    is_over: bool,
}

struct Hosted {
    stop: Box<dyn Fn() + Send + Sync>,
    thread: JoinHandle<()>,
}

impl Hosted {
    /// What runs is interrupted, and goes on at the next start.
    fn stop(self) {
        (self.stop)();
        // A thread that panicked has said so.
        let _ = self.thread.join();
    }
}

impl Agent {
    /// The agent of this data folder; nothing is started yet.
    pub(crate) fn new(data_dir: PathBuf) -> Self {
        let state = State {
            data_dir,
            link: None,
            hosted: None,
            is_over: false,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// Where the data lies.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.state().data_dir.clone()
    }

    /// The link, made anew where the agent has gone. Waits for an agent that is just starting.
    pub(crate) fn link(&self) -> Result<Link, ApiError> {
        let mut state = self.state();
        if let Some(link) = &state.link
            && AgentAddress::is_alive(&state.data_dir)
        {
            return Ok(link.clone());
        }
        if state.is_over {
            return Err(ApiError::new(ErrorKind::Unreachable, "the shell is ending"));
        }
        state.hosted.take().into_iter().for_each(Hosted::stop);
        state.link = None;
        let (client, hosted) = join(&state.data_dir)?;
        let link = Link {
            client: Arc::new(client),
            is_hosted: hosted.is_some(),
        };
        state.hosted = hosted;
        state.link = Some(link.clone());
        Ok(link)
    }

    /// Whether this is still the link to the agent.
    pub(crate) fn is_current(&self, link: &Link) -> bool {
        let state = self.state();
        let current = state.link.as_ref();
        !state.is_over
            && current.is_some_and(|it| Arc::ptr_eq(&it.client, &link.client))
            && AgentAddress::is_alive(&state.data_dir)
    }

    /// Whether runs end with this process.
    pub(crate) fn is_hosted(&self) -> bool {
        self.state().hosted.is_some()
    }

    /// Goes on in another data folder; in the present one where that can't be used.
    pub(crate) fn move_to(&self, data_dir: PathBuf) -> Result<Link, ApiError> {
        let before = {
            let mut state = self.state();
            state.link = None;
            state.hosted.take().into_iter().for_each(Hosted::stop);
            std::mem::replace(&mut state.data_dir, data_dir)
        };
        self.link().inspect_err(|_| {
            self.state().data_dir = before;
            // Who needs it next asks again, and hears why.
            let _ = self.link();
        })
    }

    /// Stops it where it is hosted. Nothing is started again.
    pub(crate) fn stop(&self) {
        let mut state = self.state();
        state.is_over = true;
        state.link = None;
        state.hosted.take().into_iter().for_each(Hosted::stop);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hosts the agent, or connects to the one that is there.
fn join(data_dir: &Path) -> Result<(HttpClient, Option<Hosted>), ApiError> {
    let hosted = match AgentLock::take(data_dir) {
        Ok(lock) => Some(host(lock, data_dir)?),
        Err(ServerError::AlreadyRuns(_)) => None,
        Err(err) => return Err(ApiError::from_source(ErrorKind::EnvironmentMissing, &err)),
    };
    let known = KnownServers::from_environment(data_dir);
    let until = Instant::now() + PATIENCE;
    loop {
        let answer = known.connect(AGENT, None).and_then(|client| {
            client.health()?;
            Ok(client)
        });
        match answer {
            Ok(client) => return Ok((client, hosted)),
            Err(err) if Instant::now() > until => {
                hosted.into_iter().for_each(Hosted::stop);
                return Err(err);
            }
            Err(_) => std::thread::sleep(LOOK_AGAIN),
        }
    }
}

fn host(lock: AgentLock, data_dir: &Path) -> Result<Hosted, ApiError> {
    let studio = Studio::open(&StudioOptions {
        data: DataDir::new(data_dir),
        kind: BackendKind::Agent,
        queue: QueueOptions::default(),
    })?;
    let options = AgentOptions {
        lock,
        limits: Limits::default(),
    };
    let agent = start_agent(studio.clone(), options)
        .map_err(|err| ApiError::from_source(ErrorKind::EnvironmentMissing, &err))?;
    let stop = Box::new(agent.stopper());
    let outbox = OutboxSender::start(&studio, KnownServers::from_environment(data_dir));
    let wait = move || {
        agent.wait();
        outbox.stop();
    };
    let thread = std::thread::Builder::new().name("agent".to_owned());
    let thread = thread
        .spawn(wait)
        .map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
    Ok(Hosted { stop, thread })
}

#[cfg(test)]
mod tests {
    use hartomat_api::Backend as _;

    use super::*;

    #[test]
    fn the_second_is_a_client_of_the_first_and_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let first = Agent::new(folder.path().to_owned());
        let second = Agent::new(folder.path().to_owned());
        assert!(first.link().unwrap().is_hosted);
        let link = second.link().unwrap();
        assert!(!link.is_hosted && second.is_current(&link));
        assert_eq!(link.client.info().unwrap().kind, BackendKind::Agent);
        first.stop();
        assert!(first.link().is_err());
        assert!(!second.is_current(&link));
        assert!(second.link().unwrap().is_hosted);
        second.stop();
    }

    #[test]
    fn another_data_folder_is_another_agent() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let agent = Agent::new(one.path().to_owned());
        let link = agent.link().unwrap();
        agent.move_to(other.path().to_owned()).unwrap();
        assert!(!agent.is_current(&link));
        assert!(!AgentAddress::is_alive(one.path()) && AgentAddress::is_alive(other.path()));
        agent.stop();
    }

    #[test]
    fn a_folder_that_cannot_be_used_leaves_all_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let agent = Agent::new(folder.path().to_owned());
        agent.link().unwrap();
        let file = folder.path().join("a file");
        std::fs::write(&file, "").unwrap();
        assert!(agent.move_to(file).is_err());
        assert_eq!(agent.data_dir(), folder.path());
        assert!(agent.is_hosted() && AgentAddress::is_alive(folder.path()));
        agent.stop();
    }
}
