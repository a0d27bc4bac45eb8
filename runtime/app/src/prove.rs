//! Proof of a migration: golden cases through what a document was, with legacy, and through the workflow
//! that it became. Legacy makes one output at a time, so each output of the workflow is proven by itself.

mod outputs;

use std::time::Duration;

use hartomat_api::{ApiError, Backend as _, ErrorKind};
use hartomat_legacy::{OwnLegacy, check_preset};
use hartomat_schema::{
    Diagnostic, GoldenAspect, GoldenCase, GoldenCaseId, GoldenExpectation, GoldenResult, Migration,
    NodeRunState, RunId,
};
use serde_json::Value;

use crate::Studio;
use crate::error::from_store;
use outputs::{Output, outputs};

/// How often a result is looked for, which is kept right after its run has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const LOOKS: usize = 500;

/// What became of one golden case.
#[derive(Debug, Clone, PartialEq)]
pub struct ProvenCase {
    /// The case.
    pub case: GoldenCaseId,
    /// The node that publishes the output, where the workflow has several.
    pub output: Option<String>,
    /// What differs, and how; none where both are identical.
    pub differs: Option<(GoldenAspect, String)>,
}

/// What is known of a migration after its golden cases.
#[derive(Debug, Clone, PartialEq)]
pub enum Proof {
    /// The cases ran.
    Ran {
        /// What became of each.
        cases: Vec<ProvenCase>,
        /// What was left out, and why.
        left_out: Vec<String>,
    },
    /// Nothing could be proven, and why.
    Unproven(String),
}

/// What a case tells.
enum Told {
    /// What differs.
    Of(Option<(GoldenAspect, String)>),
    /// Nothing here, and why.
    Nothing(String),
}

impl Studio {
    /// Runs every golden case that fits a migrated workflow beside legacy with what the document was.
    pub fn prove(&self, original: &Value, migration: &Migration) -> Result<Proof, ApiError> {
        if let Some(open) = migration.notes.iter().find(|note| note.is_error()) {
            return Ok(Proof::Unproven(format!(
                "it needs a decision first: {open}"
            )));
        }
        let findings = self.validate(&migration.workflow)?;
        if let Some(wrong) = findings.iter().find(|it| Diagnostic::is_error(it)) {
            return Ok(Proof::Unproven(format!("its workflow can't run: {wrong}")));
        }
        let (found, mut left_out) = match outputs(original, migration) {
            Ok(found) => found,
            Err(unproven) => return Ok(unproven),
        };
        let golden = self.golden_cases()?;
        let is_alone = found.len() == 1;
        let mut cases = Vec::new();
        for output in found {
            if let Err(err) = check_preset(&output.preset, &OwnLegacy::None) {
                left_out.push(format!("legacy can't run it: {err}"));
                continue;
            }
            let fitting = golden.iter().filter(|case| case.fits(&output.workflow));
            for case in fitting {
                match self.prove_case(&output, case)? {
                    Told::Of(differs) => cases.push(ProvenCase {
                        case: case.id.clone(),
                        output: (!is_alone).then(|| output.save.to_string()),
                        differs,
                    }),
                    Told::Nothing(why) => left_out.push(format!("{}: {why}", case.id)),
                }
            }
        }
        Ok(match (cases.is_empty(), left_out.is_empty()) {
            (true, true) => Proof::Unproven("no golden case is about what it makes".to_owned()),
            (true, false) => Proof::Unproven(left_out.join("; ")),
            (false, _) => Proof::Ran { cases, left_out },
        })
    }

    fn prove_case(&self, output: &Output, case: &GoldenCase) -> Result<Told, ApiError> {
        let preset = Some(output.preset.clone());
        let run = self.take_golden(output.workflow.clone(), case, preset)?;
        self.follow_to_end(&run, &())?;
        let result = self.kept_result(output, &case.id, &run.id)?;
        let failed = result.checks.into_iter().find(|check| !check.passed);
        let record = self.detail(&run.id)?.record;
        let mut nodes = record.nodes.iter();
        let graph_failed = nodes.any(|node| node.state == NodeRunState::Failed);
        Ok(match (failed, record.control_failure) {
            // What neither side can make here says nothing of what both would make.
            (Some(_), Some(failure))
                if graph_failed && case.expect == GoldenExpectation::Delivers =>
            {
                Told::Nothing(format!("neither side can make it: {}", failure.message))
            }
            (failed, _) => Told::Of(failed.map(|check| (check.aspect, check.sentence))),
        })
    }

    fn kept_result(
        &self,
        output: &Output,
        case: &GoldenCaseId,
        run: &RunId,
    ) -> Result<GoldenResult, ApiError> {
        let definition = output.workflow.definition_hash();
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
