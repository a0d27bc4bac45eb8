//! Compares GLB and STL files by what they mean: triangles in whatever order, parts by name,
//! placement, materials. Buffer layout, shared accessors and generators count for nothing.

mod compare;
mod glb;
mod gltf_json;
mod multiset;
mod part_list;
mod parts;
mod stl;

use hartomat_schema::{ArtifactKind, Comparison, Digest, Measured};

pub(crate) use stl::is_stl;

use crate::assemble::assemble;
use crate::error::ReadError;
use crate::options::CompareOptions;
use parts::Model;

/// Most triangles of a model, each counted as often as it is placed.
pub const MOST_TRIANGLES: usize = 20_000_000;

/// Compares two binary glTF files by parts, placement, triangles and materials.
pub fn compare_glb(control: &[u8], candidate: &[u8], options: &CompareOptions) -> Comparison {
    compare_with(ArtifactKind::GLB, glb::read, [control, candidate], options)
}

/// Compares two STL files, binary or text, by their triangles.
pub fn compare_stl(control: &[u8], candidate: &[u8], options: &CompareOptions) -> Comparison {
    compare_with(ArtifactKind::STL, stl::read, [control, candidate], options)
}

fn compare_with(
    kind: ArtifactKind,
    read: fn(&[u8]) -> Result<Model, ReadError>,
    sides: [&[u8]; 2],
    options: &CompareOptions,
) -> Comparison {
    let mut measured = Measured::default();
    let known = [options.control_digest, options.candidate_digest];
    let mut models = Vec::with_capacity(2);
    let open = |side: usize| {
        let digest = known[side].unwrap_or_else(|| Digest::of(sides[side]));
        (digest, read(sides[side]))
    };
    let (a, b) = rayon::join(|| open(0), || open(1));
    let facts = [&mut measured.control, &mut measured.candidate];
    for ((facts, (digest, model)), bytes) in facts.into_iter().zip([a, b]).zip(sides) {
        facts.size_bytes = bytes.len() as u64;
        facts.file = Some(digest);
        match model {
            Ok(model) => models.push(model),
            Err(err) => facts.problem = Some(err.into_problem()),
        }
    }
    if let [control, candidate] = models.as_slice() {
        let (numbers, hashes) = compare::compare(control, candidate, &options.thresholds.geometry);
        measured.geometry = Some(numbers);
        let [from, to] = hashes;
        measured.control.content = Some(from);
        measured.candidate.content = Some(to);
    }
    assemble(kind, options.lane.unwrap_or_default(), measured, options)
}
