//! Servers to test against, requests that are quick to answer, and observers that keep what they hear.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hartomat_api::{
    AccessToken, Backend, DispatchRequest, FileSource, HttpClient, HttpOptions, Link, RunObserver,
    SubjectSource, WorkflowSource,
};
use hartomat_schema::{ExecutionMode, RunEvent, Workflow, WorkflowId};
pub(crate) use hartomat_tests::{output, sample, spawn};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Scopes of a token that may do everything.
pub(crate) const ALL: &str = "read,author,dispatch,rollout,admin";

/// A `hartomat serve` of one test, on a loopback address, with a data folder of its own.
pub(crate) struct Served {
    folder: TempDir,
    child: Option<Child>,
    port: u16,
    config: String,
}

impl Served {
    /// A server on a port that the system chooses.
    pub(crate) fn start() -> Self {
        Self::with_config("")
    }

    /// The same with lines of a configuration file.
    pub(crate) fn with_config(config: &str) -> Self {
        let mut served = Self {
            folder: tempfile::tempdir().expect("a temporary folder can be made"),
            child: None,
            port: 0,
            config: config.to_owned(),
        };
        served.begin();
        served
    }

    /// Starts it, on the port that it had before.
    pub(crate) fn begin(&mut self) {
        let config = self.folder.path().join("server.toml");
        std::fs::write(&config, &self.config).expect("the folder can be written to");
        let bind = format!("127.0.0.1:{}", self.port);
        let mut command = self.command(&["serve", "--bind", &bind, "--config"]);
        command.arg(&config).stdout(Stdio::piped());
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.folder.path().join("server.log"));
        command.stderr(log.expect("the folder can be written to"));
        let mut child = spawn(&mut command);
        let stdout = child.stdout.take().expect("it is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the server speaks");
        let port = line.trim_end().rsplit(':').next();
        self.port = port
            .and_then(|port| port.parse().ok())
            .unwrap_or_else(|| panic!("the server said `{line}`: {}", self.log()));
        self.child = Some(child);
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("it can be killed");
            child.wait().expect("it can be waited for");
        }
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn terminate(&mut self) {
        let mut child = self.child.take().expect("it runs");
        let pid = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert!(child.wait().expect("it can be waited for").success());
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.as_ref().expect("it runs").id()
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.config.contains("[tls]") {
            "https"
        } else {
            "http"
        };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What it has said on standard error.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// The program with the server's data folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = hartomat_tests::hartomat();
        let data = self.folder.path().join("data");
        command.arg("--data-dir").arg(data).args(arguments);
        command
    }

    /// A new token.
    pub(crate) fn token(&self, scopes: &str) -> String {
        self.token_of("tester", scopes)
    }

    /// A new token of somebody.
    pub(crate) fn token_of(&self, name: &str, scopes: &str) -> String {
        let made = output(&mut self.command(&["token", "create", name, "--scope", scopes]));
        assert!(made.status.success(), "{made:?}");
        String::from_utf8(made.stdout).unwrap().trim().to_owned()
    }

    /// A client with a token of these scopes.
    pub(crate) fn client(&self, scopes: &str) -> HttpClient {
        client(&self.url(), &self.token(scopes))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A client of a server that is there or will be.
pub(crate) fn client(url: &str, token: &str) -> HttpClient {
    let mut options = HttpOptions::new(url).token(AccessToken::new(token).unwrap());
    options.retry_budget = Duration::from_secs(60);
    HttpClient::connect(options).expect("the address is one")
}

/// The canonical still, small and with few samples.
pub(crate) fn quick_still(backend: &dyn Backend) -> Workflow {
    still(backend, 64, 4)
}

/// The canonical still of this size.
pub(crate) fn still(backend: &dyn Backend, size_px: u32, samples: u32) -> Workflow {
    let id = WorkflowId::new("canonical-still").unwrap();
    let mut workflow = backend.workflow_get(&id).unwrap().workflow;
    let node = workflow
        .nodes
        .iter_mut()
        .find(|node| node.id.as_str() == "still");
    let settings = &mut node.expect("a still renders one").settings;
    settings.insert("width_px".to_owned(), size_px.into());
    settings.insert("height_px".to_owned(), size_px.into());
    settings.insert("samples".to_owned(), samples.into());
    workflow
}

/// A run of a workflow on the smallest sample.
pub(crate) fn request(workflow: Workflow, mode: ExecutionMode) -> DispatchRequest {
    let step = sample("flange_bracket.step").to_string_lossy().into_owned();
    DispatchRequest {
        mode: Some(mode),
        ..DispatchRequest::new(
            WorkflowSource::Document(Box::new(workflow)),
            SubjectSource::SampleOrderLine(FileSource::Path(step)),
        )
    }
}

/// Keeps what it hears.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) events: Mutex<Vec<RunEvent>>,
    pub(crate) links: Mutex<Vec<Link>>,
}

impl Heard {
    /// Numbers of the events, which have to be 1, 2, 3 … without gaps.
    pub(crate) fn assert_gap_free(&self) -> u64 {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
        let expected: Vec<u64> = (1..=numbers.len() as u64).collect();
        assert_eq!(numbers, expected);
        numbers.len() as u64
    }
}

impl RunObserver for Heard {
    fn event(&self, event: &RunEvent) {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(event.clone());
    }

    fn link(&self, link: &Link) {
        self.links
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(link.clone());
    }
}

/// A client without our own manners.
pub(crate) fn http() -> reqwest::Client {
    // Whoever was first has installed it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

/// A request as curl would make it, with this token: status and body.
pub(crate) fn ask(
    url: &str,
    method: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> (u16, Value) {
    let headers = token.map(|token| ("authorization".to_owned(), format!("Bearer {token}")));
    let headers: Vec<_> = headers.into_iter().collect();
    ask_with(url, method, &headers, body)
}

/// The same with these headers.
pub(crate) fn ask_with(
    url: &str,
    method: &str,
    headers: &[(String, String)],
    body: Option<&Value>,
) -> (u16, Value) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = http();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = client.request(method, url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|err| panic!("{url}: {err}"));
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap_or_default();
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        (status, body)
    })
}
