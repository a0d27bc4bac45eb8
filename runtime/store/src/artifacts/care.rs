//! Care for a store that lives long: listing it, and hashing it again bit by bit.

use std::io;
use std::path::Path;

use hartomat_schema::Digest;

use super::{ArtifactStore, Stored, Verification, file_name};
use crate::StoreError;

/// What a scrub came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScrubReport {
    /// Artifacts that are what their names say.
    pub verified: usize,
    /// Artifacts that were not, and have been moved to `corrupt/`.
    pub corrupt: Vec<Digest>,
    /// Where to go on; none when the end was reached.
    pub next: Option<Digest>,
}

impl ArtifactStore {
    /// All artifacts in the order of their digests, by name and not hashed again.
    pub fn list(&self) -> Result<Vec<Stored>, StoreError> {
        let mut found = Vec::new();
        for folder in 0..=u8::MAX {
            found.extend(self.list_folder(folder)?);
        }
        Ok(found)
    }

    /// Hashes artifacts after `start_after` again, in order, until `max_bytes` have been read; always at
    /// least one, so that calls with [`ScrubReport::next`] come to an end.
    pub fn scrub(
        &self,
        start_after: Option<Digest>,
        max_bytes: u64,
    ) -> Result<ScrubReport, StoreError> {
        let mut report = ScrubReport::default();
        let (mut bytes, mut last) = (0, None);
        let first = start_after.map_or(0, first_byte);
        for folder in first..=u8::MAX {
            for stored in self.list_folder(folder)? {
                if start_after.is_some_and(|after| stored.digest <= after) {
                    continue;
                }
                if last.is_some() && bytes + stored.size_bytes > max_bytes {
                    report.next = last;
                    return Ok(report);
                }
                match self.verify(&stored.digest)? {
                    Verification::Verified => report.verified += 1,
                    Verification::Corrupt => report.corrupt.push(stored.digest),
                    Verification::Missing => {}
                }
                bytes += stored.size_bytes;
                last = Some(stored.digest);
            }
        }
        Ok(report)
    }

    fn list_folder(&self, folder: u8) -> Result<Vec<Stored>, StoreError> {
        let name = format!("{folder:02x}");
        let failed = |err| StoreError::io("listing the artifacts", err);
        let entries = self.dir.read_dir(Path::new("cas").join(&name));
        let mut found = Vec::new();
        for entry in entries.map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let digest = entry.file_name().to_str().and_then(digest_of);
            let Some(digest) = digest.filter(|digest| first_byte(*digest) == folder) else {
                continue;
            };
            match self.dir.symlink_metadata(file_name(&digest)) {
                Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(failed(err)),
                Ok(metadata) => found.push(Stored {
                    digest,
                    size_bytes: metadata.len(),
                }),
                Err(_removed_meanwhile) => {}
            }
        }
        found.sort_by_key(|stored| stored.digest);
        Ok(found)
    }
}

fn digest_of(hex: &str) -> Option<Digest> {
    let digest: Digest = format!("sha256:{hex}").parse().ok()?;
    (digest.hex() == hex).then_some(digest)
}

fn first_byte(digest: Digest) -> u8 {
    u8::from_str_radix(&digest.hex()[..2], 16).expect("a digest's text is hexadecimal")
}
