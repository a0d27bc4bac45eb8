//! `hartomat completions` and `hartomat man`: what shells and `man` know of the command line. Both are made
//! from the definition that the program itself reads.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};
use hartomat_api::{ApiError, ErrorKind};
use serde_json::json;

use super::files;
use crate::args::Arguments;
use crate::exit;
use crate::outcome::Outcome;

const PROGRAM: &str = "hartomat";

/// The script that a shell completes by.
pub(crate) fn completions(shell: Shell) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), PROGRAM, &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let data = json!({ "shell": shell.to_string(), "script": script });
    Outcome::ok(script, &data)
}

/// A page for the program and one for each subcommand.
pub(crate) fn man(folder: &Path) -> Result<Outcome, ApiError> {
    let failed = |err: std::io::Error| {
        let message = format!(
            "can't write manual pages into `{}`: {err}",
            folder.display()
        );
        ApiError::new(ErrorKind::InvalidInput, message).hint("choose another folder")
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Arguments::command(), folder).map_err(failed)?;
    let main = folder.join(format!("{PROGRAM}.1"));
    let mut page = std::fs::read(&main).map_err(failed)?;
    page.extend(exit_status().to_roff().into_bytes());
    files::write(&main, &page)?;
    let text = format!("manual pages are in {}\n", folder.display());
    Ok(Outcome::ok(text, &json!({ "folder": folder })))
}

/// What the program's page says beyond its arguments.
fn exit_status() -> Roff {
    let mut section = Roff::default();
    section.control("SH", ["EXIT STATUS"]);
    for (_, code, key, meaning) in exit::TABLE {
        section.control("TP", []);
        section.text([bold(code.to_string())]);
        section.text([roman(format!("{key}: {meaning}"))]);
    }
    section
}
