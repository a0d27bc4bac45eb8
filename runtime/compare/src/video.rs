//! Compares two videos frame by frame. What decodes them is elsewhere: facts and pairs of frames come in,
//! one pair at a time, so that no more than three pairs are ever in memory.

use hartomat_schema::{
    ArtifactKind, Blake3, Comparison, ContractFinding, FrameNumbers, Lane, Measured, SideFacts,
    SideProblem, Verdict, VideoHeader, VideoNumbers,
};

use crate::assemble::assemble;
use crate::options::CompareOptions;
use crate::still::{Plan, RowSource, flip_scale, measure};

/// The frames of both sides as RGB rows from the top left.
pub type FramePair = [Vec<u8>; 2];

/// A side that stopped being readable, 0 for the control and 1 for the candidate, and how.
pub type BrokenSide = (usize, SideProblem);

/// Gives the pairs of frames in order; none at the end of either side.
pub type NextPair<'a> = &'a mut dyn FnMut() -> Result<Option<FramePair>, BrokenSide>;

/// Compares two videos: format and length, then hashes, then the pixels of each pair of frames by the rules
/// of stills. The worst frame speaks for all. `frames` is asked for nothing where facts alone decide.
pub fn compare_videos(
    control: SideFacts,
    candidate: SideFacts,
    frames: NextPair<'_>,
    options: &CompareOptions,
) -> Comparison {
    let lane = options.lane.unwrap_or(Lane::Lossy);
    let mut measured = Measured {
        control,
        candidate,
        ..Measured::default()
    };
    let headers = [&measured.control, &measured.candidate].map(|side| side.video.clone());
    if let [Some(control), Some(candidate)] = headers {
        measured.contract = findings([&control, &candidate]);
        if measured.contract.is_empty() && !is_equal(&measured) {
            let broken = compare_frames(&control, frames, options, &mut measured);
            if let Err((side, problem)) = broken {
                measured.video = None;
                let sides = [&mut measured.control, &mut measured.candidate];
                let [control, candidate] = sides;
                let side = if side == 0 { control } else { candidate };
                side.problem = Some(problem);
            }
        }
    }
    assemble(ArtifactKind::VIDEO, lane, measured, options)
}

/// Whether hashes prove that nothing differs.
fn is_equal(measured: &Measured) -> bool {
    let (control, candidate) = (&measured.control, &measured.candidate);
    let same_file = control.file.is_some() && control.file == candidate.file;
    let same_payload = control.payload.is_some() && control.payload == candidate.payload;
    same_file || same_payload
}

fn findings([a, b]: [&VideoHeader; 2]) -> Vec<ContractFinding> {
    let size = |side: &VideoHeader| format!("{} × {} px", side.width_px, side.height_px);
    let seconds = |side: &VideoHeader| format!("{:.3} s", side.duration_secs);
    let mut pairs = vec![
        ("file formats", a.format.clone(), b.format.clone()),
        ("codecs", a.codec.clone(), b.codec.clone()),
        ("dimensions", size(a), size(b)),
        ("frame counts", a.frames.to_string(), b.frames.to_string()),
        ("frame rates", a.fps.to_string(), b.fps.to_string()),
        (
            "pixel formats",
            a.pixel_format.clone(),
            b.pixel_format.clone(),
        ),
        ("colour entries", a.color.clone(), b.color.clone()),
    ];
    // Files round durations: less than half a frame is no difference.
    if (a.duration_secs - b.duration_secs).abs() > 0.5 / a.fps {
        pairs.push(("durations", seconds(a), seconds(b)));
    }
    let differing = pairs.into_iter().filter(|(_, a, b)| a != b);
    differing
        .map(|(what, control, candidate)| ContractFinding {
            what: what.to_owned(),
            control,
            candidate,
            verdict: Verdict::Fail,
        })
        .collect()
}

fn compare_frames(
    header: &VideoHeader,
    frames: NextPair<'_>,
    options: &CompareOptions,
    measured: &mut Measured,
) -> Result<(), BrokenSide> {
    let plan = Plan {
        width: header.width_px as usize,
        height: header.height_px as usize,
        flip_scale: flip_scale(options.flip, header.width_px, header.height_px),
        hdr: options.thresholds.hdr,
        ignored: &options.ignored,
        keep_flip: false,
    };
    let mut numbers = VideoNumbers {
        compared: 0,
        fps: header.fps,
        mean_delta: 0.0,
        frames: Vec::new(),
        frames_late: None,
    };
    let mut shift = Shift::default();
    let mut hashers = [blake3::Hasher::new(), blake3::Hasher::new()];
    while let Some(pair) = frames()? {
        numbers.compared += 1;
        for (hasher, pixels) in hashers.iter_mut().zip(&pair) {
            hasher.update(pixels);
        }
        let number = numbers.compared;
        let is_same = pair[0] == pair[1];
        shift.add(&pair);
        if !is_same {
            let frame = measure_frame(number, pair, &plan)?;
            numbers.mean_delta += frame.mean_delta;
            numbers.frames.push(frame);
        }
    }
    if numbers.compared != header.frames {
        let problem = SideProblem::Unreadable {
            reason: format!(
                "{} of {} frames could be set side by side",
                numbers.compared, header.frames
            ),
        };
        return Err((1, problem));
    }
    numbers.mean_delta /= numbers.compared.max(1) as f64;
    numbers.frames_late = shift.frames_late(&numbers);
    let [control, candidate] = hashers.map(|it| Blake3::from_bytes(it.finalize().as_bytes()));
    measured.control.content = Some(control);
    measured.candidate.content = Some(candidate);
    measured.video = Some(numbers);
    Ok(())
}

fn measure_frame(
    number: u64,
    pair: FramePair,
    plan: &Plan<'_>,
) -> Result<FrameNumbers, BrokenSide> {
    let sources = pair.map(|pixels| RowSource::of_rgb(pixels, plan.width));
    let broken = |(side, err): (usize, crate::ReadError)| (side, err.into_problem());
    let measured = measure::<u8>(sources, plan).map_err(broken)?;
    Ok(FrameNumbers::of(number, &measured.numbers))
}

/// Tells frames that differ from frames that are the same a little earlier or later.
#[derive(Default)]
struct Shift {
    before: Option<FramePair>,
    /// Sums of deltas: at the same time, candidate late, candidate early.
    sums: [u64; 3],
}

/// Of this many samples one is looked at.
const SAMPLED: usize = 7;
/// A shift explains the difference when it leaves less than this share of it.
const EXPLAINED: f64 = 0.5;

impl Shift {
    fn add(&mut self, pair: &FramePair) {
        if let Some([control, candidate]) = &self.before {
            let sums = [
                delta(&pair[0], &pair[1]),
                delta(control, &pair[1]),
                delta(&pair[0], candidate),
            ];
            for (sum, more) in self.sums.iter_mut().zip(sums) {
                *sum += more;
            }
        }
        self.before = Some(pair.clone());
    }

    /// Only where all frames differ: a single bad frame is no shift.
    fn frames_late(&self, numbers: &VideoNumbers) -> Option<i32> {
        let [same, late, early] = self.sums;
        let all_differ = numbers.frames.len() as u64 == numbers.compared && numbers.compared > 2;
        let explains = |sum: u64| (sum as f64) < EXPLAINED * same as f64;
        match (explains(late), explains(early)) {
            _ if !all_differ => None,
            (true, _) if late <= early => Some(1),
            (_, true) => Some(-1),
            _ => None,
        }
    }
}

fn delta(a: &[u8], b: &[u8]) -> u64 {
    let samples = a.iter().zip(b).step_by(SAMPLED);
    samples.map(|(a, b)| u64::from(a.abs_diff(*b))).sum()
}

#[cfg(test)]
mod tests {
    use hartomat_schema::Digest;

    use super::*;

    const SIDE: usize = 32;

    fn header(frames: u64) -> VideoHeader {
        VideoHeader {
            format: "mp4".to_owned(),
            codec: "h264".to_owned(),
            width_px: SIDE as u32,
            height_px: SIDE as u32,
            frames,
            fps: 10.0,
            duration_secs: frames as f64 / 10.0,
            pixel_format: "yuv420p".to_owned(),
            color: "bt709, tv".to_owned(),
        }
    }

    fn side(name: &str, header: VideoHeader) -> SideFacts {
        SideFacts {
            file: Some(Digest::of(name.as_bytes())),
            video: Some(header),
            ..SideFacts::default()
        }
    }

    /// A bright square that moves to the right, two pixels a frame.
    fn frame(number: usize) -> Vec<u8> {
        let mut pixels = vec![40; SIDE * SIDE * 3];
        for y in 8..20 {
            for x in 0..6 {
                let at = (y * SIDE + (x + 2 * number) % SIDE) * 3;
                pixels[at..at + 3].copy_from_slice(&[220, 200, 180]);
            }
        }
        pixels
    }

    fn compare(control: &[Vec<u8>], candidate: &[Vec<u8>]) -> Comparison {
        let mut pairs = control.iter().zip(candidate);
        let mut next = || Ok(pairs.next().map(|(a, b)| [a.clone(), b.clone()]));
        let options = CompareOptions {
            lane: Some(Lane::Deterministic),
            ..CompareOptions::default()
        };
        let (a, b) = (header(control.len() as u64), header(candidate.len() as u64));
        compare_videos(side("a", a), side("b", b), &mut next, &options)
    }

    fn video(count: usize) -> Vec<Vec<u8>> {
        (0..count).map(frame).collect()
    }

    #[test]
    fn equal_frames_pass_whatever_their_files_are() {
        let found = compare(&video(5), &video(5));
        assert_eq!(found.verdict, Verdict::Pass, "{}", found.sentence);
        assert!(found.measured.video.unwrap().frames.is_empty());
    }

    #[test]
    fn one_bad_frame_fails_and_is_named() {
        let mut other = video(5);
        other[2] = frame(9);
        let found = compare(&video(5), &other);
        assert_eq!(found.verdict, Verdict::Fail);
        assert!(
            found.sentence.contains("frame 3 of 5, at 0.2 s"),
            "{}",
            found.sentence
        );
        let curve = crate::video_curve(&found).unwrap();
        assert_eq!((curve.worst, curve.points.len()), (3, 1));
        let point = curve.points[0];
        assert_eq!((point.number, point.verdict), (3, Verdict::Fail));
        assert!(
            point.value > curve.pass.unwrap(),
            "{}: {point:?}",
            curve.measure
        );
        assert_eq!(found.measured.video.unwrap().frames_late, None);
    }

    #[test]
    fn a_video_that_is_late_is_said_to_be() {
        let all = video(7);
        let found = compare(&all[1..], &all[..6]);
        assert!(
            found.sentence.contains("the candidate is a frame late"),
            "{}",
            found.sentence
        );
        let early = compare(&all[..6], &all[1..]);
        assert!(
            early.sentence.contains("a frame early"),
            "{}",
            early.sentence
        );
    }

    #[test]
    fn another_number_of_frames_fails_by_name_without_looking() {
        let found = compare(&video(5), &video(4));
        assert_eq!(found.verdict, Verdict::Fail);
        assert!(
            found
                .sentence
                .contains("frame counts differ: the control has 5, the candidate 4"),
            "{}",
            found.sentence
        );
    }

    #[test]
    fn many_frames_that_warn_fail_together() {
        let slightly = |frames: &mut Vec<Vec<u8>>, which: std::ops::Range<usize>| {
            for frame in &mut frames[which] {
                frame[0] = frame[0].saturating_add(9);
            }
        };
        let (mut one, mut most) = (video(20), video(20));
        slightly(&mut one, 4..5);
        slightly(&mut most, 0..15);
        assert_eq!(compare(&video(20), &one).verdict, Verdict::Warn);
        let found = compare(&video(20), &most);
        assert_eq!(found.verdict, Verdict::Fail, "{}", found.sentence);
        assert!(found.sentence.contains("15 of 20"), "{}", found.sentence);
    }

    #[test]
    fn a_side_that_ends_early_is_no_pass() {
        let mut next = || Ok(None);
        let (a, b) = (side("a", header(5)), side("b", header(5)));
        let found = compare_videos(a, b, &mut next, &CompareOptions::default());
        assert_eq!(found.verdict, Verdict::Fail, "{}", found.sentence);
        assert!(
            found.sentence.contains("0 of 5 frames"),
            "{}",
            found.sentence
        );
    }
}
