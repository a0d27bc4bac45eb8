//! Files that callers bring and take: stored ones, and ones of this machine where callers are on it.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use hartomat_api::http::{UploadQuery, UploadState};
use hartomat_api::{ApiError, ErrorKind, FileSource, TransferProgress};
use hartomat_cad::check_step;
use hartomat_schema::{Digest, MediaAsset, MediaAssetId, StoredFile};
use hartomat_store::{ArtifactStore, StoreError, Verification};

use crate::Studio;
use crate::error::{from_store, unreadable};
use crate::host::now;
use crate::subject::MAX_CAD_BYTES;

/// The largest file that is sent.
const MAX_UPLOAD_BYTES: u64 = 8 << 30;
/// The most bytes of unfinished uploads.
const MAX_UNFINISHED_BYTES: u64 = 64 << 30;
/// Files in a list.
const LISTED: usize = 1000;

impl Studio {
    /// A stored file's bytes for reading, and how many there are.
    pub fn artifact_open(&self, digest: &Digest) -> Result<Option<(File, u64)>, ApiError> {
        self.artifacts()?
            .open_file(digest)
            .map_err(|err| from_store(&err))
    }

    /// Stores bytes under a name.
    pub fn artifact_put_bytes(&self, bytes: &[u8], name: &str) -> Result<StoredFile, ApiError> {
        let stored = self
            .artifacts()?
            .put_bytes(bytes)
            .map_err(|err| from_store(&err))?;
        Ok(StoredFile::new(stored.digest, stored.size_bytes, name))
    }

    /// A media asset's bytes for reading, and its record.
    pub fn media_asset_open(
        &self,
        id: &MediaAssetId,
    ) -> Result<Option<(File, MediaAsset)>, ApiError> {
        let asset = self
            .legacy
            .media_asset_get(id)
            .map_err(|err| from_store(&err))?;
        let Some(asset) = asset else { return Ok(None) };
        let path = Path::new(&asset.path);
        let file = File::open(path).map_err(|err| {
            let message = format!("media asset `{}` can't be read: {err}", asset.name);
            ApiError::new(ErrorKind::Internal, message)
        })?;
        Ok(Some((file, asset)))
    }

    /// How much of a file somebody has sent.
    pub fn upload_state(&self, digest: &Digest, uploader: &str) -> Result<UploadState, ApiError> {
        let artifacts = self.artifacts()?;
        if artifacts.path(digest).is_some() {
            return Ok(UploadState {
                offset: 0,
                complete: true,
            });
        }
        let offset = artifacts
            .upload_offset(digest, uploader)
            .map_err(|err| from_store(&err))?;
        Ok(UploadState {
            offset,
            complete: false,
        })
    }

    /// Takes a piece of a file. What arrives is kept, also when the source ends early.
    pub fn upload_append(
        &self,
        digest: &Digest,
        uploader: &str,
        query: &UploadQuery,
        source: impl Read,
    ) -> Result<UploadState, ApiError> {
        let artifacts = self.artifacts()?;
        if query.total > MAX_UPLOAD_BYTES {
            let message = format!("a file has at most {} GB", MAX_UPLOAD_BYTES >> 30);
            return Err(ApiError::new(ErrorKind::TooLarge, message));
        }
        let unfinished = artifacts.upload_bytes().map_err(|err| from_store(&err))?;
        if unfinished.saturating_add(query.total) > MAX_UNFINISHED_BYTES {
            let message = "too many unfinished uploads lie here";
            return Err(ApiError::new(ErrorKind::Busy, message).hint("try again later"));
        }
        let progress = artifacts
            .upload_append(digest, uploader, query.offset, query.total, source)
            .map_err(|err| from_store(&err))?;
        Ok(UploadState {
            offset: progress.offset,
            complete: progress.complete,
        })
    }

    /// Forgets an unfinished upload.
    pub fn upload_remove(&self, digest: &Digest, uploader: &str) -> Result<(), ApiError> {
        self.artifacts()?
            .upload_remove(digest, uploader)
            .map(|_| ())
            .map_err(|err| from_store(&err))
    }

    /// Where a file that a caller named lies on this machine.
    pub(crate) fn source_path(&self, source: &FileSource) -> Result<PathBuf, ApiError> {
        match source {
            FileSource::Path(path) => Ok(PathBuf::from(path)),
            FileSource::Stored(file) => self.stored_path(file),
        }
    }

    /// Where a stored file lies.
    pub(crate) fn stored_path(&self, file: &StoredFile) -> Result<PathBuf, ApiError> {
        self.artifacts()?.path(&file.digest).ok_or_else(|| {
            let message = format!("`{}` ({}) is not stored here", file.name, file.digest);
            ApiError::new(ErrorKind::NotFound, message).hint("send the file first")
        })
    }

    pub(crate) fn put_file(
        &self,
        path: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<StoredFile, ApiError> {
        let size = path.metadata().map_err(|err| unreadable(path, &err))?.len();
        progress(0, size);
        let stored = self
            .artifacts()?
            .put_file(path)
            .map_err(|err| from_store(&err))?;
        progress(size, size);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(StoredFile::new(stored.digest, stored.size_bytes, &name))
    }

    pub(crate) fn save_artifact(
        &self,
        digest: &Digest,
        destination: &Path,
        progress: TransferProgress<'_>,
    ) -> Result<(), ApiError> {
        let artifacts = self.artifacts()?;
        make_folder_of(destination)?;
        artifacts
            .export(digest, destination)
            .map_err(|err| from_store(&err))?;
        let size = destination.metadata().map_or(0, |metadata| metadata.len());
        progress(size, size);
        Ok(())
    }

    /// Copies a media asset out: whole and as it was published, or not at all.
    pub(crate) fn save_media_asset(
        &self,
        id: &MediaAssetId,
        destination: &Path,
    ) -> Result<(), ApiError> {
        let missing = || {
            ApiError::new(
                ErrorKind::NotFound,
                format!("there is no media asset `{id}`"),
            )
        };
        let (file, asset) = self.media_asset_open(id)?.ok_or_else(missing)?;
        make_folder_of(destination)?;
        ArtifactStore::copy_out(file, &asset.digest, destination).map_err(|err| match err {
            StoreError::Corrupt { .. } => {
                let message = format!("media asset `{}` has changed on disk", asset.name);
                ApiError::new(ErrorKind::Internal, message)
            }
            err => unwritable(destination, &err),
        })
    }

    pub(crate) fn cad_files(&self) -> Result<Vec<StoredFile>, ApiError> {
        self.graph()?
            .db
            .cad_file_list(LISTED)
            .map_err(|err| from_store(&err))
    }

    pub(crate) fn put_cad_file(&self, file: &StoredFile) -> Result<(), ApiError> {
        let artifacts = self.artifacts()?;
        self.stored_path(file)?;
        let bytes = artifacts
            .read(&file.digest, MAX_CAD_BYTES)
            .map_err(|err| from_store(&err))?;
        check_step(&bytes, &file.name)
            .map_err(|err| ApiError::new(ErrorKind::InvalidInput, err.to_string()))?;
        let file = StoredFile::new(file.digest, bytes.len() as u64, &file.name);
        self.graph()?
            .db
            .cad_file_put(&file, now())
            .map_err(|err| from_store(&err))
    }

    /// Whether an artifact is there and whole.
    pub(crate) fn is_stored(&self, digest: &Digest) -> bool {
        self.artifacts()
            .is_ok_and(|artifacts| matches!(artifacts.verify(digest), Ok(Verification::Verified)))
    }
}

fn make_folder_of(destination: &Path) -> Result<(), ApiError> {
    let folder = destination.parent().unwrap_or(Path::new(""));
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|err| unwritable(destination, &err))
}

fn unwritable(path: &Path, err: &dyn std::error::Error) -> ApiError {
    let source = err.source().map(|source| format!(": {source}"));
    let why = format!("{err}{}", source.unwrap_or_default());
    let message = format!("can't write `{}`: {why}", path.display());
    ApiError::new(ErrorKind::InvalidInput, message).hint("choose another place")
}
