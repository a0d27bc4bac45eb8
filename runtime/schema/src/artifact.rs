//! Artifacts: immutable, content-hashed products of node runs, and the kinds that ports carry.

use std::borrow::Cow;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Digest;

/// What an artifact is. An open set: a newer catalogue may serve kinds that this build doesn't know.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
#[schemars(inline)]
pub struct ArtifactKind(Cow<'static, str>);

macro_rules! kinds {
    ($($(#[$doc:meta])* $constant:ident = $text:literal;)*) => {
        impl ArtifactKind {
            $($(#[$doc])* pub const $constant: Self = Self(Cow::Borrowed($text));)*

            /// Every kind that this build produces, in catalogue order.
            pub const ALL: &'static [Self] = &[$(Self::$constant),*];
        }
    };
}

kinds! {
    /// A STEP file, as it was handed in.
    STEP_FILE = "step_file";
    /// Product, output type and overrides of an order line.
    ORDER_LINE = "order_line";
    /// Parts and assembly tree ([`crate::PartList`]).
    PART_LIST = "part_list";
    /// A binary glTF file.
    GLB = "glb";
    /// A binary STL file.
    STL = "stl";
    /// A bounding box ([`crate::BoundingBox`]).
    BBOX = "bbox";
    /// A material per part ([`crate::MaterialMap`]).
    MATERIAL_MAP = "material_map";
    /// A studio scene ([`crate::SceneTemplate`]).
    SCENE_TEMPLATE = "scene_template";
    /// Everything a renderer needs but the geometry itself ([`crate::Scene`]).
    SCENE = "scene";
    /// A picture.
    IMAGE = "image";
    /// A turntable's frames ([`crate::FrameList`]).
    FRAMES = "frames";
    /// A video.
    VIDEO = "video";
    /// A Blender file.
    BLEND = "blend";
    /// A record of a published artifact.
    MEDIA_ASSET = "media_asset";
    /// A record of a message.
    NOTIFICATION = "notification";
}

impl ArtifactKind {
    /// A kind by its key.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// The key as it stands in documents.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ArtifactKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An artifact in the store. The name is a label for people; on disk the digest is the name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// What it is.
    pub kind: ArtifactKind,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
    /// A file name for people, such as `still.png`.
    pub name: String,
    /// Media type, such as `image/png`.
    pub media_type: String,
    /// What the contract check measured, such as `width_px` and `format`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub facts: Map<String, Value>,
}
