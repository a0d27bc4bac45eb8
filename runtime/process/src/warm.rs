//! A child that stays warm and answers requests, one JSON object per line.
//!
//! The child reads `{"id": n, …}` from standard input and writes `{"id": n, …}` to standard output;
//! one with `"more": true` tells something before the reply, and reaches the callback as the line that
//! it is, in order. Every other line that it writes is a log line. It must end when its standard input does, so that
//! it never outlives us. A child that breaks, lies or dawdles is stopped, and the next request
//! starts another.

use std::io::Write;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use crate::supervise::{Event, StdoutMode, Supervised};
use crate::{Cancel, End, Launch, Line, ProcessError, RequestError, Stream};

/// How long a child may take to end by itself.
const FAREWELL: Duration = Duration::from_millis(500);

/// Limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLimits {
    /// Longest wall time, start of the child included.
    pub wall: Duration,
    /// Resident memory of the child's group in bytes.
    pub memory_bytes: Option<u64>,
}

struct Live {
    supervised: Supervised,
    lines: Sender<Vec<u8>>,
    served: u64,
}

/// A program that answers requests, started when the first one comes.
pub struct WarmChild {
    launch: Launch,
    live: Option<Live>,
    next_id: u64,
}

impl WarmChild {
    /// A child that isn't started yet.
    pub fn new(launch: Launch) -> Self {
        Self {
            launch,
            live: None,
            next_id: 1,
        }
    }

    /// How many requests the running program has replied to.
    pub fn served(&self) -> u64 {
        self.live.as_ref().map_or(0, |live| live.served)
    }

    /// Starts the program, where it doesn't run, so that the next request finds it warm.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn warm_up(&mut self) -> Result<(), ProcessError> {
        self.forget_the_dead()?;
        if self.live.is_none() {
            let (supervised, stdin) = Supervised::start(&self.launch, true, StdoutMode::Protocol)?;
            let (lines, queue) = channel::<Vec<u8>>();
            if let Some(mut stdin) = stdin {
                std::thread::spawn(move || {
                    while let Ok(line) = queue.recv() {
                        if stdin.write_all(&line).and_then(|()| stdin.flush()).is_err() {
                            break;
                        }
                    }
                });
            }
            self.live = Some(Live {
                supervised,
                lines,
                served: 0,
            });
        }
        Ok(())
    }

    /// Sends a request and waits for its reply, without the `id`.
    ///
    /// # Errors
    /// When the child can't be started, ends, meets a limit or is cancelled before it replied.
    pub fn request(
        &mut self,
        mut body: Map<String, Value>,
        limits: RequestLimits,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&Line),
    ) -> Result<Map<String, Value>, RequestError> {
        let deadline = Instant::now() + limits.wall;
        self.warm_up()?;
        let id = self.next_id;
        self.next_id += 1;
        body.insert("id".to_owned(), id.into());
        let mut line = Value::Object(body).to_string().into_bytes();
        line.push(b'\n');
        let Some(live) = self.live.as_mut() else {
            unreachable!("warm_up leaves a live child")
        };
        // A child that is already gone is found by the loop.
        let _gone = live.lines.send(line);
        let end = loop {
            let mut heard = live
                .supervised
                .poll(on_line)
                .into_iter()
                .collect::<Vec<_>>();
            let ended = live.supervised.ended()?;
            if ended.is_some() {
                // What it wrote before its end counts, and may be the reply.
                let supervised = &mut live.supervised;
                supervised.drain(on_line, &mut |event| heard.push(event));
            }
            if heard.iter().any(|event| matches!(event, Event::Oversized)) {
                break End::OutputTooLarge;
            }
            for event in heard {
                if let Some(reply) = reply_to(id, event, on_line) {
                    live.served += 1;
                    return Ok(reply);
                }
            }
            if let Some(end) = ended {
                break end;
            } else if cancel.is_cancelled() {
                break End::Cancelled;
            } else if Instant::now() >= deadline {
                break End::TimedOut(limits.wall);
            } else if let Some(end) = live.supervised.is_over_memory(limits.memory_bytes) {
                break end;
            }
        };
        Err(self.end(end, on_line))
    }

    /// Largest memory of the group seen since the last call, in bytes.
    pub fn take_peak_memory(&mut self) -> u64 {
        self.live
            .as_mut()
            .map_or(0, |live| live.supervised.take_peak_memory())
    }

    /// Ends the child politely: its standard input closes, then the stop ladder.
    pub fn shut_down(&mut self) {
        let Some(live) = self.live.take() else { return };
        let Live {
            mut supervised,
            lines,
            ..
        } = live;
        drop(lines);
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline {
            supervised.poll(&mut |_line| {});
            match supervised.ended() {
                Ok(None) => {}
                Ok(Some(end)) => {
                    supervised.finish(end, &mut |_line| {});
                    return;
                }
                Err(_unwatchable) => break,
            }
        }
        supervised.stop(End::Cancelled, &mut |_line| {});
    }

    /// A child that ended between two requests is no fault of the next one.
    fn forget_the_dead(&mut self) -> Result<(), ProcessError> {
        let ended = self
            .live
            .as_mut()
            .map_or(Ok(None), |live| live.supervised.ended())?;
        if let (Some(end), Some(live)) = (ended, self.live.take_if(|_live| ended.is_some())) {
            live.supervised.finish(end, &mut |_line| {});
        }
        Ok(())
    }

    fn end(&mut self, end: End, on_line: &mut dyn FnMut(&Line)) -> RequestError {
        let Some(live) = self.live.take() else {
            unreachable!("only a live child can end")
        };
        let outcome = match end {
            End::Exited(_) | End::Signalled(_) => live.supervised.finish(end, on_line),
            reason => live.supervised.stop(reason, on_line),
        };
        RequestError::Ended {
            program: self.launch.name(),
            outcome: Box::new(outcome),
        }
    }
}

/// The reply to a request, where the event is that; what comes before it goes to the callback.
fn reply_to(id: u64, event: Event, on_line: &mut dyn FnMut(&Line)) -> Option<Map<String, Value>> {
    let Event::Message(Value::Object(mut message)) = event else {
        return None;
    };
    if message.get("id") != Some(&id.into()) {
        return None;
    }
    if message.get("more") != Some(&Value::Bool(true)) {
        message.remove("id");
        return Some(message);
    }
    on_line(&Line {
        stream: Stream::Stdout,
        text: Value::Object(message).to_string(),
    });
    None
}

impl Drop for WarmChild {
    fn drop(&mut self) {
        self.shut_down();
    }
}
