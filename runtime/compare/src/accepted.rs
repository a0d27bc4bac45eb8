//! Accepted differences: a comparison that doesn't pass by its numbers may pass by what a person has
//! accepted. Control against candidate stays what is measured and shown.

mod bounds;
mod lists;
mod masks;

use hartomat_schema::{
    AcceptedDifference, Comparison, IgnoredRegion, Review, ReviewScope, Verdict,
};

use crate::options::CompareOptions;

/// Why an acceptance doesn't cover a difference, as a part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
struct Uncovered(String);

/// What is known of an accepted output.
#[derive(Debug, Clone, Copy)]
pub enum AcceptedEvidence<'a> {
    /// The candidate's file, for a case or a region.
    File(&'a [u8]),
    /// Its comparison, for an output type.
    Numbers(&'a Comparison),
}

/// An acceptance that stands.
#[derive(Debug, Clone, Copy)]
pub struct Acceptance<'a> {
    /// The review.
    pub review: &'a Review,
    /// What it accepted.
    pub evidence: AcceptedEvidence<'a>,
}

/// Compares two files in the way in which the comparison was made.
pub type CompareAgain<'a> = &'a dyn Fn([&[u8]; 2], &CompareOptions) -> Comparison;

/// The comparison of these files as acceptances leave it: the first that covers the difference makes it
/// pass, and its sentence says by whose word and until when. One that doesn't cover it is noted.
///
/// `options` are those that the comparison was made with. Without an end an acceptance counts for
/// nothing.
#[must_use]
pub fn with_acceptances(
    mut comparison: Comparison,
    sides: [&[u8]; 2],
    (options, again): (&CompareOptions, CompareAgain<'_>),
    acceptances: &[Acceptance<'_>],
) -> Comparison {
    for acceptance in acceptances {
        if comparison.verdict == Verdict::Pass {
            break;
        }
        let Some(end) = acceptance.review.expires_at else {
            continue;
        };
        let covered = acceptance.covers(&comparison, sides, &|sides, ignored| {
            passes(&comparison, sides, (options, again), ignored)
        });
        let (reviewer, until) = (&acceptance.review.reviewer, end.date());
        match covered {
            Ok(how) => {
                let accepted = AcceptedDifference {
                    review: acceptance.review.id.clone(),
                    run: acceptance.review.run.clone(),
                    reviewer: reviewer.clone(),
                    expires_at: end,
                    verdict: comparison.verdict,
                    sentence: comparison.sentence.clone(),
                };
                comparison.sentence = format!(
                    "{how} {reviewer} accepted until {until}; by its numbers alone it is {}: {}",
                    accepted.verdict, accepted.sentence
                );
                comparison.verdict = Verdict::Pass;
                comparison.accepted = Some(Box::new(accepted));
            }
            Err(why) => comparison.measured.notes.push(format!(
                "what {reviewer} accepted until {until} doesn't cover it: {why}"
            )),
        }
    }
    comparison
}

impl Acceptance<'_> {
    /// How it covers a difference, as the beginning of a sentence; or why it doesn't.
    fn covers(
        &self,
        comparison: &Comparison,
        sides: [&[u8]; 2],
        passes: Passes<'_>,
    ) -> Result<&'static str, Uncovered> {
        match (&self.review.scope, self.evidence) {
            (ReviewScope::Case, AcceptedEvidence::File(accepted)) => {
                if accepted == sides[1] {
                    return Ok("equals what");
                }
                passes([accepted, sides[1]], Vec::new())?;
                Ok("passes against what")
            }
            (ReviewScope::Region(regions), AcceptedEvidence::File(accepted)) => {
                let size = compared_size(comparison)
                    .ok_or_else(|| Uncovered("only pictures and videos have regions".to_owned()))?;
                let inside = masks::inside(regions, size);
                let outside = masks::outside(&inside, size);
                let apart = |why| Uncovered(format!("outside of the regions {why}"));
                passes(sides, ignored(&inside)).map_err(apart)?;
                let within = |why| Uncovered(format!("inside of the regions {why}"));
                let accepted = [accepted, sides[1]];
                passes(accepted, ignored(&outside)).map_err(within)?;
                Ok("passes within the regions that")
            }
            (ReviewScope::OutputType, AcceptedEvidence::Numbers(accepted)) => {
                bounds::no_worse(comparison, accepted)?;
                Ok("is no worse than what")
            }
            (_, AcceptedEvidence::File(_) | AcceptedEvidence::Numbers(_)) => {
                Err(Uncovered("what was accepted isn't at hand".to_owned()))
            }
        }
    }
}

/// Whether the second file passes against the first outside of what is ignored; else what stands in the way.
type Passes<'a> = &'a dyn Fn([&[u8]; 2], Vec<IgnoredRegion>) -> Result<(), Uncovered>;

/// Size of the compared pictures or videos in pixels; none of what has none.
pub fn compared_size(comparison: &Comparison) -> Option<[u32; 2]> {
    let control = &comparison.measured.control;
    let image = control.image.as_ref().map(|it| [it.width_px, it.height_px]);
    let video = control.video.as_ref();
    image.or_else(|| video.map(|it| [it.width_px, it.height_px]))
}

/// Whether the second file passes the ladder against the first; else what stands in the way.
fn passes(
    comparison: &Comparison,
    sides: [&[u8]; 2],
    (options, again): (&CompareOptions, CompareAgain<'_>),
    ignored: Vec<IgnoredRegion>,
) -> Result<(), Uncovered> {
    let options = CompareOptions {
        lane: Some(comparison.lane),
        control_digest: None,
        ignored: [options.ignored.clone(), ignored].concat(),
        ..options.clone()
    };
    let again = again(sides, &options);
    match again.verdict {
        Verdict::Pass => Ok(()),
        _ => Err(Uncovered(again.sentence)),
    }
}

fn ignored(rows: &[hartomat_schema::Region]) -> Vec<IgnoredRegion> {
    let left_out = rows.iter().map(|region| IgnoredRegion {
        region: *region,
        reason: "judged apart".to_owned(),
    });
    left_out.collect()
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{
        Digest, Lane, Mask, Region, ReviewDecision, ReviewId, RunId, SideFacts, Timestamp,
        VideoHeader,
    };

    use super::*;
    use crate::video::compare_videos;

    const SIDE: usize = 32;

    /// Three grey frames; each byte of a file brightens the square at one corner of all of them.
    fn frames(file: &[u8]) -> Vec<Vec<u8>> {
        let mut frame = vec![90; SIDE * SIDE * 3];
        for corner in file {
            let (left, top) = match corner {
                b'l' => (2, 2),
                _ => (22, 22),
            };
            for (x, y) in (0..8).flat_map(|x| (0..8).map(move |y| (left + x, top + y))) {
                frame[(y * SIDE + x) * 3] = 250;
            }
        }
        vec![frame; 3]
    }

    fn compare([control, candidate]: [&[u8]; 2], options: &CompareOptions) -> Comparison {
        let side = |file: &[u8]| SideFacts {
            file: Some(Digest::of(file)),
            video: Some(VideoHeader {
                format: "mp4".to_owned(),
                codec: "h264".to_owned(),
                width_px: 32,
                height_px: 32,
                frames: 3,
                fps: 10.0,
                duration_secs: 0.3,
                pixel_format: "yuv420p".to_owned(),
                color: "bt709, tv".to_owned(),
            }),
            ..SideFacts::default()
        };
        let mut pairs = frames(control).into_iter().zip(frames(candidate));
        let mut next = || Ok(pairs.next().map(|(a, b)| [a, b]));
        compare_videos(side(control), side(candidate), &mut next, options)
    }

    /// What becomes of a candidate after somebody has accepted `left` in the upper left quarter.
    fn judged(candidate: &[u8]) -> Comparison {
        let options = CompareOptions {
            lane: Some(Lane::Deterministic),
            ..CompareOptions::default()
        };
        let quarter = Region {
            x_px: 0,
            y_px: 0,
            width_px: 16,
            height_px: 16,
        };
        let review = Review {
            id: ReviewId::literal("one"),
            run: RunId::literal("run-1"),
            output: "turn.mp4".to_owned(),
            decision: ReviewDecision::Accept,
            scope: ReviewScope::Region(vec![Mask::Rect(quarter)]),
            reason: "the lamp is new".to_owned(),
            expires_at: Some(Timestamp(0).plus_days(90)),
            reviewer: "Ada".to_owned(),
            at: Timestamp(0),
            accepted: None,
            revoked: None,
        };
        let sides: [&[u8]; 2] = [b"", candidate];
        let comparison = compare(sides, &options);
        assert_eq!(comparison.verdict, Verdict::Fail, "{}", comparison.sentence);
        let acceptance = Acceptance {
            review: &review,
            evidence: AcceptedEvidence::File(b"l"),
        };
        with_acceptances(comparison, sides, (&options, &compare), &[acceptance])
    }

    #[test]
    fn a_region_of_a_video_is_accepted_in_every_frame_and_nothing_beside_it() {
        let passes = judged(b"l");
        let sentence = &passes.sentence;
        assert_eq!(passes.verdict, Verdict::Pass, "{sentence}");
        assert!(
            sentence.starts_with("passes within the regions that Ada accepted"),
            "{sentence}"
        );
        let beside = judged(b"lr");
        assert_eq!(beside.verdict, Verdict::Fail);
        let note = &beside.measured.notes[0];
        assert!(note.contains("outside of the regions"), "{note}");
        let other = judged(b"r");
        assert_eq!(other.verdict, Verdict::Fail, "that was never accepted");
    }
}
