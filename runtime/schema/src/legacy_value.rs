//! The old spellings of values. Migration and legacy read them alike, so that both come to the same.
//! `None` says that a value can't be read.

use serde_json::Value;

/// A number, or a text that is one.
pub fn number(value: &Value) -> Option<f64> {
    let found = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    found.filter(|number| number.is_finite())
}

/// A yes or no in any of its old spellings.
pub fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) if number.as_u64() == Some(0) => Some(false),
        Value::Number(number) if number.as_u64() == Some(1) => Some(true),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number that fits 32 bits.
pub fn whole(value: &Value) -> Option<u32> {
    whole_number(number(value)?)
}

fn whole_number(number: f64) -> Option<u32> {
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u32)
}

/// `1024`, `"1920x1080"`, `[1920, 1080]` or `{"width": 1920, "height": 1080}`.
pub fn resolution(value: &Value) -> Option<[u32; 2]> {
    let pair = |width: &Value, height: &Value| Some([whole(width)?, whole(height)?]);
    match value {
        Value::Array(sides) => match sides.as_slice() {
            [width, height] => pair(width, height),
            _ => None,
        },
        Value::Object(sides) => pair(sides.get("width")?, sides.get("height")?),
        Value::String(text) if number(value).is_none() => {
            let (width, height) = text.split_once(['x', 'X', '×', '*'])?;
            let side = |text: &str| whole_number(text.trim().parse().ok()?);
            Some([side(width)?, side(height)?])
        }
        value => {
            let side = whole(value)?;
            Some([side, side])
        }
    }
}

/// A picture's quality, 1 to 100; shares of one are hundredfold.
pub fn percent(value: &Value) -> Option<u32> {
    let number = number(value)?;
    let is_share = number.fract() != 0.0 && number < 1.0;
    let percent = if is_share { number * 100.0 } else { number };
    whole_number(percent.round())
}

/// Radians in degrees, as the CAD kernel's own option has them; to six decimals, so that they don't end in
/// noise.
pub fn facet_degrees(radians: f64) -> f64 {
    (radians.to_degrees() * 1e6).round() / 1e6
}

/// An azimuth in degrees, or azimuth and elevation.
pub fn camera(value: &Value) -> Option<(f64, Option<f64>)> {
    let Value::Object(angles) = value else {
        return Some((number(value)?, None));
    };
    let angle = |names: [&str; 3]| names.iter().find_map(|name| number(angles.get(*name)?));
    let azimuth = angle(["azimuth", "azimuth_deg", "horizontal"])?;
    let elevation = angle(["elevation", "elevation_deg", "vertical"])?;
    Some((azimuth, Some(elevation)))
}

/// An image format in the new spelling; formats that nobody knows stay as they are.
pub fn image_format(text: &str) -> String {
    let text = text.trim().trim_start_matches('.').to_ascii_lowercase();
    match text.as_str() {
        "jpg" => "jpeg".to_owned(),
        "open_exr" | "openexr" | "open_exr_multilayer" => "exr".to_owned(),
        _ => text,
    }
}

/// Who renders: `blender`, `embedded` or `auto`.
pub fn renderer(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "blender" => Some("blender"),
        "embedded" => Some("embedded"),
        "auto" => Some("auto"),
        _ => None,
    }
}

/// Blender's engine, `cycles` or `eevee`, which says nothing of who renders.
pub fn engine(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "cycles" | "blender_cycles" => Some("cycles"),
        "eevee" | "blender_eevee" | "blender_eevee_next" => Some("eevee"),
        _ => None,
    }
}

/// What Blender computes on: `cpu` or `gpu`.
pub fn device(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "cpu" => Some("cpu"),
        "gpu" | "auto" => Some("gpu"),
        _ => None,
    }
}

/// Which way a product turns: `clockwise` or `counterclockwise`.
pub fn direction(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "clockwise" | "cw" => Some("clockwise"),
        "counterclockwise" | "ccw" => Some("counterclockwise"),
        _ => None,
    }
}

/// A video's codec, `h264` or `vp9`, by its own name or that of the file format.
pub fn codec(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "h264" | "h.264" | "libx264" | "mpeg4" | "mp4" => Some("h264"),
        "vp9" | "libvpx-vp9" | "webm" => Some("vp9"),
        _ => None,
    }
}

/// How somebody is told: `in_app`, `email` or `webhook`.
pub fn channel(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "in_app" | "in-app" | "inapp" | "app" => Some("in_app"),
        "email" | "mail" | "e-mail" => Some("email"),
        "webhook" | "http" | "hook" => Some("webhook"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_read_whatever_their_case() {
        assert_eq!(direction("CW"), Some("clockwise"));
        assert_eq!(direction("Counterclockwise"), Some("counterclockwise"));
        assert_eq!(engine("BLENDER_EEVEE_NEXT"), Some("eevee"));
        assert_eq!(engine("blender"), None);
        assert_eq!(renderer("Blender"), Some("blender"));
        assert_eq!(device("GPU"), Some("gpu"));
        assert_eq!(image_format(" .JPG"), "jpeg");
        assert_eq!(image_format("OPEN_EXR"), "exr");
    }

    #[test]
    fn what_can_not_be_read_is_none() {
        assert_eq!(camera(&json!({"azimuth": 30})), None);
        assert_eq!(resolution(&json!([1, 2, 3])), None);
        assert_eq!(percent(&json!("high")), None);
        assert_eq!(flag(&json!(2)), None);
        assert_eq!(number(&json!("inf")), None);
    }
}
