//! How pixels are shown: which channel, how bright, how much a difference is raised.

use egui::Color32;
use hartomat_ui::theme::{color_of_linear, linear};

use super::heat::{heat, place};

/// Which channel is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Channel {
    /// All of them.
    #[default]
    Color,
    /// Red alone.
    Red,
    /// Green alone.
    Green,
    /// Blue alone.
    Blue,
    /// Alpha alone.
    Alpha,
    /// Luminance.
    Luminance,
}

impl Channel {
    /// All of them, in the order of buttons.
    pub const ALL: [Self; 6] = [
        Self::Color,
        Self::Red,
        Self::Green,
        Self::Blue,
        Self::Alpha,
        Self::Luminance,
    ];
}

/// What a heat map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Measure {
    /// The largest difference of a channel.
    #[default]
    Absolute,
    /// FLIP: what a viewer notices.
    Perceived,
}

/// How pixels are shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Which channel.
    pub channel: Channel,
    /// Stops: each one doubles the light.
    pub exposure: f32,
    /// What a heat map shows.
    pub measure: Measure,
    /// A difference of this much of full scale has the brightest colour, 0 to 1.
    pub full_at: f32,
    /// FLIP of this much has the brightest colour, 0 to 1.
    pub perceived_full_at: f32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            channel: Channel::default(),
            exposure: 0.0,
            measure: Measure::default(),
            full_at: 32.0 / 255.0,
            perceived_full_at: 0.5,
        }
    }
}

impl Look {
    /// The colour of a pixel on screen.
    pub(super) fn color(&self, pixel: [f32; 4], is_linear: bool) -> Color32 {
        let [red, green, blue, alpha] = pixel;
        let shown = match self.channel {
            Channel::Color => [red, green, blue],
            Channel::Red => [red; 3],
            Channel::Green => [green; 3],
            Channel::Blue => [blue; 3],
            Channel::Alpha => return gray(alpha),
            Channel::Luminance => [luminance(pixel); 3],
        };
        let alpha = (alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
        if !is_linear && self.exposure == 0.0 {
            let [red, green, blue] =
                shown.map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8);
            return Color32::from_rgba_unmultiplied(red, green, blue, alpha);
        }
        let light = self.exposure.exp2();
        let [red, green, blue] = shown.map(|value| {
            let value = if is_linear { value } else { decoded(value) };
            encoded(value * light)
        });
        Color32::from_rgba_unmultiplied(red, green, blue, alpha)
    }

    /// What has the brightest colour of what a heat map shows.
    pub fn brightest(&self) -> f32 {
        match self.measure {
            Measure::Absolute => self.full_at,
            Measure::Perceived => self.perceived_full_at,
        }
    }

    /// The same with another gain: `factor` over 1 raises what is small.
    pub fn with_gain(mut self, factor: f32) -> Self {
        match self.measure {
            Measure::Absolute => {
                self.full_at = (self.full_at / factor).clamp(1.0 / 255.0, 1.0);
            }
            Measure::Perceived => {
                self.perceived_full_at = (self.perceived_full_at / factor).clamp(0.02, 1.0);
            }
        }
        self
    }

    /// The colour of a difference.
    pub(super) fn difference(&self, control: [f32; 4], candidate: [f32; 4]) -> Color32 {
        heat(place(self.delta(control, candidate), self.full_at))
    }

    /// The colour of a FLIP value.
    pub(super) fn perceived(&self, value: f32) -> Color32 {
        heat(place(value, self.perceived_full_at))
    }

    /// How much two pixels differ in what is shown, as a share of full scale.
    pub(crate) fn delta(&self, control: [f32; 4], candidate: [f32; 4]) -> f32 {
        let (a, b) = (over_black(control), over_black(candidate));
        let of = |channel: usize| (a[channel] - b[channel]).abs();
        match self.channel {
            Channel::Color => of(0).max(of(1)).max(of(2)).max(of(3)),
            Channel::Red => of(0),
            Channel::Green => of(1),
            Channel::Blue => of(2),
            Channel::Alpha => of(3),
            Channel::Luminance => (luminance(a) - luminance(b)).abs(),
        }
    }
}

fn over_black([red, green, blue, alpha]: [f32; 4]) -> [f32; 4] {
    [red * alpha, green * alpha, blue * alpha, alpha]
}

/// Luminance by Rec. 709, of the values as they are.
pub(super) fn luminance([red, green, blue, _]: [f32; 4]) -> f32 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn gray(value: f32) -> Color32 {
    Color32::from_gray((value.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// Linear light of an encoded value, 0 to 1.
pub(super) fn decoded(value: f32) -> f32 {
    linear(value.clamp(0.0, 1.0))
}

/// Light as a screen shows it, 0 to 255.
pub(super) fn encoded(light: f32) -> u8 {
    color_of_linear([light.clamp(0.0, 1.0); 3]).r()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_doubles_the_light_and_a_channel_is_gray() {
        let look = Look {
            exposure: 1.0,
            ..Look::default()
        };
        let dark = look.color([0.5, 0.25, 0.1, 1.0], false);
        assert!(dark.r() > 160 && dark.r() < 190, "{dark:?}");
        let red = Look {
            channel: Channel::Red,
            ..Look::default()
        };
        assert_eq!(red.color([1.0, 0.0, 0.0, 1.0], false), Color32::WHITE);
    }

    #[test]
    fn equal_pixels_are_dark_and_invisible_colour_doesn_t_count() {
        let look = Look::default();
        let equal = look.difference([0.3, 0.2, 0.1, 1.0], [0.3, 0.2, 0.1, 1.0]);
        assert_eq!(equal, heat(0.0));
        let hidden = look.difference([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(hidden, heat(0.0));
        let far = look.difference([1.0; 4], [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(far, heat(1.0));
    }
}
