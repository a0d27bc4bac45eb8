//! What shells and `man` are told of the command line.

use std::fs;
use std::path::Path;
use std::process::Command;

use hartomat_tests::{hartomat, output, program};

/// What pages are written with; a line of text that began with a dot would be another.
const REQUESTS: [&str; 9] = [
    ".TH", ".SH", ".TP", ".IP", ".br", ".ie", ".el", ".RS", ".RE",
];

fn printed(command: &mut Command) -> String {
    let ended = output(command);
    assert!(ended.status.success(), "{command:?}: {ended:?}");
    String::from_utf8(ended.stdout).unwrap()
}

/// What bash offers after these words, with the script of the program.
fn offered(words: &str) -> String {
    let script = format!(
        "source <(hartomat completions bash) && complete -p hartomat >&2 &&
         COMP_WORDS=(hartomat {words}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) &&
         _hartomat hartomat \"${{COMP_WORDS[-1]}}\" \"${{COMP_WORDS[-2]}}\" && echo \"${{COMPREPLY[*]}}\""
    );
    let programs = program("hartomat");
    let programs = programs.parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    printed(Command::new("bash").args(["-c", &script]).env("PATH", path))
}

#[test]
fn bash_completes_commands_arguments_and_values() {
    assert_eq!(offered("ru"), "run runs\n");
    assert!(offered("runs list --unre").contains("--unresolved"));
    let modes = offered("smoke still --execution-mode ''");
    assert_eq!(modes.trim(), "legacy shadow graph");
}

#[test]
fn every_shell_has_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = printed(hartomat().args(["completions", shell]));
        assert!(
            script.contains("output-types"),
            "{shell} doesn't know every command"
        );
    }
    let ended = output(hartomat().args(["completions", "csh"]));
    assert_eq!(ended.status.code(), Some(5));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    printed(hartomat().arg("man").arg(folder.path()));
    let main = page(folder.path(), "hartomat");
    for line in printed(hartomat().arg("exit-codes")).lines() {
        let meaning = line.split_whitespace().last().unwrap();
        assert!(
            main.contains(meaning),
            "hartomat.1 says nothing of `{line}`"
        );
    }
    // As people see it, `man` being a command like any other but for packages alone.
    let help = printed(hartomat().arg("--help"));
    let commands = help.split("Commands:").nth(1).unwrap();
    let commands = commands.split("\n\n").next().unwrap().lines();
    let commands = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = commands.filter_map(|line| line.split_whitespace().next());
    let names: Vec<_> = names.filter(|name| *name != "help").collect();
    assert!(
        names.contains(&"doctor") && !names.contains(&"man"),
        "{names:?}"
    );
    for name in names {
        page(folder.path(), &format!("hartomat-{name}"));
    }
    assert!(page(folder.path(), "hartomat-runs-list").contains("unresolved"));
}

/// A page, which has a name and is well-formed.
fn page(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join(format!("{name}.1"))).expect(name);
    assert!(text.contains("\n.SH NAME\n"), "{name} has no name");
    let requests = text.lines().filter(|line| line.starts_with(['.', '\'']));
    for request in requests {
        let name_of_it = request.split(' ').next().unwrap();
        assert!(REQUESTS.contains(&name_of_it), "{name}: {request}");
    }
    text
}
