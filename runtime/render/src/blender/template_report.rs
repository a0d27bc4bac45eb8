//! What a `.blend` template has and lacks, as the worker found it.

use std::time::{Duration, Instant};

use hartomat_schema::BlendTemplate;
use serde_json::Value;

use crate::RenderError;
use crate::backend::RenderObserver;

/// What a template has and lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateReport {
    /// The file.
    pub template: BlendTemplate,
    /// Why it can't be a stage at all, such as a version that is too new.
    pub unfit: Option<String>,
    /// The places that it lacks, in words.
    pub missing: Vec<String>,
    /// Names of scripts that would run when it is opened trustingly.
    pub scripts: Vec<String>,
    /// How many values are computed by scripts.
    pub drivers: u64,
    /// Other Blender files that it links.
    pub linked: Vec<String>,
    /// Files outside of it that it needs and won't have, those that it links among them.
    pub outside: Vec<String>,
    /// Version of the Blender that saved it.
    pub saved_by: String,
}

impl TemplateReport {
    pub(crate) fn read(content: &[u8], template: BlendTemplate) -> Result<Self, RenderError> {
        let content: Value =
            serde_json::from_slice(content).map_err(|err| RenderError::BlenderFailed {
                reason: format!("told nothing sensible of `{}`: {err}", template.name),
            })?;
        let texts = |name: &str| {
            let list = content[name].as_array().into_iter().flatten();
            list.filter_map(|text| Some(text.as_str()?.to_owned()))
                .collect()
        };
        let text = |name: &str| content[name].as_str().map(str::to_owned);
        Ok(Self {
            template,
            unfit: text("unfit"),
            missing: texts("missing"),
            scripts: texts("scripts"),
            drivers: content["drivers"].as_u64().unwrap_or(0),
            linked: texts("linked"),
            outside: texts("outside"),
            saved_by: text("saved_by").unwrap_or_default(),
        })
    }

    /// What keeps it from being a stage, in words.
    pub fn problems(&self) -> Vec<String> {
        let missing = self.missing.iter().map(|place| format!("lacks {place}"));
        let linked = (self.template.trusted && !self.linked.is_empty()).then(|| {
            format!(
                "is trusted and links files whose scripts nobody has looked at: {}",
                self.linked.join(", ")
            )
        });
        let unfit = self.unfit.iter().cloned();
        unfit.chain(missing).chain(linked).collect()
    }

    /// What it does without, in words: scripts that nobody trusts, files that aren't packed.
    pub fn remarks(&self) -> Vec<String> {
        let scripts = self.scripts.len() as u64 + self.drivers;
        let untrusted = (scripts > 0 && !self.template.trusted)
            .then(|| format!("has {scripts} scripts that nobody trusts: they don't run"));
        let outside = (!self.outside.is_empty()).then(|| {
            format!(
                "needs files that aren't packed: {}",
                self.outside.join(", ")
            )
        });
        untrusted.into_iter().chain(outside).collect()
    }
}

/// Ends a check that takes too long: Blender may be busy with a picture for hours.
pub(super) struct Patience {
    until: Instant,
    limit: Duration,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            until: Instant::now() + limit,
            limit,
        }
    }

    /// What went wrong, where it may have been the wait.
    pub(super) fn explain(&self, err: RenderError, template: &str) -> RenderError {
        match err {
            RenderError::Cancelled => RenderError::BlenderBusy {
                what: template.to_owned(),
                secs: self.limit.as_secs(),
            },
            err => err,
        }
    }
}

impl RenderObserver for Patience {
    fn progress(&self, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        Instant::now() >= self.until
    }
}
