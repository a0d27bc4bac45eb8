//! Messages to targets outside of the studio.
//!
//! They are made in the transaction that publishes, by authoritative runs alone, and sent afterwards by
//! a thread of their own: nothing here can hold a delivery up. A message whose process ended in the
//! middle of an attempt is tried again under the same id, by which its receiver tells a repetition.

mod address;
mod email;
mod secret;
mod settings;
mod webhook;

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::{
    Message, MessageId, MessageState, Notification, NotificationTarget, RunEventKind, Subject,
    TargetChannel, Timestamp, digest_json,
};
use hartomat_store::{MessageFilter, StoreError, current_process, is_alive};

pub use settings::{
    notification_settings, put_notification_target, remove_notification_target,
    set_notification_settings,
};

use crate::Studio;
use crate::error::from_store;
use crate::golden::is_golden;
use crate::host::now;

/// The channel of notifications in the studio.
const IN_APP: &str = "in_app";
/// How long the thread waits where the database says nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Why a message has not arrived.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub(crate) struct Unsent {
    why: String,
    is_final: bool,
}

impl Unsent {
    /// Trying again may help.
    fn for_now(why: impl Into<String>) -> Self {
        let (why, is_final) = (why.into(), false);
        Self { why, is_final }
    }

    /// Trying again can't help.
    fn for_good(why: impl Into<String>) -> Self {
        let (why, is_final) = (why.into(), true);
        Self { why, is_final }
    }
}

/// What is wrong with a target, and what would mend it.
#[derive(Debug)]
pub(crate) struct Problem {
    what: String,
    fix: &'static str,
}

impl Problem {
    fn new(what: impl Into<String>, fix: &'static str) -> Self {
        let what = what.into();
        Self { what, fix }
    }
}

impl From<Problem> for Unsent {
    fn from(problem: Problem) -> Self {
        Self::for_good(problem.what)
    }
}

/// The thread that sends.
#[derive(Default)]
pub(crate) struct Courier {
    state: Mutex<CourierState>,
    changed: Condvar,
}

#[derive(Default)]
struct CourierState {
    has_thread: bool,
    /// Whether something may be due that the thread hasn't looked for yet.
    is_asked: bool,
    is_busy: bool,
}

impl Courier {
    fn lock(&self) -> MutexGuard<'_, CourierState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something may be due; whether a thread has to begin.
    fn wake(&self) -> bool {
        let mut state = self.lock();
        state.is_asked = true;
        self.changed.notify_all();
        !std::mem::replace(&mut state.has_thread, true)
    }

    fn wait_idle(&self, longest: Duration) -> bool {
        let until = Instant::now() + longest;
        let mut state = self.lock();
        while state.is_busy || state.is_asked {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The thread looks for what is due.
    fn begin(&self) {
        let mut state = self.lock();
        state.is_asked = false;
        state.is_busy = true;
    }

    /// There is no thread any more.
    fn end(&self) {
        *self.lock() = CourierState::default();
        self.changed.notify_all();
    }

    /// Sleeps until something is due or said to be; whether the thread goes on.
    fn sleep(&self, due: Option<Duration>) -> bool {
        let mut state = self.lock();
        if state.is_asked {
            return true;
        }
        state.is_busy = false;
        self.changed.notify_all();
        let Some(due) = due else {
            state.has_thread = false;
            return false;
        };
        let until = Instant::now() + due.min(LONGEST_WAIT);
        while !state.is_asked {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

impl Studio {
    /// The messages that go out with these notifications of a run. Fails where the targets can't be read,
    /// which must not keep a delivery back.
    pub(crate) fn messages_of(
        &self,
        subject: &Subject,
        notifications: &[Notification],
    ) -> Result<Vec<Message>, ApiError> {
        let Subject::OrderLine(line) = subject else {
            return Ok(Vec::new());
        };
        if notifications.is_empty() || is_golden(&line.order_line) {
            return Ok(Vec::new());
        }
        let settings = notification_settings(&self.data)?;
        let hear = |target: &&NotificationTarget| {
            target.hears_of(&line.output_type.id, &line.order_line.id)
        };
        let targets: Vec<_> = settings.targets.iter().filter(hear).collect();
        // A notification in the studio goes to every target, another to those of its channel.
        let of_one = |note: &Notification| -> Vec<Message> {
            let channel = note.channel.as_str();
            let fits = |target: &&&NotificationTarget| {
                channel == IN_APP || channel == target.channel.as_str()
            };
            let told = targets.iter().filter(fits);
            told.map(|target| message_to(target, note)).collect()
        };
        Ok(notifications.iter().flat_map(of_one).collect())
    }

    /// Lets the thread look for what is due.
    pub(crate) fn wake_courier(&self) {
        if !self.courier.wake() {
            return;
        }
        let (courier, studio) = (self.courier.clone(), Arc::downgrade(&self.shared()));
        let name = "messages".to_owned();
        let spawned = std::thread::Builder::new()
            .name(name)
            .spawn(move || carry(&courier, &studio));
        if spawned.is_err() {
            // What is due waits for the next one who wakes it.
            self.courier.end();
        }
    }

    /// At start: messages that a process was at work on when it ended, and those that wait.
    pub(crate) fn recover_messages(&self) {
        let filter = MessageFilter {
            state: Some(MessageState::Sending),
            limit: Some(1000),
            ..MessageFilter::default()
        };
        for before in self.legacy.message_list(&filter).unwrap_or_default() {
            if !before.owner.as_ref().is_some_and(is_alive) {
                let after = Message {
                    state: MessageState::Waiting,
                    owner: None,
                    ..before.clone()
                };
                // Another process that starts may have it by now. What can't be noted waits for the next
                // start.
                let _ = self.legacy.message_replace(&before, &after);
            }
        }
        if !matches!(self.legacy.message_due(), Ok(None)) {
            self.wake_courier();
        }
    }

    /// Waits until each message that is due has been tried; whether that came to be in time. What
    /// couldn't be sent is tried again by whoever opens the data folder next.
    pub fn settle_messages(&self, longest: Duration) -> bool {
        self.courier.wait_idle(longest)
    }

    pub(crate) fn messages(&self, filter: &MessageFilter) -> Result<Vec<Message>, ApiError> {
        let found = self.legacy.message_list(filter);
        found.map_err(|err| from_store(&err))
    }

    pub(crate) fn retry_message(&self, id: &MessageId) -> Result<Message, ApiError> {
        loop {
            let found = self.legacy.message_get(id);
            let found = found.map_err(|err| from_store(&err))?;
            let before = found.ok_or_else(|| {
                ApiError::new(ErrorKind::NotFound, format!("there is no message `{id}`"))
                    .hint("`hartomat notify messages` shows them")
            })?;
            if matches!(before.state, MessageState::Sent | MessageState::Sending) {
                return Err(ApiError::new(ErrorKind::Conflict, before.sentence()));
            }
            let after = Message {
                state: MessageState::Waiting,
                attempts: 0,
                due_at: now(),
                ended_at: None,
                ..before.clone()
            };
            let replaced = self.legacy.message_replace(&before, &after);
            // One that has changed in between, as by an attempt that began, is looked at anew.
            if replaced.map_err(|err| from_store(&err))? {
                self.wake_courier();
                return Ok(after);
            }
        }
    }

    /// Tries the message that has been due the longest; whether there was one.
    fn send_next(&self) -> bool {
        let claimed = self.legacy.message_claim(now(), &current_process());
        let Ok(Some(mut message)) = claimed else {
            return false;
        };
        message.attempts += 1;
        let settings = notification_settings(&self.data);
        let sent = match &settings {
            Ok(settings) => send(&settings.targets, &message),
            Err(err) => Err(Unsent::for_now(err.message.clone())),
        };
        let settings = settings.unwrap_or_default();
        message.owner = None;
        match sent {
            Ok(()) => {
                message.state = MessageState::Sent;
                message.last_error = None;
                message.ended_at = Some(now());
            }
            Err(unsent) if unsent.is_final || message.attempts >= settings.attempts => {
                message.state = MessageState::Failed;
                message.last_error = Some(unsent.why);
                message.ended_at = Some(now());
            }
            Err(unsent) => {
                let wait = settings.retry_after_ms(message.attempts);
                let wait = i64::try_from(wait).unwrap_or(i64::MAX);
                message.state = MessageState::Waiting;
                message.last_error = Some(unsent.why);
                message.due_at = Timestamp(now().0.saturating_add(wait));
            }
        }
        // A database that can't be written leaves it as being sent: the next start tries again.
        let noted = self.legacy.message_put(&message);
        self.tell_of(&message);
        noted.is_ok()
    }

    /// Puts how far a message has come into its run's journal, where there is one.
    fn tell_of(&self, message: &Message) {
        let Ok(graph) = self.graph() else { return };
        let sentence = match message.state {
            MessageState::Sent => message.subject.clone(),
            _ => message.sentence(),
        };
        let told = RunEventKind::Told {
            message: message.id.clone(),
            target: message.target.clone(),
            channel: message.channel.clone(),
            state: message.state,
            sentence,
        };
        // The message itself says as much.
        let _ = self.append(graph, &message.run, told);
    }
}

/// Sends what is due until nothing waits or the studio is gone.
fn carry(courier: &Courier, studio: &Weak<Studio>) {
    loop {
        courier.begin();
        let due = {
            let Some(studio) = studio.upgrade() else {
                return courier.end();
            };
            let is_open = || !studio.is_closing.load(std::sync::atomic::Ordering::SeqCst);
            while is_open() && studio.send_next() {}
            wait_for(studio.legacy.message_due(), now()).filter(|_| is_open())
        };
        if !courier.sleep(due) {
            return;
        }
    }
}

/// How long to wait for what is due next; none where nothing waits.
fn wait_for(due: Result<Option<Timestamp>, StoreError>, at: Timestamp) -> Option<Duration> {
    match due {
        // What is due and can't be taken is looked for a second later.
        Ok(due) => due.map(|due| match due.millis_since(at) {
            0 => Duration::from_secs(1),
            millis => Duration::from_millis(millis),
        }),
        // Something may wait in a database that can't be read just now.
        Err(_) => Some(LONGEST_WAIT),
    }
}

fn message_to(target: &NotificationTarget, note: &Notification) -> Message {
    let key = format!("{}/{}", note.notifying_key, target.id);
    let id = format!("message-{}", digest_json(&key).short());
    Message {
        id: MessageId::new(id).expect("ids made here are short"),
        message_key: key,
        target: target.id.clone(),
        channel: target.channel.as_str().to_owned(),
        notification: note.id.clone(),
        run: note.run.clone(),
        requested_by: note.recipients.clone(),
        subject: note.subject.clone(),
        media_assets: note.media_assets.clone(),
        state: MessageState::Waiting,
        attempts: 0,
        last_error: None,
        at: note.at,
        due_at: note.at,
        ended_at: None,
        owner: None,
    }
}

/// One attempt.
fn send(targets: &[NotificationTarget], message: &Message) -> Result<(), Unsent> {
    let target = targets.iter().find(|target| target.id == message.target);
    match target.map(|target| &target.channel) {
        None => Err(Unsent::for_good("there is no such target any more")),
        // Its event in the run's journal is what programs of this machine show.
        Some(TargetChannel::Desktop) => Ok(()),
        Some(TargetChannel::Email(target)) => email::send(target, message),
        Some(TargetChannel::Webhook(target)) => webhook::send(target, message),
    }
}

/// Sends a trial message to a target of the studio, now and once.
///
/// # Errors
/// A target that isn't there or can't be told, with the reason.
pub fn try_target(
    data: &crate::DataDir,
    id: &hartomat_schema::TargetId,
    requested_by: &str,
) -> Result<(), ApiError> {
    let settings = notification_settings(data)?;
    let target = settings.targets.iter().find(|target| target.id == *id);
    let target = target.ok_or_else(|| {
        ApiError::new(ErrorKind::NotFound, format!("there is no target `{id}`"))
            .hint("`hartomat notify targets` shows them")
    })?;
    let at = now();
    let trial = Notification {
        id: hartomat_schema::NotificationId::literal("trial"),
        notifying_key: format!("trial/{}", uuid::Uuid::now_v7()),
        channel: target.channel.as_str().to_owned(),
        recipients: vec![requested_by.to_owned()],
        subject: "A trial message of HartOMat Studio".to_owned(),
        media_assets: Vec::new(),
        run: hartomat_schema::RunId::literal("trial"),
        at,
    };
    send(&settings.targets, &message_to(target, &trial)).map_err(|unsent| {
        let message = format!("target `{id}` was not told: {}", unsent.why);
        ApiError::new(ErrorKind::Unreachable, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_fails_is_asked_again() {
        let failed = Err(StoreError::Busy {
            doing: "looking for messages".to_owned(),
        });
        let at = Timestamp(5_000);
        assert_eq!(wait_for(failed, at), Some(LONGEST_WAIT));
        let soon = Ok(Some(Timestamp(5_007)));
        assert_eq!(wait_for(soon, at), Some(Duration::from_millis(7)));
        assert_eq!(wait_for(Ok(Some(at)), at), Some(Duration::from_secs(1)));
        assert_eq!(wait_for(Ok(None), at), None);
    }
}
