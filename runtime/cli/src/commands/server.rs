//! `hartomat agent`, `hartomat serve` and `hartomat info`: the runtime for others, and what it is.

use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hartomat_api::{AgentAddress, ApiError, Backend as _, BackendInfo, BackendKind, ErrorKind};
use hartomat_app::{DataDir, QueueOptions, Studio, StudioOptions};
use hartomat_server::{
    AgentLock, AgentOptions, Limits, OutboxSender, ServerConfig, ServerError, ServerOptions,
    TlsFiles, start, start_agent,
};
use serde_json::json;

use super::Session;
use super::servers::known;
use crate::args::{AgentCommand, ServeCommand};
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::progress::say;

/// How long a stopped agent may take to be gone.
const STOPPED_WITHIN: Duration = Duration::from_secs(20);

pub(crate) fn info(session: &Session) -> Result<Outcome, ApiError> {
    let info = session.backend()?.info()?;
    Ok(Outcome::ok(info_text(&info), &info))
}

fn info_text(info: &BackendInfo) -> String {
    let kind = match info.kind {
        BackendKind::InProcess => "in this process",
        BackendKind::Agent => "the agent of this machine",
        BackendKind::Server => "a server",
    };
    let graph = if info.graph_ready { "on" } else { "off" };
    let mut text = format!(
        "runtime  {kind}, version {}\ngraph    {graph}\nruns     {} wait, {} run\n",
        info.version, info.queued, info.running
    );
    for (tool, version) in &info.tools {
        let _ = writeln!(text, "tool     {tool}: {version}");
    }
    for notice in &info.notices {
        let _ = writeln!(text, "note     {notice}");
    }
    text
}

pub(crate) fn agent(session: &Session, command: &AgentCommand) -> Result<Outcome, ApiError> {
    match command {
        AgentCommand::Run => agent_run(session),
        AgentCommand::Status => agent_status(session),
        AgentCommand::Stop => agent_stop(session),
    }
}

fn agent_run(session: &Session) -> Result<Outcome, ApiError> {
    let lock = match AgentLock::take(session.data_dir()) {
        Ok(lock) => lock,
        Err(ServerError::AlreadyRuns(other)) => return Ok(already_runs(other.as_ref())),
        Err(err) => return Err(from_server(&err)),
    };
    let studio = open(session, BackendKind::Agent, QueueOptions::default())?;
    let options = AgentOptions {
        lock,
        limits: Limits::default(),
    };
    let agent = start_agent(studio.clone(), options).map_err(|err| from_server(&err))?;
    stop_on_signal(agent.stopper());
    announce(&format!("agent listens on {}", agent.address().address));
    let sender = OutboxSender::start(&studio, known(session.data_dir()));
    agent.wait();
    sender.stop();
    Ok(Outcome::ok(
        "the agent has stopped\n",
        &json!({ "stopped": true }),
    ))
}

fn already_runs(other: Option<&AgentAddress>) -> Outcome {
    let address = other.map(|agent| agent.address.as_str());
    let text = match address {
        Some(address) => format!("an agent runs already on {address}\n"),
        None => "an agent is just starting\n".to_owned(),
    };
    Outcome::ok(text, &json!({ "already_runs": true, "address": address }))
}

fn agent_status(session: &Session) -> Result<Outcome, ApiError> {
    let found = AgentAddress::read(session.data_dir())?;
    let client = || known(session.data_dir()).connect(hartomat_api::AGENT, None);
    let info = match found {
        Some(_) => client().and_then(|client| client.info()).ok(),
        None => None,
    };
    match info {
        Some(info) => Ok(Outcome::ok(info_text(&info), &info)),
        None => {
            let text = "no agent runs on this data folder\n";
            Ok(Outcome::with(Exit::Unreachable, text, &json!(null)))
        }
    }
}

fn agent_stop(session: &Session) -> Result<Outcome, ApiError> {
    if !AgentAddress::is_alive(session.data_dir()) {
        let text = "no agent runs on this data folder\n";
        return Ok(Outcome::ok(text, &json!({ "stopped": false })));
    }
    known(session.data_dir())
        .connect(hartomat_api::AGENT, None)?
        .shut_down()?;
    let until = Instant::now() + STOPPED_WITHIN;
    while AgentAddress::is_alive(session.data_dir()) {
        if Instant::now() > until {
            let message = "the agent was asked to stop and has not stopped yet";
            return Err(ApiError::new(ErrorKind::Busy, message));
        }
        thread::sleep(Duration::from_millis(50));
    }
    Ok(Outcome::ok(
        "the agent has stopped\n",
        &json!({ "stopped": true }),
    ))
}

pub(crate) fn serve(session: &Session, command: &ServeCommand) -> Result<Outcome, ApiError> {
    let config = config_of(command)?;
    let queue = QueueOptions {
        runs_at_once: config.runs_at_once,
        capacity: config.queue,
    };
    let studio = open(session, BackendKind::Server, queue)?;
    if studio.token_list().is_ok_and(|tokens| tokens.is_empty()) {
        say("nobody has a token yet: `hartomat token create NAME --scope read,dispatch` makes one");
    }
    let options = ServerOptions {
        kind: BackendKind::Server,
        config,
        token: None,
    };
    let server = start(studio, options).map_err(|err| from_server(&err))?;
    stop_on_signal(server.stopper());
    announce(&format!("server listens on {}", server.url()));
    server.wait();
    Ok(Outcome::ok(
        "the server has stopped\n",
        &json!({ "stopped": true }),
    ))
}

/// The file, over it the environment and arguments, which clap has joined.
fn config_of(command: &ServeCommand) -> Result<ServerConfig, ApiError> {
    let mut config = match &command.config {
        Some(path) => ServerConfig::read(path).map_err(|err| from_server(&err))?,
        None => ServerConfig::default(),
    };
    if let Some(bind) = command.bind {
        config.bind = bind;
    }
    match (&command.tls_certificate, &command.tls_key) {
        (Some(certificate), Some(key)) => {
            config.tls = Some(TlsFiles {
                certificate: certificate.clone(),
                key: key.clone(),
            });
        }
        (None, None) => {}
        _ => {
            let message = "a certificate and its key belong together";
            return Err(ApiError::new(ErrorKind::InvalidInput, message)
                .hint("name both --tls-certificate and --tls-key"));
        }
    }
    config
        .allow_hosts
        .extend(command.allow_host.iter().cloned());
    config.runs_at_once = command.runs_at_once.unwrap_or(config.runs_at_once);
    config.queue = command.queue.unwrap_or(config.queue);
    config.plain_http |= command.plain_http;
    Ok(config)
}

fn open(
    session: &Session,
    kind: BackendKind,
    queue: QueueOptions,
) -> Result<Arc<Studio>, ApiError> {
    let studio = Studio::open(&StudioOptions {
        data: DataDir::new(session.data_dir()),
        kind,
        queue,
    })?;
    for notice in studio.notices() {
        say(&format!("note: {notice}"));
    }
    Ok(studio)
}

/// One line on standard output as soon as clients can come, for whoever has started this.
fn announce(line: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to fail.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A signal asks for an orderly end; a second one ends the process.
fn stop_on_signal(stop: impl Fn() + Send + Sync + 'static) {
    let signalled = AtomicBool::new(false);
    // Where the handler can't be set the signal ends the process, and the next start recovers.
    let _ = ctrlc::set_handler(move || {
        if signalled.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        stop();
    });
}

fn from_server(err: &ServerError) -> ApiError {
    let kind = match err {
        ServerError::Listen { .. } => ErrorKind::EnvironmentMissing,
        ServerError::Config { .. } | ServerError::Certificate { .. } | ServerError::Plain(_) => {
            ErrorKind::InvalidInput
        }
        ServerError::AlreadyRuns(_) => ErrorKind::Conflict,
        ServerError::File { .. } => ErrorKind::InvalidInput,
        ServerError::System { .. } => ErrorKind::Internal,
    };
    let err_out = ApiError::from_source(kind, err);
    match err {
        ServerError::Plain(_) => err_out.hint(
            "give it a certificate with --tls-certificate and --tls-key, or say --plain-http behind a proxy that has one",
        ),
        _ => err_out,
    }
}
