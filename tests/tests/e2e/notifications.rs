//! Messages that leave the studio: by e-mail and by signed requests, once each, and only what legacy or an
//! authoritative graph has delivered.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use hartomat_api::{
    Backend as _, DispatchRequest, FileSource, RunDetail, SubjectSource, WorkflowSource,
};
use hartomat_app::{DataDir, Studio, StudioOptions, set_notification_settings};
use hartomat_schema::{
    ExecutionMode, Message, MessageState, ProcessIdentity, RunEventKind, Timestamp, WorkflowId,
};
use hartomat_store::{LegacyDb, OpenOptions};
use serde_json::{Value, json};

use crate::studio::sample;

const SECRET: &str = "a secret that nobody may read";
const LONG: Duration = Duration::from_secs(60);

/// A request as it came in: its head and its body.
type Request = (String, String);

/// A server of the web that gives these answers, one after the other, and the last for good.
fn web(answers: &'static [&'static str]) -> (u16, Receiver<Request>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    thread::spawn(move || {
        let mut answers = answers.iter();
        let mut answer = "";
        for stream in listener.incoming() {
            answer = answers.next().copied().unwrap_or(answer);
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut head, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                if let Some(found) = line.to_lowercase().strip_prefix("content-length:") {
                    length = found.trim().parse().unwrap();
                }
                head.push_str(&line.to_lowercase());
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            write!(
                stream,
                "HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
            if sender
                .send((head, String::from_utf8(body).unwrap()))
                .is_err()
            {
                break;
            }
        }
    });
    (port, requests)
}

/// A mail server that takes every letter.
fn mail() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, letters) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let mut letter = String::new();
            writeln!(stream, "220 test\r").unwrap();
            while let Some(Ok(line)) = lines.next() {
                let answer = match line.get(..4).unwrap_or_default() {
                    "EHLO" => "250 test",
                    "DATA" => {
                        writeln!(stream, "354 go on\r").unwrap();
                        while let Some(Ok(line)) = lines
                            .next()
                            .filter(|line| !matches!(line, Ok(it) if it == "."))
                        {
                            letter.push_str(&line);
                            letter.push('\n');
                        }
                        "250 taken"
                    }
                    "QUIT" => "221 bye",
                    _ => {
                        letter.push_str(&line);
                        letter.push('\n');
                        "250 ok"
                    }
                };
                if writeln!(stream, "{answer}\r").is_err() {
                    break;
                }
            }
            if sender.send(letter).is_err() {
                break;
            }
        }
    });
    (port, letters)
}

fn open(folder: &std::path::Path) -> Arc<Studio> {
    Studio::open(&StudioOptions::in_process(DataDir::new(folder))).unwrap()
}

fn run(studio: &Studio, mode: ExecutionMode) -> RunDetail {
    let id = WorkflowId::literal("canonical-still");
    let mut workflow = studio.workflow_get(&id).unwrap().workflow;
    let still = workflow
        .nodes
        .iter_mut()
        .find(|it| it.id.as_str() == "still");
    let small = json!({ "width_px": 16, "height_px": 16, "samples": 1 });
    still
        .unwrap()
        .settings
        .extend(small.as_object().cloned().unwrap());
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    let request = DispatchRequest {
        mode: Some(mode),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    };
    studio.run_to_end(&request, &()).unwrap()
}

fn to<'a>(run: &'a RunDetail, target: &str) -> &'a Message {
    let of_target: Vec<_> = run
        .messages
        .iter()
        .filter(|it| it.target.as_str() == target)
        .collect();
    assert_eq!(of_target.len(), 1, "{target}: {:#?}", run.messages);
    of_target[0]
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let mut lines = request.0.lines();
    let line = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.unwrap_or_else(|| panic!("no {name} in {}", request.0))
        .trim()
}

#[test]
fn each_target_is_told_once_and_a_failure_is_seen_on_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("key");
    std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
    let secret = format!("file:{}", secret.display());
    let (web_port, requests) = web(&["503 Busy", "204 Taken"]);
    let (moved_port, _moved) = web(&["302 Moved"]);
    let (mail_port, letters) = mail();
    let data = DataDir::new(folder.path().join("data"));
    let url = |port: u16| format!("http://127.0.0.1:{port}/hook");
    let targets = json!({ "first_retry_ms": 10, "targets": [
        { "id": "shop", "channel": "webhook", "url": url(web_port), "secret": secret, "allow_private": true },
        { "id": "moved", "channel": "webhook", "url": url(moved_port), "secret": secret, "allow_private": true },
        { "id": "inside", "channel": "webhook", "url": "https://localhost/hook", "secret": secret },
        { "id": "people", "channel": "email", "server": "127.0.0.1", "port": mail_port,
          "encryption": "none", "from": "studio@example.com", "to": ["{requested_by}", "ada@example.com"] },
        { "id": "others", "channel": "desktop", "order_lines": ["of somebody else"] },
        { "id": "shell", "channel": "desktop" },
    ]});
    set_notification_settings(&data, &targets).unwrap();
    let studio = open(data.path());
    let ended = run(&studio, ExecutionMode::Shadow);
    let id = ended.record.id.clone();
    // Two tries of the shop, by one id, and both are signed.
    let tries = [
        requests.recv_timeout(LONG).unwrap(),
        requests.recv_timeout(LONG).unwrap(),
    ];
    for request in &tries {
        assert_eq!(
            header(request, "hartomat-message"),
            to(&ended, "shop").id.as_str()
        );
        let signed = format!("{}.{}", header(request, "hartomat-timestamp"), request.1);
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
        let hex = header(request, "hartomat-signature")
            .strip_prefix("v1=")
            .unwrap();
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let tag: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
        ring::hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
        let body: Value = serde_json::from_str(&request.1).unwrap();
        assert_eq!(
            (&body["run"], &body["subject"]),
            (&json!(id), &json!("flange_bracket.png is ready"))
        );
        assert_eq!(body["media_assets"], json!([ended.media_assets[0].id]));
    }
    while !studio.settle_messages(LONG)
        || to(&studio.run_get(&id).unwrap(), "shop").state != MessageState::Sent
    {
        thread::sleep(Duration::from_millis(10));
    }
    let ended = studio.run_get(&id).unwrap();
    assert_eq!((to(&ended, "shop").attempts, ended.messages.len()), (2, 5));
    let letter = letters.recv_timeout(LONG).unwrap();
    for part in [
        "RCPT TO:<ada@example.com>",
        "Subject: flange_bracket.png is ready",
        id.as_str(),
    ] {
        assert!(letter.contains(part), "{part}: {letter}");
    }
    assert_eq!(to(&ended, "people").state, MessageState::Sent);
    assert_eq!(to(&ended, "shell").state, MessageState::Sent);
    for (target, why) in [
        ("moved", "redirections are not followed"),
        ("inside", "leads to the private address"),
    ] {
        let message = to(&ended, target);
        assert_eq!(message.state, MessageState::Failed, "{target}");
        assert!(message.sentence().contains(why), "{}", message.sentence());
    }
    let told = studio.run_events(&id, 0, 1000).unwrap().events;
    let told = told
        .iter()
        .filter(|event| matches!(event.kind, RunEventKind::Told { .. }));
    assert_eq!(told.count(), 6, "one for each try");
    // Nothing more, whoever looks, and the secret nowhere.
    assert!(requests.try_recv().is_err() && letters.try_recv().is_err());
    let shown =
        serde_json::to_string(&(&ended, studio.notification_target_list().unwrap())).unwrap();
    assert!(!shown.contains(SECRET));
}

#[test]
fn a_restart_goes_on_with_what_was_being_sent() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::new(folder.path().join("data"));
    let (port, requests) = web(&["500 Broken"]);
    let secret = folder.path().join("key");
    std::fs::write(&secret, SECRET).unwrap();
    let targets = |port: u16| {
        let url = format!("http://127.0.0.1:{port}/");
        let secret = format!("file:{}", secret.display());
        json!({ "first_retry_ms": 86_400_000, "targets": [
            { "id": "shop", "channel": "webhook", "url": url, "secret": secret, "allow_private": true },
        ]})
    };
    set_notification_settings(&data, &targets(port)).unwrap();
    let studio = open(data.path());
    let ended = run(&studio, ExecutionMode::Legacy);
    requests.recv_timeout(LONG).unwrap();
    assert_eq!(to(&ended, "shop").state, MessageState::Waiting);
    drop(studio);
    // As a process leaves it that is killed in the middle of an attempt.
    let path = data.path().join("legacy.db");
    let (db, _) = LegacyDb::open(&path, &OpenOptions::default()).unwrap();
    let gone = ProcessIdentity {
        pid: 1,
        started: 1,
        boot: "an earlier one".to_owned(),
    };
    let later = Timestamp(i64::MAX);
    assert!(db.message_claim(later, &gone).unwrap().is_some());
    drop(db);
    let (port, requests) = web(&["500 Broken", "204 Taken"]);
    set_notification_settings(&data, &targets(port)).unwrap();
    let mut due = LegacyDb::open(&path, &OpenOptions::default())
        .unwrap()
        .0
        .message_get(&to(&ended, "shop").id)
        .unwrap()
        .unwrap();
    due.due_at = due.at;
    LegacyDb::open(&path, &OpenOptions::default())
        .unwrap()
        .0
        .message_put(&due)
        .unwrap();
    let studio = open(data.path());
    let request = requests.recv_timeout(LONG).unwrap();
    assert_eq!(
        header(&request, "hartomat-message"),
        to(&ended, "shop").id.as_str()
    );
    assert!(studio.settle_messages(LONG));
    let ended = studio.run_get(&ended.record.id).unwrap();
    let message = to(&ended, "shop");
    assert_eq!(
        (message.state, message.attempts),
        (MessageState::Waiting, 2)
    );
    // Nobody has to wait for tomorrow.
    studio.message_retry(&message.id).unwrap();
    let again = requests.recv_timeout(LONG).unwrap();
    assert_eq!(header(&again, "hartomat-message"), message.id.as_str());
    assert!(studio.settle_messages(LONG));
    let ended = studio.run_get(&ended.record.id).unwrap();
    assert_eq!(to(&ended, "shop").state, MessageState::Sent);
}

#[test]
fn targets_with_secrets_in_them_or_typos_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = DataDir::new(folder.path());
    for (target, why) in [
        (
            json!({ "id": "a", "channel": "webhook", "url": "https://example.com", "secret": "hunter2" }),
            "file:",
        ),
        (
            json!({ "id": "a", "channel": "webhook", "url": "http://example.com", "secret": "env:KEY" }),
            "https",
        ),
        (
            json!({ "id": "a", "channel": "desktop", "output_type": "still" }),
            "the channel `desktop` has no `output_type`",
        ),
        (
            json!({ "id": "a", "channel": "email", "server": "mail", "from": "nobody", "to": ["a@b.c"] }),
            "write it as `name@example.com`",
        ),
        (
            json!({ "id": "a", "channel": "email", "server": "mail", "from": "a@b.c", "to": ["a@b.c"],
                 "encryption": "none", "user": "me", "password": "env:KEY" }),
            "in the clear",
        ),
    ] {
        let refused =
            set_notification_settings(&data, &json!({ "targets": [target] })).unwrap_err();
        let said = format!("{} {:?}", refused.message, refused.diagnostics);
        assert!(said.contains(why) && !said.contains("hunter2"), "{said}");
    }
}
