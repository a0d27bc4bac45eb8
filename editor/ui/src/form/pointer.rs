//! JSON pointers: into values, and back from keys.

use serde_json::{Map, Value};

/// The pointer of a member.
pub(super) fn join(pointer: &str, key: &str) -> String {
    let key = key.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{key}")
}

/// Whether a pointer is another one or leads into it.
pub(super) fn is_within(pointer: &str, outer: &str) -> bool {
    pointer
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Sets what a pointer leads to, or takes it out. Objects on the way are made; where a list on the way
/// is too short or something else stands there, nothing changes.
pub(super) fn set(root: &mut Value, pointer: &str, value: Option<Value>) {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        if let Some(value) = value {
            *root = value;
        }
        return;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    let Some(parent) = make(root, parent, value.is_some()) else {
        return;
    };
    match (parent, value) {
        (Value::Object(members), Some(value)) => {
            members.insert(key, value);
        }
        (Value::Object(members), None) => {
            members.shift_remove(&key);
        }
        (Value::Array(items), value) => {
            let Ok(index) = key.parse::<usize>() else {
                return;
            };
            match value {
                Some(value) if index < items.len() => items[index] = value,
                Some(value) if index == items.len() => items.push(value),
                None if index < items.len() => {
                    items.remove(index);
                }
                _ => {}
            }
        }
        _ => {}
    }
}

/// What a pointer leads to, with objects made on the way when something is to be put there.
fn make<'a>(root: &'a mut Value, pointer: &str, can_make: bool) -> Option<&'a mut Value> {
    let mut at = root;
    for key in pointer.split('/').skip(1) {
        if at.is_null() && can_make {
            *at = Value::Object(Map::new());
        }
        let key = key.replace("~1", "/").replace("~0", "~");
        at = match at {
            Value::Object(members) => {
                if can_make && !members.contains_key(&key) {
                    members.insert(key.clone(), Value::Null);
                }
                members.get_mut(&key)?
            }
            Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    if at.is_null() && can_make {
        *at = Value::Object(Map::new());
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(before: Value, pointer: &str, value: Option<Value>, after: Value) {
        let mut changed = before;
        set(&mut changed, pointer, value);
        assert_eq!(changed, after, "{pointer}");
    }

    #[test]
    fn values_are_set_and_taken_out_at_any_depth() {
        check(json!({}), "/a", Some(json!(1)), json!({"a": 1}));
        check(json!({}), "/a/b", Some(json!(1)), json!({"a": {"b": 1}}));
        check(
            json!({"a": [1, 2]}),
            "/a/1",
            Some(json!(3)),
            json!({"a": [1, 3]}),
        );
        check(
            json!({"a": [1, 2]}),
            "/a/2",
            Some(json!(3)),
            json!({"a": [1, 2, 3]}),
        );
        check(json!({"a": [1, 2]}), "/a/0", None, json!({"a": [2]}));
        check(json!({"a": 1, "b": 2}), "/a", None, json!({"b": 2}));
        check(json!({"b": 2}), "/a/c", None, json!({"b": 2}));
        check(json!({}), "/x~1y", Some(json!(1)), json!({"x/y": 1}));
    }

    #[test]
    fn what_cannot_be_reached_stays_as_it_is() {
        check(
            json!({"a": [1]}),
            "/a/7/b",
            Some(json!(3)),
            json!({"a": [1]}),
        );
        check(
            json!({"a": "text"}),
            "/a/b",
            Some(json!(3)),
            json!({"a": "text"}),
        );
    }

    #[test]
    fn pointers_contain_what_lies_in_them() {
        assert!(is_within("/a/b", "/a"));
        assert!(is_within("/a", "/a"));
        assert!(is_within("/a", ""));
        assert!(!is_within("/ab", "/a"));
    }
}
