//! Care for a store that lives long: hashing it again bit by bit, and removing what nobody needs.
//!
//! An artifact is removed only under `care.lock`, which whoever stores or publishes one shares: an
//! artifact that is stored again in that moment is either kept, or seen to be gone and stored anew.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, SystemTime};

use hartomat_schema::Digest;

use super::{ArtifactStore, CHUNK, Stored, Verification, file_name};
use crate::{StoreError, digest_scan};

pub(super) const LOCK: &str = "care.lock";

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

/// What a garbage collection removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GcReport {
    /// Number of artifacts.
    pub removed: usize,
    /// Their bytes.
    pub bytes: u64,
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

    /// Removes artifacts that are neither in use, nor named by a JSON artifact in use, nor stored within
    /// `grace`, which alone protects what is stored but not recorded yet: it must be longer than a run.
    pub fn collect_garbage(
        &self,
        in_use: &BTreeSet<Digest>,
        grace: Duration,
    ) -> Result<GcReport, StoreError> {
        let mut report = GcReport::default();
        let in_use = self.with_mentioned(in_use)?;
        for stored in self.list()? {
            if !in_use.contains(&stored.digest) && self.remove_old(&stored.digest, grace)? {
                report.removed += 1;
                report.bytes += stored.size_bytes;
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

    /// These artifacts and all that those of JSON among them speak of, such as a comparison's pictures.
    fn with_mentioned(&self, in_use: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>, StoreError> {
        let mut kept = in_use.clone();
        let mut unread = in_use.clone();
        while let Some(digest) = unread.pop_first() {
            let mut mentioned = BTreeSet::new();
            self.mentioned(&digest, &mut mentioned)
                .map_err(|err| StoreError::io(format!("reading artifact {digest}"), err))?;
            unread.extend(mentioned.difference(&kept));
            kept.extend(mentioned);
        }
        Ok(kept)
    }

    fn mentioned(&self, digest: &Digest, found: &mut BTreeSet<Digest>) -> io::Result<()> {
        let Some((mut file, _)) = self.open_artifact(digest)? else {
            return Ok(());
        };
        let mut window = vec![0; CHUNK];
        let mut held = 0;
        let mut first = true;
        loop {
            let count = match file.read(&mut window[held..]) {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if count == 0 || (first && !matches!(window[0], b'{' | b'[')) {
                return Ok(());
            }
            first = false;
            let filled = held + count;
            digest_scan::collect(&window[..filled], found);
            // A digest may begin in one reading and end in the next.
            held = filled.min(digest_scan::LENGTH - 1);
            window.copy_within(filled - held..filled, 0);
        }
    }

    /// Removes an artifact unless it was stored within `grace`; whether it did.
    fn remove_old(&self, digest: &Digest, grace: Duration) -> Result<bool, StoreError> {
        let failed = |err| StoreError::io(format!("removing artifact {digest}"), err);
        let _alone = self.lock(LOCK).map_err(failed)?;
        let name = file_name(digest);
        let metadata = match self.dir.symlink_metadata(&name) {
            Err(err) if err.kind() == io::ErrorKind::NotFound => return Ok(false),
            other => other.map_err(failed)?,
        };
        let modified = metadata.modified().map_err(failed)?.into_std();
        let age = SystemTime::now()
            .duration_since(modified)
            .unwrap_or_default();
        if !metadata.is_file() || age < grace {
            return Ok(false);
        }
        self.dir.remove_file(&name).map_err(failed)?;
        Ok(true)
    }
}

fn digest_of(hex: &str) -> Option<Digest> {
    let digest: Digest = format!("sha256:{hex}").parse().ok()?;
    (digest.hex() == hex).then_some(digest)
}

fn first_byte(digest: Digest) -> u8 {
    u8::from_str_radix(&digest.hex()[..2], 16).expect("a digest's text is hexadecimal")
}
