//! A stored configuration of the old kind. The legacy pipeline runs it as it is; migration reads it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// `{"type": "still", "params": {…}}`. Unknown keys are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegacyPreset {
    /// `still`, `thumbnail`, `turntable`, `multi_angle`, `still_with_exports`, `blend`, `custom` or `external`.
    #[serde(rename = "type")]
    pub preset_type: String,
    /// Values by legacy name.
    #[serde(default)]
    pub params: Map<String, Value>,
    /// Unknown keys.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
