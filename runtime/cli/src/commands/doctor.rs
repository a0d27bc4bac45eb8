//! `hartomat doctor`: which tools the runtime has, what is missing, and how to get it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hartomat_api::ApiError;
use hartomat_app::{how_to_get, missing_reason};
use serde_json::{Value, json};

use super::Session;
use crate::outcome::Outcome;

/// Asks the runtime for its tools. What is missing is no failure: runs that need it say so themselves.
pub(crate) fn doctor(session: &Session) -> Result<Outcome, ApiError> {
    let info = session.backend()?.info()?;
    let tools: Vec<Value> = info
        .tools
        .iter()
        .map(|(tool, version)| report(tool, version))
        .collect();
    Ok(Outcome::ok(text(&info.tools), &json!({ "tools": tools })))
}

fn report(tool: &str, version: &str) -> Value {
    match missing_reason(version) {
        Some(reason) => {
            json!({ "tool": tool, "found": false, "reason": reason, "fix": how_to_get(tool) })
        }
        None => json!({ "tool": tool, "found": true, "version": version }),
    }
}

fn text(tools: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    if !tools.contains_key("own_legacy") {
        let _ = writeln!(
            text,
            "not set  {:<18} the built-in one delivers\n         `hartomat legacy set -- PROGRAM` \
             lets one of yours deliver, and be compared with; see docs/own-legacy.md",
            "own legacy"
        );
    }
    for (tool, version) in tools {
        let name = tool.replace('_', " ");
        match missing_reason(version) {
            Some(reason) => {
                let _ = writeln!(
                    text,
                    "missing  {name:<18} {reason}\n         fix: {}",
                    how_to_get(tool)
                );
            }
            None => {
                let _ = writeln!(text, "found    {name:<18} {version}");
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_comes_with_the_way_to_get_it() {
        let tools = BTreeMap::from([
            (
                "blender".to_owned(),
                "missing: there is no Blender here".to_owned(),
            ),
            ("cad_kernel".to_owned(), "OCCT 7.6.3".to_owned()),
        ]);
        let text = text(&tools);
        assert!(
            text.contains("missing  blender") && text.contains("pip install"),
            "{text}"
        );
        assert!(
            text.contains("found    cad kernel         OCCT 7.6.3"),
            "{text}"
        );
        assert_eq!(report("blender", &tools["blender"])["found"], json!(false));
    }
}
