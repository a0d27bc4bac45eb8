//! Who has no right, and what is meant for somebody else: refused on every route and every method.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use hartomat_api::http::{Route, routes};
use hartomat_schema::Scope;

use crate::support::{ALL, Served, ask, ask_with};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];

/// Failed logins are counted; here there are many on purpose.
const PATIENT: &str = "[limits]\nfailed_logins_per_minute = 1000000\n";

fn address(served: &Served, route: &Route) -> String {
    served.url() + &route.address(&["sha256:0", "1"])
}

#[test]
fn without_a_token_or_with_a_foreign_or_revoked_one_nothing_answers() {
    let served = Served::with_config(PATIENT);
    let revoked = served.token(ALL);
    revoke_the_token(&served);
    let other = Served::start();
    let foreign = other.token(ALL);
    for route in routes() {
        for method in METHODS {
            for token in [None, Some("hm_wrong"), Some(&*foreign), Some(&*revoked)] {
                let (status, body) = ask(&address(&served, route), method, token, None);
                assert_eq!(status, 401, "{method} {}", route.path);
                assert!(method == "HEAD" || body["kind"] == "unauthorized", "{body}");
            }
        }
    }
}

/// Revokes the one token that a server has.
fn revoke_the_token(served: &Served) {
    let listed = crate::support::output(&mut served.command(&["--json", "token", "list"]));
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).unwrap();
    let id = listed
        .pointer("/data/0/id")
        .and_then(|id| id.as_str())
        .unwrap();
    let gone = crate::support::output(&mut served.command(&["token", "revoke", id]));
    assert!(gone.status.success());
}

#[test]
fn whoever_follows_events_hears_no_more_once_their_token_is_revoked() {
    let served = Served::start();
    let token = served.token("read");
    let mut socket = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    let head = format!(
        "GET /v1/events HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\n\
         connection: close\r\n\r\n",
        served.port(),
    );
    socket.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    socket.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
    revoke_the_token(&served);
    let revoked = Instant::now();
    // Signs of life come every 10 s.
    while socket.read(&mut [0; 512]).unwrap() > 0 {
        assert!(
            revoked.elapsed() < Duration::from_secs(45),
            "it still hears"
        );
    }
}

#[test]
fn a_token_reaches_as_far_as_its_scopes() {
    let served = Served::start();
    let tokens: Vec<_> = Scope::ALL
        .iter()
        .map(|scope| (*scope, served.token(scope.as_str())))
        .collect();
    for route in routes() {
        for (scope, token) in tokens.iter().filter(|(scope, _)| *scope != route.scope) {
            let method = route.method.as_str();
            let (status, body) = ask(&address(&served, route), method, Some(token), None);
            assert_eq!(status, 403, "{scope}: {method} {}: {body}", route.path);
            let message = body["message"].as_str().unwrap_or_default();
            assert!(message.contains(route.scope.as_str()), "{message}");
        }
    }
}

#[test]
fn what_is_meant_for_another_host_or_comes_from_another_page_is_refused() {
    let served = Served::start();
    let bearer = (
        "authorization".to_owned(),
        format!("Bearer {}", served.token(ALL)),
    );
    let own = format!("127.0.0.1:{}", served.port());
    let with = |name: &str, value: &str| vec![bearer.clone(), (name.to_owned(), value.to_owned())];
    for route in routes() {
        for method in METHODS {
            for host in ["example.com", "example.com:8787", "127.0.0.1"] {
                let (status, _) =
                    ask_with(&address(&served, route), method, &with("host", host), None);
                assert_eq!(status, 421, "{method} {} for {host}", route.path);
            }
            for origin in ["null", "https://example.com", "http://127.0.0.1:1"] {
                let (status, _) = ask_with(
                    &address(&served, route),
                    method,
                    &with("origin", origin),
                    None,
                );
                assert_eq!(status, 403, "{method} {} from {origin}", route.path);
            }
        }
    }
    let health = served.url() + "/v1/health";
    let ours = with("origin", &format!("http://{own}"));
    assert_eq!(ask_with(&health, "GET", &ours, None).0, 200);
}

#[test]
fn addresses_and_methods_that_do_not_exist_say_so() {
    let served = Served::start();
    let token = served.token(ALL);
    let (status, body) = ask(&(served.url() + "/v1/nothing"), "GET", Some(&token), None);
    assert_eq!((status, body["kind"].as_str()), (404, Some("not_found")));
    let (status, _) = ask(&(served.url() + "/v1/health"), "DELETE", Some(&token), None);
    assert_eq!(status, 405);
}

#[test]
fn a_body_that_is_too_large_is_refused_before_it_is_sent() {
    let served = Served::start();
    let token = served.token(ALL);
    let before = resident_kb(served.pid());
    for route in routes().iter().filter(|route| route.max_body_bytes > 0) {
        let mut socket = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
        socket
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let head = format!(
            "{} {}{} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            route.method.as_str(),
            route.address(&[
                "sha256:0000000000000000000000000000000000000000000000000000000000000000"
            ]),
            route.query.map_or("", |_| "?offset=0&total=1"),
            served.port(),
            route.max_body_bytes + 1,
        );
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413", "{}", route.path);
    }
    endless_body(&served, &token);
    let grown = resident_kb(served.pid()).saturating_sub(before);
    assert!(grown < 64 << 10, "it took {grown} kB to refuse");
}

/// A body that doesn't say how long it is, and doesn't end.
fn endless_body(served: &Served, token: &str) {
    let mut socket = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    socket
        .set_write_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "POST /v1/validations HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        served.port(),
    );
    socket.write_all(head.as_bytes()).unwrap();
    let chunk = format!("100000\r\n{}\r\n", " ".repeat(1 << 20));
    // 16 MiB are taken; the server hangs up some time after.
    for _ in 0..64 {
        if socket.write_all(chunk.as_bytes()).is_err() {
            return;
        }
    }
    let mut answer = [0; 12];
    let answered = socket.read_exact(&mut answer);
    assert!(answered.is_err() || &answer == b"HTTP/1.1 413");
}

fn resident_kb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap()
}
