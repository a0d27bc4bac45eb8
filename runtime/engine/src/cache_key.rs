//! Cache keys: the digest of everything that decides a node run's result, kept by name to say why.

use std::collections::BTreeMap;

use hartomat_schema::{
    Artifact, CacheKeyParts, Digest, NodeDefinition, PortName, Subject, digest_json,
};
use serde_json::{Map, Value, json};

/// Everything that decides the result: type, version, settings, inputs, tools and context.
pub fn key_parts(
    definition: &NodeDefinition,
    settings: &Map<String, Value>,
    inputs: &BTreeMap<PortName, Artifact>,
    tools: &BTreeMap<String, String>,
    subject: &Subject,
) -> CacheKeyParts {
    let mut parts = CacheKeyParts::new();
    parts.insert("node type".to_owned(), json!(definition.node_type));
    parts.insert("node version".to_owned(), json!(definition.version));
    for (name, value) in settings {
        parts.insert(format!("setting {name}"), value.clone());
    }
    for (port, artifact) in inputs {
        parts.insert(format!("input {port}"), json!(artifact.digest));
    }
    for tool in definition.tools_for(settings) {
        parts.insert(format!("tool {tool}"), json!(tools.get(&tool)));
    }
    for context in &definition.contract.context {
        let value = match context.as_str() {
            "cad_file" => {
                json!({ "name": subject.cad_file().name, "digest": subject.cad_file().digest })
            }
            "order_line" => json!(digest_json(subject)),
            _ => Value::Null,
        };
        parts.insert(format!("context {context}"), value);
    }
    parts
}

/// The cache key of these parts.
pub fn cache_key(parts: &CacheKeyParts) -> Digest {
    digest_json(parts)
}

/// What has changed from `earlier` to `now`, such as `setting samples 64 → 128`.
pub fn explain_difference(earlier: &CacheKeyParts, now: &CacheKeyParts) -> String {
    let mut changes = Vec::new();
    for (name, value) in now {
        match earlier.get(name) {
            Some(old) if old == value => {}
            Some(old) => changes.push(format!("{name} {} → {}", shown(old), shown(value))),
            None => changes.push(format!("{name} is new")),
        }
    }
    let gone = earlier.keys().filter(|name| !now.contains_key(*name));
    changes.extend(gone.map(|name| format!("{name} is gone")));
    changes.join(", ")
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => match text.strip_prefix("sha256:") {
            Some(hex) => hex.chars().take(12).collect(),
            None => text.clone(),
        },
        other => other.to_string(),
    };
    if text.chars().count() > 40 {
        text.chars().take(39).chain(['…']).collect()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_changed_with_both_values() {
        let earlier = CacheKeyParts::from([
            ("setting samples".to_owned(), json!(64)),
            ("setting seed".to_owned(), json!(1)),
            ("input glb".to_owned(), json!(Digest::of(b"a"))),
        ]);
        let mut now = earlier.clone();
        assert_eq!(explain_difference(&earlier, &now), "");
        assert_eq!(cache_key(&earlier), cache_key(&now));
        now.insert("setting samples".to_owned(), json!(128));
        now.remove("setting seed");
        assert_eq!(
            explain_difference(&earlier, &now),
            "setting samples 64 → 128, setting seed is gone"
        );
        assert_ne!(cache_key(&earlier), cache_key(&now));
        let odd = CacheKeyParts::from([("setting name".to_owned(), json!("sha256:aéééééé"))]);
        assert!(explain_difference(&earlier, &odd).contains("setting name is new"));
        assert!(explain_difference(&odd, &odd).is_empty());
        let other = CacheKeyParts::from([("setting name".to_owned(), json!("x"))]);
        assert_eq!(explain_difference(&odd, &other), "setting name aéééééé → x");
    }
}
