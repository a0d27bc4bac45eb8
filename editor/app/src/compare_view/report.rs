//! A comparison for others to read: as a few lines of text, or as a file that the runtime makes.

use std::path::{Path, PathBuf};

use hartomat_api::{ApiError, ReportFormat};
use hartomat_schema::Comparison;

use super::{OpenComparison, PictureSide};
use crate::backend::{Ask, CompareAsk};
use crate::files::FileQuestion;
use crate::messages::text;
use crate::shell::NoticeLevel;
use crate::state::State;

/// What was compared, what it was judged to be and why, rung by rung, and who said what of it.
pub(super) fn summary(open: &OpenComparison) -> String {
    let mut lines = vec![open.title.clone()];
    if let Some(run) = &open.run {
        lines.push(format!("run {}", run.record.id));
    }
    lines.push(open.sides().map(PictureSide::name).join(" / "));
    if let Some(comparison) = &open.comparison {
        judged(comparison, &mut lines);
        for part in &comparison.parts {
            lines.push(String::new());
            lines.push(part.name.clone());
            judged(part, &mut lines);
        }
    }
    if !open.reviews.is_empty() {
        lines.push(String::new());
        lines.extend(open.reviews.iter().map(hartomat_schema::Review::sentence));
    }
    lines.join("\n") + "\n"
}

fn judged(comparison: &Comparison, lines: &mut Vec<String>) {
    lines.push(format!("{}: {}", comparison.verdict, comparison.sentence));
    for rung in &comparison.rungs {
        let verdict = rung.verdict.map_or("-", hartomat_schema::Verdict::as_str);
        lines.push(format!("  {} ({verdict}): {}", rung.name, rung.sentence));
    }
}

/// Asks where a report is to be saved.
pub(super) fn ask(state: &mut State, format: ReportFormat) {
    let open = state.compare.open.as_ref();
    if let Some(run) = open.and_then(|open| open.run.as_ref()) {
        let name = format!("{}.{}", run.record.id, format.as_str());
        state.shell.ask_file(FileQuestion::Report(format, name));
    }
}

/// Has a report made and saved.
pub(super) fn save(state: &mut State, format: ReportFormat, path: PathBuf) {
    let open = state.compare.open.as_ref();
    if let Some(run) = open.and_then(|open| open.run.as_ref()) {
        let run = run.record.id.clone();
        let ask = CompareAsk::Report(run, format, path);
        state.shell.ask(Ask::Compare(ask));
    }
}

/// It was saved, or not.
pub(super) fn saved(state: &mut State, path: &Path, saved: Result<(), ApiError>) {
    match saved {
        Ok(()) => {
            let title = text("report.saved").to_owned();
            let details = vec![path.display().to_string()];
            state.shell.notify(NoticeLevel::Good, title, details);
        }
        Err(err) => state.shell.notify_error(text("report.not_saved"), &err),
    }
}
