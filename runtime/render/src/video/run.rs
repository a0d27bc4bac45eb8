//! One call of the program, within its limits, and stopped as soon as an observer wants it.

use hartomat_process::{Cancel, End, Input, Launch, Limits, Line, Outcome, Output, run_with};

use super::{Ffmpeg, FfmpegConfig};
use crate::RenderError;
use crate::backend::RenderObserver;
use crate::watching::while_watching;

impl Ffmpeg {
    /// ffmpeg or ffprobe with what every call begins with: no questions, errors alone.
    pub(super) fn launch(&self, program: &std::path::Path) -> Launch {
        limited(program, &self.config)
    }

    /// Runs a call to its end; its lines on standard output, and what it had to complain of.
    pub(super) fn call(
        &self,
        launch: &Launch,
        input: Input,
        observer: &dyn RenderObserver,
    ) -> Result<(String, Outcome), RenderError> {
        let mut text = String::new();
        let outcome = while_watching(observer, |cancel: &Cancel| {
            let mut on_line = |line: &Line| {
                if line.stream == hartomat_process::Stream::Stdout {
                    text.push_str(&line.text);
                    text.push('\n');
                }
            };
            run_with(launch, input, Output::Lines, cancel, &mut on_line)
        });
        let outcome = outcome.map_err(|err| failed(format!("can't be run: {err}")))?;
        if outcome.end == End::Cancelled {
            return Err(RenderError::Cancelled);
        }
        Ok((text, outcome))
    }
}

fn limited(program: &std::path::Path, config: &FfmpegConfig) -> Launch {
    Launch::new(program)
        .args(["-hide_banner", "-v", "error"])
        .niceness(config.niceness)
        .limits(Limits {
            wall: Some(config.wall),
            memory_bytes: Some(config.memory_bytes),
            file_bytes: Some(config.output_bytes),
        })
}

/// It did something that it should not.
pub(super) fn failed(reason: String) -> RenderError {
    RenderError::FfmpegFailed { reason }
}

/// Its first complaint without the name of its part, for messages.
pub(super) fn complaint(outcome: &Outcome) -> Option<String> {
    let mut lines = outcome.spool.lines();
    let line = lines.find(|line| {
        line.stream == hartomat_process::Stream::Stderr && !line.text.trim().is_empty()
    })?;
    let text = line.text.trim();
    let said = match text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "))
    {
        Some((_part, said)) => said,
        None => text,
    };
    Some(said.chars().take(200).collect())
}
