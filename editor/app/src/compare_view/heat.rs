//! The colours of a difference: dark where nothing differs, bright where much does, and told apart
//! by brightness alone, so that nobody needs to see red and green.

use egui::Color32;

/// Stops from no difference to the largest, each a little brighter than the one before.
const STOPS: [[u8; 3]; 7] = [
    [0, 0, 6],
    [43, 18, 96],
    [114, 31, 129],
    [183, 55, 121],
    [241, 96, 93],
    [254, 174, 118],
    [252, 253, 191],
];

/// A root lifts what is small without losing what is large.
const ROOT: f32 = 0.6;

/// The colour at a place of the scale, 0 to 1.
pub(crate) fn heat(share: f32) -> Color32 {
    let at = share.clamp(0.0, 1.0) * (STOPS.len() - 1) as f32;
    let below = (at.floor() as usize).min(STOPS.len() - 2);
    let part = at - below as f32;
    let mix = |channel: usize| {
        let from = f32::from(STOPS[below][channel]);
        let to = f32::from(STOPS[below + 1][channel]);
        (from + (to - from) * part).round() as u8
    };
    Color32::from_rgb(mix(0), mix(1), mix(2))
}

/// The place on the scale of a difference, where `full_at` has the brightest colour.
pub(crate) fn place(difference: f32, full_at: f32) -> f32 {
    (difference / full_at.max(1e-4)).clamp(0.0, 1.0).powf(ROOT)
}

/// The difference at a place of the scale.
pub(crate) fn difference_at(place: f32, full_at: f32) -> f32 {
    place.clamp(0.0, 1.0).powf(1.0 / ROOT) * full_at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_difference_is_always_brighter() {
        let brightness = |share: f32| {
            let color = heat(share);
            0.2126 * f32::from(color.r())
                + 0.7152 * f32::from(color.g())
                + 0.0722 * f32::from(color.b())
        };
        for number in 0..100 {
            let (less, more) = (number as f32 / 100.0, (number + 1) as f32 / 100.0);
            assert!(brightness(less) < brightness(more), "{less}");
        }
    }

    #[test]
    fn the_numbers_of_the_scale_are_those_of_its_colours() {
        for number in 0..=10 {
            let at = number as f32 / 10.0;
            assert!((place(difference_at(at, 0.25), 0.25) - at).abs() < 1e-4);
        }
    }
}
