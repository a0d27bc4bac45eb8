//! Walks the corpora: valid documents, invalid ones whose file name is the defect, legacy ones.

use crate::support::{catalogue, check_snapshot, documents, lines, plain};
use hartomat_schema::{
    Diagnostic, ReadWorkflow, Severity, Workflow, WorkflowId, WorkflowValidator, migrate,
    read_workflow, restore,
};
use serde_json::Value;

fn current(bytes: &[u8]) -> Result<Workflow, Vec<Diagnostic>> {
    match read_workflow(bytes)? {
        ReadWorkflow::Current(workflow) => Ok(*workflow),
        ReadWorkflow::Legacy { form, .. } => panic!("read as {form:?}"),
    }
}

/// Every key of `before` is in `after` with an equal value, and unknown keys keep their order.
fn assert_kept(before: &Value, after: &Value, pointer: &str) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            for (key, value) in before {
                let kept = after
                    .get(key)
                    .unwrap_or_else(|| panic!("{pointer}/{key} is lost"));
                assert_kept(value, kept, &format!("{pointer}/{key}"));
            }
        }
        (Value::Array(before), Value::Array(after)) => {
            assert_eq!(before.len(), after.len(), "{pointer}");
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                assert_kept(before, after, &format!("{pointer}/{index}"));
            }
        }
        _ => assert_eq!(before, after, "{pointer}"),
    }
}

#[test]
fn valid_documents_pass_and_lose_nothing_through_load_and_save() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    for (name, _, bytes) in documents("valid") {
        let workflow = current(&bytes).unwrap_or_else(|found| panic!("{name}\n{}", lines(&found)));
        let found = validator.validate(&workflow);
        assert!(
            !found.iter().any(Diagnostic::is_error),
            "{name}\n{}",
            lines(&found)
        );
        let saved = workflow.to_json();
        assert_eq!(current(saved.as_bytes()).unwrap(), workflow, "{name}");
        let before: Value = serde_json::from_slice(&bytes).unwrap();
        let after: Value = serde_json::from_str(&saved).unwrap();
        assert_kept(&before, &after, &name);
        assert_eq!(
            current(saved.as_bytes()).unwrap().to_json(),
            saved,
            "{name}: saved twice"
        );
    }
}

#[test]
fn what_only_decorates_a_document_leaves_its_definition_hash_alone() {
    let find = |wanted: &str| {
        let all = documents("valid");
        let (_, _, bytes) = all.iter().find(|(name, _, _)| name == wanted).unwrap();
        current(bytes).unwrap().definition_hash()
    };
    assert_eq!(
        find("canonical_still"),
        find("reroutes_frames_notes_bookmarks")
    );
    assert_ne!(find("canonical_still"), find("two_outputs"));
}

#[test]
fn invalid_documents_are_refused_with_all_that_is_wrong() {
    let validator = WorkflowValidator::new(&catalogue()).unwrap();
    let mut codes = std::collections::BTreeSet::new();
    for (name, path, bytes) in documents("invalid") {
        let found = match current(&bytes) {
            Ok(workflow) => validator.validate(&workflow),
            Err(found) => found,
        };
        assert!(found.iter().any(Diagnostic::is_error), "{name} passes");
        for diagnostic in &found {
            let words = [&diagnostic.code, &diagnostic.message, &diagnostic.fix];
            assert!(
                words.iter().all(|text| !text.is_empty()),
                "{name}: {diagnostic:?}"
            );
            assert!(!diagnostic.message.ends_with('.'), "{name}: {diagnostic:?}");
            codes.insert(diagnostic.code.clone());
        }
        check_snapshot(&path.with_extension("expected"), &lines(&found));
    }
    assert!(codes.len() >= 25, "{codes:?}");
}

#[test]
fn legacy_documents_migrate_to_what_was_checked_in() {
    let catalogue = catalogue();
    let validator = WorkflowValidator::new(&catalogue).unwrap();
    for (name, path, bytes) in documents("legacy") {
        let Ok(ReadWorkflow::Legacy { form, value }) = read_workflow(&bytes) else {
            panic!("{name} is not read as a legacy document");
        };
        let id = WorkflowId::new("migrated-1").unwrap();
        let text = match migrate(value, &catalogue, id) {
            Err(found) => format!("refused\n{}", lines(&found)),
            Ok(migration) => {
                assert_eq!(migration.from, form, "{name}");
                let saved = migration.workflow.to_json();
                let again = current(saved.as_bytes())
                    .unwrap_or_else(|found| panic!("{name}\n{}", lines(&found)));
                assert_eq!(again, migration.workflow, "{name}");
                let back = restore(&again).expect("it was migrated");
                let old = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(plain(&back), plain(&old), "{name}");
                let found = validator.validate(&migration.workflow);
                let is_open = migration
                    .notes
                    .iter()
                    .any(|note| note.severity == Severity::Error);
                let is_structural = |found: &Diagnostic| {
                    found.is_error() && !matches!(found.code.as_str(), "disabled_node")
                };
                assert!(
                    is_open || !found.iter().any(is_structural),
                    "{name}: the migrated graph has errors that no note speaks of\n{}",
                    lines(&found)
                );
                format!(
                    "notes\n{}\nvalidation\n{}\n{saved}",
                    lines(&migration.notes),
                    lines(&found)
                )
            }
        };
        check_snapshot(&path.with_extension("expected"), &text);
    }
}
