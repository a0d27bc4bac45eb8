//! The client of the CAD workers.
//!
//! Each request gets a folder of its own that holds a copy of the file and nothing else; it is gone
//! when the request is done.

use std::cell::Cell;
use std::path::Path;
use std::sync::OnceLock;

use hartomat_process::{
    Cancel, End, Launch, Limits, Line, RequestError, RequestLimits, Scratch, WarmPool,
};
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::config::locate_worker;
use crate::input::{CheckedInput, read_input};
use crate::protocol::{
    FailureKind, INPUT_FILE, OUTPUT_FILE, Reply, Request, STAGE_PREFIX, Source, Tessellation,
};
use crate::{
    CadConfig, CadError, GlbOutput, GlbRequest, PartListOutput, PartListRequest, Stage, StepInput,
    StlOutput, StlRequest,
};

/// Signals by which others end a process: the system where memory is short, or a person.
const KILLED: i32 = 9;
const TERMINATED: i32 = 15;

/// What a reply reports about a file that was written.
type FileReply = (Vec<u8>, hartomat_schema::BoundingBox, u64, Vec<String>);

/// A pool of warm CAD workers.
pub struct CadWorker {
    config: CadConfig,
    pool: WarmPool,
    scratch: Scratch,
    version: OnceLock<String>,
}

impl CadWorker {
    /// Finds the worker and makes its scratch folder. Workers start with their first request.
    ///
    /// # Errors
    /// When the worker's binary isn't there, or the scratch folder can't be made.
    pub fn open(config: CadConfig) -> Result<Self, CadError> {
        let program = locate_worker(&config)?;
        let io = |source| CadError::Io {
            file: "the scratch folder".to_owned(),
            action: "make",
            source,
        };
        let root = config.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let scratch = Scratch::new(&root, "cad").map_err(io)?;
        let launch = Launch::new(program)
            .arg("--threads")
            .arg(config.threads.to_string())
            .inherit("LD_LIBRARY_PATH")
            .cwd(scratch.path())
            .niceness(config.niceness)
            .limits(Limits {
                file_bytes: Some(config.output_bytes),
                ..Limits::default()
            });
        let pool = WarmPool::new(&launch, config.workers);
        Ok(Self {
            config,
            pool,
            scratch,
            version: OnceLock::new(),
        })
    }

    /// Parts, names, colours and the assembly tree.
    ///
    /// # Errors
    /// See [`CadError`].
    pub fn part_list(
        &self,
        input: &StepInput,
        request: &PartListRequest,
        cancel: &Cancel,
        on_stage: &dyn Fn(Stage),
    ) -> Result<PartListOutput, CadError> {
        let call = Call::prepare(self, input, on_stage)?;
        let request = Request::PartList {
            source: call.source(),
            mass_properties: request.mass_properties,
        };
        match call.send(&request, cancel)? {
            Reply::PartList {
                part_list,
                mut warnings,
            } => {
                warnings.extend(call.warnings());
                Ok(PartListOutput {
                    part_list,
                    warnings,
                })
            }
            other => Err(unexpected(&other)),
        }
    }

    /// A GLB of the whole model.
    ///
    /// # Errors
    /// See [`CadError`].
    pub fn glb(
        &self,
        input: &StepInput,
        request: &GlbRequest,
        cancel: &Cancel,
        on_stage: &dyn Fn(Stage),
    ) -> Result<GlbOutput, CadError> {
        request.check()?;
        let make = |source, tessellation| Request::Glb {
            source,
            tessellation,
        };
        let (bytes, bbox, triangle_count, warnings) =
            self.file(input, request, make, cancel, on_stage)?;
        Ok(GlbOutput {
            bytes,
            bbox,
            triangle_count,
            warnings,
        })
    }

    /// An STL of the whole model.
    ///
    /// # Errors
    /// See [`CadError`].
    pub fn stl(
        &self,
        input: &StepInput,
        request: &StlRequest,
        cancel: &Cancel,
        on_stage: &dyn Fn(Stage),
    ) -> Result<StlOutput, CadError> {
        let tessellation = request.quality.tessellation();
        let make = |source, tessellation| Request::Stl {
            source,
            tessellation,
        };
        let (bytes, bbox, triangle_count, warnings) =
            self.file(input, &tessellation, make, cancel, on_stage)?;
        Ok(StlOutput {
            bytes,
            bbox,
            triangle_count,
            warnings,
        })
    }

    /// The kernel's name and version, such as `OCCT 7.6.3`, for fingerprints of tools.
    ///
    /// # Errors
    /// When the worker can't be started or was built without the kernel.
    pub fn version(&self) -> Result<String, CadError> {
        if let Some(version) = self.version.get() {
            return Ok(version.clone());
        }
        let nobody = Cancel::new();
        let stage = Cell::new(Stage::Start);
        match self
            .exchange("", &Request::Version, &nobody, &mut |_line| {})
            .map_err(|err| self.explain(err, "", stage.get(), ""))?
        {
            Reply::Version { kernel } => Ok(self.version.get_or_init(|| kernel).clone()),
            Reply::Failure { message, .. } => Err(CadError::KernelMissing { reason: message }),
            other => Err(unexpected(&other)),
        }
    }

    fn file(
        &self,
        input: &StepInput,
        tessellation: &GlbRequest,
        make: impl Fn(Source, Tessellation) -> Request,
        cancel: &Cancel,
        on_stage: &dyn Fn(Stage),
    ) -> Result<FileReply, CadError> {
        let call = Call::prepare(self, input, on_stage)?;
        let tessellation = Tessellation {
            deflection_percent: tessellation.deflection_percent,
            angle_deg: tessellation.angle_deg,
        };
        match call.send(&make(call.source(), tessellation), cancel)? {
            Reply::File {
                bbox,
                triangle_count,
                mut warnings,
            } => {
                warnings.extend(call.warnings());
                let bytes = std::fs::read(call.folder.path().join(OUTPUT_FILE));
                let bytes = bytes.map_err(|source| call.io("read the result of", source))?;
                Ok((bytes, bbox, triangle_count, warnings))
            }
            other => Err(unexpected(&other)),
        }
    }

    /// Sends one request to the worker that knows the key best.
    fn exchange(
        &self,
        key: &str,
        request: &Request,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&Line),
    ) -> Result<Reply, ExchangeError> {
        let body = match serde_json::to_value(request) {
            Ok(Value::Object(body)) => body,
            _ => Map::new(),
        };
        let mut child = self
            .pool
            .lend(key, cancel)
            .ok_or(ExchangeError::Cancelled)?;
        let limits = RequestLimits {
            wall: self.config.wall,
            memory_bytes: Some(self.config.memory_bytes),
        };
        let reply = child.request(body, limits, cancel, on_line)?;
        serde_json::from_value(Value::Object(reply)).map_err(ExchangeError::Nonsense)
    }

    fn explain(&self, err: ExchangeError, file: &str, stage: Stage, hint: &str) -> CadError {
        let file = file.to_owned();
        let err = match err {
            ExchangeError::Cancelled => return CadError::Cancelled,
            ExchangeError::Nonsense(err) => {
                return CadError::WorkerBroken {
                    reason: format!("its reply makes no sense: {err}"),
                };
            }
            ExchangeError::Request(err) => err,
        };
        let hint = hint.to_owned();
        match err.end() {
            // No file makes a kernel do that.
            Some(End::Signalled(KILLED | TERMINATED)) => CadError::WorkerBroken {
                reason: describe(&err),
            },
            Some(End::Signalled(signal)) => CadError::Crashed {
                file,
                stage,
                signal,
                hint,
            },
            Some(End::TimedOut(limit)) => CadError::TimedOut {
                file,
                stage,
                limit,
                hint,
            },
            Some(End::OutOfMemory(limit)) => CadError::OutOfMemory {
                file,
                stage,
                limit_mib: limit >> 20,
            },
            Some(End::OutputTooLarge) => CadError::OutputTooLarge {
                file,
                stage,
                limit_mib: self.config.output_bytes >> 20,
            },
            Some(End::Cancelled) => CadError::Cancelled,
            Some(End::Exited(_)) | None => CadError::WorkerBroken {
                reason: describe(&err),
            },
        }
    }
}

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
enum ExchangeError {
    #[error("cancelled")]
    Cancelled,
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(transparent)]
    Nonsense(serde_json::Error),
}

fn describe(err: &RequestError) -> String {
    let said = match err {
        RequestError::Ended { outcome, .. } => outcome.spool.last_lines(3),
        RequestError::Process(_) => String::new(),
    };
    if said.is_empty() {
        err.to_string()
    } else {
        format!("{err}; it said: {said}")
    }
}

fn unexpected(reply: &Reply) -> CadError {
    let text: String = format!("{reply:?}").chars().take(120).collect();
    CadError::WorkerBroken {
        reason: format!("unexpected reply {text}"),
    }
}

/// One request about one file.
struct Call<'a> {
    worker: &'a CadWorker,
    input: &'a StepInput,
    on_stage: &'a dyn Fn(Stage),
    checked: CheckedInput,
    folder: TempDir,
}

impl<'a> Call<'a> {
    fn prepare(
        worker: &'a CadWorker,
        input: &'a StepInput,
        on_stage: &'a dyn Fn(Stage),
    ) -> Result<Self, CadError> {
        on_stage(Stage::Check);
        let mut checked = read_input(input, worker.config.input_bytes)?;
        let io = |action, source| CadError::Io {
            file: input.display_name.clone(),
            action,
            source,
        };
        let folder = tempfile::Builder::new()
            .prefix("request-")
            .tempdir_in(worker.scratch.path())
            .map_err(|source| io("make a folder for", source))?;
        write_input(folder.path(), &checked.bytes).map_err(|source| io("copy", source))?;
        checked.bytes = Vec::new();
        Ok(Self {
            worker,
            input,
            on_stage,
            checked,
            folder,
        })
    }

    fn source(&self) -> Source {
        Source {
            folder: self.folder.path().to_string_lossy().into_owned(),
            digest: self.checked.digest,
            application_protocol: self.checked.header.application_protocol.clone(),
        }
    }

    fn send(&self, request: &Request, cancel: &Cancel) -> Result<Reply, CadError> {
        let stage = Cell::new(Stage::Start);
        (self.on_stage)(Stage::Start);
        let mut on_line = |line: &Line| {
            if let Some(now) = line
                .text
                .strip_prefix(STAGE_PREFIX)
                .and_then(Stage::from_key)
            {
                stage.set(now);
                (self.on_stage)(now);
            }
        };
        let key = self.checked.digest.hex();
        let reply = self.worker.exchange(&key, request, cancel, &mut on_line);
        let reply = reply.map_err(|err| {
            self.worker
                .explain(err, &self.input.display_name, stage.get(), &self.hint())
        })?;
        match reply {
            Reply::Failure {
                kind,
                stage,
                message,
            } => Err(self.failure(kind, stage, message)),
            reply => Ok(reply),
        }
    }

    fn failure(&self, kind: FailureKind, stage: Stage, message: String) -> CadError {
        let file = self.input.display_name.clone();
        let reason = format!("{message}{}", self.hint());
        match kind {
            FailureKind::Unreadable => CadError::Unreadable {
                file,
                stage,
                reason,
            },
            FailureKind::NoGeometry => CadError::NoGeometry { file, reason },
            FailureKind::BadGeometry => CadError::BadGeometry { file, reason },
            FailureKind::KernelMissing => CadError::KernelMissing { reason: message },
            FailureKind::OutputTooLarge => CadError::OutputTooLarge {
                file,
                stage,
                limit_mib: self.worker.config.output_bytes >> 20,
            },
            FailureKind::Broken => CadError::WorkerBroken { reason: message },
        }
    }

    /// What the pre-check saw and the kernel may have stumbled over.
    fn hint(&self) -> String {
        self.warnings()
            .map(|warning| format!(": {warning}"))
            .next()
            .unwrap_or_default()
    }

    fn warnings(&self) -> impl Iterator<Item = String> {
        self.checked
            .header
            .unresolved
            .as_ref()
            .map(ToString::to_string)
            .into_iter()
    }

    fn io(&self, action: &'static str, source: std::io::Error) -> CadError {
        CadError::Io {
            file: self.input.display_name.clone(),
            action,
            source,
        }
    }
}

fn write_input(folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    std::fs::write(folder.join(INPUT_FILE), bytes)
}
