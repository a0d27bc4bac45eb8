//! The program `hartomat-editor`.

use std::sync::Arc;

use hartomat_editor::{App, ShellOptions, ShellState, State};

fn main() -> anyhow::Result<()> {
    Ok(())
}
