//! Who asks: a token's owner, a browser that signed in with one, whoever has a link to a comparison, or
//! nobody. How often somebody may ask, and how often in vain.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hartomat_app::{LOCAL_ACTOR, Studio};
use hartomat_schema::{Digest, RunId, Scope};
use headers::authorization::Bearer;
use headers::{Authorization, HeaderMapExt as _};

use crate::Limits;
use crate::accept::Ends;
use crate::answer::Refusal;
use crate::session::{Credential, Sessions, is_code};
use crate::share;

/// Somebody who is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// Who, as the owner of idempotency keys and uploads: a person keeps theirs when a token is made
    /// anew.
    pub(crate) person: String,
    /// Who by which token, in the audit list.
    pub(crate) actor: String,
    /// What they may do.
    pub(crate) scopes: BTreeSet<Scope>,
    /// The run whose comparison is all that they may see.
    pub(crate) shared_run: Option<RunId>,
    /// By what they are known.
    pub(crate) credential: Credential,
    /// The session that they speak in; none where they bring a secret along.
    pub(crate) session: Option<Digest>,
}

/// The head of a request.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) ends: Ends,
}

/// Knows callers by their tokens.
pub(crate) struct Identity {
    agent: Option<Digest>,
    /// Browsers that have signed in.
    pub(crate) sessions: Sessions,
    requests: DefaultKeyedRateLimiter<String>,
    failures: DefaultKeyedRateLimiter<IpAddr>,
}

impl Identity {
    /// With an agent's token, that one alone is taken; without it, those in the database.
    pub(crate) fn new(agent_token: Option<&str>, limits: &Limits) -> Self {
        let per_second = at_least_one(limits.requests_per_second);
        let burst = at_least_one(limits.requests_per_second.saturating_mul(2));
        let failures = Quota::per_minute(at_least_one(limits.failed_logins_per_minute));
        Self {
            agent: agent_token.map(|token| Digest::of(token.as_bytes())),
            sessions: Sessions::default(),
            requests: RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)),
            failures: RateLimiter::keyed(failures),
        }
    }

    /// Who sends this. May read the database.
    pub(crate) fn find(&self, studio: &Arc<Studio>, head: &Head) -> Result<Caller, Refusal> {
        let mut session = None;
        let credential = match head.headers.typed_get::<Authorization<Bearer>>() {
            // A code begins a session and opens nothing else.
            Some(bearer) if is_code(bearer.token()) => {
                let begins = head.method == Method::POST && head.uri.path() == "/v1/session";
                begins
                    .then(|| self.sessions.redeem(bearer.token()))
                    .flatten()
            }
            Some(bearer) => Credential::of(bearer.token()),
            None => self.sessions.find(head).map(|(id, credential)| {
                session = Some(id);
                credential
            }),
        };
        let caller = match credential {
            Some(credential) => self.look_up(studio, credential, session)?,
            None => None,
        };
        let peer = head.ends.peer.ip();
        match caller {
            Some(caller) if self.requests.check_key(&caller.actor).is_ok() => Ok(caller),
            Some(_) => Err(too_many("too many requests with this token")),
            None if self.failures.check_key(&peer).is_err() => {
                Err(too_many("too many requests without a token that is known"))
            }
            None => Err(
                Refusal::new(StatusCode::UNAUTHORIZED, "nobody is known by this token")
                    .hint("send `authorization: Bearer …`; an administrator makes tokens with `hartomat token create`"),
            ),
        }
    }

    /// Whether somebody is still known: their token, or their link, holds, and so does their session. May
    /// read the database.
    pub(crate) fn still_knows(
        &self,
        studio: &Arc<Studio>,
        caller: &Caller,
    ) -> Result<bool, Refusal> {
        let has_session = caller.session.is_none_or(|id| self.sessions.holds(&id));
        let known = self.look_up(studio, caller.credential.clone(), None)?;
        Ok(has_session && known.is_some())
    }

    /// Tokens are compared by their digests, so that the time it takes says nothing of a token.
    fn look_up(
        &self,
        studio: &Arc<Studio>,
        credential: Credential,
        session: Option<Digest>,
    ) -> Result<Option<Caller>, Refusal> {
        let known = match &credential {
            Credential::Share(secret) => share::open(studio, secret)?.map(|run| {
                let whoever = format!("link to the comparison of {run}");
                (
                    whoever.clone(),
                    whoever,
                    BTreeSet::from([Scope::Read]),
                    Some(run),
                )
            }),
            Credential::Token(digest) if self.agent.is_some() => {
                let local = || LOCAL_ACTOR.to_owned();
                (self.agent == Some(*digest)).then(|| (local(), local(), Scope::ALL.into(), None))
            }
            Credential::Token(digest) => studio.token_of(digest)?.map(|record| {
                let actor = format!("{} ({})", record.name, record.id);
                (record.name, actor, record.scopes, None)
            }),
        };
        Ok(known.map(|(person, actor, scopes, shared_run)| Caller {
            person,
            actor,
            scopes,
            shared_run,
            credential,
            session,
        }))
    }

    /// Forgets callers that have been quiet.
    pub(crate) fn forget_quiet(&self) {
        self.sessions.forget_ended();
        self.requests.retain_recent();
        self.failures.retain_recent();
    }
}

fn at_least_one(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN)
}

fn too_many(message: &str) -> Refusal {
    Refusal {
        retry_after_secs: Some(1),
        ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, message)
    }
}
