//! Hostile documents within the size limit take bounded memory. Alone in its binary, because it
//! reads the process's own peak.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::fs;
use std::time::Instant;

use hartomat_schema::read::limits::DOCUMENT_BYTES;
use hartomat_schema::read_workflow;

/// What reading may take beyond the document itself.
const LIMIT_KIB: usize = 64 << 10;

fn status_kib(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// `head`, then `part` as often as fits, then `tail`.
fn filled(head: &str, part: impl Fn(usize) -> String, tail: &str) -> Vec<u8> {
    let mut text = head.to_owned();
    let mut index = 0;
    loop {
        let part = part(index);
        if text.len() + part.len() + tail.len() > DOCUMENT_BYTES {
            break;
        }
        text.push_str(&part);
        index += 1;
    }
    text.push_str(tail);
    text.into_bytes()
}

const HEAD: &str = r#"{"schema":"hartomat.workflow/1","id":"a","name":"b","family":"cad_file","#;

fn comma(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}

fn node(index: usize) -> String {
    let comma = comma(index);
    format!(r#"{comma}{{"id":"n{index}","type":"t","version":1,"settings":{{"a":1,"b":2,"c":3}}}}"#)
}

fn edge(index: usize) -> String {
    let comma = comma(index);
    format!(r#"{comma}{{"from":{{"node":"n{index}","port":"p"}},"to":{{"node":"m","port":"q"}}}}"#)
}

/// Documents that are read, as large as they may be.
fn readable() -> Vec<(&'static str, Vec<u8>)> {
    let nodes: String = (0..4_999).map(node).collect();
    let edges: String = (0..19_999).map(edge).collect();
    let list = |part: &str, count: usize| {
        format!(
            r#"{HEAD}"nodes":[],"edges":[],"x":[0{}]}}"#,
            part.repeat(count)
        )
        .into_bytes()
    };
    let largest = format!(r#"{HEAD}"nodes":[{nodes}],"edges":[{edges}]}}"#);
    vec![
        ("nodes and edges", largest.into_bytes()),
        ("numbers below the limit", list(",0", 260_000)),
        ("objects below the limit", list(r#",{"a":1}"#, 32_000)),
    ]
}

/// Documents that are refused.
fn refused() -> Vec<(&'static str, Vec<u8>)> {
    let empty = r#""nodes":[],"edges":[]"#;
    let list = |part: &'static str| {
        filled(
            &format!(r#"{HEAD}{empty},"x":[0"#),
            |_| part.to_owned(),
            "]}",
        )
    };
    let nodes =
        |part: fn(usize) -> String| filled(&format!(r#"{HEAD}"edges":[],"nodes":["#), part, "]}");
    let wrong = r#",{"id":1,"type":2}"#.repeat(4_900);
    let keys = filled(
        &format!("{HEAD}{empty}"),
        |index| format!(r#","{index}":1"#),
        "}",
    );
    let same = filled(
        &format!(r#"{HEAD}{empty},"x":{{"a":0"#),
        |_| r#","a":0"#.to_owned(),
        "}}",
    );
    vec![
        ("numbers", list(",0")),
        ("objects", list(r#",{"a":1}"#)),
        ("lists", list(",[]")),
        ("texts", list(r#","a""#)),
        ("keys", keys),
        ("same keys", same),
        ("nodes", nodes(node)),
        (
            "nodes that are numbers",
            nodes(|index| format!("{}0", comma(index))),
        ),
        (
            "nodes of a wrong shape",
            format!(r#"{HEAD}"edges":[],"nodes":[0{wrong}]}}"#).into_bytes(),
        ),
        (
            "steps",
            filled(r#"{"steps":[0"#, |_| ",{}".to_owned(), "]}"),
        ),
        ("brackets", vec![b'['; DOCUMENT_BYTES]),
        ("line breaks", vec![b'\n'; DOCUMENT_BYTES]),
        (
            "a long text",
            filled(r#"{"a":""#, |_| r#"\""#.to_owned(), r#""}"#),
        ),
    ]
}

#[test]
fn hostile_documents_take_bounded_memory() {
    let documents = [readable(), refused()].concat();
    let readable = readable().len();
    let small = br#"{"schema":"hartomat.workflow/1","id":"a","name":"b","family":"cad_file","nodes":[],"edges":[]}"#;
    assert!(read_workflow(small).is_ok());
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status_kib("VmRSS");
    for (index, (name, bytes)) in documents.iter().enumerate() {
        let start = Instant::now();
        let result = read_workflow(bytes);
        let millis = start.elapsed().as_millis();
        // The peak so far: freed memory may stay with the process.
        let taken = status_kib("VmHWM").saturating_sub(before);
        assert!(taken < LIMIT_KIB, "{name} takes {taken} KiB");
        assert_eq!(
            result.is_ok(),
            index < readable,
            "{name}: {:?}",
            result.err().map(|found| found[0].to_string())
        );
        println!("{name:<28} {taken:>6} KiB {millis:>4} ms");
    }
}
