//! A file that isn't whole yet. It lies beside its destination under another name, and is gone when
//! it doesn't come to be whole.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::Path;

use hartomat_schema::Digest;
use sha2::{Digest as _, Sha256};
use tempfile::{Builder, NamedTempFile};

use crate::{ApiError, ErrorKind};

pub(super) struct PartialFile<'a> {
    destination: &'a Path,
    file: NamedTempFile,
    hasher: Sha256,
    length: u64,
}

impl<'a> PartialFile<'a> {
    /// Begins a file, and makes its folder.
    pub(super) fn create(destination: &'a Path) -> Result<Self, ApiError> {
        let folder = folder_of(destination);
        let mut builder = Builder::new();
        builder.prefix(".hartomat-").suffix(".partial");
        readable_by_others(&mut builder);
        let file = std::fs::create_dir_all(folder).and_then(|()| builder.tempfile_in(folder));
        Ok(Self {
            destination,
            file: file.map_err(|err| unwritable(destination, &err))?,
            hasher: Sha256::new(),
            length: 0,
        })
    }

    /// Bytes that are there.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Adds bytes.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        let written = self.file.write_all(bytes);
        written.map_err(|err| unwritable(self.destination, &err))?;
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Forgets all bytes.
    pub(super) fn restart(&mut self) -> Result<(), ApiError> {
        let file = self.file.as_file_mut();
        let emptied = file.set_len(0).and_then(|()| file.rewind());
        emptied.map_err(|err| unwritable(self.destination, &err))?;
        self.hasher = Sha256::new();
        self.length = 0;
        Ok(())
    }

    /// Puts the file in its place, durably, if it is what it should be.
    pub(super) fn finish(self, expected: &Digest) -> Result<(), ApiError> {
        let found = Digest::from_bytes(self.hasher.finalize().into());
        if found != *expected {
            let message = format!("what arrived is {found} and not {expected}");
            return Err(ApiError::new(ErrorKind::Internal, message).hint("try again"));
        }
        let synced = self.file.as_file().sync_all();
        synced.map_err(|err| unwritable(self.destination, &err))?;
        let placed = self.file.persist(self.destination);
        placed.map_err(|err| unwritable(self.destination, &err.error))?;
        sync_folder(folder_of(self.destination));
        Ok(())
    }
}

fn folder_of(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Temporary files are their owner's alone otherwise, which a result is not meant to be.
#[cfg(unix)]
fn readable_by_others(builder: &mut Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;

    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable_by_others(_builder: &mut Builder<'_, '_>) {}

/// Makes a new name durable where folders can be synced; the file itself is whole either way.
fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(folder)
    {
        let _ = folder.sync_all();
    }
}

fn unwritable(path: &Path, err: &io::Error) -> ApiError {
    let message = format!("can't write `{}`: {err}", path.display());
    ApiError::new(ErrorKind::InvalidInput, message).hint("choose another place")
}
