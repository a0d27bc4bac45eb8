//! A studio's own legacy program in place of the built-in pipeline: when it runs, and what it is asked.
//!
//! Nothing that a run decides stands on its command line but paths that are ours. What it made is
//! believed only after `own_check` has read it.

use hartomat_render::ImageFormat;
use hartomat_schema::{
    ArtifactKind, ExpectedOutput, LegacyCommand, LegacyPreset, LegacyRun, OWN_PRESET, Subject,
};
use serde_json::Value;

use crate::LegacyError;
use crate::defaults::{LegacyOutput, settings_of, usual_of};
use crate::reader::Reader;

/// A studio's own legacy program, as far as one is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnLegacy {
    /// None is: the built-in pipeline runs.
    None,
    /// This one.
    Set(Box<LegacyCommand>),
    /// What it is set in can't be read. Nothing else runs in its place.
    Unreadable(String),
}

impl OwnLegacy {
    /// The program, where it runs this preset.
    ///
    /// # Errors
    /// [`LegacyError::NoProgram`] where the preset needs one that isn't there.
    pub fn for_preset(&self, preset: &LegacyPreset) -> Result<Option<&LegacyCommand>, LegacyError> {
        let none = |reason: &str| LegacyError::NoProgram {
            reason: reason.to_owned(),
        };
        match self {
            Self::Unreadable(reason) => Err(none(reason)),
            Self::Set(command) if command.takes(preset) => match command.check() {
                Ok(()) => Ok(Some(command)),
                Err(err) => Err(none(&err.to_string())),
            },
            _ if preset.preset_type == OWN_PRESET => Err(none("none is set")),
            _ => Ok(None),
        }
    }
}

/// Whether legacy can run this preset here, with what is set; what is wrong with it else.
pub fn check_preset(preset: &LegacyPreset, own: &OwnLegacy) -> Result<(), LegacyError> {
    match own.for_preset(preset)? {
        Some(_) => expected_of(preset).map(drop),
        None => settings_of(preset).map(drop),
    }
}

/// What has to come out of a preset that the studio's own program runs.
pub(crate) fn expected_of(preset: &LegacyPreset) -> Result<ExpectedOutput, LegacyError> {
    let refuse = |reason: String| LegacyError::Preset {
        preset: preset.preset_type.clone(),
        reason,
    };
    if let Some(text) = option_like(&Value::Object(preset.params.clone())) {
        return Err(refuse(format!("`{text}` could be taken for an option")));
    }
    let output = match preset.preset_type.as_str() {
        OWN_PRESET => preset.text(&["output"]).unwrap_or("still"),
        own => own,
    };
    if output == "turntable" || output == "video" {
        let format = preset.text(&["format"]).unwrap_or("mp4");
        if !["mp4", "webm"].contains(&format) {
            return Err(refuse(format!("unknown video format `{format}`")));
        }
        let [width, height] = preset.size_px().unwrap_or([1024, 1024]);
        return Ok(ExpectedOutput {
            kind: ArtifactKind::VIDEO,
            format: format.to_owned(),
            width_px: Some(width),
            height_px: Some(height),
        });
    }
    let built_in = LegacyPreset {
        preset_type: output.to_owned(),
        ..preset.clone()
    };
    // What else the preset says is between it and the program.
    let reader = Reader(&built_in);
    let (output, side_px, _) = usual_of(&reader)?;
    let [width_px, height_px] = reader.size_px(side_px)?;
    let format = reader.format()?;
    Ok(match output {
        LegacyOutput::Blend => ExpectedOutput {
            kind: ArtifactKind::BLEND,
            format: "blend".to_owned(),
            width_px: None,
            height_px: None,
        },
        _ => ExpectedOutput {
            kind: ArtifactKind::IMAGE,
            format: format.as_str().to_owned(),
            width_px: Some(width_px),
            height_px: Some(height_px),
        },
    })
}

/// The first text that a script could take for an option, wherever it stands.
pub(crate) fn option_like(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) if text.starts_with('-') => Some(text),
        Value::Array(list) => list.iter().find_map(option_like),
        Value::Object(map) => {
            let key = map.keys().find(|key| key.starts_with('-'));
            key.map(String::as_str)
                .or_else(|| map.values().find_map(option_like))
        }
        _ => None,
    }
}

/// The file's ending and its media type.
pub(crate) fn file_form(expected: &ExpectedOutput) -> (&str, &'static str) {
    match expected.format.as_str() {
        "blend" => ("blend", "application/x-blender"),
        "mp4" => ("mp4", "video/mp4"),
        "webm" => ("webm", "video/webm"),
        key => match ImageFormat::from_key(key) {
            Some(format) => (format.extension(), format.media_type()),
            None => (key, "application/octet-stream"),
        },
    }
}

/// The product's name, where the run is of one.
pub(crate) fn product_of(run: &LegacyRun) -> Option<String> {
    match &run.subject {
        Subject::CadFile { .. } => None,
        Subject::OrderLine(line) => Some(line.product.name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn preset(value: Value) -> LegacyPreset {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_is_expected_follows_from_the_preset() {
        let kinds = [
            (
                json!({"type": "still", "params": {"width": 64}}),
                "image png Some(64)",
            ),
            (
                json!({"type": "external", "params": {"width": 64, "format": "jpg"}}),
                "image jpeg Some(64)",
            ),
            (
                json!({"type": "external", "params": {"output": "blend"}}),
                "blend blend None",
            ),
            (
                json!({"type": "turntable", "params": {"width": 64, "height": 48}}),
                "video mp4 Some(64)",
            ),
        ];
        for (value, wanted) in kinds {
            let found = expected_of(&preset(value)).unwrap();
            let found = format!("{} {} {:?}", found.kind, found.format, found.width_px);
            assert_eq!(found, wanted);
        }
    }

    #[test]
    fn what_the_built_in_pipeline_refuses_is_left_to_the_program() {
        let params = json!({"width": 64, "margin": 45, "filename": "{line}.{ext}"});
        let own = preset(json!({"type": "external", "params": params}));
        assert_eq!(expected_of(&own).unwrap().width_px, Some(64));
    }

    #[test]
    fn what_could_be_taken_for_an_option_is_refused_wherever_it_stands() {
        for params in [
            json!({"template": "-rf"}),
            json!({"more": {"list": [1, "--exec"]}}),
            json!({"-x": 1}),
        ] {
            let err = expected_of(&preset(json!({"type": "external", "params": params})));
            assert!(err.unwrap_err().to_string().contains("option"));
        }
    }

    #[test]
    fn without_a_program_its_presets_fail_and_others_are_built_in() {
        let own = preset(json!({"type": "external"}));
        let still = preset(json!({"type": "still"}));
        assert!(check_preset(&own, &OwnLegacy::None).is_err());
        assert!(check_preset(&still, &OwnLegacy::None).is_ok());
        let broken = OwnLegacy::Unreadable("no JSON".to_owned());
        assert!(
            check_preset(&still, &broken).is_err(),
            "nothing else runs in its place"
        );
    }
}
