//! Reviews: a person accepts or rejects a difference of a run that has ended.
//!
//! What is accepted here is looked up when a later run is judged; no verdict of the past changes.

use hartomat_api::{ApiError, ErrorKind, ReviewPage, ReviewQuery, ReviewRequest};
use hartomat_compare::compared_size;
use hartomat_schema::{
    AcceptedOutput, Comparison, Review, ReviewDecision, ReviewId, ReviewScope, RunId, RunRecord,
    RunState, Verdict,
};
use hartomat_store::ReviewFilter;

use crate::Studio;
use crate::access::LOCAL_ACTOR;
use crate::error::from_store;
use crate::host::now;

/// Reviews on a page where nobody says how many.
const USUAL_REVIEWS: u32 = 50;
/// The most reviews that come with a run.
const MOST_OF_A_RUN: usize = 1000;

impl Studio {
    /// Accepts or rejects a difference for somebody. Whoever lets them ask notes it in the audit list,
    /// with [`Self::review_sentence`].
    pub fn review_add_as(
        &self,
        reviewer: &str,
        request: &ReviewRequest,
    ) -> Result<Review, ApiError> {
        let mut review = draft(reviewer, request);
        let graph = self.graph()?;
        let record = self.record(graph, &review.run)?;
        let part = self.check_reviewable(&review, &record)?;
        review.accepted = part.as_ref().and_then(|part| accepted(&review, part));
        let picture = part.as_ref().and_then(compared_size);
        let findings = review.findings(picture);
        if !findings.is_empty() {
            return Err(ApiError::invalid("the review", findings));
        }
        let added = graph
            .db
            .review_add(&review)
            .map_err(|err| from_store(&err))?;
        if added == review {
            self.tell_newest(&added.run);
        }
        Ok(added)
    }

    /// Takes a review back for somebody.
    pub fn review_revoke_as(&self, by: &str, id: &ReviewId) -> Result<Review, ApiError> {
        let revoked = self.graph()?.db.review_revoke(id, by, now());
        let review = revoked.map_err(|err| from_store(&err))?;
        self.tell_newest(&review.run);
        Ok(review)
    }

    /// What a review says, in a sentence for the audit list.
    pub fn review_sentence(&self, reviewer: &str, request: &ReviewRequest) -> String {
        draft(reviewer, request).sentence()
    }

    /// What taking a review back means, in a sentence for the audit list.
    pub fn revocation_sentence(&self, by: &str, id: &ReviewId) -> String {
        let found = self.graph().and_then(|graph| {
            let found = graph.db.review_get(id);
            found.map_err(|err| from_store(&err))
        });
        match found {
            Ok(Some(review)) => format!("{by} takes back that {}", review.sentence()),
            Ok(None) | Err(_) => format!("{by} takes back review {id}"),
        }
    }

    /// The same for this process, with its line in the audit list.
    pub(crate) fn add_review_here(&self, request: &ReviewRequest) -> Result<Review, ApiError> {
        let sentence = self.review_sentence(LOCAL_ACTOR, request);
        let line = self.audit_begin(LOCAL_ACTOR, "ReviewAdd", &sentence)?;
        self.audited(line, || self.review_add_as(LOCAL_ACTOR, request))
    }

    pub(crate) fn revoke_review_here(&self, id: &ReviewId) -> Result<Review, ApiError> {
        let sentence = self.revocation_sentence(LOCAL_ACTOR, id);
        let line = self.audit_begin(LOCAL_ACTOR, "ReviewRevoke", &sentence)?;
        self.audited(line, || self.review_revoke_as(LOCAL_ACTOR, id))
    }

    /// Makes a change that has its line in the audit list already, and notes there what came of it.
    pub(crate) fn audited<T>(
        &self,
        line: u64,
        change: impl FnOnce() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let result = change();
        let outcome = match &result {
            Ok(_) => "done",
            Err(err) => err.message.as_str(),
        };
        // What was done stays done; the line says that it was asked for.
        let _ = self.audit_end(line, outcome);
        result
    }

    pub(crate) fn reviews(&self, query: &ReviewQuery) -> Result<ReviewPage, ApiError> {
        let limit = query.limit.unwrap_or(USUAL_REVIEWS).clamp(1, 1000) as usize;
        let filter = ReviewFilter {
            run: query.run.clone(),
            workflow: query.workflow.clone(),
            standing_at: query.standing.then(now),
            limit: Some(limit),
            before: query.before.clone(),
        };
        let found = self.graph()?.db.review_list(&filter);
        let reviews = found.map_err(|err| from_store(&err))?;
        let is_full = reviews.len() >= limit;
        let next = reviews.last().filter(|_| is_full).map(|it| it.id.clone());
        Ok(ReviewPage { reviews, next })
    }

    /// Reviews of a run, newest first; none where they can't be read.
    pub(crate) fn reviews_of(&self, run: &RunId) -> Vec<Review> {
        let filter = ReviewFilter {
            run: Some(run.clone()),
            limit: Some(MOST_OF_A_RUN),
            ..ReviewFilter::default()
        };
        let found = self.graph().map(|graph| graph.db.review_list(&filter));
        found.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// The part of the run's comparison that a review is of; none where it is of the whole run.
    fn check_reviewable(
        &self,
        review: &Review,
        record: &RunRecord,
    ) -> Result<Option<Comparison>, ApiError> {
        let refused = |message: String| Err(ApiError::new(ErrorKind::InvalidInput, message));
        if !record.state.is_final() || record.state == RunState::Interrupted {
            let message = format!("run {} has not ended yet", record.id);
            return Err(ApiError::new(ErrorKind::Conflict, message));
        }
        if record.is_partial() {
            return refused("a run on trial has no difference to review".to_owned());
        }
        let accepts = review.decision == ReviewDecision::Accept;
        if review.output == Review::WHOLE_RUN {
            if accepts {
                let message = "only a compared output can be accepted: it becomes the expected one";
                return refused(message.to_owned());
            }
            return match review.scope {
                ReviewScope::Case => Ok(None),
                _ => refused("a whole run is reviewed as this case alone".to_owned()),
            };
        }
        let parts = self
            .evidence_of(record)
            .map(|evidence| evidence.comparison.parts);
        let parts = parts.unwrap_or_default();
        let names: Vec<_> = parts
            .iter()
            .map(|part| format!("`{}`", part.name))
            .collect();
        let Some(part) = parts.into_iter().find(|part| part.name == review.output) else {
            let message = format!("run {} has compared no `{}`", record.id, review.output);
            return Err(
                ApiError::new(ErrorKind::InvalidInput, message).hint(match names.len() {
                    0 => {
                        "nothing was compared; reject `run` to say that it was looked at".to_owned()
                    }
                    _ => format!("it has compared {}", names.join(", ")),
                }),
            );
        };
        if accepts && part.verdict == Verdict::Pass {
            return refused(format!(
                "`{}` passed: there is nothing to accept",
                part.name
            ));
        }
        if accepts && part.measured.candidate.file.is_none() {
            return refused(format!("the graph made no `{}` to accept", part.name));
        }
        if review.scope == ReviewScope::OutputType && record.output_type.is_none() {
            return refused("a run of a CAD file has no output type".to_owned());
        }
        Ok(Some(part))
    }

    /// Tells watchers of the event that a run's journal ends with.
    fn tell_newest(&self, run: &RunId) {
        if let Ok(graph) = self.graph()
            && let Ok(record) = self.record(graph, run)
        {
            self.tell_last(graph, &record);
        }
    }
}

fn draft(reviewer: &str, request: &ReviewRequest) -> Review {
    Review {
        id: ReviewId::new(uuid::Uuid::now_v7().to_string()).expect("a UUID is a valid id"),
        run: request.run.clone(),
        output: request.output.clone(),
        decision: request.decision,
        scope: request.scope.clone(),
        reason: request.reason.trim().to_owned(),
        expires_at: request.expires_at,
        reviewer: reviewer.to_owned(),
        at: now(),
        accepted: None,
        revoked: None,
    }
}

fn accepted(review: &Review, part: &Comparison) -> Option<AcceptedOutput> {
    let digest = part.measured.candidate.file?;
    (review.decision == ReviewDecision::Accept).then(|| AcceptedOutput {
        kind: part.kind.clone(),
        digest,
    })
}
