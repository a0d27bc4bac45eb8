//! Dependencies between our packages only point down the table in ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::repo::{self, report};

/// Packages of ours carry this prefix; the table leaves it out.
const PREFIX: &str = "hartomat-";

/// A row of the table.
struct Row {
    folder: String,
    may_import: Imports,
}

enum Imports {
    Everything,
    Only(BTreeSet<String>),
}

impl Imports {
    fn parse(cell: &str) -> Self {
        match cell {
            "everything" => Self::Everything,
            "–" => Self::Only(BTreeSet::new()),
            names => Self::Only(names.split(", ").map(str::to_owned).collect()),
        }
    }

    fn allows(&self, package: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Only(names) => names.contains(package),
        }
    }

    fn names(&self) -> String {
        match self {
            Self::Everything => "everything".to_owned(),
            Self::Only(names) if names.is_empty() => "nothing".to_owned(),
            Self::Only(names) => names.iter().cloned().collect::<Vec<_>>().join(", "),
        }
    }
}

/// One of our packages.
struct Package {
    name: String,
    folder: String,
    imports: BTreeSet<String>,
}

#[test]
fn every_dependency_between_our_packages_points_down_the_layer_table() {
    let rows: BTreeMap<_, _> = table()
        .into_iter()
        .map(|row| (row.folder, row.may_import))
        .collect();
    let mut findings = Vec::new();
    for package in packages() {
        let Some(allowed) = rows.get(&package.folder) else {
            continue;
        };
        for import in package
            .imports
            .iter()
            .filter(|import| !allowed.allows(import))
        {
            let Package { name, folder, .. } = &package;
            let names = allowed.names();
            findings.push(format!(
                "{folder}/Cargo.toml: {name} → {PREFIX}{import}; its row allows {names}"
            ));
        }
    }
    report(
        "edges that the layer table in ARCHITECTURE.md doesn't allow:",
        &findings,
    );
}

#[test]
fn the_layer_table_has_a_row_for_every_package_and_no_other() {
    let rows: BTreeSet<_> = table().into_iter().map(|row| row.folder).collect();
    let folders: BTreeSet<_> = packages()
        .into_iter()
        .map(|package| package.folder)
        .collect();
    let missing = folders
        .difference(&rows)
        .map(|folder| format!("{folder}: no row"));
    let stale = rows
        .difference(&folders)
        .map(|folder| format!("{folder}: a row, but no package"));
    let findings: Vec<_> = missing.chain(stale).collect();
    report(
        "the layer table in ARCHITECTURE.md and the workspace differ:",
        &findings,
    );
}

#[test]
fn the_layer_table_names_packages_that_exist() {
    let names: BTreeSet<_> = packages()
        .into_iter()
        .map(|package| short(&package.name))
        .collect();
    let mut findings = Vec::new();
    for Row { folder, may_import } in table() {
        if let Imports::Only(imports) = may_import {
            let unknown = imports.difference(&names);
            findings.extend(unknown.map(|name| format!("{folder}: {PREFIX}{name} is no package")));
        }
    }
    report("names in the layer table that mean nothing:", &findings);
}

/// Rows whose first cell is a folder in backticks: `| folder | what lives there | may import |`.
fn table() -> Vec<Row> {
    let text = repo::read("ARCHITECTURE.md");
    let rows: Vec<Row> = text.lines().filter_map(row).collect();
    assert!(rows.len() > 5, "ARCHITECTURE.md: no layer table found");
    rows
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line
        .trim()
        .trim_matches('|')
        .split('|')
        .map(str::trim)
        .collect();
    let [folder, _, imports] = cells.as_slice() else {
        return None;
    };
    let folder = folder.strip_prefix('`')?.strip_suffix('`')?;
    Some(Row {
        folder: folder.to_owned(),
        may_import: Imports::parse(imports),
    })
}

fn packages() -> Vec<Package> {
    let metadata = repo::cargo_metadata(&["--no-deps"]);
    let packages = metadata["packages"]
        .as_array()
        .expect("cargo metadata lists packages");
    packages.iter().map(package).collect()
}

fn package(value: &Value) -> Package {
    let text = |key: &str| {
        value[key]
            .as_str()
            .expect("cargo metadata has the key")
            .to_owned()
    };
    let manifest = text("manifest_path").replace('\\', "/");
    let root = repo::root().to_string_lossy().replace('\\', "/");
    let folder = manifest
        .strip_prefix(&root)
        .expect("members lie in the workspace");
    let folder = folder
        .trim_start_matches('/')
        .trim_end_matches("/Cargo.toml");
    let dependencies = value["dependencies"]
        .as_array()
        .expect("cargo metadata lists dependencies");
    let imports = dependencies
        .iter()
        .filter_map(|dependency| dependency["name"].as_str());
    let imports = imports
        .filter(|name| name.starts_with(PREFIX))
        .map(short)
        .collect();
    Package {
        name: text("name"),
        folder: folder.to_owned(),
        imports,
    }
}

fn short(package: &str) -> String {
    package.trim_start_matches(PREFIX).to_owned()
}
