//! The request loop: one JSON object per line in, one out.
//!
//! The loop ends with standard input, whatever the kernel is doing at that moment: a worker never
//! outlives its client.

use std::io::{BufRead, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use hartomat_cad::Stage;
use hartomat_cad::protocol::{EXIT_OK, FailureKind, Reply, Request, STAGE_PREFIX};
use serde_json::Value;

#[cfg(occt)]
use crate::kernel::Kernel;
#[cfg(not(occt))]
use crate::no_kernel::Kernel;

/// A file that nobody asked for again is forgotten after this time.
const IDLE: Duration = Duration::from_secs(60);

/// Why a request has no result.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) stage: Stage,
    pub(crate) message: String,
}

/// Tells the client what is being done, so that a crash names its stage.
pub(crate) fn report(stage: Stage) {
    let _closed = writeln!(std::io::stderr(), "{STAGE_PREFIX}{stage}");
}

/// Answers requests until standard input ends.
///
/// # Errors
/// When standard output is closed.
pub fn serve(threads: usize) -> std::io::Result<()> {
    let (sender, requests) = channel::<String>();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { break };
            if sender.send(line).is_err() {
                break;
            }
        }
        // The kernel may be busy for long; nobody waits for it any more.
        let _alive =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        std::process::exit(EXIT_OK);
    });
    report(Stage::Start);
    let mut kernel = Kernel::start(threads);
    loop {
        match requests.recv_timeout(IDLE) {
            Ok(line) => answer(&mut kernel, &line)?,
            Err(RecvTimeoutError::Timeout) => kernel.forget(),
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn answer(kernel: &mut Kernel, line: &str) -> std::io::Result<()> {
    let (id, reply) = match serde_json::from_str::<Value>(line) {
        Ok(value) => (
            value.get("id").cloned().unwrap_or(Value::Null),
            reply_to(kernel, value),
        ),
        Err(err) => (
            Value::Null,
            broken(format!("the request is no JSON: {err}")),
        ),
    };
    let mut value = serde_json::to_value(&reply)?;
    value["id"] = id;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}")?;
    out.flush()
}

fn reply_to(kernel: &mut Kernel, mut value: Value) -> Reply {
    if let Some(body) = value.as_object_mut() {
        body.remove("id");
    }
    match serde_json::from_value::<Request>(value) {
        Ok(request) => kernel
            .handle(&request)
            .unwrap_or_else(|failure| Reply::Failure {
                kind: failure.kind,
                stage: failure.stage,
                message: failure.message,
            }),
        Err(err) => broken(format!("the request is unknown: {err}")),
    }
}

fn broken(message: String) -> Reply {
    Reply::Failure {
        kind: FailureKind::Broken,
        stage: Stage::Start,
        message,
    }
}
