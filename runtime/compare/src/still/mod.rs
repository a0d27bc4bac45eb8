//! Compares two stills: header, hashes, and the one pass over their pixels.

mod beside;
mod delta;
mod header;
mod linear;
mod measure;
mod png_chunks;
mod rows;
mod sample;

use hartomat_schema::{
    ArtifactKind, Comparison, ContractFinding, Digest, Lane, Measured, SampleFormat, SideFacts,
    Verdict,
};

pub use header::{LONGEST_SIDE_PX, MOST_DECODED_BYTES};
pub(crate) use header::{Still, open};
pub(crate) use measure::{Measurement, Plan, measure};
pub(crate) use rows::RowSource;
pub(crate) use sample::{Sample, linear_to_srgb, srgb_to_linear};

use crate::assemble::assemble;
use crate::error::ReadError;
use crate::metadata;
use crate::options::{CompareOptions, FlipResolution};

/// Pictures up to this many pixels get FLIP on each pixel when nobody says otherwise.
const FULL_FLIP_UP_TO: u64 = 1_100_000;

/// Compares two stills: PNG, JPEG, WebP or OpenEXR, recognised by their first bytes.
///
/// Never fails: a side that can't be read is part of the answer. Decodes both sides at once and
/// holds a few rows of each; nothing is decoded where hashes already prove the pixels equal.
pub fn compare_images(control: &[u8], candidate: &[u8], options: &CompareOptions) -> Comparison {
    let sides = [control, candidate];
    let mut measured = Measured::default();
    let (a, b) = rayon::join(|| open(control), || open(candidate));
    let mut stills = Vec::with_capacity(2);
    for (opened, bytes, facts) in [
        (a, control, &mut measured.control),
        (b, candidate, &mut measured.candidate),
    ] {
        facts.size_bytes = bytes.len() as u64;
        match opened {
            Ok(still) => {
                facts.image = Some(still.header.clone());
                stills.push(still);
            }
            Err(err) => facts.problem = Some(err.into_problem()),
        }
    }
    hash_files(sides, options, &mut measured);
    let lane = lane_of(&stills, options);
    if let [control, candidate] = stills.as_slice() {
        hash_payloads([control, candidate], &mut measured);
        compare_headers([control, candidate], lane, &mut measured);
        compare_texts([control, candidate], options, &mut measured);
        if !measured
            .contract
            .iter()
            .any(|finding| finding.verdict == Verdict::Fail)
        {
            compare_pixels([control, candidate], options, &mut measured);
        }
    }
    assemble(ArtifactKind::IMAGE, lane, measured, options)
}

fn lane_of(stills: &[Still<'_>], options: &CompareOptions) -> Lane {
    let float = stills
        .iter()
        .any(|still| still.header.samples == SampleFormat::Float);
    match options.lane {
        Some(Lane::Exact) => Lane::Exact,
        _ if float => Lane::Hdr,
        Some(lane) => lane,
        None => Lane::Deterministic,
    }
}

/// SHA-256 of both files, unless the caller knows them; equal files are hashed once.
fn hash_files(sides: [&[u8]; 2], options: &CompareOptions, measured: &mut Measured) {
    let known = [options.control_digest, options.candidate_digest];
    let digest = |side: usize| known[side].unwrap_or_else(|| Digest::of(sides[side]));
    let (a, b) = if sides[0] == sides[1] {
        let digest = digest(0);
        (digest, digest)
    } else {
        rayon::join(|| digest(0), || digest(1))
    };
    measured.control.file = Some(a);
    measured.candidate.file = Some(b);
}

fn hash_payloads([a, b]: [&Still<'_>; 2], measured: &mut Measured) {
    let payload = |still: &Still<'_>| still.png.as_ref().map(|png| png.payload());
    let is_same = match (&a.png, &b.png) {
        (Some(a), Some(b)) => png_chunks::is_same_payload(a, b),
        _ => false,
    };
    let (control, candidate) = if is_same {
        let payload = payload(a);
        (payload.clone(), payload)
    } else {
        rayon::join(|| payload(a), || payload(b))
    };
    measured.control.payload = control;
    measured.candidate.payload = candidate;
}

fn compare_headers([a, b]: [&Still<'_>; 2], lane: Lane, measured: &mut Measured) {
    let size =
        |still: &Still<'_>| format!("{} × {} px", still.header.width_px, still.header.height_px);
    let mut find = |what: &str, control: String, candidate: String, verdict: Verdict| {
        if control != candidate {
            let what = what.to_owned();
            measured.contract.push(ContractFinding {
                what,
                control,
                candidate,
                verdict,
            });
        }
    };
    find("dimensions", size(a), size(b), Verdict::Fail);
    find(
        "frame counts",
        a.frames.to_string(),
        b.frames.to_string(),
        Verdict::Fail,
    );
    let layers = |still: &Still<'_>| match still.layers.as_slice() {
        [] => "one layer alone".to_owned(),
        layers => format!("also {}", layers.join(", ")),
    };
    find("layers", layers(a), layers(b), Verdict::Fail);
    if lane != Lane::Lossy {
        find(
            "file formats",
            a.header.format.clone(),
            b.header.format.clone(),
            Verdict::Fail,
        );
    }
    let float = |still: &Still<'_>| match still.header.samples {
        SampleFormat::Float => "scene light".to_owned(),
        _ => "display colours".to_owned(),
    };
    find("sample formats", float(a), float(b), Verdict::Fail);
    let depth = |still: &Still<'_>| match still.header.depth_bits {
        16 | 32 => format!("{} bits", still.header.depth_bits),
        _ => "8 bits".to_owned(),
    };
    find("depths", depth(a), depth(b), Verdict::Warn);
    let color = |still: &Still<'_>| {
        let entries: Vec<String> = still
            .color
            .iter()
            .map(|(key, value)| format!("{key} ({value})"))
            .collect();
        if entries.is_empty() {
            "none".to_owned()
        } else {
            entries.join(", ")
        }
    };
    find("colour entries", color(a), color(b), Verdict::Fail);
}

fn compare_texts([a, b]: [&Still<'_>; 2], options: &CompareOptions, measured: &mut Measured) {
    let texts = |still: &Still<'_>| {
        still
            .png
            .as_ref()
            .map(|png| png.texts.clone())
            .unwrap_or_default()
    };
    let volatile = &options.thresholds.volatile_metadata;
    measured.metadata = metadata::differences(&texts(a), &texts(b), volatile);
    let folded = measured
        .metadata
        .iter()
        .filter(|entry| entry.volatile)
        .count();
    if folded > 0 {
        measured.notes.push(format!(
            "{folded} text entries differ that change at each run"
        ));
    }
}

fn compare_pixels(stills: [&Still<'_>; 2], options: &CompareOptions, measured: &mut Measured) {
    let header = &stills[0].header;
    let same_payload = measured.control.payload.is_some()
        && measured.control.payload == measured.candidate.payload;
    if same_payload || measured.control.file == measured.candidate.file {
        let (width, height) = (header.width_px, header.height_px);
        measured.image = Some(measure::equal_numbers(width, height, header.has_alpha));
        return;
    }
    let plan = Plan {
        width: header.width_px as usize,
        height: header.height_px as usize,
        flip_scale: flip_scale(options.flip, header.width_px, header.height_px),
        hdr: options.thresholds.hdr,
        ignored: &options.ignored,
        keep_flip: false,
    };
    match measure_stills(stills, &plan) {
        Ok(measurement) => {
            note_alpha(stills, &measurement, measured);
            if measurement.numbers.hidden_rgb > 0 {
                measured.notes.push("hidden RGB differs".to_owned());
            }
            measured.image = Some(measurement.numbers);
            let [control, candidate] = measurement.hashes;
            // The hash of a part would pass for that of the whole.
            if !note_part(stills, measured) {
                measured.control.content = Some(control);
                measured.candidate.content = Some(candidate);
            }
        }
        Err((side, err)) => {
            let facts: &mut SideFacts = if side == 0 {
                &mut measured.control
            } else {
                &mut measured.candidate
            };
            facts.problem = Some(err.into_problem());
        }
    }
}

/// Files that differ and hold more than is decoded leave a question open. Whether these do.
fn note_part(stills: [&Still<'_>; 2], measured: &mut Measured) -> bool {
    let Some(part) = stills.iter().find_map(|still| still.part()) else {
        return false;
    };
    let [control, candidate] = stills.map(|still| match still.layers.as_slice() {
        [] => format!("{} frames", still.frames),
        layers => format!("also {}", layers.join(", ")),
    });
    measured.contract.push(ContractFinding {
        what: format!("the files, of which the {part} alone can be compared,"),
        control,
        candidate,
        verdict: Verdict::Inconclusive,
    });
    true
}

/// One side has an alpha channel and the other hasn't: harmless where it is opaque throughout.
fn note_alpha(stills: [&Still<'_>; 2], measurement: &Measurement, measured: &mut Measured) {
    let [a, b] = stills.map(|still| still.header.has_alpha);
    if a == b {
        return;
    }
    let with_alpha = usize::from(b);
    let translucent = measurement.not_opaque[with_alpha];
    let describe = |has: bool| match (has, translucent) {
        (false, _) => "none",
        (true, false) => "one that is opaque throughout",
        (true, true) => "one with transparent pixels",
    };
    measured.contract.push(ContractFinding {
        what: "alpha channels".to_owned(),
        control: describe(a).to_owned(),
        candidate: describe(b).to_owned(),
        verdict: if translucent {
            Verdict::Fail
        } else {
            Verdict::Warn
        },
    });
}

/// Decodes and measures two stills of equal size at the deeper one's depth.
///
/// # Errors
/// The side, 0 for the control and 1 for the candidate, and what is wrong with it.
pub(crate) fn measure_stills(
    stills: [&Still<'_>; 2],
    plan: &Plan<'_>,
) -> Result<Measurement, (usize, ReadError)> {
    let (a, b) = rayon::join(|| RowSource::open(stills[0]), || RowSource::open(stills[1]));
    let sources = [a.map_err(|err| (0, err))?, b.map_err(|err| (1, err))?];
    let any = |format| stills.iter().any(|still| still.header.samples == format);
    if any(SampleFormat::Float) {
        measure::<f32>(sources, plan)
    } else if any(SampleFormat::Unsigned16) {
        measure::<u16>(sources, plan)
    } else {
        measure::<u8>(sources, plan)
    }
}

/// At which scale FLIP is measured; none leaves it out.
pub(crate) fn flip_scale(resolution: FlipResolution, width: u32, height: u32) -> Option<usize> {
    let small = u64::from(width) * u64::from(height) <= FULL_FLIP_UP_TO;
    match resolution {
        FlipResolution::Off => None,
        FlipResolution::Full => Some(1),
        FlipResolution::Half => Some(2),
        FlipResolution::Auto => Some(if small { 1 } else { 2 }),
    }
}
