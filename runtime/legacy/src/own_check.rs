//! What a studio's own legacy program made, believed only as far as it can be read: fresh, a file of the
//! folder itself, whole, and of the kind, format and size that were asked for.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use hartomat_render::check_picture;
use hartomat_schema::{ExpectedOutput, LegacyReply, LegacyRequest};

use crate::LegacyError;
use crate::own_run::failed;
use crate::video_file::video_size;

/// The largest result file.
const MAX_REPLY_BYTES: u64 = 1 << 20;
/// Clocks of file systems are coarse, and those of a network may be a little off.
const CLOCK: Duration = Duration::from_secs(2);

/// A good output with what its program says of it.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reply: LegacyReply,
    pub(crate) expected: ExpectedOutput,
}

/// The output in this folder.
pub(crate) fn made_in(
    folder: &Path,
    request: &LegacyRequest,
    started: SystemTime,
) -> Result<Made, LegacyError> {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir());
    if !is_folder {
        return Err(failed(
            "ended well, and its output folder is no folder any more",
        ));
    }
    let name = LegacyReply::FILE;
    let reply = read(folder, name, started, MAX_REPLY_BYTES)?;
    let reply: LegacyReply = serde_json::from_slice(&reply)
        .map_err(|err| failed(&format!("left a `{name}` that can't be read: {err}")))?;
    if reply.schema != LegacyReply::SCHEMA {
        return Err(failed(&format!(
            "left a `{name}` of the schema `{}` instead of `{}`",
            reply.schema,
            LegacyReply::SCHEMA
        )));
    }
    let file = plain(&reply.file)?;
    let bytes = read(folder, file, started, request.limits.output_bytes)?;
    check(file, &bytes, &request.expected)?;
    Ok(Made {
        bytes,
        expected: request.expected.clone(),
        reply,
    })
}

/// A name that leads nowhere but into the folder.
fn plain(name: &str) -> Result<&str, LegacyError> {
    let is_plain = !name.is_empty()
        && name.len() <= 255
        && !name.starts_with(['.', '-'])
        && !name.contains(|c: char| c == '/' || c == '\\' || c.is_control());
    match is_plain {
        true => Ok(name),
        false => Err(failed(&format!(
            "names `{}`, which is no plain file name in the output folder",
            name.escape_debug()
        ))),
    }
}

/// A file of the folder itself, made during the run.
fn read(
    folder: &Path,
    name: &str,
    started: SystemTime,
    limit: u64,
) -> Result<Vec<u8>, LegacyError> {
    let path = folder.join(name);
    let data = fs::symlink_metadata(&path)
        .map_err(|_missing| failed(&format!("ended well and wrote no `{name}`")))?;
    if let Some(problem) = problem_of(&data, started, limit) {
        return Err(failed(&format!("left `{name}`, which {problem}")));
    }
    let unread =
        |err: std::io::Error| failed(&format!("left `{name}`, which can't be read: {err}"));
    // The file may have become another one since: a link isn't followed, and its own data counts.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(no_links())
        .open(&path)
        .map_err(unread)?;
    let opened = file.metadata().map_err(unread)?;
    if let Some(problem) = problem_of(&opened, started, limit) {
        return Err(failed(&format!("left `{name}`, which {problem}")));
    }
    read_whole(file, limit).map_err(unread)
}

fn no_links() -> i32 {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    i32::try_from(flags.bits()).expect("flags of files are small numbers")
}

fn read_whole(file: File, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn problem_of(data: &Metadata, started: SystemTime, limit: u64) -> Option<String> {
    if data.is_symlink() {
        return Some("is a link".to_owned());
    }
    if !data.is_file() {
        return Some("is no file".to_owned());
    }
    if data.nlink() > 1 {
        return Some("is a file of another folder too".to_owned());
    }
    if data.len() == 0 {
        return Some("is empty".to_owned());
    }
    if data.len() > limit {
        return Some(format!("has {} bytes, more than {limit}", data.len()));
    }
    let is_old = data
        .modified()
        .is_ok_and(|changed| changed + CLOCK < started);
    is_old.then(|| "is older than the run".to_owned())
}

/// Whole, and what was asked for.
fn check(name: &str, bytes: &[u8], expected: &ExpectedOutput) -> Result<(), LegacyError> {
    let wrong = |problem: String| failed(&format!("left `{name}`, which {problem}"));
    let size = match expected.format.as_str() {
        "blend" => {
            let is_blend = bytes.starts_with(b"BLENDER")
                || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
                || bytes.starts_with(&[0x1f, 0x8b]);
            let is_whole = !bytes.starts_with(b"BLENDER") || bytes_end(bytes).contains("ENDB");
            if !is_blend || !is_whole {
                return Err(wrong("is no whole Blender file".to_owned()));
            }
            return Ok(());
        }
        format @ ("mp4" | "webm") => {
            let size = video_size(bytes, format);
            let size = size.ok_or_else(|| wrong(format!("is no whole {format} video")))?;
            if size == [0, 0] {
                return Ok(());
            }
            size
        }
        wanted => {
            let (format, size) = check_picture(bytes).map_err(|err| wrong(err.to_string()))?;
            if format != wanted {
                return Err(wrong(format!(
                    "is of the format {format} instead of {wanted}"
                )));
            }
            size
        }
    };
    let wanted = [expected.width_px, expected.height_px].map(Option::unwrap_or_default);
    if size != wanted {
        let [width, height] = size;
        let [wide, high] = wanted;
        return Err(wrong(format!(
            "has {width} × {height} pixels instead of {wide} × {high}"
        )));
    }
    Ok(())
}

/// The end of a file as text.
fn bytes_end(bytes: &[u8]) -> String {
    let start = bytes.len().saturating_sub(64);
    String::from_utf8_lossy(&bytes[start..]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in [
            "",
            "..",
            "../a.png",
            "/etc/passwd",
            "a/b.png",
            "-o",
            ".hidden",
            "a\nb",
        ] {
            assert!(plain(name).is_err(), "{name:?}");
        }
        assert_eq!(plain("still 1.png").unwrap(), "still 1.png");
    }
}
