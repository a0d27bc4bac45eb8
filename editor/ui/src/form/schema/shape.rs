//! What a schema says of values: whether one fits, and one to begin with.

use serde_json::Value;

use super::{Kind, REFERENCES, SchemaView};

impl SchemaView<'_> {
    /// Whether a value has the shape of this schema: types, constants, required members. Not a
    /// validator; good enough to tell variants apart.
    pub(in crate::form) fn accepts(self, value: &Value) -> bool {
        self.accepts_within(value, 0)
    }

    fn accepts_within(self, value: &Value, depth: usize) -> bool {
        if depth > REFERENCES {
            return true;
        }
        if self.own.is_boolean() {
            return self.own == &Value::Bool(true);
        }
        if self
            .shape
            .get("const")
            .is_some_and(|constant| constant != value)
        {
            return false;
        }
        if let Some(Value::Array(options)) = self.shape.get("enum")
            && !options.contains(value)
        {
            return false;
        }
        let has_type = |name: &str| match name {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => true,
        };
        let is_of_type = match self.shape.get("type") {
            Some(Value::String(name)) => has_type(name),
            Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(has_type),
            _ => true,
        };
        let Value::Object(members) = value else {
            return is_of_type;
        };
        let required = self.shape.get("required").and_then(Value::as_array);
        let has_required = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .all(|name| members.contains_key(name));
        let properties = self.shape.get("properties").and_then(Value::as_object);
        let fits = properties.into_iter().flatten().all(|(key, schema)| {
            members
                .get(key)
                .is_none_or(|member| self.child(schema).accepts_within(member, depth + 1))
        });
        is_of_type && has_required && fits
    }

    /// A value to begin with: the default, or the least that the schema asks for.
    pub(in crate::form) fn initial(self) -> Value {
        self.initial_within(0)
    }

    fn initial_within(self, depth: usize) -> Value {
        if let Some(default) = self.default().filter(|default| !default.is_null()) {
            return default.clone();
        }
        if depth > REFERENCES {
            return Value::Null;
        }
        let (_, inner) = self.nullable();
        match inner.kind() {
            Kind::Choice(choices) => choices
                .first()
                .map_or(Value::Null, |choice| choice.value.clone()),
            Kind::Variants(variants) => variants
                .first()
                .map_or(Value::Null, |variant| variant.initial_within(depth + 1)),
            Kind::Boolean => Value::Bool(false),
            Kind::Integer => Value::from(inner.least().ceil() as i64),
            Kind::Number => Value::from(inner.least()),
            Kind::Text if inner.widget() == Some("color") => Value::from("#ffffff"),
            Kind::Text => Value::from(""),
            Kind::Flags(_) | Kind::List(_) => Value::Array(Vec::new()),
            Kind::Tuple(items) => items
                .into_iter()
                .map(|item| item.initial_within(depth + 1))
                .collect(),
            Kind::Object => {
                let properties = inner.properties(None).into_iter();
                let needed = properties.filter(|(key, _)| inner.is_required(key));
                Value::Object(
                    needed
                        .map(|(key, schema)| (key.to_owned(), schema.initial_within(depth + 1)))
                        .collect(),
                )
            }
            Kind::Map(_) => Value::Object(serde_json::Map::new()),
            Kind::Unknown => Value::Null,
        }
    }

    /// Zero, or the end of the range that is nearest to it.
    fn least(self) -> f64 {
        let least = self.bound("minimum").unwrap_or(f64::NEG_INFINITY);
        let most = self.bound("maximum").unwrap_or(f64::INFINITY);
        0.0_f64.max(least).min(most)
    }
}
