//! One designed look, dark and light. The only place that names colours.
//!
//! [`Theme::apply`] dresses a context once; widgets get the theme back with [`Theme::of`].

mod colorspace;
mod contrast;
mod fonts;
mod keyed;
mod palette;
mod scale;
mod style;

use std::sync::Arc;

use crate::spoken::SpokenNames;

pub use colorspace::{color_of_linear, linear, linear_of};
pub use contrast::contrast;
pub use fonts::{MEDIUM, SEMIBOLD, medium, mono, regular, semibold};
pub use palette::{Palette, Severity, Status};
pub use scale::{radius, size, space};

/// Dark or light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Light text on dark surfaces.
    Dark,
    /// Dark text on light surfaces.
    Light,
}

/// Interface scales that are legible and still fit a window.
pub const SCALES: std::ops::RangeInclusive<f32> = 0.5..=3.0;

/// Everything that decides how things look.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Dark or light.
    pub mode: Mode,
    /// The colours of the mode.
    pub palette: Palette,
    /// Interface scale: 1 is the size that the theme was drawn for.
    pub scale: f32,
}

impl Theme {
    /// The theme of a mode at scale 1.
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            palette: Palette::of(mode),
            scale: 1.0,
        }
    }

    /// The theme with another interface scale, kept within [`SCALES`].
    pub fn with_scale(mut self, scale: f32) -> Self {
        self.scale = scale.clamp(*SCALES.start(), *SCALES.end());
        self
    }

    /// Dresses a context: fonts, colours, spacing, interface scale. Costs next to nothing where that
    /// theme is on already, so that it may be called in every frame.
    ///
    /// `false` until the fonts are there, which takes one frame from the first call: text can't be
    /// drawn before. Called before the first frame, it is `true` in all of them.
    pub fn apply(&self, ctx: &egui::Context) -> bool {
        let before = ctx.data(|data| data.get_temp::<Arc<Self>>(Self::id()));
        if before.as_deref() == Some(self) {
            return fonts::are_there(ctx);
        }
        let theme = match self.mode {
            Mode::Dark => egui::Theme::Dark,
            Mode::Light => egui::Theme::Light,
        };
        ctx.set_style_of(theme, style::style(self));
        ctx.set_theme(theme);
        ctx.set_zoom_factor(self.scale);
        ctx.data_mut(|data| data.insert_temp(Self::id(), Arc::new(self.clone())));
        if before.is_none() {
            ctx.set_fonts(fonts::definitions());
            ctx.add_plugin(SpokenNames);
            ctx.request_repaint();
            return false;
        }
        fonts::are_there(ctx)
    }

    /// The theme of a context; the dark one before any was applied.
    pub fn of(ctx: &egui::Context) -> Arc<Self> {
        ctx.data(|data| data.get_temp(Self::id()))
            .unwrap_or_else(|| Arc::new(Self::new(Mode::Dark)))
    }

    fn id() -> egui::Id {
        egui::Id::new("hartomat_ui theme")
    }
}
