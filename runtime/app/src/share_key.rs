//! The key that signs links to comparisons: a file of the data folder, made when the first link is.
//!
//! It is read anew for each check, so that another key, or none, ends every link at once.

use std::io::{ErrorKind as IoKind, Write as _};

use hartomat_api::{ApiError, ErrorKind};

use crate::{Studio, new_secret};

impl Studio {
    /// The key; none where no link was ever made.
    pub fn share_key(&self) -> Result<Option<String>, ApiError> {
        match std::fs::read_to_string(self.data.share_key()) {
            Ok(key) => Ok(Some(key).filter(|key| !key.is_empty())),
            Err(err) if err.kind() == IoKind::NotFound => Ok(None),
            Err(err) => Err(failed(&err)),
        }
    }

    /// The key, made where there is none.
    pub fn share_key_or_new(&self) -> Result<String, ApiError> {
        match self.share_key()? {
            Some(key) => Ok(key),
            None => self.share_key_rotate(),
        }
    }

    /// Puts another key in its place: links signed with the one before end.
    pub fn share_key_rotate(&self) -> Result<String, ApiError> {
        let key = new_secret()?;
        // Such files are readable by their user alone.
        let written = tempfile::NamedTempFile::new_in(self.data.path()).and_then(|mut file| {
            file.write_all(key.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(self.data.share_key()).map_err(|err| err.error)
        });
        match written {
            Ok(_) => Ok(key),
            Err(err) => Err(failed(&err)),
        }
    }
}

fn failed(err: &std::io::Error) -> ApiError {
    let message = format!("the key that signs links can't be read or written: {err}");
    ApiError::new(ErrorKind::Internal, message)
}
