//! Which Blender works here: as configured, `blender` on the path, or the module `bpy` in a Python.
//!
//! A module tells its version by the folder beside it; a program has to be asked, and what it answers
//! is remembered until its file changes, where it isn't a launcher whose file never does.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::BlenderConfig;
use super::worker::{Job, Pool};
use crate::NoObserver;

/// How a person gets a Blender.
pub const BLENDER_HINT: &str = "install Blender 3.4 or later, or `bpy` in a Python of its own \
    (`python3.11 -m venv FOLDER && FOLDER/bin/pip install 'bpy==4.5.*'`), and name the program or that \
    Python in HARTOMAT_BLENDER where it isn't found by itself; `./x setup` does so in a checkout";

/// The variable that names a Blender, or a Python that has `bpy`.
const VARIABLE: &str = "HARTOMAT_BLENDER";
/// Where a checkout keeps the Python that has `bpy`.
const CHECKOUT: &str = "out/tools/bpy/bin/python";
/// The oldest version that serves.
const OLDEST: [u32; 2] = [3, 4];

/// What kind of program it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlenderKind {
    /// The program `blender`.
    Program,
    /// A Python that has the module `bpy`.
    Module,
}

/// A Blender that serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBlender {
    /// The program, or the Python.
    pub program: PathBuf,
    /// What kind of program it is.
    pub kind: BlenderKind,
    /// Its version, such as `4.5.15`, and its build where it tells one.
    pub version: String,
}

impl fmt::Display for FoundBlender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            BlenderKind::Program => write!(f, "blender {}", self.version),
            BlenderKind::Module => write!(f, "blender {} (bpy)", self.version),
        }
    }
}

/// Why no Blender serves.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum NoBlender {
    #[error("`{0}` is no file")]
    NoFile(String),
    #[error("no `blender` on the path, and no Python that has `bpy`")]
    Nowhere,
    #[error("`{program}` is Blender {version}, and {major}.{minor} or later is needed")]
    TooOld {
        program: String,
        version: String,
        major: u32,
        minor: u32,
    },
    #[error("`{0}` tells no version")]
    NoVersion(String),
    #[error("`{program}`: {reason}")]
    Unusable { program: String, reason: String },
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Refused(Vec<Self>),
}

/// The first Blender that serves, or what was looked for in vain.
pub(crate) fn find(config: &BlenderConfig) -> Result<FoundBlender, NoBlender> {
    let named = config
        .program
        .clone()
        .or_else(|| std::env::var_os(VARIABLE).map(PathBuf::from))
        .filter(|path| !path.as_os_str().is_empty());
    if let Some(program) = named {
        if !program.is_file() {
            return Err(NoBlender::NoFile(program.display().to_string()));
        }
        return check(program, config);
    }
    let mut refused = Vec::new();
    for program in candidates() {
        match check(program, config) {
            Ok(found) => return Ok(found),
            Err(reason) => refused.push(reason),
        }
    }
    if refused.is_empty() {
        Err(NoBlender::Nowhere)
    } else {
        Err(NoBlender::Refused(refused))
    }
}

fn candidates() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = |name: &str| {
        let mut found = std::env::split_paths(&path).map(|folder| folder.join(name));
        found.find(|program| program.is_file())
    };
    let binary = std::env::current_exe().unwrap_or_default();
    let checkout = binary.ancestors().map(|folder| folder.join(CHECKOUT));
    let pythons = checkout.chain(on_path("python3"));
    let pythons = pythons.filter(|python| python.is_file() && module_version(python).is_some());
    on_path("blender").into_iter().chain(pythons).collect()
}

/// The program with its version, unless it is too old or no Blender at all.
fn check(program: PathBuf, config: &BlenderConfig) -> Result<FoundBlender, NoBlender> {
    let file = program.file_name().unwrap_or_default().to_string_lossy();
    let kind = if file.starts_with("python") {
        BlenderKind::Module
    } else {
        BlenderKind::Program
    };
    let known = match kind {
        BlenderKind::Module => module_version(&program),
        BlenderKind::Program if is_itself(&program) => recall(config.memory.as_deref(), &program),
        BlenderKind::Program => None,
    };
    let version = match known {
        Some(version) => version,
        None => {
            let version = ask(&program, kind, config)?;
            remember(config.memory.as_deref(), &program, &version);
            version
        }
    };
    let mut numbers = version
        .split(['.', ' '])
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let number = [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)];
    if number < OLDEST {
        let [major, minor] = OLDEST;
        return Err(NoBlender::TooOld {
            program: program.display().to_string(),
            version,
            major,
            minor,
        });
    }
    Ok(FoundBlender {
        program,
        kind,
        version,
    })
}

/// Whether its file changes with its version; scripts and launchers such as `snap` stay as they are.
fn is_itself(program: &Path) -> bool {
    let real = program.canonicalize().unwrap_or_default();
    let mut start = [0; 2];
    let read = std::fs::File::open(&real).and_then(|mut file| file.read_exact(&mut start));
    let name = file_name(&real).to_ascii_lowercase();
    read.is_ok() && start != *b"#!" && name.starts_with("blender")
}

/// The version of `bpy` in a Python's own folders, without starting it.
fn module_version(python: &Path) -> Option<String> {
    let prefix = python.parent()?.parent()?;
    let libraries = [prefix.join("lib"), PathBuf::from("/usr/local/lib")];
    let of_environment = prefix.join("pyvenv.cfg").is_file();
    let searched = if of_environment {
        &libraries[..1]
    } else {
        &libraries[..]
    };
    let versions = searched.iter().flat_map(|library| entries(library));
    let packages = versions
        .filter(|folder| file_name(folder).starts_with("python3"))
        .flat_map(|folder| ["site-packages", "dist-packages"].map(|name| folder.join(name)));
    let mut modules = packages.flat_map(|folder| entries(&folder));
    modules.find_map(|folder| {
        let name = file_name(&folder);
        let version = name.strip_prefix("bpy-")?.strip_suffix(".dist-info")?;
        folder
            .with_file_name("bpy")
            .is_dir()
            .then(|| version.to_owned())
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Starts it and asks.
fn ask(program: &Path, kind: BlenderKind, config: &BlenderConfig) -> Result<String, NoBlender> {
    let place = program.display().to_string();
    let unusable = |reason: String| NoBlender::Unusable {
        program: place.clone(),
        reason,
    };
    let guess = FoundBlender {
        program: program.to_owned(),
        kind,
        version: String::new(),
    };
    let pool = Pool::new(&guess, config).map_err(|err| unusable(err.to_string()))?;
    let reply = Job::new(&pool, "hello", "")
        .and_then(|job| job.send(&pool, [], &NoObserver))
        .map_err(|err| unusable(err.to_string()))?
        .1;
    let text = |field: &str| reply.get(field).and_then(Value::as_str).map(str::to_owned);
    let version = text("blender").ok_or_else(|| NoBlender::NoVersion(place.clone()))?;
    let build =
        text("build_hash").filter(|hash| !hash.is_empty() && !hash.eq_ignore_ascii_case("unknown"));
    Ok(match build {
        Some(build) => format!("{version} {build}"),
        None => version,
    })
}

/// What tells one state of a program's file from another.
fn stamp(program: &Path) -> Option<Value> {
    let file = std::fs::metadata(program).ok()?;
    let changed = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let nanoseconds = u64::try_from(changed.as_nanos()).ok()?;
    Some(json!({ "program": program, "bytes": file.len(), "changed_ns": nanoseconds }))
}

pub(crate) fn recall(memory: Option<&Path>, program: &Path) -> Option<String> {
    let kept: Value = serde_json::from_slice(&std::fs::read(memory?).ok()?).ok()?;
    let is_same = kept.get("stamp")? == &stamp(program)?;
    is_same.then(|| kept.get("version")?.as_str().map(str::to_owned))?
}

/// What can't be remembered is asked again.
pub(crate) fn remember(memory: Option<&Path>, program: &Path, version: &str) {
    let (Some(memory), Some(stamp)) = (memory, stamp(program)) else {
        return;
    };
    let text = json!({ "stamp": stamp, "version": version }).to_string();
    let partial = memory.with_extension(format!("{}.partial", std::process::id()));
    let folder = memory.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = folder.and_then(|()| std::fs::write(&partial, text));
    let _unwritten = written.and_then(|()| std::fs::rename(&partial, memory));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_tells_its_version_by_the_folder_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let packages = folder.path().join("lib/python3.11/site-packages");
        std::fs::create_dir_all(packages.join("bpy-4.5.3.dist-info")).unwrap();
        std::fs::create_dir_all(folder.path().join("bin")).unwrap();
        std::fs::write(folder.path().join("pyvenv.cfg"), "").unwrap();
        let python = folder.path().join("bin/python");
        std::fs::write(&python, "").unwrap();
        assert_eq!(
            module_version(&python),
            None,
            "the module itself is missing"
        );
        std::fs::create_dir_all(packages.join("bpy")).unwrap();
        assert_eq!(module_version(&python).as_deref(), Some("4.5.3"));

        let config = BlenderConfig {
            program: Some(python.clone()),
            ..BlenderConfig::default()
        };
        let found = find(&config).unwrap();
        assert_eq!(found.to_string(), "blender 4.5.3 (bpy)");
        std::fs::rename(
            packages.join("bpy-4.5.3.dist-info"),
            packages.join("bpy-2.82.1.dist-info"),
        )
        .unwrap();
        let refused = find(&config).unwrap_err().to_string();
        assert!(
            refused.contains("2.82.1") && refused.contains("3.4"),
            "{refused}"
        );
    }

    #[test]
    fn what_a_program_said_is_forgotten_when_its_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (program, memory) = (
            folder.path().join("blender"),
            folder.path().join("a/memory"),
        );
        std::fs::write(&program, "one").unwrap();
        assert_eq!(recall(Some(&memory), &program), None);
        remember(Some(&memory), &program, "4.2.0 abc");
        assert_eq!(
            recall(Some(&memory), &program).as_deref(),
            Some("4.2.0 abc")
        );
        std::fs::write(&program, "another").unwrap();
        assert_eq!(recall(Some(&memory), &program), None);
    }

    #[test]
    fn what_a_launcher_said_is_not_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        assert!(is_itself(&file("blender-4.5", "\x7fELF")));
        assert!(!is_itself(&file("blender.sh", "#!/bin/sh")));
        let launcher = file("snap", "\x7fELF");
        let link = folder.path().join("blender");
        std::os::unix::fs::symlink(launcher, &link).unwrap();
        assert!(!is_itself(&link));
    }

    #[test]
    fn a_configured_path_that_is_no_file_is_named() {
        let config = BlenderConfig {
            program: Some(PathBuf::from("/nowhere/blender")),
            ..BlenderConfig::default()
        };
        let missing = find(&config).unwrap_err().to_string();
        assert!(missing.contains("/nowhere/blender"), "{missing}");
    }
}
