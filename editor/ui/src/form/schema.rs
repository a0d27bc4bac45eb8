//! A schema as forms read it: `$ref` followed, what may be null told apart, and the kind of field.

mod shape;

use serde_json::Value;

/// `$ref`s in a row.
const REFERENCES: usize = 16;

/// One schema within a root. Titles and defaults come first from where it is used, its shape from what
/// it refers to.
#[derive(Debug, Clone, Copy)]
pub(super) struct SchemaView<'a> {
    root: &'a Value,
    /// As written where it is used.
    pub(super) own: &'a Value,
    /// What `$ref` or a nullable choice leads to.
    shape: &'a Value,
}

/// What kind of field a schema asks for.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    Choice(Vec<Choice<'a>>),
    Flags(Vec<Choice<'a>>),
    Variants(Vec<SchemaView<'a>>),
    Boolean,
    Integer,
    Number,
    Text,
    Tuple(Vec<SchemaView<'a>>),
    List(SchemaView<'a>),
    Object,
    Map(SchemaView<'a>),
    Unknown,
}

/// One of several values.
#[derive(Debug, Clone)]
pub(super) struct Choice<'a> {
    pub(super) value: &'a Value,
    pub(super) label: String,
    pub(super) help: Option<&'a str>,
}

impl<'a> SchemaView<'a> {
    pub(super) fn root(root: &'a Value) -> Self {
        Self::of(root, root)
    }

    fn of(root: &'a Value, own: &'a Value) -> Self {
        let mut shape = own;
        for _ in 0..REFERENCES {
            let Some(next) = reference(root, shape) else {
                break;
            };
            shape = next;
        }
        Self { root, own, shape }
    }

    /// A schema within the same root.
    pub(super) fn child(self, own: &'a Value) -> Self {
        Self::of(self.root, own)
    }

    /// What describes it: first where it is used, then what it refers to.
    pub(super) fn note(self, key: &str) -> Option<&'a Value> {
        self.own.get(key).or_else(|| self.shape.get(key))
    }

    pub(super) fn note_text(self, key: &str) -> Option<&'a str> {
        self.note(key)?.as_str()
    }

    /// What bounds it.
    pub(super) fn bound(self, key: &str) -> Option<f64> {
        let value = self.shape.get(key).or_else(|| self.own.get(key))?;
        value.as_f64()
    }

    pub(super) fn flag(self, key: &str) -> bool {
        self.note(key).and_then(Value::as_bool) == Some(true)
    }

    pub(super) fn default(self) -> Option<&'a Value> {
        self.note("default").or_else(|| self.shape.get("const"))
    }

    pub(super) fn unit(self) -> Option<&'a str> {
        self.note_text("x-unit")
    }

    /// The widget that it asks for by name.
    pub(super) fn widget(self) -> Option<&'a str> {
        self.note_text("x-widget")
            .or_else(|| self.note_text("format"))
    }

    /// Whether it may be null, and the schema of what it is otherwise.
    pub(super) fn nullable(self) -> (bool, Self) {
        if let Some(Value::Array(types)) = self.shape.get("type") {
            return (types.iter().any(|kind| kind == "null"), self);
        }
        let Some(Value::Array(options)) = self.any_of() else {
            return (false, self);
        };
        let is_null = |option: &&Value| option.get("type").is_some_and(|kind| kind == "null");
        let others: Vec<&Value> = options.iter().filter(|option| !is_null(option)).collect();
        match others.as_slice() {
            [only] if options.len() > 1 => {
                let inner = self.child(only);
                let shape = inner.shape;
                (true, Self { shape, ..self })
            }
            _ => (others.len() < options.len(), self),
        }
    }

    fn any_of(self) -> Option<&'a Value> {
        self.shape.get("oneOf").or_else(|| self.shape.get("anyOf"))
    }

    /// The one type that isn't null.
    pub(super) fn type_name(self) -> Option<&'a str> {
        match self.shape.get("type") {
            Some(Value::String(name)) => Some(name),
            Some(Value::Array(names)) => {
                let mut names = names.iter().filter_map(Value::as_str);
                let first = names.by_ref().find(|name| *name != "null")?;
                names.all(|name| name == "null").then_some(first)
            }
            _ if self.shape.get("properties").is_some() => Some("object"),
            _ if self.shape.get("items").is_some() => Some("array"),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> Kind<'a> {
        if let Some(Value::Array(options)) = self.shape.get("enum") {
            return Kind::Choice(self.enumeration(options));
        }
        if let Some(Value::Array(options)) = self.any_of() {
            let options: Vec<Self> = options.iter().map(|option| self.child(option)).collect();
            let choices: Option<Vec<_>> = options.iter().map(|option| option.as_choice()).collect();
            let are_variants = self.shape.get("properties").is_none();
            return match choices {
                Some(choices) => Kind::Choice(self.labelled(choices)),
                None if are_variants => Kind::Variants(options),
                None => Kind::Object,
            };
        }
        match self.type_name() {
            Some("boolean") => Kind::Boolean,
            Some("integer") => Kind::Integer,
            Some("number") => Kind::Number,
            Some("string") => Kind::Text,
            Some("array") => self.array_kind(),
            Some("object") => self.object_kind(),
            _ => Kind::Unknown,
        }
    }

    fn array_kind(self) -> Kind<'a> {
        if let Some(Value::Array(items)) = self.shape.get("prefixItems") {
            return Kind::Tuple(items.iter().map(|item| self.child(item)).collect());
        }
        let Some(item) = self.shape.get("items").filter(|item| item.is_object()) else {
            return Kind::Unknown;
        };
        let item = self.child(item);
        if self.flag("uniqueItems")
            && let Kind::Choice(choices) = item.kind()
        {
            return Kind::Flags(choices);
        }
        let count = |key| self.bound(key).map(|count| count as usize);
        let is_number = matches!(item.kind(), Kind::Number | Kind::Integer);
        match (count("minItems"), count("maxItems")) {
            (Some(least), Some(most)) if least == most && (2..=4).contains(&most) && is_number => {
                Kind::Tuple(vec![item; most])
            }
            _ => Kind::List(item),
        }
    }

    fn object_kind(self) -> Kind<'a> {
        let members = self.shape.get("additionalProperties");
        let has_properties = self
            .shape
            .get("properties")
            .and_then(Value::as_object)
            .is_some_and(|properties| !properties.is_empty());
        match members {
            Some(member) if member.is_object() && !has_properties => Kind::Map(self.child(member)),
            _ if has_properties || members == Some(&Value::Bool(false)) => Kind::Object,
            _ => Kind::Unknown,
        }
    }

    fn enumeration(self, options: &'a [Value]) -> Vec<Choice<'a>> {
        let choice = |value| Choice {
            value,
            label: plain_text(value),
            help: None,
        };
        self.labelled(options.iter().map(choice).collect())
    }

    fn labelled(self, mut choices: Vec<Choice<'a>>) -> Vec<Choice<'a>> {
        if let Some(labels) = self.note("x-labels") {
            for choice in &mut choices {
                let label = labels.get(plain_text(choice.value)).and_then(Value::as_str);
                if let Some(label) = label {
                    label.clone_into(&mut choice.label);
                }
            }
        }
        choices
    }

    /// The one value that it may have.
    pub(super) fn only_value(self) -> Option<&'a Value> {
        match self.shape.get("enum") {
            Some(Value::Array(values)) if values.len() == 1 => Some(&values[0]),
            _ => self.shape.get("const"),
        }
    }

    /// A variant that is one value.
    fn as_choice(self) -> Option<Choice<'a>> {
        let value = self.only_value()?;
        let label = self
            .note_text("title")
            .map_or_else(|| plain_text(value), str::to_owned);
        Some(Choice {
            value,
            label,
            help: self.note_text("description"),
        })
    }

    /// The properties in form order: its own, those of `allOf`, and those that a condition on the value
    /// brings in.
    pub(super) fn properties(self, value: Option<&Value>) -> Vec<(&'a str, Self)> {
        let mut found = Vec::new();
        self.collect(value, 0, &mut found);
        found
    }

    fn collect(self, value: Option<&Value>, depth: usize, found: &mut Vec<(&'a str, Self)>) {
        if depth > REFERENCES {
            return;
        }
        let properties = self.shape.get("properties").and_then(Value::as_object);
        for (key, schema) in properties.into_iter().flatten() {
            if !found.iter().any(|(name, _)| name == key) {
                found.push((key, self.child(schema)));
            }
        }
        let parts = self.shape.get("allOf").and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.child(part).collect(value, depth + 1, found);
        }
        if let Some(condition) = self.shape.get("if") {
            let holds = value.is_some_and(|value| self.child(condition).accepts(value));
            if let Some(branch) = self.shape.get(if holds { "then" } else { "else" }) {
                self.child(branch).collect(value, depth + 1, found);
            }
        }
    }

    /// Keys that the schema knows under some condition.
    pub(super) fn knows(self, key: &str) -> bool {
        self.knows_within(key, 0)
    }

    fn knows_within(self, key: &str, depth: usize) -> bool {
        if depth > REFERENCES {
            return false;
        }
        let is_here = self
            .shape
            .get("properties")
            .is_some_and(|properties| properties.get(key).is_some());
        let inner = |schema: &'a Value| self.child(schema).knows_within(key, depth + 1);
        let listed = |name: &str| {
            let parts = self.shape.get(name).and_then(Value::as_array);
            parts.into_iter().flatten().any(inner)
        };
        is_here
            || ["allOf", "anyOf", "oneOf"].into_iter().any(listed)
            || ["then", "else"]
                .into_iter()
                .filter_map(|name| self.shape.get(name))
                .any(inner)
    }

    pub(super) fn is_required(self, key: &str) -> bool {
        let required = self.shape.get("required").and_then(Value::as_array);
        required.is_some_and(|names| names.iter().any(|name| name == key))
    }
}

fn reference<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a Value> {
    if let Some(Value::String(path)) = schema.get("$ref") {
        return root.pointer(path.strip_prefix('#')?);
    }
    match schema.get("allOf")?.as_array()?.as_slice() {
        // What generators write to put a title beside a reference.
        [only] if only.get("$ref").is_some() && schema.get("properties").is_none() => Some(only),
        _ => None,
    }
}

/// A value as people write it: text without quotes.
pub(super) fn plain_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A key as a title: `blade_count` is `Blade count`.
pub(super) fn title_of_key(key: &str) -> String {
    let mut title = key.replace(['_', '-'], " ");
    if let Some(first) = title.get(..1) {
        let upper = first.to_uppercase();
        title.replace_range(..1, &upper);
    }
    title
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind_of(schema: &Value) -> String {
        let view = SchemaView::root(schema).nullable().1;
        let name = format!("{:?}", view.kind());
        name.split(['(', ' ']).next().unwrap().to_owned()
    }

    #[test]
    fn kinds_follow_from_the_schema() {
        let check =
            |schema: Value, expected: &str| assert_eq!(kind_of(&schema), expected, "{schema}");
        check(json!({"type": "boolean"}), "Boolean");
        check(json!({"type": ["integer", "null"]}), "Integer");
        check(
            json!({"anyOf": [{"type": "number"}, {"type": "null"}]}),
            "Number",
        );
        check(json!({"type": "string", "enum": ["a", "b"]}), "Choice");
        check(json!({"oneOf": [{"const": "a"}, {"const": "b"}]}), "Choice");
        check(
            json!({"oneOf": [{"type": "string"}, {"type": "number"}]}),
            "Variants",
        );
        check(
            json!({"type": "array", "items": {"type": "string"}}),
            "List",
        );
        check(
            json!({"type": "array", "items": {"enum": ["a"]}, "uniqueItems": true}),
            "Flags",
        );
        check(
            json!({"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}),
            "Tuple",
        );
        check(json!({"type": "object", "properties": {"a": {}}}), "Object");
        check(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "Map",
        );
        check(json!({}), "Unknown");
        check(json!({"type": ["string", "number"]}), "Unknown");
    }

    #[test]
    fn references_give_the_shape_and_their_place_the_title() {
        let schema = json!({
            "$defs": {"Format": {"title": "Format", "enum": ["png", "jpeg"]}},
            "properties": {"format": {"$ref": "#/$defs/Format", "title": "File format", "default": "png"}}
        });
        let (_, format) = SchemaView::root(&schema).properties(None).remove(0);
        assert_eq!(format.note_text("title"), Some("File format"));
        assert_eq!(format.default(), Some(&json!("png")));
        assert!(matches!(format.kind(), Kind::Choice(choices) if choices.len() == 2));
    }

    #[test]
    fn circular_references_end() {
        let schema = json!({"$ref": "#"});
        assert!(matches!(SchemaView::root(&schema).kind(), Kind::Unknown));
        let schema =
            json!({"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#"}}});
        let _ = SchemaView::root(&schema).initial();
    }

    #[test]
    fn conditions_bring_properties_in() {
        let schema = json!({
            "type": "object",
            "properties": {"mode": {"enum": ["a", "b"]}},
            "if": {"properties": {"mode": {"const": "b"}}, "required": ["mode"]},
            "then": {"properties": {"depth": {"type": "integer"}}}
        });
        let view = SchemaView::root(&schema);
        let keys = |value: Value| -> Vec<&str> {
            let properties = view.properties(Some(&value));
            properties.into_iter().map(|(key, _)| key).collect()
        };
        assert_eq!(keys(json!({"mode": "a"})), ["mode"]);
        assert_eq!(keys(json!({"mode": "b"})), ["mode", "depth"]);
        assert!(view.knows("depth"));
        assert!(!view.knows("width"));
    }

    #[test]
    fn keys_become_titles() {
        assert_eq!(title_of_key("blade_count"), "Blade count");
        assert_eq!(title_of_key(""), "");
        assert_eq!(title_of_key("überlappung"), "überlappung");
    }
}
