//! Each kind of field: what is done to it arrives in the value, and nothing else does.

use egui::accesskit::{Role, Toggled};
use egui_kittest::kittest::{NodeT, Queryable};
use hartomat_ui::form::FormAction;
use serde_json::{Value, json};

use crate::bench::{Bench, Host};

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

fn samples() -> Value {
    object(
        json!({"samples": {"title": "Samples", "description": "Light paths per pixel.", "type": "integer",
        "minimum": 1, "maximum": 65536, "default": 64}}),
    )
}

#[test]
fn a_form_that_nobody_touches_changes_nothing() {
    let schema = object(json!({
        "samples": {"type": "integer", "default": 64},
        "name": {"type": "string", "default": "x"},
        "on": {"type": "boolean"},
        "format": {"enum": ["png", "jpeg"]},
        "color": {"type": "string", "x-widget": "color"},
        "list": {"type": "array", "items": {"type": "string"}},
        "map": {"type": "object", "additionalProperties": {"type": "number"}},
        "light": {"oneOf": [{"type": "object", "properties": {"a": {"type": "number"}}}, {"type": "null"}]},
        "anything": {}
    }));
    let mut bench = Bench::new(
        schema,
        json!({"color": "#FFF", "samples": 3.0, "format": "tiff", "zzz": [1]}),
    );
    bench.harness.run_steps(20);
    assert_eq!(bench.changes(), []);
}

#[test]
fn a_number_is_typed_with_arithmetic_and_units() {
    let schema = object(json!({
        "width": {"title": "Width", "type": "integer", "minimum": 1, "maximum": 9999, "default": 1024, "x-unit": "px"},
        "gap": {"title": "Gap", "type": "number", "default": 1.0, "x-unit": "mm"}
    }));
    let mut bench = Bench::new(schema, json!({}));
    bench.type_number("Width", "1920/2");
    assert_eq!(bench.value(), &json!({"width": 960}));
    bench.type_number("Gap", "5 cm + 2");
    assert_eq!(bench.value(), &json!({"width": 960, "gap": 52.0}));
    bench.type_number("Width", "*2");
    assert_eq!(
        bench.value()["width"],
        1920,
        "goes on from what was there, once"
    );
    assert!(bench.changes().iter().all(|change| change.is_final));
}

#[test]
fn a_number_outside_its_range_is_kept_within_and_said_so() {
    let mut bench = Bench::new(samples(), json!({}));
    bench.type_number("Samples", "100000");
    assert_eq!(bench.value(), &json!({"samples": 65536}));
    assert!(bench.reads("Kept within 1 to 65536"));
    bench.type_number("Samples", "12 apples");
    assert_eq!(bench.value(), &json!({"samples": 65536}));
    assert!(bench.reads("“12 apples” isn't a number"));
    bench.type_number("Samples", "12");
    assert_eq!(bench.value(), &json!({"samples": 12}));
    assert!(!bench.reads("isn't a number"));
}

#[test]
fn escape_gives_up_what_was_typed_into_a_number() {
    let mut bench = Bench::new(samples(), json!({"samples": 12}));
    for typed in ["77", "100000"] {
        bench.click(Role::SpinButton, "Samples");
        bench.type_text(typed);
        bench.key(egui::Key::Escape);
        bench.harness.run_steps(4);
        assert_eq!(bench.value(), &json!({"samples": 12}), "{typed}");
        assert_eq!(bench.changes(), [], "{typed}");
        assert!(!bench.reads("Kept within"));
    }
    bench.type_number("Samples", "77");
    assert_eq!(
        bench.value(),
        &json!({"samples": 77}),
        "Enter still takes it"
    );
}

#[test]
fn a_color_is_picked_by_pointer_and_keys() {
    let mut bench = Bench::new(
        json!({"type": "object", "properties": {"background": {
            "title": "Background", "type": "string", "x-widget": "color", "default": "#ff0000"
        }}}),
        json!({"background": "#ff0000"}),
    );
    bench.click(Role::ColorWell, "Choose Background");
    for label in ["Saturation and brightness", "Hue"] {
        assert!(bench.has(Role::Slider, label), "{label}");
    }
    assert!(!bench.has(Role::Slider, "Opacity"), "it has none");
    bench.click(Role::Slider, "Hue");
    let middle = bench.value()["background"].clone();
    assert_eq!(middle, json!("#00ffff"), "the middle of the bar");
    bench.click(Role::Slider, "Saturation and brightness");
    let muted = bench.value()["background"].clone();
    assert_ne!(muted, middle);
    bench.key(egui::Key::ArrowLeft);
    assert_ne!(bench.value()["background"], muted, "keys move it");
}

#[test]
fn a_value_outside_its_range_is_shown_as_it_is_and_stays() {
    let bench = Bench::new(samples(), json!({"samples": 99_999_999}));
    let shown = bench.value_of(Role::SpinButton, "Samples");
    assert_eq!(shown.as_deref(), Some("99999999"));
}

#[test]
fn arrow_keys_change_a_number() {
    let mut bench = Bench::new(
        object(
            json!({"n": {"title": "N", "type": "integer", "minimum": 0, "maximum": 300, "default": 5}}),
        ),
        json!({}),
    );
    bench.click(Role::SpinButton, "N");
    bench.key(egui::Key::ArrowUp);
    assert_eq!(bench.value(), &json!({"n": 6}));
}

#[test]
fn numbers_are_multiples_where_the_schema_says_so() {
    let mut bench = Bench::new(
        object(json!({"n": {"title": "N", "type": "integer", "multipleOf": 8, "default": 16}})),
        json!({}),
    );
    bench.type_number("N", "21");
    assert_eq!(bench.value(), &json!({"n": 24}));
}

#[test]
fn whole_numbers_too_large_to_be_exact_are_left_alone() {
    let schema = object(json!({"seed": {"title": "Seed", "type": "integer"}}));
    let bench = Bench::new(schema, json!({"seed": u64::MAX}));
    assert!(!bench.has(Role::SpinButton, "Seed"));
    assert_eq!(bench.value(), &json!({"seed": u64::MAX}));
}

#[test]
fn a_switch_is_clicked() {
    let schema =
        object(json!({"denoise": {"title": "Denoise", "type": "boolean", "default": true}}));
    let mut bench = Bench::new(schema, json!({}));
    let toggled = |bench: &Bench| {
        let node = bench
            .harness
            .get_by_role_and_label(Role::CheckBox, "Denoise");
        node.accesskit_node().toggled()
    };
    assert_eq!(toggled(&bench), Some(Toggled::True));
    bench.click(Role::CheckBox, "Denoise");
    assert_eq!(bench.value(), &json!({"denoise": false}));
    assert_eq!(toggled(&bench), Some(Toggled::False));
    assert_eq!(bench.changes().len(), 1);
}

#[test]
fn few_short_choices_stand_side_by_side() {
    let schema = object(
        json!({"mode": {"title": "Mode", "enum": ["fit", "crop"], "x-labels": {"fit": "Fit", "crop": "Crop"}, "default": "fit"}}),
    );
    let mut bench = Bench::new(schema, json!({}));
    assert!(bench.has(Role::RadioGroup, "Mode"));
    bench.click(Role::RadioButton, "Crop");
    assert_eq!(bench.value(), &json!({"mode": "crop"}));
    bench.click(Role::RadioButton, "Crop");
    assert_eq!(
        bench.changes().len(),
        1,
        "the same choice again is no change"
    );
}

#[test]
fn many_choices_stand_in_a_menu() {
    let schema = object(
        json!({"format": {"title": "Format", "enum": ["png", "jpeg", "webp", "exr", "tiff"],
        "x-labels": {"jpeg": "JPEG"}, "default": "png"}}),
    );
    let mut bench = Bench::new(schema, json!({}));
    bench.pick("Format", "JPEG");
    assert_eq!(bench.value(), &json!({"format": "jpeg"}));
    assert_eq!(
        bench.value_of(Role::ComboBox, "Format").as_deref(),
        Some("JPEG")
    );
}

#[test]
fn a_value_that_is_no_choice_is_shown_and_kept() {
    let schema = object(json!({"format": {"title": "Format", "enum": ["png", "jpeg"]}}));
    let bench = Bench::new(schema, json!({"format": "tiff"}));
    assert_eq!(
        bench.value_of(Role::ComboBox, "Format").as_deref(),
        Some("tiff")
    );
}

#[test]
fn text_of_one_line_and_of_several() {
    let schema = object(json!({
        "name": {"title": "Name", "type": "string", "default": "view"},
        "note": {"title": "Note", "type": "string", "x-widget": "multiline"}
    }));
    let mut bench = Bench::new(schema, json!({}));
    bench.type_into(Role::TextInput, "Name", "front");
    bench.type_into(Role::MultilineTextInput, "Note", "for the catalogue");
    assert_eq!(
        bench.value(),
        &json!({"name": "front", "note": "for the catalogue"})
    );
}

#[test]
fn a_color_is_typed_and_taken_once_it_is_one() {
    let schema = object(
        json!({"background": {"title": "Background", "type": "string", "x-widget": "color", "default": "#ffffff"}}),
    );
    let mut bench = Bench::new(schema, json!({}));
    bench.type_into(Role::TextInput, "Background", "#12");
    assert_eq!(bench.value(), &json!({}), "no colour yet");
    bench.type_into(Role::TextInput, "Background", "336699");
    assert_eq!(bench.value(), &json!({"background": "#336699"}));
    assert!(
        bench.has(Role::ColorWell, "Choose Background")
            || bench.has(Role::Button, "Choose Background")
    );
}

#[test]
fn a_path_is_typed_or_asked_for() {
    let schema = object(json!({
        "file": {"title": "Map", "type": "string", "format": "path"},
        "folder": {"title": "Folder", "type": "string", "format": "directory"}
    }));
    let mut bench = Bench::new(schema, json!({}));
    bench.type_into(Role::TextInput, "Map", "studio/a.hdr");
    assert_eq!(bench.value(), &json!({"file": "studio/a.hdr"}));
    bench.click(Role::Button, "Choose Map…");
    bench.click(Role::Button, "Choose Folder…");
    let asked = |pointer: &str, is_folder| FormAction::ChoosePath {
        pointer: pointer.to_owned(),
        is_folder,
    };
    assert_eq!(
        bench.harness.state().actions,
        [asked("/file", false), asked("/folder", true)]
    );
}

#[test]
fn what_may_be_null_is_switched_off_and_comes_back() {
    let schema = object(
        json!({"exposure": {"title": "Exposure", "type": ["number", "null"], "default": null, "minimum": -10, "maximum": 10}}),
    );
    let mut bench = Bench::new(schema, json!({"exposure": 2.5}));
    bench.click(Role::CheckBox, "Set Exposure");
    assert_eq!(bench.value(), &json!({"exposure": null}));
    bench.click(Role::CheckBox, "Exposure");
    assert_eq!(bench.value(), &json!({"exposure": 2.5}));
}

#[test]
fn a_field_is_reset_to_its_default() {
    let mut bench = Bench::new(samples(), json!({"samples": 128, "other": 1}));
    bench.click(Role::Button, "Reset Samples to default");
    assert_eq!(bench.value(), &json!({"other": 1}));
    assert!(!bench.has(Role::Button, "Reset Samples to default"));
    assert_eq!(
        bench.value_of(Role::SpinButton, "Samples").as_deref(),
        Some("64")
    );
}

#[test]
fn a_value_that_equals_its_default_has_nothing_to_reset() {
    let schema =
        object(json!({"gap": {"title": "Gap", "type": "number", "default": f64::from(0.1_f32)}}));
    let bench = Bench::new(schema, json!({"gap": 0.1}));
    assert!(!bench.has(Role::Button, "Reset Gap to default"));
}

#[test]
fn help_is_read_to_those_who_hear_the_form() {
    let bench = Bench::new(samples(), json!({}));
    let node = bench
        .harness
        .get_by_role_and_label(Role::SpinButton, "Samples");
    assert_eq!(
        node.accesskit_node().description().as_deref(),
        Some("Light paths per pixel.")
    );
}

#[test]
fn unknown_settings_are_shown_and_kept() {
    let mut bench = Bench::new(samples(), json!({"samples": 8, "grain": {"amount": 0.2}}));
    assert!(bench.reads("Kept, not used by this version"));
    assert!(bench.has(Role::Label, "grain"));
    bench.type_number("Samples", "9");
    assert_eq!(
        bench.value(),
        &json!({"samples": 9, "grain": {"amount": 0.2}})
    );
}

#[test]
fn hidden_settings_keep_their_values() {
    let schema = object(json!({
        "format": {"title": "Format", "enum": ["png", "jpeg"], "default": "png"},
        "quality": {"title": "Quality", "type": "integer", "default": 92, "x-visible-when": {"format": ["jpeg"]}}
    }));
    let mut bench = Bench::new(schema, json!({"format": "jpeg", "quality": 70}));
    assert!(bench.has(Role::SpinButton, "Quality"));
    bench.click(Role::RadioButton, "png");
    assert!(!bench.has(Role::SpinButton, "Quality"));
    assert_eq!(bench.value(), &json!({"format": "png", "quality": 70}));
    bench.click(Role::RadioButton, "jpeg");
    assert_eq!(
        bench.value_of(Role::SpinButton, "Quality").as_deref(),
        Some("70")
    );
}

#[test]
fn sizes_come_from_presets_and_can_be_swapped() {
    let side =
        json!({"type": "integer", "minimum": 16, "maximum": 8192, "default": 1024, "x-unit": "px"});
    let schema = object(json!({"width_px": side, "height_px": side}));
    let mut bench = Bench::new(schema, json!({}));
    assert_eq!(
        bench.value_of(Role::ComboBox, "Preset").as_deref(),
        Some("Square 1024")
    );
    bench.pick("Preset", "Full HD");
    assert_eq!(bench.value(), &json!({"width_px": 1920, "height_px": 1080}));
    assert_eq!(bench.changes().len(), 1, "one step");
    bench.click(Role::Button, "Swap width and height");
    assert_eq!(bench.value(), &json!({"width_px": 1080, "height_px": 1920}));
    bench.click(Role::Button, "Keep the aspect");
    bench.type_number("Width px", "540");
    assert_eq!(bench.value(), &json!({"width_px": 540, "height_px": 960}));
}

#[test]
fn several_nodes_that_differ_are_mixed_and_set_together() {
    let schema = object(json!({
        "samples": {"title": "Samples", "type": "integer", "minimum": 1, "maximum": 500, "default": 64},
        "name": {"title": "Name", "type": "string", "default": ""},
        "on": {"title": "On", "type": "boolean", "default": false},
        "format": {"title": "Format", "enum": ["a", "b", "c", "d", "e"], "default": "a"}
    }));
    let mut bench = Bench::of(Host {
        schema,
        value: json!({"samples": 8, "name": "one", "on": true, "format": "b"}),
        others: vec![
            json!({"seed": 3, "name": "two"}),
            json!({"samples": 8, "on": true}),
        ],
        ..Host::default()
    });
    assert_eq!(
        bench.value_of(Role::SpinButton, "Samples").as_deref(),
        Some("mixed")
    );
    assert_eq!(
        bench.value_of(Role::ComboBox, "Format").as_deref(),
        Some("mixed")
    );
    let node = bench.harness.get_by_role_and_label(Role::CheckBox, "On");
    assert_eq!(node.accesskit_node().toggled(), Some(Toggled::Mixed));
    bench.type_number("Samples", "8");
    bench.click(Role::CheckBox, "On");
    bench.pick("Format", "b");
    bench.type_into(Role::TextInput, "Name", "all");
    let all = json!({"samples": 8, "name": "all", "on": true, "format": "b"});
    assert_eq!(bench.value(), &all);
    let others = &bench.harness.state().others;
    assert_eq!(
        others[0],
        json!({"seed": 3, "name": "all", "samples": 8, "on": true, "format": "b"})
    );
    assert_eq!(others[1], all);
}

#[test]
fn leaving_a_mixed_field_without_typing_changes_nothing() {
    let mut bench = Bench::of(Host {
        schema: samples(),
        value: json!({"samples": 8}),
        others: vec![json!({"samples": 9})],
        ..Host::default()
    });
    bench.click(Role::SpinButton, "Samples");
    bench.key(egui::Key::Enter);
    assert_eq!(bench.changes(), []);
}
