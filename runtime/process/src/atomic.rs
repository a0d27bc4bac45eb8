//! Writes a file so that a crash at any moment leaves either the old bytes or the new ones, and makes
//! folders that a power cut doesn't take away again.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Writes beside the file, brings that to the disk, puts it in the file's place, and brings the
/// folder to the disk. Returns once all of that holds. Missing folders are made.
///
/// # Errors
/// What the disk says; the file is as it was then.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let (beside, file) = create_beside(folder, name)?;
    let written = write_and_rename(file, &beside, path, bytes);
    if written.is_err() {
        // What is left of the attempt is of no use; the error that led here is what matters.
        let _gone = fs::remove_file(&beside);
    }
    written?;
    sync_folder(folder)
}

/// Makes a folder with those above it, and brings each that is new to the disk.
///
/// # Errors
/// What the disk says.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = match folder.parent() {
        Some(above) if !above.as_os_str().is_empty() => above,
        _ => Path::new("."),
    };
    make_folder(above)?;
    match fs::create_dir(folder) {
        // Somebody else was faster.
        Err(_) if folder.is_dir() => {}
        made => made?,
    }
    sync_folder(above)
}

/// A new file. One that an earlier process of our number left is not ours to write to.
fn create_beside(folder: &Path, name: &OsStr) -> io::Result<(PathBuf, File)> {
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut beside = OsString::from(".");
        beside.push(name);
        beside.push(format!(".{}-{number}.tmp", std::process::id()));
        let beside = folder.join(beside);
        match File::create_new(&beside) {
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
            created => return created.map(|file| (beside, file)),
        }
    }
}

fn write_and_rename(mut file: File, beside: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    // A document keeps who may read it.
    if let Ok(metadata) = fs::metadata(path) {
        file.set_permissions(metadata.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(beside, path)
}

/// A rename is only durable once its folder is. Not every platform opens folders; those that don't
/// bring renames to the disk themselves.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{make_folder, write_atomically};

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/a.json");
        write_atomically(&path, b"one").unwrap();
        write_atomically(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(
            std::fs::read_dir(path.parent().unwrap()).unwrap().count(),
            1
        );
    }

    #[test]
    fn what_an_earlier_process_of_our_number_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..100 {
            let left = format!(".a.json.{}-{number}.tmp", std::process::id());
            std::fs::write(folder.path().join(left), b"half").unwrap();
        }
        let path = folder.path().join("a.json");
        write_atomically(&path, b"whole").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn a_folder_is_made_with_those_above_it_and_may_be_there() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b/c");
        for _ in 0..2 {
            make_folder(&deep).unwrap();
            assert!(deep.is_dir());
        }
        let file = root.path().join("file");
        std::fs::write(&file, b"kept").unwrap();
        assert!(make_folder(&file).is_err() && make_folder(&file.join("in")).is_err());
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("is_a_folder");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("inside"), b"kept").unwrap();
        assert!(write_atomically(&path, b"new").is_err());
        assert_eq!(std::fs::read(path.join("inside")).unwrap(), b"kept");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
