//! Lists and maps.

use egui::accesskit::Role;
use serde_json::{Value, json};

use crate::bench::Bench;

fn list(value: Value) -> Bench {
    let schema = json!({"type": "object", "properties": {
        "parts": {"title": "Parts", "type": "array", "items": {"type": "string"}, "minItems": 0, "maxItems": 4}
    }});
    Bench::new(schema, value)
}

#[test]
fn items_are_added_changed_moved_and_taken_out() {
    let mut bench = list(json!({"parts": ["seal", "cage"]}));
    bench.click(Role::Button, "Add: Parts");
    assert_eq!(bench.value(), &json!({"parts": ["seal", "cage", ""]}));
    bench.type_into(Role::TextInput, "Item 3", "ring");
    assert_eq!(bench.value(), &json!({"parts": ["seal", "cage", "ring"]}));
    bench.click(Role::Button, "Move Item 3 up");
    assert_eq!(bench.value(), &json!({"parts": ["seal", "ring", "cage"]}));
    bench.click(Role::Button, "Move Item 1 down");
    assert_eq!(bench.value(), &json!({"parts": ["ring", "seal", "cage"]}));
    bench.click(Role::Button, "Remove Item 2");
    assert_eq!(bench.value(), &json!({"parts": ["ring", "cage"]}));
}

#[test]
fn a_full_list_takes_no_more() {
    let mut bench = list(json!({"parts": ["a", "b", "c", "d"]}));
    bench.click(Role::Button, "Add: Parts");
    assert_eq!(bench.changes(), []);
}

#[test]
fn a_list_that_is_not_stored_begins_with_its_default() {
    let schema = json!({"type": "object", "properties": {
        "sizes": {"title": "Sizes", "type": "array", "items": {"type": "integer", "minimum": 1}, "default": [1, 2]}
    }});
    let mut bench = Bench::new(schema, json!({}));
    bench.type_number("Item 2", "7");
    assert_eq!(bench.value(), &json!({"sizes": [1, 7]}));
}

#[test]
fn a_direction_is_changed_as_a_whole() {
    let schema = json!({"type": "object", "properties": {
        "up": {"title": "Up", "type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3, "default": [0.0, 0.0, 1.0]}
    }});
    let mut bench = Bench::new(schema, json!({}));
    bench.type_number("Up Y", "0.5");
    assert_eq!(bench.value(), &json!({"up": [0.0, 0.5, 1.0]}));
    assert_eq!(bench.changes()[0].pointer(), "/up");
}

#[test]
fn flags_go_on_and_off_in_the_order_of_the_choices() {
    let schema = json!({"type": "object", "properties": {
        "views": {"title": "Views", "type": "array", "uniqueItems": true, "items": {"enum": ["front", "side", "top"]}}
    }});
    let mut bench = Bench::new(schema, json!({"views": ["top"]}));
    bench.click(Role::CheckBox, "front");
    assert_eq!(bench.value(), &json!({"views": ["front", "top"]}));
    bench.click(Role::CheckBox, "top");
    assert_eq!(bench.value(), &json!({"views": ["front"]}));
}

#[test]
fn entries_of_a_map_are_added_renamed_and_taken_out() {
    let schema = json!({"type": "object", "properties": {
        "materials": {"title": "Materials", "type": "object", "additionalProperties": {"type": "string"}}
    }});
    let mut bench = Bench::new(
        schema,
        json!({"materials": {"ring": "steel", "cage": "brass"}}),
    );
    bench.type_into(Role::TextInput, "ring", "chrome");
    assert_eq!(bench.value()["materials"]["ring"], "chrome");
    bench.type_into(Role::TextInput, "Name ring", "outer/ring");
    assert_eq!(
        bench.value(),
        &json!({"materials": {"outer/ring": "chrome", "cage": "brass"}})
    );
    bench.type_into(Role::TextInput, "Name cage", "outer/ring");
    assert!(bench.reads("“outer/ring” is there already"));
    assert_eq!(bench.value()["materials"]["cage"], "brass");
    bench.click(Role::Button, "Add: Materials");
    assert_eq!(bench.value()["materials"]["new"], "");
    bench.click(Role::Button, "Remove outer/ring");
    assert_eq!(
        bench.value(),
        &json!({"materials": {"cage": "brass", "new": ""}})
    );
}

#[test]
fn nested_objects_keep_their_defaults_when_one_member_is_set() {
    let schema = json!({"type": "object", "properties": {
        "camera": {"title": "Camera", "type": "object", "default": {"fov": 50.0, "near": 0.1}, "properties": {
            "fov": {"title": "Field of view", "type": "number"},
            "near": {"title": "Near", "type": "number"}
        }}
    }});
    let mut bench = Bench::new(schema, json!({}));
    bench.type_number("Field of view", "35");
    assert_eq!(
        bench.value(),
        &json!({"camera": {"fov": 35.0, "near": 0.1}})
    );
}
