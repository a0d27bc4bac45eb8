//! A file in the artifact store with the name that people know it by.
//!
//! The name is a label and never a path: it is made harmless here, also when it is read from a wire.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use crate::Digest;

/// The longest name, in characters.
const MAX_CHARS: usize = 255;
/// The name of a file whose own name says nothing.
const NAMELESS: &str = "file";

/// A file in the artifact store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StoredFile {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Name for people, as [`StoredFile::new`] makes it.
    #[serde(deserialize_with = "read_label")]
    #[schemars(with = "String")]
    pub name: String,
}

impl StoredFile {
    /// A stored file under a harmless label: the last component of `name`, without control
    /// characters and direction overrides, trimmed, at most 255 characters, never empty.
    pub fn new(digest: Digest, size_bytes: u64, name: &str) -> Self {
        Self {
            digest,
            size_bytes,
            name: label(name),
        }
    }
}

fn label(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|letter| !is_hostile(*letter)).collect();
    let cut: String = clean.trim().chars().take(MAX_CHARS).collect();
    let label = cut.trim_end();
    // `.` and `..` would still mean a folder to whoever saves under the label.
    if label.chars().all(|letter| letter == '.') {
        NAMELESS.to_owned()
    } else {
        label.to_owned()
    }
}

/// Whether a character acts on the text around it, or can't be seen and starts or ends a line.
fn is_hostile(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{061c}'
            | '\u{200b}'
            | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}')
}

fn read_label<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(label(&String::deserialize(deserializer)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_the_last_component_without_tricks() {
        for (name, expected) in [
            ("bracket.step", "bracket.step"),
            (r"C:\parts\bracket.step", "bracket.step"),
            ("../../etc/passwd", "passwd"),
            ("parts/", "file"),
            ("  Gehäuse 2.stp \n", "Gehäuse 2.stp"),
            ("gnp\u{202e}pets.exe", "gnppets.exe"),
            ("a\0b\x1b[31m.stp", "ab[31m.stp"),
            ("", "file"),
            ("..", "file"),
            (" \u{200f}\u{2066} ", "file"),
        ] {
            assert_eq!(label(name), expected, "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn every_name_becomes_a_harmless_label(
            name in prop_oneof![
                any::<String>(),
                "[./\\\\ \u{202e}\u{2066}\u{200f}\r\n\ta-z]{0,600}",
            ],
        ) {
            let file = StoredFile::new(Digest::of(b""), 0, &name);
            let label = &file.name;
            prop_assert!(!label.is_empty() && label.chars().count() <= MAX_CHARS);
            prop_assert!(!label.contains(['/', '\\']) && label != "." && label != "..");
            prop_assert!(!label.chars().any(is_hostile));
            prop_assert_eq!(label.trim(), label);
            prop_assert_eq!(&super::label(label), label);
            let wire = serde_json::json!({
                "digest": file.digest, "size_bytes": 0, "name": name,
            });
            prop_assert_eq!(serde_json::from_value::<StoredFile>(wire).unwrap(), file);
        }
    }
}
