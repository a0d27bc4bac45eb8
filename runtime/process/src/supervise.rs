//! One live child: its pipes, its limits and the ladder that stops it.
//!
//! The pipes are drained whatever happens, also while the child is being stopped: nothing here may
//! wait for the child without taking events.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, Signal};
use serde_json::Value;

use crate::group::{Group, MARK_VARIABLE, new_mark};
use crate::lines::{LineSplitter, RawLine};
use crate::orphans::end_orphans_once;
use crate::{End, Launch, Line, Outcome, Output, ProcessError, Spool, Stream};

/// Time between the polite and the hard request to end.
const GRACE: Duration = Duration::from_secs(3);
/// How often memory is looked at.
const MEMORY_INTERVAL: Duration = Duration::from_millis(200);
/// How long pipes may stay open after the child has ended.
const DRAIN: Duration = Duration::from_secs(1);
/// The longest reply of a warm child.
const REPLY_BYTES: usize = 64 << 20;
/// Longest sleep between two looks at child, cancel token and clock.
pub(crate) const TICK: Duration = Duration::from_millis(20);

/// What a pipe delivers.
pub(crate) enum Event {
    Line(Line),
    /// A JSON object on standard output of a warm child.
    Message(Value),
    /// A reply longer than it may be.
    Oversized,
    Closed,
}

/// A callback for log lines.
pub(crate) type OnLine<'a> = &'a mut dyn FnMut(&Line);

pub(crate) struct Supervised {
    child: Child,
    group: Group,
    events: Receiver<Event>,
    open_pipes: usize,
    started: Instant,
    next_memory_look: Instant,
    peak_memory_bytes: u64,
    spool: Spool,
    launch: Launch,
}

/// How standard output is read.
pub(crate) enum StdoutMode {
    Plain(Output),
    Protocol,
}

impl Supervised {
    /// Starts the child; its standard input is handed back where it has one.
    pub(crate) fn start(
        launch: &Launch,
        has_stdin: bool,
        stdout: StdoutMode,
    ) -> Result<(Self, Option<ChildStdin>), ProcessError> {
        end_orphans_once();
        let mark = new_mark();
        let mut child = spawn(launch, has_stdin, &mark).map_err(|source| ProcessError::Start {
            program: launch.program.clone(),
            source,
        })?;
        let pid = Pid::from_child(&child);
        restrict(pid, launch);
        let (sender, events) = sync_channel(256);
        let stdin = child.stdin.take();
        let mut open_pipes = 0;
        if let Some(pipe) = child.stdout.take() {
            read_stdout(pipe, stdout, sender.clone());
            open_pipes += 1;
        }
        if let Some(pipe) = child.stderr.take() {
            std::thread::spawn(move || read_lines(pipe, Stream::Stderr, 0, &sender));
            open_pipes += 1;
        }
        let now = Instant::now();
        let supervised = Self {
            child,
            group: Group::new(pid, mark),
            events,
            open_pipes,
            started: now,
            next_memory_look: now,
            peak_memory_bytes: 0,
            spool: Spool::default(),
            launch: launch.clone(),
        };
        Ok((supervised, stdin))
    }

    /// The next message of a warm child, or none after at most a tick. Lines go to the callback.
    pub(crate) fn poll(&mut self, on_line: OnLine<'_>) -> Option<Event> {
        if self.open_pipes == 0 {
            std::thread::sleep(Duration::from_millis(1));
            return None;
        }
        match self.events.recv_timeout(TICK) {
            Ok(event) => self.take(event, on_line),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => {
                self.open_pipes = 0;
                None
            }
        }
    }

    fn take(&mut self, event: Event, on_line: OnLine<'_>) -> Option<Event> {
        match event {
            Event::Line(line) => {
                on_line(&line);
                self.spool.push(line);
                None
            }
            Event::Closed => {
                self.open_pipes = self.open_pipes.saturating_sub(1);
                None
            }
            message => Some(message),
        }
    }

    /// How the child ended, when it has.
    pub(crate) fn ended(&mut self) -> Result<Option<End>, ProcessError> {
        match self.child.try_wait() {
            Ok(status) => Ok(status.map(End::of)),
            Err(source) => Err(ProcessError::Watch {
                program: self.launch.program.clone(),
                source,
            }),
        }
    }

    /// Whether the group holds more memory than it may. Cheap between two looks.
    pub(crate) fn is_over_memory(&mut self, limit: Option<u64>) -> Option<End> {
        let now = Instant::now();
        if now < self.next_memory_look {
            return None;
        }
        self.next_memory_look = now + MEMORY_INTERVAL;
        let bytes = self.group.memory_bytes();
        self.peak_memory_bytes = self.peak_memory_bytes.max(bytes);
        limit.filter(|limit| bytes > *limit).map(End::OutOfMemory)
    }

    /// Largest memory seen since the last call of this function.
    pub(crate) fn take_peak_memory(&mut self) -> u64 {
        std::mem::take(&mut self.peak_memory_bytes)
    }

    /// Stops the child (politely, then hard) and reports it with the reason for stopping.
    pub(crate) fn stop(mut self, reason: End, on_line: OnLine<'_>) -> Outcome {
        self.group.signal(Signal::TERM);
        // Memory and output floods get no grace: each second of it costs the others.
        let is_urgent = matches!(reason, End::OutOfMemory(_) | End::OutputTooLarge);
        let deadline = Instant::now() + if is_urgent { Duration::ZERO } else { GRACE };
        while Instant::now() < deadline {
            self.poll(on_line);
            let has_ended = !matches!(self.child.try_wait(), Ok(None));
            if has_ended && self.group.living().is_empty() {
                break;
            }
        }
        self.finish(reason, on_line)
    }

    /// Gives what an ended child has written and nobody has read yet to the callbacks. What it started and
    /// left is killed, since that may hold the pipes open.
    pub(crate) fn drain(&mut self, on_line: OnLine<'_>, on_message: &mut dyn FnMut(Event)) {
        self.group.signal(Signal::KILL);
        let deadline = Instant::now() + DRAIN;
        while self.open_pipes > 0 && Instant::now() < deadline {
            if let Some(message) = self.poll(on_line) {
                on_message(message);
            }
        }
    }

    /// Kills what is left of the child, drains the pipes and reports.
    pub(crate) fn finish(mut self, end: End, on_line: OnLine<'_>) -> Outcome {
        self.group.signal(Signal::KILL);
        let survivors = self.group.sweep();
        self.drain(on_line, &mut |_message| {});
        let _status = self.child.wait();
        Outcome {
            end,
            spool: std::mem::take(&mut self.spool),
            wall: self.started.elapsed(),
            peak_memory_bytes: self.peak_memory_bytes,
            survivors,
        }
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "this is the only place that spawns"
)]
fn spawn(launch: &Launch, has_stdin: bool, mark: &str) -> std::io::Result<Child> {
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .envs(&launch.env)
        .env(MARK_VARIABLE, mark);
    if let Some(directory) = &launch.cwd {
        command.current_dir(directory);
    }
    command.stdin(if has_stdin {
        Stdio::piped()
    } else {
        Stdio::null()
    });
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

/// Sets what can be set on a running process. Refusals are harmless: the other limits stay.
fn restrict(pid: Pid, launch: &Launch) {
    let set = |resource, bytes| {
        let limit = Rlimit {
            current: Some(bytes),
            maximum: Some(bytes),
        };
        let _refused = rustix::process::prlimit(Some(pid), resource, limit);
    };
    set(Resource::Core, 0);
    if let Some(bytes) = launch.limits.file_bytes {
        set(Resource::Fsize, bytes);
    }
    if let Some(niceness) = launch.niceness {
        let _refused = rustix::process::setpriority_process(Some(pid), niceness);
    }
}

fn read_stdout(pipe: impl Read + Send + 'static, mode: StdoutMode, sender: SyncSender<Event>) {
    std::thread::spawn(move || match mode {
        StdoutMode::Plain(Output::Lines) => read_lines(pipe, Stream::Stdout, 0, &sender),
        StdoutMode::Plain(Output::Bytes(sink)) => copy_bytes(pipe, sink, &sender),
        StdoutMode::Protocol => read_lines(pipe, Stream::Stdout, REPLY_BYTES, &sender),
    });
}

fn copy_bytes(mut pipe: impl Read, mut sink: Box<dyn Write + Send>, sender: &SyncSender<Event>) {
    let _broken = std::io::copy(&mut pipe, &mut sink).and_then(|_bytes| sink.flush());
    let _gone = sender.send(Event::Closed);
}

fn read_lines(mut pipe: impl Read, stream: Stream, reply_bytes: usize, sender: &SyncSender<Event>) {
    let mut splitter = LineSplitter::new(reply_bytes);
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = pipe.read(&mut buffer) {
        // A receiver that is gone stops nothing: the pipe is read to its end.
        splitter.push(&buffer[..count], |line| {
            let _gone = sender.send(event_of(&line, stream, reply_bytes));
        });
    }
    if let Some(line) = splitter.finish() {
        let _gone = sender.send(event_of(&line, stream, reply_bytes));
    }
    let _gone = sender.send(Event::Closed);
}

fn event_of(line: &RawLine, stream: Stream, reply_bytes: usize) -> Event {
    if reply_bytes > 0 && line.bytes.first() == Some(&b'{') {
        if line.cut_bytes > 0 {
            return Event::Oversized;
        }
        if let Ok(value) = serde_json::from_slice(&line.bytes) {
            return Event::Message(value);
        }
    }
    Event::Line(Line {
        stream,
        text: line.text(),
    })
}
