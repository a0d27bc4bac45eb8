//! The library of materials, built in from `assets/materials` or read from a folder.
//!
//! Names are compared without case, umlauts, accents, spaces and punctuation ([`fold`]). Within a
//! library no two materials may answer to the same name.

use std::collections::BTreeMap;
use std::path::Path;

use hartomat_schema::Material;

use crate::RenderError;
use crate::surface::check_material;

/// Files of `assets/materials`, in the order of pickers.
const BUILTIN: &[(&str, &str)] = &[
    (
        "steel.json",
        include_str!("../../../assets/materials/steel.json"),
    ),
    (
        "metal.json",
        include_str!("../../../assets/materials/metal.json"),
    ),
    (
        "plastic.json",
        include_str!("../../../assets/materials/plastic.json"),
    ),
    (
        "rubber.json",
        include_str!("../../../assets/materials/rubber.json"),
    ),
    (
        "glass.json",
        include_str!("../../../assets/materials/glass.json"),
    ),
    (
        "paint.json",
        include_str!("../../../assets/materials/paint.json"),
    ),
    (
        "other.json",
        include_str!("../../../assets/materials/other.json"),
    ),
];
const MAX_FILE_BYTES: u64 = 4 << 20;

/// Materials by key, name and alias.
#[derive(Debug, Clone, PartialEq)]
pub struct MaterialLibrary {
    materials: Vec<Material>,
    /// Folded key, name or alias to the position in `materials`.
    names: BTreeMap<String, usize>,
}

impl MaterialLibrary {
    /// The key of the material that parts get when nothing else is known.
    pub const FALLBACK: &'static str = "steel";

    /// The materials that come with the product.
    pub fn builtin() -> Self {
        Self::from_files(builtin_files()).expect("a test reads every built-in material")
    }

    /// The built-in materials, with those of a folder's `*.json` files added or in their place.
    ///
    /// Errors: a file that can't be read or holds no array of materials, values out of range, two
    /// materials with one name.
    pub fn with_folder(folder: &Path) -> Result<Self, RenderError> {
        Self::from_files(builtin_files().chain(read_folder(folder)?))
    }

    fn from_files(files: impl Iterator<Item = (String, String)>) -> Result<Self, RenderError> {
        let mut materials: Vec<Material> = Vec::new();
        for (file, text) in files {
            let read: Vec<Material> =
                serde_json::from_str(&text).map_err(|err| RenderError::Library {
                    file: file.clone(),
                    problem: err.to_string(),
                })?;
            for material in read {
                check_material(&material, &format!("{file}: {}", material.key))?;
                match materials.iter_mut().find(|known| known.key == material.key) {
                    Some(known) => *known = material,
                    None => materials.push(material),
                }
            }
        }
        let names = name_index(&materials)?;
        Ok(Self { materials, names })
    }

    /// A material by its key.
    pub fn get(&self, key: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.key == key)
    }

    /// A material by key, name or alias, however it is written.
    ///
    /// Errors: [`RenderError::UnknownMaterial`] with near names.
    pub fn find(&self, name: &str) -> Result<&Material, RenderError> {
        self.named(&fold(name))
            .ok_or_else(|| RenderError::UnknownMaterial {
                name: name.chars().take(120).collect(),
                suggestions: self.near(name),
            })
    }

    /// All materials in the order of pickers.
    pub fn iter(&self) -> impl Iterator<Item = &Material> {
        self.materials.iter()
    }

    /// A material by a name that is folded already.
    pub(crate) fn named(&self, folded: &str) -> Option<&Material> {
        self.names.get(folded).map(|&index| &self.materials[index])
    }

    /// Up to three names near a misspelt one.
    fn near(&self, name: &str) -> Vec<String> {
        let wanted: Vec<char> = fold(name).chars().take(40).collect();
        let mut scored: Vec<(usize, usize)> = Vec::new();
        for (known, &index) in &self.names {
            let letters: Vec<char> = known.chars().collect();
            let distance = edit_distance(&wanted, &letters);
            let contained = letters.len() >= 4
                && wanted.len() >= 4
                && (known.contains(&wanted.iter().collect::<String>())
                    || wanted.iter().collect::<String>().contains(known.as_str()));
            if distance <= 1 + wanted.len() / 4 {
                scored.push((distance, index));
            } else if contained {
                scored.push((wanted.len(), index));
            }
        }
        scored.sort_unstable();
        let mut keys: Vec<String> = Vec::new();
        for (_, index) in scored {
            let key = &self.materials[index].key;
            if keys.len() < 3 && !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        keys
    }
}

fn builtin_files() -> impl Iterator<Item = (String, String)> {
    BUILTIN
        .iter()
        .map(|&(name, text)| (name.to_owned(), text.to_owned()))
}

fn name_index(materials: &[Material]) -> Result<BTreeMap<String, usize>, RenderError> {
    let mut names = BTreeMap::new();
    for (index, material) in materials.iter().enumerate() {
        let own = [&material.key, &material.name];
        for name in own.into_iter().chain(&material.aliases) {
            let other = names
                .insert(fold(name), index)
                .filter(|&other| other != index);
            if let Some(other) = other {
                let problem = format!("`{name}` is also a name of {}", materials[other].key);
                return Err(RenderError::Library {
                    file: format!("material {}", material.key),
                    problem,
                });
            }
        }
    }
    Ok(names)
}

/// Name and text of a folder's `*.json` files, by name.
pub(crate) fn read_folder(
    folder: &Path,
) -> Result<impl Iterator<Item = (String, String)> + use<>, RenderError> {
    let failed = |path: &Path, problem: String| RenderError::Library {
        file: path.display().to_string(),
        problem,
    };
    let entries = std::fs::read_dir(folder).map_err(|err| failed(folder, err.to_string()))?;
    let mut files = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|err| failed(folder, err.to_string()))?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let size = path
            .metadata()
            .map_err(|err| failed(&path, err.to_string()))?
            .len();
        if size > MAX_FILE_BYTES {
            return Err(failed(
                &path,
                format!("{size} bytes are more than {MAX_FILE_BYTES}"),
            ));
        }
        let text = std::fs::read_to_string(&path).map_err(|err| failed(&path, err.to_string()))?;
        files.insert(path.display().to_string(), text);
    }
    Ok(files.into_iter())
}

/// Lower case, umlauts and accents spelt out, letters and digits alone.
pub(crate) fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'ø' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'é' | 'è' | 'ê' | 'ë' => folded.push('e'),
            'á' | 'à' | 'â' | 'å' => folded.push('a'),
            'ó' | 'ò' | 'ô' => folded.push('o'),
            'ç' => folded.push('c'),
            'ñ' => folded.push('n'),
            other if other.is_alphanumeric() => folded.push(other),
            _ => {}
        }
    }
    folded
}

/// Levenshtein's distance.
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = corner + usize::from(from != to);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_materials_read_and_are_plenty() {
        let library = MaterialLibrary::builtin();
        assert!(library.iter().count() >= 36);
        assert!(library.get(MaterialLibrary::FALLBACK).is_some());
        for key in ["plastic_cad", "paint_cad", "powder_cad"] {
            assert!(
                library
                    .get(key)
                    .expect("a material in CAD colour")
                    .takes_cad_color
            );
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        let library = MaterialLibrary::builtin();
        for (name, key) in [
            ("Edelstahl", "stainless"),
            ("EDELSTAHL GEBÜRSTET", "stainless_brushed"),
            ("edelstahl gebuerstet", "stainless_brushed"),
            ("Messing", "brass"),
            ("gummi", "rubber_black"),
            ("steel-brushed", "steel_brushed"),
            ("Aluminium, machined", "aluminium"),
            ("RAL 7035", "paint_light_grey"),
            ("100Cr6", "steel_polished"),
        ] {
            assert_eq!(library.find(name).expect(name).key, key, "{name}");
        }
    }

    #[test]
    fn unknown_names_bring_near_ones() {
        let err = MaterialLibrary::builtin()
            .find("mesing")
            .expect_err("misspelt");
        assert_eq!(
            err.to_string(),
            "no material is named `mesing`; near: `brass`"
        );
        let err = MaterialLibrary::builtin()
            .find("qqqqqqqqqqqq")
            .expect_err("nonsense");
        assert_eq!(err.to_string(), "no material is named `qqqqqqqqqqqq`");
    }
}
