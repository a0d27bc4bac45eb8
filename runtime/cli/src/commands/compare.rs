//! `hartomat compare A B`.

use hartomat_api::{ApiError, CompareRequest, ReportFormat};
use hartomat_app::{ComparedPictures, comparison_report};
use hartomat_schema::{Verdict, canonical_json};

use super::request::file_source;
use super::{Session, files};
use crate::args::CompareCommand;
use crate::exit::Exit;
use crate::outcome::Outcome;
use crate::text::comparison_text;

pub(crate) fn compare(session: &Session, command: &CompareCommand) -> Result<Outcome, ApiError> {
    let formats = command.report.iter().map(|path| files::report_format(path));
    let formats: Vec<ReportFormat> = formats.collect::<Result<_, _>>()?;
    let compared = session.backend()?.compare(&CompareRequest {
        control: file_source(&command.control),
        candidate: file_source(&command.candidate),
        deterministic: !command.stochastic,
        with_pictures: command.output.is_some() || formats.contains(&ReportFormat::Html),
    })?;
    let mut text = comparison_text(&compared.comparison);
    if let Some(folder) = &command.output {
        let files = [
            (
                "comparison.json",
                Some(canonical_json(&compared.comparison)),
            ),
            ("difference.png", compared.difference.clone()),
            ("side_by_side.png", compared.side_by_side.clone()),
        ];
        for (name, bytes) in files {
            if let Some(bytes) = bytes {
                let path = folder.join(name);
                files::write(&path, &bytes)?;
                text.push_str(&format!("wrote    {}\n", path.display()));
            }
        }
    }
    if !formats.is_empty() {
        // A side that is no picture isn't shown.
        let pictures = ComparedPictures {
            control: std::fs::read(&command.control).ok(),
            candidate: std::fs::read(&command.candidate).ok(),
            difference: compared.difference.clone(),
        };
        for (path, format) in command.report.iter().zip(formats) {
            let report = comparison_report(&compared.comparison, &pictures, format);
            files::write(path, &report)?;
            text.push_str(&format!("wrote    {}\n", path.display()));
        }
    }
    let exit = match compared.comparison.verdict {
        Verdict::Pass => Exit::Ok,
        Verdict::Warn => Exit::Warn,
        Verdict::Fail => Exit::Fail,
        Verdict::Inconclusive => Exit::Inconclusive,
    };
    Ok(Outcome::with(exit, text, &compared))
}
