//! What stands beside fields: diagnostics and fixes, provenance, search, and the way from a problem to
//! its field.

use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use hartomat_ui::form::{FieldDiagnostic, FormAction, Provenance};
use hartomat_ui::theme::Severity;
use serde_json::{Value, json};

use crate::bench::{Bench, Host};

fn schema() -> Value {
    json!({"type": "object", "properties": {
        "samples": {"title": "Samples", "type": "integer", "default": 64, "x-group": "Quality"},
        "denoise": {"title": "Denoise", "type": "boolean", "default": true, "x-group": "Quality"},
        "camera": {"title": "Camera", "type": "object", "x-group": "Scene", "properties": {
            "azimuth": {"title": "Azimuth", "type": "number", "default": 30.0}}},
        "hidden": {"title": "Hidden", "type": "string", "x-visible-when": {"denoise": [false]}}
    }})
}

fn diagnostic(pointer: &str, message: &str, fix: Option<&str>) -> FieldDiagnostic {
    FieldDiagnostic {
        pointer: pointer.to_owned(),
        severity: Severity::Error,
        message: message.to_owned(),
        fix: fix.map(str::to_owned),
    }
}

#[test]
fn diagnostics_stand_at_their_fields_and_their_fixes_are_buttons() {
    let mut bench = Bench::of(Host {
        schema: schema(),
        value: json!({"samples": 0}),
        diagnostics: vec![
            diagnostic("/camera/azimuth", "points away", None),
            diagnostic("/samples", "must be at least 1", Some("Set to 1")),
            diagnostic("/hidden/deep", "is broken", None),
            diagnostic("", "something is wrong", None),
        ],
        ..Host::default()
    });
    for message in [
        "points away",
        "must be at least 1",
        "is broken",
        "something is wrong",
    ] {
        assert!(bench.reads(message), "{message}");
    }
    let place = |label: &str| bench.harness.get_by_label(label).rect().top();
    let field = bench
        .harness
        .get_by_role_and_label(Role::SpinButton, "Samples")
        .rect();
    let next = bench
        .harness
        .get_by_role_and_label(Role::CheckBox, "Denoise")
        .rect();
    let message = place("must be at least 1");
    assert!(
        field.top() < message && message < next.top(),
        "between its field and the next"
    );
    bench.click(Role::Button, "Set to 1");
    assert_eq!(
        bench.harness.state().actions,
        [FormAction::Fix { diagnostic: 1 }]
    );
    assert_eq!(bench.changes(), [], "the host mends");
}

#[test]
fn provenance_stands_at_its_field_and_leads_there() {
    let mut bench = Bench::of(Host {
        schema: schema(),
        value: json!({}),
        provenance: vec![Provenance {
            pointer: "/samples".to_owned(),
            text: "from output type Catalogue".to_owned(),
        }],
        ..Host::default()
    });
    bench.click(Role::Button, "from output type Catalogue");
    let pointer = "/samples".to_owned();
    assert_eq!(
        bench.harness.state().actions,
        [FormAction::ShowProvenance { pointer }]
    );
}

#[test]
fn the_search_leaves_what_matches() {
    let mut bench = Bench::of(Host {
        schema: schema(),
        value: json!({}),
        search: "azim".to_owned(),
        ..Host::default()
    });
    assert!(bench.has(Role::SpinButton, "Azimuth"));
    assert!(!bench.has(Role::SpinButton, "Samples"));
    bench.harness.state_mut().search = "nonsense".to_owned();
    bench.settle();
    assert!(bench.reads("No setting matches “nonsense”"));
}

#[test]
fn a_problem_leads_to_its_field_even_in_folded_sections() {
    let mut bench = Bench::new(schema(), json!({}));
    let header = |bench: &Bench, label: &str| {
        bench.harness.get_by_label(label).click();
    };
    header(&bench, "Camera");
    bench.settle();
    header(&bench, "Scene");
    bench.settle();
    assert!(!bench.has(Role::SpinButton, "Azimuth"));
    bench.harness.state_mut().focus = Some("/camera/azimuth".to_owned());
    bench.settle();
    let nodes: Vec<_> = bench.harness.query_all_by_label("Azimuth").collect();
    assert!(nodes.iter().any(|node| node.is_focused()));
}
