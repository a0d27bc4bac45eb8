//! A link that breaks at random: no event is lost, and no dispatch is made twice.

use std::collections::BTreeSet;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use hartomat_api::{Backend as _, DispatchRequest, RunQuery};
use hartomat_schema::{ExecutionMode, RunState};

use crate::support::{ALL, Heard, Served, client, quick_still, request, still};

/// Longest break; with `HARTOMAT_SOAK` it is a minute.
fn longest_break() -> Duration {
    match std::env::var_os("HARTOMAT_SOAK") {
        Some(_) => Duration::from_secs(60),
        None => Duration::from_secs(1),
    }
}

/// A server behind a link, and the link.
fn behind_a_link() -> (Served, Proxy) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // The server is called by the link's port.
    let served = Served::with_config(&format!("allow_hosts = [\"127.0.0.1:{port}\"]\n"));
    let proxy = Proxy::start(listener, served.port());
    (served, proxy)
}

/// Passes bytes on to a server, until it is cut: then connections break and none comes through.
struct Proxy {
    port: u16,
    is_cut: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
    passed: Arc<AtomicU32>,
}

impl Proxy {
    fn start(listener: TcpListener, target: u16) -> Self {
        let proxy = Self {
            port: listener.local_addr().unwrap().port(),
            is_cut: Arc::default(),
            open: Arc::default(),
            passed: Arc::default(),
        };
        let (is_cut, open, passed) = (
            proxy.is_cut.clone(),
            proxy.open.clone(),
            proxy.passed.clone(),
        );
        // Ends with the test's process: it waits for nothing else.
        thread::spawn(move || {
            for socket in listener.incoming().map_while(Result::ok) {
                let server = TcpStream::connect(("127.0.0.1", target));
                let (Ok(server), false) = (server, is_cut.load(Ordering::SeqCst)) else {
                    continue;
                };
                passed.fetch_add(1, Ordering::SeqCst);
                let mut open = open.lock().unwrap();
                for (from, to) in [(&socket, &server), (&server, &socket)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    open.push(from.try_clone().unwrap());
                    thread::spawn(move || pass(from, to));
                }
            }
        });
        proxy
    }

    /// Breaks what is open; new connections are closed at once until [`Proxy::mend`].
    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        for socket in self.open.lock().unwrap().drain(..) {
            // It may have ended by itself.
            let _ = socket.shutdown(Shutdown::Both);
        }
    }

    fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 << 10];
    let end: io::Result<()> = loop {
        match from.read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(count) => {
                if let Err(err) = to.write_all(&buffer[..count]) {
                    break Err(err);
                }
            }
            Err(err) => break Err(err),
        }
    };
    // Either way this direction is over.
    let _ = (end, to.shutdown(Shutdown::Both));
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, most: Duration) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        most.mul_f64((self.0 >> 40) as f64 / f64::from(1 << 24))
    }
}

/// Cuts and mends until told to stop; the link is whole when this returns.
fn break_at_random(proxy: &Proxy, done: &AtomicBool, longest: Duration) {
    let mut dice = Dice(7);
    while !done.load(Ordering::SeqCst) {
        thread::sleep(dice.up_to(Duration::from_millis(1500)));
        proxy.cut();
        thread::sleep(Duration::from_millis(100).max(dice.up_to(longest)));
        proxy.mend();
    }
}

#[test]
fn no_event_is_lost_over_a_link_that_breaks() {
    let (served, proxy) = behind_a_link();
    let token = served.token(ALL);
    let client = client(&format!("http://127.0.0.1:{}", proxy.port), &token);
    let slow = request(still(&client, 192, 192), ExecutionMode::Shadow);
    let record = client.dispatch(&slow).unwrap();
    let (heard, done) = (Heard::default(), AtomicBool::new(false));
    thread::scope(|scope| {
        let breaker = scope.spawn(|| break_at_random(&proxy, &done, longest_break()));
        let followed = client.run_follow(&record.id, 0, &heard);
        done.store(true, Ordering::SeqCst);
        breaker.join().unwrap();
        followed.unwrap();
    });
    let detail = client.run_get(&record.id).unwrap();
    assert_eq!(detail.record.state, RunState::Succeeded);
    assert_eq!(heard.assert_gap_free(), detail.record.last_seq);
    assert!(
        proxy.passed.load(Ordering::SeqCst) > 2,
        "the link never broke"
    );
}

#[test]
fn a_thousand_tries_with_one_key_over_a_link_that_breaks_make_one_run() {
    let (served, proxy) = behind_a_link();
    let token = served.token(ALL);
    let client = client(&format!("http://127.0.0.1:{}", proxy.port), &token);
    let once = DispatchRequest {
        idempotency_key: Some("the-only-one".to_owned()),
        ..request(quick_still(&client), ExecutionMode::Legacy)
    };
    let (done, runs) = (AtomicBool::new(false), Mutex::new(BTreeSet::new()));
    thread::scope(|scope| {
        let breaker = scope.spawn(|| break_at_random(&proxy, &done, Duration::from_millis(300)));
        let senders: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    for _ in 0..125 {
                        let record = client.dispatch(&once).unwrap();
                        runs.lock().unwrap().insert(record.id);
                    }
                })
            })
            .collect();
        let sent: Vec<_> = senders.into_iter().map(|sender| sender.join()).collect();
        done.store(true, Ordering::SeqCst);
        breaker.join().unwrap();
        assert!(sent.iter().all(Result::is_ok), "a dispatch failed");
    });
    assert_eq!(runs.lock().unwrap().len(), 1);
    let page = client.run_list(&RunQuery::default()).unwrap();
    assert_eq!(page.runs.len(), 1);
    let detail = client.follow_to_end(&page.runs[0], &()).unwrap();
    assert_eq!(detail.media_assets.len(), 1);
}
