//! Sets the text entries of two files side by side, and knows which change at each run by nature.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_schema::MetadataDifference;

/// Entries that differ, by key. Volatile ones are listed and marked.
pub(crate) fn differences(
    control: &BTreeMap<String, String>,
    candidate: &BTreeMap<String, String>,
    volatile: &[String],
) -> Vec<MetadataDifference> {
    let keys: BTreeSet<&String> = control.keys().chain(candidate.keys()).collect();
    keys.into_iter()
        .filter(|key| control.get(*key) != candidate.get(*key))
        .map(|key| MetadataDifference {
            key: key.clone(),
            control: control.get(key).cloned(),
            candidate: candidate.get(key).cloned(),
            volatile: volatile.iter().any(|pattern| matches(pattern, key)),
        })
        .collect()
}

/// Whether a key fits a pattern with at most one `*`, which stands for any text.
fn matches(pattern: &str, key: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == key,
        Some((start, end)) => {
            key.len() >= start.len() + end.len() && key.starts_with(start) && key.ends_with(end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches(
            "cycles.*.total_time",
            "cycles.ViewLayer.total_time"
        ));
        assert!(!matches("cycles.*.total_time", "cycles.ViewLayer.samples"));
        assert!(!matches("Date", "DateTime"));
    }
}
