//! What the values of a legacy preset mean, whatever spelling they came in.

use serde_json::Value;

use crate::LegacyPreset;

/// Files that `still_with_exports` writes beside the still unless it names others.
const DEFAULT_EXPORTS: &[&str] = &["blend", "stl"];

impl LegacyPreset {
    /// A value under the first of these names that it has.
    pub fn param(&self, names: &[&str]) -> Option<&Value> {
        names.iter().find_map(|name| self.params.get(*name))
    }

    /// A number under the first of these names that has one; texts that are numbers count.
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        names
            .iter()
            .find_map(|name| number(self.params.get(*name)?))
    }

    /// A text under the first of these names that has one.
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.params.get(*name)?.as_str())
    }

    /// A yes or no under the first of these names that has one.
    pub fn flag(&self, names: &[&str]) -> Option<bool> {
        names.iter().find_map(|name| flag(self.params.get(*name)?))
    }

    /// Width and height in pixels, from `width` and `height` or from `resolution`.
    pub fn size_px(&self) -> Option<[u32; 2]> {
        let side = |names: &[&str]| whole(self.number(names)?);
        let resolution = self.resolution_px();
        let width = side(&["width", "width_px"]).or(resolution.map(|size| size[0]))?;
        let height = side(&["height", "height_px"]).or(resolution.map(|size| size[1]))?;
        Some([width, height])
    }

    /// Width and height from `resolution` or `size`.
    pub fn resolution_px(&self) -> Option<[u32; 2]> {
        self.param(&["resolution", "size"]).and_then(resolution)
    }

    /// Light paths per pixel.
    pub fn samples(&self) -> Option<u32> {
        whole(self.number(&["samples"])?)
    }

    /// Whether the background is left out.
    pub fn is_transparent(&self) -> Option<bool> {
        self.flag(&["transparent_bg", "transparent", "film_transparent"])
    }

    /// File format in the new spelling, such as `png` or `jpeg`.
    pub fn format(&self) -> Option<String> {
        Some(image_format(self.text(&[
            "format",
            "output_format",
            "file_format",
        ])?))
    }

    /// The studio scene or `.blend` template.
    pub fn template(&self) -> Option<&str> {
        self.text(&["template", "scene", "studio_scene"])
    }

    /// One material for all parts.
    pub fn material_override(&self) -> Option<&str> {
        self.text(&["material_override"])
    }

    /// Camera directions of a `multi_angle` preset, as they stand there.
    pub fn angles(&self) -> Vec<Value> {
        let list = self
            .param(&["angles", "camera_angles"])
            .and_then(Value::as_array);
        list.cloned().unwrap_or_default()
    }

    /// Frames of a turntable's turn.
    pub fn frames(&self) -> Option<u32> {
        whole(self.number(&["frames", "frame_count", "num_frames"])?)
    }

    /// Frames of a turntable per second.
    pub fn fps(&self) -> Option<u32> {
        whole(self.number(&["fps", "frame_rate"])?)
    }

    /// How far a turntable turns, in degrees.
    pub fn degrees(&self) -> Option<f64> {
        self.number(&["degrees", "rotation_degrees", "rotation"])
    }

    /// Files that `still_with_exports` writes beside the still.
    pub fn exports(&self) -> Vec<String> {
        match self.params.get("exports") {
            Some(Value::Array(list)) => list
                .iter()
                .filter_map(|name| Some(name.as_str()?.to_ascii_lowercase()))
                .collect(),
            _ => DEFAULT_EXPORTS
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
        }
    }
}

/// A number, or a text that is one.
pub(crate) fn number(value: &Value) -> Option<f64> {
    let found = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    found.filter(|number| number.is_finite())
}

/// A yes or no in any of its old spellings.
pub(crate) fn flag(value: &Value) -> Option<bool> {
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
pub(crate) fn whole(number: f64) -> Option<u32> {
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u32)
}

/// `1024`, `"1920x1080"`, `[1920, 1080]` or `{"width": 1920, "height": 1080}`.
pub(crate) fn resolution(value: &Value) -> Option<[u32; 2]> {
    let pair =
        |width: &Value, height: &Value| Some([whole(number(width)?)?, whole(number(height)?)?]);
    match value {
        Value::Array(sides) => match sides.as_slice() {
            [width, height] => pair(width, height),
            _ => None,
        },
        Value::Object(sides) => pair(sides.get("width")?, sides.get("height")?),
        Value::String(text) if number(value).is_none() => {
            let (width, height) = text.split_once(['x', 'X', '×', '*'])?;
            let side = |text: &str| whole(text.trim().parse().ok()?);
            Some([side(width)?, side(height)?])
        }
        value => {
            let side = whole(number(value)?)?;
            Some([side, side])
        }
    }
}

/// An image format in the new spelling.
pub(crate) fn image_format(text: &str) -> String {
    match text
        .trim()
        .trim_start_matches('.')
        .to_ascii_lowercase()
        .as_str()
    {
        "jpg" => "jpeg".to_owned(),
        "open_exr" | "openexr" | "open_exr_multilayer" => "exr".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn preset(params: Value) -> LegacyPreset {
        serde_json::from_value(json!({ "type": "still", "params": params })).unwrap()
    }

    #[test]
    fn sizes_come_in_many_spellings() {
        for params in [
            json!({"width": 1920, "height": 1080}),
            json!({"width": "1920", "height": 1080.0}),
            json!({"resolution": "1920x1080"}),
            json!({"resolution": [1920, 1080]}),
            json!({"resolution": {"width": 1920, "height": 1080}}),
            json!({"height": 1080, "resolution": [1920, 7]}),
        ] {
            assert_eq!(
                preset(params.clone()).size_px(),
                Some([1920, 1080]),
                "{params}"
            );
        }
        assert_eq!(
            preset(json!({"resolution": 512})).size_px(),
            Some([512, 512])
        );
        for params in [
            json!({}),
            json!({"width": 3}),
            json!({"resolution": -1}),
            json!({"resolution": "x"}),
        ] {
            assert_eq!(preset(params.clone()).size_px(), None, "{params}");
        }
    }

    #[test]
    fn unknown_keys_survive() {
        let value = json!({"type": "still", "params": {"z": 1, "a": [2]}, "owner": "kim"});
        let preset: LegacyPreset = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(serde_json::to_value(preset).unwrap(), value);
    }
}
