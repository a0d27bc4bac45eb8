//! `hartomat outbox`, and how a dispatch comes there: its server could not be reached.

use std::fmt::Write as _;
use std::sync::Arc;

use hartomat_api::{ApiError, Backend, DispatchRequest, ErrorKind, WorkflowSource};
use hartomat_app::{Sent, Studio};
use hartomat_schema::OutboxEntry;
use serde_json::{Value, json};

use super::Session;
use super::servers::known;
use super::session::token_of_environment;
use crate::args::OutboxCommand;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::progress::say;
use crate::text::when;

pub(crate) fn outbox(session: &Session, command: &OutboxCommand) -> Result<Outcome, ApiError> {
    let studio = session.studio()?;
    match command {
        OutboxCommand::List => {
            let entries = studio.outbox_list()?;
            let mut text: String = entries.iter().map(entry_text).collect();
            if entries.is_empty() {
                text.push_str("nothing waits for a server\n");
            }
            Ok(Outcome::ok(text, &entries))
        }
        OutboxCommand::Send => {
            let sent = send(session, &studio, session.server())?;
            let mut text: String = sent.iter().map(sent_text).collect();
            if sent.is_empty() {
                text.push_str("nothing waits for a server\n");
            }
            let kinds = sent.iter().filter_map(|sent| sent.run.as_ref().err());
            let exit = match kinds.map(|err| err.kind).max_by_key(is_refusal) {
                None => Exit::Ok,
                Some(kind) if is_refusal(&kind) => Exit::InvalidInput,
                Some(_) => Exit::Unreachable,
            };
            let data: Vec<Value> = sent.iter().map(sent_json).collect();
            Ok(Outcome::with(exit, text, &data))
        }
        OutboxCommand::Discard { key } => match studio.outbox_discard(key)? {
            true => Ok(Outcome::ok(format!("{key} waits no longer\n"), key)),
            false => {
                let message = format!("nothing waits under the key `{key}`");
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .hint("`hartomat outbox list` shows what waits"))
            }
        },
    }
}

/// Lets a dispatch wait for its server.
pub(crate) fn put(
    session: &Session,
    server: &str,
    request: &DispatchRequest,
    why: &ApiError,
) -> Result<Outcome, ApiError> {
    let name = match &request.workflow {
        WorkflowSource::Saved(id) => id.to_string(),
        WorkflowSource::Document(workflow) => workflow.name.clone(),
    };
    let entry = session.studio()?.outbox_put(server, request, &name)?;
    let text = format!(
        "{}\nthe run waits in the outbox under the key {}; it is sent once the server answers\n",
        why.message, entry.key
    );
    Ok(Outcome::with(
        Exit::Unreachable,
        text,
        &json!({ "waiting": entry }),
    ))
}

/// Sends what waits for a server that has just answered, and says so.
pub(crate) fn send_waiting(session: &Session, server: &str) {
    // The outbox is a convenience of this command: its own work goes on without it.
    let Ok(studio) = session.studio() else { return };
    let waits = studio.outbox_list().is_ok_and(|entries| {
        let mut entries = entries.iter();
        entries.any(|entry| entry.run.is_none() && !entry.refused && entry.server == server)
    });
    if waits && let Ok(sent) = send(session, &studio, Some(server)) {
        for sent in &sent {
            say(sent_text(sent).trim_end());
        }
    }
}

/// Sends what waits for this server, or for any.
pub(crate) fn send(
    session: &Session,
    studio: &Studio,
    server: Option<&str>,
) -> Result<Vec<Sent>, ApiError> {
    let servers = known(session.data_dir());
    studio.outbox_send(server, &|server| {
        let token = token_of_environment()?.filter(|_| session.server() == Some(server));
        Ok(Arc::new(servers.connect(server, token)?) as Arc<dyn Backend>)
    })
}

fn is_refusal(kind: &ErrorKind) -> bool {
    !matches!(
        kind,
        ErrorKind::Unreachable | ErrorKind::Busy | ErrorKind::Internal
    )
}

fn entry_text(entry: &OutboxEntry) -> String {
    let state = match (&entry.run, &entry.last_error) {
        (Some(run), _) => format!("sent as run {run}"),
        (None, Some(err)) if entry.refused => format!("refused: {err}"),
        (None, Some(err)) => format!("waits, tried {} times: {err}", entry.attempts),
        (None, None) => "waits".to_owned(),
    };
    format!(
        "{}  {}  {} → {}  {state}\n",
        entry.key,
        when(entry.created_at),
        entry.summary,
        entry.server
    )
}

fn sent_text(sent: &Sent) -> String {
    let entry = &sent.entry;
    let mut text = format!("{} → {}: ", entry.summary, entry.server);
    // Writing to a string never fails.
    let _ = match &sent.run {
        Ok(record) => writeln!(text, "sent as run {}", record.id),
        Err(err) if is_refusal(&err.kind) => writeln!(text, "refused: {err}"),
        Err(err) => writeln!(text, "still waits: {err}"),
    };
    text
}

fn sent_json(sent: &Sent) -> Value {
    let (run, error) = match &sent.run {
        Ok(record) => (Some(&record.id), None),
        Err(err) => (None, Some(err)),
    };
    json!({ "key": sent.entry.key, "server": sent.entry.server, "run": run, "error": error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_told_as_one() {
        let entry = json!({
            "key": "k", "server": "studio", "request": null, "summary": "Still", "files": [],
            "created_at": 0, "attempts": 1, "last_error": null, "run": null,
        });
        let told = |kind| {
            let entry = serde_json::from_value(entry.clone()).unwrap();
            let run = Err(ApiError::new(kind, "no"));
            sent_text(&Sent { entry, run })
        };
        for kind in [ErrorKind::Unreachable, ErrorKind::Busy, ErrorKind::Internal] {
            assert_eq!(told(kind), "Still → studio: still waits: no\n");
        }
        let refused = told(ErrorKind::InvalidInput);
        assert_eq!(refused, "Still → studio: refused: no\n");
    }
}
