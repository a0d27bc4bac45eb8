//! Following: each event once, in order, without gaps, whatever happens to the link.

use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hartomat_api::{
    ApiError, Backend, ErrorKind, EventPage, FeedObserver, FeedPage, HttpClient, Link, RunObserver,
};
use hartomat_schema::{FeedEntry, LogLine, NodeId, RunEvent, RunState, Side, Timestamp};
use serde_json::json;

use crate::fixtures::{client, event, options, run_id};
use crate::peer::{Line, Peer, Seen};

/// Writes down what it hears.
#[derive(Default)]
struct Diary {
    lines: Mutex<Vec<String>>,
    /// Whether to stop once the link is lost.
    gives_up: bool,
    has_enough: AtomicBool,
}

impl Diary {
    fn note(&self, line: impl Into<String>) {
        self.lines.lock().unwrap().push(line.into());
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    fn note_link(&self, link: &Link) {
        match link {
            Link::Up => self.note("up"),
            Link::StaleSince(at, why) => {
                assert!(at.0 > 1_600_000_000_000 && !why.is_empty(), "{at:?} {why}");
                self.note("stale");
                self.has_enough.fetch_or(self.gives_up, Ordering::SeqCst);
            }
        }
    }
}

impl RunObserver for Diary {
    fn event(&self, event: &RunEvent) {
        self.note(event.seq.to_string());
    }

    fn log(&self, line: &LogLine) {
        self.note(format!("log {}", line.text));
    }

    fn progress(&self, side: Side, node: Option<&NodeId>, share: f64, message: &str) {
        self.note(format!("{side:?} {} {share} {message}", node.unwrap()));
    }

    fn link(&self, link: &Link) {
        self.note_link(link);
    }

    fn wants_more(&self) -> bool {
        !self.has_enough.load(Ordering::SeqCst)
    }
}

impl FeedObserver for Diary {
    fn entry(&self, entry: &FeedEntry) {
        self.note(entry.ord.to_string());
        self.has_enough.fetch_or(entry.ord >= 100, Ordering::SeqCst);
    }

    fn link(&self, link: &Link) {
        self.note_link(link);
    }

    fn wants_more(&self) -> bool {
        !self.has_enough.load(Ordering::SeqCst)
    }
}

fn is_stream(seen: &Seen) -> bool {
    seen.target.ends_with("/events")
}

fn send(line: &mut Line, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        line.event("journal", Some(number), &event(number));
    }
}

fn end(line: &mut Line) {
    line.event("end", None, &json!({}));
}

fn page(from: u64, to: u64) -> EventPage {
    EventPage {
        events: (from..=to).map(event).collect(),
        last_seq: 9,
        state: RunState::Running,
        goes_on: false,
    }
}

#[test]
fn a_broken_stream_goes_on_where_it_stopped() {
    let peer = Peer::start(|_, number, mut line| match number {
        1 => {
            line.events();
            send(&mut line, 1..=2);
            // The beginning of an event, and then nothing more.
            line.write(b"id: 3\nevent: journal\ndata: {\"seq\": 3, \"at\"");
        }
        2 => drop(line),
        3 => line.answer(503, &[("retry-after", "0")], b""),
        4 => line.json(500, &ApiError::new(ErrorKind::Internal, "a disk gave out")),
        5 => line.answer(200, &[("content-type", "text/html")], b"sign in"),
        6 => line.answer(302, &[("location", "/sign-in")], b""),
        _ => {
            line.events();
            // Some were heard before.
            send(&mut line, [2, 2, 3, 1, 4]);
            end(&mut line);
        }
    });
    let diary = Diary::default();
    client(&peer.address())
        .run_follow(&run_id(), 0, &diary)
        .unwrap();
    assert_eq!(diary.lines(), ["1", "2", "stale", "up", "3", "4"]);
    let ids: Vec<_> = peer
        .seen()
        .iter()
        .map(|seen| seen.header("last-event-id").unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["0", "2", "2", "2", "2", "2", "2"]);
}

#[test]
fn a_gap_is_filled_from_the_journal() {
    let peer = Peer::start(|seen, number, mut line| {
        if is_stream(seen) {
            line.events();
            send(&mut line, [1, 5, 6]);
            end(&mut line);
        } else {
            // In pages, the first after a lost answer, the last with more than was missing.
            match number {
                1 => drop(line),
                2 => line.json(200, &page(2, 2)),
                _ => line.json(200, &page(3, 5)),
            }
        }
    });
    let diary = Diary::default();
    client(&peer.address())
        .run_follow(&run_id(), 0, &diary)
        .unwrap();
    assert_eq!(diary.lines(), ["1", "2", "3", "4", "5", "6"]);
    let asked: Vec<_> = peer
        .seen()
        .iter()
        .filter_map(|seen| seen.query("after").map(str::to_owned))
        .collect();
    assert_eq!(asked, ["1", "1", "2"]);
}

#[test]
fn a_gap_that_nobody_can_fill_is_an_error_and_not_passed_over() {
    let peer = Peer::start(|seen, _, mut line| {
        if is_stream(seen) {
            line.events();
            send(&mut line, [1, 5]);
            line.hang();
        } else {
            line.json(200, &page(4, 5));
        }
    });
    let diary = Diary::default();
    let err = client(&peer.address())
        .run_follow(&run_id(), 0, &diary)
        .unwrap_err();
    assert_eq!(err.kind, ErrorKind::Internal);
    assert!(err.message.contains("between event 1 and event 4"), "{err}");
    assert_eq!(diary.lines(), ["1"]);
}

#[test]
fn silence_is_a_lost_link_and_signs_of_life_are_none() {
    let peer = Peer::start(|_, number, mut line| {
        line.events();
        match number {
            1 => {
                for seq in 1..=4 {
                    // Longer than the limit in all, and never as long at a time.
                    for _ in 0..10 {
                        std::thread::sleep(Duration::from_millis(60));
                        line.write(b": still here\n\n");
                    }
                    send(&mut line, [seq]);
                }
                line.hang();
            }
            _ => {
                send(&mut line, [5]);
                end(&mut line);
            }
        }
    });
    let mut options = options(&peer.address());
    options.idle_timeout = Duration::from_secs(2);
    let diary = Diary::default();
    let client = HttpClient::connect(options).unwrap();
    client.run_follow(&run_id(), 0, &diary).unwrap();
    assert_eq!(diary.lines(), ["1", "2", "3", "4", "stale", "up", "5"]);
}

#[test]
fn what_is_for_show_is_shown_and_what_is_new_left_out() {
    let peer = Peer::start(|_, _, mut line| {
        line.events();
        let log = LogLine {
            seq: 1,
            at: Timestamp(5),
            side: Side::Candidate,
            node: None,
            level: hartomat_schema::LogLevel::Info,
            text: "hello".to_owned(),
        };
        line.event("log", None, &log);
        let progress =
            json!({ "side": "candidate", "node": "still", "share": 0.5, "message": "half" });
        line.event("progress", None, &progress);
        line.event("weather", None, &json!("fine"));
        line.event("log", None, &json!("of another shape"));
        end(&mut line);
    });
    let diary = Diary::default();
    client(&peer.address())
        .run_follow(&run_id(), 0, &diary)
        .unwrap();
    assert_eq!(diary.lines(), ["log hello", "Candidate still 0.5 half"]);
}

#[test]
fn only_a_definite_answer_ends_it() {
    for (status, kind) in [
        (401, ErrorKind::Unauthorized),
        (403, ErrorKind::Forbidden),
        (404, ErrorKind::NotFound),
        (422, ErrorKind::InvalidInput),
    ] {
        let peer = Peer::start(move |_, number, mut line| match number {
            1 => drop(line),
            _ => line.answer(status, &[], b""),
        });
        let diary = Diary::default();
        let err = client(&peer.address())
            .run_follow(&run_id(), 0, &diary)
            .unwrap_err();
        assert_eq!(err.kind, kind);
        assert_eq!(diary.lines(), ["stale"]);
        assert_eq!(peer.heard().len(), 2);
    }
}

#[test]
fn whoever_has_enough_is_let_go_also_while_the_link_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let diary = Diary {
        gives_up: true,
        ..Diary::default()
    };
    client(&address).run_follow(&run_id(), 0, &diary).unwrap();
    assert_eq!(diary.lines(), ["stale"]);

    // While nothing is heard, and while the head of an answer is waited for.
    for has_head in [true, false] {
        let peer = Peer::start(move |_, _, mut line| {
            if has_head {
                line.events();
            }
            line.hang();
        });
        let diary = Diary::default();
        std::thread::scope(|scope| {
            let client = client(&peer.address());
            let following = scope.spawn({
                let diary = &diary;
                move || client.run_follow(&run_id(), 0, diary)
            });
            while peer.heard().is_empty() {
                std::thread::sleep(Duration::from_millis(5));
            }
            diary.has_enough.store(true, Ordering::SeqCst);
            following.join().unwrap().unwrap();
        });
    }
}

/// Asks the client back from inside an event.
struct Curious<'a> {
    client: &'a HttpClient,
    answers: Mutex<usize>,
}

impl RunObserver for Curious<'_> {
    fn event(&self, _event: &RunEvent) {
        assert!(self.client.material_list().is_ok());
        *self.answers.lock().unwrap() += 1;
    }
}

#[test]
fn an_observer_may_ask_the_client_back() {
    let peer = Peer::start(|seen, _, mut line| {
        if is_stream(seen) {
            line.events();
            send(&mut line, 1..=3);
            end(&mut line);
        } else {
            line.json(200, &json!([]));
        }
    });
    let client = client(&peer.address());
    let curious = Curious {
        client: &client,
        answers: Mutex::default(),
    };
    client.run_follow(&run_id(), 0, &curious).unwrap();
    assert_eq!(*curious.answers.lock().unwrap(), 3);
}

#[test]
fn the_feed_is_followed_over_gaps_of_either_kind() {
    let entry = |ord: u64| FeedEntry {
        ord,
        run: run_id(),
        event: event(1),
    };
    let peer = Peer::start(move |seen, number, mut line| {
        if !seen.target.ends_with("/v1/events") {
            // A repair has left 13 to 19 out for good.
            let entries = match seen.query("after") {
                Some("10") => vec![entry(11), entry(12)],
                _ => vec![entry(20)],
            };
            return line.json(200, &FeedPage { entries, last: 100 });
        }
        line.events();
        let numbers: &[u64] = match number {
            1 => &[9, 10],
            _ => &[20, 21, 100],
        };
        for ord in numbers {
            line.event("journal", Some(*ord), &entry(*ord));
        }
        if number > 1 {
            line.hang();
        }
    });
    let diary = Diary::default();
    client(&peer.address()).feed_follow(8, &diary).unwrap();
    let lines = diary.lines();
    assert_eq!(
        lines[..8],
        ["9", "10", "stale", "up", "11", "12", "20", "21"]
    );
    assert_eq!(lines.last().unwrap(), "100");
}
