//! Browsers that have signed in. A session is of the token, or the share, that began it, and ends with it.
//!
//! It has two secrets. The cookie is out of reach of scripts, but browsers send it to every port of a
//! host, so that a program on another port of this machine could read it; the key is kept by the page,
//! which no other port's page can read. Both are needed, but for files whose digest the page knows:
//! pictures and downloads can't bring a header along.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use hartomat_api::ApiError;
use hartomat_api::http::SESSION_KEY;
use hartomat_app::{new_secret, token_digest};
use hartomat_schema::Digest;

use crate::identity::Head;
use crate::share;

/// How long a browser stays signed in: a long working day.
const LIFE: Duration = Duration::from_secs(12 * 3600);
/// Sessions at once by one token or share; the oldest makes room.
const MOST_EACH: usize = 64;
/// What a code for signing in begins with.
const CODE: &str = "hc_";
/// How long a code holds.
const CODE_LIFE: Duration = Duration::from_secs(60);
/// Codes at once; the oldest makes room.
const MOST_CODES: usize = 16;
/// Addresses that are opened by the cookie alone.
const FILES: [&str; 2] = ["/v1/artifacts/", "/v1/media-assets/"];

/// By what somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A token, by its digest.
    Token(Digest),
    /// The secret of a link to a comparison.
    Share(String),
}

impl Credential {
    /// What a request brings along; none where it can't be either.
    pub(crate) fn of(secret: &str) -> Option<Self> {
        if secret.starts_with(share::PREFIX) {
            return Some(Self::Share(secret.to_owned()));
        }
        token_digest(secret).map(Self::Token)
    }
}

struct Session {
    credential: Credential,
    key: Digest,
    began: Instant,
}

impl Session {
    fn goes_on(&self) -> bool {
        self.began.elapsed() < LIFE
    }
}

/// A code that signs one browser in, by its digest.
struct Code {
    digest: Digest,
    credential: Credential,
    began: Instant,
}

/// The sessions by the digests of their cookies, and codes that nobody has used yet.
#[derive(Default)]
pub(crate) struct Sessions(Mutex<BTreeMap<Digest, Session>>, Mutex<Vec<Code>>);

/// What a browser is told when its session begins, and never again.
pub(crate) struct Secrets {
    pub(crate) cookie: String,
    pub(crate) key: String,
}

impl Sessions {
    /// A new session.
    pub(crate) fn begin(&self, credential: &Credential) -> Result<Secrets, ApiError> {
        let (cookie, key) = (new_secret()?, new_secret()?);
        let mut sessions = self.all();
        let own = sessions
            .iter()
            .filter(|(_, it)| it.credential == *credential);
        if own.clone().count() >= MOST_EACH {
            let oldest = own.min_by_key(|(_, it)| it.began).map(|(id, _)| *id);
            oldest.and_then(|id| sessions.remove(&id));
        }
        let session = Session {
            credential: credential.clone(),
            key: Digest::of(key.as_bytes()),
            began: Instant::now(),
        };
        sessions.insert(Digest::of(cookie.as_bytes()), session);
        Ok(Secrets { cookie, key })
    }

    /// A new code: whoever brings it first, within a minute, gets a session in place of the caller.
    pub(crate) fn code(&self, credential: &Credential) -> Result<String, ApiError> {
        let code = format!("{CODE}{}", new_secret()?);
        let mut codes = self.codes();
        codes.retain(|code| code.began.elapsed() < CODE_LIFE);
        if codes.len() >= MOST_CODES {
            codes.remove(0);
        }
        codes.push(Code {
            digest: Digest::of(code.as_bytes()),
            credential: credential.clone(),
            began: Instant::now(),
        });
        Ok(code)
    }

    /// Uses a code up; by what its maker is known.
    pub(crate) fn redeem(&self, code: &str) -> Option<Credential> {
        let digest = Digest::of(code.as_bytes());
        let mut codes = self.codes();
        let at = codes.iter().position(|code| code.digest == digest)?;
        let code = codes.remove(at);
        (code.began.elapsed() < CODE_LIFE).then_some(code.credential)
    }

    /// The session of a request, and by what it is known; none where it has none, or lacks its key.
    pub(crate) fn find(&self, head: &Head) -> Option<(Digest, Credential)> {
        // A page of another port is of the same site, and its requests for pictures tell no origin.
        let from = head.headers.get("sec-fetch-site");
        if from.is_some_and(|from| from != "same-origin" && from != "none") {
            return None;
        }
        let id = cookie(&head.headers, head.ends.local.port())?;
        let sessions = self.all();
        let session = sessions.get(&id)?;
        let is_file =
            head.method == Method::GET && FILES.iter().any(|it| head.uri.path().starts_with(it));
        let key = head.headers.get(SESSION_KEY);
        let has_key = key.is_some_and(|key| Digest::of(key.as_bytes()) == session.key);
        (session.goes_on() && (has_key || is_file)).then(|| (id, session.credential.clone()))
    }

    /// Whether a session goes on.
    pub(crate) fn holds(&self, id: &Digest) -> bool {
        self.all().get(id).is_some_and(Session::goes_on)
    }

    /// Ends the session of a request.
    pub(crate) fn end(&self, headers: &HeaderMap, port: u16) {
        if let Some(id) = cookie(headers, port) {
            self.all().remove(&id);
        }
    }

    pub(crate) fn forget_ended(&self) {
        self.all().retain(|_, session| session.goes_on());
    }

    fn codes(&self) -> MutexGuard<'_, Vec<Code>> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Digest, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a secret is a code for signing in.
pub(crate) fn is_code(secret: &str) -> bool {
    secret.starts_with(CODE)
}

/// The cookie's name: those of all servers of a host come together.
fn name(port: u16) -> String {
    format!("hartomat_{port}")
}

/// The header that gives a browser its cookie, until it is closed; or takes it away again.
pub(crate) fn set_cookie(value: Option<&str>, port: u16, is_secure: bool) -> String {
    let secure = if is_secure { "; Secure" } else { "" };
    let (value, age) = match value {
        Some(value) => (value, ""),
        None => ("", "; Max-Age=0"),
    };
    format!(
        "{}={value}; Path=/v1; HttpOnly; SameSite=Strict{secure}{age}",
        name(port)
    )
}

fn cookie(headers: &HeaderMap, port: u16) -> Option<Digest> {
    let name = name(port);
    let all = headers.get_all(COOKIE).iter();
    let pairs = all
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(';'));
    let values = pairs.filter_map(|pair| pair.trim().split_once('='));
    let mut own = values.filter(|(it, _)| *it == name);
    own.next().map(|(_, value)| Digest::of(value.as_bytes()))
}

#[cfg(test)]
mod tests {
    use axum::http::Uri;

    use super::*;
    use crate::accept::Ends;

    fn head(method: Method, uri: &'static str, headers: &[(&'static str, &str)]) -> Head {
        let ends = "127.0.0.1:8787".parse().unwrap();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Head {
            method,
            uri: Uri::from_static(uri),
            headers: map,
            ends: Ends {
                local: ends,
                peer: ends,
            },
        }
    }

    #[test]
    fn a_session_takes_both_secrets_and_a_file_the_cookie_alone() {
        let sessions = Sessions::default();
        let token = Credential::Token(Digest::of(b"token"));
        let secrets = sessions.begin(&token).unwrap();
        let id = Digest::of(secrets.cookie.as_bytes());
        assert!(sessions.holds(&id));
        let cookie = format!("other=1; hartomat_8787={}", secrets.cookie);
        let key = secrets.key.as_str();
        let found = |method, uri, headers: &[(&'static str, &str)]| {
            sessions.find(&head(method, uri, headers)).is_some()
        };
        let both = [("cookie", &*cookie), (SESSION_KEY, key)];
        assert!(found(Method::POST, "/v1/runs", &both));
        assert!(!found(Method::GET, "/v1/runs", &both[..1]));
        assert!(!found(Method::GET, "/v1/runs", &both[1..]));
        assert!(!found(
            Method::GET,
            "/v1/runs",
            &[both[0], (SESSION_KEY, "hm_0")]
        ));
        assert!(found(Method::GET, "/v1/artifacts/sha256:0", &both[..1]));
        assert!(!found(Method::PUT, "/v1/artifacts/sha256:0", &both[..1]));
        for (from, expected) in [
            ("same-origin", true),
            ("same-site", false),
            ("cross-site", false),
        ] {
            let headers = [both[0], both[1], ("sec-fetch-site", from)];
            assert_eq!(found(Method::GET, "/v1/runs", &headers), expected, "{from}");
        }
        let foreign = cookie.replace("8787", "8788");
        assert!(!found(
            Method::GET,
            "/v1/runs",
            &[("cookie", &*foreign), both[1]]
        ));
        sessions.end(&head(Method::GET, "/", &both).headers, 8787);
        assert!(!found(Method::POST, "/v1/runs", &both) && !sessions.holds(&id));
    }

    #[test]
    fn a_code_is_used_once_and_the_oldest_makes_room() {
        let sessions = Sessions::default();
        let token = Credential::Token(Digest::of(b"token"));
        let code = sessions.code(&token).unwrap();
        assert!(is_code(&code) && !is_code("hm_0"));
        assert_eq!(sessions.redeem("hc_0"), None);
        assert_eq!(sessions.redeem(&code), Some(token.clone()));
        assert_eq!(sessions.redeem(&code), None);
        let first = sessions.code(&token).unwrap();
        for _ in 0..MOST_CODES {
            sessions.code(&token).unwrap();
        }
        assert_eq!(sessions.redeem(&first), None);
    }

    #[test]
    fn the_oldest_session_makes_room() {
        let sessions = Sessions::default();
        let token = Credential::Token(Digest::of(b"token"));
        let first = sessions.begin(&token).unwrap();
        let other = sessions
            .begin(&Credential::Share("hs_".to_owned()))
            .unwrap();
        for _ in 0..MOST_EACH {
            sessions.begin(&token).unwrap();
        }
        let is_there = |secrets: &Secrets| {
            sessions
                .all()
                .contains_key(&Digest::of(secrets.cookie.as_bytes()))
        };
        assert!(!is_there(&first) && is_there(&other));
    }
}
