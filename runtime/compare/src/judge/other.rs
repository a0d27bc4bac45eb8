//! Judges geometry, JSON artifacts, intents, and the artifacts of a run.

use hartomat_schema::{
    Comparison, DataNumbers, GeometryDifference, GeometryNumbers, GeometryThresholds, Intent,
    IntentNumbers, RungName, Verdict,
};

use super::ladder::{Ladder, check};

pub(crate) fn judge_geometry(
    numbers: &GeometryNumbers,
    limits: &GeometryThresholds,
    ladder: &mut Ladder,
) {
    if ladder.is_equal() {
        return ladder.skip(RungName::Geometry, "the content is equal");
    }
    let worst = numbers
        .differences
        .iter()
        .map(|difference| (severity(difference, limits), difference))
        .filter(|(verdict, _)| *verdict != Verdict::Pass)
        .reduce(|worst, next| {
            if worst.0.and(next.0) == worst.0 {
                worst
            } else {
                next
            }
        });
    if let Some((verdict, difference)) = worst {
        let more = match numbers.difference_count {
            0 | 1 => String::new(),
            count => format!(" (and {} more)", count - 1),
        };
        ladder.decide(
            RungName::Geometry,
            verdict,
            format!("{}{more}", difference.sentence),
        );
        if verdict == Verdict::Fail {
            return;
        }
    }
    if numbers.equal_triangles {
        let count = numbers.control.triangles;
        let sentence = format!("all {count} triangles are the same, in whatever order");
        return ladder.decide(RungName::Geometry, Verdict::Pass, sentence);
    }
    let limit = Some(limits.warn_shape);
    let shape = |measure: &str, value: f64| check(measure, value, Some(0.0), limit);
    let mut checks = vec![
        shape("relative shift of the bounding box", numbers.bbox_delta),
        shape("relative difference of the surface", numbers.area_delta),
        shape("relative difference of the volume", numbers.volume_delta),
    ];
    // Other triangles on the same shape: another tessellation, which a person should look at.
    let others = 1.0 - numbers.shared_triangles;
    checks.push(check(
        "share of triangles that the candidate lacks",
        others,
        Some(0.0),
        None,
    ));
    if checks.iter().all(|check| check.verdict == Verdict::Pass) {
        let sentence = "the candidate has triangles that the control lacks".to_owned();
        return ladder.decide(RungName::Geometry, Verdict::Warn, sentence);
    }
    ladder.check(RungName::Geometry, checks);
}

/// What a difference amounts to on its own. Other triangles are left to box, surface and volume.
pub(crate) fn severity(difference: &GeometryDifference, limits: &GeometryThresholds) -> Verdict {
    let is_within = |limit: f64| difference.magnitude.is_some_and(|size| size <= limit);
    match difference.code.as_str() {
        "mesh_changed" => Verdict::Pass,
        "normals_changed" | "tree_changed" => Verdict::Warn,
        "material_changed" if is_within(limits.pass_material) => Verdict::Pass,
        "part_moved" if is_within(limits.grid) => Verdict::Warn,
        _ => Verdict::Fail,
    }
}

pub(crate) fn judge_data(numbers: &DataNumbers, ladder: &mut Ladder) {
    if ladder.is_equal() {
        return ladder.skip(RungName::Data, "the content is equal");
    }
    let Some(first) = numbers.differences.first() else {
        let sentence = match numbers.within_tolerance {
            0 => format!("all {} values are equal", numbers.values),
            close => format!(
                "{close} of {} values differ within the tolerance",
                numbers.values
            ),
        };
        return ladder.decide(RungName::Data, Verdict::Pass, sentence);
    };
    let side = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let sentence = format!(
        "{} values differ, first at {}: the control has {}, the candidate {}",
        numbers.difference_count,
        if first.pointer.is_empty() {
            "the root"
        } else {
            &first.pointer
        },
        side(&first.control),
        side(&first.candidate)
    );
    ladder.decide(RungName::Data, Verdict::Fail, sentence);
}

pub(crate) fn judge_intents(numbers: &IntentNumbers, ladder: &mut Ladder) {
    if let Some(intent) = numbers.missing.first() {
        let sentence = format!(
            "the candidate would not {}, as the control did",
            describe(intent)
        );
        return ladder.decide(RungName::Intents, Verdict::Fail, sentence);
    }
    if let Some(intent) = numbers.added.first() {
        let sentence = format!(
            "the candidate would {}, which the control didn't",
            describe(intent)
        );
        return ladder.decide(RungName::Intents, Verdict::Fail, sentence);
    }
    let sentence = match numbers.control.len() {
        0 => "neither side publishes or tells anybody".to_owned(),
        count => format!("both sides publish and tell the same, {count} in all"),
    };
    ladder.decide(RungName::Intents, Verdict::Pass, sentence);
}

fn describe(intent: &Intent) -> String {
    match intent {
        Intent::Publish {
            target, kind, name, ..
        } => format!("publish the {kind} `{name}` on {target}"),
        Intent::Notify {
            channel,
            recipients,
            subject,
        } => {
            format!("tell {} by {channel}: {subject}", recipients.join(", "))
        }
    }
}

/// The worst artifact speaks for all.
pub(crate) fn judge_parts(parts: &[Comparison], ladder: &mut Ladder) {
    let verdict = parts
        .iter()
        .fold(Verdict::Pass, |worst, part| worst.and(part.verdict));
    let speaks = |part: &&Comparison| part.verdict == verdict;
    let accepted = |part: &&Comparison| speaks(part) && part.accepted.is_some();
    // What passes by an acceptance alone is said first.
    let worst = parts
        .iter()
        .find(accepted)
        .or_else(|| parts.iter().find(speaks));
    let Some(worst) = worst else {
        return;
    };
    let name = if worst.name.is_empty() {
        worst.kind.as_str()
    } else {
        &worst.name
    };
    let sentence = match verdict {
        Verdict::Pass => format!("all {} pass; {name}: {}", parts.len(), worst.sentence),
        _ => format!("{name}: {}", worst.sentence),
    };
    ladder.decide(RungName::Artifacts, verdict, sentence);
}
