//! `hartomat templates`: the studio's `.blend` files, and the trust in their scripts.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_schema::BlendTemplate;
use serde_json::json;

use super::Session;
use crate::args::TemplatesCommand;
use crate::outcome::Outcome;

pub(crate) fn templates(
    session: &Session,
    command: &TemplatesCommand,
) -> Result<Outcome, ApiError> {
    if session.server().is_some() {
        let message = "a server's templates lie in its data folder, and are trusted there";
        return Err(ApiError::new(ErrorKind::InvalidInput, message)
            .hint("leave --server out, and name the folder with --data-dir"));
    }
    let studio = session.studio()?;
    match command {
        TemplatesCommand::List => {
            let templates = studio.blend_templates();
            let mut text: String = templates.iter().map(line).collect();
            if templates.is_empty() {
                text.push_str("no templates yet; `hartomat templates add FILE` adds one\n");
            }
            Ok(Outcome::ok(text, &templates))
        }
        TemplatesCommand::Add { file } => told(studio.blend_template_add(file)?),
        TemplatesCommand::Trust { name } => told(studio.blend_template_trust(name)?),
        TemplatesCommand::Distrust { name } => {
            let text = match studio.blend_template_distrust(name)? {
                true => format!("scripts of {name} don't run any more\n"),
                false => format!("nobody trusted {name}\n"),
            };
            Ok(Outcome::ok(text, &json!(name)))
        }
        TemplatesCommand::Check { name } => {
            let report = studio.blend_template_check(name)?;
            let (problems, remarks) = (report.problems(), report.remarks());
            let mut text = line(&report.template);
            for problem in &problems {
                let _ = writeln!(text, "  problem  {problem}");
            }
            for remark in &remarks {
                let _ = writeln!(text, "  note     {remark}");
            }
            if problems.is_empty() {
                text.push_str("  it has a place for everything\n");
            }
            let value = json!({
                "template": report.template, "saved_by": report.saved_by,
                "problems": problems, "remarks": remarks,
            });
            Ok(Outcome::ok(text, &value))
        }
    }
}

fn told(template: BlendTemplate) -> Result<Outcome, ApiError> {
    Ok(Outcome::ok(line(&template), &template))
}

fn line(template: &BlendTemplate) -> String {
    let trust = match template.trusted {
        true => "scripts trusted",
        false => "scripts never run",
    };
    format!(
        "{:<32} {}  {trust}\n",
        template.name,
        template.digest.short()
    )
}
