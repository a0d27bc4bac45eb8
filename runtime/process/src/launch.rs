//! What to start and within which limits.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

/// The variables that a child gets from our own environment unless it is told otherwise.
const INHERITED: &[&str] = &["PATH", "LANG", "LC_ALL", "TMPDIR"];

/// Limits of one child together with everything that it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    /// Longest wall time of [`crate::run`]; a warm child's requests carry their own.
    pub wall: Option<Duration>,
    /// Resident memory in bytes, summed over the group about five times a second.
    pub memory_bytes: Option<u64>,
    /// Largest file that a process of the group may write (`RLIMIT_FSIZE`).
    pub file_bytes: Option<u64>,
}

/// A program to start. Values never pass through a shell.
#[derive(Debug, Clone)]
pub struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) args: Vec<OsString>,
    pub(crate) env: BTreeMap<OsString, OsString>,
    pub(crate) cwd: Option<PathBuf>,
    pub(crate) niceness: Option<i32>,
    pub(crate) limits: Limits,
}

impl Launch {
    /// A program by its path. Its environment holds `PATH`, `LANG`, `LC_ALL` and `TMPDIR` only.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let launch = Self {
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
            niceness: None,
            limits: Limits::default(),
        };
        INHERITED
            .iter()
            .fold(launch, |launch, name| launch.inherit(name))
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Passes on one of our own variables, where it is set.
    #[must_use]
    pub fn inherit(mut self, name: &str) -> Self {
        if let Some(value) = std::env::var_os(name) {
            self.env.insert(name.into(), value);
        }
        self
    }

    /// Sets the working directory.
    #[must_use]
    pub fn cwd(mut self, directory: impl Into<PathBuf>) -> Self {
        self.cwd = Some(directory.into());
        self
    }

    /// Gives way to other processes: 0 to 19.
    #[must_use]
    pub fn niceness(mut self, niceness: i32) -> Self {
        self.niceness = Some(niceness.clamp(0, 19));
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    pub(crate) fn name(&self) -> String {
        let name = self.program.file_name().unwrap_or(self.program.as_os_str());
        name.to_string_lossy().into_owned()
    }
}

/// A function that writes a child's standard input.
pub type Feed = Box<dyn FnOnce(&mut dyn Write) -> io::Result<()> + Send>;

/// What the child reads from standard input.
#[derive(Default)]
pub enum Input {
    /// Nothing.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// What this function writes, on a thread of its own; it ends early when the child stops reading.
    Feed(Feed),
}

/// Where the child's standard output goes.
#[derive(Default)]
pub enum Output {
    /// Lines, into the spool and the line callback.
    #[default]
    Lines,
    /// Bytes, into this writer on a thread of its own; its first error closes the pipe.
    Bytes(Box<dyn Write + Send>),
}
