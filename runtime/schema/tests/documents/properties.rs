//! Properties: no document makes reading panic, load and save lose nothing, migration loses nothing.

use std::collections::BTreeSet;

use crate::support::{catalogue, documents, plain};
use hartomat_schema::{
    ReadWorkflow, Workflow, WorkflowId, WorkflowValidator, migrate, read_workflow, restore,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// Reads, and goes on as far as the document lets.
fn go_on(bytes: &[u8], validator: &WorkflowValidator) {
    match read_workflow(bytes) {
        Ok(ReadWorkflow::Current(workflow)) => {
            validator.validate(&workflow);
        }
        Ok(ReadWorkflow::Legacy { value, .. }) => {
            let id = WorkflowId::new("m").unwrap();
            if let Ok(migration) = migrate(value, validator.catalogue(), id) {
                validator.validate(&migration.workflow);
            }
        }
        Err(found) => assert!(!found.is_empty()),
    }
}

fn all_documents() -> Vec<Vec<u8>> {
    let folders = ["valid", "invalid", "legacy"];
    folders
        .iter()
        .flat_map(|folder| documents(folder))
        .map(|(_, _, bytes)| bytes)
        .collect()
}

#[test]
fn no_prefix_of_a_document_panics() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    for bytes in all_documents() {
        let step = if bytes.len() < 2_000 {
            1
        } else {
            bytes.len() / 150
        };
        for length in (0..bytes.len()).step_by(step) {
            go_on(&bytes[..length], &validator);
        }
    }
}

/// A change to a document's bytes.
#[derive(Debug, Clone)]
enum Mutation {
    Replace(Index, u8),
    Remove(Index, usize),
    Insert(Index, &'static str),
    Copy(Index, Index, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let pieces = prop::sample::select(vec![
        "\"",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "null",
        "-1",
        "1e999",
        "\\u0000",
        "\\ud800",
        "{}",
        "[]",
        "\"id\":\"a\",",
        "true",
        "ä",
        "\u{feff}",
        "0.1",
        "18446744073709551616",
        "\"\"",
    ]);
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (any::<Index>(), 1..200_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (any::<Index>(), pieces).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (any::<Index>(), any::<Index>(), 1..300_usize)
            .prop_map(|(from, to, length)| Mutation::Copy(from, to, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, mutation: &Mutation) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match mutation {
        Mutation::Replace(at, byte) => bytes[at.index(length)] = *byte,
        Mutation::Remove(at, count) => {
            let at = at.index(length);
            bytes.drain(at..(at + count).min(length));
        }
        Mutation::Insert(at, piece) => {
            let at = at.index(length);
            bytes.splice(at..at, piece.bytes());
        }
        Mutation::Copy(from, to, count) => {
            let from = from.index(length);
            let part = bytes[from..(from + count).min(length)].to_vec();
            let to = to.index(length);
            bytes.splice(to..to, part);
        }
    }
}

/// Any JSON value that documents may hold, floats included.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        prop::num::f64::NORMAL.prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("\\PC{0,6}", inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pointers of all objects in a document.
fn objects(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.push(pointer.to_owned());
            for (key, member) in members {
                objects(
                    member,
                    &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                objects(item, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn load(bytes: &[u8]) -> Workflow {
    match read_workflow(bytes) {
        Ok(ReadWorkflow::Current(workflow)) => *workflow,
        Ok(ReadWorkflow::Legacy { .. }) => panic!("read as a legacy document"),
        Err(found) => panic!("{}", crate::support::lines(&found)),
    }
}

/// Every value of a document, numbers by their value.
fn leaves(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.values().for_each(|member| leaves(member, found)),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Number(number) => {
            found.insert(format!("{:?}", number.as_f64()));
        }
        other => {
            found.insert(other.to_string());
        }
    }
}

const STEPS: &[&str] = &[
    "resolve_step_path",
    "order_line_setup",
    "occ_object_extract",
    "occ_glb_export",
    "stl_cache_generate",
    "glb_bbox",
    "auto_populate_materials",
    "material_map_resolve",
    "resolve_template",
    "blender_still",
    "blender_turntable",
    "export_blend",
    "blender_thumbnail",
    "image_transform",
    "thumbnail_save",
    "output_save",
    "notify",
    "no_such_step",
];

const PARAMS: &[&str] = &[
    "width",
    "height",
    "resolution",
    "size",
    "samples",
    "engine",
    "transparent_bg",
    "format",
    "quality",
    "material_override",
    "template",
    "camera_angle",
    "fps",
    "frames",
    "degrees",
    "codec",
    "margin",
    "hidden",
    "angular_deflection",
    "deflection",
    "filename",
    "channel",
    "to",
    "message",
    "pack",
    "use_names",
    "exposure",
    "angles",
    "exports",
    "steps",
    "seed",
    "label",
    "other",
];

fn param() -> impl Strategy<Value = (String, Value)> {
    let fitting = prop_oneof![
        (16..4000_u32).prop_map(Value::from),
        (1..99_u32).prop_map(|number| json!(f64::from(number) / 100.0)),
        prop::sample::select(vec![
            "PNG",
            "jpg",
            "CYCLES",
            "1920x1080",
            "soft_box",
            "yes",
            "HIGH",
            "vp9",
            "mail"
        ])
        .prop_map(Value::from),
        prop::collection::vec((0..360_i32).prop_map(Value::from), 0..4).prop_map(Value::from),
        value(),
    ];
    (
        prop::sample::select(PARAMS).prop_map(str::to_owned),
        fitting,
    )
}

fn params() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(param(), 0..5).prop_map(|params| params.into_iter().collect())
}

fn step() -> impl Strategy<Value = Value> {
    (
        prop::sample::select(STEPS),
        params(),
        prop::option::of("\\PC{0,8}"),
        prop::option::of(value()),
    )
        .prop_map(|(step, params, label, other)| {
            let mut node = json!({"step": step, "params": params});
            if let Some(label) = label {
                node["label"] = json!(label);
            }
            if let Some(other) = other {
                node["extra"] = other;
            }
            node
        })
}

/// A render from one of few directions, or from the scene's own: scenes are shared or they aren't.
fn view() -> impl Strategy<Value = Value> {
    let renders = vec!["blender_still", "blender_turntable", "export_blend"];
    let angle = prop::option::of(prop::sample::select(vec![30, 45]));
    (prop::sample::select(renders), angle).prop_map(|(render, angle)| match angle {
        Some(angle) => json!({"step": render, "params": {"camera_angle": angle}}),
        None => json!({ "step": render }),
    })
}

fn legacy() -> impl Strategy<Value = Value> {
    let types = vec![
        "still",
        "turntable",
        "multi_angle",
        "still_with_exports",
        "blend",
        "custom",
        "thumbnail",
    ];
    let preset = (
        prop::sample::select(types),
        params(),
        prop::option::of(value()),
    )
        .prop_map(|(kind, params, other)| {
            let mut preset = json!({"type": kind, "params": params});
            if let Some(other) = other {
                preset["note"] = other;
            }
            preset
        });
    let list = (
        prop::collection::vec(step(), 1..12),
        prop::option::of(value()),
    )
        .prop_map(|(steps, other)| {
            let mut list = json!({"name": "old", "steps": steps});
            if let Some(other) = other {
                list["form"] = other;
            }
            list
        });
    let edges = prop::collection::vec(
        (any::<Index>(), any::<Index>(), prop::option::of(value())),
        0..16,
    );
    let export = (prop::collection::vec((step(), -500..500_i32, -500..500_i32), 1..10), edges).prop_map(|(nodes, edges)| {
        let count = nodes.len();
        let nodes: Vec<Value> = nodes
            .into_iter()
            .enumerate()
            .map(|(index, (data, x, y))| json!({"id": format!("n{index}"), "type": "box", "position": {"x": x, "y": y}, "data": data}))
            .collect();
        let edges: Vec<Value> = edges
            .into_iter()
            .enumerate()
            .map(|(index, (from, to, other))| {
                json!({"id": format!("e{index}"), "source": format!("n{}", from.index(count)), "target": format!("n{}", to.index(count)), "data": other})
            })
            .collect();
        json!({"nodes": nodes, "edges": edges, "viewport": {"zoom": 0.5}})
    });
    let views = prop::collection::vec(view(), 1..5).prop_map(|steps| json!({ "steps": steps }));
    prop_oneof![preset, list, export, views]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutated_document_panics(which in any::<Index>(), mutations in prop::collection::vec(mutation(), 1..6)) {
        use std::sync::LazyLock;
        static DOCUMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(all_documents);
        static VALIDATOR: LazyLock<WorkflowValidator> = LazyLock::new(|| WorkflowValidator::new(&catalogue()).unwrap());
        let mut bytes = DOCUMENTS[which.index(DOCUMENTS.len())].clone();
        for mutation in &mutations {
            apply(&mut bytes, mutation);
        }
        go_on(&bytes, &VALIDATOR);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn unknown_keys_survive_everywhere_in_their_order(
        additions in prop::collection::vec((any::<Index>(), "zz\\PC{0,6}", value()), 1..12),
    ) {
        let all = documents("valid");
        let (_, _, bytes) = all.iter().find(|(name, _, _)| name == "reroutes_frames_notes_bookmarks").unwrap();
        let mut document: Value = serde_json::from_slice(bytes).unwrap();
        let mut places = Vec::new();
        objects(&document, "", &mut places);
        for (place, key, value) in additions {
            let place = &places[place.index(places.len())];
            document.pointer_mut(place).unwrap().as_object_mut().unwrap().insert(key, value);
        }
        let text = serde_json::to_string(&document).unwrap();
        let workflow = load(text.as_bytes());
        let saved = workflow.to_json();
        let after: Value = serde_json::from_str(&saved).unwrap();
        for place in &places {
            let own = |value: &Value| -> Vec<(String, String)> {
                let members = value.pointer(place).unwrap().as_object().unwrap();
                let own = members.iter().filter(|(key, _)| key.starts_with("zz"));
                own.map(|(key, value)| (key.clone(), value.to_string())).collect()
            };
            prop_assert_eq!(own(&document), own(&after), "{}", place);
        }
        prop_assert_eq!(&load(saved.as_bytes()), &workflow);
        prop_assert_eq!(load(saved.as_bytes()).to_json(), saved);
    }

    #[test]
    fn migration_loses_no_value(document in legacy()) {
        let catalogue = catalogue();
        let bytes = serde_json::to_vec(&document).unwrap();
        let Ok(ReadWorkflow::Legacy { value, form }) = read_workflow(&bytes) else {
            panic!("not read as legacy: {document}");
        };
        let Ok(migration) = migrate(value, &catalogue, WorkflowId::new("m").unwrap()) else {
            return Ok(());
        };
        prop_assert_eq!(migration.from, form);
        let saved = migration.workflow.to_json();
        prop_assert_eq!(&load(saved.as_bytes()), &migration.workflow);
        let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
        leaves(&document, &mut before);
        leaves(&serde_json::from_str(&saved).unwrap(), &mut after);
        let lost: Vec<&String> = before.difference(&after).collect();
        prop_assert!(lost.is_empty(), "{:?} is lost\n{}\n{}", lost, document, saved);
        let back = restore(&load(saved.as_bytes())).expect("it was migrated");
        prop_assert_eq!(plain(&back), plain(&document), "{}", saved);
    }
}
