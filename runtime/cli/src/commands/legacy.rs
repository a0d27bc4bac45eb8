//! `hartomat legacy`: the studio's own legacy program.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_app::{DataDir, own_legacy, set_own_legacy, unset_own_legacy};
use hartomat_schema::LegacyCommand as Setting;
use serde_json::json;

use super::Session;
use crate::args::LegacyCommand;
use crate::outcome::Outcome;

pub(crate) fn legacy(session: &Session, command: LegacyCommand) -> Result<Outcome, ApiError> {
    if session.server().is_some() {
        let message = "a server's legacy program is set where its data folder lies";
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("leave --server out, and name the folder with --data-dir"));
    }
    let data = DataDir::new(session.data_dir());
    match command {
        LegacyCommand::Set(set) => {
            let mut words = set.command.into_iter();
            let program = words.next().unwrap_or_default();
            let setting = Setting {
                pass_env: set.pass_env,
                wall_secs: set.wall_secs,
                memory_mb: set.memory_mb,
                output_mb: set.output_mb,
                ..Setting::new(program, words.collect(), set.presets)
            };
            set_own_legacy(&data, &setting)?;
            Ok(Outcome::ok(describe(&setting), &setting))
        }
        LegacyCommand::Show => match own_legacy(&data)? {
            Some(setting) => Ok(Outcome::ok(describe(&setting), &setting)),
            None => Ok(Outcome::ok(
                "legacy is the built-in one\n".to_owned(),
                &json!(null),
            )),
        },
        LegacyCommand::Unset => {
            let text = match unset_own_legacy(&data)? {
                true => "legacy is the built-in one again\n",
                false => "there was none: legacy is the built-in one\n",
            };
            Ok(Outcome::ok(text.to_owned(), &json!(null)))
        }
    }
}

fn describe(setting: &Setting) -> String {
    let mut text = format!("program  {}\n", setting.program);
    for arg in &setting.args {
        let _ = writeln!(text, "         {arg}");
    }
    let _ = writeln!(text, "for      {}", setting.presets.join(", "));
    if !setting.pass_env.is_empty() {
        let _ = writeln!(text, "gets     {}", setting.pass_env.join(", "));
    }
    let _ = writeln!(
        text,
        "within   {} s, {} MiB of memory, {} MiB of output",
        setting.wall_secs, setting.memory_mb, setting.output_mb
    );
    text
}
