//! Figures for Prometheus.

use std::sync::atomic::AtomicU64;

use axum::http::StatusCode;
use hartomat_api::http::Operation;
use hartomat_app::Counts;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    operation: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Finished {
    state: &'static str,
}

/// Figures of a server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    connections: Gauge,
    event_clients: Gauge,
    queued: Gauge,
    running: Gauge,
    finished: Family<Finished, Gauge<u64, AtomicU64>>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let metrics = Self {
            registry: Registry::with_prefix("hartomat"),
            requests: Family::default(),
            connections: Gauge::default(),
            event_clients: Gauge::default(),
            queued: Gauge::default(),
            running: Gauge::default(),
            finished: Family::default(),
        };
        metrics.registered()
    }

    fn registered(mut self) -> Self {
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        let registry = &mut self.registry;
        registry.register("build", "The program", build);
        registry.register(
            "requests",
            "Requests answered, by operation and status",
            self.requests.clone(),
        );
        registry.register("connections", "Connections open", self.connections.clone());
        registry.register(
            "event_clients",
            "Clients that follow events",
            self.event_clients.clone(),
        );
        registry.register("runs_queued", "Runs that wait", self.queued.clone());
        registry.register("runs_running", "Runs under way", self.running.clone());
        registry.register(
            "runs_finished",
            "Runs that have ended since the start, by state",
            self.finished.clone(),
        );
        self
    }

    pub(crate) fn answered(&self, operation: Option<Operation>, status: StatusCode) {
        let request = Request {
            operation: operation.map_or_else(|| "none".to_owned(), |it| format!("{it:?}")),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&request).inc();
    }

    pub(crate) fn connection_opened(&self) {
        self.connections.inc();
    }

    pub(crate) fn connection_closed(&self) {
        self.connections.dec();
    }

    /// All figures as text.
    pub(crate) fn text(&self, counts: &Counts, event_clients: usize) -> String {
        let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.queued.set(signed(counts.queued));
        self.running.set(signed(counts.running));
        self.event_clients.set(signed(event_clients as u64));
        for (state, count) in &counts.finished {
            let finished = Finished {
                state: state.as_str(),
            };
            self.finished.get_or_create(&finished).set(*count);
        }
        let mut text = String::new();
        // Writing to a string never fails.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
