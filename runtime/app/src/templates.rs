//! The studio's `.blend` templates: listed, added, looked into, trusted. Never over the network.

use std::path::Path;

use hartomat_api::{ApiError, ErrorKind};
use hartomat_render::{RenderError, TemplateReport};
use hartomat_schema::BlendTemplate;

use crate::Studio;

impl Studio {
    /// All templates by name.
    pub fn blend_template_list(&self) -> Vec<BlendTemplate> {
        self.services.blender.templates().list()
    }

    /// Copies a file into the library.
    pub fn blend_template_add(&self, file: &Path) -> Result<BlendTemplate, ApiError> {
        let added = self.services.blender.templates().add(file);
        added.map_err(|err| refused(&err))
    }

    /// What a template has and lacks.
    pub fn blend_template_check(&self, name: &str) -> Result<TemplateReport, ApiError> {
        let report = self.services.blender.inspect_template(name);
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
        _ => ErrorKind::InvalidInput,
    };
    ApiError::from_source(kind, err)
}
