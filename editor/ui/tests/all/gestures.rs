//! A gesture is one step: it goes on while the person holds or types, ends final, and Escape takes it back.

use egui::accesskit::Role;
use egui::{Key, Modifiers, PointerButton, Pos2};
use egui_kittest::kittest::Queryable;
use serde_json::json;

use crate::bench::Bench;

fn bench() -> Bench {
    let schema = json!({"type": "object", "properties": {
        "samples": {"title": "Samples", "type": "integer", "minimum": 0, "maximum": 300, "default": 64},
        "name": {"title": "Name", "type": "string", "default": ""},
        "other": {"title": "Other", "type": "string", "default": ""}
    }});
    Bench::new(schema, json!({}))
}

fn middle(bench: &Bench, label: &str) -> Pos2 {
    let node = bench.harness.get_by_role_and_label(Role::SpinButton, label);
    node.rect().center()
}

fn button(bench: &mut Bench, pos: Pos2, pressed: bool) {
    bench.harness.event(egui::Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    });
    bench.harness.run_steps(2);
}

fn drag(bench: &mut Bench, start: Pos2, by: f32) {
    bench.harness.hover_at(start);
    bench.harness.run_steps(2);
    button(bench, start, true);
    for part in 1..=10 {
        let pos = start + egui::vec2(by * part as f32 / 10.0, 0.0);
        bench.harness.hover_at(pos);
        bench.harness.run_steps(1);
    }
}

#[test]
fn scrubbing_a_number_is_one_gesture() {
    let mut bench = bench();
    let start = middle(&bench, "Samples");
    drag(&mut bench, start, 50.0);
    let during = bench.take_changes();
    assert!(during.len() > 2, "the value follows the mouse");
    assert!(during.iter().all(|change| !change.is_final));
    button(&mut bench, start + egui::vec2(50.0, 0.0), false);
    bench.settle();
    let after = bench.take_changes();
    assert_eq!(after.len(), 1);
    assert!(after[0].is_final);
    let value = bench.value()["samples"].as_i64().expect("a whole number");
    assert!((90..=140).contains(&value), "50 points of 300: {value}");
}

#[test]
fn escape_takes_a_gesture_back() {
    let mut bench = bench();
    let start = middle(&bench, "Samples");
    drag(&mut bench, start, 50.0);
    assert_ne!(bench.value(), &json!({}));
    bench.key(Key::Escape);
    assert_eq!(bench.value(), &json!({}));
    let changes = bench.take_changes();
    assert!(changes.last().is_some_and(|change| change.is_final));
    button(&mut bench, start, false);
    bench.settle();
    assert_eq!(bench.value(), &json!({}));
}

#[test]
fn typing_a_text_is_one_gesture_that_ends_when_the_field_is_left() {
    let mut bench = bench();
    bench.click(Role::TextInput, "Name");
    for letter in ["a", "b", "c"] {
        bench.type_text(letter);
    }
    let during = bench.take_changes();
    assert_eq!(during.len(), 3);
    assert!(during.iter().all(|change| !change.is_final));
    bench.key(Key::Tab);
    let after = bench.take_changes();
    assert_eq!(after.len(), 1);
    assert!(after[0].is_final);
    assert_eq!(after[0].pointer(), "/name");
    assert_eq!(bench.value(), &json!({"name": "abc"}));
}

#[test]
fn escape_takes_typing_back() {
    let mut bench = bench();
    bench.click(Role::TextInput, "Name");
    bench.type_text("abc");
    assert_eq!(bench.value(), &json!({"name": "abc"}));
    bench.key(Key::Escape);
    assert_eq!(bench.value(), &json!({}));
}

#[test]
fn tab_leads_through_the_fields() {
    let mut bench = bench();
    bench.click(Role::TextInput, "Name");
    bench.key(Key::Tab);
    let other = bench
        .harness
        .get_by_role_and_label(Role::TextInput, "Other");
    assert!(other.is_focused());
}
