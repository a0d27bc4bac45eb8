//! A STEP file as it is handed in, read once: what is checked, hashed and parsed are the same bytes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use hartomat_schema::Digest;

use crate::{CadError, StepHeader, check_step};

/// A STEP file to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepInput {
    /// Where it lies.
    pub path: PathBuf,
    /// The name that people know it by, for messages.
    pub display_name: String,
}

impl StepInput {
    /// A file that is known by its file name.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let display_name = clean_name(&path);
        Self { path, display_name }
    }

    /// A file whose name on disk (a digest, say) isn't the one that people know.
    pub fn named(path: impl Into<PathBuf>, display_name: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            display_name: display_name.into(),
        }
    }
}

fn clean_name(path: &Path) -> String {
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    name.chars()
        .filter(|character| !character.is_control())
        .take(200)
        .collect()
}

/// A file's bytes after the checks that need no kernel.
pub(crate) struct CheckedInput {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: Digest,
    pub(crate) header: StepHeader,
}

/// Reads and checks a file.
pub(crate) fn read_input(input: &StepInput, max_bytes: u64) -> Result<CheckedInput, CadError> {
    let file = || input.display_name.clone();
    let io = |source| CadError::Io {
        file: file(),
        action: "read",
        source,
    };
    let mut bytes = Vec::new();
    let opened = File::open(&input.path).map_err(io)?;
    opened
        .take(max_bytes.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(io)?;
    if bytes.len() as u64 > max_bytes {
        let reason = format!("it has more than {} MiB", max_bytes >> 20);
        return Err(CadError::TooLarge {
            file: file(),
            reason,
        });
    }
    let header = check_step(&bytes, &input.display_name)?;
    Ok(CheckedInput {
        digest: Digest::of(&bytes),
        bytes,
        header,
    })
}
