//! The old `image_transform` resized unless its mode said otherwise; the node resizes only where it is told.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::WorkflowValidator;

/// Lets every transform that has a size and no mode resize.
pub(super) fn give(draft: &mut Draft, validator: &WorkflowValidator) {
    for node in &mut draft.nodes {
        let has = |side: &str| node.settings.contains_key(side);
        // A mode that the setting refuses is kept, and stays for a person to set.
        let kept = |name: &str| {
            let mode = node.legacy.get("params").and_then(|kept| kept.get(name));
            mode.is_some_and(|mode| !mode.is_null())
        };
        let has_mode = has("mode") || kept("mode") || kept("operation");
        let has_size = has("width_px") || has("height_px");
        if node.node_type.as_str() != "image_transform" || !has_size || has_mode {
            continue;
        }
        let resize = Map::from_iter([("mode".to_owned(), Value::from("resize"))]);
        let refused = validator.check_settings(&node.node_type, &resize, "");
        if refused.is_empty() {
            node.settings.extend(resize);
        }
    }
}
