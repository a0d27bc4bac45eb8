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
    if let Some(kept) = kept.filter(|kept| kept["version"] == version) {
        return Ok(read(&kept));
    }
    let told = read(&ask()?);
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
