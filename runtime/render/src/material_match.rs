//! Suggests a material per part, from its name, then its CAD colour.
//!
//! Names win over colours: a designer who writes "O-Ring" means rubber, whatever colour it has.

use std::collections::BTreeSet;

use hartomat_schema::{Material, MaterialAssignment, MaterialMap, MaterialSource, PartList, Rgba};

use crate::MaterialLibrary;
use crate::material_library::fold;

/// Words in part names, English and German, and the material that such parts usually have. The first
/// that matches wins; folded, and found at the ends of compound words from four letters on.
const WORDS: &[(&str, &[&str])] = &[
    (
        "rubber_black",
        &[
            "oring",
            "seal",
            "dichtung",
            "dichtring",
            "gasket",
            "wiper",
            "abstreifer",
            "grommet",
            "tuelle",
            "bellows",
            "faltenbalg",
            "tire",
            "tyre",
            "reifen",
            "bumper",
            "puffer",
            "vbelt",
            "keilriemen",
            "zahnriemen",
            "simmerring",
            "wellendichtring",
            "hose",
            "schlauch",
            "manschette",
            "daempfer",
        ],
    ),
    ("copper", &["coil", "spule", "busbar", "stromschiene"]),
    ("pcb_green", &["board"]),
    (
        "glass_clear",
        &[
            "lens",
            "linse",
            "window",
            "sichtfenster",
            "scheinwerferglas",
        ],
    ),
    (
        "steel_polished",
        &[
            "ball",
            "balls",
            "kugel",
            "kugeln",
            "roller",
            "waelzkoerper",
            "rolle",
            "needle",
            "nadel",
            "innerring",
            "outerring",
            "innenring",
            "aussenring",
            "lagerring",
            "race",
            "bearing",
            "lager",
            "kugellager",
            "raceway",
        ],
    ),
    (
        "brass",
        &[
            "cage",
            "kaefig",
            "insert",
            "gewindeeinsatz",
            "fitting",
            "nipple",
            "nippel",
        ],
    ),
    (
        "bronze",
        &[
            "bushing",
            "buchse",
            "bush",
            "gleitlager",
            "lagerbuchse",
            "wormwheel",
            "schneckenrad",
        ],
    ),
    (
        "steel_zinc",
        &[
            "bolt",
            "screw",
            "nut",
            "washer",
            "stud",
            "rivet",
            "schraube",
            "mutter",
            "scheibe",
            "unterlegscheibe",
            "bolzen",
            "niet",
            "gewindestange",
            "fastener",
            "clamp",
            "schelle",
            "bracket",
            "winkel",
            "halter",
        ],
    ),
    (
        "steel_black_oxide",
        &[
            "setscrew",
            "madenschraube",
            "circlip",
            "retainingring",
            "sicherungsring",
            "sprengring",
            "key",
            "passfeder",
            "pin",
            "stift",
            "zylinderstift",
            "dowel",
        ],
    ),
    (
        "spring_steel",
        &["spring", "feder", "druckfeder", "tellerfeder"],
    ),
    (
        "steel_ground",
        &[
            "shaft",
            "axle",
            "spindle",
            "rod",
            "welle",
            "achse",
            "stange",
            "spindel",
            "kolbenstange",
            "piston",
            "kolben",
            "pinion",
            "ritzel",
            "gear",
            "zahnrad",
            "stirnrad",
            "sprocket",
            "kettenrad",
            "worm",
            "schnecke",
            "planet",
            "planetenrad",
            "hohlrad",
            "sonnenrad",
            "cam",
            "nocken",
            "crank",
            "kurbel",
        ],
    ),
    (
        "cast_iron",
        &[
            "foot",
            "fuss",
            "flywheel",
            "schwungrad",
            "pulley",
            "riemenscheibe",
            "bedplate",
            "grundgestell",
        ],
    ),
    (
        "aluminium_cast",
        &[
            "housing",
            "gehaeuse",
            "casing",
            "carter",
            "getriebegehaeuse",
            "enclosure",
            "flange",
            "flansch",
            "cover",
            "deckel",
            "haube",
            "lid",
            "body",
            "koerper",
            "carrier",
            "traeger",
            "planetentraeger",
            "yoke",
        ],
    ),
    (
        "aluminium_anodised",
        &[
            "plate",
            "platte",
            "profile",
            "profil",
            "heatsink",
            "kuehlkoerper",
            "base",
            "mount",
            "rail",
            "schiene",
            "panel",
            "frame",
            "rahmen",
            "blech",
        ],
    ),
    (
        "pa_black",
        &[
            "knob",
            "griff",
            "knauf",
            "handle",
            "cap",
            "kappe",
            "stopfen",
            "plug",
            "stecker",
            "connector",
            "spacer",
            "distanz",
            "abstandshalter",
            "clip",
            "button",
            "taste",
            "knopf",
            "hebel",
            "lever",
            "fan",
            "luefter",
            "impeller",
        ],
    ),
];

/// A colour nearer than this to a material's, in perceived terms, means that material.
const NEAR: f32 = 0.045;
/// Materials that a CAD colour may stand for: their colour is unlike anything else's.
const TELLING: &[&str] = &[
    "brass",
    "copper",
    "gold",
    "bronze",
    "aluminium_anodised_gold",
];

/// A material for every part of the list.
pub fn suggest_materials(parts: &PartList, library: &MaterialLibrary) -> MaterialMap {
    let mut unresolved = Vec::new();
    let assign = |(index, part): (usize, &hartomat_schema::Part)| {
        let color = part_color(parts, index);
        let (material, source) = by_name(&part.name, library)
            .map(|material| (material, MaterialSource::Name))
            .or_else(|| Some((by_color(color?, library)?, MaterialSource::CadColor)))
            .map_or(
                (MaterialLibrary::FALLBACK, MaterialSource::Fallback),
                |(material, source)| (material.key.as_str(), source),
            );
        if source == MaterialSource::Fallback {
            unresolved.push(part.name.clone());
        }
        assignment(index, &part.name, material, source, color, library)
    };
    let assignments = parts.parts.iter().enumerate().map(assign).collect();
    MaterialMap {
        assignments,
        unresolved,
    }
}

/// An assignment; the CAD colour goes along where the material takes it on.
pub(crate) fn assignment(
    part: usize,
    part_name: &str,
    material: &str,
    source: MaterialSource,
    color: Option<Rgba>,
    library: &MaterialLibrary,
) -> MaterialAssignment {
    let takes = library
        .get(material)
        .is_some_and(|material| material.takes_cad_color);
    MaterialAssignment {
        part,
        part_name: part_name.to_owned(),
        material: material.to_owned(),
        source,
        color: color.filter(|_| takes),
    }
}

/// The part's colour, else that of its first coloured occurrence.
pub(crate) fn part_color(parts: &PartList, index: usize) -> Option<Rgba> {
    let of_node = || {
        let mut nodes = parts.nodes.iter().filter(|node| node.part == Some(index));
        nodes.find_map(|node| node.color)
    };
    parts.parts.get(index)?.color.or_else(of_node)
}

/// The material that a part's name says outright or by what such parts are made of.
fn by_name<'a>(name: &str, library: &'a MaterialLibrary) -> Option<&'a Material> {
    let words = words(name);
    said_outright(&words, library).or_else(|| {
        let said = |meets: &dyn Fn(&str, &str) -> bool| {
            WORDS.iter().find(|(_, known)| {
                known
                    .iter()
                    .any(|known| words.iter().any(|word| meets(word, known)))
                    || known
                        .iter()
                        .any(|known| words.windows(2).any(|pair| pair.concat() == *known))
            })
        };
        // What a compound ends with is what it is: a "Lagerdeckel" is a cover, no bearing.
        let (key, _) = said(&is_kind_of).or_else(|| said(&starts_with))?;
        library.get(key)
    })
}

/// The longest run of words that is a name or alias of a material.
fn said_outright<'a>(words: &[String], library: &'a MaterialLibrary) -> Option<&'a Material> {
    for length in (1..=words.len().min(4)).rev() {
        for run in words.windows(length) {
            let name = run.concat();
            // Two letters and bare numbers ("A2", "PC", "12") are as often something else.
            if (name.len() >= 3 && !name.bytes().all(|byte| byte.is_ascii_digit()))
                && let Some(material) = library.named(&name)
            {
                return Some(material);
            }
        }
    }
    None
}

/// Whether a word is the known one, its plural, or a compound that ends with it.
fn is_kind_of(word: &str, known: &str) -> bool {
    let ending = ["", "s", "e", "n", "en", "es"];
    word.strip_prefix(known)
        .is_some_and(|rest| ending.contains(&rest))
        || (known.len() >= 4 && word.ends_with(known))
}

/// Whether a word is a compound that begins with the known one.
fn starts_with(word: &str, known: &str) -> bool {
    known.len() >= 5 && word.strip_prefix(known).is_some_and(|rest| rest.len() >= 4)
}

/// Folded words of a name: split at punctuation, digits, and where camel case begins anew.
fn words(name: &str) -> Vec<String> {
    let mut words = BTreeSet::new();
    let mut list: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut last = ' ';
    for letter in name.chars().take(400).chain(std::iter::once(' ')) {
        let camel = last.is_lowercase() && letter.is_uppercase();
        if (!letter.is_alphanumeric() || camel) && !current.is_empty() {
            list.push(fold(&std::mem::take(&mut current)));
        }
        if letter.is_alphanumeric() {
            current.push(letter);
        }
        last = letter;
    }
    // "bolt01" and "Zahnrad2" are the word and a number; the whole stays too, for "100Cr6".
    let mut all = Vec::new();
    for word in list {
        let letters = word.trim_matches(|c: char| c.is_ascii_digit()).to_owned();
        for word in [word, letters] {
            if !word.is_empty() && words.insert(word.clone()) {
                all.push(word);
            }
        }
    }
    all
}

/// A material that looks like the colour: a telling metal, steel for greys, else paint.
fn by_color(color: Rgba, library: &MaterialLibrary) -> Option<&Material> {
    let [r, g, b, alpha] = color.0;
    let lab = perceived([r, g, b]);
    if alpha < 0.6 {
        return library.get("acrylic_clear");
    }
    let telling = TELLING.iter().filter_map(|key| library.get(key));
    let near = telling
        .map(|material| (distance(lab, perceived(material.base_color)), material))
        .min_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((_, material)) = near.filter(|(distance, _)| *distance < NEAR) {
        return Some(material);
    }
    let colorful = lab[1].hypot(lab[2]);
    let key = match (colorful < 0.025, lab[0]) {
        (true, lightness) if lightness > 0.93 => "plastic_cad",
        (true, lightness) if lightness > 0.80 => "aluminium",
        (true, lightness) if lightness > 0.50 => "steel",
        (true, _) => "plastic_cad",
        (false, _) => "powder_cad",
    };
    library.get(key)
}

/// Oklab (Björn Ottosson, 2020) of a linear Rec. 709 colour.
fn perceived(rgb: [f32; 3]) -> [f32; 3] {
    let [r, g, b] = rgb.map(|value| value.clamp(0.0, 1.0));
    let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

fn distance(a: [f32; 3], b: [f32; 3]) -> f32 {
    (0..3)
        .map(|axis| (a[axis] - b[axis]).powi(2))
        .sum::<f32>()
        .sqrt()
}

#[cfg(test)]
mod tests {
    use hartomat_schema::{Digest, LengthUnit, Part, StepSource};

    use super::*;

    fn check(name: &str, color: Option<[f32; 3]>, material: &str, source: MaterialSource) {
        let parts = PartList {
            source: StepSource {
                digest: Digest::of(b""),
                application_protocol: "AP214".into(),
                unit: LengthUnit {
                    name: "millimetre".into(),
                    in_mm: 1.0,
                },
            },
            parts: vec![Part {
                name: name.into(),
                color: color.map(|[r, g, b]| Rgba([r, g, b, 1.0])),
                volume_mm3: None,
                area_mm2: None,
            }],
            nodes: Vec::new(),
        };
        let map = suggest_materials(&parts, &MaterialLibrary::builtin());
        let found = &map.assignments[0];
        assert_eq!(
            (found.material.as_str(), found.source),
            (material, source),
            "{name}"
        );
        assert_eq!(
            map.unresolved.len(),
            usize::from(source == MaterialSource::Fallback),
            "{name}"
        );
    }

    #[test]
    fn names_say_what_parts_are_made_of() {
        use MaterialSource::Name;
        check("Bolt M6", None, "steel_zinc", Name);
        check("bolt_1", Some([1.0, 0.0, 0.0]), "steel_zinc", Name);
        check("Sechskantschraube DIN 933", None, "steel_zinc", Name);
        check("GEHÄUSE", None, "aluminium_cast", Name);
        check("Getriebegehäuse links", None, "aluminium_cast", Name);
        check("HousingLeft", None, "aluminium_cast", Name);
        check("O-Ring 20x2", None, "rubber_black", Name);
        check("Dichtung", None, "rubber_black", Name);
        check("Kugel", None, "steel_polished", Name);
        check("Ball_07", None, "steel_polished", Name);
        check("Innenring", None, "steel_polished", Name);
        check(
            "Deckel Edelstahl gebürstet",
            None,
            "stainless_brushed",
            Name,
        );
        check("shaft (brass)", None, "brass", Name);
        check("Lagerdeckel geschlossen", None, "aluminium_cast", Name);
        check("Zahnrad2", None, "steel_ground", Name);
        check("PlanetCarrier", None, "steel_ground", Name);
    }

    #[test]
    fn colors_speak_where_names_are_silent() {
        use MaterialSource::{CadColor, Fallback};
        check("Part1", Some([0.9, 0.72, 0.37]), "brass", CadColor);
        check("Part1", Some([0.8, 0.02, 0.02]), "powder_cad", CadColor);
        check("Part1", Some([0.35, 0.35, 0.36]), "steel", CadColor);
        check("Part1", Some([0.01, 0.01, 0.01]), "plastic_cad", CadColor);
        check("Part1", None, "steel", Fallback);
        check("", None, "steel", Fallback);
    }
}
