//! Files that arrive in parts: `uploads/<digest>.<uploader>` holds what is there so far.
//!
//! A part is only ever appended while its file is locked; files are opened and given up under
//! `uploads.lock`, so that nobody who waits for one writes into what has become an artifact. What
//! arrived is hashed as a whole before it is published.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use cap_std::fs::{Metadata, OpenOptions};
use hartomat_schema::Digest;

use super::{ArtifactStore, CHUNK, hash};
use crate::StoreError;

const FOLDER: &str = "uploads";
const LOCK: &str = "uploads.lock";

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadProgress {
    /// Bytes there so far.
    pub offset: u64,
    /// Whether all is there, verified, and an artifact now.
    pub complete: bool,
}

/// An upload that nobody else writes.
struct Held {
    file: File,
    name: PathBuf,
}

impl ArtifactStore {
    /// Bytes of an unfinished upload that are there; 0 when there is none, also once it is an artifact.
    pub fn upload_offset(&self, digest: &Digest, uploader: &str) -> Result<u64, StoreError> {
        match self.dir.symlink_metadata(part_name(digest, uploader)) {
            Ok(metadata) => Ok(metadata.len()),
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(err) => Err(StoreError::io(doing(digest), err)),
        }
    }

    /// Appends a part of a file of `total_bytes` at `offset`, and makes the file an artifact when all of
    /// it is there. What arrived stays when the source ends early or fails.
    ///
    /// [`StoreError::Conflict`] says where the upload really is; [`StoreError::InUse`] that another call
    /// is appending; [`StoreError::Refused`] that there is more than was announced;
    /// [`StoreError::WrongDigest`] that it was another file, which is removed.
    pub fn upload_append(
        &self,
        digest: &Digest,
        uploader: &str,
        offset: u64,
        total_bytes: u64,
        source: impl Read,
    ) -> Result<UploadProgress, StoreError> {
        let failed = |err| StoreError::io(doing(digest), err);
        let name = part_name(digest, uploader);
        let mut held = match self.hold(name, offset == 0).map_err(failed)? {
            Ok(held) => held,
            Err(HoldError::Missing) => return Err(misplaced(digest, offset, 0)),
            Err(HoldError::InUse) => return Err(in_use(digest)),
        };
        let found = held.file.seek(SeekFrom::End(0)).map_err(failed)?;
        if found != offset {
            return Err(misplaced(digest, offset, found));
        }
        let Some(room) = total_bytes.checked_sub(found) else {
            return Err(too_much(digest, total_bytes));
        };
        let appended = append(&mut held.file, source, room);
        held.file.sync_data().map_err(failed)?;
        let offset = match appended.map_err(failed)? {
            Some(count) => found + count,
            None => return Err(too_much(digest, total_bytes)),
        };
        if offset == total_bytes {
            self.finish(held, digest)?;
        }
        Ok(UploadProgress {
            offset,
            complete: offset == total_bytes,
        })
    }

    /// Gives an upload up; whether there was one. [`StoreError::InUse`] while it is being written.
    pub fn upload_remove(&self, digest: &Digest, uploader: &str) -> Result<bool, StoreError> {
        let failed = |err| StoreError::io(format!("removing the upload of {digest}"), err);
        match self.remove(part_name(digest, uploader)).map_err(failed)? {
            Ok(()) => Ok(true),
            Err(HoldError::Missing) => Ok(false),
            Err(HoldError::InUse) => Err(in_use(digest)),
        }
    }

    /// Removes uploads that nothing was added to for so long; gives the number removed.
    pub fn sweep_uploads(&self, older_than: Duration) -> Result<usize, StoreError> {
        let failed = |err| StoreError::io("sweeping unfinished uploads", err);
        let mut removed = 0;
        for (name, metadata) in self.uploads().map_err(failed)? {
            if is_older(&metadata, older_than).map_err(failed)? {
                removed += usize::from(self.remove(name).map_err(failed)?.is_ok());
            }
        }
        Ok(removed)
    }

    /// Bytes of all unfinished uploads.
    pub fn upload_bytes(&self) -> Result<u64, StoreError> {
        let uploads = self
            .uploads()
            .map_err(|err| StoreError::io("counting unfinished uploads", err))?;
        Ok(uploads.iter().map(|(_, metadata)| metadata.len()).sum())
    }

    fn uploads(&self) -> io::Result<Vec<(PathBuf, Metadata)>> {
        let mut found = Vec::new();
        for entry in self.dir.read_dir(FOLDER)? {
            let entry = entry?;
            match entry.metadata() {
                Ok(metadata) if metadata.is_file() => {
                    found.push((Path::new(FOLDER).join(entry.file_name()), metadata));
                }
                Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Opens an upload for writing, making it when it may be made.
    fn hold(&self, name: PathBuf, make: bool) -> io::Result<Result<Held, HoldError>> {
        let _guard = self.lock(LOCK)?;
        self.hold_guarded(name, make)
    }

    fn hold_guarded(&self, name: PathBuf, make: bool) -> io::Result<Result<Held, HoldError>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(make);
        let file = match self.dir.open_with(&name, &options) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                return Ok(Err(HoldError::Missing));
            }
            other => other?.into_std(),
        };
        match file.try_lock() {
            Ok(()) => Ok(Ok(Held { file, name })),
            Err(TryLockError::WouldBlock) => Ok(Err(HoldError::InUse)),
            Err(TryLockError::Error(err)) => Err(err),
        }
    }

    fn remove(&self, name: PathBuf) -> io::Result<Result<(), HoldError>> {
        let _guard = self.lock(LOCK)?;
        match self.hold_guarded(name, false)? {
            Ok(held) => self.dir.remove_file(&held.name).map(Ok),
            Err(err) => Ok(Err(err)),
        }
    }

    /// Makes a whole upload an artifact, or removes it when it isn't what was announced.
    fn finish(&self, mut held: Held, digest: &Digest) -> Result<(), StoreError> {
        let failed = |err| StoreError::io(doing(digest), err);
        held.file.rewind().map_err(failed)?;
        let found = hash(&held.file).map_err(failed)?.digest;
        held.file.set_modified(SystemTime::now()).map_err(failed)?;
        held.file.sync_all().map_err(failed)?;
        let _guard = self.lock(LOCK).map_err(failed)?;
        if found == *digest {
            self.publish_part(&held.name, digest).map_err(failed)?;
            return make_readonly(&held.file).map_err(failed);
        }
        self.dir.remove_file(&held.name).map_err(failed)?;
        Err(StoreError::WrongDigest {
            what: format!("the upload of {digest}"),
            expected: *digest,
            found,
        })
    }
}

/// Why an upload can't be held.
enum HoldError {
    Missing,
    InUse,
}

/// Copies at most `room` bytes and says how many, or nothing when the source has more.
fn append(target: &mut File, mut source: impl Read, room: u64) -> io::Result<Option<u64>> {
    let mut buffer = vec![0; CHUNK];
    let mut count = 0;
    loop {
        match source.read(&mut buffer) {
            Ok(0) => return Ok(Some(count)),
            Ok(read) if read as u64 > room - count => return Ok(None),
            Ok(read) => {
                target.write_all(&buffer[..read])?;
                count += read as u64;
            }
            Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
            Err(err) => return Err(err),
        }
    }
}

/// The uploader's name is hashed: it never becomes part of a path.
fn part_name(digest: &Digest, uploader: &str) -> PathBuf {
    let uploader = Digest::of(uploader.as_bytes()).hex();
    Path::new(FOLDER).join(format!("{}.{}", digest.hex(), &uploader[..32]))
}

fn is_older(metadata: &Metadata, age: Duration) -> io::Result<bool> {
    let modified = metadata.modified()?.into_std();
    let found = SystemTime::now().duration_since(modified);
    Ok(found.unwrap_or_default() >= age)
}

#[cfg(unix)]
fn make_readonly(file: &File) -> io::Result<()> {
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)
}

/// Other systems refuse to replace or remove read-only files.
#[cfg(not(unix))]
fn make_readonly(_file: &File) -> io::Result<()> {
    Ok(())
}

fn doing(digest: &Digest) -> String {
    format!("receiving the upload of {digest}")
}

fn in_use(digest: &Digest) -> StoreError {
    StoreError::InUse {
        what: format!("the upload of {digest}"),
    }
}

fn misplaced(digest: &Digest, expected: u64, found: u64) -> StoreError {
    StoreError::Conflict {
        what: format!("the upload of {digest}"),
        expected,
        found,
    }
}

fn too_much(digest: &Digest, total_bytes: u64) -> StoreError {
    let why = format!("it has more than the {total_bytes} bytes that were announced");
    StoreError::refused(format!("the upload of {digest}"), why)
}
