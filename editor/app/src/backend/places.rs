//! Where runs can go: this machine, and servers that a person has named. Each has windows of its own,
//! so that nobody runs in one place what was meant for another.

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind, KnownServers};
use hartomat_process::{Launch, start_detached};

use super::keep::INHERITED;

/// Names of the servers that a person has named.
pub(super) fn known_places(data_dir: &Path) -> Vec<String> {
    let servers = KnownServers::new(data_dir).list().unwrap_or_default();
    servers.into_iter().map(|server| server.name).collect()
}

/// Opens another window of the editor: on a server, or on this machine.
pub(super) fn open_window(data_dir: &Path, server: Option<&str>) -> Result<(), ApiError> {
    let broken =
        |err: &dyn std::error::Error| ApiError::from_source(ErrorKind::EnvironmentMissing, err);
    let program = std::env::current_exe().map_err(|err| broken(&err))?;
    let launch = Launch::new(program).arg("--data-dir").arg(data_dir);
    let launch = match server {
        Some(server) => launch.arg("--server").arg(server),
        None => launch,
    };
    let inherited = INHERITED
        .iter()
        .chain(&["HARTOMAT_NO_KEYRING", "HARTOMAT_CAD_WORKER"]);
    let launch = inherited.fold(launch, |launch, name| launch.inherit(name));
    let log = data_dir.join("editor").join("windows.log");
    start_detached(&launch, &log).map_err(|err| broken(&err))?;
    Ok(())
}
