//! Dependencies: permissive licences, one registry, one version per workspace, and no forked sources.

use serde_json::Value;

use crate::repo::{self, TextFile, report};
use crate::spdx;

/// Where every foreign package comes from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_dependency_has_a_licence_that_deny_toml_allows() {
    let allowed = allowed_licences();
    let deny = repo::read("deny.toml");
    let unmet = |package: &Value| {
        let licence = package["license"].as_str().unwrap_or("no licence");
        let name = &package["name"];
        let excepted = format!("{{ crate = {name}, allow = [\"{licence}\"] }}");
        let line = format!("{name} {}: {licence}", package["version"]);
        (!spdx::is_met(licence, &allowed) && !deny.contains(&excepted)).then_some(line)
    };
    let findings: Vec<_> = all_packages().iter().filter_map(unmet).collect();
    report(
        "dependencies with a licence that deny.toml doesn't allow:",
        &findings,
    );
}

/// Packages of this platform's build, which are the ones that a build has downloaded.
fn all_packages() -> Vec<Value> {
    let host = repo::output_of("rustc", &["-vV"]);
    let host = host.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.expect("rustc says what it runs on");
    let metadata = repo::cargo_metadata(&["--filter-platform", host]);
    metadata["packages"]
        .as_array()
        .expect("cargo metadata lists packages")
        .clone()
}

/// The list `allow = […]` of the section `[licenses]`.
fn allowed_licences() -> Vec<String> {
    let text = repo::read("deny.toml");
    let section = text
        .split("[licenses]")
        .nth(1)
        .expect("deny.toml: section [licenses]");
    let list = section
        .split("allow = [")
        .nth(1)
        .and_then(|rest| rest.split(']').next());
    let list = list.expect("deny.toml: licenses.allow is a list");
    let quoted = list
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect::<Vec<_>>();
    assert!(
        quoted.len() > 3,
        "deny.toml: licenses.allow has only {quoted:?}"
    );
    quoted
}

#[test]
fn every_foreign_package_comes_from_the_registry() {
    let lock = repo::read("Cargo.lock");
    let sources = lock
        .lines()
        .filter_map(|line| line.strip_prefix("source = "));
    let stray = sources.filter(|source| source.trim_matches('"') != REGISTRY);
    let findings: Vec<_> = stray.map(str::to_owned).collect();
    report(
        "packages of Cargo.lock that come from somewhere else:",
        &findings,
    );
}

#[test]
fn every_member_takes_versions_and_lints_from_the_workspace() {
    let mut findings = Vec::new();
    for TextFile { path, text } in manifests() {
        if !text.contains("[lints]\nworkspace = true") {
            findings.push(format!("{path}: without the workspace's lints"));
        }
        let own = dependency_lines(&text).filter(|line| !line.contains("workspace = true"));
        findings.extend(own.map(|line| format!("{path}: {line}")));
    }
    report(
        "manifests that don't take it from the workspace:",
        &findings,
    );
}

/// Manifests of the members; the workspace's own is where versions stand.
fn manifests() -> impl Iterator<Item = TextFile> {
    repo::text_files()
        .into_iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
}

fn dependency_lines(manifest: &str) -> impl Iterator<Item = &str> {
    let mut is_dependencies = false;
    manifest.lines().filter(move |line| {
        if line.starts_with('[') {
            is_dependencies = line.ends_with("dependencies]");
            return false;
        }
        is_dependencies && line.contains('=') && !line.starts_with('#')
    })
}

#[test]
fn every_dependency_of_the_workspace_is_used() {
    let workspace = repo::read("Cargo.toml");
    let table = workspace
        .split("[workspace.dependencies]")
        .nth(1)
        .expect("a table of dependencies");
    let table = table.split("\n[").next().expect("a split has a first part");
    let names = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "));
    let manifests: Vec<_> = manifests().map(|file| file.text).collect();
    let is_used = |name: &str| {
        let with = |separator: &str| format!("\n{name}{separator}");
        let (dot, table) = (with(".workspace"), with(" = {"));
        manifests
            .iter()
            .any(|text| text.contains(&dot) || text.contains(&table))
    };
    let findings: Vec<_> = names
        .map(|(name, _)| name.to_owned())
        .filter(|name| !is_used(name))
        .collect();
    report(
        "dependencies of the workspace that no member uses:",
        &findings,
    );
}
