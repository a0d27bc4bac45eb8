//! What migration makes of single documents: whose scene a render takes, which size counts, what a step that
//! is switched off leaves alone.

use hartomat_schema::{
    ArtifactKind, Diagnostic, Migration, Node, NodeId, Workflow, WorkflowId, migrate, restore,
};
use serde_json::{Value, json};

use crate::support::{catalogue, lines, plain};

fn try_migrate(document: &Value) -> Result<Migration, Vec<Diagnostic>> {
    let id = WorkflowId::new("m").unwrap();
    migrate(document.clone(), &catalogue(), id)
}

/// What becomes of a document that needs no decision; the way back gives it as it was.
fn migrated(document: &Value) -> Workflow {
    let migration = try_migrate(document).unwrap_or_else(|found| panic!("{}", lines(&found)));
    let is_open = migration.notes.iter().any(Diagnostic::is_error);
    assert!(!is_open, "{document}\n{}", lines(&migration.notes));
    let back = restore(&migration.workflow).expect("it was migrated");
    assert_eq!(plain(&back), plain(document));
    migration.workflow
}

fn node<'a>(workflow: &'a Workflow, id: &str) -> &'a Node {
    workflow.node(&NodeId::new(id).unwrap()).unwrap()
}

/// The node that feeds an input.
fn source<'a>(workflow: &'a Workflow, id: &str, port: &str) -> &'a Node {
    let mut edges = workflow.edges.iter();
    let leads_there = |edge: &&hartomat_schema::Edge| {
        edge.to.node.as_str() == id && edge.to.port.as_str() == port
    };
    let edge = edges.find(leads_there).unwrap();
    workflow.node(&edge.from.node).unwrap()
}

#[test]
fn a_render_without_a_direction_takes_nobody_elses() {
    let still = |params: Value| json!({"step": "blender_still", "params": params});
    let workflow = migrated(&json!({"steps": [
        "order_line_setup", still(json!({"camera_angle": 30})), "output_save", still(json!({})),
        "output_save"
    ]}));
    let first = source(&workflow, "blender_still", "scene");
    assert_eq!(first.settings.get("azimuth_deg"), Some(&json!(30)));
    let second = source(&workflow, "blender_still_2", "scene");
    assert_eq!(second.settings.get("azimuth_deg"), None);
}

#[test]
fn renders_of_an_export_take_their_own_directions_too() {
    let node = |id: &str, step: &str, params: Value| json!({"id": id, "data": {"step": step, "params": params}});
    let workflow = migrated(&json!({
        "nodes": [
            node("line", "order_line_setup", json!({})),
            node("turned", "blender_still", json!({"camera_angle": 30})),
            node("plain", "blender_still", json!({})),
            node("one", "output_save", json!({})),
            node("two", "output_save", json!({})),
        ],
        "edges": [{"source": "turned", "target": "one"}, {"source": "plain", "target": "two"}]
    }));
    let first = source(&workflow, "turned", "scene");
    assert_eq!(first.settings.get("azimuth_deg"), Some(&json!(30)));
    let second = source(&workflow, "plain", "scene");
    assert_eq!(second.settings.get("azimuth_deg"), None);
}

#[test]
fn renders_of_one_direction_share_a_scene_and_lose_nothing() {
    let still = json!({"step": "blender_still", "params": {"camera_angle": 30}});
    let steps = json!([
        "order_line_setup",
        still,
        "output_save",
        still,
        "output_save"
    ]);
    let workflow = migrated(&json!({ "steps": steps }));
    let first = source(&workflow, "blender_still", "scene");
    assert_eq!(first.id, source(&workflow, "blender_still_2", "scene").id);
}

#[test]
fn a_still_is_framed_without_the_room_that_a_turntable_needs() {
    let steps = [
        "order_line_setup",
        "blender_still",
        "output_save",
        "blender_turntable",
        "output_save",
    ];
    let workflow = migrated(&json!({ "steps": steps }));
    let still = source(&workflow, "blender_still", "scene");
    assert_ne!(still.id, source(&workflow, "blender_turntable", "scene").id);
}

#[test]
fn a_transform_with_a_size_and_no_mode_resizes() {
    let mode = |params: Value| {
        let transform = json!({"step": "image_transform", "params": params});
        let steps = json!([
            "order_line_setup",
            "blender_still",
            transform,
            "output_save"
        ]);
        let workflow = migrated(&json!({ "steps": steps }));
        let transform = node(&workflow, "image_transform");
        transform.settings.get("mode").cloned()
    };
    let resize = Some(json!("resize"));
    assert_eq!(mode(json!({"width": 600, "height": 450})), resize);
    assert_eq!(mode(json!({"size": 600})), resize);
    let crop = json!({"operation": "Crop", "width": 600, "height": 450});
    assert_eq!(mode(crop), Some(json!("crop")));
    assert_eq!(mode(json!({"format": "webp"})), None);
}

#[test]
fn a_blender_file_gets_the_presets_size() {
    for preset_type in ["still_with_exports", "blend"] {
        let params = json!({"width": 1920, "height": 1080});
        let workflow = migrated(&json!({"type": preset_type, "params": params}));
        let blend = &node(&workflow, "export_blend").settings;
        assert_eq!(blend.get("width_px"), Some(&json!(1920)));
        assert_eq!(blend.get("height_px"), Some(&json!(1080)));
        let kinds: Vec<_> = workflow.contract.iter().map(|part| &part.kind).collect();
        assert!(kinds.contains(&&ArtifactKind::BLEND), "{kinds:?}");
    }
}

#[test]
fn a_side_of_its_own_goes_before_a_resolution() {
    for (params, size) in [
        (
            json!({"height": 1080, "resolution": [1920, 7]}),
            [1920, 1080],
        ),
        (
            json!({"resolution": "1920x720", "height": 1080}),
            [1920, 1080],
        ),
        (json!({"width": 640, "resolution": 480}), [640, 480]),
        (json!({"size": 512, "resolution": 1024}), [1024, 1024]),
    ] {
        let workflow = migrated(&json!({"type": "still", "params": params}));
        let still = &node(&workflow, "render_still").settings;
        let found = ["width_px", "height_px"].map(|side| still[side].as_u64().unwrap());
        assert_eq!(found, size, "{params}");
    }
}

#[test]
fn of_names_that_say_the_same_the_one_counts_that_legacy_took() {
    for (kind, params, setting, value) in [
        (
            "turntable",
            json!({"format": "mp4", "codec": "vp9"}),
            "codec",
            json!("vp9"),
        ),
        (
            "turntable",
            json!({"width_px": 320, "width": 640}),
            "width_px",
            json!(640),
        ),
        (
            "still",
            json!({"engine": "blender", "renderer": "embedded"}),
            "renderer",
            json!("embedded"),
        ),
    ] {
        let workflow = migrated(&json!({"type": kind, "params": params}));
        let settings = &node(&workflow, &format!("render_{kind}")).settings;
        assert_eq!(settings[setting], value, "{params}");
    }
}

#[test]
fn a_step_that_is_switched_off_uses_nothing_up() {
    for off in [json!(false), json!(0), json!("no")] {
        let transform = json!({"step": "image_transform", "enabled": off});
        let steps = json!([
            "order_line_setup",
            "blender_still",
            transform,
            "output_save"
        ]);
        let workflow = migrated(&json!({ "steps": steps }));
        assert!(node(&workflow, "image_transform").muted, "{off}");
        let saved = source(&workflow, "output_save", "output");
        assert_eq!(saved.id.as_str(), "blender_still");
    }
}

#[test]
fn a_preset_type_that_nobody_knows_is_told_those_that_there_are() {
    let refused = |preset_type: &str| {
        let found = try_migrate(&json!({"type": preset_type, "params": {}})).unwrap_err();
        (found[0].code.clone(), found[0].fix.clone())
    };
    let (code, fix) = refused("hologram");
    assert_eq!(code, "unknown_preset");
    assert!(fix.contains("`blend`") && fix.contains("`custom`"), "{fix}");
    assert_eq!(refused("external").0, "own_preset");
}
