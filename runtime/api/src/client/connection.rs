//! A client of one server.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hartomat_schema::Catalogue;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, StatusCode, Url, redirect, retry};

use super::answer::Failure;
use super::background::Background;
use super::options::{HttpOptions, check_privacy, read_address};
use crate::http::{Health, Operation, SignInCode};
use crate::{ApiError, ErrorKind};

/// The largest file of root certificates.
const MAX_PEM_BYTES: u64 = 4 << 20;

/// [`crate::Backend`] on another machine, or in another process of this one.
///
/// Its functions wait on the caller's thread, and may be called from many at once. What is lost on the
/// way is asked again, without anything being done twice: where that can't be had, the error says that it
/// may have been done.
pub struct HttpClient {
    pub(super) url: Url,
    /// Scheme, host and port, for people.
    pub(super) address: String,
    pub(super) options: HttpOptions,
    pub(super) requests: Client,
    pub(super) background: Background,
    catalogue: Mutex<Option<(HeaderValue, Catalogue)>>,
}

impl HttpClient {
    /// A client of the server at an address. Nothing is sent yet: a server that isn't there is met by
    /// the first request.
    pub fn connect(options: HttpOptions) -> Result<Self, ApiError> {
        let url = read_address(&options.address)?;
        check_privacy(&url, &options)?;
        let address = url.origin().ascii_serialization();
        let requests = build(&url, &options)?;
        let background =
            Background::start().map_err(|err| ApiError::from_source(ErrorKind::Internal, &err))?;
        Ok(Self {
            url,
            address,
            options,
            requests,
            background,
            catalogue: Mutex::default(),
        })
    }

    /// The server's address: scheme, host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether the server lives. Asked once: whoever waits for a server asks again.
    pub fn health(&self) -> Result<Health, ApiError> {
        let call = self.call(Operation::Health, &[])?;
        let answer = self
            .ask_once(&call)
            .map_err(|failure| failure.into_error(&self.address));
        answer?.json(&self.address)
    }

    /// The server's figures in the text format of Prometheus.
    pub fn metrics(&self) -> Result<String, ApiError> {
        let call = self.call(Operation::Metrics, &[])?;
        let body = self.exchange(&call).answer?.body;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    /// The server's OpenAPI document.
    pub fn openapi(&self) -> Result<serde_json::Value, ApiError> {
        self.ask(&self.call(Operation::OpenApi, &[])?)
    }

    /// A code that signs one browser in on the review page, once, within a minute. Asked once: one that was
    /// lost on the way is never used.
    pub fn sign_in_code(&self) -> Result<SignInCode, ApiError> {
        let call = self.call(Operation::SignInCode, &[])?;
        let answer = self
            .ask_once(&call)
            .map_err(|failure| self.give_up(failure))?;
        answer.json(&self.address)
    }

    /// Asks an agent to stop; what it runs goes on at its next start. Needs the scope `admin`. Asked
    /// once: an agent that doesn't answer any more may have stopped.
    pub fn shut_down(&self) -> Result<(), ApiError> {
        let call = self.call(Operation::ShutDown, &[])?;
        let answer = self.ask_once(&call);
        answer.map(|_| ()).map_err(|failure| self.give_up(failure))
    }

    /// The catalogue, which crosses the network only when it has changed.
    pub(super) fn cached_catalogue(&self) -> Result<Catalogue, ApiError> {
        let cached = self.cache().clone();
        let mut call = self.call(Operation::NodeDefinitions, &[])?;
        if let Some((etag, _)) = &cached {
            call = call.header("if-none-match", etag.clone());
        }
        let answer = self.exchange(&call).answer?;
        if let Some((_, catalogue)) = cached.filter(|_| answer.status == StatusCode::NOT_MODIFIED) {
            return Ok(catalogue);
        }
        let catalogue: Catalogue = answer.json(&self.address)?;
        let etag = answer.headers.get("etag");
        *self.cache() = etag.map(|etag| (etag.clone(), catalogue.clone()));
        Ok(catalogue)
    }

    fn cache(&self) -> MutexGuard<'_, Option<(HeaderValue, Catalogue)>> {
        self.catalogue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What callers get when nothing came back in time.
    pub(super) fn give_up(&self, failure: Failure) -> ApiError {
        failure.into_error(&self.address)
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClient")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

fn build(url: &Url, options: &HttpOptions) -> Result<Client, ApiError> {
    // Whoever was first has installed it; all of us use the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut headers = HeaderMap::new();
    if let Some(token) = &options.token {
        headers.insert(AUTHORIZATION, token.header());
    }
    let mut builder = Client::builder()
        .user_agent(&options.user_agent)
        .default_headers(headers)
        .connect_timeout(options.connect_timeout)
        // A token goes to nobody but the server that was named.
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(retry::never());
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    let builder = certificates(builder, url, options)?;
    builder.build().map_err(|err| {
        ApiError::from_source(ErrorKind::EnvironmentMissing, &err.without_url())
            .hint("see whether this machine has root certificates, or name a file with them")
    })
}

/// Whom to trust: the operating system's roots and the studio's own. Nothing is loaded where nothing
/// is encrypted.
fn certificates(
    builder: ClientBuilder,
    url: &Url,
    options: &HttpOptions,
) -> Result<ClientBuilder, ApiError> {
    if url.scheme() != "https" {
        return Ok(builder.tls_certs_only([]));
    }
    let Some(path) = &options.root_certificates else {
        return Ok(builder);
    };
    Ok(builder.tls_certs_merge(read_certificates(path)?))
}

fn read_certificates(path: &Path) -> Result<Vec<Certificate>, ApiError> {
    let refused = |why: &dyn fmt::Display| {
        let message = format!(
            "can't read root certificates from `{}`: {why}",
            path.display()
        );
        ApiError::new(ErrorKind::InvalidInput, message)
            .hint("a PEM file begins with -----BEGIN CERTIFICATE-----")
    };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_PEM_BYTES).read_to_end(&mut bytes))
        .map_err(|err| refused(&err))?;
    let certificates = Certificate::from_pem_bundle(&bytes).map_err(|err| refused(&err))?;
    if certificates.is_empty() {
        return Err(refused(&"there is none in it"));
    }
    Ok(certificates)
}

/// Whether an address is this machine's own, which no proxy reaches.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|ip: std::net::IpAddr| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_told_from_the_network() {
        let check = |host: &str| is_loopback(&Url::parse(&format!("http://{host}")).unwrap());
        for host in ["localhost:1", "127.8.9.1", "[::1]:2", "[::ffff:127.0.0.1]"] {
            assert!(check(host), "{host}");
        }
        for host in ["example.com", "10.0.0.1", "localhost.example.com"] {
            assert!(!check(host), "{host}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roots.pem");
        std::fs::write(&path, "hello\n").unwrap();
        for path in [path, folder.path().join("missing.pem")] {
            let mut options = HttpOptions::new("https://example.com");
            options.root_certificates = Some(path);
            let err = HttpClient::connect(options).unwrap_err();
            assert_eq!(err.kind, ErrorKind::InvalidInput, "{err}");
        }
    }
}
