//! One run of a studio's own legacy program: its folders, its process, and how it ended.
//!
//! The program gets folders of its own, gone with the run; a copy of the CAD file, so that the graph's
//! can't change; and no more of the environment than it was given by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use hartomat_process::{Cancel, End, Launch, Limits, Line, Outcome, run};
use hartomat_schema::{
    LegacyCommand, LegacyLimits, LegacyReply, LegacyRequest, LegacyRun, OUTPUT_PLACE,
    REQUEST_PLACE, canonical_json,
};
use serde_json::json;
use tempfile::TempDir;

use crate::LegacyError;
use crate::line::{LegacyLine, file_stem, material_wishes};
use crate::own::{expected_of, option_like, product_of};
use crate::own_check::{Made, made_in};

/// How often the size of the output is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// The most lines of its log that are kept with the run.
const MAX_LINES: u64 = 5000;
/// What begins a line that tells how far it is.
const PROGRESS: &str = "progress ";
/// How deep folders of an output are looked into.
const MAX_DEPTH: u32 = 16;

/// What a run of the program has to do with.
pub(crate) struct OwnRun<'a> {
    pub(crate) line: &'a LegacyLine,
    pub(crate) command: &'a LegacyCommand,
    pub(crate) run: &'a LegacyRun,
    pub(crate) cancel: &'a Cancel,
    pub(crate) progress: &'a (dyn Fn(f64, &str) + Sync),
    pub(crate) say: &'a dyn Fn(&str),
}

/// The run's folders.
struct Folders {
    whole: TempDir,
    input: PathBuf,
    output: PathBuf,
    own: PathBuf,
}

impl OwnRun<'_> {
    /// Runs the program and reads what it made.
    pub(crate) fn make(&self) -> Result<Made, LegacyError> {
        let folders = self.folders()?;
        let request = self.request(&folders)?;
        let file = folders.input.join("request.json");
        fs::write(&file, canonical_json(&request)).map_err(|err| unwritten(&file, err))?;
        (self.say)(&format!("running {}", self.command.program));
        (self.progress)(0.0, "the studio's own program");
        let started = SystemTime::now();
        let outcome = self.start(&folders, &file, &request.limits)?;
        if !outcome.end.is_success() {
            return Err(failed(&ended(&outcome)));
        }
        let made = made_in(&folders.output, &request, started)?;
        if made.reply.file == LegacyReply::FILE {
            return Err(failed("names its result as its output"));
        }
        if request.expected.format == "blend" && self.line.blender.found().is_ok() {
            let opened = self.line.blender.dump_blend(&made.bytes);
            opened.map_err(|err| failed(&format!("left a file that Blender can't open: {err}")))?;
        }
        Ok(made)
    }

    fn folders(&self) -> Result<Folders, LegacyError> {
        // The program's working folder is another one: what it is told has to be absolute.
        let root = std::path::absolute(&self.line.scratch)
            .map_err(|err| unwritten(&self.line.scratch, err))?;
        fs::create_dir_all(&root).map_err(|err| unwritten(&root, err))?;
        let whole = tempfile::Builder::new()
            .prefix("legacy-")
            .tempdir_in(&root)
            .map_err(|err| unwritten(&root, err))?;
        let made = |name: &str| {
            let path = whole.path().join(name);
            fs::create_dir(&path).map_err(|err| unwritten(&path, err))?;
            Ok::<_, LegacyError>(path)
        };
        let (input, output, own) = (made("input")?, made("output")?, made("own")?);
        Ok(Folders {
            input,
            output,
            own,
            whole,
        })
    }

    fn request(&self, folders: &Folders) -> Result<LegacyRequest, LegacyError> {
        let command = self.command;
        let mut cad_file = self.run.subject.cad_file().clone();
        let copy = folders
            .input
            .join(format!("{}.step", file_stem(&cad_file.name)));
        fs::copy(&self.line.cad_file, &copy).map_err(|err| unwritten(&copy, err))?;
        cad_file.path = copy.display().to_string();
        let materials = material_wishes(&self.run.subject);
        if let Some(text) = option_like(&json!([materials, cad_file.name])) {
            return Err(LegacyError::Preset {
                preset: self.run.preset.preset_type.clone(),
                reason: format!("`{text}` could be taken for an option"),
            });
        }
        Ok(LegacyRequest {
            schema: LegacyRequest::SCHEMA.to_owned(),
            run: self.run.id.clone(),
            cad_file,
            preset: self.run.preset.clone(),
            materials,
            product: product_of(self.run),
            expected: expected_of(&self.run.preset)?,
            output_folder: folders.output.display().to_string(),
            limits: LegacyLimits {
                wall_secs: command.wall_secs,
                memory_bytes: command.memory_mb << 20,
                output_bytes: command.output_mb << 20,
            },
        })
    }

    fn launch(&self, folders: &Folders, request: &Path, limits: &LegacyLimits) -> Launch {
        let command = self.command;
        let [request, output] = [request, &folders.output].map(|path| path.display().to_string());
        let placed = |arg: &String| {
            arg.replace(REQUEST_PLACE, &request)
                .replace(OUTPUT_PLACE, &output)
        };
        let mut args: Vec<String> = command.args.iter().map(placed).collect();
        if !command.args.iter().any(|arg| arg.contains(REQUEST_PLACE)) {
            args.push(request.clone());
        }
        let launch = Launch::new(&command.program)
            .args(args)
            .env("TMPDIR", &folders.own)
            .env("HOME", &folders.own)
            .cwd(&folders.output)
            .limits(Limits {
                wall: Some(Duration::from_secs(limits.wall_secs)),
                memory_bytes: Some(limits.memory_bytes),
                file_bytes: Some(limits.output_bytes),
            });
        let names = command.pass_env.iter();
        names.fold(launch, |launch, name| launch.inherit(name))
    }

    /// Runs it to its end, with an eye on what it writes.
    fn start(
        &self,
        folders: &Folders,
        request: &Path,
        limits: &LegacyLimits,
    ) -> Result<Outcome, LegacyError> {
        let launch = self.launch(folders, request, limits);
        let (stop, is_done) = (Cancel::new(), AtomicBool::new(false));
        let is_too_large = AtomicBool::new(false);
        let mut lines = 0;
        let mut on_line = |line: &Line| {
            if let Some((share, text)) = progress_of(&line.text) {
                return (self.progress)(share, text);
            }
            lines += 1;
            match lines {
                ..=MAX_LINES => (self.say)(&line.text),
                _ if lines == MAX_LINES + 1 => (self.say)("… it says more, which isn't kept"),
                _ => {}
            }
        };
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::SeqCst) {
                    if self.cancel.wait(LOOK) {
                        return stop.cancel();
                    }
                    if size_of(folders.whole.path(), MAX_DEPTH) > limits.output_bytes + (64 << 20) {
                        is_too_large.store(true, Ordering::SeqCst);
                        return stop.cancel();
                    }
                }
            });
            let outcome = run(&launch, &stop, &mut on_line);
            is_done.store(true, Ordering::SeqCst);
            outcome
        });
        let mut outcome = outcome.map_err(|err| LegacyError::NoProgram {
            reason: err.to_string(),
        })?;
        if self.cancel.is_cancelled() {
            return Err(LegacyError::Cancelled);
        }
        if is_too_large.load(Ordering::SeqCst) {
            outcome.end = End::OutputTooLarge;
        }
        Ok(outcome)
    }
}

pub(crate) fn failed(reason: &str) -> LegacyError {
    LegacyError::Own {
        reason: reason.to_owned(),
    }
}

fn unwritten(path: &Path, source: std::io::Error) -> LegacyError {
    LegacyError::Write {
        path: path.display().to_string(),
        source,
    }
}

/// How it ended, and its last words.
fn ended(outcome: &Outcome) -> String {
    match outcome.spool.last_lines(4).trim() {
        "" => outcome.end.to_string(),
        said => format!("{}; it said: {said}", outcome.end),
    }
}

/// A share of 0 to 1 and what it is doing, from `progress 0.25 rendering`.
fn progress_of(line: &str) -> Option<(f64, &str)> {
    let told = line.strip_prefix(PROGRESS)?;
    let (share, text) = told.split_once(' ').unwrap_or((told, ""));
    let share = share.parse::<f64>().ok()?;
    (0.0..=1.0).contains(&share).then_some((share, text.trim()))
}

/// Bytes of all files below a folder; links aren't followed.
fn size_of(folder: &Path, depth: u32) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let size = |entry: fs::DirEntry| match entry.metadata() {
        Ok(data) if data.is_dir() && depth > 0 => size_of(&entry.path(), depth - 1),
        Ok(data) => data.len(),
        Err(_gone) => 0,
    };
    entries.map(size).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_lines_that_are_no_log() {
        assert_eq!(progress_of("progress 0.25 lights"), Some((0.25, "lights")));
        assert_eq!(progress_of("progress 1"), Some((1.0, "")));
        for other in ["progress 2", "progress soon", "in progress 0.2"] {
            assert_eq!(progress_of(other), None, "{other}");
        }
    }
}
