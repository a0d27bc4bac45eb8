//! Who may ask a server for what: tokens, and the audit list.

use std::collections::BTreeSet;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{AuditEntry, Digest, Scope, Timestamp, TokenId, TokenRecord};

use crate::Studio;
use crate::error::from_store;
use crate::host::now;

/// Whom a process stands for that asks itself, and the agent's own token.
pub const LOCAL_ACTOR: &str = "local";

/// What a token begins with, so that people and scanners know it for one.
const PREFIX: &str = "hm_";
/// Random bytes in a token.
const RANDOM_BYTES: usize = 32;
/// A token's last use is noted once in so many milliseconds.
const USE_NOTED_EVERY_MS: u64 = 3_600_000;

/// A new secret: 32 random bytes in hexadecimal digits.
pub fn new_secret() -> Result<String, ApiError> {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).map_err(|err| {
        ApiError::new(
            ErrorKind::Internal,
            format!("no random bytes from the system: {err}"),
        )
    })?;
    Ok(PREFIX.to_owned() + &Digest::from_bytes(bytes).hex())
}

/// The digest that a token is known by; none of what has not the form of one.
pub fn token_digest(token: &str) -> Option<Digest> {
    let digits = token.strip_prefix(PREFIX)?;
    let is_token =
        digits.len() == 2 * RANDOM_BYTES && digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_token.then(|| Digest::of(token.as_bytes()))
}

impl Studio {
    /// Makes a token. It is told here and never again: only its digest is kept.
    pub fn token_create(
        &self,
        name: &str,
        scopes: &BTreeSet<Scope>,
    ) -> Result<(TokenRecord, String), ApiError> {
        let name = name.trim();
        if name.is_empty() || name.len() > 128 || name.chars().any(char::is_control) {
            let message = "a token's name has 1 to 128 bytes without control characters";
            return Err(ApiError::new(ErrorKind::InvalidInput, message));
        }
        if scopes.is_empty() {
            let message = "a token without scopes is of no use";
            return Err(ApiError::new(ErrorKind::InvalidInput, message)
                .hint("give it scopes, such as `read` and `dispatch`"));
        }
        let secret = new_secret()?;
        let record = TokenRecord {
            id: TokenId::new(uuid::Uuid::now_v7().to_string()).expect("a UUID is a valid id"),
            name: name.to_owned(),
            scopes: scopes.clone(),
            created_at: now(),
            last_used_at: None,
            revoked_at: None,
        };
        let target = format!("{} ({})", record.name, record.id);
        let line = self.audit_begin(LOCAL_ACTOR, "TokenCreate", &target)?;
        self.access()?
            .token_create(&record, &Digest::of(secret.as_bytes()))
            .map_err(|err| from_store(&err))?;
        self.audit_end(line, "done")?;
        Ok((record, secret))
    }

    /// All tokens, also revoked ones.
    pub fn token_list(&self) -> Result<Vec<TokenRecord>, ApiError> {
        self.access()?.token_list().map_err(|err| from_store(&err))
    }

    /// Takes a token back; whether it was good until now.
    pub fn token_revoke(&self, id: &TokenId) -> Result<bool, ApiError> {
        let line = self.audit_begin(LOCAL_ACTOR, "TokenRevoke", id.as_str())?;
        let revoked = self
            .access()?
            .token_revoke(id, now())
            .map_err(|err| from_store(&err))?;
        self.audit_end(line, if revoked { "done" } else { "was no token" })?;
        Ok(revoked)
    }

    /// Whose token has this digest; none where nobody has it or it was revoked. It is looked up by its
    /// digest, so that the time it takes says nothing of how near a guess came.
    pub fn token_of(&self, digest: &Digest) -> Result<Option<TokenRecord>, ApiError> {
        let db = self.access()?;
        let found = db.token_by_hash(digest).map_err(|err| from_store(&err))?;
        let Some(record) = found.filter(|record| record.revoked_at.is_none()) else {
            return Ok(None);
        };
        let at = now();
        let last = record.last_used_at.unwrap_or(Timestamp(0));
        if at.millis_since(last) > USE_NOTED_EVERY_MS {
            // When a token was last used is a convenience; nobody is refused for want of it.
            let _ = db.token_used(&record.id, at);
        }
        Ok(Some(record))
    }

    /// Notes that somebody asks for a change, before it is made.
    pub fn audit_begin(&self, actor: &str, action: &str, target: &str) -> Result<u64, ApiError> {
        self.access()?
            .audit_begin(actor, action, target, now())
            .map_err(|err| from_store(&err))
    }

    /// Notes what came of it.
    pub fn audit_end(&self, seq: u64, outcome: &str) -> Result<(), ApiError> {
        self.access()?
            .audit_end(seq, outcome)
            .map_err(|err| from_store(&err))
    }

    /// Lines of the audit list, newest first.
    pub(crate) fn audit_lines(
        &self,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<AuditEntry>, ApiError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.access()?
            .audit_list(before, limit)
            .map_err(|err| from_store(&err))
    }
}
