//! Judges the frames of a video: each as a still, and the worst for all.

use hartomat_schema::{
    FrameNumbers, Lane, NoiseFloor, Rung, RungName, Thresholds, Verdict, VideoNumbers,
};

use super::image;
use super::ladder::Ladder;

/// A frame's verdict, and the rungs that lead to it.
pub(super) struct Judged<'a> {
    pub(super) frame: &'a FrameNumbers,
    pub(super) verdict: Verdict,
    pub(super) rungs: Vec<Rung>,
}

impl Judged<'_> {
    /// The rung that speaks for it.
    fn rung(&self) -> Option<&Rung> {
        self.rungs
            .iter()
            .find(|rung| rung.verdict == Some(self.verdict))
    }
}

pub(super) fn judge_video(
    numbers: &VideoNumbers,
    lane: Lane,
    thresholds: &Thresholds,
    floor: Option<&NoiseFloor>,
    ladder: &mut Ladder,
) {
    let count = numbers.compared;
    if ladder.is_equal() {
        return ladder.skip(RungName::Frames, "the content is equal");
    }
    let judged = judge_frames(numbers, lane, thresholds, floor);
    let Some(worst) = worst(&judged) else {
        let sentence = format!("no pixel of {count} frames differs");
        return ladder.decide(RungName::Frames, Verdict::Pass, sentence);
    };
    let with = |verdict| judged.iter().filter(|it| it.verdict == verdict).count() as u64;
    let (fails, warns) = (with(Verdict::Fail), with(Verdict::Warn));
    let allowed = (thresholds.video.most_warn_share * count as f64).ceil() as u64;
    let seconds = (worst.frame.number - 1) as f64 / numbers.fps;
    let mut sentence = format!(
        "frame {} of {count}, at {} s",
        worst.frame.number,
        (seconds * 100.0).round() / 100.0
    );
    if let Some(rung) = worst.rung() {
        sentence.push_str(&format!(": {}", rung.sentence));
    }
    let verdict = match worst.verdict {
        Verdict::Warn if warns > allowed => {
            sentence.push_str(&format!("; {warns} of {count} frames are like that"));
            Verdict::Fail
        }
        verdict => {
            sentence.push_str(&match (verdict, fails, warns) {
                (Verdict::Pass, ..) => "; it is the worst".to_owned(),
                (_, 0, warns) => format!("; {warns} of {count} frames warn"),
                (_, fails, _) => format!("; {fails} of {count} frames fail"),
            });
            verdict
        }
    };
    if let Some(late) = numbers.frames_late.filter(|_| verdict != Verdict::Pass) {
        let which = if late > 0 { "late" } else { "early" };
        sentence = format!("the candidate is a frame {which}; {sentence}");
    }
    let rung = worst.rung();
    ladder.push(Rung {
        name: RungName::Frames,
        verdict: Some(verdict),
        value: rung.and_then(|rung| rung.value),
        threshold: rung.and_then(|rung| rung.threshold),
        place: rung.and_then(|rung| rung.place),
        checks: rung.map(|rung| rung.checks.clone()).unwrap_or_default(),
        sentence,
    });
}

/// Each frame that differs, as a still.
pub(super) fn judge_frames<'a>(
    numbers: &'a VideoNumbers,
    lane: Lane,
    thresholds: &Thresholds,
    floor: Option<&NoiseFloor>,
) -> Vec<Judged<'a>> {
    let judged = numbers.frames.iter().map(|frame| {
        let mut ladder = Ladder::default();
        image::judge_image(&frame.image(), lane, thresholds, floor, &mut ladder);
        let judgement = ladder.finish();
        Judged {
            frame,
            verdict: judgement.verdict,
            rungs: judgement.rungs,
        }
    });
    judged.collect()
}

/// The frame with the worst verdict, and of those the one that is farthest beyond its limit, or else differs
/// most.
pub(super) fn worst<'a, 'b>(judged: &'a [Judged<'b>]) -> Option<&'a Judged<'b>> {
    let size = |it: &Judged<'_>| {
        let rung = it.rung().and_then(|rung| rung.value.zip(rung.threshold));
        let beyond = rung.filter(|(_, limit)| *limit > 0.0);
        let beyond = beyond.map_or(0.0, |(value, limit)| value / limit);
        (beyond, it.frame.severity(), it.frame.max_delta)
    };
    judged.iter().reduce(|worst, next| {
        let is_worse =
            worst.verdict != next.verdict && worst.verdict.and(next.verdict) != worst.verdict;
        let is_larger = worst.verdict == next.verdict && size(next) > size(worst);
        if is_worse || is_larger { next } else { worst }
    })
}
