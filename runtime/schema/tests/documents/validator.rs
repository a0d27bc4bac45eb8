//! The validator's rules that need more than a document: catalogues, connections, hostile schemas.

use crate::support::{catalogue, documents, lines};
use hartomat_schema::{
    Catalogue, Coverage, Diagnostic, Endpoint, Family, NodeDefinition, NodeId, NodeType, PortName,
    ReadWorkflow, Severity, Workflow, WorkflowValidator, check_definition, read_workflow, validate,
};
use serde_json::{Value, json};

fn still() -> Workflow {
    let all = documents("valid");
    let (_, _, bytes) = all
        .iter()
        .find(|(name, _, _)| name == "canonical_still")
        .unwrap();
    match read_workflow(bytes).unwrap() {
        ReadWorkflow::Current(workflow) => *workflow,
        ReadWorkflow::Legacy { .. } => unreachable!(),
    }
}

fn change(catalogue: &Catalogue, key: &str, change: impl FnOnce(&mut NodeDefinition)) -> Catalogue {
    let mut nodes = catalogue.nodes.clone();
    change(
        nodes
            .iter_mut()
            .find(|node| node.node_type.as_str() == key)
            .unwrap(),
    );
    Catalogue::new(nodes)
}

fn end(node: &str, port: &str) -> Endpoint {
    Endpoint {
        node: NodeId::new(node).unwrap(),
        port: PortName::new(port).unwrap(),
    }
}

fn codes(found: &[Diagnostic]) -> Vec<&str> {
    found.iter().map(|found| found.code.as_str()).collect()
}

#[test]
fn every_definition_of_the_test_catalogue_is_complete() {
    for definition in &catalogue().nodes {
        assert_eq!(
            lines(&check_definition(definition)),
            "",
            "{}",
            definition.node_type
        );
    }
}

#[test]
fn a_disabled_node_is_an_error_with_the_reason_unless_it_is_muted() {
    let reason = "this edition has no renderer";
    let catalogue = change(&catalogue(), "render_still", |node| {
        node.coverage = Coverage::Disabled {
            reason: reason.to_owned(),
        };
    });
    let mut workflow = still();
    let found = validate(&workflow, &catalogue);
    assert_eq!(codes(&found), ["disabled_node"]);
    assert!(found[0].message.contains(reason));
    let node = workflow
        .nodes
        .iter_mut()
        .find(|node| node.id.as_str() == "still")
        .unwrap();
    node.muted = true;
    let found = validate(&workflow, &catalogue);
    assert!(
        !codes(&found).contains(&"disabled_node"),
        "{}",
        lines(&found)
    );
    assert!(codes(&found).contains(&"missing_input"));
}

#[test]
fn a_node_made_with_an_older_version_is_a_warning() {
    let catalogue = change(&catalogue(), "render_still", |node| node.version = 2);
    let found = validate(&still(), &catalogue);
    assert_eq!(codes(&found), ["older_node_version"]);
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn a_node_that_nobody_uses_is_a_warning() {
    let mut workflow = still();
    workflow
        .edges
        .retain(|edge| edge.to.node.as_str() != "bbox" && edge.from.node.as_str() != "bbox");
    let mut bbox = workflow
        .nodes
        .iter()
        .find(|node| node.id.as_str() == "bbox")
        .unwrap()
        .clone();
    workflow.edges.push(
        serde_json::from_value(json!({
            "from": {"node": "glb", "port": "glb"}, "to": {"node": "bbox", "port": "glb"},
        }))
        .unwrap(),
    );
    assert_eq!(codes(&validate(&workflow, &catalogue())), ["dangling_node"]);
    bbox.muted = true;
    workflow.nodes.retain(|node| node.id != bbox.id);
    workflow.nodes.push(bbox);
    assert_eq!(codes(&validate(&workflow, &catalogue())), [] as [&str; 0]);
}

#[test]
fn connections_say_why_not_before_they_are_made() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    let workflow = still();
    let check = |from: Endpoint, to: Endpoint| validator.check_connection(&workflow, &from, &to);
    assert!(check(end("scene", "scene"), end("still", "scene")).is_empty());
    assert!(check(end("suggest", "material_map"), end("scene", "material_map")).is_empty());
    let found = check(end("glb", "glb"), end("still", "scene"));
    assert_eq!(codes(&found), ["kind_mismatch"]);
    assert!(
        found[0].message.contains("`glb` can't feed `scene`"),
        "{}",
        found[0]
    );
    assert!(found[0].fix.contains("compose_scene"), "{}", found[0]);
    let found = check(
        end("materials", "material_map"),
        end("materials", "material_map"),
    );
    assert_eq!(codes(&found), ["self_edge"]);
    let mut chained = workflow.clone();
    for id in ["a", "b"] {
        let node = json!({"id": id, "type": "image_transform", "version": 1});
        chained.nodes.push(serde_json::from_value(node).unwrap());
    }
    let edge =
        json!({"from": {"node": "a", "port": "image"}, "to": {"node": "b", "port": "image"}});
    chained.edges.push(serde_json::from_value(edge).unwrap());
    let found = validator.check_connection(&chained, &end("b", "image"), &end("a", "image"));
    assert_eq!(codes(&found), ["cycle"]);
}

#[test]
fn additions_say_which_family_a_node_belongs_to() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    let thumbnail = NodeType::new("render_thumbnail").unwrap();
    assert_eq!(validator.check_addition(Family::CadFile, &thumbnail), None);
    let found = validator
        .check_addition(Family::OrderLine, &thumbnail)
        .unwrap();
    assert_eq!(found.code, "wrong_family");
    assert!(found.message.contains("cad_file"), "{found}");
}

#[test]
fn settings_messages_name_title_range_unit_and_default() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    let still = NodeType::new("render_still").unwrap();
    let settings = json!({"width_px": 8, "format": "gif"});
    let found = validator.check_settings(&still, settings.as_object().unwrap(), "/settings");
    assert_eq!(
        lines(&found),
        "/settings/width_px               error[setting_out_of_range] /settings/width_px: Width (`width_px`) must be 16 to 16384 px, but is 8 (fix: write 16 to 16384 px; the default is 1024 px)\n\
         /settings/format                 error[setting_wrong_choice] /settings/format: Format (`format`) must be one of `png`, `png16`, `jpeg`, `webp` or `exr`, but is \"gif\" (fix: choose `png`, `png16`, `jpeg`, `webp` or `exr`; the default is `png`)\n"
    );
}

fn refused(schema: Value) -> String {
    let catalogue = change(&catalogue(), "render_still", |node| {
        node.settings_schema = schema
    });
    let found = WorkflowValidator::new(&catalogue).err().unwrap_or_default();
    assert!(
        found.iter().all(|found| found.code == "settings_schema"),
        "{}",
        lines(&found)
    );
    lines(&found)
}

#[test]
fn hostile_settings_schemas_are_refused() {
    let object = |properties: Value| json!({"type": "object", "properties": properties});
    let mut deep = json!({"type": "string"});
    for _ in 0..40 {
        deep = json!({"type": "array", "items": deep});
    }
    assert!(refused(object(json!({"a": deep}))).contains("deeper than 32 levels"));
    assert!(refused(object(json!({"a": {"$ref": "#"}}))).contains("circles"));
    let circle = json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}},
        "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}});
    assert!(refused(circle).contains("circles"));
    let mut laughs = json!({"z": {"type": "string"}});
    for level in 0..25 {
        let below = if level == 0 {
            "z".to_owned()
        } else {
            format!("l{}", level - 1)
        };
        let both = json!({"$ref": format!("#/$defs/{below}")});
        laughs[format!("l{level}")] = json!({"anyOf": [both, both]});
    }
    let bomb =
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/l10"}}, "$defs": laughs});
    assert!(refused(bomb).contains("is"));
    let many: Vec<Value> = (0..1_000_000)
        .map(|number| json!({"const": number}))
        .collect();
    assert!(refused(object(json!({"a": {"oneOf": many}}))).contains("too large"));
    for target in [
        "https://example.com/schema.json",
        "file:///etc/passwd",
        "#/$defs/none",
        "other",
    ] {
        assert!(
            refused(object(json!({"a": {"$ref": target}}))).contains("isn't in this schema"),
            "{target}"
        );
    }
    assert!(refused(object(json!({"a": {"$dynamicRef": "#x"}}))).contains("not allowed"));
    assert!(refused(object(json!({"a": {"pattern": "x".repeat(2000)}}))).contains("patterns"));
    assert!(
        refused(object(json!({"a": {"pattern": "((a{1000}){1000}){1000}"}}))).contains("compile")
    );
    assert!(refused(object(json!({"a": {"pattern": "(?=a)b"}}))).contains("compile"));
    assert!(refused(object(json!({"a": {"pattern": "("}}))).contains("compile"));
    assert!(refused(json!({"type": "string"})).contains("describes an object"));
    assert!(refused(json!(true)).contains("describes an object"));
}

#[test]
fn definitions_are_told_what_they_lack() {
    let mut definition = catalogue().nodes.remove(0);
    definition.node_type = NodeType::new("Bad-Key").unwrap();
    definition.label = " ".to_owned();
    definition.families.clear();
    definition
        .contract
        .outputs
        .push(definition.contract.outputs[0].clone());
    definition.coverage = Coverage::Disabled {
        reason: String::new(),
    };
    definition.settings_schema = json!({"type": "object", "properties": {
        "a": {"type": "integer", "default": "x", "x-unit": "parsec"},
        "b": {"title": "B", "description": "b", "default": "p", "enum": ["p", "q"], "x-labels": {"r": "R"},
              "x-visible-when": {"c": [1]}},
    }});
    let text = lines(&check_definition(&definition));
    for part in [
        "snake case",
        "/label",
        "no family",
        "two ports",
        "/coverage/reason",
        "must be a whole number",
        "`a` has no title",
        "`a` has no description",
        "parsec",
        "labels `r`",
        "values of `c`",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn two_definitions_can_not_share_a_key() {
    let mut nodes = catalogue().nodes;
    nodes.push(nodes[0].clone());
    let found = WorkflowValidator::new(&Catalogue::new(nodes))
        .err()
        .unwrap_or_default();
    assert_eq!(codes(&found), ["duplicate_definition"]);
}

#[test]
fn a_large_graph_is_checked_without_recursion() {
    let mut workflow = still();
    for index in 0..4_900 {
        let node = json!({"id": format!("t{index}"), "type": "image_transform", "version": 1});
        workflow.nodes.push(serde_json::from_value(node).unwrap());
        let from = if index == 0 {
            "t4899".to_owned()
        } else {
            format!("t{}", index - 1)
        };
        let edge = json!({"from": {"node": from, "port": "image"}, "to": {"node": format!("t{index}"), "port": "image"}});
        workflow.edges.push(serde_json::from_value(edge).unwrap());
    }
    let found = validate(&workflow, &catalogue());
    assert_eq!(codes(&found), ["cycle"]);
}
