//! Takes connections: so many at once, each of which has to say something soon and listen to the
//! answer. Slow and silent ones are closed.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;

use crate::server::Server;
use crate::tls::Tls;

/// The longest until a new connection has said something, and has shaken hands where there is TLS.
const GREETING: Duration = Duration::from_secs(5);
/// The longest that a request's head may take, and a kept connection may rest.
const HEAD: Duration = Duration::from_secs(10);
/// The longest that a client may leave an answer untaken.
const UNTAKEN: Duration = Duration::from_secs(30);
/// The longest that answers under way may take when the server stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// The largest head of a request.
const HEAD_BYTES: usize = 64 << 10;
/// The most headers of a request.
const HEADERS: usize = 100;
/// A pause after the system could give no connection, such as for want of file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// The two ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) local: SocketAddr,
    pub(crate) peer: SocketAddr,
}

/// Takes connections until the server stops, then waits for answers under way.
pub(crate) async fn accept(
    listener: TcpListener,
    tls: Option<Tls>,
    server: Arc<Server>,
    router: Router,
) {
    let places = Arc::new(Semaphore::new(server.limits.connections.max(1)));
    let guests = Arc::new(Guests::default());
    let graceful = GracefulShutdown::new();
    let mut stopping = server.stopping();
    loop {
        let place = tokio::select! {
            place = places.clone().acquire_owned() => place,
            _ = stopping.wait_for(|stops| *stops) => break,
        };
        let Ok(place) = place else { break };
        let connection = tokio::select! {
            connection = listener.accept() => connection,
            _ = stopping.wait_for(|stops| *stops) => break,
        };
        let Ok((stream, peer)) = connection else {
            sleep(PAUSE).await;
            continue;
        };
        let Ok(local) = stream.local_addr() else {
            continue;
        };
        let most = server.limits.connections_per_address;
        let Some(guest) = Guest::admit(&guests, peer.ip(), most) else {
            continue;
        };
        let connection = Connection {
            ends: Ends { local, peer },
            server: server.clone(),
            router: router.clone(),
            watcher: graceful.watcher(),
            _place: (place, guest),
        };
        tokio::spawn(connection.serve(stream, tls.as_ref().map(Tls::acceptor)));
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = sleep(FAREWELL) => {}
    }
}

struct Connection {
    ends: Ends,
    server: Arc<Server>,
    router: Router,
    watcher: hyper_util::server::graceful::Watcher,
    _place: (OwnedSemaphorePermit, Guest),
}

impl Connection {
    async fn serve(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        // Small answers go out at once; where that can't be had, they go out a little later.
        let _ = stream.set_nodelay(true);
        let server = self.server.clone();
        server.metrics.connection_opened();
        let until = Instant::now() + GREETING;
        let first = timeout_at(until, stream.peek(&mut [0])).await;
        if matches!(first, Ok(Ok(1..))) {
            match tls {
                None => self.speak(stream).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = timeout_at(until, tls.accept(stream)).await {
                        self.speak(stream).await;
                    }
                }
            }
        }
        server.metrics.connection_closed();
    }

    fn speak<S>(self, stream: S) -> impl Future<Output = ()> + Send
    where
        S: AsyncRead + AsyncWrite + Send + 'static,
    {
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(UNTAKEN));
        let (router, ends) = (self.router, self.ends);
        let service = tower_service(router, ends);
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_headers(HEADERS)
            .max_buf_size(HEAD_BYTES);
        let connection = http.serve_connection(TokioIo::new(Box::pin(stream)), service);
        let watched = self.watcher.watch(connection);
        async move {
            // A connection that broke off concerns its client alone.
            let _ = watched.await;
            drop(self._place);
        }
    }
}

/// Connections by the address that they come from.
type Guests = Mutex<BTreeMap<IpAddr, usize>>;

/// A connection's place among those of its address.
struct Guest {
    guests: Arc<Guests>,
    address: IpAddr,
}

impl Guest {
    /// Lets one more in, unless the address has its share.
    fn admit(guests: &Arc<Guests>, address: IpAddr, most: usize) -> Option<Self> {
        let mut there = guests.lock().unwrap_or_else(PoisonError::into_inner);
        let count = there.entry(address).or_default();
        if *count >= most.max(1) {
            return None;
        }
        *count += 1;
        let guests = guests.clone();
        Some(Self { guests, address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut there = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = there.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                there.remove(&self.address);
            }
        }
    }
}

/// The router as hyper calls it, told of the connection that each request came over.
fn tower_service(
    router: Router,
    ends: Ends,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = std::convert::Infallible,
    Future = impl Future<Output = Result<axum::response::Response, std::convert::Infallible>> + Send,
> {
    let service = TowerToHyperService::new(router);
    hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ends);
        hyper::service::Service::call(&service, request)
    })
}
