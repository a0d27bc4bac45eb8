//! Messages to targets outside of the studio. They are made in the transaction that publishes, and one
//! process at a time is at work on each.

use hartomat_schema::{Message, MessageId, MessageState, ProcessIdentity, RunId, Timestamp};
use rusqlite::{OptionalExtension, Transaction, params};

use super::LegacyDb;
use crate::StoreError;
use crate::body::{decode, encode, page};
use crate::database::Fault;

/// Which messages to list. The default is all of them, newest first, a page of 100.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MessageFilter {
    /// Sent by this run.
    pub run: Option<RunId>,
    /// In this state.
    pub state: Option<MessageState>,
    /// Page size, 100 unless said, at most 1000.
    pub limit: Option<usize>,
}

impl LegacyDb {
    /// Takes the message that has been due the longest, for one attempt. Of two processes that want it,
    /// one gets it.
    pub fn message_claim(
        &self,
        at: Timestamp,
        owner: &ProcessIdentity,
    ) -> Result<Option<Message>, StoreError> {
        self.database.write("taking a message", |tx| {
            let sql = "SELECT body FROM message WHERE state = 'waiting' AND due_at <= ?1
                       ORDER BY due_at, ord LIMIT 1";
            let text: Option<String> = tx
                .prepare_cached(sql)?
                .query_row([at.0], |row| row.get(0))
                .optional()?;
            let Some(text) = text else { return Ok(None) };
            let mut message: Message = decode("a message", &text)?;
            message.state = MessageState::Sending;
            message.owner = Some(owner.clone());
            put(tx, &message)?;
            Ok(Some(message))
        })
    }

    /// When the next attempt is due; none where no message waits.
    pub fn message_due(&self) -> Result<Option<Timestamp>, StoreError> {
        self.database.read("looking for messages", |tx| {
            let sql = "SELECT min(due_at) FROM message WHERE state = 'waiting'";
            let due: Option<i64> = tx.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
            Ok(due.map(Timestamp))
        })
    }

    /// Notes how far a message has come, whatever it was before: for the process that is at work on it.
    pub fn message_put(&self, message: &Message) -> Result<(), StoreError> {
        let doing = format!("noting message {}", message.id);
        self.database.write(&doing, |tx| put(tx, message))
    }

    /// Puts `after` in the place of `before`; whether it did. A message that isn't as `before` any more
    /// stays as it is: somebody else is at work on it.
    pub fn message_replace(&self, before: &Message, after: &Message) -> Result<bool, StoreError> {
        let doing = format!("noting message {}", before.id);
        self.database.write(&doing, |tx| {
            let is_unchanged = get(tx, &before.id)?.as_ref() == Some(before);
            if is_unchanged {
                put(tx, after)?;
            }
            Ok(is_unchanged)
        })
    }

    /// A message by id.
    pub fn message_get(&self, id: &MessageId) -> Result<Option<Message>, StoreError> {
        self.database.read("reading a message", |tx| get(tx, id))
    }

    /// Messages, newest first.
    pub fn message_list(&self, filter: &MessageFilter) -> Result<Vec<Message>, StoreError> {
        self.database.read("listing messages", |tx| {
            let mut statement = tx.prepare_cached(
                "SELECT body FROM message WHERE (?1 IS NULL OR run = ?1)
                 AND (?2 IS NULL OR state = ?2) ORDER BY ord DESC LIMIT ?3",
            )?;
            let run = filter.run.as_ref().map(RunId::as_str);
            let state = filter.state.map(MessageState::as_str);
            let values = params![run, state, page(filter.limit, 100, 1000)];
            let rows = statement.query_map(values, |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(decode("a message", &row?)?)).collect()
        })
    }
}

/// Stores a message; the second one with its key adds nothing.
pub(super) fn insert(tx: &Transaction<'_>, message: &Message) -> Result<(), Fault> {
    let body = encode("a message", message)?;
    tx.prepare_cached(
        "INSERT INTO message (id, message_key, run, state, due_at, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (message_key) DO NOTHING",
    )?
    .execute(params![
        message.id.as_str(),
        message.message_key,
        message.run.as_str(),
        message.state.as_str(),
        message.due_at.0,
        body
    ])?;
    Ok(())
}

fn get(tx: &Transaction<'_>, id: &MessageId) -> Result<Option<Message>, Fault> {
    let sql = "SELECT body FROM message WHERE id = ?1";
    let text: Option<String> = tx
        .prepare_cached(sql)?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| decode("a message", &text)).transpose()?)
}

fn put(tx: &Transaction<'_>, message: &Message) -> Result<(), Fault> {
    let body = encode("a message", message)?;
    let sql = "UPDATE message SET state = ?2, due_at = ?3, body = ?4 WHERE id = ?1";
    let (state, due_at) = (message.state.as_str(), message.due_at.0);
    let changed =
        tx.prepare_cached(sql)?
            .execute(params![message.id.as_str(), state, due_at, body])?;
    match changed {
        0 => Err(StoreError::NotFound {
            what: format!("message {}", message.id),
        }
        .into()),
        _ => Ok(()),
    }
}
