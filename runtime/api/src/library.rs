//! A folder of old workflow documents on this machine, whole: what becomes of each, and the files that are
//! written of them. The originals are read and never touched; doing it again changes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use hartomat_schema::{
    Catalogue, Diagnostic, MigratedDocument, Workflow, migrate_document, read::limits,
};

use crate::{ApiError, ErrorKind};

/// The most documents of one library.
const MAX_FILES: usize = 100_000;
/// How deep its folders may lie.
const MAX_DEPTH: usize = 16;

/// A document of a library.
#[derive(Debug, Clone, PartialEq)]
pub struct LibraryDocument {
    /// Below the library's folder.
    pub file: PathBuf,
    /// What becomes of it.
    pub migrated: MigratedDocument,
}

/// Reads every document below a folder, in the order of their names; or one file. Nothing is written.
pub fn read_library(
    library: &Path,
    catalogue: &Catalogue,
) -> Result<Vec<LibraryDocument>, ApiError> {
    let mut files = Vec::new();
    let folder = match library.is_file() {
        true => {
            files.push(library.to_owned());
            library.parent().unwrap_or(library)
        }
        false => {
            collect(library, MAX_DEPTH, &mut files)?;
            library
        }
    };
    files.sort();
    let documents = files.into_iter().map(|file| LibraryDocument {
        migrated: read_document(&file, catalogue),
        file: file.strip_prefix(folder).unwrap_or(&file).to_owned(),
    });
    Ok(documents.collect())
}

/// Writes a migrated workflow to its place below a folder, unless it lies there as it is. What somebody
/// has changed since is never written over.
pub fn write_migrated(output: &Path, file: &Path, workflow: &Workflow) -> Result<(), ApiError> {
    let path = output.join(file);
    let failed = |why: &str| {
        let message = format!("can't write `{}`: {why}", path.display());
        ApiError::new(ErrorKind::InvalidInput, message).hint("choose another folder")
    };
    let bytes = workflow.to_json().into_bytes();
    match fs::read(&path) {
        Ok(there) if there == bytes => return Ok(()),
        Ok(_) => return Err(failed("there is something else already")),
        Err(_) => {}
    }
    let folder = path.parent().unwrap_or(output);
    let partial = path.with_extension(format!("{}.partial", std::process::id()));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&partial, &bytes))
        .and_then(|()| fs::File::open(&partial)?.sync_all())
        .and_then(|()| fs::rename(&partial, &path))
        .map_err(|err| failed(&err.to_string()))
}

fn read_document(path: &Path, catalogue: &Catalogue) -> MigratedDocument {
    let refused = |why: String| {
        let message = format!("can't read `{}`: {why}", path.display());
        let fix = "check the path and its permissions";
        MigratedDocument::refused(vec![Diagnostic::error("migrate", "", message, fix)])
    };
    let most = limits::DOCUMENT_BYTES as u64;
    match fs::metadata(path).map(|file| file.len()) {
        Ok(size) if size > most => refused("it is too large for a workflow".to_owned()),
        Ok(_) => match fs::read(path) {
            Ok(bytes) => migrate_document(&bytes, catalogue),
            Err(err) => refused(err.to_string()),
        },
        Err(err) => refused(err.to_string()),
    }
}

/// Documents below a folder. Links are not followed.
fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ApiError> {
    let refused = |why: &str| {
        let message = format!("can't read `{}`: {why}", folder.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    };
    if depth == 0 {
        return Err(refused("its folders lie too deep"));
    }
    let entries = fs::read_dir(folder).map_err(|err| refused(&err.to_string()))?;
    for entry in entries {
        let entry = entry.map_err(|err| refused(&err.to_string()))?;
        let kind = entry.file_type().map_err(|err| refused(&err.to_string()))?;
        let path = entry.path();
        if kind.is_dir() {
            collect(&path, depth - 1, found)?;
        } else if kind.is_file() && path.extension().is_some_and(|it| it == "json") {
            found.push(path);
        }
        if found.len() > MAX_FILES {
            return Err(refused("it holds too many documents"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_read_whole_and_what_was_changed_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("old");
        fs::create_dir_all(library.join("deep")).unwrap();
        fs::write(
            library.join("deep/still.json"),
            r#"{"type":"still","params":{}}"#,
        )
        .unwrap();
        fs::write(library.join("broken.json"), "{").unwrap();
        fs::write(library.join("notes.txt"), "not mine").unwrap();
        let found = read_library(&library, &Catalogue::new(Vec::new())).unwrap();
        let names: Vec<_> = found
            .iter()
            .map(|it| it.file.display().to_string())
            .collect();
        assert_eq!(names, ["broken.json", "deep/still.json"]);
        let workflow: Workflow = serde_json::from_value(serde_json::json!({
            "schema": "hartomat.workflow/1", "id": "w", "name": "W", "family": "order_line",
            "nodes": [], "edges": []
        }))
        .unwrap();
        let (output, file) = (folder.path().join("new"), Path::new("deep/still.json"));
        write_migrated(&output, file, &workflow).unwrap();
        write_migrated(&output, file, &workflow).unwrap();
        fs::write(output.join(file), "changed by hand").unwrap();
        write_migrated(&output, file, &workflow).unwrap_err();
        assert_eq!(fs::read(output.join(file)).unwrap(), b"changed by hand");
        assert_eq!(fs::read_dir(output.join("deep")).unwrap().count(), 1);
    }
}
