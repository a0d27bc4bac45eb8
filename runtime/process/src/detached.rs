//! A program that outlives its starter, such as the agent that an editor starts.

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::{Launch, ProcessError};

/// Starts a program in a process group of its own, with its output appended to a log file, and leaves
/// it to itself. It gets the launch's environment, folder and arguments; limits don't apply.
///
/// The handle tells whether it has ended; dropping it ends nothing.
pub fn start_detached(launch: &Launch, log: &Path) -> Result<Child, ProcessError> {
    spawn(launch, log).map_err(|source| ProcessError::Start {
        program: launch.program.clone(),
        source,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "this crate is the place that spawns"
)]
fn spawn(launch: &Launch, log: &Path) -> std::io::Result<Child> {
    let log = OpenOptions::new().create(true).append(true).open(log)?;
    let mut command = Command::new(&launch.program);
    command
        .args(&launch.args)
        .env_clear()
        .envs(&launch.env)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    if let Some(folder) = &launch.cwd {
        command.current_dir(folder);
    }
    // What ends the starter's group, such as Ctrl-C in its terminal, doesn't reach it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn()
}
