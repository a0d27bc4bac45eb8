//! A studio's own legacy program: how it is set, what it is asked, and what it answers.
//!
//! The contract between the two sides is versioned by its schema strings; `docs/own-legacy.md` tells it
//! to whoever writes such a program. Fields are only ever added.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{ArtifactKind, CadFile, LegacyPreset, RunId};

/// Stands in an argument for the path of the request's file.
pub const REQUEST_PLACE: &str = "{request}";
/// Stands in an argument for the path of the output folder.
pub const OUTPUT_PLACE: &str = "{output}";

/// The preset type that nothing but a studio's own program can run.
pub const OWN_PRESET: &str = "external";

/// A studio's own legacy program, as it is set in the data folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyCommand {
    /// Always [`LegacyCommand::SCHEMA`].
    pub schema: String,
    /// Absolute path of the program.
    pub program: String,
    /// Its arguments; `{request}` and `{output}` stand for paths.
    #[serde(default)]
    pub args: Vec<String>,
    /// Types of legacy presets that it runs in place of the built-in pipeline, beside `external`.
    #[serde(default)]
    pub presets: Vec<String>,
    /// Variables of the environment that it gets beside the usual few.
    #[serde(default)]
    pub pass_env: Vec<String>,
    /// Longest wall time in seconds.
    #[serde(default = "default_wall_secs")]
    pub wall_secs: u64,
    /// Largest resident memory of all its processes, in MiB.
    #[serde(default = "default_memory_mb")]
    pub memory_mb: u64,
    /// Largest output, of one file and of all together, in MiB.
    #[serde(default = "default_output_mb")]
    pub output_mb: u64,
}

fn default_wall_secs() -> u64 {
    3600
}

fn default_memory_mb() -> u64 {
    16 << 10
}

fn default_output_mb() -> u64 {
    2 << 10
}

/// What is wrong with a studio's own legacy program as it is set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLegacyCommand {
    /// The file is of another version.
    #[error("its schema is `{0}` instead of `{expected}`", expected = LegacyCommand::SCHEMA)]
    Schema(String),
    /// The program isn't named by an absolute path.
    #[error("the program `{0}` is no absolute path")]
    Program(String),
    /// An argument can't be handed over.
    #[error("argument {0} is too long or holds a zero byte, or there are more than 256")]
    Argument(usize),
    /// A variable that can't be passed on.
    #[error("`{0}` can't be passed on: names have letters, digits and `_`, and HARTOMAT_ is ours")]
    Variable(String),
    /// A limit out of range.
    #[error("the limit {0}")]
    Limit(&'static str),
}

impl LegacyCommand {
    /// Name and version of the file that it is set in.
    pub const SCHEMA: &str = "hartomat.legacy_command/1";

    /// A program with its arguments and the usual limits, for the presets of these types.
    pub fn new(program: String, args: Vec<String>, presets: Vec<String>) -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            program,
            args,
            presets,
            pass_env: Vec::new(),
            wall_secs: default_wall_secs(),
            memory_mb: default_memory_mb(),
            output_mb: default_output_mb(),
        }
    }

    /// Whether it runs this preset.
    pub fn takes(&self, preset: &LegacyPreset) -> bool {
        preset.preset_type == OWN_PRESET || self.presets.contains(&preset.preset_type)
    }

    /// The first thing that is wrong with it.
    pub fn check(&self) -> Result<(), InvalidLegacyCommand> {
        if self.schema != Self::SCHEMA {
            return Err(InvalidLegacyCommand::Schema(self.schema.clone()));
        }
        if !self.program.starts_with('/') || self.program.contains('\0') {
            return Err(InvalidLegacyCommand::Program(self.program.clone()));
        }
        let is_bad = |arg: &String| arg.len() > 8192 || arg.contains('\0');
        let bad = self.args.iter().position(is_bad);
        if let Some(index) = bad.or((self.args.len() > 256).then_some(256)) {
            return Err(InvalidLegacyCommand::Argument(index + 1));
        }
        let is_word = |name: &str| {
            let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            !name.is_empty() && letters && !name.starts_with("HARTOMAT_")
        };
        if let Some(name) = self.pass_env.iter().find(|name| !is_word(name)) {
            return Err(InvalidLegacyCommand::Variable(name.clone()));
        }
        let limits = [
            (
                (1..=7 * 24 * 3600).contains(&self.wall_secs),
                "of time is 1 second to 7 days",
            ),
            (
                (16..=1 << 22).contains(&self.memory_mb),
                "of memory is 16 MiB to 4 TiB",
            ),
            (
                (1..=1 << 20).contains(&self.output_mb),
                "of the output is 1 MiB to 1 TiB",
            ),
        ];
        match limits.iter().find(|(holds, _)| !holds) {
            Some((_, limit)) => Err(InvalidLegacyCommand::Limit(limit)),
            None => Ok(()),
        }
    }
}

/// What a studio's own legacy program is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyRequest {
    /// Always [`LegacyRequest::SCHEMA`].
    pub schema: String,
    /// The run.
    pub run: RunId,
    /// The CAD file as it was at dispatch; `path` is absolute and only to be read.
    pub cad_file: CadFile,
    /// The legacy preset, with all its values as they were set.
    pub preset: LegacyPreset,
    /// Material by part name pattern, as the order line says.
    pub materials: BTreeMap<String, String>,
    /// Name of the product; none for a CAD file.
    pub product: Option<String>,
    /// What has to come out.
    pub expected: ExpectedOutput,
    /// Absolute path of the folder for the output, new and empty.
    pub output_folder: String,
    /// Within which limits.
    pub limits: LegacyLimits,
}

impl LegacyRequest {
    /// Name and version of the contract.
    pub const SCHEMA: &str = "hartomat.legacy_request/1";
}

/// What a studio's own legacy program has to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExpectedOutput {
    /// `image`, `video` or `blend`.
    pub kind: ArtifactKind,
    /// Its file format, such as `png`, `mp4` or `blend`.
    pub format: String,
    /// Width in pixels; none for a Blender file.
    pub width_px: Option<u32>,
    /// Height in pixels; none for a Blender file.
    pub height_px: Option<u32>,
}

/// Limits of one run of a studio's own legacy program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyLimits {
    /// Longest wall time in seconds.
    pub wall_secs: u64,
    /// Largest resident memory of all its processes, in bytes.
    pub memory_bytes: u64,
    /// Largest output, of one file and of all together, in bytes.
    pub output_bytes: u64,
}

/// What a studio's own legacy program answers in `result.json` of its output folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyReply {
    /// Always [`LegacyReply::SCHEMA`].
    pub schema: String,
    /// Name of the output's file in the output folder: a plain name, no path.
    pub file: String,
    /// What rendered it, for people, such as `Blender 4.2`.
    #[serde(default)]
    pub renderer: Option<String>,
    /// Light paths per pixel, where there is such a number.
    #[serde(default)]
    pub samples: Option<u32>,
    /// Seed of the noise, where there is one.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Whether a denoiser ran.
    #[serde(default)]
    pub denoised: bool,
}

impl LegacyReply {
    /// Name and version of the contract.
    pub const SCHEMA: &str = "hartomat.legacy_result/1";
    /// The file's name.
    pub const FILE: &str = "result.json";
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command() -> LegacyCommand {
        LegacyCommand::new(
            "/opt/studio/render".to_owned(),
            vec![],
            vec!["still".to_owned()],
        )
    }

    #[test]
    fn what_is_wrong_with_a_setting_is_named() {
        assert_eq!(command().check(), Ok(()));
        let mut wrong = [(); 5].map(|()| command());
        wrong[0].program = "render.sh".to_owned();
        wrong[1].args = vec!["a\0b".to_owned()];
        wrong[2].pass_env = vec!["LD=PRELOAD".to_owned()];
        wrong[3].wall_secs = 0;
        wrong[4].schema = "hartomat.legacy_command/2".to_owned();
        let said = wrong.map(|command| command.check().unwrap_err().to_string());
        for (said, part) in said
            .iter()
            .zip(["render.sh", "argument 1", "LD=PRELOAD", "time", "/2"])
        {
            assert!(said.contains(part), "{said}");
        }
    }

    #[test]
    fn it_takes_its_own_presets_and_those_that_it_was_set_for() {
        let preset = |name: &str| LegacyPreset {
            preset_type: name.to_owned(),
            params: serde_json::Map::new(),
            extra: serde_json::Map::new(),
        };
        let taken = ["external", "still", "blend"].map(|name| command().takes(&preset(name)));
        assert_eq!(taken, [true, true, false]);
    }
}
