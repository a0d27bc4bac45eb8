//! The catalogue in the person's language. Definitions are served in English; what nobody has put into
//! another language stays so. Keys, values and the etag are never touched.

use std::sync::Arc;

use hartomat_schema::{Catalogue, Coverage, NodeDefinition};
use serde_json::{Map, Value};

use crate::messages::{Language, language, served};

/// Keys of a schema whose texts people read.
const READ: &[&str] = &["title", "description", "x-group"];
/// The key of names that values have for people.
const LABELS: &str = "x-labels";

/// The catalogue in the language of this thread's texts.
pub(crate) fn spoken(catalogue: &Arc<Catalogue>) -> Arc<Catalogue> {
    if language() == Language::English {
        return Arc::clone(catalogue);
    }
    let mut spoken = Catalogue::clone(catalogue);
    spoken.nodes.iter_mut().for_each(speak);
    Arc::new(spoken)
}

fn speak(definition: &mut NodeDefinition) {
    say(&mut definition.label);
    say(&mut definition.help);
    say(&mut definition.legacy.description);
    if let Coverage::Disabled { reason } = &mut definition.coverage {
        say(reason);
    }
    for port in &mut definition.contract.inputs {
        say(&mut port.help);
    }
    for port in &mut definition.contract.outputs {
        say(&mut port.help);
    }
    speak_schema(&mut definition.settings_schema);
}

fn say(text: &mut String) {
    let said = served(text);
    if said != text.as_str() {
        *text = said.to_owned();
    }
}

fn speak_schema(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if READ.contains(&key.as_str()) => say(text),
                    Value::Object(labels) if key == LABELS => speak_labels(labels),
                    member => speak_schema(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(speak_schema),
        _ => {}
    }
}

fn speak_labels(labels: &mut Map<String, Value>) {
    for label in labels.values_mut() {
        if let Value::String(text) = label {
            say(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::messages::set_language;

    fn catalogue() -> Arc<Catalogue> {
        let text = include_str!("../tests/editor/catalogue.json");
        Arc::new(serde_json::from_str(text).unwrap())
    }

    /// Everything that people read of a schema.
    fn read_of(schema: &Value, found: &mut BTreeSet<String>) {
        let Value::Object(members) = schema else {
            return;
        };
        for (key, member) in members {
            match member {
                Value::String(text) if READ.contains(&key.as_str()) => {
                    found.insert(text.clone());
                }
                Value::Object(labels) if key == LABELS => {
                    found.extend(labels.values().filter_map(Value::as_str).map(str::to_owned));
                }
                member => read_of(member, found),
            }
        }
    }

    fn texts(catalogue: &Catalogue) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for node in &catalogue.nodes {
            let own = [&node.label, &node.help, &node.legacy.description];
            found.extend(own.map(String::clone));
            if let Coverage::Disabled { reason } = &node.coverage {
                found.insert(reason.clone());
            }
            for port in &node.contract.inputs {
                found.extend([port.help.clone(), port.name.as_str().replace('_', " ")]);
            }
            for port in &node.contract.outputs {
                found.extend([port.help.clone(), port.name.as_str().replace('_', " ")]);
            }
            read_of(&node.settings_schema, &mut found);
        }
        found
    }

    #[test]
    fn every_definition_speaks_german_and_no_text_is_left_over() {
        let texts = texts(&catalogue());
        let german: toml::Table = include_str!("../messages/de/nodes.toml").parse().unwrap();
        let missing: Vec<_> = texts
            .iter()
            .filter(|text| !german.contains_key(*text))
            .collect();
        assert!(missing.is_empty(), "without German: {missing:#?}");
        let unused: Vec<_> = german
            .keys()
            .filter(|text| !texts.contains(*text))
            .collect();
        assert!(unused.is_empty(), "nobody says: {unused:#?}");
    }

    #[test]
    fn placeholders_stay_what_they_are() {
        let german: toml::Table = include_str!("../messages/de/nodes.toml").parse().unwrap();
        for (english, text) in &german {
            let text = text.as_str().unwrap();
            for word in ["{stem}", "{ext}", "{product}", "{line}", "{name}", "`auto`"] {
                assert_eq!(english.contains(word), text.contains(word), "{english}");
            }
            assert_eq!(english.ends_with('.'), text.ends_with('.'), "{english}");
        }
    }

    #[test]
    fn keys_values_and_etag_are_those_that_are_served() {
        let served = catalogue();
        set_language(Language::German);
        let spoken = spoken(&served);
        set_language(Language::English);
        assert_eq!(spoken.etag, served.etag);
        let still = spoken
            .nodes
            .iter()
            .find(|node| node.node_type.as_str() == "render_still");
        let still = still.unwrap();
        assert_eq!(still.label, "Standbild");
        let samples = &still.settings_schema["properties"]["format"];
        assert_eq!(samples["enum"][0], "png");
        assert_eq!(samples["x-labels"]["png16"], "PNG, 16 Bit");
        assert!(
            Arc::ptr_eq(&super::spoken(&served), &served),
            "English is served"
        );
    }
}
