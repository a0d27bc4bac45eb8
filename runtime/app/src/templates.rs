//! The studio's `.blend` templates: listed, added, looked into, trusted. Over the network they are only
//! listed.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use hartomat_api::{ApiError, BlendTemplateEntry, ErrorKind};
use hartomat_render::{RenderError, TemplateReport};
use hartomat_schema::{BlendTemplate, Digest};

use crate::Studio;

/// Templates whose reports are remembered.
const MOST: usize = 64;

/// What was found in files, with and without trust.
#[derive(Default)]
pub(crate) struct TemplateReports(Mutex<BTreeMap<(Digest, bool), TemplateReport>>);

impl TemplateReports {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Digest, bool), TemplateReport>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Studio {
    /// All templates by name.
    pub fn blend_templates(&self) -> Vec<BlendTemplate> {
        self.services.blender.templates().list()
    }

    /// The same with what checks have found so far.
    pub(crate) fn blend_template_entries(&self) -> Vec<BlendTemplateEntry> {
        let reports = self.template_reports.lock();
        let entry = |template: BlendTemplate| {
            let report = reports.get(&(template.digest, template.trusted));
            BlendTemplateEntry {
                problems: report.map(TemplateReport::problems),
                remarks: report.map(TemplateReport::remarks).unwrap_or_default(),
                template,
            }
        };
        self.blend_templates().into_iter().map(entry).collect()
    }

    /// What a template has and lacks. A file that stayed as it was is looked into once.
    pub(crate) fn template_report(&self, name: &str) -> Result<TemplateReport, RenderError> {
        let template = self.services.blender.templates().get(name)?;
        let key = (template.digest, template.trusted);
        if let Some(known) = self.template_reports.lock().get(&key) {
            return Ok(TemplateReport {
                template,
                ..known.clone()
            });
        }
        let report = self.services.blender.inspect_template(name)?;
        let mut reports = self.template_reports.lock();
        if reports.len() >= MOST {
            reports.clear();
        }
        let key = (report.template.digest, report.template.trusted);
        reports.insert(key, report.clone());
        Ok(report)
    }

    /// Copies a file into the library.
    pub fn blend_template_add(&self, file: &Path) -> Result<BlendTemplate, ApiError> {
        let added = self.services.blender.templates().add(file);
        added.map_err(|err| refused(&err))
    }

    /// What a template has and lacks.
    pub fn blend_template_check(&self, name: &str) -> Result<TemplateReport, ApiError> {
        let report = self.template_report(name);
        report.map_err(|err| refused(&err))
    }

    /// Lets a template's scripts run, as the file is now.
    pub fn blend_template_trust(&self, name: &str) -> Result<BlendTemplate, ApiError> {
        let trusted = self.services.blender.templates().trust(name);
        trusted.map_err(|err| refused(&err))
    }

    /// Takes the trust in a template back; whether there was any.
    pub fn blend_template_distrust(&self, name: &str) -> Result<bool, ApiError> {
        let taken = self.services.blender.templates().distrust(name);
        taken.map_err(|err| refused(&err))
    }
}

fn refused(err: &RenderError) -> ApiError {
    let kind = match err {
        RenderError::BlenderMissing { .. } => ErrorKind::EnvironmentMissing,
        RenderError::UnknownScene { .. } => ErrorKind::NotFound,
        RenderError::BlenderBusy { .. } => ErrorKind::Busy,
        _ => ErrorKind::InvalidInput,
    };
    ApiError::from_source(kind, err)
}
