//! What can be asked of a worker and what comes back.

use hartomat_schema::{BoundingBox, PartList};

use crate::CadError;

/// Asks for parts, names, colours and the assembly tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartListRequest {
    /// Whether volumes and areas are measured, which takes another pass over the shapes.
    pub mass_properties: bool,
}

/// Parts, names, colours and the assembly tree.
#[derive(Debug, Clone, PartialEq)]
pub struct PartListOutput {
    /// The part list.
    pub part_list: PartList,
    /// What may be missing, in words.
    pub warnings: Vec<String>,
}

/// Asks for a GLB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlbRequest {
    /// Largest distance between triangle and surface, in percent of the model's diagonal: 0.001 to 10.
    pub deflection_percent: f64,
    /// Largest angle between neighbouring facets of a curve, in degrees: 1 to 90.
    pub angle_deg: f64,
}

impl Default for GlbRequest {
    fn default() -> Self {
        Self {
            deflection_percent: 0.1,
            angle_deg: 0.5_f64.to_degrees(),
        }
    }
}

impl GlbRequest {
    pub(crate) fn check(&self) -> Result<(), CadError> {
        let range = |setting, value: f64, low, high, expected| {
            let is_fine = value.is_finite() && value >= low && value <= high;
            if is_fine {
                Ok(())
            } else {
                Err(CadError::BadSetting {
                    setting,
                    value,
                    expected,
                })
            }
        };
        range(
            "deflection_percent",
            self.deflection_percent,
            0.001,
            10.0,
            "0.001 to 10",
        )?;
        range("angle_deg", self.angle_deg, 1.0, 90.0, "1 to 90")
    }
}

/// A GLB and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct GlbOutput {
    /// The file.
    pub bytes: Vec<u8>,
    /// The box of the exact shapes.
    pub bbox: BoundingBox,
    /// Triangles as drawn: those of a part count once per occurrence.
    pub triangle_count: u64,
    /// What may be missing, in words.
    pub warnings: Vec<String>,
}

/// How fine an STL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StlQuality {
    /// 0.1 % of the diagonal, 28.6°: previews.
    #[default]
    Low,
    /// 0.01 % of the diagonal, 11.5°: close-ups and printing.
    High,
}

impl StlQuality {
    pub(crate) fn tessellation(self) -> GlbRequest {
        match self {
            Self::Low => GlbRequest::default(),
            Self::High => GlbRequest {
                deflection_percent: 0.01,
                angle_deg: 0.2_f64.to_degrees(),
            },
        }
    }
}

/// Asks for an STL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StlRequest {
    /// How fine it is.
    pub quality: StlQuality,
}

/// An STL and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StlOutput {
    /// The file: binary, millimetres, Z up.
    pub bytes: Vec<u8>,
    /// The box of the exact shapes.
    pub bbox: BoundingBox,
    /// Triangles in the file.
    pub triangle_count: u64,
    /// What may be missing, in words.
    pub warnings: Vec<String>,
}
