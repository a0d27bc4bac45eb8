//! A node that nobody knew when this was built: its form comes from the schema alone, and so do widgets
//! that a host registers for it.

use egui::Ui;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use hartomat_ui::form::{FieldAnswer, FieldView, FieldWidget};
use serde_json::json;

use crate::bench::{Bench, Host};

/// Schema as a generator of another program writes it: definitions, references, no house keys.
#[test]
fn a_foreign_schema_gives_a_whole_form() {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Weld seam finder",
        "type": "object",
        "$defs": {
            "Level": {"oneOf": [{"const": 1, "title": "Rough"}, {"const": 2, "title": "Fine"}]},
            "Probe": {"type": "object", "required": ["radius"], "properties": {
                "radius": {"type": "number", "exclusiveMinimum": 0, "maximum": 10},
                "level": {"$ref": "#/$defs/Level"}
            }}
        },
        "properties": {
            "min_length": {"type": "number", "minimum": 0, "maximum": 100, "default": 12.5},
            "level": {"allOf": [{"$ref": "#/$defs/Level"}], "title": "Level", "default": 1},
            "probes": {"type": "array", "items": {"$ref": "#/$defs/Probe"}},
            "owner": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null},
            "matrix": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}}
        },
        "additionalProperties": false
    });
    let mut bench = Bench::new(schema, json!({"probes": [{"radius": 2.0}]}));
    bench.type_number("Min length", "20");
    bench
        .harness
        .get_all_by_role_and_label(Role::RadioButton, "Fine")
        .next()
        .expect("the first level")
        .click();
    bench.settle();
    bench.type_number("Radius", "3/2");
    bench.click(Role::CheckBox, "Owner");
    bench.type_into(Role::TextInput, "Owner", "QA");
    bench.click(Role::Button, "Add: Probes");
    let expected = json!({
        "probes": [{"radius": 1.5}, {"radius": 0.0}],
        "min_length": 20.0, "level": 2, "owner": "QA"
    });
    assert_eq!(bench.value(), &expected);
}

struct Stars;

impl FieldWidget for Stars {
    fn field_ui(&self, ui: &mut Ui, field: &FieldView<'_>) -> FieldAnswer {
        let stars = field.value.and_then(serde_json::Value::as_u64).unwrap_or(0);
        let response = ui.button(format!("{stars} stars"));
        FieldAnswer {
            edit: response.clicked().then(|| (json!(stars + 1), true)),
            response: Some(response),
        }
    }
}

#[test]
fn a_host_registers_widgets_by_name() {
    let schema = json!({"type": "object", "properties": {
        "rating": {"title": "Rating", "type": "integer", "x-widget": "stars", "default": 2}
    }});
    let mut bench = Bench::of(Host {
        schema: schema.clone(),
        value: json!({}),
        widgets: vec![("stars", Box::new(Stars))],
        ..Host::default()
    });
    bench
        .harness
        .get_by_role_and_label(Role::Button, "Rating")
        .click();
    bench.settle();
    assert_eq!(bench.value(), &json!({"rating": 3}));
    let plain = Bench::new(schema, json!({}));
    assert!(
        plain.has(Role::SpinButton, "Rating"),
        "without the host's widget its type decides"
    );
}

#[test]
fn what_no_widget_fits_is_shown_as_it_is() {
    let schema = json!({"type": "object", "properties": {"blob": {"title": "Blob"}}});
    let bench = Bench::new(schema, json!({"blob": {"a": [1, 2, {"b": null}]}}));
    assert!(bench.reads("Blob"));
    assert_eq!(bench.changes(), []);
}
