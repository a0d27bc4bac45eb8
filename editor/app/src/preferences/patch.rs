//! What one window changed of the preferences, to be put over what other windows have written.

use serde_json::{Map, Value};

/// Changes in the order that they were made: a path, and the value there; none takes it away.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Patch(Vec<(Vec<String>, Option<Value>)>);

impl Patch {
    /// What leads from one state to another. Objects are looked into, everything else is one value.
    pub(super) fn between(old: &Map<String, Value>, new: &Map<String, Value>) -> Self {
        let mut patch = Self::default();
        patch.compare(old, new, &[]);
        patch
    }

    fn compare(&mut self, old: &Map<String, Value>, new: &Map<String, Value>, path: &[String]) {
        let path_of = |key: &String| [path, std::slice::from_ref(key)].concat();
        for (key, value) in new {
            match (old.get(key), value) {
                (Some(Value::Object(old)), Value::Object(new)) => {
                    self.compare(old, new, &path_of(key));
                }
                (Some(old), new) if old == new => {}
                (_, new) => self.0.push((path_of(key), Some(new.clone()))),
            }
        }
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            self.0.push((path_of(key), None));
        }
    }

    /// Adds what was changed later.
    pub(super) fn extend(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// Puts these changes before those of another.
    pub(super) fn put_before(&mut self, mut earlier: Self) {
        earlier.extend(std::mem::take(self));
        *self = earlier;
    }

    /// Whether nothing was changed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes the changes. What is in the way of a path goes.
    pub(super) fn apply(&self, values: &mut Map<String, Value>) {
        for (path, value) in &self.0 {
            set(values, path, value.as_ref());
        }
    }
}

fn set(values: &mut Map<String, Value>, path: &[String], value: Option<&Value>) {
    let Some((key, rest)) = path.split_first() else {
        return;
    };
    if !rest.is_empty() {
        let inner = values.entry(key.clone()).or_insert(Value::Null);
        if !inner.is_object() {
            *inner = Value::Object(Map::new());
        }
        if let Value::Object(inner) = inner {
            set(inner, rest, value);
        }
        return;
    }
    match value {
        Some(value) => {
            values.insert(key.clone(), value.clone());
        }
        None => {
            values.shift_remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn a_patch_leads_from_one_state_to_the_other_and_leaves_the_rest_alone() {
        let old = map(json!({"a": 1, "b": {"c": 2, "d": 3}, "gone": true, "was": {"x": 1}}));
        let new = map(json!({"a": 1, "b": {"c": 4, "d": 3}, "e": [1], "was": null}));
        let patch = Patch::between(&old, &new);
        let mut same = old.clone();
        patch.apply(&mut same);
        assert_eq!(same, new);
        let mut other = map(json!({"a": 9, "b": {"c": 2, "d": 8, "f": 7}, "gone": true}));
        patch.apply(&mut other);
        let expected = json!({"a": 9, "b": {"c": 4, "d": 8, "f": 7}, "e": [1], "was": null});
        assert_eq!(Value::Object(other), expected);
        assert!(Patch::between(&new, &new).is_empty());
    }

    #[test]
    fn later_changes_win_even_where_something_else_has_taken_the_place() {
        let (one, two) = (json!({"a": {"b": 1}}), json!({"a": null}));
        let mut patch = Patch::between(&map(json!({})), &map(one.clone()));
        patch.extend(Patch::between(&map(one.clone()), &map(two.clone())));
        patch.extend(Patch::between(&map(two), &map(one.clone())));
        let mut values = map(json!({"a": 5}));
        patch.apply(&mut values);
        assert_eq!(Value::Object(values), one);
    }
}
