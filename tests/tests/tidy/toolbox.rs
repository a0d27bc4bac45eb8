//! `./x` and `.ci/run`: what they list is what they do.

use std::collections::BTreeSet;

use crate::repo::{self, report};

/// Subcommands that the usage text of `./x` lists.
pub(crate) fn listed_subcommands() -> BTreeSet<String> {
    let script = repo::read("x");
    let list = script
        .split("<<'LIST'")
        .nth(1)
        .and_then(|rest| rest.split("\nLIST\n").next());
    let list = list.expect("x: the usage text stands between LIST and LIST");
    let entries = list.lines().filter_map(|line| line.strip_prefix("  "));
    entries
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Subcommands that `./x` tells apart.
fn handled_subcommands() -> BTreeSet<String> {
    let script = repo::read("x");
    let cases = script
        .split("case $subcommand in")
        .nth(1)
        .expect("x: one case over the subcommands");
    let arms = cases
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(')'));
    let names = arms.map(|(name, _)| name.to_owned());
    names
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase()))
        .collect()
}

#[test]
fn the_toolbox_lists_what_it_handles() {
    let (listed, handled) = (listed_subcommands(), handled_subcommands());
    let unlisted = handled
        .difference(&listed)
        .map(|name| format!("{name}: not listed"));
    let unhandled = listed
        .difference(&handled)
        .map(|name| format!("{name}: listed only"));
    let findings: Vec<_> = unlisted.chain(unhandled).collect();
    report(
        "subcommands of ./x that are listed or handled, but not both:",
        &findings,
    );
    assert!(listed.len() > 10, "x: only {listed:?} found");
}

#[test]
fn the_toolbox_says_the_rust_version_of_the_manifest() {
    let manifest = repo::read("Cargo.toml");
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let version = version.expect("Cargo.toml: rust-version").trim_matches('"');
    let line = format!("rust_wanted={version}");
    assert!(
        repo::read("x").lines().any(|found| found == line),
        "x: no line `{line}`"
    );
}

#[test]
fn machines_and_people_run_the_same_check() {
    let script = repo::read(".ci/run");
    assert!(
        script.lines().any(|line| line.starts_with("exec ./x test")),
        ".ci/run: doesn't end in ./x test"
    );
}

#[cfg(unix)]
#[test]
fn scripts_can_be_run_and_are_well_formed() {
    use std::os::unix::fs::PermissionsExt;

    for (path, shell) in [("x", "sh"), (".ci/run", "bash")] {
        let metadata = repo::root()
            .join(path)
            .metadata()
            .expect("the script is there");
        assert!(
            metadata.permissions().mode() & 0o111 != 0,
            "{path}: not executable"
        );
        repo::output_of(shell, &["-n", path]);
    }
}
