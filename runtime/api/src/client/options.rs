//! How to reach a server: its address, a token, and how long to wait for what.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;

use crate::{ApiError, ErrorKind};

/// The longest token.
const MAX_TOKEN: usize = 4096;

/// How to reach a server.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// `http://` or `https://`, a host, and a port where it isn't the usual one; no path.
    pub address: String,
    /// Who asks. Without one only what is open to everybody answers.
    pub token: Option<AccessToken>,
    /// Whether the token may cross a network where everybody on the way can read it.
    pub plain_http: bool,
    /// A PEM file with root certificates beside those of the operating system.
    pub root_certificates: Option<PathBuf>,
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// The longest wait for a whole answer.
    pub answer_timeout: Duration,
    /// The same where the server works on files before it answers.
    pub long_answer_timeout: Duration,
    /// A stream that was silent for so long is taken for dead. Servers send a sign of life every 10 s.
    pub idle_timeout: Duration,
    /// For how long after a first failure a request is tried again, unless it makes headway.
    pub retry_budget: Duration,
    /// What this program calls itself.
    pub user_agent: String,
}

impl HttpOptions {
    /// A server at this address, without a token, with everything else as usual.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            token: None,
            plain_http: false,
            root_certificates: None,
            connect_timeout: Duration::from_secs(5),
            answer_timeout: Duration::from_secs(60),
            long_answer_timeout: Duration::from_mins(15),
            idle_timeout: Duration::from_secs(30),
            retry_budget: Duration::from_secs(20),
            user_agent: concat!("hartomat/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn token(mut self, token: AccessToken) -> Self {
        self.token = Some(token);
        self
    }
}

/// A token that says who asks. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(String);

impl AccessToken {
    /// Checks and wraps a token; white space around it, as files have it, doesn't count. Visible ASCII,
    /// at most 4096 letters.
    pub fn new(text: &str) -> Result<Self, ApiError> {
        let text = text.trim();
        let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if text.is_empty() || text.len() > MAX_TOKEN || !is_visible {
            let message = "this is no token: one is a line of visible ASCII letters";
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        }
        Ok(Self(text.to_owned()))
    }

    /// The token itself, for the place where it is kept.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// The value of the header, marked as a secret.
    pub(super) fn header(&self) -> HeaderValue {
        let mut value = HeaderValue::try_from(format!("Bearer {}", self.0))
            .expect("a token was checked to be visible ASCII");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// Reads the address of a server: scheme, host and port alone.
pub(super) fn read_address(text: &str) -> Result<Url, ApiError> {
    let refused = |message: String| {
        ApiError::new(ErrorKind::InvalidInput, message)
            .hint("write it as http://127.0.0.1:8080 or https://example.com")
    };
    if text.contains('@') {
        // Not shown: what stands before the sign may be a password.
        return Err(refused("an address names nobody before an `@`".to_owned()));
    }
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or_else(|| refused(format!("`{text}` is no address of a server")))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        let message = format!("`{text}` has more than a scheme, a host and a port");
        return Err(refused(message));
    }
    Ok(url)
}

/// Refuses to show a token to a network.
pub(super) fn check_privacy(url: &Url, options: &HttpOptions) -> Result<(), ApiError> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_loopback = |address: IpAddr| address.is_loopback();
    let stays_here = host == "localhost" || host.parse().is_ok_and(is_loopback);
    if options.token.is_none() || options.plain_http || stays_here || url.scheme() == "https" {
        return Ok(());
    }
    let message = format!("everybody on the way to `{url}` could read the token");
    Err(ApiError::new(ErrorKind::InvalidInput, message).hint(
        "use an https:// address, or say that the network is yours with \
         `hartomat servers add NAME ADDRESS --plain-http`",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_nowhere() {
        let token = AccessToken::new(" s3cret-value\n").unwrap();
        let options = HttpOptions::new("http://127.0.0.1").token(token.clone());
        for shown in [
            format!("{token:?}"),
            format!("{options:#?}"),
            format!("{:?}", token.header()),
        ] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        for text in [
            "",
            " ",
            "two words",
            "tök",
            "line\nbreak",
            &"x".repeat(5000),
        ] {
            let err = AccessToken::new(text).unwrap_err();
            assert!(
                text.trim().is_empty() || !err.to_string().contains(text.trim()),
                "{err}"
            );
        }
    }

    #[test]
    fn addresses_have_a_scheme_a_host_and_a_port_and_no_more() {
        let read = |text: &str| read_address(text).map(|url| url.to_string());
        assert_eq!(read("http://127.0.0.1:80/").unwrap(), "http://127.0.0.1/");
        assert_eq!(
            read("https://example.com:8443").unwrap(),
            "https://example.com:8443/"
        );
        assert_eq!(read(" http://[::1]:9 ").unwrap(), "http://[::1]:9/");
        for text in [
            "",
            "example.com",
            "localhost:80",
            "ftp://example.com",
            "http://",
            "file:///x",
            "http://example.com/studio",
            "http://example.com/?a",
            "http://example.com/#a",
        ] {
            let err = read_address(text).unwrap_err();
            assert_eq!(err.kind, ErrorKind::InvalidInput, "{text}");
        }
        let err = read_address(&format!("https://{}@example.com", "me:hunter2")).unwrap_err();
        assert!(!format!("{err:?}").contains("hunter2"), "{err:?}");
    }
}
