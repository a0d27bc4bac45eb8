//! Clients that are slow on purpose: their connections are closed, and others are served meanwhile.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::{ALL, Served, ask};

/// Within which all of them are closed.
const CLOSED_WITHIN: Duration = Duration::from_secs(15);

#[test]
fn two_hundred_slow_sockets_are_closed_while_others_are_served() {
    let served = Served::start();
    let token = served.token(ALL);
    let began = Instant::now();
    let mut sockets: Vec<TcpStream> = (0..200)
        .map(|number| {
            let mut socket = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
            // A third is silent, a third stops in the head, a third drips headers.
            match number % 3 {
                0 => {}
                1 => socket.write_all(b"GET /v1/health HT").unwrap(),
                _ => socket.write_all(b"GET /v1/health HTTP/1.1\r\n").unwrap(),
            }
            socket
        })
        .collect();
    let (status, _) = ask(&(served.url() + "/v1/health"), "GET", Some(&token), None);
    assert_eq!(status, 200);
    while !sockets.is_empty() {
        assert!(
            began.elapsed() < CLOSED_WITHIN,
            "{} sockets are still open",
            sockets.len()
        );
        std::thread::sleep(Duration::from_millis(500));
        sockets.retain_mut(is_open);
        for socket in &mut sockets {
            // One that was just closed is found out in the next round.
            let _ = socket.write_all(b"x: y\r\n");
        }
    }
}

#[test]
fn slow_uploads_keep_nobody_else_waiting() {
    let served = Served::start();
    let token = served.token(ALL);
    let sockets: Vec<TcpStream> = (0..600)
        .map(|number: u32| {
            let mut socket = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
            let digest = hartomat_schema::Digest::of(&number.to_le_bytes());
            let head = format!(
                "PATCH /v1/uploads/{digest}?offset=0&total=1000000 HTTP/1.1\r\n\
                 host: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\n\
                 content-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\nx",
                served.port(),
            );
            socket.write_all(head.as_bytes()).unwrap();
            socket
        })
        .collect();
    for _ in 0..20 {
        let (status, _) = ask(&(served.url() + "/v1/health"), "GET", Some(&token), None);
        assert_eq!(status, 200);
    }
    drop(sockets);
}

#[test]
fn a_body_that_does_not_end_keeps_nobody_else_waiting() {
    let served = Served::start();
    let token = served.token(ALL);
    let mut slow = TcpStream::connect(("127.0.0.1", served.port())).unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "POST /v1/validations HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{{\r\n",
        served.port(),
    );
    slow.write_all(head.as_bytes()).unwrap();
    // It has arrived before the other asks.
    std::thread::sleep(Duration::from_millis(500));
    let began = Instant::now();
    let url = served.url() + "/v1/validations";
    let (status, _) = ask(&url, "POST", Some(&token), Some(&serde_json::json!({})));
    assert_eq!(status, 422);
    assert!(began.elapsed() < Duration::from_secs(10));
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 408", "silence isn't waited for");
}

#[test]
fn one_address_takes_its_share_of_the_connections_and_no_more() {
    let served = Served::with_config("[limits]\nconnections_per_address = 3\n");
    let connect = || TcpStream::connect(("127.0.0.1", served.port())).unwrap();
    let mut held: Vec<TcpStream> = (0..3).map(|_| connect()).collect();
    let mut fourth = connect();
    let began = Instant::now();
    while is_open(&mut fourth) {
        assert!(began.elapsed() < CLOSED_WITHIN);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(
        held.iter_mut().all(is_open),
        "the first three have their places"
    );
    drop(held);
    let served_again = || {
        let mut socket = connect();
        socket.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        socket.read(&mut [0; 8]).is_ok_and(|read| read == 8)
    };
    while !served_again() {
        assert!(
            began.elapsed() < 2 * CLOSED_WITHIN,
            "a place that is left is free again"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_open(socket: &mut TcpStream) -> bool {
    socket.set_nonblocking(true).unwrap();
    let mut buffer = [0; 512];
    loop {
        match socket.read(&mut buffer) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(err) => return err.kind() == ErrorKind::WouldBlock,
        }
    }
}
