//! Logs and artifacts as files of this machine.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, Backend, ErrorKind, LogCursor, LogQuery};
use hartomat_process::{Launch, start_detached, write_atomically};
use hartomat_schema::{Digest, LogLevel, LogLine, NodeId, RunId, Side, Timestamp};

use crate::files::fresh_key;

/// Lines that are read at once.
const LINES: u32 = 10_000;

/// What a desktop's programs need of the environment.
pub(super) const INHERITED: &[&str] = &[
    "HOME",
    "PATH",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_CURRENT_DESKTOP",
    "XDG_RUNTIME_DIR",
    "XDG_DATA_DIRS",
    "XDG_CONFIG_DIRS",
    "DBUS_SESSION_BUS_ADDRESS",
    "LANG",
];

/// Writes the whole log of a run, or of one of its nodes.
pub(super) fn save_log(
    backend: &dyn Backend,
    run: &RunId,
    node: Option<NodeId>,
    path: &Path,
) -> Result<(), ApiError> {
    // Beside the file until it is whole, under a name that nobody else's file has.
    let unfinished = path.with_file_name(format!(".{}.part", fresh_key()));
    let file = File::create_new(&unfinished).map_err(|err| cannot("write", path, &err))?;
    let written = write_log(backend, run, node, file, path).and_then(|()| {
        std::fs::rename(&unfinished, path).map_err(|err| cannot("write", path, &err))
    });
    if written.is_err() {
        // What is left of the attempt is of no use; the error that led here is what matters.
        let _gone = std::fs::remove_file(&unfinished);
    }
    written
}

/// Writes the log to a file that shall come to a place once it is whole, and brings it to the disk.
fn write_log(
    backend: &dyn Backend,
    run: &RunId,
    node: Option<NodeId>,
    file: File,
    path: &Path,
) -> Result<(), ApiError> {
    let record = backend.run_get(run)?.record;
    let mut file = BufWriter::new(file);
    let mut write = |line: String| {
        let written = file.write_all(line.as_bytes());
        written.map_err(|err| cannot("write", path, &err))
    };
    write(format!(
        "# {} · {} · {run}\n",
        record.workflow_name, record.cad_file
    ))?;
    let mut after = LogCursor::default();
    loop {
        let query = LogQuery {
            node: node.clone(),
            after,
            limit: Some(LINES),
        };
        let page = backend.run_logs(run, &query)?;
        for line in &page.lines {
            write(written_line(line, record.created_at))?;
        }
        if page.lines.is_empty() || page.next == after {
            break;
        }
        after = page.next;
    }
    let written = file.flush().and_then(|()| file.get_ref().sync_all());
    written.map_err(|err| cannot("write", path, &err))
}

/// `+12.345 error still: what was said`, with the seconds since the run began.
fn written_line(line: &LogLine, begin: Timestamp) -> String {
    let millis = line.at.millis_since(begin);
    let level = match line.level {
        LogLevel::Error => "error",
        LogLevel::Warning => "warning",
        LogLevel::Info => "info",
    };
    let who = match (&line.node, line.side) {
        (Some(node), _) => node.as_str(),
        (None, Side::Control) => "legacy",
        (None, Side::Candidate) => "graph",
    };
    let (secs, millis) = (millis / 1000, millis % 1000);
    format!("+{secs}.{millis:03} {level} {who}: {}\n", line.text)
}

/// Writes a text to a file.
pub(super) fn write_text(path: &Path, text: &str) -> Result<(), ApiError> {
    let written = write_atomically(path, text.as_bytes());
    written.map_err(|err| cannot("write", path, &err))
}

/// Opens a copy of a file, by its name and digest, in the program that the desktop has for such.
pub(super) fn open_outside(
    (name, digest): (&str, &Digest),
    folder: &Path,
    save: impl FnOnce(&Path) -> Result<(), ApiError>,
) -> Result<(), ApiError> {
    let path = copy_of(name, digest, folder);
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(|err| cannot("write", parent, &err))?;
    }
    if !path.exists() {
        save(&path)?;
    }
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let launch = Launch::new(opener).arg(&path);
    let launch = INHERITED
        .iter()
        .fold(launch, |launch, name| launch.inherit(name));
    let started = start_detached(&launch, &folder.join("opened.log"));
    started.map_err(|err| {
        ApiError::from_source(ErrorKind::EnvironmentMissing, &err)
            .hint(format!("the file lies at {}", path.display()))
    })?;
    Ok(())
}

/// Where the copy lies: a name from elsewhere is never more than a name.
fn copy_of(name: &str, digest: &Digest, folder: &Path) -> PathBuf {
    let plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_.".contains(*letter);
    let name: String = name.chars().filter(plain).collect();
    let name = name.trim_start_matches('.');
    let name = if name.is_empty() { "artifact" } else { name };
    let digest = digest.to_string();
    let digest = digest.trim_start_matches("sha256:");
    folder.join(&digest[..digest.len().min(16)]).join(name)
}

fn cannot(verb: &str, path: &Path, err: &std::io::Error) -> ApiError {
    ApiError::new(
        ErrorKind::Internal,
        format!("can't {verb} {}: {err}", path.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_s_name_leads_nowhere_else() {
        let folder = Path::new("/copies");
        for (name, expected) in [
            ("still.png", "still.png"),
            ("../../.bashrc", "bashrc"),
            ("..", "artifact"),
        ] {
            let path = copy_of(name, &Digest::of(b"picture"), folder);
            assert_eq!(path.file_name().unwrap(), expected);
            assert_eq!(path.parent().unwrap().parent(), Some(folder));
        }
    }

    #[test]
    fn lines_say_when_how_grave_and_who() {
        let line = LogLine {
            seq: 1,
            at: Timestamp(61_250),
            side: Side::Candidate,
            node: Some(NodeId::literal("still")),
            level: LogLevel::Error,
            text: "no space left".to_owned(),
        };
        let line = written_line(&line, Timestamp(1_000));
        assert_eq!(line, "+60.250 error still: no space left\n");
    }
}
