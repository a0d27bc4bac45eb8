//! Reviews: a person's word on a difference that a comparison found.
//!
//! A review never changes a verdict. An acceptance that stands makes the accepted candidate the
//! expected picture of later comparisons, within its scope and until it expires.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArtifactKind, Diagnostic, Digest, Region, ReviewId, RunId, Timestamp};

/// Days that an acceptance stands where nobody says how long.
pub const USUAL_ACCEPT_DAYS: u32 = 90;
/// The most days that an acceptance can stand.
pub const MAX_ACCEPT_DAYS: u32 = 731;
/// Masks of one review.
const MAX_MASKS: usize = 32;
/// Corners of one polygon.
const MAX_CORNERS: usize = 64;
/// Characters of a reason.
const MAX_REASON: usize = 1000;

/// What a reviewer decides.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ReviewDecision {
    /// The difference is as it should be.
    Accept,
    /// The difference is a defect.
    Reject,
}

impl ReviewDecision {
    /// The key as it stands in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
        }
    }
}

/// How far a review reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewScope {
    /// This workflow, subject and output.
    Case,
    /// Every subject of the run's output type: none of its differences may be larger than this one.
    OutputType,
    /// This workflow, subject and output, inside these masks alone.
    Region(#[schemars(length(min = 1, max = 32))] Vec<Mask>),
}

impl ReviewScope {
    /// The key of its kind.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::OutputType => "output_type",
            Self::Region(_) => "region",
        }
    }
}

/// A part of a picture, in pixels of the control from the top left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Mask {
    /// A rectangle.
    Rect(Region),
    /// Everything inside a line that closes itself: pixels whose middle an odd number of its turns
    /// surrounds.
    Polygon {
        /// Corners as left and top, in order; 3 to 64. They lie between pixels: `[0, 0]` is the
        /// picture's corner.
        #[schemars(length(min = 3, max = 64))]
        points: Vec<[u32; 2]>,
    },
}

/// What an acceptance makes the expected output. Named here, so that the file is kept as long as the
/// review is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AcceptedOutput {
    /// Its kind.
    pub kind: ArtifactKind,
    /// The candidate's file.
    pub digest: Digest,
}

/// Who took a review back, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Revocation {
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A person's word on a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Review {
    /// Identity.
    pub id: ReviewId,
    /// The run that was reviewed.
    pub run: RunId,
    /// The compared output: the name of a part of the run's comparison, such as `still.png`, or
    /// [`Review::WHOLE_RUN`].
    pub output: String,
    /// What was decided.
    pub decision: ReviewDecision,
    /// How far it reaches.
    pub scope: ReviewScope,
    /// Why, in the reviewer's words.
    pub reason: String,
    /// When an acceptance ends; a rejection has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
    /// What was accepted; none for a rejection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedOutput>,
    /// Whether it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<Revocation>,
}

/// A review as a list of runs has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewMark {
    /// The review.
    pub id: ReviewId,
    /// The compared output.
    pub output: String,
    /// What was decided.
    pub decision: ReviewDecision,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub at: Timestamp,
}

impl Review {
    /// The output that stands for all of a run: what failed before anything could be compared.
    pub const WHOLE_RUN: &str = "run";

    /// The review as a list of runs has it.
    pub fn mark(&self) -> ReviewMark {
        ReviewMark {
            id: self.id.clone(),
            output: self.output.clone(),
            decision: self.decision,
            reviewer: self.reviewer.clone(),
            at: self.at,
        }
    }

    /// Whether it stands: neither taken back nor past its end.
    pub fn stands_at(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// Whether it says the same of the same, whoever asks when.
    pub fn says_same(&self, other: &Self) -> bool {
        let said = |review: &Self| Self {
            id: ReviewId::literal("same"),
            at: Timestamp(0),
            revoked: None,
            ..review.clone()
        };
        said(self) == said(other)
    }

    /// What was decided, how far it reaches and why, in one sentence.
    pub fn sentence(&self) -> String {
        let verb = match self.decision {
            ReviewDecision::Accept => "accepts",
            ReviewDecision::Reject => "rejects",
        };
        let reach = match &self.scope {
            ReviewScope::Case => "for this case".to_owned(),
            ReviewScope::OutputType => "for its output type".to_owned(),
            ReviewScope::Region(masks) if masks.len() == 1 => "in one region".to_owned(),
            ReviewScope::Region(masks) => format!("in {} regions", masks.len()),
        };
        let end = self.expires_at.map(|end| format!(" until {}", end.date()));
        format!(
            "{} {verb} `{}` of run {} {reach}{}: {}",
            self.reviewer,
            self.output,
            self.run,
            end.unwrap_or_default(),
            self.reason
        )
    }

    /// Everything that is wrong with it, with pointers into it. `picture` is the control's width and
    /// height in pixels, where the output is a picture.
    pub fn findings(&self, picture: Option<[u32; 2]>) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = self.reason_finding().into_iter().collect();
        found.extend(self.expiry_finding());
        if let ReviewScope::Region(masks) = &self.scope {
            found.extend(region_findings(masks, picture));
        }
        found
    }

    fn reason_finding(&self) -> Option<Diagnostic> {
        let characters = self.reason.chars().count();
        let is_bad = |c: char| c.is_control() && c != '\n';
        let message = if self.reason.trim().is_empty() {
            "a review needs a reason".to_owned()
        } else if characters > MAX_REASON {
            format!("a reason has at most {MAX_REASON} characters, this one has {characters}")
        } else if self.reason.chars().any(is_bad) {
            "a reason can't contain control characters".to_owned()
        } else {
            return None;
        };
        let fix = "say in a sentence why the difference is fine, or why it isn't";
        Some(Diagnostic::error("review_reason", "/reason", message, fix))
    }

    fn expiry_finding(&self) -> Option<Diagnostic> {
        let message = match (self.decision, self.expires_at) {
            (ReviewDecision::Reject, None) => return None,
            (ReviewDecision::Reject, Some(_)) => "a rejection has no end".to_owned(),
            (ReviewDecision::Accept, None) => "an acceptance needs an end".to_owned(),
            (ReviewDecision::Accept, Some(end)) if end <= self.at => {
                "an acceptance ends in the future".to_owned()
            }
            (ReviewDecision::Accept, Some(end)) if end > self.at.plus_days(MAX_ACCEPT_DAYS) => {
                format!("an acceptance stands at most {MAX_ACCEPT_DAYS} days")
            }
            (ReviewDecision::Accept, Some(_)) => return None,
        };
        let fix = "choose a date after which somebody looks again";
        Some(Diagnostic::error(
            "review_expiry",
            "/expires_at",
            message,
            fix,
        ))
    }
}

fn region_findings(masks: &[Mask], picture: Option<[u32; 2]>) -> Vec<Diagnostic> {
    let finding = |pointer: String, message: String, fix: &str| {
        Diagnostic::error("review_region", pointer, message, fix)
    };
    let at_scope = |message: String, fix: &str| vec![finding("/scope".to_owned(), message, fix)];
    let Some(size) = picture else {
        let message = "only a picture or a video has regions".to_owned();
        return at_scope(message, "review the whole output");
    };
    if !(1..=MAX_MASKS).contains(&masks.len()) {
        let message = format!(
            "a region has 1 to {MAX_MASKS} masks, this one has {}",
            masks.len()
        );
        return at_scope(message, "draw fewer, larger ones");
    }
    let problems = masks.iter().enumerate().filter_map(|(index, mask)| {
        let message = mask.problem(size)?;
        let pointer = format!("/scope/region/{index}");
        Some(finding(pointer, message, "draw it inside the picture"))
    });
    problems.collect()
}

impl Mask {
    /// Why it can't be a mask of a picture of this width and height; none where it can.
    fn problem(&self, [width, height]: [u32; 2]) -> Option<String> {
        let is_inside = |[x, y]: [u32; 2]| x <= width && y <= height;
        let outside = || format!("it reaches out of the picture of {width} × {height} pixels");
        match self {
            Self::Rect(region) => {
                let end = [
                    region.x_px.saturating_add(region.width_px),
                    region.y_px.saturating_add(region.height_px),
                ];
                if region.width_px == 0 || region.height_px == 0 {
                    Some("it is empty".to_owned())
                } else {
                    (!is_inside(end)).then(outside)
                }
            }
            Self::Polygon { points } if !(3..=MAX_CORNERS).contains(&points.len()) => {
                let count = points.len();
                Some(format!(
                    "a polygon has 3 to {MAX_CORNERS} corners, this one has {count}"
                ))
            }
            Self::Polygon { points } => {
                let is_outside = points.iter().any(|point| !is_inside(*point));
                is_outside.then(outside)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(decision: ReviewDecision, expires_at: Option<Timestamp>) -> Review {
        Review {
            id: ReviewId::literal("one"),
            run: RunId::literal("run-1"),
            output: "still.png".to_owned(),
            decision,
            scope: ReviewScope::Case,
            reason: "the new brass is what the studio wants".to_owned(),
            expires_at,
            reviewer: "Ada".to_owned(),
            at: Timestamp(0),
            accepted: None,
            revoked: None,
        }
    }

    fn codes(review: &Review) -> Vec<String> {
        let found = review.findings(Some([64, 48]));
        found
            .into_iter()
            .map(|finding| finding.place.pointer)
            .collect()
    }

    #[test]
    fn an_acceptance_ends_and_a_rejection_does_not() {
        use ReviewDecision::{Accept, Reject};
        let day = |days| Some(Timestamp(0).plus_days(days));
        assert!(codes(&review(Accept, day(90))).is_empty());
        assert!(codes(&review(Accept, day(731))).is_empty());
        assert!(codes(&review(Reject, None)).is_empty());
        for (decision, end) in [
            (Accept, None),
            (Accept, Some(Timestamp(0))),
            (Accept, day(732)),
            (Reject, day(90)),
        ] {
            assert_eq!(codes(&review(decision, end)), ["/expires_at"], "{end:?}");
        }
        let accepted = review(Accept, day(90));
        assert!(accepted.stands_at(Timestamp(0).plus_days(89)));
        assert!(!accepted.stands_at(Timestamp(0).plus_days(90)));
        let revoked = Review {
            revoked: Some(Revocation {
                by: "Ada".to_owned(),
                at: Timestamp(1),
            }),
            ..accepted
        };
        assert!(!revoked.stands_at(Timestamp(2)));
    }

    #[test]
    fn every_finding_is_said_at_once() {
        let rect = |x_px, y_px, width_px, height_px| {
            Mask::Rect(Region {
                x_px,
                y_px,
                width_px,
                height_px,
            })
        };
        let polygon = |points: &[[u32; 2]]| Mask::Polygon {
            points: points.to_vec(),
        };
        let bad = Review {
            reason: " ".to_owned(),
            scope: ReviewScope::Region(vec![
                rect(0, 0, 64, 48),
                rect(1, 0, 64, 48),
                rect(u32::MAX, 0, 2, 1),
                rect(3, 3, 0, 9),
                polygon(&[[0, 0], [64, 0], [64, 48]]),
                polygon(&[[0, 0], [65, 0], [64, 48]]),
                polygon(&[[0, 0], [1, 1]]),
            ]),
            ..review(ReviewDecision::Accept, None)
        };
        let expected = [
            "/reason",
            "/expires_at",
            "/scope/region/1",
            "/scope/region/2",
            "/scope/region/3",
            "/scope/region/5",
            "/scope/region/6",
        ];
        assert_eq!(codes(&bad), expected);
        let no_picture = bad.findings(None);
        assert_eq!(no_picture.last().unwrap().place.pointer, "/scope");
    }

    #[test]
    fn a_sentence_says_who_what_how_far_until_when_and_why() {
        let review = review(ReviewDecision::Accept, Some(Timestamp(0).plus_days(90)));
        let expected = "Ada accepts `still.png` of run run-1 for this case until 1970-04-01: \
                        the new brass is what the studio wants";
        assert_eq!(review.sentence(), expected);
    }

    #[test]
    fn masks_are_spelled_with_their_shape() {
        let scope = ReviewScope::Region(vec![Mask::Polygon {
            points: vec![[0, 0], [4, 0], [4, 4]],
        }]);
        let json = serde_json::json!({
            "region": [{ "shape": "polygon", "points": [[0, 0], [4, 0], [4, 4]] }]
        });
        assert_eq!(serde_json::to_value(&scope).unwrap(), json);
        assert_eq!(serde_json::from_value::<ReviewScope>(json).unwrap(), scope);
        let rect = r#"{ "shape": "rect", "x_px": 1, "y_px": 2, "width_px": 3, "height_px": 4 }"#;
        assert!(matches!(serde_json::from_str(rect), Ok(Mask::Rect(_))));
    }
}
