//! Findings that have no number of their own, held one by one against those that were accepted.
//!
//! A rung's sentence tells the first finding and counts the others, so an equal sentence proves nothing of
//! them.

use hartomat_schema::{
    Comparison, ContractFinding, DataDifference, DataNumbers, GeometryDifference, GeometryNumbers,
    Verdict,
};

use super::Uncovered;
use super::bounds::{holds, other};
use crate::judge::severity;

/// Whether every finding was accepted; else the first that wasn't.
pub(super) fn known_alone(comparison: &Comparison, accepted: &Comparison) -> Result<(), Uncovered> {
    let (measured, known) = (&comparison.measured, &accepted.measured);
    let is_new = |finding: &&ContractFinding| !known.contract.contains(finding);
    if let Some(new) = measured.contract.iter().find(is_new) {
        return Err(other(&format!("{} differ in another way", new.what)));
    }
    if let (Some(numbers), Some(known)) = (&measured.data, &known.data) {
        data_known(numbers, known)?;
    }
    match (&measured.geometry, &known.geometry) {
        (Some(numbers), Some(known)) => geometry_known(comparison, numbers, known),
        _ => Ok(()),
    }
}

fn data_known(numbers: &DataNumbers, known: &DataNumbers) -> Result<(), Uncovered> {
    for numbers in [numbers, known] {
        is_whole(numbers.difference_count, numbers.differences.len())?;
    }
    let is_cut = |value: &Option<String>| value.as_ref().is_some_and(|it| it.ends_with('…'));
    let is_new = |difference: &&DataDifference| {
        let cut = is_cut(&difference.control) || is_cut(&difference.candidate);
        cut || !known.differences.contains(difference)
    };
    match numbers.differences.iter().find(is_new) {
        Some(new) => Err(other(&format!("`{}` differs in another way", new.pointer))),
        None => Ok(()),
    }
}

fn geometry_known(
    comparison: &Comparison,
    numbers: &GeometryNumbers,
    known: &GeometryNumbers,
) -> Result<(), Uncovered> {
    for numbers in [numbers, known] {
        is_whole(numbers.difference_count, numbers.differences.len())?;
    }
    let limits = &comparison.thresholds.geometry;
    let mut in_question: Vec<&GeometryDifference> = numbers
        .differences
        .iter()
        .filter(|difference| severity(difference, limits) != Verdict::Pass)
        .collect();
    // Of parts with one name the largest difference takes the largest that was accepted.
    let size = |difference: &&GeometryDifference| difference.magnitude.unwrap_or(0.0);
    let mut left: Vec<&GeometryDifference> = known.differences.iter().collect();
    for list in [&mut in_question, &mut left] {
        list.sort_by(|a, b| size(b).total_cmp(&size(a)));
    }
    for difference in in_question {
        let found = left.iter().position(|known| is_covered(difference, known));
        let Some(found) = found else {
            return Err(other(&difference.sentence));
        };
        left.remove(found);
    }
    if numbers.equal_triangles {
        return Ok(());
    }
    for (measure, of) in SHAPE {
        holds(measure, of(numbers), of(known) + ROUNDING)?;
    }
    Ok(())
}

/// What the order of sums alone may change.
const ROUNDING: f64 = 1e-9;

type Measure = (&'static str, fn(&GeometryNumbers) -> f64);

const SHAPE: [Measure; 5] = [
    ("relative shift of the bounding box", |it| it.bbox_delta),
    ("relative difference of the surface", |it| it.area_delta),
    ("relative difference of the volume", |it| it.volume_delta),
    ("share of triangles that the candidate lacks", |it| {
        1.0 - it.shared_triangles
    }),
    ("share of triangles that the control lacks", |it| {
        let shared = (it.shared_triangles * it.control.triangles as f64).round();
        let all = it.candidate.triangles.max(1) as f64;
        (all - shared) / all
    }),
];

/// The same thing differs in the same way, and by no more.
fn is_covered(difference: &GeometryDifference, known: &GeometryDifference) -> bool {
    let is_same = difference.code == known.code && difference.name == known.name;
    // Moved and turned parts share a code; their words tell them apart.
    let words = |difference: &GeometryDifference| -> String {
        let letters = difference.sentence.chars();
        letters.filter(|letter| !letter.is_ascii_digit()).collect()
    };
    is_same
        && match (difference.magnitude, known.magnitude) {
            (Some(size), Some(bound)) => size <= bound && words(difference) == words(known),
            (None, None) => difference.sentence == known.sentence,
            _ => false,
        }
}

/// Findings beyond those that are listed could be anything.
fn is_whole(count: u64, listed: usize) -> Result<(), Uncovered> {
    match count == listed as u64 {
        true => Ok(()),
        false => Err(other("there are more differences than are listed")),
    }
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{ArtifactKind, GeometryFacts, Lane, Measured};

    use super::super::bounds::no_worse;
    use super::*;
    use crate::assemble::assemble;
    use crate::data::compare_data;
    use crate::options::CompareOptions;

    #[track_caller]
    fn check(comparison: &Comparison, accepted: &Comparison, covered: bool) {
        assert_ne!(comparison.verdict, Verdict::Pass);
        let found = no_worse(comparison, accepted);
        assert_eq!(found.is_ok(), covered, "{found:?}: {}", comparison.sentence);
    }

    #[test]
    fn another_value_behind_the_first_is_not_accepted() {
        let compare = |candidate: &str| {
            let control = br#"{"a": 1, "b": 1}"#;
            compare_data(control, candidate.as_bytes(), &CompareOptions::default())
        };
        let accepted = compare(r#"{"a": 2, "b": 2}"#);
        check(&compare(r#"{"a": 2, "b": 2}"#), &accepted, true);
        let other = compare(r#"{"a": 2, "b": 3}"#);
        assert_eq!(other.sentence, accepted.sentence);
        check(&other, &accepted, false);
        let long = |last: &str| compare(&format!(r#"{{"a": "{}{last}", "b": 1}}"#, "x".repeat(99)));
        check(&long("1"), &long("2"), false);
    }

    #[test]
    fn a_list_that_was_cut_off_accepts_nothing() {
        let compare = |last: u32| {
            let values = |value: u32| (0..300).map(|_| value).collect::<Vec<u32>>();
            let [control, mut candidate] = [values(1), values(2)];
            candidate[299] = last;
            let [a, b] = [control, candidate].map(|it| format!("{it:?}"));
            compare_data(a.as_bytes(), b.as_bytes(), &CompareOptions::default())
        };
        check(&compare(2), &compare(3), false);
    }

    fn geometry(shift: f64, others: &[(&str, &str, &str, Option<f64>)]) -> Comparison {
        let facts = GeometryFacts {
            parts: 3,
            triangles: 36,
            bbox_min: [0.0; 3],
            bbox_max: [1.0; 3],
            area: 6.0,
            volume: 1.0,
            exact_bbox: None,
        };
        let first = ("part_missing", "cage", "part `cage` is missing", None);
        let differences = std::iter::once(&first).chain(others);
        let differences: Vec<GeometryDifference> = differences
            .map(|(code, name, sentence, magnitude)| GeometryDifference {
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                sentence: (*sentence).to_owned(),
                magnitude: *magnitude,
            })
            .collect();
        let numbers = GeometryNumbers {
            control: facts.clone(),
            candidate: facts,
            equal_triangles: false,
            shared_triangles: 0.5,
            bbox_delta: shift,
            area_delta: 0.0,
            volume_delta: 0.0,
            difference_count: differences.len() as u64,
            differences,
            parts: Vec::new(),
            part_count: 3,
        };
        let measured = Measured {
            geometry: Some(numbers),
            ..Measured::default()
        };
        let options = CompareOptions::default();
        assemble(ArtifactKind::GLB, Lane::default(), measured, &options)
    }

    #[test]
    fn another_part_behind_the_first_is_not_accepted() {
        let moved = |size| geometry(0.1, &[("part_moved", "ball", "moved by 0.2", Some(size))]);
        let accepted = moved(0.2);
        check(&moved(0.2), &accepted, true);
        check(&moved(0.1), &accepted, true);
        check(&moved(0.3), &accepted, false);
        for (other, words) in [("housing", "moved by 0.2"), ("ball", "is turned")] {
            let other = geometry(0.1, &[("part_moved", other, words, Some(0.2))]);
            assert_eq!(other.sentence, accepted.sentence);
            check(&other, &accepted, false);
        }
        let farther = geometry(0.2, &[("part_moved", "ball", "moved by 0.2", Some(0.2))]);
        check(&farther, &accepted, false);
    }

    #[test]
    fn a_second_finding_of_the_contract_is_not_accepted() {
        let finding = |what: &str| ContractFinding {
            what: what.to_owned(),
            control: "one".to_owned(),
            candidate: "other".to_owned(),
            verdict: Verdict::Fail,
        };
        let with = |contract: Vec<ContractFinding>| {
            let measured = Measured {
                contract,
                ..Measured::default()
            };
            let options = CompareOptions::default();
            assemble(ArtifactKind::IMAGE, Lane::default(), measured, &options)
        };
        let accepted = with(vec![finding("depths")]);
        check(&with(vec![finding("depths")]), &accepted, true);
        let two = with(vec![finding("depths"), finding("colour entries")]);
        check(&two, &accepted, false);
    }
}
