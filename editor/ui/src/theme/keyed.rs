//! Colours by key: categories of nodes and kinds of artifacts. Known keys have designed hues; any
//! other key gets a hue from its letters, the same on every machine.

use egui::Color32;

use super::colorspace::oklch;
use super::{Mode, Palette};

/// Hue in degrees and chroma of a key.
type Hue = (&'static str, f32, f32);

/// Geometry is cool, materials and scenes violet, what can be looked at warm.
const KINDS: &[Hue] = &[
    ("step_file", 250.0, 0.05),
    ("part_list", 222.0, 0.10),
    ("glb", 152.0, 0.14),
    ("stl", 178.0, 0.10),
    ("bbox", 122.0, 0.12),
    ("material_map", 338.0, 0.15),
    ("scene_template", 312.0, 0.11),
    ("scene", 290.0, 0.15),
    ("image", 80.0, 0.14),
    ("frames", 60.0, 0.12),
    ("video", 22.0, 0.15),
    ("blend", 48.0, 0.16),
    ("media_asset", 102.0, 0.14),
    ("notification", 2.0, 0.13),
    ("order_line", 258.0, 0.14),
];

const CATEGORIES: &[Hue] = &[
    ("input", 252.0, 0.10),
    ("cad", 160.0, 0.11),
    ("material", 338.0, 0.12),
    ("scene", 292.0, 0.13),
    ("render", 72.0, 0.13),
    ("output", 24.0, 0.13),
];

impl Palette {
    /// Colour of an artifact kind, for ports, edges and badges. Legible as text on every surface.
    pub fn artifact_kind(&self, key: &str) -> Color32 {
        keyed(self.mode, KINDS, key)
    }

    /// Colour of a category of nodes. Legible as text on every surface.
    pub fn category(&self, key: &str) -> Color32 {
        keyed(self.mode, CATEGORIES, key)
    }

    /// A surface tinted with a colour, such as the header of a node: text in [`Palette::text`] and
    /// [`Palette::text_strong`] stays legible on it.
    pub fn tint(&self, color: Color32) -> Color32 {
        let share = match self.mode {
            Mode::Dark => 0.16,
            Mode::Light => 0.13,
        };
        self.raised.lerp_to_gamma(color, share)
    }
}

fn keyed(mode: Mode, designed: &[Hue], key: &str) -> Color32 {
    let known = designed.iter().find(|(name, ..)| *name == key);
    let (hue, chroma) = known.map_or_else(|| derived(key), |(_, hue, chroma)| (*hue, *chroma));
    match mode {
        Mode::Dark => oklch(0.78, chroma, hue),
        Mode::Light => oklch(0.47, chroma * 1.1, hue),
    }
}

/// FNV-1a, spread over the circle in 24 hues and two chromas that can be told apart.
fn derived(key: &str) -> (f32, f32) {
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 32)) as u32;
    let hue = (hash % 24) as f32 * 15.0;
    let chroma = if (hash / 24).is_multiple_of(2) {
        0.08
    } else {
        0.14
    };
    (hue, chroma)
}

#[cfg(test)]
mod tests {
    use super::super::contrast;
    use super::*;

    #[test]
    fn every_key_is_legible_as_text() {
        for mode in [Mode::Dark, Mode::Light] {
            let palette = Palette::of(mode);
            let unknown: Vec<String> = (0..500).map(|index| format!("kind_{index}")).collect();
            let kinds = KINDS.iter().chain(CATEGORIES).map(|(key, ..)| *key);
            for key in kinds.chain(unknown.iter().map(String::as_str)) {
                for color in [palette.artifact_kind(key), palette.category(key)] {
                    for (surface, background) in palette.surfaces() {
                        let ratio = contrast(color, background);
                        assert!(ratio >= 4.5, "{mode:?} {key} on {surface}: {ratio:.2}");
                    }
                }
            }
        }
    }

    #[test]
    fn text_stays_legible_on_tinted_surfaces() {
        for mode in [Mode::Dark, Mode::Light] {
            let palette = Palette::of(mode);
            for (key, ..) in KINDS.iter().chain(CATEGORIES) {
                for color in [palette.artifact_kind(key), palette.category(key)] {
                    let tint = palette.tint(color);
                    for text in [palette.text, palette.text_strong, palette.text_weak] {
                        assert!(contrast(text, tint) >= 4.5, "{mode:?} {key}");
                    }
                    assert!(
                        contrast(color, tint) >= 3.0,
                        "{mode:?} {key}: icon on its tint"
                    );
                }
            }
        }
    }

    #[test]
    fn a_key_has_one_colour_and_known_keys_differ() {
        let palette = Palette::of(Mode::Dark);
        assert_eq!(
            palette.artifact_kind("point_cloud"),
            palette.artifact_kind("point_cloud")
        );
        let mut colors: Vec<_> = KINDS
            .iter()
            .map(|(key, ..)| palette.artifact_kind(key).to_array())
            .collect();
        colors.sort_unstable();
        colors.dedup();
        assert_eq!(colors.len(), KINDS.len());
    }
}
