//! The table of exit codes in README.md is the one that the program prints.

use std::path::Path;

use serde_json::Value;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "tests look at the program from outside"
)]
fn the_readme_has_the_exit_codes_of_the_program() {
    let output = hartomat_tests::hartomat()
        .args(["exit-codes", "--json"])
        .output()
        .unwrap();
    assert!(output.status.success(), "hartomat exit-codes: {output:?}");
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rows = printed["data"]
        .as_array()
        .expect("the table is an array")
        .iter();
    let rows: Vec<_> = rows
        .map(|row| [cell(row, "code"), cell(row, "key"), cell(row, "meaning")])
        .collect();
    assert_eq!(
        readme_rows(),
        rows,
        "README.md (left) and `hartomat exit-codes --json` (right)"
    );
}

fn cell(row: &Value, key: &str) -> String {
    let value = &row[key];
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// Rows of README.md whose first cell is a number.
fn readme_rows() -> Vec<[String; 3]> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let text = std::fs::read_to_string(path).expect("README.md is there");
    text.lines().filter_map(readme_row).collect()
}

fn readme_row(line: &str) -> Option<[String; 3]> {
    let cells = line.strip_prefix('|')?.strip_suffix('|')?.split('|');
    let cells: Vec<String> = cells.map(|cell| cell.trim().to_owned()).collect();
    let row: [String; 3] = cells.try_into().ok()?;
    row[0].parse::<u8>().is_ok().then_some(row)
}
