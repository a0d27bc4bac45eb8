//! The built programs. They stand beside the tests in the target folder, where cargo puts them.
//!
//! `./x unit` and `./x test` build them first; a test that finds none builds it, once.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

/// A program of the workspace, such as `hartomat-cad-worker`.
///
/// # Panics
/// When it isn't there and can't be built.
pub fn program(name: &str) -> PathBuf {
    let path = folder().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        build(name);
    }
    assert!(
        path.exists(),
        "{} isn't there, though cargo built it",
        path.display()
    );
    path
}

/// The command line program, ready for its arguments.
pub fn hartomat() -> Command {
    // Tests say where data goes; the setting of whoever runs them says nothing.
    let mut command = Command::new(program("hartomat"));
    for variable in ["HARTOMAT_DATA_DIR", "HARTOMAT_SERVER", "HARTOMAT_TOKEN"] {
        command.env_remove(variable);
    }
    // The keyring of whoever runs the tests is theirs.
    command.env("HARTOMAT_NO_KEYRING", "1");
    command
}

/// A bundled sample CAD file.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../assets/samples")
        .join(name)
}

/// Runs a program to its end.
///
/// # Panics
/// When it can't be started.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at programs from outside"
)]
pub fn output(command: &mut Command) -> Output {
    command.output().expect("the program starts")
}

/// Starts a program.
///
/// # Panics
/// When it can't be started.
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at programs from outside"
)]
pub fn spawn(command: &mut Command) -> Child {
    command.spawn().expect("the program starts")
}

/// Tests lie in `deps` below the folder of the programs.
fn folder() -> PathBuf {
    let test = std::env::current_exe().expect("a running program has a path");
    let folder = test
        .ancestors()
        .nth(2)
        .expect("tests lie in target/debug/deps");
    folder.to_owned()
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests look at tools from outside"
)]
fn build(name: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--locked", "--bin", name]);
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let status = command.status().expect("cargo runs, as it ran this test");
    assert!(status.success(), "{name} can't be built");
}
