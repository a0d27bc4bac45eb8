//! The content-addressed store: `cas/<2>/<64 hexadecimal digits>`, read-only, named by what is in it.
//!
//! Nothing that a person or a document names ever becomes part of a path in here, and every file is
//! opened relative to the root's handle without leaving it, so no name and no link leads outside.
//! A file appears under its digest only when all of it is on disk.

mod care;
mod staging;
mod uploads;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};
use hartomat_schema::Digest;
use sha2::{Digest as _, Sha256};

use crate::{StoreError, file_system};
use staging::Staged;

pub use care::ScrubReport;
pub use uploads::UploadProgress;

/// Whoever stores an artifact shares this lock; whoever moves a corrupt one aside has it alone, so that one
/// that was mended in that moment stays.
const LOCK: &str = "care.lock";
/// Bytes read at a time.
const CHUNK: usize = 128 << 10;

/// An artifact store in a folder. Any number of threads and processes may use one folder.
pub struct ArtifactStore {
    dir: Dir,
    root: PathBuf,
}

/// What was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// What hashing a stored file again says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verification {
    /// It is what its name says.
    Verified,
    /// It isn't there.
    Missing,
    /// It was something else, and has been moved to `corrupt/`.
    Corrupt,
}

impl ArtifactStore {
    /// Opens the store in `root`, making what is missing.
    pub fn open(root: impl AsRef<Path>) -> Result<Self, StoreError> {
        let root = std::path::absolute(root.as_ref())
            .map_err(|err| StoreError::io("finding the artifact store", err))?;
        let failed = |err| {
            StoreError::io(
                format!("opening the artifact store {}", root.display()),
                err,
            )
        };
        fs::create_dir_all(&root).map_err(failed)?;
        let dir = Dir::open_ambient_dir(&root, ambient_authority()).map_err(failed)?;
        make_folders(&dir).map_err(failed)?;
        Ok(Self { dir, root })
    }

    /// Stores these bytes. When it returns they are on disk for good, under their digest.
    pub fn put_bytes(&self, bytes: &[u8]) -> Result<Stored, StoreError> {
        self.put(bytes, "an artifact")
    }

    /// Stores a copy of a file's bytes.
    pub fn put_file(&self, path: impl AsRef<Path>) -> Result<Stored, StoreError> {
        let path = path.as_ref();
        let label = path.display().to_string();
        let failed = |err| StoreError::io(format!("reading {label}"), err);
        if !fs::metadata(path).map_err(failed)?.is_file() {
            return Err(StoreError::refused(label, "it is no regular file"));
        }
        self.put(fs::File::open(path).map_err(failed)?, &label)
    }

    /// Where an artifact lies, for programs that read files. They must not write there.
    pub fn path(&self, digest: &Digest) -> Option<PathBuf> {
        let name = file_name(digest);
        let metadata = self.dir.symlink_metadata(&name).ok()?;
        metadata.is_file().then(|| self.root.join(name))
    }

    /// An artifact open for reading, with its size, for whoever needs parts of it. Not hashed again.
    pub fn open_file(&self, digest: &Digest) -> Result<Option<(fs::File, u64)>, StoreError> {
        self.open_artifact(digest)
            .map_err(|err| StoreError::io(format!("opening artifact {digest}"), err))
    }

    /// An artifact's bytes, hashed again on the way.
    pub fn read(&self, digest: &Digest, max_bytes: u64) -> Result<Vec<u8>, StoreError> {
        let label = format!("artifact {digest}");
        let failed = |err: io::Error| match err.kind() {
            io::ErrorKind::NotFound => StoreError::NotFound {
                what: label.clone(),
            },
            _ => StoreError::io(format!("reading {label}"), err),
        };
        let file = self.dir.open(file_name(digest)).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        if size > max_bytes {
            let why = format!("it has {size} bytes, at most {max_bytes} were asked for");
            return Err(StoreError::refused(label, why));
        }
        let mut bytes = Vec::new();
        let limit = max_bytes.saturating_add(1);
        file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
        if Digest::of(&bytes) == *digest {
            Ok(bytes)
        } else {
            self.set_aside(digest)?;
            Err(StoreError::Corrupt {
                what: label,
                found: "its bytes have another digest".to_owned(),
            })
        }
    }

    /// Hashes an artifact again. A corrupt one is moved to `corrupt/`, so that its producer runs again.
    pub fn verify(&self, digest: &Digest) -> Result<Verification, StoreError> {
        match self.check(digest)? {
            Verification::Corrupt => self.set_aside(digest),
            found => Ok(found),
        }
    }

    /// Hashes an artifact again, and leaves it where it is.
    fn check(&self, digest: &Digest) -> Result<Verification, StoreError> {
        let failed = |err| StoreError::io(format!("verifying artifact {digest}"), err);
        let name = file_name(digest);
        let metadata = match self.dir.symlink_metadata(&name) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(Verification::Missing),
            other => other.map_err(failed)?,
        };
        // What is no regular file, such as a link, was not put here by us.
        if metadata.is_file() {
            let file = self.dir.open(&name).map_err(failed)?;
            if hash(file).map_err(failed)?.digest == *digest {
                return Ok(Verification::Verified);
            }
        }
        Ok(Verification::Corrupt)
    }

    /// Moves an artifact that was found corrupt aside, while nobody stores one: whoever has stored it
    /// since then has mended it, and it stays.
    fn set_aside(&self, digest: &Digest) -> Result<Verification, StoreError> {
        let failed = |err| StoreError::io(format!("verifying artifact {digest}"), err);
        let _alone = self.lock(LOCK).map_err(failed)?;
        let found = self.check(digest)?;
        if found == Verification::Corrupt {
            self.quarantine(digest)?;
        }
        Ok(found)
    }

    /// Copies an artifact to `destination`: whole and verified, or not at all. What was there before
    /// is replaced. It is a copy and never a link, so that whoever edits it can't change the artifact.
    pub fn export(&self, digest: &Digest, destination: impl AsRef<Path>) -> Result<(), StoreError> {
        let destination = destination.as_ref();
        let label = format!("artifact {digest} as {}", destination.display());
        let failed = |err| StoreError::io(format!("exporting {label}"), err);
        let Some(name) = destination.file_name() else {
            return Err(StoreError::refused(label, "the path names no file"));
        };
        let parent = file_system::parent(destination);
        let target = Dir::open_ambient_dir(parent, ambient_authority()).map_err(failed)?;
        if fs::canonicalize(parent)
            .map_err(failed)?
            .starts_with(fs::canonicalize(&self.root).map_err(failed)?)
        {
            return Err(StoreError::refused(
                label,
                "it lies inside the artifact store",
            ));
        }
        let file = match self.dir.open(file_name(digest)) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::NotFound {
                    what: format!("artifact {digest}"),
                });
            }
            other => other.map_err(failed)?,
        };
        let staged = Staged::write(&target, Path::new(""), 0o666, file).map_err(failed)?;
        if staged.stored.digest != *digest {
            self.set_aside(digest)?;
            return Err(StoreError::Corrupt {
                what: format!("artifact {digest}"),
                found: "its bytes have another digest".to_owned(),
            });
        }
        staged.publish(Path::new(name)).map_err(failed)
    }

    /// Removes what killed processes left half-written; gives the number of files removed.
    pub fn sweep_tmp(&self) -> Result<usize, StoreError> {
        staging::sweep(&self.dir, Path::new("tmp"))
            .map_err(|err| StoreError::io("sweeping half-written artifacts", err))
    }

    /// Copies a file from outside of the store to `destination`, if it has this digest: whole, or not at
    /// all. What was there before is replaced.
    pub fn copy_out(
        source: impl Read,
        digest: &Digest,
        destination: impl AsRef<Path>,
    ) -> Result<(), StoreError> {
        let destination = destination.as_ref();
        let label = destination.display();
        let failed = |err| StoreError::io(format!("writing {label}"), err);
        let Some(name) = destination.file_name() else {
            return Err(StoreError::refused(
                label.to_string(),
                "the path names no file",
            ));
        };
        let parent = file_system::parent(destination);
        let target = Dir::open_ambient_dir(parent, ambient_authority()).map_err(failed)?;
        let staged = Staged::write(&target, Path::new(""), 0o666, source).map_err(failed)?;
        if staged.stored.digest != *digest {
            return Err(StoreError::Corrupt {
                what: format!("what is copied to {label}"),
                found: "its bytes have another digest".to_owned(),
            });
        }
        staged.publish(Path::new(name)).map_err(failed)
    }

    /// Removes what killed processes left half-exported in a folder; gives the number of files removed.
    pub fn sweep_exports(folder: impl AsRef<Path>) -> Result<usize, StoreError> {
        let folder = folder.as_ref();
        let swept = match Dir::open_ambient_dir(folder, ambient_authority()) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(0),
            opened => opened.and_then(|dir| staging::sweep_partials(&dir)),
        };
        swept.map_err(|err| {
            let doing = format!("sweeping half-written files in {}", folder.display());
            StoreError::io(doing, err)
        })
    }

    /// Room on the store's volume in bytes, where the system says.
    pub fn free_bytes(&self) -> Option<u64> {
        file_system::free_bytes(&self.root)
    }

    fn put(&self, source: impl Read, label: &str) -> Result<Stored, StoreError> {
        let failed = |err| StoreError::io(format!("storing {label}"), err);
        let staged = Staged::write(&self.dir, Path::new("tmp"), 0o444, source).map_err(failed)?;
        let stored = staged.stored;
        // Bytes that lie there already are checked, so that putting again mends a corrupt artifact.
        let (_kept, found) = self.check_to_store(&stored.digest)?;
        if found == Verification::Verified {
            staging::sync(&self.dir, &folder(&stored.digest)).map_err(failed)?;
        } else {
            staged.publish(&file_name(&stored.digest)).map_err(failed)?;
        }
        Ok(stored)
    }

    /// Says what lies where an artifact is about to be stored, with the lock under which it may be. What is
    /// corrupt is moved aside first, alone: somebody else may be about to mend it as well.
    fn check_to_store(&self, digest: &Digest) -> Result<(fs::File, Verification), StoreError> {
        let failed = |err| StoreError::io(format!("storing artifact {digest}"), err);
        let kept = self.share(LOCK).map_err(failed)?;
        let found = self.check(digest)?;
        if found != Verification::Corrupt {
            return Ok((kept, found));
        }
        drop(kept);
        self.set_aside(digest)?;
        let kept = self.share(LOCK).map_err(failed)?;
        let found = self.check(digest)?;
        Ok((kept, found))
    }

    /// Makes a verified file an artifact, for good.
    fn publish_part(&self, part: &Path, digest: &Digest) -> io::Result<()> {
        let _kept = self.share(LOCK)?;
        self.dir.rename(part, &self.dir, file_name(digest))?;
        staging::sync(&self.dir, &folder(digest))
    }

    fn open_artifact(&self, digest: &Digest) -> io::Result<Option<(fs::File, u64)>> {
        let name = file_name(digest);
        let opened = match self.dir.symlink_metadata(&name) {
            Ok(metadata) if metadata.is_file() => self.dir.open(&name),
            Ok(_no_artifact) => return Ok(None),
            Err(err) => Err(err),
        };
        match opened {
            Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(None),
            other => {
                let file = other?.into_std();
                let size = file.metadata()?.len();
                Ok(Some((file, size)))
            }
        }
    }

    /// Waits until nobody else has this lock of the store, alone or shared. Dropping the file unlocks.
    fn lock(&self, name: &str) -> io::Result<fs::File> {
        let file = self.lock_file(name)?;
        file.lock()?;
        Ok(file)
    }

    /// Waits until nobody has this lock alone.
    fn share(&self, name: &str) -> io::Result<fs::File> {
        let file = self.lock_file(name)?;
        file.lock_shared()?;
        Ok(file)
    }

    fn lock_file(&self, name: &str) -> io::Result<fs::File> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        Ok(self.dir.open_with(name, &options)?.into_std())
    }

    /// Moves a corrupt artifact aside, never deletes it.
    fn quarantine(&self, digest: &Digest) -> Result<(), StoreError> {
        let target = Path::new("corrupt").join(staging::unique_name(&digest.hex()));
        match self.dir.rename(file_name(digest), &self.dir, target) {
            Err(err) if err.kind() != io::ErrorKind::NotFound => Err(StoreError::io(
                format!("moving the corrupt artifact {digest} aside"),
                err,
            )),
            _ => Ok(()),
        }
    }
}

/// Folders are made once and synced once, so that putting has one folder to sync.
fn make_folders(dir: &Dir) -> io::Result<()> {
    for name in ["cas", "tmp", "corrupt", "uploads"] {
        make_folder(dir, Path::new(name))?;
    }
    let mut made = false;
    for byte in 0..=u8::MAX {
        made |= make_folder(dir, &Path::new("cas").join(format!("{byte:02x}")))?;
    }
    if made {
        staging::sync(dir, Path::new("cas"))?;
        staging::sync(dir, Path::new(""))?;
    }
    Ok(())
}

fn make_folder(dir: &Dir, path: &Path) -> io::Result<bool> {
    match dir.create_dir(path) {
        Ok(()) => Ok(true),
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(err) => Err(err),
    }
}

fn folder(digest: &Digest) -> PathBuf {
    Path::new("cas").join(&digest.hex()[..2])
}

fn file_name(digest: &Digest) -> PathBuf {
    folder(digest).join(digest.hex())
}

fn hash(source: impl Read) -> io::Result<Stored> {
    copy_hashed(source, io::sink())
}

/// Copies all of `source` and says what it was.
fn copy_hashed(mut source: impl Read, mut target: impl io::Write) -> io::Result<Stored> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut size_bytes = 0;
    loop {
        let count = match source.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
            Err(err) => return Err(err),
        };
        hasher.update(&buffer[..count]);
        target.write_all(&buffer[..count])?;
        size_bytes += count as u64;
    }
    Ok(Stored {
        digest: Digest::from_bytes(hasher.finalize().into()),
        size_bytes,
    })
}
