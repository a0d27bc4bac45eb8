//! `hartomat review`: a person's word on a difference.

use std::fmt::Write as _;

use hartomat_api::{ApiError, ErrorKind, ReviewQuery, ReviewRequest, RunDetail};
use hartomat_schema::{Review, ReviewDecision, ReviewScope, Timestamp, Verdict};

use super::Session;
use super::runs::find;
use crate::args::{ReviewCommand, Reviewed, ScopeArgument};
use crate::outcome::Outcome;

pub(crate) fn review(session: &Session, command: ReviewCommand) -> Result<Outcome, ApiError> {
    match command {
        ReviewCommand::Accept(accept) => {
            let end = Timestamp(jiff::Timestamp::now().as_millisecond());
            let end = end.plus_days(accept.expires_days);
            add(session, accept.reviewed, ReviewDecision::Accept, Some(end))
        }
        ReviewCommand::Reject(reject) => {
            add(session, reject.reviewed, ReviewDecision::Reject, None)
        }
        ReviewCommand::List {
            run,
            workflow,
            standing,
            limit,
            before,
        } => {
            let run = run.map(|run| find(session, &run)).transpose()?;
            let query = ReviewQuery {
                run,
                workflow,
                standing,
                before,
                limit: Some(limit),
            };
            list(session, &query)
        }
        ReviewCommand::Revoke { review } => {
            let review = session.backend()?.review_revoke(&review)?;
            Ok(Outcome::ok(format!("{}\n", line(&review)), &review))
        }
    }
}

fn add(
    session: &Session,
    reviewed: Reviewed,
    decision: ReviewDecision,
    expires_at: Option<Timestamp>,
) -> Result<Outcome, ApiError> {
    let backend = session.backend()?;
    let run = find(session, &reviewed.run)?;
    let output = match reviewed.output {
        Some(output) => output,
        None => only_difference(&backend.run_get(&run)?, decision)?,
    };
    let masks: Vec<_> = reviewed.rect.into_iter().chain(reviewed.polygon).collect();
    let scope = match (masks.is_empty(), reviewed.scope) {
        (false, _) => ReviewScope::Region(masks),
        (true, ScopeArgument::Case) => ReviewScope::Case,
        (true, ScopeArgument::OutputType) => ReviewScope::OutputType,
    };
    let review = backend.review_add(&ReviewRequest {
        run,
        output,
        decision,
        scope,
        reason: reviewed.reason,
        expires_at,
    })?;
    Ok(Outcome::ok(format!("{}\n", line(&review)), &review))
}

/// The one output that didn't pass; a rejection of a run without any is of the whole run.
fn only_difference(detail: &RunDetail, decision: ReviewDecision) -> Result<String, ApiError> {
    let parts = detail.evidence.iter().flat_map(|it| &it.comparison.parts);
    let differing: Vec<_> = parts.filter(|part| part.verdict != Verdict::Pass).collect();
    match differing.as_slice() {
        [part] => Ok(part.name.clone()),
        [] if decision == ReviewDecision::Reject => Ok(Review::WHOLE_RUN.to_owned()),
        [] => {
            let message = format!("run {} has no difference to accept", detail.record.id);
            Err(ApiError::new(ErrorKind::InvalidInput, message))
        }
        several => {
            let names: Vec<_> = several.iter().map(|part| part.name.as_str()).collect();
            let message = format!("run {} has several differences", detail.record.id);
            let hint = format!("name one with --output: {}", names.join(", "));
            Err(ApiError::new(ErrorKind::InvalidInput, message).hint(hint))
        }
    }
}

fn list(session: &Session, query: &ReviewQuery) -> Result<Outcome, ApiError> {
    let page = session.backend()?.review_list(query)?;
    let mut text = String::new();
    for review in &page.reviews {
        let _ = writeln!(text, "{}", line(review));
    }
    if page.reviews.is_empty() {
        text.push_str("no such reviews\n");
    }
    if let Some(next) = &page.next {
        let _ = writeln!(text, "earlier ones: --before {next}");
    }
    Ok(Outcome::ok(text, &page.reviews))
}

/// A review in one line.
fn line(review: &Review) -> String {
    let revoked = review.revoked.as_ref();
    let revoked = revoked.map(|it| format!(" (taken back by {} on {})", it.by, it.at.date()));
    let sentence = review.sentence().replace('\n', " ");
    format!("{}  {sentence}{}", review.id, revoked.unwrap_or_default())
}
