//! The user guide: every command in it is run, page by page, in an empty folder beside `assets`.
//!
//! Commands stand in blocks of the language `sh`. A line that is to end otherwise than with 0 says so:
//! `# exit code 5`. What runs in the background ends with its page.

use std::fmt::Write;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use hartomat_tests::{output, program};

const EXIT_CODE: &str = "# exit code ";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The commands of a page, in order. A heredoc is one of them.
fn commands(page: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let (mut is_command, mut until) = (false, None::<String>);
    for line in page.lines() {
        if let Some(end) = &until {
            let command = commands
                .last_mut()
                .expect("a heredoc begins with a command");
            let _infallible = write!(command, "\n{line}");
            if line == end {
                until = None;
            }
        } else if line.starts_with("```") {
            is_command = line == "```sh";
        } else if is_command && !line.trim().is_empty() {
            until = line
                .split_once("<<'")
                .and_then(|(_, end)| Some(end.split_once('\'')?.0.to_owned()));
            commands.push(line.to_owned());
        }
    }
    commands
}

/// A script that stops at the first command that doesn't end as the page says.
fn script(commands: &[String]) -> String {
    let mut script = String::from("background=\ntrap 'kill $background 2>/dev/null' EXIT\n");
    for command in commands {
        let (command, code) = command.split_once(EXIT_CODE).unwrap_or((command, "0"));
        let command = command.trim_end();
        let _infallible = if command.ends_with('&') {
            // It is given the time to say its address.
            writeln!(
                script,
                "{command}\nbackground=\"$background $!\"\n\
                 until [ -s server.log ]; do kill -0 $! || exit 98; sleep 0.1; done"
            )
        } else {
            writeln!(
                script,
                "code=0\n{command}\ncode=$?\n\
                 [ $code -eq {code} ] || {{ echo \"ended with $code, not {code}\"; exit 99; }}"
            )
        };
    }
    script
}

fn page_runs(name: &str) {
    let page = fs::read_to_string(root().join("docs/guide").join(name)).unwrap();
    let commands = commands(&page);
    assert!(!commands.is_empty(), "{name} has commands");

    let folder = tempfile::tempdir().unwrap();
    for part in ["assets", "runtime"] {
        symlink(
            root().canonicalize().unwrap().join(part),
            folder.path().join(part),
        )
        .unwrap();
    }
    // The port of the page may be somebody's.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    drop(listener);
    let programs = program("hartomat");
    let programs = programs.parent().unwrap().display();
    let path = std::env::var("PATH").unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-xc", &script(&commands).replace("8787", &port)])
        .current_dir(folder.path())
        .env("PATH", format!("{programs}:{path}"))
        .env("HOME", folder.path())
        .env("HARTOMAT_DATA_DIR", folder.path().join("data"))
        .env("HARTOMAT_NO_KEYRING", "1")
        .env_remove("HARTOMAT_SERVER")
        .env_remove("HARTOMAT_TOKEN");
    let ended = output(&mut shell);
    assert!(
        ended.status.success(),
        "{name} ended with {}:\n{}\n{}",
        ended.status,
        String::from_utf8_lossy(&ended.stdout),
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// Each page is a test of its own; none is forgotten.
macro_rules! pages {
    ($($test:ident: $page:literal,)*) => {
        $(#[test]
        fn $test() {
            page_runs($page);
        })*

        #[test]
        fn every_page_is_run() {
            let mut pages: Vec<_> = fs::read_dir(root().join("docs/guide"))
                .unwrap()
                .map(|page| page.unwrap().file_name().into_string().unwrap())
                .collect();
            pages.sort();
            let mut run = vec!["README.md".to_owned(), $($page.to_owned(),)*];
            run.sort();
            assert_eq!(pages, run);
        }
    };
}

pages! {
    installing: "installing.md",
    first_run: "first-run.md",
    authoring: "authoring.md",
    comparing: "comparing.md",
    rolling_out: "rolling-out.md",
    server: "server.md",
    own_legacy: "own-legacy.md",
    troubleshooting: "troubleshooting.md",
}

#[test]
fn a_page_that_is_wrong_is_noticed() {
    let page = "Text.\n```sh\ntrue\nfalse # exit code 1\ncat <<'END'\n```\nEND\nfalse\n```\n```text\nrm\n```\n";
    let commands = commands(page);
    assert_eq!(
        commands,
        [
            "true",
            "false # exit code 1",
            "cat <<'END'\n```\nEND",
            "false"
        ]
    );
    let ended = output(Command::new("sh").args(["-c", &script(&commands)]));
    assert_eq!(ended.status.code(), Some(99));
    assert!(String::from_utf8_lossy(&ended.stdout).contains("ended with 1, not 0"));
}
