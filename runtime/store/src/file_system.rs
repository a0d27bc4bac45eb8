//! What the store needs from a file system beyond reading and writing: durability, room, locality.

use std::fs::File;
use std::io;
use std::path::Path;

use crate::StoreError;

/// Less room than this and a failed write is put down to a full volume, in bytes.
const HARDLY_ANY_ROOM: u64 = 256 << 10;

/// Makes renames and creations in a folder outlive a power cut.
pub(crate) fn sync_dir(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()
    } else {
        Ok(())
    }
}

/// The folder that a file lies in.
pub(crate) fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Room for unprivileged users on the volume of `path`, in bytes; `None` where it can't be told.
#[cfg(unix)]
pub(crate) fn free_bytes(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Room for unprivileged users on the volume of `path`, in bytes; `None` where it can't be told.
#[cfg(not(unix))]
pub(crate) fn free_bytes(_path: &Path) -> Option<u64> {
    None
}

/// Whether the volume can take more than a few pages.
pub(crate) fn has_room(path: &Path) -> bool {
    free_bytes(path).is_none_or(|bytes| bytes > HARDLY_ANY_ROOM)
}

/// Refuses folders on network file systems: the database needs memory shared between its processes,
/// and locks that hold.
#[cfg(target_os = "linux")]
pub(crate) fn refuse_network(dir: &Path) -> Result<(), StoreError> {
    /// Magic numbers from statfs(2): NFS, SMB, CIFS, SMB2, AFS, Coda, Ceph.
    const NETWORK: [u32; 7] = [
        0x6969,
        0x517b,
        0xff53_4d42,
        0xfe53_4d42,
        0x5346_414f,
        0x7375_7245,
        0x00c3_6400,
    ];
    let stat = rustix::fs::statfs(dir).map_err(|err| {
        StoreError::io(
            format!("looking at the volume of {}", dir.display()),
            err.into(),
        )
    })?;
    let magic = u32::try_from(stat.f_type & 0xffff_ffff).unwrap_or(0);
    if NETWORK.contains(&magic) {
        return Err(StoreError::refused(
            format!("the folder {}", dir.display()),
            "databases can't lie on a network file system; choose a local folder",
        ));
    }
    Ok(())
}

/// Other systems don't say what kind of file system a folder is on.
#[cfg(not(target_os = "linux"))]
pub(crate) fn refuse_network(_dir: &Path) -> Result<(), StoreError> {
    Ok(())
}
