//! A map from 0 to 1 to colours whose lightness rises evenly: black, violet, red, orange, pale
//! yellow. Readable without telling red from green, and when printed grey.

/// Nine colours of evenly rising lightness in the manner of the map "magma" (public domain, CC0);
/// what lies between is mixed.
const STOPS: [[u8; 3]; 9] = [
    [4, 4, 12],
    [33, 17, 72],
    [81, 20, 124],
    [131, 38, 129],
    [182, 54, 121],
    [230, 81, 99],
    [251, 136, 98],
    [254, 196, 136],
    [252, 252, 194],
];

/// The colour of a value; what lies outside 0 to 1 gets the nearest end.
pub(crate) fn color(value: f32) -> [u8; 3] {
    let last = STOPS.len() - 1;
    let value = if value.is_nan() {
        1.0
    } else {
        value.clamp(0.0, 1.0)
    };
    let position = value * last as f32;
    let index = (position as usize).min(last - 1);
    let part = position - index as f32;
    std::array::from_fn(|channel| {
        let (from, to) = (
            f32::from(STOPS[index][channel]),
            f32::from(STOPS[index + 1][channel]),
        );
        (from + (to - from) * part + 0.5) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_lighter_all_the_way() {
        let lightness = |value: f32| {
            let [r, g, b] = color(value).map(f32::from);
            0.2126 * r + 0.7152 * g + 0.0722 * b
        };
        for step in 0..64 {
            let value = step as f32 / 64.0;
            assert!(
                lightness(value) <= lightness(value + 1.0 / 64.0),
                "at {value}"
            );
        }
    }
}
