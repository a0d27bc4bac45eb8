//! Who asks: a token's owner, or nobody. How often somebody may ask, and how often in vain.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::StatusCode;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hartomat_app::{LOCAL_ACTOR, Studio};
use hartomat_schema::{Digest, Scope};
use headers::authorization::Bearer;
use headers::{Authorization, HeaderMapExt as _};

use crate::Limits;
use crate::answer::Refusal;

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
}

/// Knows callers by their tokens.
pub(crate) struct Identity {
    agent: Option<Digest>,
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
            requests: RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)),
            failures: RateLimiter::keyed(failures),
        }
    }

    /// Who sends this. May read the database.
    pub(crate) fn find(
        &self,
        studio: &Arc<Studio>,
        headers: &HeaderMap,
        peer: IpAddr,
    ) -> Result<Caller, Refusal> {
        let caller = match headers.typed_get::<Authorization<Bearer>>() {
            Some(token) => self.look_up(studio, token.token())?,
            None => None,
        };
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

    /// Tokens are compared by their digests, so that the time it takes says nothing of a token.
    fn look_up(&self, studio: &Arc<Studio>, token: &str) -> Result<Option<Caller>, Refusal> {
        if let Some(agent) = &self.agent {
            let is_agent = Digest::of(token.as_bytes()) == *agent;
            return Ok(is_agent.then(|| Caller {
                person: LOCAL_ACTOR.to_owned(),
                actor: LOCAL_ACTOR.to_owned(),
                scopes: Scope::ALL.into(),
            }));
        }
        let record = studio.token_check(token)?;
        Ok(record.map(|record| Caller {
            actor: format!("{} ({})", record.name, record.id),
            person: record.name,
            scopes: record.scopes,
        }))
    }

    /// Forgets callers that have been quiet.
    pub(crate) fn forget_quiet(&self) {
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
