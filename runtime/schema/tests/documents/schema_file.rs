//! The checked-in JSON Schema of the workflow document is the one that the types generate.

use std::path::Path;

#[test]
fn the_json_schema_is_up_to_date() {
    let schema = hartomat_schema::workflow_json_schema();
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    crate::support::check_snapshot(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("workflow.schema.json"),
        &text,
    );
}
