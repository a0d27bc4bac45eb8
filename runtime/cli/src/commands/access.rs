//! `hartomat token` and `hartomat audit`: who may ask this data folder's server for what, and who did.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{AuditEntry, TokenRecord};
use serde_json::json;

use super::Session;
use crate::args::TokenCommand;
use crate::outcome::Outcome;
use crate::text::when;

pub(crate) fn token(session: &Session, command: &TokenCommand) -> Result<Outcome, ApiError> {
    here(
        session,
        "tokens are made and taken back on the server's own machine",
    )?;
    let studio = session.studio()?;
    match command {
        TokenCommand::Create { name, scope } => {
            let scopes: BTreeSet<_> = scope.iter().copied().collect();
            let (record, secret) = studio.token_create(name, &scopes)?;
            // Alone on standard output, so that it can be piped to where it is kept.
            let text = format!("{secret}\n");
            crate::progress::say(&format!(
                "token {} for `{}` ({}); it is shown this once",
                record.id,
                record.name,
                scopes_text(&record)
            ));
            Ok(Outcome::ok(
                text,
                &json!({ "token": secret, "record": record }),
            ))
        }
        TokenCommand::List => {
            let tokens = studio.token_list()?;
            let mut text = String::new();
            for token in &tokens {
                let state = match (token.revoked_at, token.last_used_at) {
                    (Some(at), _) => format!("revoked {}", when(at)),
                    (None, Some(at)) => format!("used {}", when(at)),
                    (None, None) => "never used".to_owned(),
                };
                let _ = writeln!(
                    text,
                    "{}  {:<16} {:<28} {state}",
                    token.id,
                    token.name,
                    scopes_text(token)
                );
            }
            if tokens.is_empty() {
                text.push_str(
                    "no tokens yet; `hartomat token create NAME --scope read` makes one\n",
                );
            }
            Ok(Outcome::ok(text, &tokens))
        }
        TokenCommand::Revoke { id } => match studio.token_revoke(id)? {
            true => Ok(Outcome::ok(format!("token {id} is no longer taken\n"), id)),
            false => {
                let message = format!("there is no token `{id}` that could be taken back");
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .hint("`hartomat token list` shows the tokens"))
            }
        },
    }
}

fn scopes_text(token: &TokenRecord) -> String {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    scopes.join(",")
}

pub(crate) fn audit(session: &Session, limit: u32) -> Result<Outcome, ApiError> {
    let entries = session
        .backend()?
        .audit_list(&hartomat_api::http::AuditQuery {
            before: None,
            limit: Some(limit),
        })?;
    let mut text = String::new();
    for entry in &entries {
        let _ = writeln!(text, "{}", audit_line(entry));
    }
    if entries.is_empty() {
        text.push_str("nothing was changed through a server yet\n");
    }
    Ok(Outcome::ok(text, &entries))
}

fn audit_line(entry: &AuditEntry) -> String {
    let outcome = entry.outcome.as_deref().unwrap_or("no answer recorded");
    format!(
        "{}  {}  {}  {}  {}  {outcome}",
        entry.seq,
        when(entry.at),
        entry.actor,
        entry.action,
        entry.target
    )
}

/// Refuses what can only be done on the machine itself.
fn here(session: &Session, message: &str) -> Result<(), ApiError> {
    match session.server() {
        None => Ok(()),
        Some(_) => Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("leave --server out, and name the data folder with --data-dir")),
    }
}
