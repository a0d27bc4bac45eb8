//! What a person did in a form.

use serde_json::Value;

use super::pointer;

/// What came of one frame of a form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FormResponse {
    /// The change; `None` unless the person made one.
    pub change: Option<FormChange>,
    /// Other things that the person asked for.
    pub actions: Vec<FormAction>,
}

/// A change of a form's value.
#[derive(Debug, Clone, PartialEq)]
pub struct FormChange {
    /// The whole value after the change.
    pub value: Value,
    /// The settings that changed; at least one.
    pub edits: Vec<FieldEdit>,
    /// `false` while a gesture goes on, as dragging a number or typing a text. The gesture ends with a
    /// change that is final, so that it is one step to undo. Where nothing came of it, as after Escape,
    /// that change brings the value from before back.
    pub is_final: bool,
}

/// One setting's new value.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldEdit {
    /// JSON pointer to it.
    pub pointer: String,
    /// Its new value; `None` when it was taken out, which gives it its default.
    pub value: Option<Value>,
}

/// What a person asked for beside a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormAction {
    /// A dialog that chooses a path, for the setting at this pointer.
    ChoosePath {
        /// JSON pointer to the setting.
        pointer: String,
        /// Whether it is a folder.
        is_folder: bool,
    },
    /// The fix of a diagnostic.
    Fix {
        /// Its place in the context's list.
        diagnostic: usize,
    },
    /// To see where a setting's value comes from.
    ShowProvenance {
        /// JSON pointer to the setting.
        pointer: String,
    },
}

impl FormChange {
    /// The first setting that changed.
    pub fn pointer(&self) -> &str {
        &self.edits[0].pointer
    }

    /// Another node's value with the same settings changed, for several nodes that are edited at once.
    pub fn apply_to(&self, other: &Value) -> Value {
        let mut changed = other.clone();
        for edit in &self.edits {
            pointer::set(&mut changed, &edit.pointer, edit.value.clone());
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_takes_to_other_values_what_changed_and_no_more() {
        let change = FormChange {
            value: json!({"samples": 8, "seed": 1}),
            edits: vec![
                FieldEdit {
                    pointer: "/samples".to_owned(),
                    value: Some(json!(8)),
                },
                FieldEdit {
                    pointer: "/quality".to_owned(),
                    value: None,
                },
            ],
            is_final: true,
        };
        let other = json!({"samples": 64, "seed": 7, "quality": 80});
        assert_eq!(change.apply_to(&other), json!({"samples": 8, "seed": 7}));
    }
}
