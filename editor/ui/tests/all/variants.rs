//! Shapes to choose from: what one held comes back with it.

use egui::accesskit::Role;
use serde_json::{Value, json};

use crate::bench::Bench;

fn light(value: Value) -> Bench {
    let schema = json!({"type": "object", "properties": {"light": {"title": "Light", "oneOf": [
        {"title": "Sun", "type": "object", "required": ["kind"], "properties": {
            "kind": {"const": "sun"}, "strength": {"title": "Strength", "type": "number", "minimum": 0, "maximum": 20, "default": 3.0}}},
        {"title": "Studio", "type": "object", "required": ["kind", "softness"], "properties": {
            "kind": {"const": "studio"}, "softness": {"title": "Softness", "type": "number", "default": 60.0}}}
    ]}}});
    Bench::new(schema, value)
}

#[test]
fn a_variant_is_switched_and_its_values_are_parked() {
    let mut bench = light(json!({"light": {"kind": "sun", "strength": 7.5}}));
    bench.pick("Light", "Studio");
    assert_eq!(
        bench.value(),
        &json!({"light": {"kind": "studio", "softness": 60.0}})
    );
    bench.type_number("Softness", "80");
    bench.pick("Light", "Sun");
    assert_eq!(
        bench.value(),
        &json!({"light": {"kind": "sun", "strength": 7.5}})
    );
    bench.pick("Light", "Studio");
    assert_eq!(
        bench.value(),
        &json!({"light": {"kind": "studio", "softness": 80.0}})
    );
}

#[test]
fn the_mark_of_a_variant_is_no_field() {
    let bench = light(json!({"light": {"kind": "sun"}}));
    assert!(bench.has(Role::SpinButton, "Strength"));
    assert!(!bench.has(Role::TextInput, "Kind"));
    assert!(!bench.reads("sun"));
}

#[test]
fn conditions_of_json_schema_show_and_hide() {
    let schema = json!({"type": "object",
        "properties": {"mode": {"title": "Mode", "enum": ["plain", "deep"], "default": "plain"}},
        "if": {"properties": {"mode": {"const": "deep"}}, "required": ["mode"]},
        "then": {"properties": {"depth": {"title": "Depth", "type": "integer", "default": 2}}}
    });
    let mut bench = Bench::new(schema, json!({"depth": 5}));
    assert!(!bench.has(Role::SpinButton, "Depth"));
    assert!(!bench.reads("Kept, not used"));
    bench.click(Role::RadioButton, "deep");
    assert_eq!(
        bench.value_of(Role::SpinButton, "Depth").as_deref(),
        Some("5")
    );
}
