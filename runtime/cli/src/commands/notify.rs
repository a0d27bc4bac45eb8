//! `hartomat notify`: targets outside of the studio, and the messages to them.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_app::{
    DataDir, put_notification_target, remove_notification_target, set_notification_settings,
    try_target,
};
use hartomat_schema::{Message, NotificationSettings, NotificationTarget, TargetChannel};
use serde_json::Value;

use super::{Session, files};
use crate::args::NotifyCommand;
use crate::outcome::Outcome;
use crate::text::when;

/// How long a message that is tried again is waited for.
const FIRST_TRY: Duration = Duration::from_secs(20);
/// The largest document that is read from the input.
const MAX_INPUT_BYTES: u64 = 1 << 20;

pub(crate) fn notify(session: &Session, command: NotifyCommand) -> Result<Outcome, ApiError> {
    match command {
        NotifyCommand::Targets => {
            let targets = session.backend()?.notification_target_list()?;
            let mut text: String = targets.iter().map(target_line).collect();
            if targets.is_empty() {
                text.push_str(
                    "nobody outside of the studio is told: `hartomat notify set` names them\n",
                );
            }
            Ok(Outcome::ok(text, &targets))
        }
        NotifyCommand::Set { file } => {
            let data = local(session)?;
            let settings = set_notification_settings(&data, &document(&file)?)?;
            Ok(all_targets(&settings))
        }
        NotifyCommand::Put { file } => {
            let settings = put_notification_target(&local(session)?, &document(&file)?)?;
            Ok(all_targets(&settings))
        }
        NotifyCommand::Remove { target } => {
            let settings = remove_notification_target(&local(session)?, &target)?;
            Ok(all_targets(&settings))
        }
        NotifyCommand::Try {
            target,
            requested_by,
        } => {
            try_target(&local(session)?, &target, &requested_by)?;
            Ok(Outcome::ok(
                format!("target `{target}` was told\n"),
                &target,
            ))
        }
        NotifyCommand::Messages => {
            let messages = session.backend()?.message_list()?;
            let mut text: String = messages.iter().map(message_line).collect();
            if messages.is_empty() {
                text.push_str("no message has gone out yet\n");
            }
            Ok(Outcome::ok(text, &messages))
        }
        NotifyCommand::Retry { message } => {
            let backend = session.backend()?;
            let mut tried = backend.message_retry(&message)?;
            if session.server().is_none() {
                session.studio()?.settle_messages(FIRST_TRY);
                let messages = backend.message_list()?;
                let found = messages.into_iter().find(|it| it.id == message);
                tried = found.unwrap_or(tried);
            }
            Ok(Outcome::ok(message_line(&tried), &tried))
        }
    }
}

fn all_targets(settings: &NotificationSettings) -> Outcome {
    let text: String = settings.targets.iter().map(target_line).collect();
    Outcome::ok(text, settings)
}

/// A document of a file, or of the input.
fn document(file: &Path) -> Result<Value, ApiError> {
    let bytes = match file.as_os_str() == "-" {
        false => files::read(file)?,
        true => {
            let mut bytes = Vec::new();
            let mut input = std::io::stdin().lock().take(MAX_INPUT_BYTES);
            input.read_to_end(&mut bytes).map_err(|err| {
                let message = format!("can't read the input: {err}");
                ApiError::new(ErrorKind::InvalidInput, message)
            })?;
            bytes
        }
    };
    serde_json::from_slice(&bytes).map_err(|err| {
        let message = format!("`{}` is no JSON: {err}", file.display());
        ApiError::new(ErrorKind::InvalidInput, message)
    })
}

fn local(session: &Session) -> Result<DataDir, ApiError> {
    if session.server().is_some() {
        let message = "a server's targets are set where its data folder lies";
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("leave --server out, and name the folder with --data-dir"));
    }
    Ok(DataDir::new(session.data_dir()))
}

fn target_line(target: &NotificationTarget) -> String {
    let to = match &target.channel {
        TargetChannel::Desktop => "programs of this machine".to_owned(),
        TargetChannel::Email(mail) => format!("{} through {}", mail.to.join(", "), mail.server),
        TargetChannel::Webhook(hook) => hook.url.clone(),
    };
    let types = target.output_types.iter().map(ToString::to_string);
    let lines = target.order_lines.iter().map(|line| format!("line {line}"));
    let heard: Vec<_> = types.chain(lines).collect();
    let heard = match heard.as_slice() {
        [] => "everything".to_owned(),
        heard => heard.join(", "),
    };
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = writeln!(
        text,
        "{:<16} {:<8} {to}; hears of {heard}",
        target.id,
        target.channel.as_str()
    );
    text
}

fn message_line(message: &Message) -> String {
    format!(
        "{}  {:<8} {}  {}: {}\n",
        when(message.at),
        message.state.as_str(),
        message.id,
        message.subject,
        message.sentence()
    )
}
