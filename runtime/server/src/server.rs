//! A server under way: what its parts share, how it starts, how it stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use hartomat_api::BackendKind;
use hartomat_app::Studio;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinError;

use crate::accept::accept;
use crate::body::ROOM_PIECES;
use crate::gate::Gate;
use crate::identity::Identity;
use crate::metrics::Metrics;
use crate::shape::Shapes;
use crate::tail::Tail;
use crate::tls::Tls;
use crate::{Limits, ServerConfig, ServerError, router};

/// Threads that move bytes; the work itself is done by others.
const THREADS: usize = 2;
/// Work at once that keeps a core busy: comparisons, CAD files, plans.
const HEAVY: usize = 2;
/// Uploads at once.
const UPLOADS: usize = 32;
/// How often the studio is taken care of, in turns of [`FORGET`].
const CARE_TURNS: u32 = 60;
/// How often callers that have been quiet are forgotten.
const FORGET: Duration = Duration::from_secs(60);
/// The longest that threads may take to end when all else has stopped.
const LAST_THREADS: Duration = Duration::from_secs(2);

/// How a server starts.
pub struct ServerOptions {
    /// Whom it serves.
    pub kind: BackendKind,
    /// Its configuration.
    pub config: ServerConfig,
    /// An agent's token; without it, tokens of the database are taken.
    pub token: Option<String>,
}

/// What a server's parts share.
pub(crate) struct Server {
    pub(crate) studio: Arc<Studio>,
    pub(crate) kind: BackendKind,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    pub(crate) identity: Identity,
    pub(crate) shapes: Shapes,
    pub(crate) metrics: Metrics,
    pub(crate) tail: Arc<Tail>,
    pub(crate) event_places: Arc<Semaphore>,
    pub(crate) heavy: Arc<Semaphore>,
    /// Uploads at once: each has a thread for as long as it arrives.
    pub(crate) uploads: Arc<Semaphore>,
    /// Room for JSON bodies that are read and checked, in pieces.
    pub(crate) bodies: Arc<Semaphore>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Does what may block on a thread that may.
    pub(crate) async fn block<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Studio>) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let studio = self.studio.clone();
        tokio::task::spawn_blocking(move || work(&studio)).await
    }

    /// Becomes true when the server stops.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Asks the server to stop.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Clients that follow events.
    pub(crate) fn event_clients(&self) -> usize {
        let free = self.event_places.available_permits();
        self.limits.event_clients.saturating_sub(free)
    }
}

/// A server under way. It stops when this is dropped.
pub struct RunningServer {
    address: SocketAddr,
    has_tls: bool,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl RunningServer {
    /// Its address for clients of this machine.
    pub fn url(&self) -> String {
        let scheme = if self.has_tls { "https" } else { "http" };
        let mut address = self.address;
        if address.ip().is_unspecified() {
            address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        }
        format!("{scheme}://{address}")
    }

    /// What asks it to stop, from any thread, such as a signal's.
    pub fn stopper(&self) -> impl Fn() + Send + Sync + 'static {
        let stop = self.stop.clone();
        move || {
            stop.send_replace(true);
        }
    }

    /// Waits until somebody has asked it to stop and all is quiet.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so.
            let _ = thread.join();
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.join();
    }
}

/// Starts a server. It listens when this returns.
pub fn start(studio: Arc<Studio>, options: ServerOptions) -> Result<RunningServer, ServerError> {
    let config = options.config;
    config.check()?;
    let tls = config.tls.map(Tls::open).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("http")
        .enable_all()
        .build()
        .map_err(|err| ServerError::system("starting threads for connections", err))?;
    let listener = runtime
        .block_on(TcpListener::bind(config.bind))
        .map_err(|source| ServerError::Listen {
            address: config.bind,
            source,
        })?;
    let address = listener
        .local_addr()
        .map_err(|err| ServerError::system("asking for the own address", err))?;
    let (stop, _) = watch::channel(false);
    let server = Arc::new(Server {
        tail: Tail::start(&studio)?,
        studio,
        kind: options.kind,
        gate: Gate::new(&config.allow_hosts, tls.is_some()),
        identity: Identity::new(options.token.as_deref(), &config.limits),
        shapes: Shapes::new(hartomat_api::http::routes()),
        metrics: Metrics::new(),
        event_places: Arc::new(Semaphore::new(config.limits.event_clients)),
        heavy: Arc::new(Semaphore::new(HEAVY)),
        uploads: Arc::new(Semaphore::new(UPLOADS)),
        bodies: Arc::new(Semaphore::new(ROOM_PIECES)),
        limits: config.limits,
        stop: stop.clone(),
    });
    let has_tls = tls.is_some();
    let run = move || {
        runtime.spawn(forget_quiet(server.clone()));
        let router = router::router(&server);
        runtime.block_on(accept(listener, tls, server.clone(), router));
        server.studio.shut_down();
        runtime.shutdown_timeout(LAST_THREADS);
    };
    let thread = std::thread::Builder::new()
        .name("server".to_owned())
        .spawn(run)
        .map_err(|err| ServerError::system("starting a thread for the server", err))?;
    Ok(RunningServer {
        address,
        has_tls,
        stop,
        thread: Some(thread),
    })
}

async fn forget_quiet(server: Arc<Server>) {
    for turn in 1_u32.. {
        tokio::time::sleep(FORGET).await;
        server.identity.forget_quiet();
        // For the first time soon: many are closed within the hour.
        if turn % CARE_TURNS == 1 {
            server.studio.begin_care();
        }
    }
}
