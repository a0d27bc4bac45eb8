//! What is in a CAD file, and the file in other formats.

use std::path::Path;

use hartomat_api::{ApiError, CadReport};
use hartomat_cad::{Cancel, GlbRequest, PartListRequest, StepInput, StlQuality, StlRequest};

use crate::Studio;
use crate::error::from_cad;

impl Studio {
    pub(crate) fn cad_report(
        &self,
        path: &str,
        mass_properties: bool,
    ) -> Result<CadReport, ApiError> {
        let step = StepInput::new(Path::new(path));
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

    pub(crate) fn cad_to_glb(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        let step = StepInput::new(Path::new(path));
        let glb = self
            .services
            .cad
            .glb(&step, &GlbRequest::default(), &Cancel::new(), &|_| {});
        glb.map(|glb| glb.bytes).map_err(|err| from_cad(&err))
    }

    pub(crate) fn cad_to_stl(&self, path: &str, high_quality: bool) -> Result<Vec<u8>, ApiError> {
        let quality = if high_quality {
            StlQuality::High
        } else {
            StlQuality::Low
        };
        let step = StepInput::new(Path::new(path));
        let stl = self
            .services
            .cad
            .stl(&step, &StlRequest { quality }, &Cancel::new(), &|_| {});
        stl.map(|stl| stl.bytes).map_err(|err| from_cad(&err))
    }
}
