//! Studio scenes and composed scenes: camera, lights, ground and background as data.
//!
//! Lengths of a [`StudioScene`] are multiples of the model's bounding sphere radius, so that one
//! scene fits a screw and a gearbox; a [`Scene`] is the same resolved to millimetres, Z up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BoundingBox, Digest, Material};

/// The curve from scene light to picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToneMapping {
    /// AgX, soft highlights that keep their hue.
    #[default]
    Agx,
    /// A filmic curve with more contrast.
    Filmic,
    /// Plain sRGB, clipped.
    Standard,
}

/// What stands behind the product.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Background {
    /// A backdrop of one linear colour, shown as it is: exposure and tone mapping leave it alone.
    Color {
        /// Linear RGB.
        rgb: [f32; 3],
    },
    /// Nothing: alpha 0.
    Transparent,
}

/// Light from all around: a vertical gradient, linear radiance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentLight {
    /// Radiance from above.
    pub top: [f32; 3],
    /// Radiance from the horizon.
    pub horizon: [f32; 3],
    /// Radiance from below.
    pub bottom: [f32; 3],
}

/// A rectangular soft box that looks at a point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PanelLight {
    /// Name for people, such as `key`.
    pub name: String,
    /// Centre.
    pub position: [f32; 3],
    /// The point it faces.
    pub target: [f32; 3],
    /// Width and height.
    pub size: [f32; 2],
    /// Linear radiance; black makes a flag, which only darkens reflections.
    pub radiance: [f32; 3],
    /// How far the light falls off towards the rim: 0 hard edge to 1 from the very centre.
    #[serde(default)]
    pub softness: f32,
}

/// A pinhole camera.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Camera {
    /// Where it stands.
    pub position: [f32; 3],
    /// The point it looks at.
    pub target: [f32; 3],
    /// Vertical field of view in degrees, for a square picture; wider pictures see more.
    pub vertical_fov_deg: f32,
}

/// From where a camera sees the whole product, whatever shape the picture has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SceneFraming {
    /// Degrees around Z from −Y, towards +X.
    pub azimuth_deg: f32,
    /// Degrees above the ground.
    pub elevation_deg: f32,
    /// Free share of the picture on each side.
    pub margin: f32,
    /// Whether the product stays inside while it turns once.
    pub full_turn: bool,
}

/// A ground plane under the product.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Ground {
    /// Linear base colour.
    pub base_color: [f32; 3],
    /// Roughness.
    pub roughness: f32,
    /// Whether only the shadow on it is seen, over the background or over transparency.
    pub shadow_only: bool,
}

/// A studio scene of the library (`assets/scenes/*.json`). Lengths in radii of the product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudioScene {
    /// Key, such as `soft_box`.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// What it is good for.
    pub description: String,
    /// Direction of the camera: degrees around Z from −Y, towards +X.
    pub azimuth_deg: f32,
    /// Degrees above the ground.
    pub elevation_deg: f32,
    /// Vertical field of view in degrees.
    pub vertical_fov_deg: f32,
    /// Free space around the product as a share of the picture.
    pub margin: f32,
    /// Light from all around.
    pub environment: EnvironmentLight,
    /// Soft boxes.
    pub lights: Vec<PanelLight>,
    /// Ground, where there is one.
    pub ground: Option<Ground>,
    /// Background.
    pub background: Background,
    /// Exposure in stops.
    pub exposure_ev: f32,
    /// Tone mapping.
    pub tone_mapping: ToneMapping,
}

/// The studio scene that was resolved for an output type. Artifact kind `scene_template`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SceneTemplate {
    /// The studio scene, whole, so that a later change of the library changes no old run.
    pub scene: StudioScene,
    /// The studio's own `.blend` file in its place; the studio scene then gives exposure and tone mapping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<BlendTemplate>,
}

/// A `.blend` file of the studio's library that products are set into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BlendTemplate {
    /// Its file name, such as `catalogue.blend`.
    pub name: String,
    /// Digest of its bytes.
    pub digest: Digest,
    /// Whether somebody trusted its scripts when it was resolved.
    pub trusted: bool,
}

/// Everything a renderer needs but the geometry, which it names by digest. Artifact kind `scene`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Scene {
    /// The GLB's digest.
    pub glb: Digest,
    /// Materials by GLB mesh index (one mesh per distinct part); none keeps the GLB's own.
    pub materials: Vec<Option<Material>>,
    /// Names of assembly nodes that aren't drawn.
    pub hidden: Vec<String>,
    /// The product's box.
    pub bbox: BoundingBox,
    /// Camera in millimetres.
    pub camera: Camera,
    /// What the camera was framed with, where it is framed anew for each picture's shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framing: Option<SceneFraming>,
    /// Light from all around.
    pub environment: EnvironmentLight,
    /// Soft boxes in millimetres.
    pub lights: Vec<PanelLight>,
    /// Ground at the bottom of the box.
    pub ground: Option<Ground>,
    /// Background.
    pub background: Background,
    /// Exposure in stops.
    pub exposure_ev: f32,
    /// Tone mapping.
    pub tone_mapping: ToneMapping,
    /// The `.blend` file that is the stage; only Blender renders it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<BlendTemplate>,
}
