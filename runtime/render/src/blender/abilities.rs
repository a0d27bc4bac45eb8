//! What a found Blender can do: builds differ in denoisers and in the devices that they compute on.

use std::path::Path;

use serde_json::{Value, json};

use super::FoundBlender;
use super::find::{recall, remember};
use crate::RenderError;

/// What a Blender can and can't do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlenderAbilities {
    /// Whether it has OpenImageDenoise.
    pub denoises: bool,
    /// Graphics cards that Cycles can compute on, such as `CUDA: RTX A4000`.
    pub gpus: Vec<String>,
}

/// What it can do, as remembered, else as it says itself.
pub(crate) fn of(
    found: &FoundBlender,
    memory: Option<&Path>,
    ask: impl FnOnce() -> Result<Value, RenderError>,
) -> Result<BlenderAbilities, RenderError> {
    let memory = memory.map(|path| path.with_file_name("blender-abilities.json"));
    let version = found.to_string();
    let kept = recall(memory.as_deref(), &found.program);
    let kept = kept.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    let kept = kept.filter(|kept| kept["version"] == version);
    // Cards come with their drivers, which change nothing about Blender.
    let knows_cards = |abilities: &BlenderAbilities| !abilities.gpus.is_empty();
    if let Some(kept) = kept.map(|kept| read(&kept)).filter(knows_cards) {
        return Ok(kept);
    }
    let told = read(&ask()?);
    if !knows_cards(&told) {
        return Ok(told);
    }
    let text = json!({ "version": version, "denoises": told.denoises, "gpus": told.gpus });
    remember(memory.as_deref(), &found.program, &text.to_string());
    Ok(told)
}

fn read(told: &Value) -> BlenderAbilities {
    let gpus = told["gpus"].as_array().into_iter().flatten();
    BlenderAbilities {
        denoises: told["denoises"] == true,
        gpus: gpus
            .filter_map(|name| Some(name.as_str()?.to_owned()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::blender::BlenderKind;

    #[test]
    fn what_it_said_is_remembered_unless_it_had_no_graphics_card() {
        let folder = tempfile::tempdir().unwrap();
        let memory = folder.path().join("blender.json");
        let found = FoundBlender {
            program: folder.path().join("blender"),
            kind: BlenderKind::Program,
            version: "4.5.3".to_owned(),
        };
        std::fs::write(&found.program, "one").unwrap();
        let ask = |gpus: &[&str]| {
            let asked = Cell::new(false);
            let told = of(&found, Some(&memory), || {
                asked.set(true);
                Ok(json!({ "denoises": true, "gpus": gpus }))
            });
            (asked.get(), told.unwrap().gpus.len())
        };
        assert_eq!(ask(&[]), (true, 0));
        assert_eq!(ask(&["CUDA: card"]), (true, 1));
        assert_eq!(ask(&[]), (false, 1), "it was remembered");
    }
}
