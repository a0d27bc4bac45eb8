//! What is in a CAD file, and the file in other formats.

use hartomat_api::{ApiError, CadReport, FileSource};
use hartomat_cad::{Cancel, GlbRequest, PartListRequest, StepInput, StlQuality, StlRequest};

use crate::Studio;
use crate::error::from_cad;

impl Studio {
    fn step_input(&self, file: &FileSource) -> Result<StepInput, ApiError> {
        let path = self.source_path(file)?;
        Ok(match file {
            FileSource::Path(_) => StepInput::new(path),
            FileSource::Stored(file) => StepInput::named(path, &file.name),
        })
    }

    pub(crate) fn cad_report(
        &self,
        file: &FileSource,
        mass_properties: bool,
    ) -> Result<CadReport, ApiError> {
        let step = self.step_input(file)?;
        let (cad, cancel) = (&self.services.cad, Cancel::new());
        let parts = cad
            .part_list(
                &step,
                &PartListRequest { mass_properties },
                &cancel,
                &|_| {},
            )
            .map_err(|err| from_cad(&err))?;
        let glb = cad
            .glb(&step, &GlbRequest::default(), &cancel, &|_| {})
            .map_err(|err| from_cad(&err))?;
        Ok(CadReport {
            parts: parts.part_list,
            bbox: glb.bbox,
            triangles: glb.triangle_count,
        })
    }

    pub(crate) fn cad_to_glb(&self, file: &FileSource) -> Result<Vec<u8>, ApiError> {
        let step = self.step_input(file)?;
        let glb = self
            .services
            .cad
            .glb(&step, &GlbRequest::default(), &Cancel::new(), &|_| {});
        glb.map(|glb| glb.bytes).map_err(|err| from_cad(&err))
    }

    pub(crate) fn cad_to_stl(
        &self,
        file: &FileSource,
        high_quality: bool,
    ) -> Result<Vec<u8>, ApiError> {
        let quality = if high_quality {
            StlQuality::High
        } else {
            StlQuality::Low
        };
        let step = self.step_input(file)?;
        let stl = self
            .services
            .cad
            .stl(&step, &StlRequest { quality }, &Cancel::new(), &|_| {});
        stl.map(|stl| stl.bytes).map_err(|err| from_cad(&err))
    }
}
