//! Where people are told outside of the studio, and the messages that go there.
//!
//! A target holds no secret: it names a file or a variable of the environment that does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    MediaAssetId, MessageId, NotificationId, OrderLineId, OutputTypeId, ProcessIdentity, RunId,
    TargetId, Timestamp,
};

/// Where messages go, and how often it is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NotificationSettings {
    /// The targets.
    pub targets: Vec<NotificationTarget>,
    /// Attempts at one message.
    #[schemars(range(min = 1, max = 20))]
    pub attempts: u32,
    /// Milliseconds before the second attempt; each later one waits four times as long as the one
    /// before, six hours at most.
    #[schemars(range(max = 86_400_000))]
    pub first_retry_ms: u64,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            targets: Vec::new(),
            attempts: 8,
            first_retry_ms: 30_000,
        }
    }
}

impl NotificationSettings {
    /// The longest wait between two attempts.
    const LONGEST_RETRY_MS: u64 = 6 * 3_600_000;

    /// Milliseconds to wait after so many attempts.
    pub fn retry_after_ms(&self, attempts: u32) -> u64 {
        let factor = 4u64.saturating_pow(attempts.saturating_sub(1));
        let wait = self.first_retry_ms.saturating_mul(factor);
        wait.min(Self::LONGEST_RETRY_MS)
    }
}

/// Somebody outside of the studio who is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotificationTarget {
    /// Identity.
    pub id: TargetId,
    /// Output types that it hears of; with none, and no order lines, of all.
    #[serde(default)]
    pub output_types: Vec<OutputTypeId>,
    /// Order lines that it hears of.
    #[serde(default)]
    pub order_lines: Vec<OrderLineId>,
    /// How it is told.
    #[serde(flatten)]
    pub channel: TargetChannel,
}

impl NotificationTarget {
    /// Whether it hears of this order line's outputs.
    pub fn hears_of(&self, output_type: &OutputTypeId, line: &OrderLineId) -> bool {
        let hears_of_all = self.output_types.is_empty() && self.order_lines.is_empty();
        hears_of_all || self.output_types.contains(output_type) || self.order_lines.contains(line)
    }
}

/// How a target is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum TargetChannel {
    /// By the desktop: the message is an event that programs of this machine show.
    Desktop,
    /// By e-mail.
    Email(EmailTarget),
    /// By a request to an address of the web.
    Webhook(WebhookTarget),
}

impl TargetChannel {
    /// The key as it stands in documents.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Email(_) => "email",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// A mail server, and whom it tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmailTarget {
    /// The server's name.
    pub server: String,
    /// Its port.
    #[serde(default = "mail_port")]
    pub port: u16,
    /// How the connection is protected.
    #[serde(default)]
    pub encryption: MailEncryption,
    /// Who signs in; none where nobody needs to.
    #[serde(default)]
    pub user: Option<String>,
    /// Where their password is.
    #[serde(default)]
    pub password: Option<SecretReference>,
    /// The sender's address.
    pub from: String,
    /// Addresses; `{requested_by}` is whoever asked for the output.
    pub to: Vec<String>,
}

const fn mail_port() -> u16 {
    587
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailEncryption {
    /// It begins in the clear and must become TLS.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// Not at all.
    None,
}

/// An address of the web that is told by a signed request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WebhookTarget {
    /// Its address, `https` unless private addresses are allowed.
    pub url: String,
    /// Where the key of the signature is.
    pub secret: SecretReference,
    /// Lets the address be of this machine or of a private network.
    #[serde(default)]
    pub allow_private: bool,
}

/// Where a secret is: `file:/absolute/path` or `env:NAME`. Never the secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub enum SecretReference {
    /// In this file, without the line break at its end.
    File(String),
    /// In this variable of the environment.
    Environment(String),
}

/// A text that is no reference to a secret. It may be a secret, so it isn't shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret is named as `file:/absolute/path` or `env:NAME`, never written down itself")]
pub struct InvalidSecretReference;

impl TryFrom<String> for SecretReference {
    type Error = InvalidSecretReference;

    fn try_from(text: String) -> Result<Self, InvalidSecretReference> {
        let is_plain = |text: &str| !text.is_empty() && !text.chars().any(char::is_control);
        match text.split_once(':') {
            Some(("file", path)) if path.starts_with('/') && is_plain(path) => {
                Ok(Self::File(path.to_owned()))
            }
            Some(("env", name)) if is_plain(name) && !name.contains(['=', ' ']) => {
                Ok(Self::Environment(name.to_owned()))
            }
            _ => Err(InvalidSecretReference),
        }
    }
}

impl From<SecretReference> for String {
    fn from(reference: SecretReference) -> Self {
        reference.to_string()
    }
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "file:{path}"),
            Self::Environment(name) => write!(f, "env:{name}"),
        }
    }
}

/// How far a message has come.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It waits for its first or next attempt.
    Waiting,
    /// An attempt is under way.
    Sending,
    /// It has arrived.
    Sent,
    /// It is given up.
    Failed,
}

impl MessageState {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

/// A notification on its way to a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// Identity. The receiver is told it, and so can tell a repetition.
    pub id: MessageId,
    /// Unique: one notification reaches one target once.
    pub message_key: String,
    /// The target.
    pub target: TargetId,
    /// How it is told.
    pub channel: String,
    /// The notification.
    pub notification: NotificationId,
    /// The run that sent it.
    pub run: RunId,
    /// Whoever asked for the output.
    pub requested_by: Vec<String>,
    /// What.
    pub subject: String,
    /// The media assets that it is about.
    pub media_assets: Vec<MediaAssetId>,
    /// How far it has come.
    pub state: MessageState,
    /// Attempts so far.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was made.
    pub at: Timestamp,
    /// When the next attempt is due.
    pub due_at: Timestamp,
    /// When it had arrived or was given up.
    pub ended_at: Option<Timestamp>,
    /// The process that is at work on it.
    pub owner: Option<ProcessIdentity>,
}

impl Message {
    /// How far it has come, in a sentence.
    pub fn sentence(&self) -> String {
        let target = &self.target;
        let channel = &self.channel;
        let why = self.last_error.as_deref().unwrap_or("no reason is known");
        match self.state {
            MessageState::Waiting if self.attempts == 0 => {
                format!("a message waits for `{target}` ({channel})")
            }
            MessageState::Waiting => format!(
                "`{target}` ({channel}) was not reached, {} tries so far: {why}",
                self.attempts
            ),
            MessageState::Sending => format!("`{target}` ({channel}) is being told"),
            MessageState::Sent => format!("`{target}` ({channel}) was told"),
            MessageState::Failed => format!(
                "`{target}` ({channel}) was not told, given up after {}: {why}",
                match self.attempts {
                    1 => "one try".to_owned(),
                    tries => format!("{tries} tries"),
                }
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_named_and_never_written_down() {
        for text in ["file:/etc/hartomat/key", "env:WEBHOOK_KEY"] {
            let reference = SecretReference::try_from(text.to_owned()).unwrap();
            assert_eq!(reference.to_string(), text);
        }
        for text in ["hunter2", "file:key", "env:", "env:A B", "", "file:/a\nb"] {
            let refused = SecretReference::try_from(text.to_owned()).unwrap_err();
            let shown = refused.to_string();
            assert!(text.is_empty() || !shown.contains(text) || text == "env:");
        }
    }

    #[test]
    fn waits_grow_and_have_an_end() {
        let settings = NotificationSettings::default();
        let waits = [1, 2, 3, 9].map(|attempts| settings.retry_after_ms(attempts));
        assert_eq!(waits, [30_000, 120_000, 480_000, 21_600_000]);
    }

    #[test]
    fn a_target_hears_of_what_it_names_or_of_all() {
        let target = |text: &str| -> NotificationTarget { serde_json::from_str(text).unwrap() };
        let (still, line) = (OutputTypeId::literal("still"), OrderLineId::literal("A-1"));
        let all = target(r#"{"id": "shell", "channel": "desktop"}"#);
        assert!(all.hears_of(&still, &line));
        let of_type = r#"{"id": "shell", "channel": "desktop", "output_types": ["still"]}"#;
        assert!(target(of_type).hears_of(&still, &line));
        let of_other = r#"{"id": "shell", "channel": "desktop", "order_lines": ["B-1"]}"#;
        assert!(!target(of_other).hears_of(&still, &line));
    }
}
