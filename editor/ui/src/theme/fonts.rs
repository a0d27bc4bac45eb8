//! The fonts: Inter in three weights for the interface, JetBrains Mono for code, Phosphor for icons.

use std::sync::Arc;

use egui::epaint::text::VariationCoords;
use egui::{FontData, FontDefinitions, FontFamily, FontId, FontTweak};

/// Name of the family for labels that lead.
pub const MEDIUM: &str = "medium";
/// Name of the family for titles.
pub const SEMIBOLD: &str = "semibold";

const INTER: &[u8] = include_bytes!("../../fonts/Inter.ttf");
const MONO: &[u8] = include_bytes!("../../fonts/JetBrainsMono.ttf");
const ICONS: &str = "icons";

/// Body text.
pub fn regular(size: f32) -> FontId {
    FontId::proportional(size)
}

/// Labels that lead.
pub fn medium(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(MEDIUM.into()))
}

/// Titles.
pub fn semibold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SEMIBOLD.into()))
}

/// Code, keys and paths.
pub fn mono(size: f32) -> FontId {
    FontId::monospace(size)
}

pub(super) fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let weights = [
        (FontFamily::Proportional, "Inter", 400.0),
        (FontFamily::Name(MEDIUM.into()), "Inter Medium", 500.0),
        (FontFamily::Name(SEMIBOLD.into()), "Inter SemiBold", 600.0),
    ];
    for (family, name, weight) in weights {
        let tweak = FontTweak {
            coords: VariationCoords::new([(b"wght", weight)]),
            ..FontTweak::default()
        };
        insert(&mut fonts, name, FontData::from_static(INTER).tweak(tweak));
        let names = vec![name.to_owned(), ICONS.to_owned()];
        fonts.families.insert(family, names);
    }
    insert(&mut fonts, "JetBrains Mono", FontData::from_static(MONO));
    let names = ["JetBrains Mono", "Inter", ICONS].map(str::to_owned);
    fonts.families.insert(FontFamily::Monospace, names.to_vec());
    let icons = FontData::from_static(egui_phosphor::Variant::Regular.font_bytes());
    insert(&mut fonts, ICONS, icons);
    fonts
}

/// Whether a context has the fonts in this frame.
pub(super) fn are_there(ctx: &egui::Context) -> bool {
    let family = FontFamily::Name(SEMIBOLD.into());
    ctx.fonts(|fonts| fonts.definitions().families.contains_key(&family))
}

fn insert(fonts: &mut FontDefinitions, name: &str, data: FontData) {
    fonts.font_data.insert(name.to_owned(), Arc::new(data));
}
