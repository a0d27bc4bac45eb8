//! Reading documents and writing results, with errors that name the file.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, ErrorKind, ReportFormat};
use hartomat_schema::{LegacyForm, ReadWorkflow, Workflow, read_workflow};
use serde_json::Value;

/// The largest document that is read.
const MAX_DOCUMENT_BYTES: u64 = 64 << 20;

/// A file's bytes.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, ApiError> {
    let failed = |err: std::io::Error| {
        let message = format!("can't read `{}`: {err}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message).hint("check the path and its permissions")
    };
    let size = fs::metadata(path).map_err(failed)?.len();
    if size > MAX_DOCUMENT_BYTES {
        let message = format!(
            "`{}` has {} MB, more than a document can",
            path.display(),
            size >> 20
        );
        return Err(ApiError::new(ErrorKind::InvalidInput, message));
    }
    fs::read(path).map_err(failed)
}

/// A document in one of the legacy forms, as it is.
pub(crate) fn read_legacy(path: &Path) -> Result<Value, ApiError> {
    let name = format!("`{}`", path.display());
    match read_workflow(&read(path)?).map_err(|findings| ApiError::invalid(&name, findings))? {
        ReadWorkflow::Legacy { value, .. } => Ok(value),
        ReadWorkflow::Current(_) => {
            let message = format!("{name} is already in the present form");
            Err(ApiError::new(ErrorKind::InvalidInput, message))
        }
    }
}

/// A workflow document.
pub(crate) fn read_document(path: &Path) -> Result<Workflow, ApiError> {
    let bytes = read(path)?;
    let read = read_workflow(&bytes)
        .map_err(|findings| ApiError::invalid(&format!("`{}`", path.display()), findings))?;
    match read {
        ReadWorkflow::Current(workflow) => Ok(*workflow),
        ReadWorkflow::Legacy { form, .. } => Err(legacy_form(path, form)),
    }
}

/// A document of an older form, which only `migrate` takes.
fn legacy_form(path: &Path, form: LegacyForm) -> ApiError {
    let message = format!("`{}` is a legacy {}", path.display(), form_name(form));
    ApiError::new(ErrorKind::InvalidInput, message)
        .hint(format!("`hartomat migrate {}` converts it", path.display()))
}

/// A legacy form in words.
pub(crate) fn form_name(form: LegacyForm) -> &'static str {
    match form {
        LegacyForm::Preset => "preset",
        LegacyForm::StepList => "step list",
        LegacyForm::EditorExport => "node-editor export",
    }
}

/// The format of a report by the ending of its file.
pub(crate) fn report_format(path: &Path) -> Result<ReportFormat, ApiError> {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    ending.to_lowercase().parse().map_err(|_unknown| {
        let message = format!("`{}` doesn't end as a report does", path.display());
        ApiError::new(ErrorKind::InvalidInput, message).hint("use .html, .json or .xml")
    })
}

/// Writes a file whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    write_whole(path, bytes).map_err(|err| {
        let message = format!("can't write `{}`: {err}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message).hint("choose another place")
    })
}

/// Writes a new file; refuses to write over one that is there.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    if path.exists() {
        let message = format!("`{}` is already there", path.display());
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("choose another name, or remove the file first"));
    }
    write(path, bytes)
}

fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let folder: PathBuf = folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    fs::create_dir_all(&folder)?;
    let name = path
        .file_name()
        .ok_or_else(|| std::io::Error::other("no file name"))?;
    let partial = folder.join(format!(
        ".{}.{}.partial",
        name.to_string_lossy(),
        std::process::id()
    ));
    let mut file = fs::File::create(&partial)?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&partial, path))
        .inspect_err(|_| {
            // The partial file is of no use to anybody.
            let _ = fs::remove_file(&partial);
        })?;
    fs::File::open(&folder)?.sync_all()
}
