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

#[test]
fn hostile_documents_take_bounded_memory() {
    let head = r#"{"schema":"hartomat.workflow/1","id":"a","name":"b","family":"cad_file","#;
    let node = |index: usize| {
        let comma = if index == 0 { "" } else { "," };
        format!(
            "{comma}{{\"id\":\"n{index}\",\"type\":\"t\",\"version\":1,\"settings\":{{\"a\":1,\"b\":2,\"c\":3}}}}"
        )
    };
    let edge = |index: usize| {
        let comma = if index == 0 { "" } else { "," };
        format!(
            "{comma}{{\"from\":{{\"node\":\"n{index}\",\"port\":\"p\"}},\"to\":{{\"node\":\"m\",\"port\":\"q\"}}}}"
        )
    };
    let large: String = (0..4_999).map(node).collect();
    let edges: String = (0..19_999).map(edge).collect();
    let documents: Vec<(&str, Vec<u8>)> = vec![
        (
            "largest",
            format!("{head}\"nodes\":[{large}],\"edges\":[{edges}]}}").into_bytes(),
        ),
        (
            "numbers",
            filled(
                &format!("{head}\"nodes\":[],\"edges\":[],\"x\":[0"),
                |_| ",0".to_owned(),
                "]}",
            ),
        ),
        (
            "objects",
            filled(
                &format!("{head}\"nodes\":[],\"edges\":[],\"x\":[0"),
                |_| ",{\"a\":1}".to_owned(),
                "]}",
            ),
        ),
        (
            "lists",
            filled(
                &format!("{head}\"nodes\":[],\"edges\":[],\"x\":[0"),
                |_| ",[]".to_owned(),
                "]}",
            ),
        ),
        (
            "keys",
            filled(
                &format!("{head}\"nodes\":[],\"edges\":[]"),
                |index| format!(",\"{index}\":1"),
                "}",
            ),
        ),
        (
            "texts",
            filled(
                &format!("{head}\"nodes\":[],\"edges\":[],\"x\":[0"),
                |_| ",\"a\"".to_owned(),
                "]}",
            ),
        ),
        (
            "nodes",
            filled(&format!("{head}\"edges\":[],\"nodes\":["), node, "]}"),
        ),
        (
            "wrong nodes",
            filled(
                &format!("{head}\"edges\":[],\"nodes\":[0"),
                |_| ",0".to_owned(),
                "]}",
            ),
        ),
        (
            "same keys",
            filled(
                &format!("{head}\"edges\":[],\"nodes\":[],\"x\":{{\"a\":0"),
                |_| ",\"a\":0".to_owned(),
                "}}",
            ),
        ),
        ("steps", filled("{\"steps\":[0", |_| ",{}".to_owned(), "]}")),
        ("brackets", vec![b'['; DOCUMENT_BYTES]),
        ("line breaks", vec![b'\n'; DOCUMENT_BYTES]),
        (
            "numbers below the limit",
            format!(
                "{head}\"nodes\":[],\"edges\":[],\"x\":[0{}]}}",
                ",0".repeat(260_000)
            )
            .into_bytes(),
        ),
        (
            "objects below the limit",
            format!(
                "{head}\"nodes\":[],\"edges\":[],\"x\":[0{}]}}",
                ",{\"a\":1}".repeat(32_000)
            )
            .into_bytes(),
        ),
        (
            "wrong nodes below the limit",
            format!(
                "{head}\"edges\":[],\"nodes\":[0{}]}}",
                ",{\"id\":1,\"type\":2}".repeat(4_900)
            )
            .into_bytes(),
        ),
        ("quotes", filled("{\"a\":\"", |_| "\\\"".to_owned(), "\"}")),
    ];
    let small = br#"{"schema":"hartomat.workflow/1","id":"a","name":"b","family":"cad_file","nodes":[],"edges":[]}"#;
    assert!(read_workflow(small).is_ok());
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = status_kib("VmRSS");
    for (name, bytes) in &documents {
        let start = Instant::now();
        let result = read_workflow(bytes);
        let millis = start.elapsed().as_millis();
        // The peak so far: freed memory may stay with the process.
        let taken = status_kib("VmHWM").saturating_sub(before);
        assert!(taken < LIMIT_KIB, "{name} takes {taken} KiB");
        let is_readable = matches!(
            *name,
            "largest" | "numbers below the limit" | "objects below the limit"
        );
        assert_eq!(
            result.is_ok(),
            is_readable,
            "{name}: {:?}",
            result.err().map(|found| found[0].to_string())
        );
        println!("{name:<28} {taken:>6} KiB {millis:>4} ms");
    }
}
