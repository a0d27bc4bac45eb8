//! What `hartomat notify` can be told.

use std::path::PathBuf;

use clap::Subcommand;
use hartomat_schema::{MessageId, TargetId};

#[derive(Subcommand)]
pub(crate) enum NotifyCommand {
    /// List the targets and what they hear of
    Targets,
    /// Set all targets: FILE holds them as docs/notifications.md says. Secrets stay where they are
    Set {
        /// The document
        file: PathBuf,
    },
    /// Put one target in place of the one of its name, or add it; the others stay
    Put {
        /// The target as docs/notifications.md says; `-` reads it from the input
        file: PathBuf,
    },
    /// Take a target away
    Remove {
        /// The target
        target: TargetId,
    },
    /// Send a trial message to a target now
    Try {
        /// The target
        target: TargetId,
        /// Whoever asked, as targets with `{requested_by}` read it
        #[arg(long, value_name = "PERSON", default_value = "studio")]
        requested_by: String,
    },
    /// List messages, newest first, with how far each has come
    Messages,
    /// Try a message again that was given up
    Retry {
        /// The message
        message: MessageId,
    },
}
