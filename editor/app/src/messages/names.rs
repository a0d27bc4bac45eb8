//! Names that stand between backquotes in sentences of the runtime: keys of node types and ids of nodes,
//! which people know by their labels.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::text_with;

thread_local! {
    /// Labels of node types by their keys, as this thread's catalogue has them.
    static TYPES: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Sets the labels of node types that this thread's sentences have.
pub(crate) fn set_type_names(names: BTreeMap<String, String>) {
    TYPES.set(names);
}

/// A sentence with node types by their labels.
pub(crate) fn with_type_names(sentence: &str) -> String {
    TYPES.with_borrow(|types| with_names(sentence, |name| types.get(name).cloned()))
}

/// A sentence with names in backquotes by the labels that somebody knows of them; others stay as they
/// are.
pub(crate) fn with_names(sentence: &str, label: impl Fn(&str) -> Option<String>) -> String {
    let mut named = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((name, behind)) = after.split_once('`') else {
            break;
        };
        named.push_str(before);
        match label(name) {
            Some(label) => named.push_str(&text_with("name.label", &[("label", &label)])),
            None => named.extend(["`", name, "`"]),
        }
        rest = behind;
    }
    named.push_str(rest);
    named
}

#[cfg(test)]
mod tests {
    use super::with_names;

    #[test]
    fn names_that_are_known_get_their_labels_and_odd_quotes_stay() {
        let label = |name: &str| (name == "glb").then(|| "GLB file".to_owned());
        let named = |text| with_names(text, label);
        assert_eq!(named("`glb` feeds `part`"), "“GLB file” feeds `part`");
        assert_eq!(named("no name"), "no name");
        assert_eq!(named("odd ` quote of `glb"), "odd ` quote of `glb");
    }
}
