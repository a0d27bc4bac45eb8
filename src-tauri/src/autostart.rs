//! Starting at login: off until somebody switches it on.

use auto_launch::{AutoLaunch, AutoLaunchBuilder};
use hartomat_api::{ApiError, ErrorKind};

fn entry() -> Result<AutoLaunch, ApiError> {
    let failed = |err: &dyn std::error::Error| ApiError::from_source(ErrorKind::Internal, err);
    let program = std::env::current_exe().map_err(|err| failed(&err))?;
    AutoLaunchBuilder::new()
        .set_app_name("hartomat-studio")
        .set_app_path(&program.to_string_lossy())
        .set_args(&["--background"])
        .build()
        .map_err(|err| failed(&err))
}

/// Whether it is on.
pub(crate) fn is_on() -> bool {
    entry().is_ok_and(|entry| entry.is_enabled().unwrap_or_default())
}

/// Switches it on or off.
pub(crate) fn set(is_on: bool) -> Result<(), ApiError> {
    let entry = entry()?;
    let done = if is_on {
        entry.enable()
    } else {
        entry.disable()
    };
    done.map_err(|err| {
        ApiError::from_source(ErrorKind::Internal, &err)
            .hint("see whether the folder of settings can be written")
    })
}
