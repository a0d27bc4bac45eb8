//! Starts a program that goes on when this one ends: no limits, no pipes. The rest of this crate is for
//! children that end with their call.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{End, Launch, ProcessError};

/// Starts a program in a process group of its own, with what it says appended to a file; gives its
/// process id. Arguments, environment and working directory are those of the launch.
pub fn start_detached(launch: &Launch, log: &Path) -> Result<u32, ProcessError> {
    start_watched(launch, log, |_end| {})
}

/// The same, and tells how the program ended, if it ends before this one does. Nothing is polled.
#[allow(
    clippy::disallowed_methods,
    reason = "this crate is the only place that spawns"
)]
pub fn start_watched(
    launch: &Launch,
    log: &Path,
    on_end: impl FnOnce(End) + Send + 'static,
) -> Result<u32, ProcessError> {
    let failed = |source| ProcessError::Start {
        program: launch.program.clone(),
        source,
    };
    let out = File::options()
        .create(true)
        .append(true)
        .open(log)
        .map_err(failed)?;
    let err = out.try_clone().map_err(failed)?;
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .envs(&launch.env)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(err)
        .process_group(0);
    if let Some(directory) = &launch.cwd {
        command.current_dir(directory);
    }
    let mut child = command.spawn().map_err(failed)?;
    let pid = child.id();
    // Where it ends before this program does, somebody has to take note of it.
    std::thread::spawn(move || {
        if let Ok(status) = child.wait() {
            on_end(End::of(status));
        }
    });
    Ok(pid)
}
