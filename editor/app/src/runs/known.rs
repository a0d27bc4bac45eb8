//! Failures that are known: what our own runtime and its tools say, the likely cause, and what helps.
//!
//! Signs are parts of sentences in small letters, or as the runtime writes them. The first row with all signs of one of its lists
//! wins, so what is special stands above what is general. Causes and fixes stand in the message files
//! under `known.<key>`.

use crate::messages::text_or;

/// A failure that is known.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownFailure {
    /// Its key in message files.
    pub key: &'static str,
    /// Lists of signs; all of one list must be there.
    signs: &'static [&'static [&'static str]],
}

impl KnownFailure {
    /// The likely cause, for people.
    pub fn cause(&self) -> &'static str {
        text_or(&format!("known.{}.cause", self.key), self.key)
    }

    /// What helps.
    pub fn fix(&self) -> &'static str {
        text_or(&format!("known.{}.fix", self.key), "")
    }

    /// All of them.
    pub fn all() -> &'static [Self] {
        KNOWN
    }
}

/// What is known of a failure that says this.
pub fn known_failure(said: &str) -> Option<&'static KnownFailure> {
    let small = said.to_lowercase();
    let is_it = |known: &&KnownFailure| {
        let mut lists = known.signs.iter();
        lists.any(|signs| has_all(signs, said, &small))
    };
    KNOWN.iter().find(is_it)
}

fn has_all(signs: &[&str], said: &str, small: &str) -> bool {
    let mut signs = signs.iter();
    signs.all(|sign| small.contains(*sign) || said.contains(*sign))
}

const fn known(key: &'static str, signs: &'static [&'static [&'static str]]) -> KnownFailure {
    KnownFailure { key, signs }
}

const KNOWN: &[KnownFailure] = &[
    known("drill", &[&["on purpose: a drill"]]),
    known(
        "disk_full",
        &[
            &["no space left"],
            &["os error 28"],
            &["disk quota exceeded"],
            &["mb are free in the data folder"],
        ],
    ),
    known(
        "worker_missing",
        &[
            &["the cad worker", "isn't there"],
            &["the cad kernel is missing"],
        ],
    ),
    known(
        "killed",
        &[
            &["was killed"],
            &["signal 9"],
            &["its attempt was lost with the process"],
            &["its process ended"],
        ],
    ),
    known("crashed", &[&["segmentation fault"], &["` aborted before"]]),
    known("worker_broken", &[&["the cad worker doesn't work"]]),
    known("cad_crash", &[&["crashed the cad kernel"]]),
    known(
        "cad_memory",
        &[
            &["mib of memory (stage"],
            &["makes a result of more than", "(stage"],
        ],
    ),
    known("cad_timeout", &[&["took longer than", "(stage"]]),
    known("not_step", &[&["is no STEP file"]]),
    known("truncated", &[&["is incomplete:"]]),
    known(
        "cad_limits",
        &[&["` is too large:"], &["more than the limit of"]],
    ),
    known("cad_unreadable", &[&["can't be read (stage"]]),
    known(
        "no_geometry",
        &[&["holds no geometry"], &["has no geometry to draw"]],
    ),
    known("bad_geometry", &[&["has unusable geometry"]]),
    known("unknown_material", &[&["no material is named"]]),
    known("unknown_scene", &[&["no studio scene is named"]]),
    known("budget", &[&["took longer than its budget"]]),
    known(
        "out_of_memory",
        &[
            &["mib of memory"],
            &["cannot allocate memory"],
            &["out of memory"],
            &["os error 12)"],
        ],
    ),
    known("contract", &[&["the contract asks for"]]),
    known(
        "broken_output",
        &[
            &["output `", "was not delivered"],
            &["output `", "should be `"],
            &["is not in the definition"],
            &["is no whole"],
            &["picture `", "can't be decoded"],
            &["picture `", "should have"],
            &["` is empty"],
        ],
    ),
    known("panicked", &[&["the node panicked"]]),
    known("no_executor", &[&["has no executor in this edition"]]),
    known("no_blender", &[&["can't render with blender"]]),
    known("settings", &[&["settings don't fit their schema"]]),
    known(
        "damaged",
        &[&["is damaged:"], &["database disk image is malformed"]],
    ),
    known(
        "database_busy",
        &[
            &["another process holds the database"],
            &["database is locked"],
        ],
    ),
    known(
        "not_permitted",
        &[
            &["permission denied"],
            &["os error 13)"],
            &["read-only file system"],
        ],
    ),
    known(
        "file_gone",
        &[&["no such file or directory"], &["os error 2)"]],
    ),
    known(
        "process_limits",
        &[&["can't start `"], &["too many open files"]],
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::messages::{Language, set_language};

    #[test]
    fn every_known_failure_has_a_cause_and_a_fix_in_both_languages() {
        let keys: BTreeSet<_> = KNOWN.iter().map(|known| known.key).collect();
        assert_eq!(keys.len(), KNOWN.len());
        for language in [Language::English, Language::German] {
            set_language(language);
            for known in KNOWN {
                assert_ne!(known.cause(), known.key);
                assert_ne!(known.fix(), "", "{}", known.key);
            }
        }
        set_language(Language::English);
    }

    #[test]
    fn what_nobody_knows_is_left_alone() {
        assert_eq!(known_failure("rendered 64 samples in 3.2 s"), None);
    }
}
