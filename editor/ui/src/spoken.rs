//! What screen readers get: icons are for the eye alone.
//!
//! An icon is a character of the icon font, and stands in labels beside the words. Read aloud it is
//! noise, so it is taken out of every name before the tree of a frame goes to the platform.

use egui::accesskit::{Node, Role};
use egui::{Context, FullOutput, Plugin};

/// Takes icons out of what screen readers get.
pub(crate) struct SpokenNames;

impl Plugin for SpokenNames {
    fn debug_name(&self) -> &'static str {
        "names for screen readers"
    }

    fn output_hook(&mut self, _ctx: &Context, output: &mut FullOutput) {
        let update = output.platform_output.accesskit_update.as_mut();
        for (_, node) in update.into_iter().flat_map(|update| &mut update.nodes) {
            speak(node);
        }
    }
}

fn speak(node: &mut Node) {
    if let Some(label) = node.label().and_then(without_icons) {
        node.set_label(label);
    }
    let Some(value) = node.value().and_then(without_icons) else {
        return;
    };
    // A label's text is its value; where that was an icon, it says nothing.
    if value.is_empty() && matches!(node.role(), Role::Label | Role::TextRun) {
        node.set_hidden();
    }
    node.set_value(value);
}

/// The words of a text with icons; none where there is no icon.
fn without_icons(text: &str) -> Option<String> {
    text.contains(is_icon).then(|| {
        let words = text.replace(is_icon, "");
        words.trim().to_owned()
    })
}

/// Icon fonts draw the characters that Unicode leaves to private use.
fn is_icon(character: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::without_icons;
    use crate::Icon;

    #[test]
    fn icons_are_taken_out_and_words_stay() {
        let label = format!("{}  No problems", Icon::Check.glyph());
        assert_eq!(without_icons(&label).as_deref(), Some("No problems"));
        assert_eq!(without_icons(Icon::Warning.glyph()).as_deref(), Some(""));
        assert_eq!(without_icons("12 × 3 px → ß"), None);
        for icon in Icon::ALL {
            assert_eq!(without_icons(icon.glyph()).as_deref(), Some(""), "{icon:?}");
        }
    }
}
