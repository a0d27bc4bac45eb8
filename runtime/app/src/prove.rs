//! Proof of a migration: golden cases through what a document was, with legacy, and through the workflow
//! that it became.

use std::time::Duration;

use hartomat_api::{ApiError, Backend as _, ErrorKind};
use hartomat_legacy::{OwnLegacy, check_preset};
use hartomat_schema::{
    Diagnostic, GoldenAspect, GoldenCaseId, GoldenResult, LegacyForm, LegacyPreset, Migration,
    RunId,
};
use serde_json::{Map, Value};

use crate::Studio;
use crate::error::from_store;

/// How often a result is looked for, which is kept right after its run has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const LOOKS: usize = 500;
/// Steps that render, and the presets that legacy runs for them.
const RENDERS: [(&str, &str); 8] = [
    ("blender_still", "still"),
    ("still", "still"),
    ("blender_turntable", "turntable"),
    ("turntable", "turntable"),
    ("blender_thumbnail", "thumbnail"),
    ("thumbnail", "thumbnail"),
    ("export_blend", "blend"),
    ("blend", "blend"),
];

/// What became of one golden case.
#[derive(Debug, Clone, PartialEq)]
pub struct ProvenCase {
    /// The case.
    pub case: GoldenCaseId,
    /// What differs, and how; none where both are identical.
    pub differs: Option<(GoldenAspect, String)>,
}

/// What is known of a migration after its golden cases.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// The cases ran.
    Ran(Vec<ProvenCase>),
    /// Nothing could be proven, and why.
    Unproven(String),
}

impl Studio {
    /// Runs every golden case that fits a migrated workflow beside legacy with what the document was.
    pub fn prove(&self, original: &Value, migration: &Migration) -> Result<Proof, ApiError> {
        let workflow = &migration.workflow;
        if let Some(open) = migration.notes.iter().find(|note| note.is_error()) {
            return Ok(Proof::Unproven(format!(
                "it needs a decision first: {open}"
            )));
        }
        let findings = self.validate(workflow)?;
        if let Some(wrong) = findings.iter().find(|it| Diagnostic::is_error(it)) {
            return Ok(Proof::Unproven(format!("its workflow can't run: {wrong}")));
        }
        let preset = match old_preset(original, migration.from) {
            Ok(preset) => preset,
            Err(unproven) => return Ok(unproven),
        };
        if let Err(err) = check_preset(&preset, &OwnLegacy::None) {
            return Ok(Proof::Unproven(format!("legacy can't run it: {err}")));
        }
        let mut proven = Vec::new();
        let cases = self.golden_cases()?;
        for case in cases.iter().filter(|case| case.fits(workflow)) {
            let run = self.take_golden(workflow.clone(), case, Some(preset.clone()))?;
            self.follow_to_end(&run, &())?;
            let result = self.golden_result(migration, &case.id, &run.id)?;
            let failed = result.checks.into_iter().find(|check| !check.passed);
            proven.push(ProvenCase {
                case: case.id.clone(),
                differs: failed.map(|check| (check.aspect, check.sentence)),
            });
        }
        Ok(match proven.is_empty() {
            true => Proof::Unproven("no golden case is about what it makes".to_owned()),
            false => Proof::Ran(proven),
        })
    }

    fn golden_result(
        &self,
        migration: &Migration,
        case: &GoldenCaseId,
        run: &RunId,
    ) -> Result<GoldenResult, ApiError> {
        let definition = migration.workflow.definition_hash();
        for _ in 0..LOOKS {
            let results = self.graph()?.db.golden_result_list(&definition);
            let results = results.map_err(|err| from_store(&err))?;
            let of_run = |it: &GoldenResult| it.case == *case && it.run == *run;
            if let Some(result) = results.into_iter().find(of_run) {
                return Ok(result);
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        let message = format!("golden case `{case}` has left no result; look at run {run}");
        Err(ApiError::new(ErrorKind::Internal, message))
    }
}

/// What the old document asked legacy for, or why that can't be told.
fn old_preset(original: &Value, form: LegacyForm) -> Result<LegacyPreset, Proof> {
    let steps = match form {
        LegacyForm::Preset => match original.pointer("/params/steps") {
            None => {
                return serde_json::from_value(original.clone())
                    .map_err(|err| Proof::Unproven(format!("it is no preset: {err}")));
            }
            Some(steps) => steps.as_array(),
        },
        LegacyForm::StepList => original["steps"].as_array(),
        LegacyForm::EditorExport => original["nodes"].as_array(),
    };
    let mut found = Vec::new();
    let mut params = Map::new();
    for step in steps.into_iter().flatten() {
        let step = step.get("data").unwrap_or(step);
        let key = step
            .as_str()
            .or_else(|| step["step"].as_str())
            .unwrap_or_default();
        found.extend(
            RENDERS
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, preset)| *preset),
        );
        let own = step.get("params").and_then(Value::as_object);
        params.extend(
            own.into_iter()
                .flatten()
                .map(|(name, value)| (name.clone(), value.clone())),
        );
    }
    match found.as_slice() {
        [] => Err(Proof::Unproven("none of its nodes renders".to_owned())),
        [preset] => Ok(LegacyPreset {
            preset_type: (*preset).to_owned(),
            params,
            extra: Map::new(),
        }),
        several => Err(Proof::Unproven(format!(
            "it renders {} times, and legacy once",
            several.len()
        ))),
    }
}
