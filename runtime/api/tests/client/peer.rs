//! A peer that answers each request as a test says, byte by byte, over real connections.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// Method and path without the query.
    pub(crate) fn what(&self) -> String {
        let path = self.target.split('?').next().unwrap();
        format!("{} {path}", self.method)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// A connection that waits for its answer. Dropping it without one cuts it.
pub(crate) struct Line {
    stream: TcpStream,
    is_over: Arc<AtomicBool>,
}

impl Line {
    /// A whole answer.
    pub(crate) fn answer(&mut self, status: u16, headers: &[(&str, &str)], body: &[u8]) {
        let length = body.len().to_string();
        let mut all = vec![("content-length", &*length)];
        all.extend(headers);
        self.head(status, &all);
        self.write(body);
    }

    pub(crate) fn json(&mut self, status: u16, value: &impl Serialize) {
        let body = serde_json::to_vec(value).unwrap();
        self.answer(status, &[("content-type", "application/json")], &body);
    }

    /// The head of an answer; the body is whatever is written until the connection closes.
    pub(crate) fn head(&mut self, status: u16, headers: &[(&str, &str)]) {
        let mut head = format!("HTTP/1.1 {status} Status\r\nconnection: close\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        self.write(head.as_bytes());
    }

    pub(crate) fn events(&mut self) {
        self.head(200, &[("content-type", "text/event-stream")]);
    }

    pub(crate) fn event(&mut self, name: &str, id: Option<u64>, data: &impl Serialize) {
        let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
        let data = serde_json::to_string(data).unwrap();
        self.write(format!("{id}event: {name}\ndata: {data}\n\n").as_bytes());
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) {
        // The other side may have gone, which some tests are about.
        let _ = self
            .stream
            .write_all(bytes)
            .and_then(|()| self.stream.flush());
    }

    /// Keeps the connection open and silent until the test is over.
    pub(crate) fn hang(self) {
        while !self.is_over.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

pub(crate) struct Peer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    is_over: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Peer {
    /// Answers each request with a function that gets it and its number among equal ones (same method
    /// and path), from 1.
    pub(crate) fn start(answer: impl Fn(&Seen, usize, Line) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let is_over = Arc::new(AtomicBool::new(false));
        let answer = Arc::new(answer);
        let (shared, over) = (seen.clone(), is_over.clone());
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let (seen, over, answer) = (shared.clone(), over.clone(), answer.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &seen, over, answer.as_ref()));
            }
        });
        Self {
            address,
            seen,
            is_over,
            listening: Some(listening),
        }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Method and path of each request so far.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.seen().iter().map(Seen::what).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the listener.
        let _ = TcpStream::connect(self.address);
        if let Some(listening) = self.listening.take() {
            listening.join().unwrap();
        }
    }
}

fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<Seen>>,
    is_over: Arc<AtomicBool>,
    answer: &(impl Fn(&Seen, usize, Line) + ?Sized),
) {
    let Some(request) = read_request(&stream) else {
        return;
    };
    let number = {
        let mut seen = seen.lock().unwrap();
        let what = request.what();
        seen.push(request.clone());
        seen.iter().filter(|other| other.what() == what).count()
    };
    answer(&request, number, Line { stream, is_over });
}

fn read_request(stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    while let Some(header) = line() {
        let (name, value) = header.split_once(':')?;
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Seen {
        method,
        target,
        headers,
        body,
    })
}
