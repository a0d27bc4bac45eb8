//! The warm Blender process: takes jobs over a pipe, and is given up when it fails, ages or grows.
//!
//! A job has a folder of its own, gone when the job is. What Blender says is believed only where the
//! file is there, has the size that was told, and can be read.

use std::path::PathBuf;
use std::time::Duration;

use hartomat_process::{
    Cancel, End, Launch, Limits, Line, PoolLease, RequestError, RequestLimits, Scratch, Stream,
    WarmPool,
};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::{BlenderConfig, BlenderKind, FoundBlender};
use crate::RenderError;
use crate::backend::RenderObserver;
use crate::watching::while_watching;

/// Version of the protocol, as the worker's script names it.
const PROTOCOL: u32 = 1;
/// The worker's script and its modules.
const SCRIPTS: &[(&str, &str)] = &[
    (
        "worker.py",
        include_str!("../../../../assets/blender/worker.py"),
    ),
    (
        "hartomat_studio.py",
        include_str!("../../../../assets/blender/hartomat_studio.py"),
    ),
    (
        "hartomat_file.py",
        include_str!("../../../../assets/blender/hartomat_file.py"),
    ),
    (
        "hartomat_template.py",
        include_str!("../../../../assets/blender/hartomat_template.py"),
    ),
    (
        "hartomat_video.py",
        include_str!("../../../../assets/blender/hartomat_video.py"),
    ),
    (
        "hartomat_materials.py",
        include_str!("../../../../assets/blender/hartomat_materials.py"),
    ),
    (
        "hartomat_dump.py",
        include_str!("../../../../assets/blender/hartomat_dump.py"),
    ),
];
/// Exit code of a script that failed in Blender's own program.
const SCRIPT_FAILED: &str = "9";

/// One warm process and the folder that holds all its files. Cycles takes every processor by itself.
pub(crate) struct Pool {
    processes: WarmPool,
    scratch: Scratch,
    nonce: String,
    config: BlenderConfig,
}

impl Pool {
    /// Writes the scripts; the process starts with the first job.
    pub(crate) fn new(found: &FoundBlender, config: &BlenderConfig) -> std::io::Result<Self> {
        let root = config.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = Scratch::new(&root, "blender")?;
        for folder in ["scripts", "own", "jobs"] {
            std::fs::create_dir(scratch.path().join(folder))?;
        }
        let scripts = scratch.path().join("scripts");
        for (name, text) in SCRIPTS {
            std::fs::write(scripts.join(name), text)?;
        }
        // The folder's random name, which no file that Blender opens can know.
        let nonce = scratch
            .path()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let script = scripts.join("worker.py");
        let launch = match found.kind {
            BlenderKind::Module => Launch::new(&found.program).arg("-I").arg(script),
            BlenderKind::Program => Launch::new(&found.program)
                .args(["--background", "--factory-startup", "--disable-autoexec"])
                .args(["--python-exit-code", SCRIPT_FAILED, "--python"])
                .arg(script)
                .arg("--"),
        };
        let own = scratch.path().join("own");
        let launch = launch
            .arg(&nonce)
            .env("TMPDIR", &own)
            .env("HOME", &own)
            .env("BLENDER_USER_RESOURCES", &own)
            .cwd(&own)
            .niceness(config.niceness)
            .limits(Limits {
                file_bytes: Some(config.output_bytes),
                ..Limits::default()
            });
        Ok(Self {
            processes: WarmPool::new(&launch, 1),
            scratch,
            nonce,
            config: config.clone(),
        })
    }

    /// Longest wall time of a job, or of one frame of it.
    pub(crate) fn wall(&self) -> Duration {
        self.config.wall
    }

    /// Largest file that a job may make.
    pub(crate) fn output_bytes(&self) -> u64 {
        self.config.output_bytes
    }

    /// Sends a request; a process that fails it, or has done enough, is given up. No line is heard of
    /// when the process begins with it: until then it may have had other work.
    fn exchange(
        &self,
        request: Map<String, Value>,
        wall: Duration,
        cancel: &Cancel,
        hear: &mut dyn FnMut(Option<&Line>),
    ) -> Result<Map<String, Value>, RenderError> {
        let Some(mut process) = self.processes.lend("", cancel) else {
            return Err(RenderError::Cancelled);
        };
        hear(None);
        let limits = RequestLimits {
            wall,
            memory_bytes: Some(self.config.memory_bytes),
        };
        let mut on_line = |line: &Line| hear(Some(line));
        let reply = match process.request(request, limits, cancel, &mut on_line) {
            Ok(reply) => reply,
            Err(err) => {
                self.give_up(&mut process);
                return Err(explain(&err));
            }
        };
        let is_big = process.take_peak_memory() > self.config.retire_bytes;
        if reply.get("ok") == Some(&Value::Bool(true))
            && reply.get("protocol") == Some(&json!(PROTOCOL))
        {
            let is_spent = reply.get("spent") == Some(&Value::Bool(true));
            if is_big || is_spent || process.served() >= self.config.uses_per_process {
                self.give_up(&mut process);
            }
            return Ok(reply);
        }
        self.give_up(&mut process);
        let message = reply.get("message").and_then(Value::as_str);
        let reason = message
            .unwrap_or("it answered neither yes nor no")
            .to_owned();
        Err(match reply.get("refused") {
            Some(Value::Bool(true)) => RenderError::BlenderRefused { reason },
            _ => RenderError::BlenderFailed {
                reason: format!("failed: {reason}"),
            },
        })
    }

    /// Ends the process, and removes what it left in its temporary folder.
    fn give_up(&self, process: &mut PoolLease<'_>) {
        process.shut_down();
        let own = self.scratch.path().join("own");
        // What can't be removed goes with the scratch folder.
        let _left = std::fs::remove_dir_all(&own).and_then(|()| std::fs::create_dir(&own));
    }
}

fn explain(err: &RequestError) -> RenderError {
    let (end, said) = match err {
        RequestError::Process(err) => {
            return RenderError::BlenderFailed {
                reason: format!("can't be run: {err}"),
            };
        }
        RequestError::Ended { outcome, .. } => (outcome.end, outcome.spool.last_lines(3)),
    };
    if end == End::Cancelled {
        return RenderError::Cancelled;
    }
    let lines = said.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = match lines.collect::<Vec<_>>().join("; ").as_str() {
        "" => String::new(),
        said => format!("; it said: {said}"),
    };
    RenderError::BlenderFailed {
        reason: format!("{end} in the middle of its work{said}"),
    }
}

/// One job: its folder, and what is expected to lie in it afterwards.
pub(crate) struct Job {
    operation: &'static str,
    folder: TempDir,
    /// Empty where no file is expected.
    output: &'static str,
}

impl Job {
    pub(crate) fn new(
        pool: &Pool,
        operation: &'static str,
        output: &'static str,
    ) -> Result<Self, RenderError> {
        let jobs = pool.scratch.path().join("jobs");
        let folder = tempfile::Builder::new()
            .prefix("job-")
            .tempdir_in(jobs)
            .map_err(|err| no_folder(&err))?;
        Ok(Self {
            operation,
            folder,
            output,
        })
    }

    /// Writes a file for the job; gives its path as it stands in a request.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<Value, RenderError> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).map_err(|err| no_folder(&err))?;
        Ok(json!(path))
    }

    /// Has the job done: the bytes of the file that was made, and the reply.
    pub(crate) fn send(
        &self,
        pool: &Pool,
        fields: impl IntoIterator<Item = (String, Value)>,
        observer: &dyn RenderObserver,
    ) -> Result<(Vec<u8>, Value), RenderError> {
        let reply = self.converse(
            pool,
            fields,
            pool.wall(),
            observer,
            &mut |_told, _cancel| {},
        )?;
        let bytes = self.read(self.output, &reply, pool.output_bytes())?;
        Ok((bytes, Value::Object(reply)))
    }

    /// Has the job done, and hears of what the worker tells meanwhile, beside its progress: of nothing
    /// when it begins with the job.
    pub(crate) fn converse(
        &self,
        pool: &Pool,
        fields: impl IntoIterator<Item = (String, Value)>,
        wall: Duration,
        observer: &dyn RenderObserver,
        hear: &mut dyn FnMut(Option<Told>, &Cancel),
    ) -> Result<Map<String, Value>, RenderError> {
        let mut request = Map::from_iter(fields);
        request.insert("protocol".to_owned(), json!(PROTOCOL));
        request.insert("op".to_owned(), json!(self.operation));
        request.insert("output".to_owned(), json!(self.path(self.output)));
        while_watching(observer, |cancel| {
            let mut on_line = |line: Option<&Line>| {
                let Some(line) = line else {
                    hear(None, cancel);
                    return;
                };
                if let Some((done, total, left_secs)) = progress_of(line, &pool.nonce) {
                    observer.sampled(done, total, left_secs);
                } else if let Some(told) = told_by(line, &pool.nonce) {
                    hear(Some(told), cancel);
                }
            };
            pool.exchange(request, wall, cancel, &mut on_line)
        })
    }

    /// Where a file of the job lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file that the worker says it made, with the size that it told.
    pub(crate) fn read(
        &self,
        name: &str,
        reply: &Map<String, Value>,
        limit: u64,
    ) -> Result<Vec<u8>, RenderError> {
        if name.is_empty() {
            return Ok(Vec::new());
        }
        let failed = |reason: String| RenderError::BlenderFailed { reason };
        let said_done = "said that it was done";
        let file = std::fs::symlink_metadata(self.path(name))
            .map_err(|_missing| failed(format!("{said_done} and wrote no `{name}`")))?;
        if !file.is_file() || file.len() > limit {
            return Err(failed(format!(
                "{said_done} and left something else as `{name}`"
            )));
        }
        let told = reply.get("bytes").and_then(Value::as_u64);
        if file.len() == 0 || told != Some(file.len()) {
            return Err(failed(format!(
                "{said_done}, and `{name}` has {} bytes instead of {}",
                file.len(),
                told.map_or("any number told".to_owned(), |told| told.to_string())
            )));
        }
        std::fs::read(self.path(name)).map_err(|err| no_folder(&err))
    }
}

/// What the worker tells while it works.
pub(super) type Told = Map<String, Value>;

fn no_folder(err: &std::io::Error) -> RenderError {
    RenderError::BlenderFailed {
        reason: format!("gets no files to work with: {err}"),
    }
}

/// What a line tells: one that carries the nonce, or one of the pipe of replies, which nobody else has.
fn told_by(line: &Line, nonce: &str) -> Option<Told> {
    let text = match line.stream {
        Stream::Stderr => line.text.strip_prefix('@')?.strip_prefix(nonce)?,
        Stream::Stdout => &line.text,
    };
    serde_json::from_str(text.trim()).ok()
}

/// Samples done and wanted, and seconds left: told by the worker, or printed by an old Blender.
fn progress_of(line: &Line, nonce: &str) -> Option<(u64, u64, Option<f64>)> {
    let Some(told) = told_by(line, nonce) else {
        let is_said = line.stream == Stream::Stderr;
        return is_said.then(|| printed(&line.text))?;
    };
    let number = |field: &str| told.get(field).and_then(Value::as_u64);
    let left_secs = told.get("left_secs").and_then(Value::as_f64);
    Some((number("done")?, number("total")?, left_secs))
}

/// The same from what Blender prints; up to 4.0 it tells its scripts nothing.
fn printed(text: &str) -> Option<(u64, u64, Option<f64>)> {
    let told = text.strip_prefix("Fra:")?;
    let after = |name: &str| told.split(name).nth(1);
    let (done, rest) = after("Sample ")?.split_once('/')?;
    let total = rest.split_whitespace().next()?;
    let left_secs = after("Remaining:").and_then(|clock| {
        let clock = clock.split_whitespace().next()?;
        let add = |secs: f64, part: &str| Some(secs * 60.0 + part.parse::<f64>().ok()?);
        clock.split(':').try_fold(0.0, add)
    });
    Some((done.parse().ok()?, total.parse().ok()?, left_secs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_by_the_worker_or_printed_by_an_old_blender() {
        let line = |stream: Stream, text: &str| Line {
            stream,
            text: text.to_owned(),
        };
        let of = |text: &str| progress_of(&line(Stream::Stderr, text), "n0nce");
        let told = "@n0nce {\"done\": 3, \"total\": 8, \"left_secs\": 1.5}";
        assert_eq!(of(told), Some((3, 8, Some(1.5))));
        assert_eq!(of("@other {\"done\": 3, \"total\": 8}"), None);
        let printed = "Fra:1 Mem:9M | Time:00:02.10 | Remaining:01:02.50 | Scene | Sample 3/8";
        assert_eq!(of(printed), Some((3, 8, Some(62.5))));
        assert_eq!(of("Fra:1 Mem:9M | Updating Scene"), None);
        assert_eq!(progress_of(&line(Stream::Stdout, printed), "n0nce"), None);
    }
}
