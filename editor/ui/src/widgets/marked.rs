//! Text with names of ports and types in it, as the runtime marks them: between backquotes. On screen
//! the quotes go and the names stand out.

use egui::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{Color32, FontId};

use crate::theme::{Palette, mono, regular, size};

/// How a marked text is drawn.
#[derive(Debug, Clone)]
pub struct Marked {
    /// Font of what stands between names.
    pub font: FontId,
    /// Colour of what stands between names.
    pub color: Color32,
    /// Colour of names.
    pub name_color: Color32,
}

impl Marked {
    /// What leads: body text.
    pub fn body(palette: &Palette) -> Self {
        Self {
            font: regular(size::TEXT),
            color: palette.text,
            name_color: palette.text_strong,
        }
    }

    /// What stands back: small and quiet.
    pub fn quiet(palette: &Palette) -> Self {
        Self {
            font: regular(size::SMALL_TEXT),
            color: palette.text_weak,
            name_color: palette.text,
        }
    }

    /// The text in at most so many rows of this width.
    pub fn layout(&self, text: &str, max_width: f32, max_rows: usize) -> LayoutJob {
        let mut job = LayoutJob::default();
        for (part, is_name) in parts(text) {
            let format = if is_name {
                // Letters of the same width look larger than they are.
                TextFormat::simple(mono(self.font.size - 1.0), self.name_color)
            } else {
                TextFormat::simple(self.font.clone(), self.color)
            };
            job.append(part, 0.0, format);
        }
        job.wrap = TextWrapping {
            max_width,
            max_rows,
            ..TextWrapping::default()
        };
        job
    }
}

/// The parts of a text, and whether they are names. An odd quote is a letter like others.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, behind)) = after.split_once('`') else {
            break;
        };
        parts.push((before, false));
        parts.push((name, true));
        rest = behind;
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn names_are_told_from_words_and_odd_quotes_stay() {
        let check = |text, expected: &[(&str, bool)]| assert_eq!(parts(text), expected, "{text}");
        check(
            "Input `glb` is empty",
            &[("Input ", false), ("glb", true), (" is empty", false)],
        );
        check("`a``b`", &[("a", true), ("b", true)]);
        check("it`s odd", &[("it`s odd", false)]);
        check("", &[]);
    }
}
