//! What the values of a legacy preset mean, whatever spelling they came in.

use serde_json::Value;

use crate::LegacyPreset;
use crate::legacy_value::{number, resolution, whole};

/// Files that `still_with_exports` writes beside the still unless it names others.
const DEFAULT_EXPORTS: &[&str] = &["blend", "stl"];

impl LegacyPreset {
    /// A value under the first of these names that has one.
    fn param(&self, names: &[&str]) -> Option<&Value> {
        let mut names = names.iter();
        names.find_map(|name| self.params.get(*name).filter(|value| !value.is_null()))
    }

    /// A text under the first of these names that has one.
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.params.get(*name)?.as_str())
    }

    /// Width and height in pixels, from `width` and `height` or from `resolution`.
    pub fn size_px(&self) -> Option<[u32; 2]> {
        let side = |names: &[&str]| {
            let mut values = names.iter().filter_map(|name| self.params.get(*name));
            values.find(|value| number(value).is_some()).and_then(whole)
        };
        let resolution = self.param(&["resolution", "size"]).and_then(resolution);
        let width = side(&["width", "width_px"]).or(resolution.map(|size| size[0]))?;
        let height = side(&["height", "height_px"]).or(resolution.map(|size| size[1]))?;
        Some([width, height])
    }

    /// Camera directions of a `multi_angle` preset, as they stand there.
    pub fn angles(&self) -> Vec<Value> {
        let list = self
            .param(&["angles", "camera_angles"])
            .and_then(Value::as_array);
        list.cloned().unwrap_or_default()
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
            json!({"resolution": null, "size": "1920x1080"}),
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
