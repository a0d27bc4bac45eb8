//! The colours, dark and light. A test computes the contrast of every text on every surface.

use egui::Color32;

use super::Mode;

/// States of runs and nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Waits for others.
    Waiting,
    /// Is at work.
    Running,
    /// Done.
    Succeeded,
    /// Done earlier, with the same inputs.
    Reused,
    /// Ended with an error.
    Failed,
    /// Left out, as something before it failed or as nobody needs it.
    Skipped,
    /// Ended by a person.
    Cancelled,
}

impl Status {
    /// All of them, in the order of a legend.
    pub const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Running,
        Self::Succeeded,
        Self::Reused,
        Self::Failed,
        Self::Skipped,
        Self::Cancelled,
    ];
}

/// How bad a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Has to be mended.
    Error,
}

/// Colours by what they are for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Palette {
    pub(super) mode: Mode,
    /// Behind nodes and pictures.
    pub canvas: Color32,
    /// Dots and lines of the canvas's grid.
    pub grid: Color32,
    /// Panels.
    pub panel: Color32,
    /// Cards, nodes, menus and dialogs.
    pub raised: Color32,
    /// Fields that are typed into.
    pub field: Color32,
    /// Buttons.
    pub control: Color32,
    /// Buttons and rows under the pointer.
    pub hover: Color32,
    /// Buttons while they are pressed.
    pub pressed: Color32,
    /// Separators, and outlines of cards.
    pub border: Color32,
    /// Outlines of fields and of what is under the pointer.
    pub border_strong: Color32,
    /// Titles and values.
    pub text_strong: Color32,
    /// Body text.
    pub text: Color32,
    /// Captions and labels that stand back.
    pub text_weak: Color32,
    /// Hints and placeholders.
    pub text_faint: Color32,
    /// What is selected, on, or leads: fills.
    pub accent: Color32,
    /// Accent fills under the pointer.
    pub accent_hover: Color32,
    /// Text on accent fills.
    pub on_accent: Color32,
    /// Links, focus rings and icons of what is on.
    pub accent_text: Color32,
    /// Background of selected rows and text.
    pub selection: Color32,
    /// The filled part of a number's range.
    pub range_fill: Color32,
    /// Fills of buttons that destroy.
    pub danger: Color32,
    /// Text on danger fills.
    pub on_danger: Color32,
    /// Dims what lies behind a dialog.
    pub backdrop: Color32,
    /// Shadows of menus and dialogs.
    pub shadow: Color32,
    statuses: [Color32; 7],
    severities: [Color32; 3],
}

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

impl Palette {
    /// The palette of a mode.
    pub const fn of(mode: Mode) -> Self {
        match mode {
            Mode::Dark => DARK,
            Mode::Light => LIGHT,
        }
    }

    /// Colour of a status, legible as text on every surface and on [`Palette::status_soft`].
    pub fn status(&self, status: Status) -> Color32 {
        self.statuses[status as usize]
    }

    /// Background of a status badge.
    pub fn status_soft(&self, status: Status) -> Color32 {
        self.soft(self.status(status))
    }

    /// Colour of a severity, legible as text on every surface and on [`Palette::severity_soft`].
    pub fn severity(&self, severity: Severity) -> Color32 {
        self.severities[severity as usize]
    }

    /// Background of a message.
    pub fn severity_soft(&self, severity: Severity) -> Color32 {
        self.soft(self.severity(severity))
    }

    /// A quiet background in the tone of a colour.
    pub fn soft(&self, color: Color32) -> Color32 {
        let share = match self.mode {
            Mode::Dark => 0.11,
            Mode::Light => 0.08,
        };
        self.panel.lerp_to_gamma(color, share)
    }

    /// The surfaces that text stands on, with their names.
    pub fn surfaces(&self) -> [(&'static str, Color32); 5] {
        [
            ("canvas", self.canvas),
            ("panel", self.panel),
            ("raised", self.raised),
            ("field", self.field),
            ("control", self.control),
        ]
    }
}

const DARK: Palette = Palette {
    mode: Mode::Dark,
    canvas: rgb(0x131519),
    grid: rgb(0x24282f),
    panel: rgb(0x1a1d22),
    raised: rgb(0x22262d),
    field: rgb(0x121418),
    control: rgb(0x2a2f37),
    hover: rgb(0x343a44),
    pressed: rgb(0x393f4a),
    border: rgb(0x2d323a),
    border_strong: rgb(0x414854),
    text_strong: rgb(0xf3f5f8),
    text: rgb(0xd3d8e0),
    text_weak: rgb(0xa3acb9),
    text_faint: rgb(0x949dab),
    accent: rgb(0x2f6de0),
    accent_hover: rgb(0x2a64d2),
    on_accent: rgb(0xffffff),
    accent_text: rgb(0x86b4ff),
    selection: rgb(0x23385f),
    range_fill: rgb(0x22375c),
    danger: rgb(0xc9353d),
    on_danger: rgb(0xffffff),
    backdrop: Color32::from_rgba_premultiplied(0, 0, 0, 150),
    shadow: Color32::from_rgba_premultiplied(0, 0, 0, 110),
    statuses: [
        rgb(0xa9b2bf),
        rgb(0x7ab4ff),
        rgb(0x62cf8e),
        rgb(0x55c9c6),
        rgb(0xff8a86),
        rgb(0xb2a8cc),
        rgb(0xe2aa62),
    ],
    severities: [rgb(0x7ab4ff), rgb(0xedb84f), rgb(0xff8a86)],
};

const LIGHT: Palette = Palette {
    mode: Mode::Light,
    canvas: rgb(0xe8ebf0),
    grid: rgb(0xd3d8e0),
    panel: rgb(0xf6f7f9),
    raised: rgb(0xffffff),
    field: rgb(0xffffff),
    control: rgb(0xebeef2),
    hover: rgb(0xdfe4ea),
    pressed: rgb(0xd2d8e0),
    border: rgb(0xdbe0e7),
    border_strong: rgb(0xb7bfca),
    text_strong: rgb(0x12161c),
    text: rgb(0x2b323c),
    text_weak: rgb(0x505a69),
    text_faint: rgb(0x5d6777),
    accent: rgb(0x2460d8),
    accent_hover: rgb(0x1d54c4),
    on_accent: rgb(0xffffff),
    accent_text: rgb(0x1a50bd),
    selection: rgb(0xd6e4ff),
    range_fill: rgb(0xdbe7fd),
    danger: rgb(0xc0272f),
    on_danger: rgb(0xffffff),
    backdrop: Color32::from_rgba_premultiplied(9, 11, 15, 110),
    shadow: Color32::from_rgba_premultiplied(5, 7, 10, 46),
    statuses: [
        rgb(0x535d6c),
        rgb(0x1857ba),
        rgb(0x146a41),
        rgb(0x0a6666),
        rgb(0xb4242c),
        rgb(0x62528a),
        rgb(0x87500a),
    ],
    severities: [rgb(0x1857ba), rgb(0x7f5200), rgb(0xb4242c)],
};

#[cfg(test)]
mod tests {
    use super::super::contrast;
    use super::*;

    const MODES: [Mode; 2] = [Mode::Dark, Mode::Light];

    fn check(mode: Mode, name: &str, text: Color32, background: Color32, least: f32) {
        let ratio = contrast(text, background);
        assert!(ratio >= least, "{mode:?} {name}: {ratio:.2} of {least}");
    }

    #[test]
    fn every_text_is_legible_on_every_surface() {
        for mode in MODES {
            let palette = Palette::of(mode);
            let texts = [
                ("strong", palette.text_strong),
                ("text", palette.text),
                ("weak", palette.text_weak),
                ("faint", palette.text_faint),
                ("accent", palette.accent_text),
            ];
            for (surface, background) in palette.surfaces() {
                for (name, text) in texts {
                    check(mode, &format!("{name} on {surface}"), text, background, 4.5);
                }
                for status in Status::ALL {
                    let name = format!("{status:?} on {surface}");
                    check(mode, &name, palette.status(status), background, 4.5);
                }
                for severity in [Severity::Info, Severity::Warning, Severity::Error] {
                    let name = format!("{severity:?} on {surface}");
                    check(mode, &name, palette.severity(severity), background, 4.5);
                }
            }
        }
    }

    #[test]
    fn text_is_legible_on_what_is_hovered_selected_and_filled() {
        for mode in MODES {
            let palette = Palette::of(mode);
            let backgrounds = [
                ("hover", palette.hover),
                ("pressed", palette.pressed),
                ("selection", palette.selection),
                ("range", palette.range_fill),
            ];
            for (name, background) in backgrounds {
                check(mode, name, palette.text, background, 4.5);
                check(mode, name, palette.text_strong, background, 4.5);
                check(mode, name, palette.text_weak, background, 4.5);
            }
            check(mode, "accent", palette.on_accent, palette.accent, 4.5);
            check(
                mode,
                "accent hover",
                palette.on_accent,
                palette.accent_hover,
                4.5,
            );
            check(mode, "danger", palette.on_danger, palette.danger, 4.5);
        }
    }

    #[test]
    fn badges_and_messages_are_legible_on_their_own_backgrounds() {
        for mode in MODES {
            let palette = Palette::of(mode);
            for status in Status::ALL {
                let name = format!("{status:?}");
                check(
                    mode,
                    &name,
                    palette.status(status),
                    palette.status_soft(status),
                    4.5,
                );
            }
            for severity in [Severity::Info, Severity::Warning, Severity::Error] {
                let (name, soft) = (format!("{severity:?}"), palette.severity_soft(severity));
                check(mode, &name, palette.severity(severity), soft, 4.5);
                check(mode, &name, palette.text, soft, 4.5);
            }
        }
    }

    #[test]
    fn a_focus_ring_stands_out_from_every_surface() {
        for mode in MODES {
            let palette = Palette::of(mode);
            for (surface, background) in palette.surfaces() {
                check(mode, surface, palette.accent_text, background, 3.0);
            }
        }
    }
}
