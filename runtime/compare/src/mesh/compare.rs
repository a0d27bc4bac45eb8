//! Sets two models side by side and names what differs: part missing, moved, material changed.

use std::collections::BTreeMap;

use hartomat_schema::{
    Blake3, GeometryDifference, GeometryFacts, GeometryNumbers, GeometryThresholds,
};
use rayon::prelude::*;

use super::multiset::{shared, sorted_cells};
use super::part_list::{Matches, part_list};
use super::parts::{MaterialValues, Model, PlacedPart, Shape, distance};

/// Differences that are listed; more are counted.
const MOST_DIFFERENCES: usize = 200;

/// Cell of the grid for corner normals, which have length 1.
const NORMAL_CELL: f64 = 0.02;

/// What two matched parts amount to.
struct Pair {
    shared: u64,
    differences: Vec<GeometryDifference>,
}

/// Numbers and the two content hashes.
pub(crate) fn compare(
    control: &Model,
    candidate: &Model,
    limits: &GeometryThresholds,
) -> (GeometryNumbers, [Blake3; 2]) {
    let sides = [control, candidate];
    let shapes = sides.map(shapes_of);
    let totals = [0, 1].map(|side: usize| {
        shapes[side]
            .iter()
            .fold(Shape::empty(), |sum, shape| sum.and(shape))
    });
    let diagonal = totals[0].diagonal().max(f64::MIN_POSITIVE);
    let cell = (diagonal * limits.grid).max(f64::MIN_POSITIVE);
    let (matches, mut differences) = match_parts(sides, &shapes);
    let compared: Vec<Pair> = matches
        .pairs
        .par_iter()
        .map(|&(a, b)| {
            let parts = [&control.parts[a], &candidate.parts[b]];
            compare_parts(parts, [&shapes[0][a], &shapes[1][b]], cell, diagonal)
        })
        .collect();
    let changed: Vec<bool> = compared
        .iter()
        .map(|pair| !pair.differences.is_empty())
        .collect();
    let (parts, part_count) = part_list(sides, &shapes, &matches, &changed);
    let shared_count: u64 = compared.iter().map(|pair| pair.shared).sum();
    differences.extend(compared.into_iter().flat_map(|pair| pair.differences));
    differences.extend(compare_exact_boxes(sides));
    let equal_triangles =
        shared_count == totals[0].triangles && shared_count == totals[1].triangles;
    let corner = |pick: fn(&Shape) -> [f64; 3]| distance(pick(&totals[0]), pick(&totals[1]));
    let bbox_delta = corner(|shape| shape.min).max(corner(|shape| shape.max)) / diagonal;
    let difference_count = differences.len() as u64;
    differences.truncate(MOST_DIFFERENCES);
    let numbers = GeometryNumbers {
        control: facts(control, &totals[0]),
        candidate: facts(candidate, &totals[1]),
        equal_triangles,
        shared_triangles: shared_count as f64 / totals[0].triangles.max(1) as f64,
        bbox_delta: if bbox_delta.is_finite() {
            bbox_delta
        } else {
            0.0
        },
        area_delta: relative(totals[0].area, totals[1].area),
        volume_delta: relative(totals[0].volume, totals[1].volume),
        differences,
        difference_count,
        parts,
        part_count,
    };
    let own_cell = |side: usize| (totals[side].diagonal() * limits.grid).max(f64::MIN_POSITIVE);
    (
        numbers,
        [0, 1].map(|side: usize| content_hash(sides[side], own_cell(side))),
    )
}

/// Relative difference that rounding explains.
const SAME_BOX: f64 = 1e-6;

fn compare_exact_boxes(sides: [&Model; 2]) -> Option<GeometryDifference> {
    let [a, b] = [sides[0].exact_bbox?, sides[1].exact_bbox?];
    let apart = distance(a.min_mm, b.min_mm).max(distance(a.max_mm, b.max_mm));
    let share = apart / a.diagonal_mm().max(f64::MIN_POSITIVE);
    (share > SAME_BOX).then(|| {
        let sentence = format!("the stored bounding boxes differ by {apart:.4} mm");
        difference("bbox_changed", "model", sentence, Some(share))
    })
}

fn shapes_of(model: &Model) -> Vec<Shape> {
    model
        .parts
        .par_iter()
        .map(|part| Shape::of(&part.triangles))
        .collect()
}

fn facts(model: &Model, total: &Shape) -> GeometryFacts {
    let or_zero =
        |corner: [f64; 3]| corner.map(|value| if value.is_finite() { value } else { 0.0 });
    GeometryFacts {
        parts: model.parts.len() as u64,
        triangles: total.triangles,
        bbox_min: or_zero(total.min),
        bbox_max: or_zero(total.max),
        area: total.area,
        volume: total.volume,
        exact_bbox: model.exact_bbox,
    }
}

fn relative(a: f64, b: f64) -> f64 {
    let size = a.abs().max(b.abs());
    if size == 0.0 {
        0.0
    } else {
        (a - b).abs() / size
    }
}

fn difference(
    code: &str,
    name: &str,
    sentence: String,
    magnitude: Option<f64>,
) -> GeometryDifference {
    GeometryDifference {
        code: code.to_owned(),
        name: name.to_owned(),
        sentence,
        magnitude,
    }
}

/// Index pairs of parts that belong together, and the parts that are alone. Parts of one name are
/// matched by how near they are.
fn match_parts(sides: [&Model; 2], shapes: &[Vec<Shape>; 2]) -> (Matches, Vec<GeometryDifference>) {
    let by_name = |model: &Model| {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, part) in model.parts.iter().enumerate() {
            names.entry(part.name.clone()).or_default().push(index);
        }
        names
    };
    let (control, mut candidate) = (by_name(sides[0]), by_name(sides[1]));
    let (mut matches, mut differences) = (Matches::default(), Vec::new());
    for (name, from) in control {
        let to = candidate.remove(&name).unwrap_or_default();
        let (matched, missing, added) = match_nearest(&from, &to, shapes);
        matches.pairs.extend(matched);
        differences.extend(alone(
            &name,
            &missing,
            "part_missing",
            "is missing in the candidate",
        ));
        differences.extend(alone(
            &name,
            &added,
            "part_added",
            "is only in the candidate",
        ));
        matches.missing.extend(missing);
        matches.added.extend(added);
    }
    for (name, added) in candidate {
        differences.extend(alone(
            &name,
            &added,
            "part_added",
            "is only in the candidate",
        ));
        matches.added.extend(added);
    }
    (matches, differences)
}

fn alone<'a>(
    name: &'a str,
    parts: &'a [usize],
    code: &'a str,
    words: &'a str,
) -> impl Iterator<Item = GeometryDifference> + 'a {
    parts
        .iter()
        .map(move |_| difference(code, name, format!("part `{name}` {words}"), None))
}

/// Larger groups of equal names are matched in order rather than by distance.
const LARGEST_GROUP: usize = 2000;

type Matched = (Vec<(usize, usize)>, Vec<usize>, Vec<usize>);

fn match_nearest(from: &[usize], to: &[usize], shapes: &[Vec<Shape>; 2]) -> Matched {
    if from.len().max(to.len()) > LARGEST_GROUP {
        let pairs = from.iter().copied().zip(to.iter().copied()).collect();
        let rest = |list: &[usize], other: usize| list[other.min(list.len())..].to_vec();
        return (pairs, rest(from, to.len()), rest(to, from.len()));
    }
    // Nearest pairs first, so that a part that is gone leaves its neighbours' partners alone.
    let mut candidates: Vec<(f64, usize, usize)> = Vec::with_capacity(from.len() * to.len());
    for &a in from {
        for &b in to {
            let apart = distance(shapes[0][a].center(), shapes[1][b].center());
            let counts = shapes[0][a].triangles.abs_diff(shapes[1][b].triangles);
            candidates.push((apart + counts as f64 * 1e-12, a, b));
        }
    }
    candidates.sort_by(|x, y| x.0.total_cmp(&y.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let (mut pairs, mut missing, mut added) = (Vec::new(), from.to_vec(), to.to_vec());
    for (_, a, b) in candidates {
        if missing.contains(&a) && added.contains(&b) {
            missing.retain(|&index| index != a);
            added.retain(|&index| index != b);
            pairs.push((a, b));
        }
    }
    pairs.sort_unstable();
    (pairs, missing, added)
}

fn compare_parts(parts: [&PlacedPart; 2], shapes: [&Shape; 2], cell: f64, diagonal: f64) -> Pair {
    let [control, candidate] = parts;
    let name = &control.name;
    let mut differences = Vec::new();
    let origin = [0.0; 3];
    let shared_here = shared(
        (&control.triangles, origin),
        (&candidate.triangles, origin),
        cell,
    );
    let same_count = control.triangles.len() == candidate.triangles.len();
    if same_count && shared_here == control.triangles.len() {
        differences.extend(compare_normals(control, candidate));
    } else {
        differences.push(shape_difference(
            [control, candidate],
            shapes,
            cell,
            diagonal,
        ));
    }
    if control.parents != candidate.parents {
        let path = |part: &PlacedPart| part.parents.join(" / ");
        let sentence = format!(
            "part `{name}` belongs to `{}` in the control and to `{}` in the candidate",
            path(control),
            path(candidate)
        );
        differences.push(difference("tree_changed", name, sentence, None));
    }
    differences.extend(compare_materials(
        name,
        &control.materials,
        &candidate.materials,
    ));
    Pair {
        shared: shared_here as u64,
        differences,
    }
}

/// Moved as it is, or another shape.
fn shape_difference(
    parts: [&PlacedPart; 2],
    shapes: [&Shape; 2],
    cell: f64,
    diagonal: f64,
) -> GeometryDifference {
    let [control, candidate] = parts;
    let name = &control.name;
    let apart = distance(shapes[0].center(), shapes[1].center());
    let there = shared(
        (&control.triangles, shapes[0].center()),
        (&candidate.triangles, shapes[1].center()),
        cell,
    );
    let moved = there == control.triangles.len() && there == candidate.triangles.len();
    let share = apart / diagonal;
    if moved && there > 0 {
        let sentence = format!(
            "part `{name}` moved by {:.4} ({:.2} % of the model's diagonal)",
            apart,
            share * 100.0
        );
        return difference("part_moved", name, sentence, Some(share));
    }
    let turned = relative(shapes[0].area, shapes[1].area) < 1e-4
        && relative(shapes[0].volume, shapes[1].volume) < 1e-4
        && control.triangles.len() == candidate.triangles.len();
    if turned
        && distance(shapes[0].max, shapes[1].max).max(distance(shapes[0].min, shapes[1].min))
            > 1e-3 * diagonal
    {
        let sentence =
            format!("part `{name}` is turned or mirrored, with surface and volume the same");
        return difference("part_moved", name, sentence, Some(share));
    }
    let sentence = format!(
        "part `{name}` has other triangles: {} in the control, {} in the candidate",
        control.triangles.len(),
        candidate.triangles.len()
    );
    difference("mesh_changed", name, sentence, Some(share))
}

fn compare_normals(control: &PlacedPart, candidate: &PlacedPart) -> Option<GeometryDifference> {
    let origin = [0.0; 3];
    let (a, b) = (&control.normals, &candidate.normals);
    let same = shared((a, origin), (b, origin), NORMAL_CELL);
    // Normals alone lie close together, so a few that snap apart on every grid prove nothing.
    let few = a.len() / 1000 + 1;
    if a.len() == b.len() && same + few >= a.len() {
        return None;
    }
    let name = &control.name;
    let sentence = format!("part `{name}` is shaded differently: its normals changed");
    Some(difference("normals_changed", name, sentence, None))
}

fn compare_materials(
    name: &str,
    control: &[MaterialValues],
    candidate: &[MaterialValues],
) -> Option<GeometryDifference> {
    // The order of primitives counts for nothing.
    let sorted = |materials: &[MaterialValues]| {
        let mut sorted = materials.to_vec();
        sorted.sort_by_key(|material| format!("{material:?}"));
        sorted
    };
    let (a, b) = (sorted(control), sorted(candidate));
    if a == b {
        return None;
    }
    let names = |materials: &[MaterialValues]| {
        let names: Vec<&str> = materials
            .iter()
            .map(|material| material.name.as_str())
            .collect();
        names.join(", ")
    };
    if a.len() != b.len() || names(&a) != names(&b) {
        let sentence = format!(
            "part `{name}` has the materials `{}` in the control and `{}` in the candidate",
            names(&a),
            names(&b)
        );
        return Some(difference("material_assigned", name, sentence, None));
    }
    let (material, what, size) = a
        .iter()
        .zip(&b)
        .map(|(a, b)| {
            let (what, size) = largest_material_delta(a, b);
            (a, what, size)
        })
        .max_by(|x, y| x.2.total_cmp(&y.2))?;
    let label = if material.name.is_empty() {
        "unnamed"
    } else {
        &material.name
    };
    let sentence =
        format!("material `{label}` of part `{name}` changed: {what} differs by {size:.4}");
    Some(difference("material_changed", name, sentence, Some(size)))
}

fn largest_material_delta(a: &MaterialValues, b: &MaterialValues) -> (&'static str, f64) {
    let color = (0..4)
        .map(|at| (a.base_color[at] - b.base_color[at]).abs())
        .fold(0.0, f64::max);
    let emissive = (0..3)
        .map(|at| (a.emissive[at] - b.emissive[at]).abs())
        .fold(0.0, f64::max);
    let switched = |same: bool| if same { 0.0 } else { 1.0 };
    let deltas = [
        ("base colour", color),
        ("metallic", (a.metallic - b.metallic).abs()),
        ("roughness", (a.roughness - b.roughness).abs()),
        ("emission", emissive),
        ("alpha mode", switched(a.alpha_mode == b.alpha_mode)),
        (
            "double-sidedness",
            switched(a.double_sided == b.double_sided),
        ),
        ("an extension or texture", switched(a.extra == b.extra)),
    ];
    deltas.into_iter().fold(("nothing", 0.0), |worst, next| {
        if next.1 > worst.1 { next } else { worst }
    })
}

/// BLAKE3 over names, places and materials of the parts and their sorted triangles.
fn content_hash(model: &Model, cell: f64) -> Blake3 {
    let mut parts: Vec<[u8; 32]> = model
        .parts
        .par_iter()
        .map(|part| {
            let mut hasher = blake3::Hasher::new();
            let mut materials: Vec<String> = part
                .materials
                .iter()
                .map(|material| format!("{material:?}"))
                .collect();
            materials.sort();
            hasher.update(format!("{:?} {:?} {materials:?}", part.name, part.parents).as_bytes());
            for (triangles, cell) in [(&part.triangles, cell), (&part.normals, NORMAL_CELL)] {
                for value in sorted_cells(triangles, cell).iter().flatten().flatten() {
                    hasher.update(&value.to_le_bytes());
                }
            }
            *hasher.finalize().as_bytes()
        })
        .collect();
    parts.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    hasher.update(format!("{:?}", model.exact_bbox).as_bytes());
    parts.iter().for_each(|part| {
        hasher.update(part);
    });
    Blake3::from_bytes(hasher.finalize().as_bytes())
}
