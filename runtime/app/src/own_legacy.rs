//! The studio's own legacy program: where it is set, and what tells one state of it from another.
//!
//! It is set by who owns the data folder, never over the network, and read anew for each run.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_legacy::OwnLegacy;
use hartomat_process::write_atomically;
use hartomat_schema::{Diagnostic, Digest, LegacyCommand, digest_json};

use crate::{DataDir, Studio};

/// The tool's name among tool versions.
pub(crate) const OWN_LEGACY: &str = "own_legacy";
/// The largest setting.
const MAX_BYTES: u64 = 1 << 20;
/// The largest program or script that is told apart by its bytes; of others size and date count.
const MAX_DIGESTED_BYTES: u64 = 64 << 20;

/// The studio's own legacy program as it is set; none where legacy is the built-in pipeline.
///
/// # Errors
/// A setting that can't be read: nothing else may run in its place.
pub fn own_legacy(data: &DataDir) -> Result<Option<LegacyCommand>, ApiError> {
    let path = data.own_legacy();
    let unread = |why: &dyn std::fmt::Display| {
        let message = format!("`{}` can't be read: {why}", path.display());
        ApiError::new(ErrorKind::Internal, message)
            .hint("set the program again with `hartomat legacy set`, or take it out with `unset`")
    };
    let file = match std::fs::File::open(&path) {
        Ok(file) => file,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(err) => return Err(unread(&err)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|err| unread(&err))?;
    let command: LegacyCommand = serde_json::from_slice(&bytes).map_err(|err| unread(&err))?;
    command.check().map_err(|err| unread(&err))?;
    Ok(Some(command))
}

/// Sets the studio's own legacy program, whole or not at all.
///
/// # Errors
/// A program that isn't there or can't be run, limits out of range, a folder that can't be written.
pub fn set_own_legacy(data: &DataDir, command: &LegacyCommand) -> Result<(), ApiError> {
    let invalid = |why: String| ApiError::new(ErrorKind::InvalidInput, why);
    command.check().map_err(|err| invalid(err.to_string()))?;
    if let Some(problem) = problem_of(&command.program) {
        return Err(invalid(problem));
    }
    let path = data.own_legacy();
    let text = serde_json::to_vec_pretty(command).expect("a setting is plain data");
    write_atomically(&path, &text).map_err(|err| {
        let message = format!("can't write `{}`: {err}", path.display());
        ApiError::new(ErrorKind::Internal, message)
    })
}

/// Takes the studio's own legacy program out; whether there was one.
///
/// # Errors
/// A file that can't be removed.
pub fn unset_own_legacy(data: &DataDir) -> Result<bool, ApiError> {
    let path = data.own_legacy();
    match std::fs::remove_file(&path) {
        Ok(()) => Ok(true),
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(err) => {
            let message = format!("can't remove `{}`: {err}", path.display());
            Err(ApiError::new(ErrorKind::Internal, message))
        }
    }
}

impl Studio {
    /// The studio's own legacy program for the pipeline.
    pub(crate) fn own_legacy(&self) -> OwnLegacy {
        match own_legacy(&self.data) {
            Ok(None) => OwnLegacy::None,
            Ok(Some(command)) => OwnLegacy::Set(Box::new(command)),
            Err(err) => OwnLegacy::Unreadable(err.message),
        }
    }

    /// Tool versions with that of the studio's own legacy program, where one is set.
    pub(crate) fn tools_now(&self) -> std::collections::BTreeMap<String, String> {
        let mut tools = self.tools().clone();
        let templates = self.services.blender.templates().state();
        tools.insert("blend_templates".to_owned(), templates);
        let version = match self.own_legacy() {
            OwnLegacy::None => return tools,
            OwnLegacy::Unreadable(reason) => format!("missing: {reason}"),
            OwnLegacy::Set(command) => version_of(&command),
        };
        tools.insert(OWN_LEGACY.to_owned(), version);
        tools
    }

    /// What keeps legacy from running this preset here.
    pub(crate) fn check_legacy(
        &self,
        preset: &hartomat_schema::LegacyPreset,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let own = self.own_legacy();
        if let Err(err) = hartomat_legacy::check_preset(preset, &own) {
            let fix = match err.is_environment() {
                true => "set the program with `hartomat legacy set`",
                false => "mend the output type's legacy preset",
            };
            diagnostics.push(Diagnostic::error("legacy_preset", "", err.to_string(), fix));
            return;
        }
        if let Ok(Some(command)) = own.for_preset(preset)
            && let Some(problem) = problem_of(&command.program)
        {
            let fix = "set the program with `hartomat legacy set`";
            diagnostics.push(Diagnostic::error("legacy_preset", "", problem, fix));
        }
    }
}

/// What keeps a program from being started.
fn problem_of(program: &str) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;
    match std::fs::metadata(program) {
        Err(err) => Some(format!("`{program}` can't be run: {err}")),
        Ok(data) if !data.is_file() => Some(format!("`{program}` is no file")),
        Ok(data) if data.permissions().mode() & 0o111 == 0 => {
            Some(format!("`{program}` isn't executable"))
        }
        Ok(_) => None,
    }
}

/// Name and a digest of program, arguments, and the files that arguments name.
fn version_of(command: &LegacyCommand) -> String {
    if let Some(problem) = problem_of(&command.program) {
        return format!("missing: {problem}");
    }
    let named = std::iter::once(&command.program).chain(&command.args);
    let files: Vec<_> = named
        .filter(|path| path.starts_with('/'))
        .map(|path| state_of(Path::new(path)))
        .collect();
    let digest = digest_json(&(command, files)).short();
    let name = PathBuf::from(&command.program);
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let presets = match command.presets.as_slice() {
        [] => "external".to_owned(),
        presets => presets.join(", "),
    };
    format!("{name} {digest}, for {presets}")
}

/// A file's digest, or size and date where it is large; empty for what is no file.
fn state_of(path: &Path) -> String {
    let Ok(data) = std::fs::metadata(path) else {
        return String::new();
    };
    if !data.is_file() {
        return String::new();
    }
    if data.len() <= MAX_DIGESTED_BYTES {
        return std::fs::read(path).map_or(String::new(), |bytes| Digest::of(&bytes).to_string());
    }
    format!("{} {:?}", data.len(), data.modified().ok())
}
