//! Resolves materials: overrides by part name, then the given map, then the fallback.

use std::collections::BTreeMap;

use hartomat_schema::{MaterialMap, MaterialSource, PartList};

use crate::material_library::fold;
use crate::material_match::{assignment, part_color};
use crate::{MaterialLibrary, RenderError};

/// A material of the library for every part, and the names of those that only got the fallback.
///
/// `overrides` go from patterns over part names (`*` any letters, `?` one; case doesn't matter) to
/// keys, names or aliases of materials; of several that match, the longest pattern wins.
///
/// Errors: the first name that the library doesn't know, with near ones.
pub fn resolve_materials(
    parts: &PartList,
    map: Option<&MaterialMap>,
    overrides: &BTreeMap<String, String>,
    fallback: &str,
    library: &MaterialLibrary,
) -> Result<MaterialMap, RenderError> {
    let fallback = library.find(fallback)?.key.as_str();
    let mut patterns = Vec::new();
    for (pattern, material) in overrides {
        patterns.push((lower(pattern), library.find(material)?.key.as_str()));
    }
    patterns.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.len()));
    let mut unresolved = Vec::new();
    let mut assignments = Vec::with_capacity(parts.parts.len());
    for (index, part) in parts.parts.iter().enumerate() {
        let name = lower(&part.name);
        let overridden = patterns.iter().find(|(pattern, _)| matches(pattern, &name));
        let given = map.and_then(|map| assigned(map, index, &part.name));
        let (material, source, color) = match (overridden, given) {
            (Some((_, material)), _) => (*material, MaterialSource::Assigned, None),
            (None, Some(given)) if given.source != MaterialSource::Fallback => (
                library.find(&given.material)?.key.as_str(),
                given.source,
                given.color,
            ),
            _ => (fallback, MaterialSource::Fallback, None),
        };
        if source == MaterialSource::Fallback {
            unresolved.push(part.name.clone());
        }
        let color = color.or_else(|| part_color(parts, index));
        assignments.push(assignment(
            index, &part.name, material, source, color, library,
        ));
    }
    Ok(MaterialMap {
        assignments,
        unresolved,
    })
}

/// The map's entry for a part: by index where the name agrees, else by name alone, so that a map made
/// for another revision of the file still serves.
fn assigned<'a>(
    map: &'a MaterialMap,
    part: usize,
    name: &str,
) -> Option<&'a hartomat_schema::MaterialAssignment> {
    let named = |entry: &&hartomat_schema::MaterialAssignment| fold(&entry.part_name) == fold(name);
    let same = map
        .assignments
        .iter()
        .find(|entry| entry.part == part && entry.part_name == name);
    same.or_else(|| map.assignments.iter().find(named))
}

fn lower(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Matches `*` and `?`; linear in memory, and at worst quadratic in time.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while seen < text.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, seen));
            at += 1;
        } else if pattern
            .get(at)
            .is_some_and(|&letter| letter == '?' || letter == text[seen])
        {
            at += 1;
            seen += 1;
        } else if let Some((star_at, taken)) = star {
            star = Some((star_at, taken + 1));
            at = star_at + 1;
            seen = taken + 1;
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{Digest, LengthUnit, Part, Rgba, StepSource};

    use super::*;
    use crate::suggest_materials;

    fn parts(names: &[&str]) -> PartList {
        let part = |name: &&str| Part {
            name: (*name).into(),
            color: Some(Rgba([0.0, 0.2, 0.9, 1.0])),
            volume_mm3: None,
            area_mm2: None,
        };
        PartList {
            source: StepSource {
                digest: Digest::of(b""),
                application_protocol: "AP214".into(),
                unit: LengthUnit {
                    name: "millimetre".into(),
                    in_mm: 1.0,
                },
            },
            parts: names.iter().map(part).collect(),
            nodes: Vec::new(),
        }
    }

    #[test]
    fn overrides_win_then_the_map_then_the_fallback() {
        let library = MaterialLibrary::builtin();
        let list = parts(&["Bolt M6", "Bolt M8", "Cover"]);
        let mut map = suggest_materials(&list, &library);
        map.assignments.truncate(2);
        let overrides = [("*", "gummi"), ("bolt m?", "Messing")].map(|(a, b)| (a.into(), b.into()));
        let overrides = BTreeMap::from(overrides);
        let resolved = resolve_materials(&list, Some(&map), &overrides, "steel", &library).unwrap();
        let keys: Vec<_> = resolved
            .assignments
            .iter()
            .map(|entry| entry.material.as_str())
            .collect();
        assert_eq!(keys, ["brass", "brass", "rubber_black"]);
        let plain =
            resolve_materials(&list, Some(&map), &BTreeMap::new(), "Lack", &library).unwrap();
        let keys: Vec<_> = plain
            .assignments
            .iter()
            .map(|entry| entry.material.as_str())
            .collect();
        assert_eq!(keys, ["steel_zinc", "steel_zinc", "paint_cad"]);
        assert_eq!(plain.unresolved, ["Cover"]);
        assert_eq!(plain.assignments[2].color, list.parts[2].color);
        assert_eq!(plain.assignments[0].color, None);
    }

    #[test]
    fn unknown_materials_are_errors_even_where_no_part_matches() {
        let library = MaterialLibrary::builtin();
        let overrides = BTreeMap::from([("nothing".to_owned(), "unobtainium".to_owned())]);
        let err =
            resolve_materials(&parts(&["A"]), None, &overrides, "steel", &library).unwrap_err();
        assert!(matches!(err, RenderError::UnknownMaterial { .. }), "{err}");
    }

    #[test]
    fn patterns_match_whole_names() {
        let check = |pattern: &str, name: &str| matches(&lower(pattern), &lower(name));
        assert!(
            check("*", "")
                && check("a*c", "ABBC")
                && check("*ring*", "O-Ring 2")
                && check("?", "x")
        );
        assert!(!check("a*c", "abcd") && !check("", "a") && !check("??", "a"));
    }
}
