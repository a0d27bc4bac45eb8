//! Pictures of materials for pickers: rendered when first asked for, kept while the process lives.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use hartomat_api::{ApiError, ErrorKind};
use hartomat_nodes::Services;
use hartomat_render::{EncodeOptions, ImageFormat, RenderError, encode, render_swatch};

/// Width and height.
const SIDE_PX: u32 = 128;
/// The studio that pictures are taken in; it leaves out all but the ball.
const STUDIO: &str = "transparent_cutout";

/// PNGs by the materials' keys.
#[derive(Default)]
pub(crate) struct Swatches(Mutex<BTreeMap<String, Vec<u8>>>);

impl Swatches {
    /// The picture of a material. One is made at a time.
    pub(crate) fn get(&self, services: &Services, key: &str) -> Result<Vec<u8>, ApiError> {
        let material = services.materials.get(key).ok_or_else(|| {
            let message = format!("there is no material `{key}`");
            ApiError::new(ErrorKind::NotFound, message).hint("the library lists them all")
        })?;
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(png) = made.get(&material.key) {
            return Ok(png.clone());
        }
        let failed = |err: RenderError| ApiError::from_source(ErrorKind::Internal, &err);
        let studio = services.scenes.get(STUDIO).map_err(failed)?;
        let picture =
            render_swatch(services.embedded.as_ref(), material, studio, SIDE_PX).map_err(failed)?;
        let png = encode(&picture, ImageFormat::Png, &EncodeOptions::default()).map_err(failed)?;
        made.insert(material.key.clone(), png.clone());
        Ok(png)
    }
}
