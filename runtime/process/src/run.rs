//! Runs a program once, to its end or to the first limit that it meets.

use std::io::Write;
use std::process::ChildStdin;
use std::time::Instant;

use crate::supervise::{StdoutMode, Supervised};
use crate::{Cancel, End, Input, Launch, Line, Outcome, Output, ProcessError};

/// Runs a program without input; its lines go to the callback and into the spool.
///
/// # Errors
/// When the program can't be started. A program that fails is an [`Outcome`].
pub fn run(
    launch: &Launch,
    cancel: &Cancel,
    on_line: &mut dyn FnMut(&Line),
) -> Result<Outcome, ProcessError> {
    run_with(launch, Input::Empty, Output::Lines, cancel, on_line)
}

/// Runs a program with the given input and output.
///
/// # Errors
/// When the program can't be started. A program that fails is an [`Outcome`].
pub fn run_with(
    launch: &Launch,
    input: Input,
    output: Output,
    cancel: &Cancel,
    on_line: &mut dyn FnMut(&Line),
) -> Result<Outcome, ProcessError> {
    let has_stdin = !matches!(input, Input::Empty);
    let (mut child, stdin) = Supervised::start(launch, has_stdin, StdoutMode::Plain(output))?;
    if let Some(stdin) = stdin {
        feed(stdin, input);
    }
    let started = Instant::now();
    loop {
        child.poll(on_line);
        if let Some(end) = child.ended()? {
            return Ok(child.finish(end, on_line));
        }
        let is_late = launch
            .limits
            .wall
            .filter(|limit| started.elapsed() >= *limit);
        let reason = (cancel.is_cancelled().then_some(End::Cancelled))
            .or(is_late.map(End::TimedOut))
            .or_else(|| child.is_over_memory(launch.limits.memory_bytes));
        if let Some(reason) = reason {
            return Ok(child.stop(reason, on_line));
        }
    }
}

/// Writes the input on a thread of its own. A child that stops reading ends it; that is no error.
fn feed(mut stdin: ChildStdin, input: Input) {
    std::thread::spawn(move || {
        let _broken_pipe = match input {
            Input::Empty => Ok(()),
            Input::Bytes(bytes) => stdin.write_all(&bytes),
            Input::Feed(write) => write(&mut stdin),
        };
    });
}
