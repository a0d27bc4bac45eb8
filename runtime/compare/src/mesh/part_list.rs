//! The parts of two models set side by side, for people: which is new, gone, or another.

use hartomat_schema::{ComparedPart, PartChange, PartFacts};

use super::parts::{Model, Shape};

/// Parts that are listed; more are counted.
const MOST_PARTS: usize = 2000;

/// Which parts belong together, by their places in the two models.
#[derive(Debug, Default)]
pub(super) struct Matches {
    /// Control and candidate.
    pub(super) pairs: Vec<(usize, usize)>,
    /// In the control alone.
    pub(super) missing: Vec<usize>,
    /// In the candidate alone.
    pub(super) added: Vec<usize>,
}

/// The parts by name, and how many there are. `changed` says which pairs differ, in their order.
pub(super) fn part_list(
    [control, candidate]: [&Model; 2],
    shapes: &[Vec<Shape>; 2],
    matches: &Matches,
    changed: &[bool],
) -> (Vec<ComparedPart>, u64) {
    let facts = |model: &Model, side: usize, index: usize| PartFacts {
        triangles: shapes[side][index].triangles,
        bbox_min: or_zero(shapes[side][index].min),
        bbox_max: or_zero(shapes[side][index].max),
        materials: model.parts[index]
            .materials
            .iter()
            .map(|it| it.name.clone())
            .collect(),
    };
    let pairs = matches
        .pairs
        .iter()
        .zip(changed)
        .map(|(&(a, b), changed)| ComparedPart {
            name: control.parts[a].name.clone(),
            change: if *changed {
                PartChange::Changed
            } else {
                PartChange::Same
            },
            control: Some(facts(control, 0, a)),
            candidate: Some(facts(candidate, 1, b)),
        });
    let missing = matches.missing.iter().map(|&index| ComparedPart {
        name: control.parts[index].name.clone(),
        change: PartChange::Removed,
        control: Some(facts(control, 0, index)),
        candidate: None,
    });
    let added = matches.added.iter().map(|&index| ComparedPart {
        name: candidate.parts[index].name.clone(),
        change: PartChange::Added,
        control: None,
        candidate: Some(facts(candidate, 1, index)),
    });
    let mut parts: Vec<_> = pairs.chain(missing).chain(added).collect();
    let count = parts.len() as u64;
    // Stable, so that parts of one name stay in the order of their model.
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    parts.truncate(MOST_PARTS);
    (parts, count)
}

/// A corner; zero where there is nothing that could have one.
fn or_zero(corner: [f64; 3]) -> [f64; 3] {
    corner.map(|value| if value.is_finite() { value } else { 0.0 })
}
