//! The studio's targets: who is told outside of it. They are set by who owns the data folder, never over
//! the network, and read anew for each message.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_process::write_atomically;
use hartomat_schema::{Diagnostic, NotificationSettings, TargetChannel, TargetId};
use serde_json::Value;

use super::{email, webhook};
use crate::DataDir;

/// The largest document of targets.
const MAX_BYTES: u64 = 1 << 20;
/// The most targets.
const MAX_TARGETS: usize = 100;

/// The studio's targets; none where nobody has set any.
///
/// # Errors
/// A document that can't be read.
pub fn notification_settings(data: &DataDir) -> Result<NotificationSettings, ApiError> {
    let path = data.notifications();
    let unread = |why: &dyn std::fmt::Display| {
        let message = format!("`{}` can't be read: {why}", path.display());
        ApiError::new(ErrorKind::Internal, message).hint("set it again with `hartomat notify set`")
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(err) if err.kind() == std::io::ErrorKind::NotFound => {
            return Ok(NotificationSettings::default());
        }
        Err(err) => return Err(unread(&err)),
    };
    let mut bytes = Vec::new();
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|err| unread(&err))?;
    serde_json::from_slice(&bytes).map_err(|err| unread(&err))
}

/// Sets the studio's targets, whole or not at all.
///
/// # Errors
/// What is wrong with the document, all of it; one that is too large; a folder that can't be written.
pub fn set_notification_settings(
    data: &DataDir,
    document: &Value,
) -> Result<NotificationSettings, ApiError> {
    let _alone = alone(data)?;
    set(data, document)
}

/// Puts a target in place of the one of its name, or adds it; all others stay as they are.
///
/// # Errors
/// As [`set_notification_settings`].
pub fn put_notification_target(
    data: &DataDir,
    target: &Value,
) -> Result<NotificationSettings, ApiError> {
    change_targets(data, |targets| {
        let mut there = targets.iter_mut();
        match there.find(|it| it["id"] == target["id"]) {
            Some(there) => *there = target.clone(),
            None => targets.push(target.clone()),
        }
        Ok(())
    })
}

/// Takes a target away; what is under way to it already still goes out.
///
/// # Errors
/// A name that no target has, and as [`set_notification_settings`].
pub fn remove_notification_target(
    data: &DataDir,
    id: &TargetId,
) -> Result<NotificationSettings, ApiError> {
    change_targets(data, |targets| {
        let before = targets.len();
        targets.retain(|it| it["id"] != id.as_str());
        match targets.len() < before {
            true => Ok(()),
            false => {
                let message = format!("there is no target `{id}`");
                Err(ApiError::new(ErrorKind::NotFound, message)
                    .hint("`hartomat notify targets` shows them"))
            }
        }
    })
}

fn change_targets(
    data: &DataDir,
    change: impl FnOnce(&mut Vec<Value>) -> Result<(), ApiError>,
) -> Result<NotificationSettings, ApiError> {
    let _alone = alone(data)?;
    let settings = notification_settings(data)?;
    let mut document = serde_json::to_value(&settings).expect("settings are plain data");
    let targets = document["targets"].as_array_mut();
    change(targets.expect("targets are a list"))?;
    set(data, &document)
}

/// Keeps other programs and threads from changing the targets until it is dropped: a change between our
/// reading and writing would be lost.
fn alone(data: &DataDir) -> Result<File, ApiError> {
    let path = data.notifications().with_extension("lock");
    let lock = || -> std::io::Result<File> {
        std::fs::create_dir_all(data.path())?;
        let mut options = File::options();
        options.write(true).create(true).truncate(false);
        let file = options.open(&path)?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|err| unwritten(&path, &err))
}

/// Checks the targets and writes them; its callers are [`alone`].
fn set(data: &DataDir, document: &Value) -> Result<NotificationSettings, ApiError> {
    let settings: NotificationSettings = serde_json::from_value(document.clone())
        .map_err(|err| ApiError::new(ErrorKind::InvalidInput, format!("no targets: {err}")))?;
    let findings = findings(&settings, document);
    if !findings.is_empty() {
        return Err(ApiError::invalid("the targets", findings));
    }
    let text = serde_json::to_vec_pretty(&settings).expect("settings are plain data");
    let bytes = text.len() as u64;
    if bytes > MAX_BYTES {
        let message = format!("the targets take {bytes} bytes, at most {MAX_BYTES} can be read");
        return Err(ApiError::new(ErrorKind::TooLarge, message)
            .hint("let them hear of fewer order lines, or tell fewer receivers"));
    }
    let path = data.notifications();
    write_atomically(&path, &text).map_err(|err| unwritten(&path, &err))?;
    Ok(settings)
}

fn unwritten(path: &Path, err: &std::io::Error) -> ApiError {
    let message = format!("can't write `{}`: {err}", path.display());
    ApiError::new(ErrorKind::Internal, message)
}

fn findings(settings: &NotificationSettings, document: &Value) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut say = |pointer: String, message: String, fix: &str| {
        found.push(Diagnostic::error(
            "notification_target",
            pointer,
            message,
            fix,
        ));
    };
    let whole = serde_json::to_value(settings).unwrap_or_default();
    for key in unknown_keys(document, &whole) {
        say(
            format!("/{key}"),
            format!("there is no setting `{key}`"),
            "take it out",
        );
    }
    if settings.targets.len() > MAX_TARGETS {
        let message = format!("there are at most {MAX_TARGETS} targets");
        say(
            "/targets".to_owned(),
            message,
            "put several receivers into one",
        );
    }
    if !(1..=20).contains(&settings.attempts) {
        say(
            "/attempts".to_owned(),
            "it is 1 to 20".to_owned(),
            "choose a number in between",
        );
    }
    for (index, target) in settings.targets.iter().enumerate() {
        let place = format!("/targets/{index}");
        let typo = unknown_keys(&document["targets"][index], &whole["targets"][index]);
        for key in typo {
            let channel = target.channel.as_str();
            let message = format!("a target of the channel `{channel}` has no `{key}`");
            say(format!("{place}/{key}"), message, "take it out");
        }
        let mut others = settings.targets[..index].iter();
        if others.any(|other| other.id == target.id) {
            let message = format!("another target is called `{}`", target.id);
            say(format!("{place}/id"), message, "choose another name");
        }
        let problem = match &target.channel {
            TargetChannel::Desktop => Ok(()),
            TargetChannel::Email(target) => email::check(target),
            TargetChannel::Webhook(target) => webhook::check(target).map(|_| ()),
        };
        if let Err(problem) = problem {
            say(place, problem.what, problem.fix);
        }
    }
    found
}

/// Keys that the reader has left out.
fn unknown_keys(given: &Value, read: &Value) -> Vec<String> {
    let (Some(given), Some(read)) = (given.as_object(), read.as_object()) else {
        return Vec::new();
    };
    let keys = given.keys().filter(|key| !read.contains_key(*key));
    keys.cloned().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn targets_that_are_put_at_once_are_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());
        let put_some = |name: &str| {
            for number in 0..20 {
                let target = json!({ "id": format!("{name}-{number}"), "channel": "desktop" });
                put_notification_target(&data, &target).unwrap();
            }
        };
        std::thread::scope(|scope| {
            for name in ["command-line", "editor"] {
                scope.spawn(move || put_some(name));
            }
        });
        assert_eq!(notification_settings(&data).unwrap().targets.len(), 40);
    }

    #[test]
    fn what_could_not_be_read_again_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());
        let target = |lines: usize| {
            let lines = vec!["the name of an order line"; lines];
            json!({ "id": "shell", "channel": "desktop", "order_lines": lines })
        };
        let kept = put_notification_target(&data, &target(1)).unwrap();
        let refused = put_notification_target(&data, &target(50_000)).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::TooLarge);
        assert_eq!(notification_settings(&data).unwrap(), kept);
    }

    #[test]
    fn a_target_that_is_not_there_is_said_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataDir::new(folder.path());
        let refused = remove_notification_target(&data, &TargetId::literal("shop")).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::NotFound);
        assert_eq!(refused.hints, ["`hartomat notify targets` shows them"]);
    }
}
