//! Materials, and which part gets which.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Rgba;

/// A surface in the metallic/roughness model. Colours are linear.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// The library's key, such as `steel_brushed`.
    pub key: String,
    /// English name for people.
    pub name: String,
    /// Other names in English and German that resolve to this material.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Group in pickers, such as `steel` or `plastic`.
    pub group: String,
    /// Base colour (diffuse, or reflectance at normal incidence for metals).
    pub base_color: [f32; 3],
    /// 0 dielectric to 1 metal.
    pub metallic: f32,
    /// 0 mirror to 1 matt.
    pub roughness: f32,
    /// Clear coat layer, 0 none to 1 full.
    #[serde(default)]
    pub clear_coat: f32,
    /// Roughness of the clear coat.
    #[serde(default)]
    pub clear_coat_roughness: f32,
    /// 0 opaque to 1 glass.
    #[serde(default)]
    pub transmission: f32,
    /// Index of refraction, 1.5 for most plastics and glass.
    #[serde(default = "default_ior")]
    pub ior: f32,
    /// 0 even to 1 brushed: stretches highlights across the direction of turning or brushing.
    #[serde(default)]
    pub anisotropy: f32,
    /// 0 smooth to 1 coarse: the fine relief of castings and powder coats.
    #[serde(default)]
    pub grain: f32,
    /// Whether the part's own CAD colour takes the place of `base_color`.
    #[serde(default)]
    pub takes_cad_color: bool,
}

fn default_ior() -> f32 {
    1.5
}

/// How a part came to its material.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaterialSource {
    /// A person or an order line named it.
    Assigned,
    /// The part's name is or contains a material's key, name or alias.
    Name,
    /// The CAD colour is near a material's colour.
    CadColor,
    /// Nothing matched: the fallback.
    Fallback,
}

/// One part's material.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MaterialAssignment {
    /// Index into the part list's parts.
    pub part: usize,
    /// The part's name, for people and for matching across files.
    pub part_name: String,
    /// Key of the material in the library.
    pub material: String,
    /// How it was found.
    pub source: MaterialSource,
    /// The CAD colour that the material takes on, where it does.
    pub color: Option<Rgba>,
}

/// A material per part. File format of the artifact kind `material_map`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MaterialMap {
    /// One entry per part of the part list, in its order.
    pub assignments: Vec<MaterialAssignment>,
    /// Names of parts that only got the fallback.
    pub unresolved: Vec<String>,
}

impl MaterialMap {
    /// The first six parts with their materials, for people.
    pub fn words(&self) -> String {
        const SHOWN: usize = 6;
        let assigned = self.assignments.iter().take(SHOWN);
        let shown: Vec<String> = assigned
            .map(|part| format!("{} → {}", part.part_name, part.material))
            .collect();
        match self.assignments.len().saturating_sub(SHOWN) {
            0 => shown.join(", "),
            more => format!("{} and {more} more", shown.join(", ")),
        }
    }
}
