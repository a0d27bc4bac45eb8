//! Artifacts in the forms that several nodes put out: JSON payloads and pictures.

use hartomat_engine::{Content, NewArtifact};
use hartomat_schema::{ArtifactKind, canonical_json};
use serde::Serialize;
use serde_json::Map;

/// A payload as canonical JSON, so that equal values have equal digests.
pub(crate) fn json_artifact(kind: ArtifactKind, name: &str, value: &impl Serialize) -> NewArtifact {
    NewArtifact {
        kind,
        name: name.to_owned(),
        media_type: "application/json".to_owned(),
        content: Content::Bytes(canonical_json(value)),
        facts: Map::new(),
    }
}

/// A file's bytes.
pub(crate) fn bytes_artifact(
    kind: ArtifactKind,
    name: impl Into<String>,
    media_type: &str,
    bytes: Vec<u8>,
) -> NewArtifact {
    NewArtifact {
        kind,
        name: name.into(),
        media_type: media_type.to_owned(),
        content: Content::Bytes(bytes),
        facts: Map::new(),
    }
}

/// The CAD file's name without its ending, cleaned for use in file names.
pub(crate) fn stem(file_name: &str) -> String {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    let clean: String = stem
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .take(80)
        .collect();
    if clean.is_empty() {
        "output".to_owned()
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn stems_never_lead_out_of_a_folder() {
        assert_eq!(stem("ball bearing.step"), "ball_bearing");
        assert_eq!(stem(".step"), "output");
        assert!(!stem("..\\..\\x/y.stp").contains(['/', '\\', '.']));
    }
}
